"""Parts f, g, h, n, s and w of the benchmark, on made-up files."""

from __future__ import annotations

import gzip
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_matrix

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.quality.__main__ import main
from benchmarks.quality.judges import Split, scores
from benchmarks.quality.methods import METHODS
from benchmarks.quality.parts import make_parts
from benchmarks.quality.parts.stability import as_set, as_text, mean_jaccard
from benchmarks.quality.problem import Ranking, Unit
from benchmarks.quality.results import Results
from benchmarks.quality.selection_tables import by_group, losses
from benchmarks.quality.tables import make_tables

ORIGIN = {"fit_seconds": 1.0, "seed": 0, "versions": "none"}


@pytest.fixture
def data(tmp_path):
    """A folder with one table of each group, and two sets of genotypes."""
    folder = tmp_path / "data"
    (folder / "rebate").mkdir(parents=True)
    rng = np.random.default_rng(0)
    X = rng.normal(size=(120, 12)).astype(np.float32)
    y = (X[:, 3] + X[:, 7] > 0).astype(int)
    np.savez(folder / "vowel.npz", X=X, y=y, kind="classification")
    np.savez(folder / "tecator.npz", X=X, y=X[:, 3] - X[:, 7], kind="regression")
    counts = rng.poisson(0.2, (200, 80))
    labels = np.where(np.arange(200) % 2, "sport", "trade")
    counts[labels == "sport", 5] += 1
    counts[:, 70:] = 0
    counts[:2, 70:] = 1
    matrix = csr_matrix(counts.astype(np.int16))
    parts = {name: getattr(matrix, name) for name in ("data", "indices", "indptr")}
    np.savez(folder / "R8.npz", **parts, shape=np.array(counts.shape), y=labels)
    for name, values in {
        "XOR_xor_2_a_20__0": (lambda a, b: (a == 1) ^ (b == 1)),
        "2wayEpi_contEndpoint_x__1": (lambda a, b: a * b + 0.25),
        "2wayEpi_NA_x__0": (lambda a, b: a > b),
    }.items():
        genotypes = rng.integers(0, 3, (150, 6))
        table = pd.DataFrame(genotypes, columns=[*"ABCD", "M0P0", "M0P1"])
        table.columns = [f"N{c}" if len(c) == 1 else c for c in table.columns]
        table["Class"] = values(table["M0P0"], table["M0P1"]) * 1
        with gzip.open(folder / "rebate" / f"{name}.txt.gz", "wt") as file:
            table.to_csv(file, sep="\t", index=False)
    return folder


def run(tmp_path, *arguments):
    return main([*arguments, "--out", str(tmp_path / "results")])


@pytest.mark.filterwarnings("ignore")
def test_a_perfect_selection_loses_nothing_and_an_empty_one_all(data):
    pytest.importorskip("lightgbm")
    part = make_parts(data)["f"]
    unit = Unit("everyday/tecator", 12, 0)
    assert unit in part.units()
    problem = part.problem(unit, 0)
    assert problem.kind == "regression"
    assert len(problem.y) == 84
    chosen = np.zeros(12, dtype=bool)
    chosen[[3, 7]] = True
    (both,) = problem.judge(Ranking(np.zeros(12), chosen))
    (every,) = problem.judge(Ranking(np.zeros(12), np.ones(12, bool)))
    (none,) = problem.judge(Ranking(np.zeros(12), np.zeros(12, bool)))
    assert both["best"] == both["linear"] > 0.999
    assert both["best"] >= every["best"] > none["best"]
    assert none["best"] == pytest.approx(0.0, abs=0.1)
    assert (both["n_selected"], both["n_features"]) == (2, 12)


