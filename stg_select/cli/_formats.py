"""Which format the name of a file stands for."""

from __future__ import annotations

from pathlib import Path

from stg_select.cli._errors import InputError

#: Stands for standard input or standard output, as CSV.
PIPE = "-"
#: File endings and what they stand for.
FORMATS = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".csv.gz": "csv.gz",
    ".tsv.gz": "tsv.gz",
    ".parquet": "parquet",
    ".feather": "feather",
}


def table_format(path: str, option: str = "TABLE") -> str:
    """Return the format that the ending of `path` stands for.

    Parameters
    ----------
    path : str
        A file, or ``-``.
    option : str, default="TABLE"
        How the user named it.

    Raises
    ------
    InputError
        If the ending is unknown.
    """
    if path == PIPE:
        return "csv"
    for ending, kind in FORMATS.items():
        if path.lower().endswith(ending):
            return kind
    endings = ", ".join(FORMATS)
    raise InputError(
        f"{option} {path!r} must end in one of {endings} (or be - for CSV through a "
        "pipe)."
    )


def ranking_format(output: str, *, as_json: bool, as_csv: bool) -> str:
    """Return "json", "csv" or "table" as the flags and the ending of `output` say."""
    if as_json and as_csv:
        raise InputError("--json and --csv exclude each other.")
    if as_json or as_csv:
        return "json" if as_json else "csv"
    if output == PIPE:
        return "table"
    ending = Path(output).suffix.lower()
    if ending not in (".json", ".csv"):
        raise InputError(
            f"--output {output!r} must end in .json or .csv, unless --json or --csv is "
            "given."
        )
    return ending[1:]
