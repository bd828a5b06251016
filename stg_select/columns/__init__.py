"""The one door for columns: what a table holds, as numbers, in blocks.

A *feature* is what the user counts: a column of the user's table. A *component* is a
numeric column that stands for a feature; text has one for each frequent level, a number
with gaps has a second one that tells where they are. A *gate* is what is opened; it
has all components of its features.

`stg_select.columns.frames` reads data frames, and is the only part that knows pandas.

Letters: n rows, c components, m components that are in use.
"""

from stg_select.columns._blocks import BLOCK_CELLS, blocks
from stg_select.columns._components import Components
from stg_select.columns._encoding import Ranks, encode
from stg_select.columns._features import (
    Column,
    Features,
    columns_of_array,
    join_columns,
    read_array,
)
from stg_select.columns._levels import (
    MAX_LEVELS,
    MIN_LEVEL_ROWS,
    KnownLevels,
    Levels,
)
from stg_select.columns._polynomials import Polynomials, legendre_polynomials
from stg_select.columns._ranks import rank_uniform
from stg_select.columns._reader import Reader
from stg_select.columns._sparse_ranks import SparseRanks

__all__ = [
    "BLOCK_CELLS",
    "MAX_LEVELS",
    "MIN_LEVEL_ROWS",
    "Column",
    "Components",
    "Features",
    "KnownLevels",
    "Levels",
    "Polynomials",
    "Ranks",
    "Reader",
    "SparseRanks",
    "blocks",
    "columns_of_array",
    "encode",
    "join_columns",
    "legendre_polynomials",
    "rank_uniform",
    "read_array",
]
