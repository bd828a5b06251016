"""Files are replaced whole, with their mode, and nothing is left behind."""

from __future__ import annotations

import os
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
