"""Plans cut into parts that can be trained apart, and their results put together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from stg_select.engine._plan import IntArray, PathResult, TrainingPlan

# fewest members of a part, and fewest rows that its members take in a step together:
# smaller parts are bound by the calls, larger ones leave the processor's caches
PART_MEMBERS = 4
PART_ROWS = 4096


def cut_plan(plan: TrainingPlan, n_rows: int) -> list[IntArray]:
    """Cut the members of a plan into parts with working sets of about one size.

    The last bits of a member depend on the batch that it is trained in. The parts
    depend on the plan and its rows alone, so that members come out the same to the
    last bit whoever trains the parts, and in whichever order.

    Parameters
    ----------
    plan : TrainingPlan
    n_rows : int
        Rows a step.

    Returns
    -------
    parts : list of ndarray of int
        Indices of the members of each part.
    """
    n_parts = -(-plan.n_members // max(PART_MEMBERS, PART_ROWS // n_rows))
    sizes = np.array([0 if s.gates is None else len(s.gates) for s in plan.row_sets])
    index = plan.row_set_index
    return np.array_split(np.lexsort((index, sizes[index])), n_parts)


def take_members(plan: TrainingPlan, members: IntArray) -> TrainingPlan:
    """Make a plan of some members of a plan.

    Parameters
    ----------
    plan : TrainingPlan
    members : ndarray of int of shape (K',)

    Returns
    -------
    plan : TrainingPlan
        With the row sets of these members alone.
    """
    used, index = np.unique(plan.row_set_index[members], return_inverse=True)
    return replace(
        plan,
        prices=plan.prices[members],
        seeds=plan.seeds[members],
        row_sets=tuple(plan.row_sets[r] for r in used),
        row_set_index=index,
    )


def join_results(
    results: Sequence[PathResult], parts: Sequence[IntArray]
) -> PathResult:
    """Put the results of the parts of a plan together.

    Parameters
    ----------
    results : sequence of PathResult
    parts : sequence of ndarray of int
        Members of each result; each member of the plan once.

    Returns
    -------
    result : PathResult
        Members in the order of the plan.
    """
    order = np.argsort(np.concatenate(parts))
    step = max((result.history["step"] for result in results), key=len)

    networks = [network for result in results for network in result.networks]

    def join(name: str) -> NDArray:
        return np.concatenate([getattr(result, name) for result in results])[order]

    def join_history(name: str) -> NDArray:
        curves = np.full((len(step), len(order)), np.nan)
        for result, members in zip(results, parts, strict=True):
            curve = result.history[name]
            curves[: len(curve), members] = curve
        return curves

    return PathResult(
        mu=join("mu"),
        active_probs=join("active_probs"),
        loss=join("loss"),
        n_open=join("n_open"),
        cost=join("cost"),
        n_iter=join("n_iter"),
        converged=join("converged"),
        finite=join("finite"),
        rise=join("rise"),
        bare_loss=join("bare_loss"),
        history={
            "step": step,
            "score": join_history("score"),
            "n_open": join_history("n_open"),
        },
        networks=tuple(networks[k] for k in order if networks),
    )
