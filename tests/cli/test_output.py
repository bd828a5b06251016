"""Files are replaced whole, with their mode, and nothing is left behind."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from commands import SCRIPT, fails

from stg_select.cli import main
from stg_select.cli._output import PREFIX, write_output


@pytest.mark.parametrize("mode", [0o600, 0o640])
def test_force_keeps_the_mode(table, out, mode):
    Path(out).touch()
    Path(out).chmod(mode)
    args = ["prune", table, "--target", "y", "--output", out, "-q", "--force"]
    assert main(args) == 0
    assert stat.S_IMODE(os.stat(out).st_mode) == mode


def test_file_is_on_the_disk_before_it_gets_its_name(out, monkeypatch):
    order = []
    for name in ("fsync", "replace"):
        function = getattr(os, name)
        monkeypatch.setattr(
            os, name, lambda *a, n=name, f=function: (order.append(n), f(*a))[1]
        )
    write_output(out, lambda handle: handle.write(b"all"), force=False)
    assert order == ["fsync", "replace"]


def test_leftovers_of_killed_runs_are_cleared(out):
    leftover = Path(out).with_name(f"{PREFIX}0123.tmp")
    leftover.touch()
    write_output(out, lambda handle: handle.write(b"all"), force=False)
    assert os.listdir(Path(out).parent) == [Path(out).name]


@pytest.mark.skipif(sys.platform == "win32", reason="locks of POSIX")
def test_files_of_running_runs_are_left_alone(out):
    other = Path(out).with_name("other.csv")

    def write_both(handle):
        handle.write(b"one")
        write_output(str(other), lambda inner: inner.write(b"two"), force=False)

    write_output(out, write_both, force=False)
    assert (Path(out).read_bytes(), other.read_bytes()) == (b"one", b"two")


@pytest.mark.parametrize(
    ("option", "name", "message"),
    [
        ("--output", "absent/out.csv", "is in a directory that does not exist."),
        ("--output", "folder.csv", "is a directory; name a file."),
        ("--output", "old.csv", "exists; pass --force to replace it."),
        pytest.param(
            "--output",
            "pipe.csv",
            "is not a regular file.",
            marks=pytest.mark.skipif(sys.platform == "win32", reason="pipes of POSIX"),
        ),
        ("--output", "n" * 300 + ".csv", "cannot be written: File name too long."),
        ("--output", "out.xlsx", "must end in .*"),
        ("--report", "absent/page.html", "is in a directory that does not exist."),
        ("--report", "folder.html", "is a directory; name a file."),
        ("--report", "old.html", "exists; pass --force to replace it."),
        ("--report", "page.pdf", "must end in .html."),
    ],
)
@pytest.mark.parametrize("command", ["prune", "rank"])
def test_files_to_write_are_looked_at_before_the_table(
    out, tmp_path, capsys, command, option, name, message
):
    """The table, which is read later, does not exist."""
    for folder in ("folder.csv", "folder.html"):
        (tmp_path / folder).mkdir()
    for file in ("old.csv", "old.html"):
        (tmp_path / file).touch()
    if name == "pipe.csv":
        os.mkfifo(tmp_path / name)
    path = str(tmp_path / name)
    files = ["--output", path] if option == "--output" else ["-o", out, option, path]
    sentence = fails(capsys, command, "absent.csv", "--target", "y", *files)
    assert re.search(f"{option} {re.escape(repr(path))} {message}$", sentence)
    assert not Path(out).exists()


@pytest.mark.parametrize("option", ["--output", "--report"])
@pytest.mark.parametrize("command", ["prune", "rank"])
def test_directories_closed_to_writing_are_told_before_the_table_is_read(
    out, tmp_path, capsys, monkeypatch, command, option
):
    monkeypatch.setattr(os, "access", lambda path, _: path.name != "closed")
    (tmp_path / "closed").mkdir()
    files = {"--output": out, "--report": str(tmp_path / "page.html")}
    files[option] = str(tmp_path / "closed" / Path(files[option]).name)
    args = [word for pair in files.items() for word in pair]
    sentence = fails(capsys, command, "absent.csv", "--target", "y", *args)
    assert f"error: {option} " in sentence
    assert sentence.endswith("is in a directory closed to writing.")


@pytest.mark.parametrize("command", ["prune", "rank"])
def test_the_table_is_not_replaced_and_not_read_before_that_is_said(
    table, capsys, monkeypatch, command
):
    def read(*_, **__):
        raise AssertionError("the table is read")

    monkeypatch.setattr("stg_select.cli._tables._read_bytes", read)
    args = [command, table, "--target", "y", "--force", "--output", table]
    assert fails(capsys, *args).endswith(
        "is the table that is read; write to another file."
    )
    with pytest.raises(AssertionError, match="the table is read"):
        main(args[:-2] + ["--output", f"{table[:-4]}-few.csv"])


def test_report_is_not_the_file_of_output(out, tmp_path, capsys):
    page = str(tmp_path / "page.html")
    args = ["rank", "absent.csv", "--target", "y", "--json"]
    other = str(tmp_path / "." / "page.html")
    sentence = fails(capsys, *args, "--output", other, "--report", page)
    assert sentence.endswith(f"--report {page!r} is the file of --output as well.")


def test_names_that_are_too_long(table, tmp_path, capsys):
    name = str(tmp_path / ("n" * 300 + ".csv"))
    args = ["prune", table, "--target", "y", "--output", name]
    assert "cannot be written: File name too long" in fails(capsys, *args)
    assert "cannot be read" in fails(capsys, "rank", name, "--target", "y")
    longest = str(tmp_path / ("n" * 250 + ".csv"))
    assert main([*args[:-1], longest, "-q"]) == 0


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a device of Linux")
def test_standard_output_that_is_full(table):
    """Told apart from a mistake also where the interpreter flushes it at the end."""
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [SCRIPT, "rank", table, "--target", "y", "-q", "--csv"],
            stdout=full, stderr=subprocess.PIPE, text=True, timeout=120,
        )  # fmt: skip
    assert done.returncode == 1
    assert "cannot be written: No space" in done.stderr
    assert done.stderr.count("\n") == 1


def test_standard_output_that_is_closed(table, capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdout", None)  # as a shell leaves it by >&-
    assert main(["rank", table, "--target", "y", "-q", "--csv"]) == 1
    sentence = capsys.readouterr().err
    assert "output is closed" in sentence
    assert sentence.count("\n") == 1


@pytest.mark.parametrize(
    "error", [MemoryError(), RuntimeError("DefaultCPUAllocator: not enough memory")]
)
def test_memory_that_is_not_there(capsys, monkeypatch, error):
    def failing(_):
        raise error

    monkeypatch.setattr("stg_select.cli._app.run", failing)
    assert main(["demo"]) == 1
    assert capsys.readouterr().err == (
        "stg-select: error: there is not enough memory\n"
    )


def test_other_errors_are_not_hidden(monkeypatch):
    def failing(_):
        raise RuntimeError("a mistake")

    monkeypatch.setattr("stg_select.cli._app.run", failing)
    with pytest.raises(RuntimeError, match="a mistake"):
        main(["demo"])
