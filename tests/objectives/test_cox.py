"""Partial likelihoods against statsmodels and a loop, and what becomes of times."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from losses import OBJECTIVES, B, K, draw_problem, weighted_loss
from statsmodels.duration.hazard_regression import PHReg

from stg_select.objectives import OBJECTIVES as ENCODERS
from stg_select.objectives import Cox, CoxBreslow

TIES = {"cox": "efron", "cox_breslow": "breslow"}
KINDS = {"cox": Cox, "cox_breslow": CoxBreslow}


def encode(y, weight=None, name="cox"):
    return ENCODERS[name](y, np.ones(len(y)) if weight is None else weight)


def structured(event, time, names=("event", "time")):
    pairs = list(zip(event, time, strict=True))
    return np.array(pairs, dtype=[(names[0], bool), (names[1], float)])


def partial_likelihood(raw, code, weight, ties):
    """Negative log partial likelihood of one member by its definition."""
    time, event = code // 2, code % 2 == 1
    hazard, total = weight * np.exp(raw), 0.0
    for now in np.unique(time[event & (weight > 0)]):
        dead = np.flatnonzero(event & (weight > 0) & (time == now))
        at_risk = hazard[time >= now].sum()
        total -= weight[dead] @ raw[dead]
        for turn in range(len(dead)):
            gone = turn / len(dead) * hazard[dead].sum() if ties == "efron" else 0.0
            mass = weight[dead].mean()
            total += mass * np.log(at_risk - gone)
    return total


def lost_to_the_null(name, raw, code, weight):
    """The loss without what the null model loses on the whole table."""
    loss = weighted_loss(KINDS[name](0.0), raw[None, :, None], code[None], weight[None])
    return loss[0]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", TIES)
def test_values_and_gradients_are_statsmodels(name, seed):
    raw, code, _ = draw_problem(name, seed)
    raw, code, ones = 0.5 * raw[0, :, 0], code[0], np.ones(B)
    # one coefficient a row: the gradient is that of the log hazards
    model = PHReg(code // 2 + 1.0, np.eye(B), status=code % 2, ties=TIES[name])
    np.testing.assert_allclose(
        lost_to_the_null(name, raw, code, ones),
        model.loglike(np.zeros(B)) - model.loglike(raw),
        rtol=1e-9,
    )
    tensors = (torch.from_numpy(a)[None] for a in (raw[:, None], code, ones))
    gradient = KINDS[name](0.0).gradient(*tensors)[0, :, 0]
    np.testing.assert_allclose(gradient, -model.score(raw), rtol=1e-8, atol=1e-10)


@pytest.mark.parametrize("name", TIES)
def test_weights_count_in_risk_sets(name):
    raw, code, weight = draw_problem(name)
    weight[:, ::5] = 0.0
    for k in range(K):
        expected = partial_likelihood(raw[k, :, 0], code[k], weight[k], TIES[name])
        null = partial_likelihood(np.zeros(B), code[k], weight[k], TIES[name])
        found = lost_to_the_null(name, raw[k, :, 0], code[k], weight[k])
        assert found == pytest.approx(expected - null)


@pytest.mark.parametrize("n_targets", [1, K])
@pytest.mark.parametrize("name", TIES)
def test_gradcheck(name, n_targets):
    raw, code, weight = map(torch.from_numpy, draw_problem(name, n_targets=n_targets))
    weight[:, ::4] = 0.0
    objective = OBJECTIVES[name]
    weight = weight[:n_targets]
    raw = raw.requires_grad_()
    assert torch.autograd.gradcheck(lambda r: objective.loss(r, code, weight), raw)
    objective.loss(raw, code, weight).sum().backward()
    own = objective.gradient(raw.detach(), code, weight)
    torch.testing.assert_close(own, raw.grad, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("name", TIES)
def test_members_do_not_know_each_other(name):
    raw, code, weight = map(torch.from_numpy, draw_problem(name))
    weight[1, :7] = 0.0
    objective = OBJECTIVES[name]
    together = objective.gradient(raw, code, weight)
    losses = objective.loss(raw, code, weight)
    for k in range(K):
        alone = [tensor[[k]] for tensor in (raw, code, weight)]
        torch.testing.assert_close(objective.gradient(*alone)[0], together[k])
        torch.testing.assert_close(objective.loss(*alone)[0], losses[k])


@pytest.mark.parametrize("name", TIES)
def test_rows_of_weight_zero_are_removed_rows(name):
    raw, code, weight = (array[0] for array in draw_problem(name))
    weight[::3] = 0.0
    raw[::3] = 1e3
    kept = weight > 0
    objective = OBJECTIVES[name]
    full, rest = (
        [torch.from_numpy(array)[None] for array in arrays]
        for arrays in ((raw, code, weight), (raw[kept], code[kept], weight[kept]))
    )
    torch.testing.assert_close(objective.loss(*full), objective.loss(*rest))
    gradient = objective.gradient(*full)
    torch.testing.assert_close(gradient[:, kept], objective.gradient(*rest))
    assert (gradient[:, ~kept] == 0.0).all()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
@pytest.mark.parametrize("name", TIES)
def test_log_hazards_of_a_hundred_stay_finite(name, dtype):
    """Also those of latest rows without weight, which lead the sums."""
    _, code, weight = draw_problem(name)
    weight[:, code.max(axis=0) > 20] = 0.0
    signs = np.random.default_rng(1).choice([-100.0, 100.0], (K, B, 1))
    raw = torch.tensor(signs, dtype=dtype, requires_grad=True)
    weight, code = torch.from_numpy(weight).to(dtype), torch.from_numpy(code)
    loss = OBJECTIVES[name].loss(raw, code, weight)
    loss.sum().backward()
    gradient = OBJECTIVES[name].gradient(raw.detach(), code, weight)
    assert loss.isfinite().all()
    assert raw.grad.isfinite().all()
    assert gradient.isfinite().all()
    torch.testing.assert_close(gradient, raw.grad, rtol=1e-3, atol=1e-3)


def test_null_residuals_are_martingale_residuals():
    """Events less the Nelson-Aalen estimate, as statsmodels computes them."""
    event, time = np.array([1, 0, 1, 1, 0]), np.array([5.0, 2.0, 3.0, 1.0, 4.0])
    encoded = encode(structured(event, time))
    residual = encoded.objective.residual(np.zeros(1), encoded.values, np.ones(5))
    hazard = {1.0: 1 / 5, 2.0: 1 / 5, 3.0: 1 / 5 + 1 / 3, 4.0: 1 / 5 + 1 / 3}
    hazard[5.0] = hazard[4.0] + 1.0
    expected = event - [hazard[t] for t in time]
    np.testing.assert_allclose(residual[:, 0], expected)


def test_null_model_means_the_same_on_any_part_of_a_table():
    rng = np.random.default_rng(0)
    encoded = encode(structured(rng.random(80) < 0.5, rng.exponential(size=80)))
    whole = encoded.objective.null_deviance(encoded.values, np.ones(80))
    assert whole == encoded.objective.null_loss
    for part in (slice(20), slice(20, 80)):
        values = encoded.values[part]
        found = encoded.objective.null_deviance(values, np.ones(len(values)))
        assert found == pytest.approx(whole)


def test_null_loss_is_the_partial_likelihood_of_the_null_model():
    rng = np.random.default_rng(0)
    event, time = rng.random(50) < 0.6, rng.integers(1, 9, 50).astype(float)
    objective = encode(structured(event, time), name="cox_breslow").objective
    model = PHReg(time, np.zeros((50, 1)), status=event, ties="breslow")
    assert objective.null_loss == pytest.approx(-model.loglike(np.zeros(1)) / 50)


@pytest.mark.parametrize("name", TIES)
def test_null_loss_takes_whole_weights_for_rows_and_no_unit_of_others(name):
    rng = np.random.default_rng(0)
    y = structured(rng.random(50) < 0.6, rng.integers(1, 30, 50))
    counts = rng.integers(0, 4, 50)
    weighted = encode(y, counts.astype(float), name).objective.null_loss
    repeated = encode(np.repeat(y, counts), name=name).objective.null_loss
    assert weighted == pytest.approx(repeated)
    weight = rng.uniform(0.1, 0.9, 50)
    assert encode(y, weight, name).objective.null_loss == pytest.approx(
        encode(y, 0.01 * weight, name).objective.null_loss
    )


@pytest.mark.parametrize("names", [("event", "time"), ("cens", "days"), ("t", "e")])
def test_fields_may_have_any_name(names):
    encoded = encode(structured([1, 0, 1, 1], [3.0, 1.0, 0.0, 3.0], names))
    np.testing.assert_array_equal(encoded.values, [5, 2, 1, 5])
    np.testing.assert_array_equal(encoded.strata, [1, 0, 1, 1])
    assert encoded.classes is None
    assert encoded.values.dtype == np.int64


@pytest.mark.parametrize("order", [[0, 1], [1, 0]])
def test_two_columns_in_either_order(order):
    y = np.array([[1, 3.5], [0, 1.0], [1, 0.5]])[:, order]
    np.testing.assert_array_equal(encode(y).values, [5, 2, 1])


EVENT = [1, 0, 1, 1]


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (structured(EVENT, [1, 2, np.nan, 3]), "finite times in y, got 1 missing or"),
        (structured(EVENT, [1, np.inf, np.nan, 3]), "finite times in y, got 2 missing"),
        (structured(EVENT, [1, 2, -0.5, 3]), "times of at least 0 in y, got -0.5"),
        (structured([0] * 4, [1, 2, 3, 4]), "events in y, got censored rows only"),
        (
            structured([0, 0, 0, 1], [1, 2, 3, 4]),
            "one event only, at the last",
        ),
        (np.arange(4.0), r"an event and a time for each row .* got shape \(4,\)"),
        (np.ones((4, 3)), r"as two columns, got shape \(4, 3\)"),
        (
            np.array([[1, 1], [0, 0], [1, 0], [1, 1]]),
            r"\(event, time\) or \(time, event\), .* only 0 and 1, but both columns do",
        ),
        (np.array([[2, 5], [3, 4]]), "only 0 and 1, but neither column does"),
    ],
)
def test_unusable_times(y, message):
    for name in TIES:
        with pytest.raises(ValueError, match=f"objective='{name}' .*{message}"):
            encode(y, name=name)


def test_events_of_rows_without_weight_do_not_count():
    y = structured([1, 0, 0, 0], [1, 2, 3, 4])
    with pytest.raises(ValueError, match="got censored rows only"):
        encode(y, np.array([0.0, 1.0, 1.0, 1.0]))
