"""How many columns a search looks at in which way, so that its time is bounded."""

from __future__ import annotations

from dataclasses import dataclass

# columns that are looked at one by one after a first look, and their cells
KEPT_COLUMNS = 4096
KEPT_CELLS = 2**23
# in later rounds, of one output
LATER_COLUMNS = 256
# in the first round and later
TRIPLE_COLUMNS = (64, 32)
WEIGHED_COLUMNS = 200
WEIGHED_CELLS = 2**19
# columns of few values looked at in pairs for one of many, and at least, at 1000 rows
WIDE_PAIRS = 7
FEWEST_WIDE = 12_000
# rows, times outputs, beyond which fewer columns are looked at
FULL_ROWS = 1000


@dataclass(frozen=True)
class Budget:
    """Most columns of a table that a search looks at.

    Parameters
    ----------
    kept : int
        One by one; of a wider table those of the best straight and curved terms.
    products : int
        In products of two.
    pairs : int
        In pairs of any shape.
    wide_pairs : int
        In pairs of any shape, if they have few values.
    later : int
        In pairs and waves, once a term has been found.
    triples : tuple of int
        In triples in the first round, and later.
    weighed : int
        In the regression on columns and terms.
    """

    kept: int
    products: int
    pairs: int
    wide_pairs: int
    later: int
    triples: tuple[int, int]
    weighed: int


def budget_of(n_rows: int, n_outputs: int, pair_columns: int) -> Budget:
    """Divide about the same work among rows, outputs and columns.

    Parameters
    ----------
    n_rows, n_outputs : int
    pair_columns : int
        Columns in pairs of any shape, of up to 1000 rows and one output.

    Returns
    -------
    budget : Budget
    """
    work = FULL_ROWS / (n_rows * n_outputs)
    of_two, of_three = min(1.0, work**0.5), min(1.0, work ** (1 / 3))
    pairs = int(pair_columns * of_two)
    weighed = max(WEIGHED_COLUMNS, WEIGHED_CELLS // n_rows)
    kept = min(KEPT_COLUMNS, max(KEPT_CELLS // n_rows, WEIGHED_COLUMNS))
    if n_outputs > 1:  # weak columns hardly ever enter later
        n_several = int(KEPT_COLUMNS * of_two / n_outputs**0.5)
        kept = min(kept, max(n_several, weighed))
    return Budget(
        kept,
        # products alone rarely tell one of several outputs from the others
        int(KEPT_COLUMNS * of_two / n_outputs),
        pairs,
        max(WIDE_PAIRS * pairs, int(FEWEST_WIDE * of_two)),
        int(LATER_COLUMNS / n_outputs**0.5),
        (int(TRIPLE_COLUMNS[0] * of_three), int(TRIPLE_COLUMNS[1] * of_three)),
        weighed,
    )
