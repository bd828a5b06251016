"""Tables and outputs on disk, as the command line reads and writes them."""

from __future__ import annotations

import csv
import gzip
import io
import os

import numpy as np
import pandas as pd
import polars as pl
import polars.testing
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from stg_select.cli._errors import InputError
from stg_select.cli._output import check_output, write_output
from stg_select.cli._tables import check_column, read_table, table_format

CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


def rewritten(path, columns, kind) -> bytes:
    """What is written when `columns` of the table at `path` are kept."""
    handle = io.BytesIO()
    read_table(str(path)).write(columns, handle, kind)
    return handle.getvalue()


@pytest.mark.parametrize(("ending", "separator"), [("csv", ","), ("tsv", "\t")])
def test_text_of_kept_cells_is_unchanged(tmp_path, ending, separator):
    rows = [
        ["code", "dropped", "price", "when", "note", "y"],
        ["007", "1", "1.50", "01/02/2020", 'a "quoted", word', "yes"],
        ["010", "2", "1e3", " 3", "two\nlines", "no"],
        ["NA", "3", "", "null", "größe", "yes"],
    ]
    path = tmp_path / f"table.{ending}"
    with path.open("w", newline="", encoding="utf-8") as handle:
        csv.writer(handle, delimiter=separator, lineterminator="\n").writerows(rows)
    kept = [row[:1] + row[2:] for row in rows]
    text = rewritten(path, kept[0], ending).decode()
    assert list(csv.reader(io.StringIO(text), delimiter=separator)) == kept
    assert rewritten(path, rows[0], ending) == path.read_bytes()


