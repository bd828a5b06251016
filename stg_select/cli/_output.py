"""Write a file whole or not at all, and never over another one unasked."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from stg_select.cli._errors import InputError
from stg_select.cli._tables import PIPE


def check_output(output: str, *, force: bool, source: str | None = None) -> None:
    """Raise an InputError if `output` could not be written.

    Parameters
    ----------
    output : str
        The file to write, or ``-`` for standard output.
    force : bool
        Whether an existing file may be replaced.
    source : str, default=None
        The file that is read; it is never replaced.
    """
    if output == PIPE:
        return
    path = Path(output)
    if not path.parent.is_dir():
        raise InputError(f"--output {output!r} is in a directory that does not exist.")
    if path.exists():
        if not path.is_file():
            raise InputError(f"--output {output!r} is not a regular file.")
        if source not in (None, PIPE) and path.samefile(source):
            raise InputError(
                f"--output {output!r} is the table that is read; write to another file."
            )
        if not force:
            raise InputError(f"--output {output!r} exists; pass --force to replace it.")
    if not os.access(path.resolve().parent, os.W_OK):
        raise InputError(f"--output {output!r} is in a directory closed to writing.")


def write_output(
    output: str, write: Callable[[BinaryIO], object], *, force: bool
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

    Raises
    ------
    InputError
        If the file cannot be written; whatever stood there before is untouched.
    """
    if output == PIPE:
        write(sys.stdout.buffer)
        sys.stdout.buffer.flush()
        return
    path = Path(output).resolve()  # a link stays a link, its file is replaced
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        with temporary.open("xb") as handle:
            write(handle)
        check_output(output, force=force)  # it may have appeared in the meantime
        os.replace(temporary, path)
    except OSError as error:
        why = error.strerror or error
        raise InputError(f"--output {output!r} cannot be written: {why}.") from None
    finally:
        temporary.unlink(missing_ok=True)
