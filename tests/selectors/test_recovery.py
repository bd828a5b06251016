"""With its defaults the selector finds the columns that carry the signal, and in pure
noise next to nothing."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.datasets import load_diabetes, load_wine

from stg_select import GaussianGateSelector
from stg_select.datasets import (
    make_friedman1,
    make_near_copies,
    make_noise,
    make_sparse_multiclass,
    make_subjects,
    make_three_way,
    make_waves,
    make_xor,
)


def fit(table, seed):
    """The informative columns, the first as many of the ranking, and the selection."""
    X, y, informative = table
    selector = GaussianGateSelector(random_state=seed).fit(X, y)
    first = np.flatnonzero(selector.ranking_ <= len(informative))
    return set(informative), set(first), set(selector.get_support(indices=True))


def seeds(n_quick, n_slow):
    """Draws that always run, and more that are marked as slow."""
    slow = [
        pytest.param(seed, marks=pytest.mark.slow)
        for seed in range(n_quick, n_quick + n_slow)
    ]
    return pytest.mark.parametrize("seed", [*range(n_quick), *slow])


@seeds(1, 1)
def test_the_two_columns_of_xor_among_64(seed):
    table = make_xor(n_samples=1000, n_features=64, random_state=seed)
    informative, first, selected = fit(table, seed)
    assert first == selected == informative


@seeds(1, 1)
def test_the_five_columns_of_friedman_1_among_100(seed):
    table = make_friedman1(n_samples=500, n_features=100, random_state=seed)
    informative, first, selected = fit(table, seed)
    assert first == informative
    assert informative <= selected
    assert len(selected - informative) <= 1


@seeds(1, 1)
def test_the_six_columns_of_three_classes_among_60(seed):
    table = make_sparse_multiclass(
        n_samples=500, n_features=60, n_classes=3, shift=1.5, random_state=seed
    )
    informative, first, selected = fit(table, seed)
    assert first == informative
    assert informative <= selected
    assert len(selected - informative) <= 6


@seeds(1, 1)
@pytest.mark.parametrize("n_rows", [600, 1000])
def test_waves_of_several_periods_are_ranked_first_and_selected(n_rows, seed):
    """Networks of so few rows and steps do not follow them, regressions do."""
    informative, first, selected = fit(make_waves(n_rows, random_state=seed), seed)
    assert first == selected == informative


@seeds(1, 2)
def test_products_of_three_columns_are_ranked_first_and_selected(seed):
    """No column and no pair says anything on its own."""
    informative, first, selected = fit(make_three_way(random_state=seed), seed)
    assert first == informative
    assert informative <= selected
    assert len(selected - informative) <= 1


@seeds(1, 2)
def test_true_columns_rank_before_their_noisy_copies(seed):
    informative, first, _ = fit(make_near_copies(random_state=seed), seed)
    # three copies of each compete; the benchmark measures how often one wins
    assert len(first & informative) >= len(informative) - 1


def columns_of_noise(task, seed):
    """Number of columns selected for a target that depends on none."""
    table = make_noise(n_samples=500, n_features=60, task=task, random_state=seed)
    return len(fit(table, seed)[2])


@pytest.mark.parametrize("task", ["regression", "classification"])
def test_noise_opens_next_to_no_gate(task):
    assert np.mean([columns_of_noise(task, seed) for seed in range(3)]) < 0.5


@pytest.mark.slow
@pytest.mark.parametrize("task", ["regression", "classification"])
def test_noise_opens_next_to_no_gate_over_more_draws(task):
    assert np.mean([columns_of_noise(task, seed) for seed in range(3, 6)]) < 0.5


def shuffled_copies_selected(load, seed):
    """Shuffled copies of its columns that are selected beside the columns themselves,
    and the number of those."""
    X, y = load(return_X_y=True)
    copies = np.random.default_rng(seed).permuted(X, axis=0)
    selector = GaussianGateSelector(random_state=seed).fit(np.hstack([X, copies]), y)
    support = selector.get_support()
    return support[X.shape[1] :].sum(), support[: X.shape[1]].sum()


@pytest.mark.parametrize(
    "draws", [range(2), pytest.param(range(2, 4), marks=pytest.mark.slow)], ids=str
)
@pytest.mark.parametrize(("load", "least"), [(load_wine, 4), (load_diabetes, 3)])
def test_beside_a_signal_noise_stays_out(load, least, draws):
    counts = [shuffled_copies_selected(load, seed) for seed in draws]
    shuffled, real = np.mean(counts, axis=0)
    assert shuffled <= 0.5
    assert real >= least


def test_few_rows_keep_next_to_no_noise_beside_a_clear_column():
    """200 rows can hardly tell what columns add, but they say if it is too little."""
    n_useless = 0
    for seed in range(4):
        rng = np.random.default_rng(seed)
        X = rng.standard_normal((200, 6))
        y = X[:, 0] + 0.7 * rng.standard_normal(200)
        _, _, selected = fit((X, y, [0]), 0)
        assert 0 in selected
        n_useless += len(selected) - 1
    assert n_useless <= 2


@pytest.mark.parametrize("seed", [40002, 40007, 40011])
def test_ten_subjects_are_ten_rows_of_evidence(seed):
    """Held-out rows of few subjects are predicted by chance; scores of sums are not."""
    X, y, _ = make_subjects(
        n_features=15, n_informative=0, rows_a_subject=100, random_state=seed
    )
    selector = GaussianGateSelector(random_state=seed)
    assert selector.fit(X, y, groups=np.arange(1000) // 100).support_.sum() == 0


def test_a_column_that_is_clear_within_eight_subjects():
    """Networks of other subjects cannot predict these, so different are they."""
    rng = np.random.default_rng(907)
    subject = np.arange(480) // 60
    own = rng.standard_normal((8, 12))[subject]
    X = np.c_[rng.standard_normal(480), own]
    y = 1.5 * rng.standard_normal(8)[subject] + rng.standard_normal(480) + X[:, 0]
    selector = GaussianGateSelector(random_state=0).fit(X, y, groups=subject)
    assert selector.get_support(indices=True).tolist() == [0]


@seeds(2, 4)
def test_columns_that_follow_the_label_within_subjects(seed):
    X, y, informative = make_subjects(n_features=18, random_state=seed)
    subject = np.arange(1000) // 25
    selector = GaussianGateSelector(random_state=seed).fit(X, y, groups=subject)
    assert set(selector.get_support(indices=True)) == set(informative)


def test_columns_of_two_values_count_their_rows():
    rng = np.random.default_rng(0)
    X = rng.integers(2, size=(2000, 2)).astype(float)
    y = np.where(rng.uniform(size=len(X)) < 0.1, 1.0 - X[:, 0], X[:, 0]).astype(int)
    selector = GaussianGateSelector(random_state=0).fit(X, y)
    assert selector.get_support()[0]
    np.testing.assert_array_equal(selector.ranking_, [1, 2])


def test_one_column_that_is_the_target():
    x = np.arange(400) % 2
    selector = GaussianGateSelector(random_state=0).fit(x[:, None].astype(float), x)
    assert selector.get_support().all()
