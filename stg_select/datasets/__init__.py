"""Simulated tables whose informative columns are known.

Every generator returns ``(X, y, informative)``: a float64 table of shape
``(n_samples, n_features)``, the target and the sorted indices of the columns that
the target was made from. Used by the tests, the documentation and the benchmarks.
"""

from __future__ import annotations

from stg_select.datasets._interactions import (
    make_multiplicative,
    make_products,
    make_three_way,
)
from stg_select.datasets._linear import (
    make_few_rows,
    make_linear,
    make_near_copies,
    make_very_wide,
)
from stg_select.datasets._mixed import (
    make_mixed_types,
    make_noise,
    make_sparse_multiclass,
)
from stg_select.datasets._nonlinear import (
    make_ring,
    make_ring_xor,
    make_ring_xor_sum,
    make_xor,
)
from stg_select.datasets._smooth import (
    make_additive,
    make_friedman1,
    make_heavy_tails,
    make_heteroscedastic,
)

__all__ = [
    "make_additive",
    "make_few_rows",
    "make_friedman1",
    "make_heavy_tails",
    "make_heteroscedastic",
    "make_linear",
    "make_mixed_types",
    "make_multiplicative",
    "make_near_copies",
    "make_noise",
    "make_products",
    "make_ring",
    "make_ring_xor",
    "make_ring_xor_sum",
    "make_sparse_multiclass",
    "make_three_way",
    "make_very_wide",
    "make_xor",
]