@given(st.lists(st.tuples(CELL, CELL), min_size=1, max_size=5))
def test_any_text_survives(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("any") / "table.csv"
    with path.open("w", newline="", encoding="utf-8") as handle:
        csv.writer(handle, quoting=csv.QUOTE_ALL).writerows([("a", "b"), *rows])
    text = rewritten(path, ["a", "b"], "csv").decode()
    assert list(csv.reader(io.StringIO(text, newline=""))) == [
        ["a", "b"],
        *map(list, rows),
    ]


def test_byte_order_mark_and_line_ends_are_kept(tmp_path):
    path = tmp_path / "table.csv"
    path.write_bytes("größe,b\r\n1,2\r\n3,4\r\n".encode("utf-8-sig"))
    assert read_table(str(path)).frame.columns.tolist() == ["größe", "b"]
    assert rewritten(path, ["größe", "b"], "csv") == path.read_bytes()


def test_cells_are_read_as_numbers_where_all_are(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("a,b,c,d\n1,1.5,x,\n 2,NA,,\n3,inf,5,\n")
    frame = read_table(str(path)).frame
    assert frame["a"].tolist() == [1, 2, 3]
    np.testing.assert_array_equal(frame["b"], [1.5, np.nan, np.inf])
    assert frame["c"].tolist()[::2] == ["x", "5"]
    assert frame["c"].isna().tolist() == [False, True, False]
    assert frame["d"].isna().all()


@pytest.fixture
def typed() -> pa.Table:
    """A table with types that pandas would not keep."""
    return pa.table(
        {
            "small": pa.array([1, None, 3], pa.int8()),
            "level": pa.array(["u", "v", None]).dictionary_encode(),
            "price": pa.array([1, 2, 3]).cast(pa.decimal128(21, 2)),
            "when": pa.array([0, 1, None], pa.timestamp("us", "Europe/Berlin")),
            "day": pa.array([0, 1, None], pa.date32()),
            "flag": pa.array([True, None, False]),
            "y": pa.array([0.5, 1.5, 2.5], pa.float32()),
        }
    )


def write_arrow(table, path):
    if path.suffix == ".parquet":
        pyarrow.parquet.write_table(table, path)
    else:
        pyarrow.feather.write_feather(table, path)


def read_arrow(raw, ending) -> pa.Table:
    read = {
        "parquet": pyarrow.parquet.read_table,
        "feather": pyarrow.feather.read_table,
    }[ending]
    return read(pa.BufferReader(raw))


@pytest.mark.parametrize("ending", ["parquet", "feather"])
@pytest.mark.parametrize("output", ["parquet", "feather"])
def test_types_of_kept_columns_are_unchanged(tmp_path, typed, ending, output):
    path = tmp_path / f"table.{ending}"
    write_arrow(typed, path)
    columns = ["level", "price", "when", "day", "flag", "y"]
    assert read_arrow(rewritten(path, columns, output), output).equals(
        typed.select(columns)
    )


@pytest.mark.parametrize("ending", ["parquet", "feather"])
def test_index_of_pandas_is_kept_and_no_feature(tmp_path, ending):
    frame = pd.DataFrame(
        {"a": [1, 2], "b": [3, 4], "c": pd.Categorical(["u", "v"])},
        index=pd.Index([10, 20], name="key"),
    )
    path = tmp_path / f"table.{ending}"
    write_arrow(pa.Table.from_pandas(frame), path)
    assert read_table(str(path)).frame.columns.tolist() == ["a", "b", "c"]
    pruned = read_arrow(rewritten(path, ["a", "c"], ending), ending).to_pandas()
    assert_frame_equal(pruned, frame[["a", "c"]])


def test_table_written_by_polars(tmp_path):
    frame = pl.DataFrame(
        {
            "a": [1, 2],
            "b": ["x", None],
            "c": pl.Series(["u", "v"], dtype=pl.Categorical),
        }
    )
    frame.write_parquet(tmp_path / "table.parquet")
    frame.write_ipc(tmp_path / "table.feather", compression="lz4")
    for ending in ("parquet", "feather"):
        table = read_table(str(tmp_path / f"table.{ending}"))
        assert table.frame["a"].tolist() == [1, 2]
        raw = rewritten(tmp_path / f"table.{ending}", ["b", "c"], ending)
        read = pl.read_parquet if ending == "parquet" else pl.read_ipc
        assert_same = pl.testing.assert_frame_equal
        assert_same(read(io.BytesIO(raw)), frame.select("b", "c"))


def test_arrow_to_csv_keeps_whole_numbers_and_gaps(tmp_path, typed):
    write_arrow(typed, tmp_path / "table.parquet")
    columns = ["small", "level", "price", "day", "flag"]
    assert rewritten(tmp_path / "table.parquet", columns, "csv").decode() == (
        "small,level,price,day,flag\n"
        "1,u,1.00,1970-01-01,True\n"
        ",v,2.00,1970-01-02,\n"
        "3,,3.00,,False\n"
    )


def test_csv_to_parquet_stores_numbers(tmp_path):
    (tmp_path / "table.csv").write_text("a,b,c\n1,x,0.5\n2,,1.5\n")
    raw = rewritten(tmp_path / "table.csv", ["a", "b", "c"], "parquet")
    assert read_arrow(raw, "parquet").to_pydict() == {
        "a": [1, 2],
        "b": ["x", None],
        "c": [0.5, 1.5],
    }


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("absent.csv", None, "'.*absent.csv' does not exist"),
        ("table.xlsx", b"", "must end in one of .csv, .tsv, .csv.gz, .tsv.gz, .par"),
        ("empty.csv", b"", "is empty"),
        (
            "ragged.csv",
            b"a,b\n1,2,3\n",
            "CSV table: the first line, which names the .* has 2 cells, .* next one 3",
        ),
        ("open.csv", b'a,b\n"1,2\n3,4\n', "not a CSV table: EOF inside string"),
        ("zeros.csv", b"a,b\n\0\0\0\0,1\n", "is not text"),
        ("bytes.csv", bytes(range(256)) * 20, "is not text"),
        ("wider.csv", b"a,b\n1,2,3,4\n", "columns, has 2 cells, and the next one 4"),
        ("title.csv", b"Of 2020\n\na,b\n1,2\n", "columns, has 1 cell, and the next o"),
        ("longer.csv", b"a,b\n1,2\n1,2,3\n", "Expected 2 fields in line 3, saw 3"),
        ("plain.csv.gz", b"a,b\n1,2\n", "is not a whole gzip file"),
        (
            "half.tsv.gz",
            gzip.compress(b"a\tb\n1\t2\n", mtime=0)[:-9],
            "is not a whole gzip",
        ),
        ("twice.csv", b"a,b,a\n1,2,3\n", "has two columns named 'a'"),
        ("one.csv", b"a\n1\n2\n", "has 1 column with the separator ','; a target and"),
        ("text.parquet", b"a,b\n1,2\n", "is not a Parquet file"),
        ("text.feather", b"a,b\n1,2\n", "is not a Feather file"),
        ("empty.parquet", b"", "is not a Parquet file"),
    ],
)
def test_unfit_tables(tmp_path, name, content, message):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=message):
        read_table(str(path))