@pytest.mark.filterwarnings("ignore")
def test_words_are_those_of_three_training_documents(data):
    pytest.importorskip("lightgbm")
    part = make_parts(data)["f"]
    unit = Unit("text/R8", 80, 0)
    assert unit in part.units()
    assert not part.needs_selection(unit)
    problem = part.problem(unit, 0)
    occurs = (problem.X > 0).sum(axis=0)
    assert occurs.min() >= 3
    assert problem.X.shape[1] <= 70
    assert set(problem.y) == {0, 1}
    f = METHODS["anova-f"].rank(problem.X, problem.y, problem.kind, 0)
    (row,) = problem.judge(f)
    assert row["columns"] == "best 50"
    assert row["best"] > 0.9
    p = problem.X.shape[1]
    rows = problem.judge(Ranking(f.scores, np.arange(p) == f.best(1)[0]))
    assert [row["columns"] for row in rows] == ["default", "best 50"]
    assert rows[0]["n_selected"] == 1


def test_small_tables_are_split_ten_times_and_large_ones_three_times(tmp_path):
    for name, n in (("vowel", 30), ("fried", 1001)):
        np.savez(tmp_path / f"{name}.npz", X=np.zeros((n, 4)), y=np.zeros(n), kind="x")
    draws = pd.Series([unit.task for unit in make_parts(tmp_path)["f"].units()])
    assert draws.value_counts().to_dict() == {"everyday/vowel": 10, "everyday/fried": 3}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind", ["classification", "regression"])
def test_models_are_scored_on_test_rows_of_wide_and_narrow_tables(kind):
    pytest.importorskip("lightgbm")
    rng = np.random.default_rng(1)
    X = rng.normal(size=(120, 200))
    y = X[:, 0] * 3 + rng.normal(size=120)
    if kind == "classification":
        y = np.digitize(y, [-2, 2])
    split = Split(X[:80], X[80:], y[:80], y[80:], kind)
    wide, narrow = (scores(split, np.arange(p), 0) for p in (200, 1))
    assert list(wide) == ["boosting", "trees", "linear"]
    assert all(narrow[name] > wide[name] - 0.05 for name in wide)
    assert max(narrow.values()) > 0.6
    constant = scores(split, np.array([], dtype=int), 0)
    assert max(constant.values()) < 0.6


@pytest.mark.filterwarnings("ignore")
def test_pruning_runs_is_tabulated_and_drawn(tmp_path, data, capsys):
    for package in ("lightgbm", "matplotlib"):
        pytest.importorskip(package)
    arguments = ("--parts", "f", "--draws", "1", "--data", str(data))
    methods = ("--methods", "all-columns,lightgbm,anova-f,chi2,mutual-info-counts")
    assert run(tmp_path, *arguments, *methods) == 0
    capsys.readouterr()
    assert run(tmp_path, "--table") == 0
    tables = capsys.readouterr().out
    for text in ("**everyday**", "**text**", "| all words |", "| everyday/vowel |"):
        assert text in tables
    filters = pd.read_csv(tmp_path / "results" / "f-chi2.csv")
    assert filters["task"].tolist() == ["text/R8"]
    picture = tmp_path / "pictures" / "pruning.svg"
    assert run(tmp_path, "--picture", str(picture)) == 0
    assert picture.read_text().count("<svg") == 1


def test_without_results_there_is_no_picture(tmp_path):
    with pytest.raises(ValueError, match="part f has no results in"):
        run(tmp_path, "--picture", str(tmp_path / "picture.png"))


def pruned(task, draw, method, best, n_selected):
    row = {"columns": "default", "n_selected": n_selected, "n_features": 100}
    row |= {"task": task, "draw": draw, "method": method, "best": best}
    return row | {"fit_seconds": 1.0, "p": 100}


def test_losses_by_hand():
    table = pd.DataFrame(
        [
            pruned("wide/a", 0, "all-columns", 0.9, 100),
            pruned("wide/a", 1, "all-columns", 0.8, 100),
            pruned("wide/b", 0, "all-columns", 0.7, 100),
            pruned("wide/a", 0, "stg", 0.9, 20),
            pruned("wide/a", 1, "stg", 0.6, 0),
            pruned("wide/b", 0, "stg", 0.71, 30),
            pruned("wide/b", 7, "stg", 0.1, 30),
        ]
    )
    summary = by_group(losses(table)).loc[("wide", "stg")]
    # 0 and .2 on a, -.01 on b; the split that all columns lack does not count
    assert summary["mean loss"] == pytest.approx((0.1 - 0.01) / 2)
    assert summary["worst"] == pytest.approx(0.1)
    assert summary["share kept"] == pytest.approx((0.1 + 0.3) / 2)
    assert summary["median kept"] == 20
    assert (summary["empty"], summary["tables"]) == (1, 2)


