"""Components whose gates are closed leave the products, and nothing changes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from networks import draw
from problems import (
    assert_alone_as_in_company,
    assert_same_member,
    cross_fitted_sets,
    fit,
    make_plan,
    make_problem,
    plain_sets,
)

from stg_select.engine import GatedNetworks
from stg_select.engine._open_components import MULTIPLE, OpenComponents, find_open
from stg_select.engine._passes import Pass

K, B, D = 4, 9, 40
SETS = {"cross_fitted": cross_fitted_sets, "plain": plain_sets}


def by_component(x):
    """The same input with whole components together in memory."""
    return x.mT.contiguous().mT


def draw_factors(n_open):
    """Gates of K members; of each at most as many are open as told."""
    factors = torch.zeros(K, D, dtype=torch.float64)
    for k in range(K):
        order = np.random.default_rng(k).permutation(D)
        chosen = torch.from_numpy(order[: n_open - k % 2])
        factors[k, chosen] = 0.1 + draw(len(chosen), seed=k).abs()
    return factors


@pytest.mark.parametrize("n_batches", [1, K])
def test_all_open_components_are_found(n_batches):
    factors = draw_factors(5)
    found = find_open(factors, by_component(draw(n_batches, B, D)))
    is_open = factors != 0
    if n_batches == 1:
        is_open = is_open.any(0, keepdim=True)
    width = -(-int(is_open.sum(1).max()) // MULTIPLE) * MULTIPLE
    assert found.index.shape == (n_batches, width)
    for row, own in zip(found.index, is_open, strict=True):
        assert len(set(row.tolist())) == width
        assert set(own.nonzero().flatten().tolist()) <= set(row.tolist())


def test_all_components_are_taken_where_a_copy_does_not_pay():
    x, few = by_component(draw(K, B, D)), draw_factors(5)
    assert find_open(few, x) is not None
    assert find_open(few, draw(K, B, D)) is None, "rows lie together"
    assert find_open(few[:, :MULTIPLE], x[..., :MULTIPLE]) is None
    few[2] = 1.0
    assert find_open(few, x) is None, "one member needs them all"


def test_no_gate_may_be_open():
    found = find_open(torch.zeros(K, D), by_component(draw(K, B, D)))
    assert found.index.shape == (K, MULTIPLE)


@pytest.mark.parametrize("n_batches", [1, K])
def test_parts_are_the_components(n_batches):
    components = torch.stack(
        [torch.from_numpy(np.random.default_rng(k).permutation(D)) for k in range(K)]
    )[:n_batches, :8]
    part = OpenComponents(components)
    x = by_component(draw(n_batches, B, D))
    members = components.expand(K, -1)
    for values in (draw(K, D, seed=1), draw(K, 3, D, seed=2)):
        taken = part.of_members(values)
        for k, index in enumerate(members):
            assert torch.equal(taken[k], values[k][..., index])
        back = part.back(taken, torch.full_like(values, torch.nan))
        for k, index in enumerate(members):
            assert torch.equal(back[k][..., index], taken[k])
            assert back[k].count_nonzero() == taken[k].numel()
    for of_input, whole, index in zip(part.of_input(x), x, components, strict=True):
        assert torch.equal(of_input, whole[:, index])


@pytest.mark.parametrize("to_gates", [False, True])
@pytest.mark.parametrize("to_weights", [False, True])
@pytest.mark.parametrize("n_batches", [1, K])
def test_outputs_and_gradients_are_those_of_all_components(
    n_batches, to_weights, to_gates
):
    networks = GatedNetworks(
        draw(K, D),
        [draw(K, 6, D, seed=1), draw(K, 2, 6, seed=2)],
        [draw(K, 6, seed=3), draw(K, 2, seed=4)],
        1,
        "tanh",
    )
    both_ways = Pass(networks, B)
    outcomes = []
    for n_open in (30, 3):  # from all components to some, in the same memory
        factors, x = draw_factors(n_open), draw(n_batches, B, D, seed=5)
        outcomes = []
        for rows in (by_component(x), x):
            networks.weights.flat.grad.zero_()
            networks.biases.flat.grad.zero_()
            raw = both_ways.forward(rows, factors).clone()
            gradient = both_ways.backward(raw, to_weights=to_weights, to_gates=to_gates)
            grads = (b.flat.grad.clone() for b in (networks.weights, networks.biases))
            # a gate that is closed does not follow its mean
            masked = [gradient * (factors != 0)] if to_gates else []
            outcomes.append([raw, *grads, *masked])
        for part, whole in zip(*outcomes, strict=True):
            torch.testing.assert_close(part, whole, rtol=1e-12, atol=1e-12)


def closing(kind):
    """A plan of few rows and many gates, most of which are closed at most steps."""
    problem = make_problem(component_gate=np.arange(D) // 2)
    gates = [np.arange(20), np.arange(18), np.arange(1, 20)]
    sets = zip(SETS[kind](problem.n_rows), gates, strict=True)
    settings = {"mu_init": 0.05, "gate_std": 0.3, "mu_range": None, "max_iter": 24}
    return problem, [replace(s, gates=g) for s, g in sets], settings


@pytest.mark.parametrize("index", [(), (0,) * 5], ids=["own_rows", "shared_rows"])
@pytest.mark.parametrize("kind", SETS)
def test_training_is_that_with_all_components(kind, index, monkeypatch):
    problem, sets, settings = closing(kind)
    plan = make_plan(sets, index, price=0.3, n_gates=D // 2)
    found = []

    def spy(factors, x):
        found.append(find_open(factors, x))
        return found[-1]

    monkeypatch.setattr("stg_select.engine._passes.find_open", spy)
    result = fit(problem, plan, **settings)
    left_out = np.mean([components is not None for components in found])
    assert left_out > 0.3
    monkeypatch.setattr("stg_select.engine._open_components.MAX_SHARE", 0.0)
    expected = fit(problem, plan, **settings)
    for member in range(plan.n_members):
        assert_same_member(result, member, expected, member)


@pytest.mark.parametrize("index", [(), (0,) * 5], ids=["own_rows", "shared_rows"])
@pytest.mark.parametrize("kind", SETS)
def test_alone_as_in_company(kind, index):
    problem, sets, settings = closing(kind)
    plan = make_plan(sets, index, price=0.3, n_gates=D // 2)
    assert_alone_as_in_company(problem, plan, **settings)
