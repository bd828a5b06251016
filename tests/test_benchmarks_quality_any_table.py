"""Part i of the benchmark: tables and targets of every kind."""

from __future__ import annotations

import gzip
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_matrix, issparse

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.quality import parts, planted
from benchmarks.quality.__main__ import main
from benchmarks.quality.methods import METHODS
from benchmarks.quality.methods.frames import as_categories
from benchmarks.quality.parts import any_table, make_parts
from benchmarks.quality.problem import Ranking, Unit
from benchmarks.quality.results import Results
from benchmarks.quality.runner import Request, planned
from benchmarks.quality.tables import make_tables
from stg_select.datasets import make_survival

ORIGIN = {"fit_seconds": 1.0, "seed": 0, "versions": "none"}
FAMILIES = {"mixed", "genotypes", "survival", "words", "labels", "outputs"}


@pytest.fixture(autouse=True)
def without_survset(monkeypatch):
    """Its tables are neither needed nor installed everywhere."""
    monkeypatch.setattr(any_table, "find_spec", lambda _: True)
    monkeypatch.setattr(any_table, "SURVSET", {})


@pytest.fixture
def data(tmp_path):
    """A folder with survival times, documents and genotypes with missing cells."""
    folder = tmp_path / "data"
    (folder / "rebate").mkdir(parents=True)
    rng = np.random.default_rng(0)
    X = np.tile(np.arange(10.0), (1200, 1)) + rng.uniform(0, 0.1, (1200, 10))
    y = np.column_stack([rng.exponential(size=1200), rng.integers(0, 2, 1200)])
    np.savez(folder / "gaussian_survival.npz", X=X, y=y, kind="survival")
    counts = rng.poisson(0.08, (400, 30))
    counts[:, 20:] = np.arange(400)[:, None] < 19
    matrix = csr_matrix(counts)
    cells = {name: getattr(matrix, name) for name in ("data", "indices", "indptr")}
    np.savez(folder / "R8.npz", **cells, shape=counts.shape, y=np.zeros(400))
    for draw in range(2):
        table = pd.DataFrame(rng.integers(0, 3, (90, 4)).astype(float))
        table.columns = ["N0", "M0P0", "N1", "M0P1"]
        table[rng.random((90, 4)) < 0.1] = np.nan
        table["Class"] = np.arange(90) % 2
        name = f"2wayEpi_NA_Loc_2_NA_0.1_a_20s__{draw}.txt.gz"
        with gzip.open(folder / "rebate" / name, "wt") as file:
            table.to_csv(file, sep="\t", index=False, na_rep="NA")
    return folder


def run(tmp_path, *arguments):
    return main([*arguments, "--out", str(tmp_path / "results")])


def truth_by_asking(problem):
    """Find the true columns through the judge alone: each is offered by itself."""
    offers = np.eye(problem.X.shape[1])
    recalls = [problem.judge(Ranking(o, o > 0))[0]["recall"] for o in offers]
    return np.flatnonzero(recalls)


def test_every_task_has_its_size_kind_and_truth(data):
    part = make_parts(data)["i"]
    units = part.units()
    assert len(units) == len(set(units))
    first = [unit for unit in units if unit.draw == 0]
    assert {unit.task.split("/")[0] for unit in first} == FAMILIES
    for unit in first:
        problem = part.problem(unit, 0)
        assert problem.X.shape[1] == unit.p
        again = part.problem(unit, 0)
        np.testing.assert_array_equal(np.asarray(problem.y), np.asarray(again.y))
        assert 2 <= truth_by_asking(problem).size <= 20


def test_without_the_package_its_tables_are_left_out_with_a_word(monkeypatch):
    part = make_parts(None)["i"]
    monkeypatch.setattr(any_table, "SURVSET", {"chop": 3833})
    assert Unit("survival/chop", 3833, 2) in part.units()
    monkeypatch.setattr(any_table, "find_spec", lambda _: None)
    with pytest.warns(UserWarning, match="SurvSet is not installed: part i goes on"):
        units = part.units()
    assert "survival/simulated" in {unit.task for unit in units}
    assert "survival/chop" not in {unit.task for unit in units}


# its files were pickled with an older numpy
@pytest.mark.filterwarnings("ignore:numpy.core:DeprecationWarning")
def test_tables_of_survset_get_hazards_of_their_own(monkeypatch):
    pytest.importorskip("SurvSet")
    part = make_parts(None)["i"]
    problems = [part.problem(Unit("survival/chop", 3833, d), 0) for d in range(2)]
    assert problems[0].X is problems[1].X
    assert problems[0].X.shape == (414, 3833)
    assert np.isfinite(problems[0].X).all()
    assert problems[0].kind == "survival"
    assert not np.array_equal(problems[0].y, problems[1].y)


