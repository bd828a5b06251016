"""Work in several workers: the same result, and no more threads than there were."""

from __future__ import annotations

import pickle
import threading
import warnings

import joblib
import numpy as np
import pytest
import torch
from joblib import Parallel, delayed, parallel_config
from samples import LEARNED, PLAIN, assert_same_fit, make_table, quick_selector
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from threadpoolctl import threadpool_info, threadpool_limits

from stg_select.crossfit import _jobs
from stg_select.crossfit._jobs import SHARED_NUMBERS, count_jobs, run_tasks
from stg_select.engine import _partition

BACKENDS = ("loky", "threading")
# 6 columns: a working set of 2 is screened for
SCREENED = {"screening": 2, "n_seeds": 2}


@pytest.fixture
def small_parts(monkeypatch):
    """Cut the members of small tables as those of larger ones are cut."""
    monkeypatch.setattr(_partition, "PART_MEMBERS", 2)
    monkeypatch.setattr(_partition, "PART_ROWS", 1)


@pytest.fixture
def four_threads():
    """Pretend that there are four cores."""
    before = torch.get_num_threads()
    torch.set_num_threads(4)
    with threadpool_limits(4, user_api="blas"):
        yield
    torch.set_num_threads(before)


def blas_threads():
    return {p["num_threads"] for p in threadpool_info() if p["user_api"] == "blas"}


def threads_here(_):
    return torch.get_num_threads(), threading.get_ident()


def is_mapped(array):
    return isinstance(array, np.memmap)


def meet(barrier):
    return barrier.wait(timeout=60)


def refuse(number):
    if number == 1:
        msg = "no ones"
        raise ValueError(msg)
    return number


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize(
    "settings",
    [
        SCREENED,
        {**PLAIN, "n_seeds": 4},
        {"feature_groups": {"pair": [0, 3]}, **SCREENED},
        {"n_iter_no_change": 20, "max_iter": 300},
        {"batch_size": 16, "gate_noise": "row"},
    ],
    ids=["screened", "plain", "groups", "stopping", "mini-batches"],
)
def test_result_does_not_depend_on_the_number_of_jobs(settings):
    X, y = make_table("multiclass")
    one = quick_selector(**settings).fit(X, y)
    for backend in BACKENDS:
        with parallel_config(backend):
            several = quick_selector(n_jobs=2, **settings).fit(X, y)
        assert_same_fit(one, several)
        assert one.n_iter_ == several.n_iter_
        assert one.history_.keys() == several.history_.keys()
        for name, expected in one.history_.items():
            np.testing.assert_array_equal(several.history_[name], expected)


@pytest.mark.usefixtures("small_parts")
def test_weights_reach_the_workers():
    X, y = make_table("regression")
    weight = np.arange(len(X)) % 3 / 2.0
    one = quick_selector(**SCREENED).fit(X, y, weight)
    assert_same_fit(one, quick_selector(n_jobs=2, **SCREENED).fit(X, y, weight))


@pytest.mark.usefixtures("small_parts")
def test_large_tables_reach_the_workers():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((800, 400))
    y = (X[:, 0] - X[:, 1] > 0.0).astype(int)
    one = quick_selector(max_iter=20).fit(X, y)
    assert_same_fit(one, quick_selector(max_iter=20, n_jobs=2).fit(X, y))


def test_large_arrays_are_mapped():
    large = np.zeros(2**18)
    assert list(run_tasks(is_mapped, [(large,), (large,)], 2, large.size)) == [
        True,
        True,
    ]


@pytest.mark.usefixtures("four_threads")
@pytest.mark.parametrize(
    ("backend", "n_jobs", "share"),
    [("loky", 1, 1), ("loky", 2, 2), ("threading", 2, 2), ("threading", 3, 1)],
)
def test_workers_share_the_threads_of_the_caller(backend, n_jobs, share):
    with parallel_config(backend):
        seen = list(run_tasks(threads_here, [(i,) for i in range(6)], n_jobs, 1))
    assert {n_threads for n_threads, _ in seen} == {share}
    assert torch.get_num_threads() == 4
    assert blas_threads() <= {4}


@pytest.mark.usefixtures("four_threads")
def test_the_threads_of_one_worker_share_its_tasks():
    barrier = threading.Barrier(4)
    places = list(run_tasks(meet, [(barrier,) for _ in range(8)], 1, SHARED_NUMBERS))
    assert sorted(places) == [0, 0, 1, 1, 2, 2, 3, 3]
    assert torch.get_num_threads() == 4


@pytest.mark.usefixtures("four_threads")
def test_small_tasks_are_done_in_one_thread():
    tasks = [(i,) for i in range(6)]
    seen = list(run_tasks(threads_here, tasks, 1, SHARED_NUMBERS - 1))
    assert set(seen) == {(1, threading.get_ident())}
    [alone] = run_tasks(threads_here, tasks[:1], 1, 1)
    assert alone == (4, threading.get_ident())
    assert torch.get_num_threads() == 4
    assert blas_threads() <= {4}


@pytest.mark.usefixtures("four_threads")
def test_tasks_stay_in_a_thread_that_is_not_the_main_one():
    seen = []

    def work():
        tasks = [(i,) for i in range(6)]
        seen.extend(run_tasks(threads_here, tasks, 1, SHARED_NUMBERS))

    other = threading.Thread(target=work)
    other.start()
    other.join()
    assert set(seen) == {(4, other.ident)}


