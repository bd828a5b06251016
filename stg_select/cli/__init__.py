"""The command line ``stg-select``: prune or rank the columns of a table on disk.

Everything beyond :func:`main` is imported when a command runs, so that importing
this package needs none of the libraries of the extra ``cli``.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

__all__ = ["main"]

_CLI_LIBRARIES = ("typer", "rich", "pyarrow")
_OUT_OF_MEMORY = ("not enough memory", "can't allocate memory", "out of memory")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code.

    Parameters
    ----------
    argv : sequence of str, default=None
        The arguments after the program's name; those of the process if None.

    Returns
    -------
    code : int
        0 when the work is done, 3 when it is done and no column is kept, 2 for bad
        input, 1 where memory or standard output fails, 130 when interrupted; all but 0
        with one sentence on stderr.
    """
    try:
        from stg_select.cli._app import run

        return run(sys.argv[1:] if argv is None else list(argv))
    except KeyboardInterrupt:
        sys.stderr.write("stg-select: interrupted\n")
        return 130
    except (MemoryError, RuntimeError) as error:
        if not (isinstance(error, MemoryError) or _is_about_memory(error)):
            raise
        sys.stderr.write("stg-select: error: there is not enough memory\n")
        return 1
    except ModuleNotFoundError as error:
        library = (error.name or "").partition(".")[0]
        if library not in _CLI_LIBRARIES:
            raise
        sys.stderr.write(
            f"stg-select: error: the command line needs {library}; install it with "
            "pip install 'stg-select[cli]'\n"
        )
        return 2


def _is_about_memory(error: RuntimeError) -> bool:
    """Tell whether torch, which has no exception of its own for it, has no memory."""
    text = str(error).lower()
    return any(words in text for words in _OUT_OF_MEMORY)