def test_arrow_table_with_repeated_names(tmp_path):
    path = tmp_path / "table.parquet"
    write_arrow(pa.table([[1], [2]], names=["a", "a"]), path)
    with pytest.raises(InputError, match="has two columns named 'a'"):
        read_table(str(path))


def test_a_directory_is_no_table(tmp_path):
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(InputError, match="cannot be read: Is a directory"):
        read_table(str(tmp_path / "folder.csv"))


@pytest.mark.parametrize(
    ("column", "message"),
    [
        ("Ages", "--target 'Ages' is not a column of the table; did you mean 'age'?"),
        ("zzz", "--target 'zzz' is not a column of the table; the columns are 'age', "),
    ],
)
def test_unknown_column_names_the_nearest(column, message):
    frame = pd.DataFrame(columns=["age", *map(str, range(20))])
    with pytest.raises(InputError) as caught:
        check_column(frame, column, "--target")
    assert str(caught.value).startswith(message)
    check_column(frame, "age", "--target")


def test_endings_are_read_in_any_case():
    assert table_format("TABLE.CSV") == "csv"
    assert table_format("-") == "csv"


def test_output_is_written_whole(tmp_path):
    path = tmp_path / "out.csv"
    write_output(str(path), lambda handle: handle.write(b"new"), force=False)
    assert path.read_bytes() == b"new"
    assert os.listdir(tmp_path) == ["out.csv"]


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_interrupted_output_leaves_nothing(tmp_path, error):
    path = tmp_path / "out.csv"
    path.write_text("old")

    def fail(handle):
        handle.write(b"half")
        raise error

    with pytest.raises(error):
        write_output(str(path), fail, force=True)
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["out.csv"]


def test_full_disk_is_one_sentence(tmp_path):
    def fail(handle):
        raise OSError(28, "No space left on device")

    with pytest.raises(InputError, match="cannot be written: No space left on device"):
        write_output(str(tmp_path / "out.csv"), fail, force=False)
    assert not os.listdir(tmp_path)


def test_output_that_appeared_in_the_meantime_is_kept(tmp_path):
    path = tmp_path / "out.csv"
    with pytest.raises(InputError, match="exists; pass --force to replace it"):
        write_output(str(path), lambda _: path.write_text("other"), force=False)
    assert path.read_text() == "other"
    assert os.listdir(tmp_path) == ["out.csv"]


def test_link_stays_a_link(tmp_path):
    (tmp_path / "real.csv").write_text("old")
    (tmp_path / "link.csv").symlink_to("real.csv")
    link = tmp_path / "link.csv"
    write_output(str(link), lambda handle: handle.write(b"new"), force=True)
    assert link.is_symlink()
    assert (tmp_path / "real.csv").read_text() == "new"


def test_outputs_that_are_refused(tmp_path, monkeypatch):
    source = tmp_path / "table.csv"
    source.write_text("old")
    (tmp_path / "folder").mkdir()
    (tmp_path / "link.csv").symlink_to(source)
    new = str(tmp_path / "new.csv")
    for name, force, message in [
        ("table.csv", True, "is the table that is read"),
        ("link.csv", True, "is the table that is read"),
        ("folder", True, "is a directory; name a file"),
        ("absent/out.csv", False, "is in a directory that does not exist"),
    ]:
        with pytest.raises(InputError, match=message):
            check_output(str(tmp_path / name), force=force, source=str(source))
    with pytest.raises(InputError, match="exists; pass --force to replace it"):
        check_output(str(source), force=False, source="-")
    check_output(str(source), force=True, source="-")
    check_output("-", force=False)
    check_output(new, force=False)
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(InputError, match="is in a directory closed to writing"):
        check_output(new, force=False)


def test_types_that_a_format_lacks_are_an_error(tmp_path):
    path = tmp_path / "table.feather"
    write_arrow(
        pa.table({"a": [1, 2], "b": pa.array([pa.MonthDayNano([1, 2, 3])] * 2)}),
        path,
    )
    with pytest.raises(InputError, match="cannot be written as Parquet: "):
        rewritten(path, ["a", "b"], "parquet")