def test_mixed_frames_miss_the_share_that_the_task_says():
    part = make_parts(None)["i"]
    for kind in ("regression", "classification"):
        problem = part.problem(Unit(f"mixed/{kind}/missing=0.5", 60, 0), 0)
        gaps = problem.X.filter(like="gap").isna().to_numpy().mean()
        assert gaps == pytest.approx(0.5, abs=0.05)
        assert problem.kind == kind


def test_genotypes_with_missing_cells_are_permuted_replicates(data):
    part = make_parts(data)["i"]
    units = [unit for unit in part.units() if unit.task.startswith("genotypes")]
    assert units == [Unit("genotypes/missing=0.1", 4, draw) for draw in range(2)]
    for unit in units:
        problem = part.problem(unit, 0)
        assert np.isnan(problem.X).mean() == pytest.approx(0.1, abs=0.05)
        file = next((data / "rebate").glob(f"*__{unit.draw}.txt.gz"))
        table = pd.read_csv(file, sep="\t")
        true = problem.X[:, truth_by_asking(problem)]
        for name in ("M0P0", "M0P1"):
            column = table[name].to_numpy()[:, None]
            same = (true == column) | (np.isnan(true) & np.isnan(column))
            assert same.all(axis=0).sum() == 1


def test_the_bump_of_the_public_survival_times_is_in_the_first_two_columns(data):
    part = make_parts(data)["i"]
    problem = part.problem(Unit("survival/gaussian_survival", 10, 1), 0)
    assert problem.X.shape == (1000, 10)
    origin = problem.X[0].astype(int)
    assert set(origin[truth_by_asking(problem)]) == {0, 1}
    assert problem.y.dtype.names == ("event", "time")


def test_hazards_are_multiplied_by_the_planted_columns():
    rng = np.random.default_rng(0)
    X = np.exp(rng.standard_normal((4000, 12)))
    y, columns = planted.hazard(X, rng)
    assert 1 - y["event"].mean() == pytest.approx(planted.CENSORING, abs=0.01)
    log_time = np.log(y["time"])
    by_column = [abs(np.corrcoef(np.log(x), log_time)[0, 1]) for x in X.T]
    assert set(np.argsort(by_column)[-3:]) < set(columns)
    assert len(columns) == 5


def test_documents_are_classes_by_any_of_six_words(data):
    part = make_parts(data)["i"]
    (p,) = {unit.p for unit in part.units() if unit.task == "words/R8"}
    problem = part.problem(Unit("words/R8", p, 0), 0)
    assert issparse(problem.X)
    assert (problem.X > 0).sum(axis=0).min() >= 20
    words = truth_by_asking(problem)
    assert len(words) == planted.N_WORDS
    occurs = np.asarray(problem.X[:, words].sum(axis=1)).ravel() > 0
    assert np.mean(occurs != problem.y) == pytest.approx(planted.FLIPPED, abs=0.04)


def test_every_target_has_columns_of_its_own():
    X = np.random.default_rng(0).standard_normal((3000, 30))
    numbers, columns = planted.outputs(X, np.random.default_rng(1))
    marks, same = planted.labels(X, np.random.default_rng(1))
    np.testing.assert_array_equal(columns, same)
    np.testing.assert_array_equal(marks, numbers > 0)
    assert columns.size == 12
    np.testing.assert_allclose(numbers.std(axis=0) / planted.SCALES, 1.12, rtol=0.05)
    single = np.abs(np.corrcoef(X.T, numbers.T)[:30, 30:]) > 0.3
    assert single.sum(axis=0).tolist() == [2, 2, 2]
    assert single.any(axis=1).sum() == 6


def test_frames_are_handed_to_trees_as_categories_days_and_numbers():
    frame = pd.DataFrame(
        {
            "town": ["Rome", "Oslo", "Rome"],
            "amount": ["1.00", "20.00", "3.00"],
            "day": pd.to_datetime(["2022-01-03", "2022-01-01", "2022-01-02"]),
            "flag": [True, False, True],
            "gap": [1.0, np.nan, 2.0],
        }
    )
    ready = as_categories(frame)
    assert (ready.dtypes[["town", "amount"]] == "category").all()
    assert ready["day"].tolist() == [2, 0, 1]
    pd.testing.assert_frame_equal(ready[["flag", "gap"]], frame[["flag", "gap"]])
    few = as_categories(frame, max_values=2)
    assert few["town"].dtype == "category"
    assert few["amount"].tolist() == [0, 1, 2]


def test_methods_run_on_the_families_that_they_take(data):
    asked = {}
    for method in METHODS:
        request = Request(("i",), (method,), data=data)
        tasks = {unit.task for unit in planned("i", method, request)}
        asked[method] = {task.split("/")[0] for task in tasks}
    assert asked["stg"] == FAMILIES
    assert asked["coxnet"] == asked["survival-forest"] == {"survival"}
    assert asked["chi2"] == asked["l1-cv"] == {"words"}
    assert asked["hist-boosting"] == {"mixed", "genotypes"}
    assert asked["lightgbm"] == FAMILIES - {"survival"}
    assert asked["mrmr"] == asked["stg-plain"] == set()


