"""How text tables are written: found out, said, and kept."""

from __future__ import annotations

import gzip
import io
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from commands import fails
from hypothesis import given
from hypothesis import strategies as st

from stg_select.cli import main
from stg_select.cli._dialect import Dialect, decoded, make_dialect, separator_of
from stg_select.cli._errors import InputError
from stg_select.cli._tables import read_table


def german(frame) -> str:
    """The table as a German spreadsheet writes it."""
    return frame.rename(columns={"size": "Größe"}).to_csv(
        index=False, sep=";", decimal=",", lineterminator="\r\n"
    )


def test_semicolons_commas_and_encoding_are_found_said_and_kept(
    frame, tmp_path, out, capsys
):
    path = tmp_path / "german.csv"
    path.write_bytes(german(frame).encode("latin-1"))
    assert main(["prune", str(path), "--target", "y", "--output", out]) == 0
    said = capsys.readouterr().err
    assert said.startswith(
        "Read with separator ';', decimal commas, encoding latin-1, as detected; "
        "--sep, --decimal and --encoding override.\n"
    )
    written = Path(out).read_bytes().decode("latin-1")
    assert written == german(frame[["level", "y", "size"]])


def test_what_is_given_is_not_said(frame, tmp_path, out, capsys):
    path = tmp_path / "german.csv"
    path.write_bytes(german(frame).encode("latin-1"))
    args = ["prune", str(path), "--target", "y", "--output", out]
    args += ["--sep", ";", "--decimal", ",", "--encoding", "latin-1"]
    assert main(args) == 0
    assert "detected" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("utf-32", "utf-32"),
        ("latin-1", "latin-1"),
        ("cp1252", "cp1252"),
    ],
)
def test_encodings(tmp_path, encoding, found):
    text = "größe,b\n" + "".join(f"{i},x{'€' * (encoding == 'cp1252')}\n" for i in "12")
    path = tmp_path / "table.csv"
    path.write_bytes(text.encode(encoding))
    table = read_table(str(path))
    assert table.frame.columns.tolist() == ["größe", "b"]
    assert table.dialect.encoding == found
    assert table.detected == (() if found == "utf-8" else (f"encoding {found}",))
    handle = io.BytesIO()
    table.write(["größe", "b"], handle, "csv")
    assert handle.getvalue() == path.read_bytes()


def test_letters_of_neither_code_page_are_latin():
    assert decoded(b"\x81,\x80", "'x'", None)[1] == "latin-1"


def test_big_endian_mark_is_read():
    raw = b"\xfe\xff" + "ä,b\n1,2\n".encode("utf-16-be")
    assert decoded(raw, "'x'", None) == ("ä,b\n1,2\n".encode(), "utf-16")


@pytest.mark.parametrize(
    ("text", "kind", "mark"),
    [
        ("a,b\n1,2\n", "csv", ","),
        ("a;b\n1;2\n", "csv", ";"),
        ("a;b\n1,5;2,5\n1,5;2,5\n", "csv", ";"),
        ("a\tb\n1\t2\n", "csv", "\t"),
        ("a|b\n1|2\n", "csv", "|"),
        ("a,b\n1;2,3;4\n", "csv", ","),
        ('"a;b",c\n"1;2",3\n', "csv", ","),
        ('"a,b";c\n\n"1,2";3\n', "csv", ";"),
        ("a,b\n1,2\n", "tsv", ","),
        ("a\n1\n", "csv", ","),
        ("a,b\n1\n1,2,3\n", "csv", ","),
        ("", "tsv", "\t"),
        ("a;b\n" + "1,5;2\n" * 20_000, "csv", ";"),
        ("a;b\n" + f"{'1' * 9000};2\n" * 20, "csv", ";"),
    ],
)
def test_separators(text, kind, mark):
    assert separator_of(text.encode(), kind) == mark


@given(
    st.sampled_from(",;\t|"),
    st.lists(
        st.lists(st.integers(0, 999), min_size=3, max_size=3), min_size=2, max_size=9
    ),
)
def test_numbers_are_read_with_any_separator(tmp_path_factory, mark, rows):
    path = tmp_path_factory.mktemp("any") / "table.csv"
    pd.DataFrame(rows, columns=list("abc")).to_csv(path, index=False, sep=mark)
    assert read_table(str(path)).frame.to_numpy().tolist() == rows


@pytest.mark.parametrize(
    ("text", "decimal", "expected"),
    [
        ("a;b\n1,5;x\n-2;y\n", None, [1.5, -2]),
        ("a;b\n1,5;0.5\n2;1\n", None, None),  # fractions after a point: no commas
        ("a;b\n1,5;inf\n2;1\n", None, [1.5, 2]),
        ("a;b\n1,5;\n NA ;1\n,5e1;1\n", None, [1.5, np.nan, 5]),
        ("a;b\nx;1\n2,5;1\n", None, None),
        ("a;b\n-;1\n2;1\n", None, None),
        ("a;b\n1,5;1\n2,5;1\n", ".", None),
        ('a,b\n"1,5",1\n"2,5",1\n', None, None),
        ('a,b\n"1,5",1\n"2,5",1\n', ",", [1.5, 2.5]),
        ("a;b\n 1,5;x\n NaN;y\n", ",", [1.5, np.nan]),
        ("a;b\n 1.5;x\n 2,5;y\n", ",", None),
    ],
)
def test_decimal_commas(tmp_path, text, decimal, expected):
    path = tmp_path / "table.csv"
    path.write_text(text)
    column = read_table(str(path), Dialect(decimal=decimal)).frame["a"]
    if expected is None:
        assert pd.api.types.is_string_dtype(column.dropna())
    else:
        np.testing.assert_array_equal(column, expected)


