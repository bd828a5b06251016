"""Forward regression against ridge regressions that are solved one by one."""

from __future__ import annotations

from unittest import mock

import numpy as np
import pytest
from draws import draw, seeds
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import ortho_group

from stg_select.screening import _forward
from stg_select.screening._dictionary import dictionary_of
from stg_select.screening._forward import RIDGE, forward_coefficients
from stg_select.screening._terms import Term


def ridge_loss(design, target, weight):
    """Smallest loss of a ridge regression of all outputs, the penalty included."""
    share = weight / weight.sum()
    gram = design.T @ (share[:, None] * design) + RIDGE * np.eye(design.shape[1])
    covariance = design.T @ (share[:, None] * target)
    explained = (covariance * np.linalg.solve(gram, covariance)).sum()
    return share @ np.square(target).sum(axis=1) - explained


def by_hand(dictionary, target, weight):
    """Gains of all groups in the order in which they enter."""
    entered, gains = [], {}
    groups = range(len(dictionary.owners))
    while len(gains) < len(groups):
        before = ridge_loss(dictionary.design[:, entered], target, weight)
        added = {}
        for group in set(groups) - set(gains):
            terms = np.flatnonzero(dictionary.group == group)
            losses = [
                ridge_loss(dictionary.design[:, [*entered, t]], target, weight)
                for t in terms
            ]
            added[group] = sum(before - loss for loss in losses)
        best = max(added, key=added.__getitem__)
        gains[best] = added[best]
        entered += np.flatnonzero(dictionary.group == best).tolist()
    return gains


def dictionary(basis, columns=(3, 1, 4)):
    terms = [Term("interaction", (0, 4), basis[0, 0] * basis[0, 4], 0.6)]
    return dictionary_of(basis, np.array(columns), terms)


@given(seed=seeds, n_rows=st.sampled_from([60, 200]), n_outputs=st.integers(1, 4))
@settings(max_examples=25)
def test_gains_are_those_of_ridge_regressions(seed, n_rows, n_outputs):
    """By the values of the terms of few rows, and the covariances of many."""
    basis, target, weight = draw(seed, n_rows, 5, n_outputs)
    target = target + basis[0, [1]].T
    terms = dictionary(basis)
    found = forward_coefficients(terms, target, weight)
    gains = by_hand(terms, target, weight)
    size = {group: np.sqrt(gain / n_outputs) for group, gain in gains.items()}
    expected = np.zeros(5)
    for group, column in enumerate((3, 1, 4)):
        expected[column] = size[group]
    for column in (0, 4):
        expected[column] = max(expected[column], 0.6 * size[3])
    np.testing.assert_allclose(found, expected, atol=1e-8)


@given(seed=seeds, at_once=st.integers(1, 6))
@settings(max_examples=25)
def test_covariances_of_some_groups_at_a_time(seed, at_once):
    rng = np.random.default_rng(seed)
    lines, group = rng.normal(size=(9, 20)), np.array([0, 1, 2, 3, 4, 0, 1, 2, 5])
    promise = rng.uniform(size=6)
    with mock.patch.object(_forward, "GROUPS_AT_ONCE", at_once):
        covariances = _forward._Covariances(lines, group)
        for term in rng.permutation(9).tolist():
            found = covariances.of(term, promise)
            np.testing.assert_allclose(found, lines @ lines[term], atol=1e-12)


def test_a_straight_output_and_a_square_one_in_numbers():
    """1 / (1 + 1) of the one; squares enter at half size, so 1/4 / (1/4 + 1)."""
    basis, _, weight = draw(0, 400, 6)
    for degree, expected in ((0, 0.5), (1, 0.2)):
        target = basis[degree, [0]].T
        terms = dictionary_of(basis, np.arange(6), [])
        found = forward_coefficients(terms, target, weight)
        assert found[0] == pytest.approx(np.sqrt(expected), rel=0.02)


@given(seed=seeds)
@settings(max_examples=25)
def test_outputs_may_be_turned(seed):
    """Only what they say together counts, not which of them says it."""
    basis, target, weight = draw(seed, 60, 5, 3)
    turn = ortho_group(3, seed=seed % 2**31).rvs()
    found, turned = (
        forward_coefficients(dictionary(basis), outputs, weight)
        for outputs in (target, target @ turn)
    )
    np.testing.assert_allclose(turned, found, atol=1e-8)


@given(seed=seeds)
@settings(max_examples=25)
def test_weights_are_repeated_rows(seed):
    basis, target, _ = draw(seed, 60, 5, 2)
    count = np.random.default_rng(seed).integers(1, 4, 60)
    weighted = forward_coefficients(dictionary(basis), target, count / count.mean())
    repeated = forward_coefficients(
        dictionary(np.repeat(basis, count, axis=2)),
        np.repeat(target, count, axis=0),
        np.ones(count.sum()),
    )
    np.testing.assert_allclose(weighted, repeated, atol=1e-8)


def test_of_columns_that_say_the_same_one_comes_first_and_the_others_late():
    """Seven classes, each with a column and a copy of it of little noise."""
    rng = np.random.default_rng(0)
    basis, _, weight = draw(0, 400, 20)
    target = basis[0, :7].T + 0.3 * rng.standard_normal((400, 7))
    copies = basis[0, :7] + 0.1 * rng.standard_normal((7, 400))
    basis[0, 7:14] = (
        copies / np.sqrt(np.average(copies**2, axis=1, weights=weight))[:, None]
    )
    found = forward_coefficients(
        dictionary_of(basis, np.arange(20), []), target, weight
    )
    order = np.argsort(-found).tolist()
    first, later = order[:7], [c for c in order[7:] if c < 14]
    assert {column % 7 for column in first if column < 14} == set(range(7))
    assert found[later].max() < 0.7 * found[first].min()
    # the ridge leaves copies something to say, unlike useless columns
    assert found[later].min() > found[14:].max()


@pytest.mark.parametrize("n_steps", [1, 3])
def test_later_groups_are_worth_nothing(n_steps, monkeypatch):
    basis, target, weight = draw(1, 60, 8, 2)
    terms = dictionary_of(basis, np.arange(8), [])
    every = forward_coefficients(terms, target, weight)
    monkeypatch.setattr(_forward, "N_STEPS", n_steps)
    found = forward_coefficients(terms, target, weight)
    assert np.count_nonzero(found) == n_steps
    np.testing.assert_array_equal(found[found > 0.0], every[found > 0.0])


def test_columns_that_do_not_vary_get_nothing():
    basis, target, weight = draw(2, 60, 4, 2)
    basis[:, 2] = 0.0
    found = forward_coefficients(dictionary_of(basis, np.arange(4), []), target, weight)
    assert found[2] == 0.0
    assert (found[[0, 1, 3]] > 0.0).all()