def test_nothing_is_compared_without_all_columns(tmp_path):
    results = Results(tmp_path)
    metrics = make_parts(None)["f"].metrics
    row = pruned("wide/a", 0, "stg", 0.9, 20)
    row = {name: row[name] for name in metrics if name in row}
    results.add("f", "stg", Unit("wide/a", 100, 0), [row], metrics, ORIGIN)
    assert "run the method all-columns" in make_tables(results, ["stg"])


def test_genotypes_are_permuted_and_their_truth_is_known(data):
    part = make_parts(data)["g"]
    units = part.units()
    assert [unit.task.split("/")[0] for unit in units] == [
        "parity of two",
        "pairs, numeric target",
    ]
    kinds = set()
    for unit in units:
        problem = part.problem(unit, 0)
        kinds.add(problem.kind)
        offers = np.eye(6)
        recall = [problem.judge(Ranking(o, o > 0))[0]["recall"] for o in offers]
        a, b = problem.X[:, np.flatnonzero(recall)].T
        expected = (a == 1) ^ (b == 1) if unit.p == 6 and unit.draw == 0 else None
        if expected is not None:
            np.testing.assert_array_equal(problem.y, expected)
        else:
            np.testing.assert_allclose(problem.y, a * b + 0.25)
    assert kinds == {"classification", "regression"}


@pytest.mark.filterwarnings("ignore")
def test_genetics_run_and_are_tabulated(tmp_path, data, capsys):
    pytest.importorskip("skrebate")
    arguments = ("--parts", "g", "--data", str(data))
    assert run(tmp_path, *arguments, "--methods", "multisurf,mutual-info-counts") == 0
    assert run(tmp_path, "--table") == 0
    out = capsys.readouterr().out
    assert "| parity of two | 1.00 |" in out
    assert make_parts(None)["g"].units() == []


def test_signals_that_nothing_was_tuned_on_have_their_size_and_kind():
    part = make_parts(None)["h"]
    units = [unit for unit in part.units() if unit.draw == 0]
    assert len(units) == 31
    assert len(part.units()) == 5 * 31
    for unit in units:
        problem = part.problem(unit, 0)
        assert problem.X.shape[1] == unit.p
        assert unit.task.endswith(problem.kind)
        few = np.unique(problem.y).size < 10
        assert few == (problem.kind == "classification")


def test_dense_signals_are_tabulated_on_their_own(tmp_path):
    results = Results(tmp_path)
    metrics = make_parts(None)["h"].metrics
    for task, value in (("dense-linear/regression", 0.5), ("waves/regression", 1.0)):
        row = dict.fromkeys(metrics, value)
        results.add("h", "stg", Unit(task, 100, 0), [row], metrics, ORIGIN)
    tables = make_tables(results, ["stg"])
    assert "| stg | 0.50 | 0.50 | 0.50 | 0.50 |" in tables
    assert "| waves/regression | 1.00 |" in tables


def test_noise_has_its_cells_targets_and_weights():
    parts = make_parts(None)
    plain = [unit for unit in parts["n"].units() if unit.draw == 0]
    weighted = [unit for unit in parts["w"].units() if unit.draw == 0]
    assert (len(plain), len(weighted)) == (27, 45)
    rare = parts["n"].problem(Unit("rare-class/n=1000", 20, 0), 0)
    assert rare.X.shape == (1000, 20)
    assert rare.y.sum() == 30
    assert rare.sample_weight is None
    assert parts["n"].problem(Unit("rare-class/n=50", 20, 0), 0).y.sum() == 2
    tails = parts["n"].problem(Unit("heavy-tails/n=1000", 20, 0), 0)
    assert np.abs(tails.y).max() > 20
    assert tails.kind == "regression"
    whole = parts["w"].problem(Unit("two-classes/1-10/n=200", 20, 0), 0)
    assert set(whole.sample_weight) == set(range(1, 11))
    classes = parts["w"].problem(Unit("two-classes/32-to-1/n=200", 20, 0), 0)
    np.testing.assert_array_equal(classes.sample_weight, 1 + 31 * classes.y)
    assert classes.judge(Ranking(np.zeros(20), np.arange(20) < 3)) == [
        {"n_selected": 3}
    ]


