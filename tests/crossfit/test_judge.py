"""Models that judge how many of the best gates are needed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from encoded import table_of

from stg_select.crossfit import _models
from stg_select.crossfit._judge import Judge
from stg_select.crossfit._members import deal_rows
from stg_select.crossfit._models import HeldOutModels
from stg_select.crossfit._regressions import PENALTIES
from stg_select.crossfit._shortlists import Shortlist
from stg_select.crossfit._size_curve import SizeCurve
from stg_select.crossfit._training import Workers
from stg_select.engine import TrainingConfig

CONFIG = TrainingConfig(
    hidden_layer_sizes=(16,),
    activation="relu",
    gate_std=0.5,
    learning_rate=0.01,
    gate_learning_rate=0.05,
    weight_decay=0.1,
    batch_size=None,
    max_iter=100,
    n_iter_no_change=5,
    tol=1e-4,
    mu_range=(-0.5, 1.5),
    least_gain=0.01,
    warm_up=25,
)


def judge_of(n_useful, n_gates=6, max_size=6, n_rows=240):
    """A judge of a response that so many columns make; they come first in lists."""
    rng = np.random.default_rng(3)
    X = rng.standard_normal((n_rows, n_gates))
    y = X[:, :n_useful].sum(axis=1) + 0.3 * rng.standard_normal(n_rows)
    table = table_of(X, y)
    dealt = deal_rows(table, n_repeats=1, n_folds=3, seed=5)
    gates = Shortlist(np.arange(1, n_gates + 1), n_useful)
    splits = [replace(split, shortlist=gates) for split in dealt]
    return Judge(HeldOutModels(table, splits, CONFIG, Workers()), max_size)


def on_table(judge, table):
    """Let the same models judge another table."""
    return replace(judge, models=replace(judge.models, table=table))


def no_regressions(table, rows, sizes, penalties):
    return np.full((len(penalties), len(sizes)), np.inf)


def curve_from(sizes, losses):
    losses = np.array(losses)
    mean = losses.mean(axis=0)
    untried, penalty = np.full((2, len(sizes)), [[np.inf], [30.0]])
    return SizeCurve(np.array(sizes), losses, mean, mean, untried, penalty)


def curve_of(judge, loss):
    """Replace training by given losses, and note what was tried."""
    tried = []

    def give(sizes, *kinds):
        tried.append(list(sizes))
        return curve_from(sizes, [[loss(size) for size in sizes]])

    object.__setattr__(judge.models, "curve", give)
    return tried


def test_loss_is_smallest_where_all_useful_gates_are_seen():
    judge = judge_of(n_useful=2, max_size=6)
    curve = judge.first_curve()
    assert curve.sizes.tolist() == [1, 2, 4, 6]
    assert curve.best == 2
    assert (curve.loss > 0).all()
    gain = judge.gain(curve)
    # by hand: n times half the logarithm of the share that is left, less .05 a gate
    expected = (
        -0.5 * judge.table.likelihood_rows * np.log(curve.loss) - 0.05 * curve.sizes
    )
    np.testing.assert_allclose(gain, expected, rtol=1e-5)
    assert gain.argmax() == 1


def test_the_error_is_that_of_paired_differences():
    judge = judge_of(1)
    rng = np.random.default_rng(4)
    losses = 0.5 + 0.1 * rng.random((8, 1)) + np.array([0.2, 0.0, 0.05])
    losses[:, 2] += 0.02 * rng.random(8)
    curve = curve_from([1, 2, 4], losses)
    units = -0.5 * judge.table.likelihood_rows * np.log(losses)
    expected = [(units[:, 1] - u).std(ddof=1) / np.sqrt(8) for u in units.T]
    error = judge.error(curve, judge.gain(curve))
    np.testing.assert_allclose(error, expected, rtol=1e-5)
    assert error[1] == 0.0
    # what is dear may be good and yet not the best
    expected = [(units[:, 0] - u).std(ddof=1) / np.sqrt(8) for u in units.T]
    error = judge.error(curve, np.array([3.0, 2.0, 1.0]))
    np.testing.assert_allclose(error, expected, rtol=1e-5)
    # of a few splits it is not known
    few = curve_from(curve.sizes, losses[:7])
    assert not judge.error(few, judge.gain(few)).any()


@pytest.mark.parametrize("n_rows", [125, 600])
def test_of_few_rows_hundreds_of_gates_may_be_worth_it(n_rows):
    """A twentieth of 384 more; of 512 in doubt it is one of 256."""
    judge = judge_of(1, n_rows=n_rows)
    fewer, more = judge.gain(curve_from([128, 512], np.full((1, 2), 0.9)))
    doubt = max(0.0, 1.0 - judge.table.fewest_rows / 500.0)
    assert (doubt > 0.5) == (n_rows == 125)
    assert fewer - more == pytest.approx(0.05 * (384.0 - 256.0 * doubt))


@pytest.mark.parametrize(("n_splits", "known"), [(3, False), (4, True)])
def test_of_trees_fewer_splits_say_the_error(n_splits, known):
    """Four are enough where trees were tried, with whatever number of gates."""
    judge = judge_of(1)
    rng = np.random.default_rng(4)
    losses = 0.5 + 0.1 * rng.random((n_splits, 3))
    curve = curve_from([1, 2, 4], losses)
    assert not judge.error(curve, judge.gain(curve)).any()
    of_trees = replace(curve, tree_loss=np.array([np.inf, np.inf, 0.9]))
    gain = judge.gain(of_trees)
    error = judge.error(of_trees, gain)
    assert error.any() == known
    assert error[gain.argmax()] == 0.0


def test_useless_gates_do_not_pay_however_many():
    """Nothing is fitted to the held-out rows, so that nothing opens by chance."""
    rng = np.random.default_rng(0)
    table = table_of(rng.standard_normal((120, 20)), rng.integers(0, 2, 120))
    dealt = deal_rows(table, n_repeats=1, n_folds=3, seed=5)
    gates = Shortlist(np.arange(1, 21), 0)
    splits = [replace(split, shortlist=gates) for split in dealt]
    judge = Judge(HeldOutModels(table, splits, CONFIG, Workers()), 20)
    assert judge.gain(judge.first_curve()).max() < 3.0


@pytest.mark.parametrize(
    ("max_size", "best", "expected"),
    [
        (1, 1, [[1]]),
        (3, 2, [[1, 2, 3]]),
        (32, 32, [[1, 2, 4, 8, 16, 32]]),
        (33, 33, [[1, 2, 4, 8, 16, 32], [33]]),
        (200, 8, [[1, 2, 4, 8, 16, 32]]),
        (200, 16, [[1, 2, 4, 8, 16, 32], [64]]),
        (200, 64, [[1, 2, 4, 8, 16, 32], [64], [128], [200]]),
        (100, 100, [[1, 2, 4, 8, 16, 32], [64], [100]]),
        (512, 512, [[1, 2, 4, 8, 16, 32], [64], [128], [256], [512]]),
        (700, 700, [[1, 2, 4, 8, 16, 32], [64], [128], [256], [512], [700]]),
    ],
)
def test_more_gates_are_tried_while_more_are_better(max_size, best, expected):
    judge = judge_of(1, max_size=max_size)
    tried = curve_of(judge, lambda size: 0.5 + abs(np.log(size / best)))
    curve = judge.first_curve()
    assert tried == expected
    assert curve.sizes.tolist() == [size for sizes in expected for size in sizes]
    assert curve.best == best


@pytest.mark.parametrize(
    ("best", "back", "again", "largest"),
    [
        (0.5, 0.501, 0.7, 64),  # within three units
        (0.5, 0.7, 0.4, 200),  # two steps further it is better again
        (0.5, 0.7, 0.7, 64),  # not so
        (0.999, 1.0, 0.4, 32),  # nothing is gained so far
    ],
)
def test_one_step_back_may_be_chance(best, back, again, largest):
    judge = judge_of(1, max_size=200)
    losses = {16: best, 32: back, 64: again}
    curve_of(judge, lambda size: losses.get(size, 1.0))
    assert judge.first_curve().sizes[-1] == largest


@pytest.mark.parametrize(
    ("n_open", "expected"),
    [
        (3.4, [5, 6, 7]),  # four are too few
        (4.4, [5, 6, 7]),
        (6.6, [5, 6, 7]),
        (8.4, [5, 6, 7]),
        (8.6, [10, 12, 14]),
        (30.0, [10, 12, 14]),  # sixteen are too many
    ],
)
def test_sizes_are_tried_round_the_number_that_members_open(n_open, expected):
    judge = judge_of(1, max_size=100)
    tried = curve_of(judge, lambda size: 0.2 if 6 <= size <= 12 else 0.9)
    curve = curve_from([1, 2, 4, 8, 16], [[0.9, 0.9, 0.9, 0.2, 0.9]])
    refined = judge.refined(curve, n_open)
    assert tried == [expected]
    assert refined.sizes.tolist() == sorted([1, 2, 4, 8, 16, *expected])


def test_sizes_that_are_asked_for_are_tried_once():
    judge = judge_of(1, max_size=100)
    tried = curve_of(judge, lambda size: 0.3)
    curve = curve_from([1, 2, 4, 8], [[0.9, 0.5, 0.2, 0.2]])
    more = judge.tried(curve, np.array([7, 3, 2]))
    assert tried == [[3, 7]]
    assert more.sizes.tolist() == [1, 2, 3, 4, 7, 8]
    assert judge.tried(more, np.array([3, 8])) is more


def test_no_more_than_the_largest_size_is_tried():
    judge = judge_of(1, max_size=4)
    tried = curve_of(judge, lambda size: 0.3)
    curve = curve_from([1, 2, 4], [[0.9, 0.5, 0.2]])
    assert judge.refined(curve, 20.0).sizes.tolist() == [1, 2, 3, 4]
    assert tried == [[3]]


def test_nothing_lies_between_neighbours():
    judge = judge_of(1, max_size=100)
    tried = curve_of(judge, lambda size: 0.0)
    curve = curve_from([1, 2, 3], [[0.9, 0.8, 0.2]])
    assert judge.refined(curve, 0.0) is curve
    assert tried == []


def test_of_each_size_the_better_kind_of_model_counts(monkeypatch):
    judge = judge_of(n_useful=2)
    both = judge.first_curve()
    monkeypatch.setattr(_models, "regression_losses", no_regressions)
    networks = judge.first_curve()
    # networks are better with the useful gates alone, regressions bear useless ones
    np.testing.assert_array_equal(both.loss[:2], networks.loss[:2])
    assert (both.loss[2:] < networks.loss[2:]).all()
    given = 1.01 * networks.losses[:, [1]]
    losses = iter(np.broadcast_to(given[:, :, None], (3, len(PENALTIES), 4)))
    monkeypatch.setattr(_models, "regression_losses", lambda *args: next(losses))
    mixed = judge.first_curve()
    expected = networks.losses.copy()
    expected[:, [0, 2, 3]] = given
    np.testing.assert_allclose(mixed.losses, expected, rtol=1e-6)
    # what networks lose is not forgotten
    np.testing.assert_allclose(mixed.network_loss, networks.loss, rtol=1e-6)
    np.testing.assert_array_equal(both.network_loss, mixed.network_loss)
    joined = mixed.joined(curve_from([3], [[0.4], [0.5], [0.6]]))
    expected = np.insert(mixed.network_loss, 2, 0.5)
    np.testing.assert_allclose(joined.network_loss, expected)


def tried_kinds(judge, network, regression, trees=lambda size: 1.0):
    """Give kinds of models losses by size, and note which of them are tried where."""
    tried = []

    def kind(name, loss):
        def losses(sizes, penalties=()):
            tried.append((name, list(sizes)))
            of_sizes = [loss(size) for size in sizes]
            return np.broadcast_to(of_sizes, (1, len(judge.models.splits), len(sizes)))

        return losses

    object.__setattr__(judge.models, "_networks", kind("networks", network))
    object.__setattr__(judge.models, "_regressions", kind("regressions", regression))
    object.__setattr__(judge.models, "_trees", kind("trees", trees))
    return tried


FIRST = [1, 2, 4, 8, 16, 32]


@pytest.mark.parametrize(
    ("regression", "then"),
    [
        (0.33, ["networks", "regressions"]),  # 11 units worse
        (0.4, ["networks"]),  # 35 units
        (0.1, ["regressions"]),
    ],
)
def test_models_far_behind_are_not_tried_with_twice_as_many_gates(regression, then):
    judge = judge_of(1, max_size=64)
    tried = tried_kinds(
        judge,
        lambda size: 0.3 if size >= 32 else 0.9,
        lambda size: regression if size >= 32 else 0.9,
    )
    curve = judge.first_curve()
    first = [("networks", FIRST), ("regressions", FIRST)]
    assert tried == first + [(kind, [64]) for kind in then]
    assert curve.loss[-1] == pytest.approx(min(regression, 0.3))
    assert curve.network_loss[-1] == (0.3 if "networks" in then else np.inf)
    expected = regression if "regressions" in then else np.inf
    assert curve.regression_loss[-1] == pytest.approx(expected)


def test_of_many_gates_only_the_better_models_are_tried():
    judge = judge_of(1, n_gates=600, max_size=512)
    # regressions are less than a unit worse
    tried = tried_kinds(
        judge, lambda size: 0.9 - size / 1000, lambda size: 0.901 - size / 1000
    )
    curve = judge.first_curve()
    both = ["networks", "regressions"]
    assert tried == [
        *((kind, sizes) for sizes in (FIRST, [64], [128], [256]) for kind in both),
        ("networks", [512]),
    ]
    tried.clear()
    judge.refined(curve, 600.0)
    assert tried == [("networks", [384])]
    tried.clear()
    judge.refined(replace(curve, losses=curve.losses.clip(0.772)), 200.0)
    assert tried == [(kind, [160, 192, 224]) for kind in both]


@pytest.mark.parametrize(
    ("at_four", "then"), [(0.3, ["networks", "regressions"]), (0.99, ["networks"])]
)
def test_models_far_behind_on_both_sides_are_not_tried_in_between(at_four, then):
    judge = judge_of(1, max_size=32)
    tried = tried_kinds(
        judge,
        lambda size: 0.5 if size < 8 else 0.2,
        lambda size: at_four if size == 4 else 0.99,
    )
    curve = judge.first_curve()
    del tried[:]
    judge.refined(curve, 8.0)
    assert tried == [(kind, [5, 6, 7]) for kind in then]


def others_of(size):
    """What networks and regressions lose: sixteen gates are best."""
    return 0.9 - 0.1 * np.log2(min(size, 16)) + 0.01 * max(0.0, np.log2(size / 16))


@pytest.mark.parametrize(
    ("trees", "sizes", "best"),
    [
        (lambda size: 0.499, [], 16),  # as good as the others: they do not count
        # more are worse than sixteen, and eight as well
        (lambda size: 0.2 + 0.1 * abs(np.log2(size / 16)), [32, 8], 16),
        # fewer are better
        (lambda size: 0.2 + 0.1 * abs(np.log2(size / 4)), [32, 8, 4, 2], 4),
        # more are better, though the others do not say so
        (lambda size: 0.3 - size / 1000, [32, 64, 8], 64),
    ],
)
def test_trees_judge_where_they_are_clearly_better(trees, sizes, best):
    judge = judge_of(1, max_size=64, n_rows=1600)
    tried = tried_kinds(judge, others_of, others_of, trees)
    curve = judge.first_curve()
    assert curve.best == best
    of_trees = [tuple(some) for name, some in tried if name == "trees"]
    assert set(of_trees) == {(16,), *((size,) for size in sizes)}
    known = np.isin(curve.sizes, [16, *sizes] if sizes else [])
    np.testing.assert_array_equal(np.isfinite(curve.tree_loss), known)
    others = [others_of(size) for size in curve.sizes]
    expected = np.where(known, [trees(size) for size in curve.sizes], np.inf)
    np.testing.assert_allclose(curve.loss, np.minimum(others, expected))


@pytest.mark.parametrize(
    ("changed", "tried"),
    [
        ({}, True),
        ({"n_rows": 800}, False),
        ({"objective": "cox"}, False),
        ({"outputs": 13}, False),
        ({"loss": 0.999}, False),  # there is nothing to predict
    ],
)
def test_trees_are_tried_where_they_are_of_use(changed, tried):
    judge = judge_of(1, max_size=6, n_rows=changed.get("n_rows", 1600))
    X = np.random.default_rng(0).standard_normal((1600, 6))
    if "objective" in changed:
        y = np.column_stack([np.ones(1600), np.arange(1.0, 1601.0)])
        judge = on_table(judge, table_of(X, y, objective="cox"))
    if "outputs" in changed:
        judge = on_table(judge, table_of(X, X[:, np.zeros(13, int)] ** 2))
    loss = changed.get("loss", 0.5)
    kinds = tried_kinds(judge, lambda size: loss, lambda size: loss)
    judge.first_curve()
    assert ("trees" in dict(kinds)) == tried


def test_trees_that_last_are_not_tried(monkeypatch):
    judge = judge_of(2, max_size=6, n_rows=1200)
    # of two thirds of the rows
    monkeypatch.setattr(_models, "MOST_NUMBERS", 2 * 800)
    losses = judge.models._trees([1, 2, 3])
    assert losses.shape == (40, 3, 3)
    assert np.isfinite(losses[..., :2]).all()
    assert np.isinf(losses[..., 2]).all()
    assert np.isinf(judge.models._trees([3, 4])).all()
    # of two outputs half as many columns
    X = np.random.default_rng(0).standard_normal((1200, 6))
    judge = on_table(judge, table_of(X, X[:, :2] ** 2))
    best = judge.models._trees([1, 2]).min(axis=(0, 1))
    assert np.isfinite(best).tolist() == [True, False]


def test_trees_see_what_networks_and_regressions_do_not():
    """Which of 64 boxes a row is in, at random, says its class."""
    rng = np.random.default_rng(6)
    X = rng.uniform(-1.0, 1.0, (3000, 4))
    box = np.floor(4.0 * np.abs(X[:, :3])) @ [16, 4, 1]
    y = rng.permutation(64)[box.astype(int)] % 2
    table = table_of(X, y)
    dealt = deal_rows(table, n_repeats=1, n_folds=3, seed=5)
    gates = Shortlist(np.arange(1, 5), 3)
    splits = [replace(split, shortlist=gates) for split in dealt]
    curve = Judge(HeldOutModels(table, splits, CONFIG, Workers()), 4).first_curve()
    assert curve.best == 3 or curve.loss[-1] > 0.97 * curve.loss.min()
    known = np.isfinite(curve.tree_loss)
    assert known[-1]
    np.testing.assert_array_equal(curve.loss[known], curve.tree_loss[known])


def test_more_gates_are_tried_while_trees_alone_are_better():
    judge = judge_of(1, n_gates=200, max_size=200, n_rows=1600)
    tried = tried_kinds(
        judge, others_of, others_of, lambda size: 0.4 - min(size, 128) / 1000
    )
    curve = judge.first_curve()
    assert curve.sizes.tolist() == [*FIRST, 64, 128, 200]
    assert curve.best == 128
    # from twice 64 gates on they leave the others far behind
    assert [sizes for kind, sizes in tried if kind == "trees"][-2:] == [[128], [200]]
    assert [128] not in [sizes for kind, sizes in tried if kind == "networks"]
    tried.clear()
    judge.refined(curve, 100.0)
    assert tried == [("trees", [80, 96, 112])]


@pytest.mark.parametrize("dependent", [False, True])
def test_where_steps_count_all_curves_begin_with_trees(dependent):
    judge = judge_of(1, max_size=32, n_rows=1600)
    if dependent:
        table = replace(judge.table, gate_effects=np.ones(6))
        sizes = FIRST
    else:
        kept = np.arange(6) == 0
        options = replace(judge.table.options, kept=kept)
        table = replace(judge.table, options=options)
        sizes = [0, *FIRST]
    judge = on_table(judge, table)
    object.__setattr__(judge, "_best_first", lambda values: np.ones(32))
    tried_kinds(
        judge, others_of_kept, others_of_kept, lambda size: 0.11 - 0.01 * min(size, 1)
    )
    curve = judge.first_curve()
    assert curve.sizes.tolist() == sizes
    assert np.isfinite(curve.tree_loss).all()
    if not dependent:  # the kept gate's merit is no one else's
        assert judge.gain(curve).max() < 100.0


def others_of_kept(size):
    return 0.9 if size == 0 else 0.5 - 0.01 * min(size, 4)


def test_nothing_promises_trees_to_objectives_that_have_none():
    judge = judge_of(1)
    failed = np.full(6, np.inf)
    curve = SizeCurve(
        np.array(FIRST), failed[None], failed, failed, failed, np.zeros(6)
    )
    assert judge._promising(curve, [32])[2] is False


def test_more_gates_want_no_smaller_penalty_and_at_most_the_next_larger_one():
    judge = judge_of(1, max_size=64)
    tried = []

    def losses(sizes, penalties):
        tried.append((list(sizes), penalties.tolist()))
        best = [300.0 if size > 32 else 30.0 for size in sizes]
        far = np.abs(np.log(penalties[:, None] / best))
        loss = 0.5 - np.log2(sizes) / 100 + far / 100
        return np.broadcast_to(loss[:, None], (len(loss), 3, len(best)))

    models = judge.models
    object.__setattr__(models, "_regressions", losses)
    object.__setattr__(models, "_networks", lambda sizes: np.ones((1, 3, len(sizes))))
    curve = judge.first_curve()
    assert tried == [(FIRST, [3.0, 30.0, 300.0, 1000.0]), ([64], [30.0, 300.0])]
    assert curve.penalty.tolist() == [*[30.0] * len(FIRST), 300.0]
    tried.clear()
    curve = judge.refined(curve, 50.0)
    assert tried == [([40, 48, 56], [30.0, 300.0, 1000.0])]
    assert curve.penalty[-4:].tolist() == [300.0] * 4


def test_sizes_of_too_many_terms_say_nothing_of_penalties():
    judge = judge_of(1, max_size=64)
    mean = np.array([0.9, 0.8, 0.7, 0.6, 0.5, np.inf])
    losses = np.where(np.isfinite(mean), mean, 0.4)[None]
    penalty = np.array([*[1000.0] * 5, 3.0])
    untried = np.full(6, np.inf)
    curve = SizeCurve(np.array(FIRST), losses, losses[0], mean, untried, penalty)
    networks, penalties, trees = judge._promising(curve, [16, 32])
    assert networks
    assert not trees
    assert penalties.tolist() == [1000.0]
    assert judge._promising(curve, [32])[1].tolist() == []


def test_models_that_fail_promise_nothing(monkeypatch):
    judge = judge_of(1)
    config = replace(CONFIG, learning_rate=1e38)
    judge = replace(judge, models=replace(judge.models, config=config))
    with np.errstate(all="ignore"):
        curve = judge.first_curve()
    assert curve.loss.max() < 0.3  # regressions do not fail
    monkeypatch.setattr(_models, "regression_losses", no_regressions)
    with np.errstate(all="ignore"):
        curve = judge.first_curve()
    assert not np.isnan(curve.loss).any()
    assert curve.loss.max() > 1.0
