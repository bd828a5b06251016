"""Write a file whole or not at all, and never over another one unasked."""

from __future__ import annotations

import os
import secrets
import stat
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from stg_select.cli._errors import InputError, OutputError
from stg_select.cli._formats import PIPE

#: How the names of temporary files begin.
PREFIX = ".stg-select-"


def check_output(
    output: str, *, force: bool, source: str | None = None, option: str = "--output"
) -> None:
    """Raise an InputError if `output` could not be written.

    Parameters
    ----------
    output : str
        The file to write, or ``-`` for standard output.
    force : bool
        Whether an existing file may be replaced.
    source : str, default=None
        The file that is read; it is never replaced.
    option : str, default="--output"
        How the user named the file.
    """
    if output == PIPE:
        return
    try:
        why = _why_not(Path(output), force=force, source=source)
    except OSError as error:
        why = f"cannot be written: {error.strerror}"
    if why:
        raise InputError(f"{option} {output!r} {why}.")


def _why_not(path: Path, *, force: bool, source: str | None) -> str:
    """Say why a file cannot be written, or nothing."""
    if not path.parent.is_dir():
        return "is in a directory that does not exist"
    if path.exists():
        if path.is_dir():
            return "is a directory; name a file"
        if not path.is_file():
            return "is not a regular file"
        if source not in (None, PIPE) and _is_same(path, Path(source)):
            return "is the table that is read; write to another file"
        if not force:
            return "exists; pass --force to replace it"
    if not os.access(path.resolve().parent, os.W_OK):
        return "is in a directory closed to writing"
    return ""


def _is_same(path: Path, source: Path) -> bool:
    return source.exists() and path.samefile(source)


def write_output(
    output: str,
    write: Callable[[BinaryIO], object],
    *,
    force: bool,
    option: str = "--output",
) -> None:
    """Let `write` fill a temporary file and move it to `output` when it is complete.

    Parameters
    ----------
    output : str
        The file to write, or ``-`` for standard output.
    write : callable
        Gets a binary handle and writes everything to it.
    force : bool
        Whether an existing file may be replaced.
    option : str, default="--output"
        How the user named the file.

    Raises
    ------
    InputError
        If the file cannot be written; whatever stood there before is untouched.
    """
    if output == PIPE:
        if sys.stdout is None:
            raise OutputError("Standard output is closed.")
        write(sys.stdout.buffer)
        sys.stdout.buffer.flush()
        return
    path = Path(output).resolve()  # a link stays a link, its file is replaced
    temporary = path.with_name(f"{PREFIX}{secrets.token_hex(8)}.tmp")
    try:
        _clear_leftovers(path.parent)
        with temporary.open("xb") as handle:
            _lock(handle)
            if path.exists():  # before there is anything to read
                temporary.chmod(stat.S_IMODE(path.stat().st_mode))
            write(handle)
            handle.flush()
            os.fsync(handle.fileno())
        check_output(
            output, force=force, option=option
        )  # it may have appeared in the meantime
        os.replace(temporary, path)
    except OSError as error:
        why = error.strerror or error
        raise InputError(f"{option} {output!r} cannot be written: {why}.") from None
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def forget_output() -> None:
    """Let the end of the process not try again to write what cannot be written."""
    with suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _clear_leftovers(directory: Path) -> None:
    """Remove the temporary files of runs that were killed."""
    for leftover in directory.glob(f"{PREFIX}*.tmp"):
        with suppress(OSError), leftover.open("rb+") as handle:
            _lock(handle)  # fails where a run is still writing
            leftover.unlink()


def _lock(handle: BinaryIO) -> None:
    """Lock a file; where there are no such locks, open files cannot be removed."""
    if sys.platform != "win32":
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