def test_weights_reach_the_method_and_noise_is_tabulated(tmp_path, monkeypatch, capsys):
    seen = []

    def rank(X, y, kind, seed, sample_weight=None):
        seen.append(sample_weight)
        return Ranking(np.zeros(X.shape[1]), np.arange(X.shape[1]) < 2)

    method = type(METHODS["stg"])(rank, ("numpy",), "nw")
    monkeypatch.setitem(METHODS, "stg", method)
    slice_ = ("--methods", "stg,l1-cv", "--p", "20", "--draws", "1")
    tasks = ("--tasks", "two-classes/n=50,two-classes/32-to-1/n=50")
    assert run(tmp_path, *slice_, *tasks, "--parts", "w") == 0
    assert set(seen.pop()) == {1.0, 32.0}
    assert not (tmp_path / "results" / "w-l1-cv.csv").exists()
    assert run(tmp_path, *slice_[:1], "stg", *slice_[2:], *tasks, "--parts", "n") == 0
    assert seen == [None]
    assert run(tmp_path, "--table") == 0
    assert "| largest | 2.00 |" in capsys.readouterr().out


def test_stability_compares_every_two_seeds(tmp_path):
    sets = [frozenset({1, 2}), frozenset({2, 3}), frozenset({1, 2})]
    assert mean_jaccard(sets) == pytest.approx((1 / 3 + 1 / 3 + 1) / 3)
    assert mean_jaccard([frozenset(), frozenset()]) == 1.0
    assert np.isnan(mean_jaccard(sets[:1]))
    results = Results(tmp_path)
    metrics = make_parts(None)["s"].metrics
    for draw, columns in enumerate(([3], [3], [])):
        text = as_text(np.array(columns, dtype=int))
        assert as_set(text) == set(columns)
        row = {"n_selected": len(columns), "selected": text, "first": "{0 1}"}
        results.add("s", "stg", Unit("wine", 13, draw), [row], metrics, ORIGIN)
    tables = make_tables(results, ["stg"])
    assert "| stg | 0.33 | 0.33 | 0.33 | 3 |" in tables
    assert "| stg | 1.00 | 1.00 | 1.00 |" in tables


def test_stability_has_the_same_rows_under_every_seed(data):
    part = make_parts(data)["s"]
    units = [unit for unit in part.units() if unit.task == "diabetes"]
    assert len(units) == 10
    problems = [part.problem(unit, 0) for unit in units[:2]]
    np.testing.assert_array_equal(problems[0].X, problems[1].X)
    assert problems[0].seed != problems[1].seed
    assert {problem.kind for problem in problems} == {"regression"}
    chosen = np.arange(10) == 4
    (row,) = problems[0].judge(Ranking(chosen.astype(float), chosen))
    assert row["selected"] == "{4}"
    assert len(as_set(row["first"])) == 10


def test_filters_of_counts_find_a_frequent_word():
    rng = np.random.default_rng(0)
    X = rng.poisson(0.3, (300, 10)).astype(float)
    y = rng.integers(0, 2, 300)
    X[:, 4] += rng.poisson(0.6 * y)
    for name in ("chi2", "mutual-info-counts"):
        ranking = METHODS[name].rank(X, y, "classification", 0)
        assert ranking.best(1).tolist() == [4]
        assert ranking.selected is None
    every = METHODS["all-columns"].rank(X, y, "classification", 0)
    assert every.selected.all()
