"""Terms that explain a residual, found greedily and tested one by one.

Letters: n rows, m columns, O outputs, q basis functions of a term.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from stg_select.columns import Ranks
from stg_select.screening._basis import DEGREE, WAVE_DEGREE, basis_of_rows
from stg_select.screening._clusters import Clusters
from stg_select.screening._levels import chance
from stg_select.screening._ridge import SMALLEST_RIDGE, ridge_coefficients
from stg_select.screening._scans import Scan
from stg_select.screening._score_tests import best_score_tests
from stg_select.weighted import standardized, weighted_mean

FloatArray = NDArray[np.floating]

TERMS_A_ROUND = 4
TESTS_A_ROUND = 12
# most cells of the terms that are tested together, more of which gain nothing
TEST_CELLS = 2**18
# functions of each column whose products tell cells of three columns and more apart
SHAPES = 2
# least share of a residual that counts as left over
_LEFT = 1e-4


@dataclass(frozen=True)
class Tested:
    """A function of a few columns, tested beyond its lower terms.

    Parameters
    ----------
    kind : {"linear", "smooth", "wave", "product", "interaction", "triple", "cells"}
    columns : tuple of int
        The columns, ascending.
    output : int
        The output of the residual that it says most about.
    score : float
        Deviate of its test over the level of chance.
    strength : float
        What orders the terms: the same, for a single function in units of what it
        leaves of the residual. That prefers a straight term to a shape that says
        hardly more, and a column to its copies.
    by_chance : float
        About how many terms as good as this one chance makes of as many as were
        looked through; below 1 that is the probability of any.
    """

    kind: str
    columns: tuple[int, ...]
    output: int
    score: float
    strength: float
    by_chance: float


@dataclass(frozen=True, eq=False)
class Term:
    """A function of a few columns that explains part of a residual.

    Parameters
    ----------
    kind : {"linear", "smooth", "wave", "product", "interaction", "triple", "cells"}
    columns : tuple of int
        The columns, ascending.
    values : ndarray of shape (n,)
        Its values, of weighted variance 1.
    reliability : float
        Share of its explained variance that is left after taking off what as many
        parameters explain by chance.
    score : float, default=1.0
        Deviate of its test over the level of chance.
    by_chance : float, default=0.0
        About how many terms as good as this one chance makes of as many as were
        looked through.
    """

    kind: str
    columns: tuple[int, ...]
    values: FloatArray
    reliability: float
    score: float = 1.0
    by_chance: float = 0.0


@dataclass(frozen=True)
class Found:
    """What a search says about a term that it found.

    Parameters
    ----------
    kind : {"linear", "smooth", "wave", "product", "interaction", "triple", "cells"}
    columns : tuple of int
        Columns of the table, ascending.
    score : float
        Deviate of its test over the level of chance.
    by_chance : float
        About how many terms as good as this one chance makes of as many as were
        looked through.
    explained : float, default=nan
        Share of the residual's variance that it explains on rows that were held out,
        see `_held_out.judged_on`; NaN where none were.
    """

    kind: str
    columns: tuple[int, ...]
    score: float
    by_chance: float
    explained: float = np.nan


@dataclass(frozen=True, eq=False)
class _Candidate:
    """A term that is to be tested: its lower terms (n, s) and its functions (n, q)."""

    kind: str
    columns: tuple[int, ...]
    designs: tuple[FloatArray, FloatArray]

    def fits_into(self, batch: Sequence[_Candidate]) -> bool:
        """Tell whether it is like the terms of a batch, and there is room for it."""
        shapes, theirs = (
            [design.shape for design in term.designs] for term in (self, batch[0])
        )
        n_cells = sum(design.size for design in self.designs)
        alike = self.kind == batch[0].kind and shapes == theirs
        return alike and (len(batch) + 1) * n_cells <= TEST_CELLS


def tested_terms(
    scans: Sequence[Scan],
    n_terms: Callable[[str, int], float],
    basis_of: Callable[[str, tuple[int, ...]], FloatArray],
    residual: FloatArray,
    weight: FloatArray,
    clusters: Clusters | None,
) -> list[Tested]:
    """Test the best candidates beyond their lower terms.

    Parameters
    ----------
    scans : sequence of Scan
        Candidates of every kind, scores over the level of chance.
    n_terms : callable
        Gives the number of terms of a kind and of some columns that were looked
        through.
    basis_of : callable
        Gives the functions (degree, q, n) of the columns of a term of some kind. Those
        beyond degree 4 are lower terms of pairs.
    residual : ndarray of shape (n, O)
    weight : ndarray of shape (n,)
    clusters : Clusters or None
        Groups of rows, whose sums then have to bear a term out.

    Returns
    -------
    tested : list of Tested
        Of every kind the candidates above chance, at most `TESTS_A_ROUND`.
    """
    tested: list[Tested] = []
    for batch in _batches(scans, basis_of):
        lower, functions = (
            np.stack([lines.T for lines in designs])
            for designs in zip(*(term.designs for term in batch), strict=True)
        )
        best = best_score_tests(lower, functions, residual, weight, clusters)
        for term, output, deviate in zip(
            batch, *(b.tolist() for b in best), strict=True
        ):
            n_looked = n_terms(term.kind, len(term.columns))
            tested.append(_tested(term, n_looked, output, deviate))
    return tested


def best_terms(
    tested: Sequence[Tested],
    basis_of: Callable[[str, tuple[int, ...]], FloatArray],
    residual: FloatArray,
    weight: FloatArray,
    clusters: Clusters | None,
) -> list[Term]:
    """Fit the terms that beat chance.

    Parameters
    ----------
    tested : sequence of Tested
    basis_of : callable
    residual : ndarray of shape (n, O)
    weight : ndarray of shape (n,)
    clusters : Clusters or None
        As for their tests.

    Returns
    -------
    terms : list of Term
        At most `TERMS_A_ROUND`, best first, of different columns.
    """
    best: dict[tuple[int, ...], Tested] = {}
    for term in sorted(tested, key=lambda term: (-term.strength, term.columns)):
        if term.score >= 1.0:
            best.setdefault(term.columns, term)
    return [
        _fitted(
            term,
            basis_of(term.kind, term.columns),
            residual[:, term.output],
            weight,
            clusters,
        )
        for term in list(best.values())[:TERMS_A_ROUND]
    ]


def left_over(
    terms: Sequence[Term],
    target: FloatArray,
    weight: FloatArray,
    lower: FloatArray | None = None,
) -> FloatArray:
    """Residual of a ridge regression on terms.

    Parameters
    ----------
    terms : sequence of Term
    target : ndarray of shape (n, O)
    weight : ndarray of shape (n,)
    lower : ndarray of shape (n, s) or None, default=None
        Functions that take part besides; None is a constant. What has been taken out of
        the target for them comes back with a term that is like them by chance.

    Returns
    -------
    residual : ndarray of shape (n, O)
    """
    lower = np.ones((len(target), 1)) if lower is None else lower
    design = np.column_stack([lower, *(term.values for term in terms)])
    return target - design @ ridge_coefficients(design, target, weight)


def fitted_values(
    term: Found,
    u: Ranks,
    rows: NDArray[np.integer],
    residual: FloatArray,
    weight: FloatArray,
) -> tuple[FloatArray, FloatArray]:
    """Fit lower terms, and these with a term, to the first rows and predict all.

    Parameters
    ----------
    term : Found
    u : ndarray or SparseRanks of shape (n, m)
        Columns mapped to (-1, 1) by their ranks.
    rows : ndarray of int of shape (r,)
    residual : ndarray of shape (r', O)
        Of the first r' rows.
    weight : ndarray of shape (r',)

    Returns
    -------
    without, fitted : ndarray of shape (r, O)
    """
    degree = WAVE_DEGREE if term.kind == "wave" else DEGREE
    basis = basis_of_rows(u, rows, np.array(term.columns), weight, degree)
    lower, functions = _designs(term.kind, basis)
    n = len(residual)
    designs = lower, np.concatenate([lower, functions], axis=1)
    without, fitted = (d @ ridge_coefficients(d[:n], residual, weight) for d in designs)
    return without, fitted


def _candidates(scans: Sequence[Scan]) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Pick the candidates above chance, the best of every kind, each once."""
    for scan in scans:
        seen: set[tuple[int, ...]] = set()
        for at in np.argsort(-scan.score, kind="stable"):
            columns = tuple(scan.columns[at].tolist())
            if scan.score[at] < 1.0 or len(seen) == TESTS_A_ROUND:
                break
            if columns not in seen:
                seen.add(columns)
                yield scan.kind, columns


def _batches(
    scans: Sequence[Scan], basis_of: Callable[[str, tuple[int, ...]], FloatArray]
) -> Iterator[list[_Candidate]]:
    """Give the candidates in order, some neighbours of one shape together."""
    batch: list[_Candidate] = []
    for kind, columns in _candidates(scans):
        term = _Candidate(kind, columns, _designs(kind, basis_of(kind, columns)))
        if batch and not term.fits_into(batch):
            yield batch
            batch = []
        batch.append(term)
    if batch:
        yield batch


def _tested(term: _Candidate, n_looked: float, output: int, deviate: float) -> Tested:
    """Turn a test into scores, of one of so many terms as were looked through."""
    functions = term.designs[1]
    score = strength = deviate / chance(n_looked)
    if functions.shape[1] == 1:
        strength /= max(1.0 - deviate**2 / len(functions), _LEFT) ** 0.5
    by_chance = 2.0 * n_looked * float(ndtr(-deviate))
    return Tested(term.kind, term.columns, output, score, strength, by_chance)


def _fitted(
    tested: Tested,
    basis: FloatArray,
    output: FloatArray,
    weight: FloatArray,
    clusters: Clusters | None,
) -> Term:
    """Fit a term, with its lower ones, to its output of a residual."""
    lower, functions = _designs(tested.kind, basis)
    if functions.shape[1] == 1:
        values, reliability = functions[:, 0], 1.0
    else:
        if tested.kind == "cells":
            # what smaller sets say has terms of its own
            design = functions - lower @ ridge_coefficients(
                lower, functions, weight, SMALLEST_RIDGE
            )
        else:
            design = np.concatenate([lower, functions], axis=1)
        values = design @ ridge_coefficients(design, output, weight)
        explained = 1.0 - float(weighted_mean(np.square(output - values), weight))
        chance_share = np.count_nonzero(design.any(axis=0)) / len(design)
        if clusters is not None:
            scoring = output * weight
            fitted = standardized(values.astype(np.float64), weight)
            effect = clusters.design_effect(fitted[None], scoring)[0]
            chance_share *= max(1.0, min(effect, 1.0 + clusters.excess(scoring)))
        reliability = max(0.0, 1.0 - chance_share / max(explained, 1e-12))
    values = standardized(values.astype(np.float64), weight)
    return Term(
        tested.kind,
        tested.columns,
        values,
        reliability,
        tested.score,
        tested.by_chance,
    )


def _designs(kind: str, basis: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Lower terms and functions of a term: shapes (n, s) and (n, q)."""
    main = [basis[:, i].T for i in range(basis.shape[1])]
    constant = np.ones((basis.shape[2], 1), dtype=basis.dtype)
    if kind == "linear":
        return constant, main[0][:, :1]
    if kind == "smooth":
        return constant, main[0]
    if kind == "wave":
        smooth = np.concatenate([constant, main[0][:, :DEGREE]], axis=1)
        return smooth, main[0][:, DEGREE:]
    if kind == "cells":
        return _cell_designs(basis[:SHAPES])
    if kind == "triple":
        straight = [values[:, :1] for values in main]
        pairs = [a * b for a, b in combinations(straight, 2)]
        parts = [constant, *(values[:, :2] for values in main), *pairs]
        product = straight[0] * straight[1] * straight[2]
        return np.concatenate(parts, axis=1), product
    lower = np.concatenate([constant, *main], axis=1)
    first, second = (values[:, :DEGREE] for values in main)
    if kind == "product":
        return lower, first[:, :1] * second[:, :1]
    products = first[:, :, None] * second[:, None, :]
    return lower, products.reshape(len(products), -1)


def _cell_designs(basis: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Products of functions of some of the columns, and those of all of them."""
    shape, n = basis.shape[1], basis.shape[2]
    product = np.ones((1, n), dtype=basis.dtype)
    whole = np.ones(1, dtype=bool)
    for column in range(shape):
        values = basis[:, column][basis[:, column].any(axis=1)]
        values = np.concatenate([np.ones((1, n), dtype=basis.dtype), values])
        product = (product[:, None] * values).reshape(-1, n)
        whole = (whole[:, None] & (np.arange(len(values)) > 0)).ravel()
    return product[~whole].T, product[whole].T
