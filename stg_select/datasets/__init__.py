"""Simulated tables whose informative columns are known.

Every generator returns ``(X, y, informative)``: a float64 table of shape
``(n_samples, n_features)``, the target and the sorted indices of the columns that
the target was made from. Used by the tests, the documentation and the benchmarks.
"""

from __future__ import annotations

from stg_select.datasets._curves import (
    make_checkerboard,
    make_ratios,
    make_single_index,
    make_waves,
)
from stg_select.datasets._dense import (
    make_dense_linear,
    make_dense_squares,
)
from stg_select.datasets._dependent import (
    make_derived_rows,
    make_subjects,
    make_time_series,
)
from stg_select.datasets._discrete import (
    make_counts,
    make_genotype_pair,
    make_parity,
    make_topic_words,
)
from stg_select.datasets._frames import make_mixed_frame
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
from stg_select.datasets._pieces import (
    make_maxima,
    make_rare_corners,
    make_rules,
    make_switches,
    make_tree,
)
from stg_select.datasets._smooth import (
    make_additive,
    make_friedman1,
    make_heavy_tails,
    make_heteroscedastic,
)
from stg_select.datasets._survival import make_survival

__all__ = [
    "make_additive",
    "make_checkerboard",
    "make_counts",
    "make_dense_linear",
    "make_dense_squares",
    "make_derived_rows",
    "make_few_rows",
    "make_friedman1",
    "make_genotype_pair",
    "make_heavy_tails",
    "make_heteroscedastic",
    "make_linear",
    "make_maxima",
    "make_mixed_frame",
    "make_mixed_types",
    "make_multiplicative",
    "make_near_copies",
    "make_noise",
    "make_parity",
    "make_products",
    "make_rare_corners",
    "make_ratios",
    "make_ring",
    "make_ring_xor",
    "make_ring_xor_sum",
    "make_rules",
    "make_single_index",
    "make_sparse_multiclass",
    "make_subjects",
    "make_survival",
    "make_switches",
    "make_three_way",
    "make_time_series",
    "make_topic_words",
    "make_tree",
    "make_very_wide",
    "make_waves",
    "make_xor",
]
