"""From components and a target to what members are trained on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from stg_select.columns import (
    Components,
    Polynomials,
    Ranks,
    SparseRanks,
    blocks,
    encode,
    legendre_polynomials,
)
from stg_select.crossfit._content_order import content_order
from stg_select.crossfit._counted_rows import counted_rows
from stg_select.crossfit._dependence import design_effects, time_blocks
from stg_select.crossfit._gate_options import GateOptions
from stg_select.crossfit._row_plan import RowPlan
from stg_select.engine import InputTable
from stg_select.objectives import EncodedTarget, Objective
from stg_select.weighted import are_whole, count_likelihood_rows, count_rows

FloatArray = NDArray[np.floating]

# of the straight and the square term, as networks see them: with squares as large they
# are slow to learn products of several components
EMBEDDED_SCALES = np.array([[1.0], [0.25]], dtype=np.float32)


@dataclass(frozen=True, eq=False)
class EncodedTable:
    """What members are trained on: n distinct rows, m varying components, p gates.

    Parameters
    ----------
    components : ndarray of float32 or SparseRanks of shape (n, m)
        The components as networks see them, before they are embedded; those of one
        gate next to each other.
    ranks : ndarray of float32 or SparseRanks of shape (n, m)
        The components mapped to (-1, 1) by their ranks, as the screen sees them.
    component_gate : ndarray of int of shape (m,)
        Gate of each component, 0..p-1 ascending.
    component_feature : ndarray of int of shape (m,)
        The caller's feature that each component stands for.
    gates : ndarray of int of shape (p,)
        The caller's number of each gate, in any order.
    embedded : bool
        Whether networks see Legendre polynomials of the ranks.
    target : ndarray of shape (n,) or (n, O)
    strata : ndarray of shape (n,) or None
        Classes to deal evenly to folds.
    weight : ndarray of shape (n,)
        How much each row counts.
    counts : ndarray of shape (n,)
        How often each row comes: its weight without that of its class.
    class_factor : ndarray of shape (n,) or None
        What the weight of the class is, if classes have any.
    objective : Objective
    n_effective : float
        Number of rows that count as evidence, were they independent.
    few_kinds : bool
        Whether the distinct rows are few kinds that come again and again.
    rows : RowPlan
        Which rows belong together, and their roles.
    options : GateOptions
        Which gates stay open, and what they cost.
    index : ndarray of int of shape (n,)
        The caller's row that each row is.
    component : ndarray of int of shape (m,)
        The caller's component that each component is.
    gate_effects : ndarray of shape (p,) or None, default=None
        How many rows that belong together count as one for each gate, at least 1.
        None where rows are independent.
    """

    components: Ranks
    ranks: Ranks
    component_gate: NDArray[np.integer]
    component_feature: NDArray[np.integer]
    gates: NDArray[np.integer]
    embedded: bool
    target: NDArray
    strata: NDArray | None
    weight: FloatArray
    counts: FloatArray
    class_factor: FloatArray | None
    objective: Objective
    n_effective: float
    few_kinds: bool
    rows: RowPlan
    options: GateOptions
    index: NDArray[np.integer]
    component: NDArray[np.integer]
    gate_effects: FloatArray | None = None

    @property
    def null_deviance(self) -> float:
        """Mean loss of the null model on all rows."""
        return self.objective.null_deviance(self.target, self.weight)

    def null_residual(
        self, weight: FloatArray, rows: slice = slice(None)
    ) -> FloatArray:
        """Residual of the null model of some row weights.

        Parameters
        ----------
        weight : ndarray of shape (n,)
        rows : slice, default=slice(None)
            The rows to look at; the model is that of all rows.

        Returns
        -------
        residual : ndarray of shape (n', O)
        """
        null = self.objective.null_raw(self.target, weight)
        return self.objective.residual(null, self.target[rows], weight[rows])

    @property
    def times(self) -> FloatArray:
        """How often each row comes as rows of its own: once, unless of few kinds."""
        _, times = _own_weights(self.weight, self.counts, few_kinds=self.few_kinds)
        return times

    @property
    def likelihood_rows(self) -> float:
        """Number of rows that count in a log-likelihood."""
        own = _own_weights(self.weight, self.counts, few_kinds=self.few_kinds)
        return count_likelihood_rows(*own)

    @property
    def fewest_rows(self) -> float:
        """Number of rows that count as evidence of the gate with the fewest."""
        if self.gate_effects is None:
            return self.n_effective
        return self.n_effective / float(self.gate_effects.max())

    def inputs(self, gates: NDArray[np.integer]) -> InputTable:
        """Give networks the components of some gates.

        Parameters
        ----------
        gates : ndarray of int of shape (q,)
            Ascending.

        Returns
        -------
        inputs : InputTable
            Gates are numbered by their position in `gates`.
        """
        chosen = np.flatnonzero(np.isin(self.component_gate, gates))
        gate = np.searchsorted(gates, self.component_gate[chosen])
        polynomials = None
        if self.embedded:
            polynomials = Polynomials(
                *map(np.hstack, zip(*self._polynomials(chosen), strict=True))
            )
        if isinstance(self.components, SparseRanks):
            return InputTable(self.components[:, chosen], gate, None, polynomials)
        return InputTable(self.components, gate, chosen, polynomials)

    def _polynomials(self, chosen: NDArray[np.integer]) -> Iterator[Polynomials]:
        """Find the polynomials of some components, block by block."""
        for block in blocks(len(self.ranks), len(chosen)):
            ranks = self.ranks[:, chosen[block]]
            roots, scales = legendre_polynomials(ranks, self.weight)
            yield Polynomials(roots, scales * EMBEDDED_SCALES)


def build_table(
    components: Components,
    encoded: EncodedTarget,
    weight: FloatArray,
    feature_gate: NDArray[np.integer],
    plan: RowPlan,
    *,
    embedded: bool,
    standardize: bool,
    seed: int,
    class_factor: FloatArray | None = None,
    options: GateOptions | None = None,
) -> EncodedTable:
    """Merge equal rows and encode the components that vary.

    Parameters
    ----------
    components : Components
        Of n_samples rows.
    encoded : EncodedTarget
    weight : ndarray of shape (n_samples,)
    feature_gate : ndarray of int of shape (n_features,)
        Gate of each feature.
    plan : RowPlan
        Which of the rows belong together, and how they are dealt; equal rows are
        merged only where that is the same.
    embedded : bool
        Whether networks see Legendre polynomials of the ranks.
    standardize : bool
        Whether to standardise the components where they are not embedded.
    seed : int
        Seed of the order of the rows.
    class_factor : ndarray of shape (n_samples,) or None, default=None
        What the weight of every row is multiplied by on behalf of its class. It does
        not make a row come more often.
    options : GateOptions or None, default=None
        Of the caller's gates.

    Returns
    -------
    table : EncodedTable

    Raises
    ------
    ValueError
        If no component varies, there are fewer distinct rows or groups than folds, or
        a split has no rows on one side, or train rows whose targets are all the same.
    """
    n_folds = plan.n_folds
    rows, few_kinds = counted_rows(components, encoded, weight, plan, seed)
    index, counts = rows.index, rows.weight
    gate = feature_gate[components.feature]
    varying = _varying(components, index, gate)
    if n_folds is not None and plan.roles is None:
        _check_enough(n_folds, index, plan.group, few_kinds=few_kinds)
    inputs, ranks = encode(
        components,
        index,
        _weights(counts, class_factor, index),
        varying,
        embedded=embedded,
        standardize=standardize,
    )
    gate = gate[varying]
    if n_folds is not None:  # plain members see the table as a loop of one's own would
        names = encoded.objective.values_are_names
        order = content_order(
            ranks, gate, encoded.values[index], names=names, seed=seed
        )
        same = inputs is ranks
        ranks = _rearranged(ranks, order.rows, order.components)
        inputs = ranks if same else _rearranged(inputs, order.rows, order.components)
        index, counts = index[order.rows], counts[order.rows]
        gate, varying = gate[order.components], varying[order.components]
        encoded = encoded.renumbered(order.classes) if names else encoded
    first = np.flatnonzero(np.diff(gate, prepend=-1))
    row_weight = _weights(counts, class_factor, index)
    target = encoded.take(index, row_weight, robust=n_folds is not None)
    plan, effects = _dependence(
        plan.of_rows(index), ranks, encoded.objective, target, row_weight, index
    )
    return EncodedTable(
        components=inputs,
        ranks=ranks,
        component_gate=np.repeat(
            np.arange(len(first)), np.diff(first, append=len(gate))
        ),
        component_feature=components.feature[varying],
        gates=gate[first],
        embedded=embedded,
        target=target,
        strata=None if encoded.strata is None else encoded.strata[index],
        weight=row_weight,
        counts=counts,
        class_factor=None if class_factor is None else class_factor[index],
        objective=encoded.objective,
        n_effective=_n_effective(row_weight, counts, few_kinds=few_kinds),
        few_kinds=few_kinds,
        rows=plan,
        options=GateOptions.usual(len(first))
        if options is None
        else options.of(gate[first]),
        index=index,
        component=varying,
        gate_effects=None if effects is None else np.maximum.reduceat(effects, first),
    )


def _varying(
    components: Components, rows: NDArray[np.integer], gate: NDArray[np.integer]
) -> NDArray[np.integer]:
    """Find the components that vary, those of one gate next to each other."""
    by_gate = np.argsort(gate, kind="stable")
    used = np.zeros(components.n_rows, dtype=bool)
    used[rows] = True
    varying = by_gate[components.varying(used)[by_gate]]
    if not len(varying):
        msg = (
            "X must have a column that varies, got constant columns only "
            f"(n_features = {len(np.unique(components.feature))})."
        )
        raise ValueError(msg)
    return varying


def _weights(
    counts: FloatArray, class_factor: FloatArray | None, index: NDArray[np.integer]
) -> FloatArray:
    """Multiply how often rows come by the weights of their classes."""
    return counts if class_factor is None else counts * class_factor[index]


def _dependence(
    plan: RowPlan,
    ranks: Ranks,
    objective: Objective,
    target: NDArray,
    weight: FloatArray,
    time: NDArray[np.integer],
) -> tuple[RowPlan, FloatArray | None]:
    """Cut rows in time into groups, and tell what groups do to every component."""
    if not plan.in_time and plan.group is None:
        return plan, None
    null = objective.null_raw(target, weight)
    data = ranks, objective.residual(null, target, weight), weight
    group = time_blocks(*data, time) if plan.group is None else plan.group
    return replace(plan, group=group), design_effects(*data, group)


def _check_enough(
    n_folds: int,
    index: NDArray[np.integer],
    group: NDArray[np.integer] | None,
    *,
    few_kinds: bool,
) -> None:
    """Refuse folds that some distinct rows, or their groups, cannot fill."""
    if group is not None:
        n_groups = len(np.unique(group[index]))
        if n_groups < n_folds:
            msg = (
                f"cross_fit={n_folds} expects at least that many groups, "
                f"got {n_groups} in groups; lower cross_fit, or set it to None."
            )
            raise ValueError(msg)
    elif len(index) < n_folds and not few_kinds:
        msg = (
            f"cross_fit={n_folds} expects at least that many distinct rows, "
            f"got n_samples = {len(index)}; lower cross_fit, or set it to None."
        )
        raise ValueError(msg)


def _rearranged(
    values: Ranks, rows: NDArray[np.integer], columns: NDArray[np.integer]
) -> Ranks:
    """Bring rows and columns into another order; those of an array in place."""
    if isinstance(values, SparseRanks):
        return values.rearranged(rows, columns)
    n, m = values.shape
    for places in blocks(n, m):
        values[:, places] = values[rows, places]
    for places in blocks(m, n):
        values[places] = values[places][:, columns]
    return values


def _n_effective(weight: FloatArray, counts: FloatArray, *, few_kinds: bool) -> float:
    """Count the rows of a table that tell something of their own.

    A row that comes again, or has a large weight, tells nothing new, so distinct rows
    are counted. Only of few kinds of rows each comes again and again by nature; the
    weights of their classes make them uneven.
    """
    return count_rows(*_own_weights(weight, counts, few_kinds=few_kinds))


def _own_weights(
    weight: FloatArray, counts: FloatArray, *, few_kinds: bool
) -> tuple[FloatArray, FloatArray]:
    """Weight of every row that is one of its own, and how often it comes as such."""
    times = counts if few_kinds and are_whole(counts) else np.ones_like(weight)
    return weight / times, times