@pytest.mark.usefixtures("four_threads")
def test_threads_at_work_are_told_to_stop_after_an_error():
    stopped, at_work = threading.Event(), threading.Barrier(3)
    ended = []

    def task(number):
        at_work.wait(timeout=60)
        if number == 0:
            msg = "no zeros"
            raise ValueError(msg)
        ended.append(stopped.wait(timeout=60))

    tasks = [(0,), (1,), (2,)]
    with pytest.raises(ValueError, match="no zeros"):
        list(run_tasks(task, tasks, 1, SHARED_NUMBERS, on_error=stopped.set))
    assert ended == [True, True]
    assert torch.get_num_threads() == 4


@pytest.mark.usefixtures("small_parts")
def test_result_does_not_depend_on_the_number_of_threads(request, monkeypatch):
    X, y = make_table("multiclass")
    one = quick_selector(**SCREENED).fit(X, y)
    request.getfixturevalue("four_threads")
    filters = list(warnings.filters)
    for fewest in (SHARED_NUMBERS, 1):  # in one thread, and in several
        monkeypatch.setattr(_jobs, "SHARED_NUMBERS", fewest)
        assert_same_fit(one, quick_selector(**SCREENED).fit(X, y))
    assert warnings.filters == filters


@pytest.mark.usefixtures("four_threads")
def test_threads_are_given_back_after_an_error():
    with parallel_config("threading"), pytest.raises(ValueError, match="no ones"):
        list(run_tasks(refuse, [(i,) for i in range(4)], 2, 1))
    assert torch.get_num_threads() == 4
    assert blas_threads() <= {4}


@pytest.mark.usefixtures("four_threads", "small_parts")
def test_fit_leaves_the_threads_of_the_caller_alone():
    seen = []
    with parallel_config("threading"):
        quick_selector(n_jobs=2, **SCREENED).fit(*make_table("binary"))
    other = threading.Thread(target=lambda: seen.append(torch.get_num_threads()))
    other.start()
    other.join()
    assert seen == [4]  # what torch gives to new threads
    assert torch.get_num_threads() == 4
    assert blas_threads() <= {4}


def test_jobs_are_those_of_joblib():
    assert count_jobs(None) == 1
    assert count_jobs(3) == 3
    assert count_jobs(-1) == joblib.cpu_count()
    with parallel_config("threading", n_jobs=3):
        assert count_jobs(None) == 3
        assert count_jobs(2) == 2


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_task_of_a_worker_takes_no_more_workers(backend):
    with parallel_config(backend):
        assert Parallel(2)(delayed(count_jobs)(2) for _ in range(3)) == [1, 1, 1]


def test_within_a_search_that_runs_in_jobs():
    X, y = make_table("binary")
    found = []
    for n_jobs, backend in ((1, "loky"), (2, "loky"), (2, "threading")):
        model = make_pipeline(
            quick_selector(n_features_to_select=2, max_iter=20, n_jobs=n_jobs),
            LogisticRegression(),
        )
        grid = {"gaussiangateselector__n_features_to_select": [1, 2]}
        with parallel_config(backend):
            search = GridSearchCV(model, grid, cv=2, n_jobs=n_jobs).fit(X, y)
        found.append(search)
    one, *several = (search.cv_results_["mean_test_score"] for search in found)
    for other in several:
        np.testing.assert_array_equal(one, other)
    one, *several = (search.best_estimator_[0] for search in found)
    for other in several:
        assert_same_fit(one, other)


def test_a_backend_that_gives_results_all_at_once():
    with parallel_config("multiprocessing"):
        assert list(run_tasks(refuse, [(2,), (3,)], 2, 1)) == [2, 3]


@pytest.mark.usefixtures("small_parts")
def test_progress_is_that_of_finished_parts(capsys):
    with parallel_config("threading"):
        quick_selector(verbose=1, n_jobs=2, device="cpu").fit(*make_table("binary"))
    out, err = capsys.readouterr()
    assert out == ""
    assert "members=2" in err
    assert "step=60" in err
    assert "step=10," not in err
    assert "100%" in err


@pytest.mark.parametrize("n_jobs", [0, 1.5, "a"])
def test_unusable_number_of_jobs(n_jobs):
    message = f"'n_jobs' parameter of GaussianGateSelector must be .* Got {n_jobs!r}"
    with pytest.raises(ValueError, match=message):
        quick_selector(n_jobs=n_jobs).fit(*make_table("binary"))


def test_clone_and_pickle_keep_the_number_of_jobs():
    selector = quick_selector(n_jobs=2)
    assert clone(selector).n_jobs == 2
    fitted = selector.fit(*make_table("binary"))
    again = pickle.loads(pickle.dumps(fitted))
    assert again.n_jobs == 2
    assert_same_fit(fitted, again)


def test_one_batch_on_a_graphics_processor(cuda_device):
    X, y = make_table("binary", n_rows=1200)
    one = quick_selector(device="cuda").fit(X, y)
    several = quick_selector(device="cuda", n_jobs=2).fit(X, y)
    for name in LEARNED:
        np.testing.assert_allclose(getattr(one, name), getattr(several, name))
