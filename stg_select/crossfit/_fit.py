"""A fit: rows, screens, how many gates are needed, members, what they say together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import cycle
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stg_select import rules, screening
from stg_select.crossfit._checks import check_members
from stg_select.crossfit._found_terms import found_terms
from stg_select.crossfit._how_many import (
    benefit_of_doubt,
    doubt_of_sizes,
    good_sizes,
    how_many,
    is_evident,
    largest_size,
    most_in_doubt,
    number_of_deals,
)
from stg_select.crossfit._jobs import quiet, run_tasks
from stg_select.crossfit._judge import Judge
from stg_select.crossfit._members import (
    Split,
    deal_rows,
    distinct_splits,
    plan_members,
)
from stg_select.crossfit._models import HeldOutModels
from stg_select.crossfit._networks import Networks, networks_of
from stg_select.crossfit._outcome import GateOutcome, summarise
from stg_select.crossfit._settings import Settings
from stg_select.crossfit._shortlists import (
    MEMBER_PAIR_COLUMNS,
    RANKING_PAIR_COLUMNS,
    screen,
    shortlist,
)
from stg_select.crossfit._size_curve import SizeCurve
from stg_select.crossfit._table import EncodedTable
from stg_select.crossfit._training import Workers, train_plan, training_config
from stg_select.engine import PathResult
from stg_select.screening import GateScores
from stg_select.seeds import Stream, stream_generator

FloatArray = NDArray[np.floating]

# gates of a working set for each gate above chance, and for each that is needed
GATES_A_SIGNAL = 2
GATES_A_NEEDED = 1.5
# sizes that are tried because a dear gate follows
MOST_WITHOUT_DEAR = 3
# share of the rows that have to count in a log-likelihood, if the screen is to know how
# rare a term is by chance: of more uneven weights a few heavy rows decide
EVEN_SHARE = 2 / 3


@dataclass(frozen=True, eq=False)
class Fit:
    """What a fit has found.

    Parameters
    ----------
    outcome : GateOutcome
    n_gates_to_select : int
        How many of the best gates predict about as well as any number does, besides
        those that stay open.
    curve : SizeCurve or None
        Held-out losses by the number of gates; None without held-out rows or a screen.
    reg_weight : float
        Price of an open gate in training, in shares of the null deviance, were the
        rows independent.
    result : PathResult
        Of the members.
    terms : dict of str to ndarray
        What the screen found, see `found_terms`.
    networks : Networks
        Of the members that count.
    """

    outcome: GateOutcome
    n_gates_to_select: int
    curve: SizeCurve | None
    reg_weight: float
    result: PathResult
    terms: dict[str, NDArray]
    networks: Networks

    @property
    def selection_curve(self) -> dict[str, NDArray]:
        """The curve as plain arrays: numbers of gates and losses; empty without one."""
        curve = self.curve
        return {} if curve is None else {"n_features": curve.sizes, "loss": curve.loss}


def fit_members(
    table: EncodedTable, settings: Settings, n_gates: int, workers: Workers
) -> Fit:
    """Train the members of a selector on a table.

    Parameters
    ----------
    table : EncodedTable
    settings : Settings
    n_gates : int
        Number of the caller's gates, those of constant features included.
    workers : Workers

    Returns
    -------
    fit : Fit

    Raises
    ------
    ValueError
        If the loss of every member stops being finite.
    """
    n_rows = len(table.weight)
    unit = rules.likelihood_unit(table.n_effective, table.null_deviance)
    config = training_config(settings, n_rows, rules.LEAST_GAIN * unit)
    n_deals = settings.n_seeds or number_of_deals(n_rows, table.fewest_rows)
    with quiet():
        splits, scores = _screened(table, settings, n_deals, workers)
    once = distinct_splits(table, splits)
    judge = curve = None
    if settings.n_folds is not None and settings.working_set is not None:
        models = HeldOutModels(table, once, config, workers)
        judge = Judge(models, _most_gates(table, settings))
        curve = judge.first_curve()
    size = _working_set(table, settings, splits, judge, curve)
    price, prices = _prices(table, settings, size)
    options = table.options
    plan, gates = plan_members(len(options.kept), splits, (size,), prices, options)
    kept = replace(config, keep_networks=True)
    result = train_plan(table, plan, gates, kept, workers)
    check_members(result, config)
    outcome = summarise(
        result,
        gates,
        table,
        n_gates,
        optimism=None if settings.n_folds is None else rules.OPTIMISM * unit,
        scores=scores,
        **_merits(table, judge, curve),
    )
    count = round(outcome.n_open)
    if judge is not None and curve is not None:
        curve = judge.refined(curve, outcome.n_open)
        if options.has_costs:
            curve = judge.tried(curve, _sizes_without_dear_gates(table, outcome, curve))
        count = _count(table, settings, judge, curve, outcome)
    with quiet():
        terms = found_terms(table, outcome.terms, once, workers.n_jobs)
    counting = [n for n, c in zip(result.networks, outcome.counts, strict=True) if c]
    networks = networks_of([n for n in counting if n is not None], gates, table)
    return Fit(outcome, count, curve, price, result, terms, networks)


def _screened(
    table: EncodedTable, settings: Settings, n_deals: int, workers: Workers
) -> tuple[list[Split], GateScores | None]:
    """Deal the rows, and screen the gates on the network rows of every split.

    Also on all rows, for the ranking.
    """
    splits = deal_rows(table, n_deals, settings.n_folds, settings.seed)
    if settings.working_set is None:
        return splits, None
    once = distinct_splits(table, splits)
    tasks = [
        (table, table.weight, RANKING_PAIR_COLUMNS),  # the longest one first
        *((table, s.network_weights, MEMBER_PAIR_COLUMNS) for s in once),
    ]
    whole, *scores = run_tasks(screen, tasks, workers.n_jobs, prod(table.ranks.shape))
    shortlists = cycle([shortlist(table, of_split) for of_split in scores])
    return [replace(split, shortlist=next(shortlists)) for split in splits], whole


def _merits(
    table: EncodedTable, judge: Judge | None, curve: SizeCurve | None
) -> dict[str, Any]:
    """Say what is no merit of gates that may close: what those that stay explain."""
    if judge is None or curve is None or not table.options.keeps:
        return {}
    gain = judge.gain(curve)
    helps = is_evident(curve.sizes, gain, 0, table.fewest_rows)
    return {"null_loss": float(curve.network_loss[0]), "others_help": helps}


def _prices(
    table: EncodedTable, settings: Settings, size: int | None
) -> tuple[float, float | FloatArray]:
    """Price of a gate of independent rows, and those of all gates."""
    if settings.reg_weight is not None:
        return settings.reg_weight, table.options.prices(settings.reg_weight)
    n_trained = len(table.gates) if size is None else size
    price = rules.information_price(n_trained, table.n_effective, table.null_deviance)
    if table.gate_effects is None:
        return price, table.options.prices(price)
    # where few groups are the evidence, all gates of the table look for chance in them
    whole = 2.0 * rules.information_price(
        len(table.gates), table.n_effective, table.null_deviance
    )
    return price, table.options.prices(price + whole * (table.gate_effects - 1.0))


def _count(
    table: EncodedTable,
    settings: Settings,
    judge: Judge,
    curve: SizeCurve,
    outcome: GateOutcome,
) -> int:
    """Say how many of the best gates are needed."""
    gain = judge.gain(curve)
    if table.options.has_costs:
        gain = gain - _surcharges(table, settings, curve, outcome)
    n_rows, n_open, most = table.fewest_rows, outcome.n_open, len(table.gates)
    if table.gate_effects is None:
        doubt = doubt_of_sizes(n_rows)
        evident = is_evident(curve.sizes, gain, outcome.n_clear, n_rows)
    else:
        # scores count groups where losses count rows; by chance columns help with all
        # of few groups: as few as are enough
        n_open, most, doubt = 0.0, outcome.n_clear, 0.0
        evident = _clear_of_groups(table, outcome) > 0
    if not evident:
        return _count_plain(table, settings, outcome)
    sizes, error = curve.sizes, judge.error(curve, gain)
    count = how_many(sizes, gain, error, n_open, doubt)
    benefit = benefit_of_doubt(n_rows, table.objective.class_pairs)
    in_doubt = int(min(benefit, n_rows, most_in_doubt(sizes, gain, error)))
    n_likely = _count_likely(table, outcome, n_needed=count)
    count = min(max(count, min(n_likely, in_doubt)), most)
    if not table.options.has_costs:
        return count
    fewest, _ = good_sizes(sizes, gain, error)
    return _without_dear_ends(table, outcome, count, fewest)


def _count_plain(table: EncodedTable, settings: Settings, outcome: GateOutcome) -> int:
    """Count the best gates that are plain on all rows, whatever held-out ones say.

    A signal may be too weak, or rows too few, for networks to bear out on other rows
    what all rows together show. If any gate is plain, the best one counts. Nothing is
    said where rows belong together, where gates cost more than usual, or where columns
    stay, which others may only repeat; and by shuffles alone where weights are uneven,
    or where the caller says how rows are split, who may know that they belong together.
    """
    options = table.options
    if options.keeps or options.has_costs or table.gate_effects is not None:
        return 0
    is_plain = np.zeros(len(table.component_gate), dtype=bool)
    even = table.likelihood_rows >= EVEN_SHARE * len(table.weight)
    if even and table.rows.roles is None:
        for term in outcome.terms:
            if term.by_chance < rules.PLAIN_BY_CHANCE:
                is_plain[list(term.columns)] = True
    if benefit_of_doubt(max(table.fewest_rows, len(table.weight))):
        residual = table.null_residual(table.weight)
        rng = stream_generator(Stream.SHUFFLES, settings.seed)
        is_plain |= screening.plain_columns(table.ranks, residual, table.weight, rng)
    plain_gates = table.component_gate[is_plain]
    best_are_plain = np.isin(_best_first(table, outcome), plain_gates)
    n_plain = int(np.logical_and.accumulate(best_are_plain).sum())
    return max(n_plain, int(best_are_plain.any()))


def _count_likely(table: EncodedTable, outcome: GateOutcome, n_needed: int) -> int:
    """Count the gates that say something by themselves, beside those needed anyway."""
    if table.gate_effects is not None:
        return _clear_of_groups(table, outcome)
    alone = outcome.alone_scores[table.gates][~table.options.kept]
    return rules.count_likely(alone, n_needed)


def _clear_of_groups(table: EncodedTable, outcome: GateOutcome) -> int:
    """Count the best gates up to the last one that is clear of groups."""
    scores = outcome.screen_scores[table.gates][_best_first(table, outcome)]
    clear = np.flatnonzero(scores >= rules.CLEAR_OF_GROUPS)
    return int(clear[-1]) + 1 if len(clear) else 0


def _surcharges(
    table: EncodedTable, settings: Settings, curve: SizeCurve, outcome: GateOutcome
) -> FloatArray:
    """Units that the best gates cost beyond the usual price, by their number."""
    n_rows, deviance = table.n_effective, table.null_deviance
    cost = _costs_best_first(table, outcome)
    surcharge = np.append(0.0, np.cumsum(np.maximum(cost - 1.0, 0.0)))[curve.sizes]
    price = settings.reg_weight
    prices = np.array(
        [
            rules.information_price(size, n_rows, deviance) if price is None else price
            for size in curve.sizes
        ]
    )
    return prices * n_rows * deviance * surcharge


def _sizes_without_dear_gates(
    table: EncodedTable, outcome: GateOutcome, curve: SizeCurve
) -> NDArray[np.integer]:
    """Sizes after which a dear gate follows a usual one, the last ones that matter."""
    is_dear = _costs_best_first(table, outcome)[: curve.best] > 1.0
    starts = 1 + np.flatnonzero(is_dear[1:] & ~is_dear[:-1])
    return starts[-MOST_WITHOUT_DEAR:]


def _without_dear_ends(
    table: EncodedTable, outcome: GateOutcome, count: int, fewest: int
) -> int:
    """Give dear gates no benefit of the doubt: go back while fewer are enough."""
    cost = _costs_best_first(table, outcome)
    while count > fewest and cost[count - 1] > 1.0:
        count -= 1
    return count


def _costs_best_first(table: EncodedTable, outcome: GateOutcome) -> FloatArray:
    """Costs of the gates that may close, from the best gate on."""
    return table.options.cost[_best_first(table, outcome)]


def _best_first(table: EncodedTable, outcome: GateOutcome) -> NDArray[np.integer]:
    """Order the table's gates that may close, from the best one on."""
    best_first = np.argsort(outcome.ranking[table.gates])
    return best_first[~table.options.kept[best_first]]


def _most_gates(table: EncodedTable, settings: Settings) -> int:
    """Most gates that networks see at once."""
    fewest, most = settings.working_set or (0, 0)
    asked_for = fewest == most  # by a number, which then also bounds the selection
    n_free = int(np.count_nonzero(~table.options.kept))
    return min(most, n_free) if asked_for else largest_size(n_free)


def _working_set(
    table: EncodedTable,
    settings: Settings,
    splits: list[Split],
    judge: Judge | None,
    curve: SizeCurve | None,
) -> int | None:
    """Choose how many gates every member trains; None for all.

    Those that stay open come on top.
    """
    if settings.working_set is None:
        return None
    signals = max(split.shortlist.n_signals for split in splits if split.shortlist)
    size = int(np.clip(GATES_A_SIGNAL * signals, *settings.working_set))
    if settings.working_set[0] < settings.working_set[1] and judge and curve:
        gain = judge.gain(curve)
        if is_evident(curve.sizes, gain, signals, table.fewest_rows):
            needed, _ = good_sizes(curve.sizes, gain, judge.error(curve, gain))
            size = max(size, min(int(GATES_A_NEEDED * needed), judge.max_size))
    return min(size, int(np.count_nonzero(~table.options.kept)))
