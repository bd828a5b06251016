"""How a text table is written: its encoding, its separator, its decimal point."""

from __future__ import annotations

import codecs
import csv
import io
from dataclasses import dataclass, fields
from itertools import islice

from stg_select.cli._errors import InputError

#: What text tables are taken for unless they look otherwise.
SEPARATORS = {"csv": ",", "tsv": "\t"}
UTF_8, POINT = "utf-8", "."

_LIKELY_SEPARATORS = ",;\t|"
_MARKS = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
# of a table so many bytes and records are looked at to find its separator
_HEAD_BYTES, _HEAD_RECORDS = 1 << 16, 50
# without a meaning in latin-1, but in the code page of Windows
_ONLY_IN_WINDOWS = bytes(range(0x80, 0xA0))


@dataclass(frozen=True)
class Dialect:
    """How a text table is written, or what the user says of it.

    Attributes
    ----------
    sep : str or None
        What stands between cells; None finds out.
    decimal : str or None
        What stands before the fraction of a number; None finds out.
    encoding : str or None
        How text is encoded; None finds out.
    """

    sep: str | None = None
    decimal: str | None = None
    encoding: str | None = None

    @property
    def given(self) -> list[str]:
        """The options that were given."""
        return [f"--{f.name}" for f in fields(self) if getattr(self, f.name)]


def make_dialect(sep: str | None, decimal: str | None, encoding: str | None) -> Dialect:
    """Check what the user says about a text table.

    Raises
    ------
    InputError
        If a separator or a decimal point is none, or an encoding is unknown.
    """
    mark = {"tab": "\t", r"\t": "\t"}.get(sep or "", sep)
    if mark is not None and (
        len(mark) != 1 or not mark.isascii() or mark.isalnum() or mark in '"\r\n.'
    ):
        raise InputError(
            f"--sep must be one mark such as , ; | or the word tab, got {sep!r}."
        )
    if decimal not in (None, POINT, ","):
        raise InputError(f"--decimal must be . or a comma, got {decimal!r}.")
    try:
        if encoding is not None:
            "".encode(encoding)
    except (LookupError, UnicodeError):
        raise InputError(
            f"--encoding must be one that Python knows, such as latin-1 or utf-16, got "
            f"{encoding!r}."
        ) from None
    return Dialect(mark, decimal, encoding)


def decoded(raw: bytes, name: str, encoding: str | None) -> tuple[bytes, str]:
    """Bring text to UTF-8.

    Parameters
    ----------
    raw : bytes
    name : str
        What to call the table in errors.
    encoding : str or None
        None finds out.

    Returns
    -------
    text : bytes
        UTF-8 without a mark at its beginning.
    encoding : str
        How `raw` is encoded.

    Raises
    ------
    InputError
        If `raw` is no text, or not in this encoding.
    """
    found = encoding or _encoding_of(raw)
    if found is None:
        raise InputError(f"{name} is not text.")
    if found == UTF_8 and raw.isascii():
        return raw, UTF_8
    try:
        text = raw.decode(found)
    except UnicodeError:
        if encoding is None and found not in _MARKS.values():  # it was a guess
            raise InputError(f"{name} is not text.") from None
        hint = "" if encoding is None else " (--encoding)"
        raise InputError(f"{name} is not {found} text{hint}.") from None
    return raw if found == UTF_8 else text.encode(UTF_8), found


def separator_of(text: bytes, kind: str) -> str:
    """Find what stands between the cells: the mark that cuts all records alike.

    Parameters
    ----------
    text : bytes
        In UTF-8.
    kind : {"csv", "tsv"}
        Whose separator it is, if that cuts the records into several cells alike, or
        no other one does.
    """
    usual = SEPARATORS[kind]
    head = text[:_HEAD_BYTES].decode("utf-8", "ignore")
    for mark in [usual, *_LIKELY_SEPARATORS.replace(usual, "")]:
        records = csv.reader(io.StringIO(head, newline=""), delimiter=mark)
        widths = [len(r) for r in islice(records, _HEAD_RECORDS) if r]
        if len(text) > _HEAD_BYTES and len(widths) < _HEAD_RECORDS:
            widths = widths[:-1] or widths  # the last record is cut off
        if widths and widths[0] > 1 and len(set(widths)) == 1:
            return mark
    return usual


def _encoding_of(raw: bytes) -> str | None:
    for mark, encoding in _MARKS.items():
        if raw.startswith(mark):
            return encoding
    head = raw[:_HEAD_BYTES]
    if b"\0" in head:  # of UTF-16, letters of Latin have one byte of zero
        n_even, n_odd = head[::2].count(0), head[1::2].count(0)
        if min(n_even, n_odd) > max(n_even, n_odd) / 10:
            return None
        return "utf-16-le" if n_odd > n_even else "utf-16-be"
    if _is(raw, UTF_8):
        return UTF_8
    in_windows = len(raw.translate(None, _ONLY_IN_WINDOWS)) < len(raw)
    return "cp1252" if in_windows and _is(raw, "cp1252") else "latin-1"


def _is(raw: bytes, encoding: str) -> bool:
    try:
        raw.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