@pytest.mark.parametrize("name", ["lightgbm", "hist-boosting"])
@pytest.mark.filterwarnings("ignore")
def test_trees_read_frames_with_text_and_holes(name):
    if name == "lightgbm":
        pytest.importorskip("lightgbm")
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.standard_normal((400, 4)), columns=list("abcd"))
    frame["town"] = rng.choice(["Oslo", "Rome", "Wien"], 400)
    frame.loc[rng.random(400) < 0.3, "b"] = np.nan
    y = 2.0 * (frame["town"] == "Rome") + 2.0 * frame["b"].isna() + frame["c"]
    ranking = METHODS[name].rank(frame, y.to_numpy(), "regression", 0)
    assert set(ranking.best(3)) == {1, 2, 4}
    assert ranking.selected[[1, 2, 4]].all()


@pytest.mark.parametrize("kind", ["classification", "regression"])
@pytest.mark.parametrize("name", ["lightgbm", "random-forest"])
@pytest.mark.filterwarnings("ignore")
def test_small_outputs_count_as_much_as_large_ones(name, kind):
    if name == "lightgbm":
        pytest.importorskip("lightgbm")
    X = np.random.default_rng(0).standard_normal((300, 8))
    y = X[:, [2, 5]] * [1.0, 1e4]
    y = y if kind == "regression" else (y > 0).astype(int)
    ranking = METHODS[name].rank(X, y, kind, 0)
    assert set(ranking.best(2)) == {2, 5}
    assert ranking.selected[[2, 5]].all()


@pytest.mark.parametrize("name", ["l1-cv", "anova-f", "chi2"])
@pytest.mark.filterwarnings("ignore")
def test_words_are_ranked_without_filling_the_table(name):
    rng = np.random.default_rng(0)
    X = rng.poisson(0.2, (400, 12)).astype(float)
    y = (X[:, 4] + X[:, 9] > 0).astype(int)
    sparse = METHODS[name].rank(csr_matrix(X), y, "classification", 0)
    assert set(sparse.best(2)) == {4, 9}


@pytest.mark.parametrize("name", ["coxnet", "survival-forest"])
@pytest.mark.filterwarnings("ignore")
def test_peers_of_survival_find_a_proportional_hazard(name):
    pytest.importorskip("sksurv")
    rng = np.random.default_rng(0)
    X = rng.standard_normal((250, 8))
    time = rng.exponential(size=250) * np.exp(-1.5 * (X[:, 1] - X[:, 6]))
    y = planted.survival(rng.random(250) < 0.8, time)
    ranking = METHODS[name].rank(X, y, "survival", 0)
    assert set(ranking.best(2)) == {1, 6}
    assert ranking.selected[[1, 6]].all()


@pytest.mark.filterwarnings("ignore")
def test_where_no_column_tells_anything_the_path_still_ranks():
    pytest.importorskip("sksurv")
    X, y, _ = make_survival(120, 30, signal=0.0, random_state=0)
    ranking = METHODS["coxnet"].rank(X, y, "survival", 0)
    assert np.isfinite(ranking.scores).all()
    entered = ranking.scores > 0
    assert entered.any()
    assert not ranking.selected[~entered].any()


@pytest.mark.filterwarnings("ignore")
def test_part_i_runs_and_is_tabulated(tmp_path, data, capsys):
    slice_ = ("--parts", "i", "--draws", "1", "--data", str(data), "--p", "4,30")
    assert run(tmp_path, *slice_, "--methods", "random-forest,chi2") == 0
    capsys.readouterr()
    assert run(tmp_path, "--table") == 0
    tables = capsys.readouterr().out
    assert f"## i. {parts.AnyTable.title}" in tables
    assert "**genotypes**" in tables


def test_families_are_tabulated_among_the_methods_that_take_them(tmp_path):
    results = Results(tmp_path)
    metrics = make_parts(None)["i"].metrics
    for method, task, value in (
        ("stg", "survival/simulated", 1.0),
        ("stg", "survival/chop", 0.5),
        ("coxnet", "survival/simulated", 0.25),
        ("stg", "labels/three", 0.75),
    ):
        row = dict.fromkeys(metrics, value)
        results.add("i", method, Unit(task, 200, 0), [row], metrics, ORIGIN)
    tables = make_tables(results, ["stg", "coxnet"])
    survival, labels = tables.split("**labels**")
    assert "| stg | 2 | 0.75 | 0.75 | 0.75 | 1.00 | 1 |" in survival
    assert "| coxnet | 1 | 0.25 | 0.25 | 0.25 | 1.00 | 1 |" in survival
    assert "| survival/chop | 0.50 |  |" in survival
    assert "coxnet" not in labels
