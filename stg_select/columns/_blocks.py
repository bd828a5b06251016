"""How much of a table is worked on at once."""

from __future__ import annotations

from collections.abc import Iterator

BLOCK_CELLS = 2**21


def blocks(length: int, count: int) -> Iterator[slice]:
    """Cut lines of a table into blocks of at most `BLOCK_CELLS` cells.

    Parameters
    ----------
    length : int
        Cells of a line.
    count : int
        Number of lines.

    Yields
    ------
    block : slice
        Positions of consecutive lines, at least one.
    """
    size = max(1, BLOCK_CELLS // length)
    for start in range(0, count, size):
        yield slice(start, min(start + size, count))