def test_numbers_beyond_64_bits_and_truth_values(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text(
        "a,b,c\n123456789012345678901234,True,true\n1,False,\n2,True,false\n"
    )
    frame = read_table(str(path)).frame
    assert frame["a"].tolist() == [123456789012345678901234.0, 1, 2]
    assert frame["b"].tolist() == [True, False, True]
    assert frame["c"].tolist()[::2] == [True, False]
    assert frame["c"].isna().tolist() == [False, True, False]


def test_columns_are_read_as_one_where_pandas_reads_parts(tmp_path):
    """Of wide tables pandas reads some hundred rows at a time."""
    n_rows, n_columns = 1200, 1100
    rows = [["1"] * n_columns for _ in range(n_rows)]
    rows[0][:4] = ["007", "True", str(2**70), " NA "]
    rows[-1][:4] = ["x", "1", "0.5", "2.5"]
    path = tmp_path / "table.csv"
    pd.DataFrame(rows).add_prefix("c").to_csv(path, index=False)
    table = read_table(str(path))
    assert table.frame["c0"].tolist()[::1199] == ["007", "x"]
    assert table.frame["c1"].tolist()[::1199] == ["True", "1"]
    np.testing.assert_allclose(table.frame["c2"].iloc[::1199], [2.0**70, 0.5])
    np.testing.assert_array_equal(table.frame["c3"].iloc[::1199], [np.nan, 2.5])


@pytest.mark.parametrize("ending", ["csv.gz", "tsv.gz"])
def test_zipped_tables(frame, tmp_path, ending):
    path, pruned = tmp_path / f"table.{ending}", tmp_path / f"pruned.{ending}"
    sep = "," if ending == "csv.gz" else "\t"
    frame.to_csv(path, index=False, sep=sep)
    args = ["prune", str(path), "--target", "y", "--output", str(pruned), "-q"]
    assert main(args) == 0
    first = pruned.read_bytes()
    text = frame[["level", "y", "size"]].to_csv(index=False, sep=sep)
    assert gzip.decompress(first).decode() == text
    assert main([*args, "--force"]) == 0
    assert pruned.read_bytes() == first


def test_separator_is_kept_for_the_same_ending_only(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("a;b\n1,5;2\n2,5;3\n")
    table = read_table(str(path))
    written = []
    for kind in ("csv", "tsv"):
        handle = io.BytesIO()
        table.write(["a", "b"], handle, kind)
        written.append(handle.getvalue().decode())
    assert written == ["a;b\n1,5;2\n2,5;3\n", "a\tb\n1,5\t2\n2,5\t3\n"]


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--sep", "ab"], "--sep must be one mark .*, got 'ab'"),
        (["--sep", "x"], "--sep must be one mark .*, got 'x'"),
        (["--sep", "§"], "--sep must be one mark .*, got '§'"),
        (["--sep", '"'], "--sep must be one mark .*, got '\"'"),
        (["--decimal", ";"], "--decimal must be . or a comma, got ';'"),
        (["--encoding", "klingon"], "--encoding must be one that .*, got 'klingon'"),
        (["--encoding", "hex"], "--encoding must be one that .*, got 'hex'"),
        (["--encoding", "ascii"], "table.csv' is not ascii text \\(--encoding\\)"),
    ],
)
def test_unfit_words_about_the_text(tmp_path, capsys, args, message):
    path = tmp_path / "table.csv"
    path.write_text("ä,b\n1,2\n", encoding="utf-8")
    sentence = fails(capsys, "rank", str(path), "--target", "b", *args)
    assert re.search(message, sentence)


def test_words_about_the_text_of_other_formats(tmp_path, capsys):
    path = str(tmp_path / "table.parquet")
    pd.DataFrame({"a": [1, 2], "b": [3, 4]}).to_parquet(path)
    sentence = fails(capsys, "rank", path, "--target", "b", "--sep", ";")
    assert "--sep is for CSV and TSV, got " in sentence


@pytest.mark.parametrize(("word", "mark"), [("tab", "\t"), (r"\t", "\t"), (";", ";")])
def test_separators_by_words(word, mark):
    assert make_dialect(word, None, None).sep == mark


def test_bytes_of_another_encoding_are_an_error():
    with pytest.raises(InputError, match="'x' is not utf-8 text"):
        decoded(b"\xff\xfe\xfd", "'x'", "utf-8")
