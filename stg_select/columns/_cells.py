"""What the cells of a column of text hold: numbers, dates, or names of levels."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.tseries.api import guess_datetime_format

from stg_select.columns._times import ISO_FORM, parsed_times

FloatArray = NDArray[np.floating]

#: Cells of text that say that nothing is known, after blanks around them are gone.
MISSING_TEXT = frozenset(
    {
        "", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "...",
        "1.#IND", "1.#QNAN", "<NA>", "?", "N/A", "NA", "NULL", "NaN", "NaT", "None",
        "n/a", "nan", "none", "null",
    }
)  # fmt: skip

#: What may stand before a decimal fraction.
MARKS = (".", ",")

# a sign, a currency, groups of three digits or none, a fraction, a power, per cent
_AMOUNT = (
    r"^(?=[^eE]*\d)[+-]?\s*[$€£¥]?\s*(?:{whole})(?:{point}\d*)?"
    r"(?:[eE][+-]?\d+)?\s*[€%]?$"
)
_WITH_POINT = _AMOUNT.format(whole=r"\d{1,3}(?:,\d{3})+|\d*", point=r"\.")
_WITH_COMMA = _AMOUNT.format(whole=r"\d{1,3}(?:\.\d{3})+|\d*", point=",")
_DIGIT = r".*\d"
_DECORATION = r"[\s$€£¥%]"
# cells that are looked at before all of them
N_FIRST = 100
# cells from which formats of dates are guessed
N_GUESSES = 8


@dataclass(frozen=True, eq=False)
class Dates:
    """Dates that were written as text.

    Parameters
    ----------
    times : DatetimeIndex
    form : str
        How they are written, as `strftime` would.
    ambiguous : bool
        Whether day and month could also be the other way round.
    """

    times: pd.DatetimeIndex
    form: str
    ambiguous: bool


class WrittenNumbers(NamedTuple):
    """Numbers that were written as text.

    Parameters
    ----------
    values : ndarray of shape (n_levels,)
    mark : str
        What stands before a decimal fraction: a point or a comma.
    """

    values: FloatArray
    mark: str


def numbers_of(cells: pd.Index, mark: str | None = None) -> WrittenNumbers | None:
    """Read text as numbers, if every cell is one.

    A comma that stands between groups of three digits is taken for such, as in
    "1,234.50"; if some cell has another comma, it is that of a decimal fraction.
    Currencies and per cent signs are left away.

    Parameters
    ----------
    cells : Index of n_levels texts
    mark : str or None, default=None
        What stands before a decimal fraction, where it is known.

    Returns
    -------
    numbers : WrittenNumbers or None
    """
    if mark != ",":
        try:  # as nearly all numbers are written
            values = cells.to_numpy(dtype=np.float64)
            # with "_" between digits it is a number to Python alone
            return None if "_" in "".join(cells) else WrittenNumbers(values, ".")
        except (ValueError, OverflowError):
            pass
    if not _match(cells, _DIGIT):
        return None
    if mark != "," and _match(cells, _WITH_POINT):
        mark = "."
        plain = cells.str.replace(",", "", regex=False)
    elif mark != "." and _match(cells, _WITH_COMMA):
        mark = ","
        plain = cells.str.replace(".", "", regex=False)
        plain = plain.str.replace(",", ".", regex=False)
    else:
        return None
    plain = plain.str.replace(_DECORATION, "", regex=True)
    return WrittenNumbers(plain.to_numpy(dtype=np.float64), mark)


def floats_of(numbers: pd.Series) -> pd.Series:
    """Turn numbers that are held as objects into floats.

    Parameters
    ----------
    numbers : Series of n numbers of any type or missing cells

    Returns
    -------
    numbers : Series of n floats
        NaN where missing.

    Raises
    ------
    ValueError
        If there are larger numbers than floats can hold.
    """
    try:
        return numbers.map(float, na_action="ignore").astype(float)
    except OverflowError:
        msg = (
            f"Column {numbers.name!r} of X holds whole numbers that floats cannot "
            "hold, expected smaller ones."
        )
        raise ValueError(msg) from None


def dates_of(cells: pd.Index, form: str | None = None) -> Dates | None:
    """Read text as dates, if every cell is one and all are written in one way.

    Where the day and the month could be either way round, the month comes first, but
    between dots the day does.

    Parameters
    ----------
    cells : Index of n_levels texts
    form : str or None, default=None
        How they are written, where it is known.

    Returns
    -------
    dates : Dates or None
    """
    if not len(cells) or not _match(cells, _DIGIT):
        return None
    found = []
    for guess in _guessed_forms(cells) if form is None else [form]:
        times = parsed_times(cells, guess)
        if times is not None:
            found.append((guess, times))
    if not found:
        return None
    form, times = found[0]
    ambiguous = any(not times.equals(other) for _, other in found[1:])
    return Dates(times, form, ambiguous)


def _guessed_forms(cells: pd.Index) -> list[str]:
    """Guess how dates are written, from cells that are spread over the column."""
    places = np.linspace(0, len(cells) - 1, min(N_GUESSES, len(cells))).astype(int)
    forms: list[str] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # that the day has to come first
        for day_first in (False, True):
            for cell in cells[places]:
                form = guess_datetime_format(cell, dayfirst=day_first)
                # nobody writes the day between the year and the month
                odd = form is None or form.startswith(("%Y-%d", "%Y/%d", "%Y.%d"))
                if not odd and form not in forms:
                    forms.append(form)
    if any(form.startswith("%Y-%m-%d") for form in forms):
        # dates with and without a time of day, or with fractions of seconds in some
        forms.append(ISO_FORM)
    # between dots the day comes first
    return sorted(forms, key=lambda form: form.startswith("%m."))


def _match(cells: pd.Index, pattern: str) -> bool:
    """Tell whether all cells match; a few of them tell most columns apart."""
    return all(part.str.match(pattern).all() for part in (cells[:N_FIRST], cells))
