from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.speed import engine, machine, peers, runner
from benchmarks.speed.__main__ import main
from benchmarks.speed.big_fit import draw_table
from benchmarks.speed.case import Case, Part, Sizes
from benchmarks.speed.parts import PARTS, cuda, imports
from benchmarks.speed.results import COLUMNS, MACHINE, Results
from benchmarks.speed.tables import EMPTY, by_turn, make_tables, spread

CONTESTANTS = {
    "a": {"stg", "random-forest"},
    "b": {"stg-engine", "captum-loop", "lassonet", "stg-default-fit"},
    "c": {"stg-engine", "captum-loop", "stg-engine-medium", "captum-loop-medium"},
    "d": {"stg-engine"},
    "e": {"K=8", "K=16", "n=80", "n=160", "p=8", "p=16"},
    "f": {"stg"},
    "h": {"stg"},
    "i": {"all-threads", "one-thread", "stg-new-jobs", "stg-jobs"},
}
SLOW = {"b", "f", "h"}  # a turn of theirs starts processes or fits a path
IMPORTED = {"b": ("captum", "lassonet"), "c": ("captum",)}


def run(folder, *arguments):
    return main([*arguments, "--out", str(folder)])


def add_part(monkeypatch, contestants, **fields):
    """Put a part of one case in the place of all others."""
    calls = []

    def measures():
        def measure(method, repeat):
            calls.append((method, repeat))
            return contestants[method]

        return {m: lambda repeat, m=m: measure(m, repeat) for m in contestants}

    case = Case(name="p=2", contestants=measures, threads=1, **fields)
    monkeypatch.setitem(PARTS, "a", Part("Made up", lambda sizes: [case]))
    return calls


@pytest.mark.parametrize("part", CONTESTANTS)
def test_every_part_runs_and_is_tabulated(part, tmp_path, capsys):
    for package in IMPORTED.get(part, ()):
        pytest.importorskip(package)
    threads = torch.get_num_threads()
    repeats = "1" if part in SLOW else "2"
    arguments = ("--parts", part, "--quick", "--cores", "1", "--repeats", repeats)
    assert run(tmp_path, *arguments) == 0
    assert torch.get_num_threads() == threads
    table = pd.read_csv(tmp_path / f"{part}.csv")
    assert tuple(table.columns) == COLUMNS
    assert set(table["method"]) == CONTESTANTS[part] | {MACHINE}
    assert set(table["repeat"]) == set(range(int(repeats)))
    assert np.isfinite(table["value"]).all()
    assert (table["threads"] == 1).all()
    assert table["versions"].str.contains("stg-select .*torch").all()
    limits = table[table["method"] == MACHINE]
    assert set(limits["metric"]) == {"sgemm_gflops", "copy_gb_per_s", "cpu_share"}
    assert limits.groupby("case").size().eq(3 * int(repeats)).all()
    capsys.readouterr()
    assert run(tmp_path, "--table") == 0
    shown = capsys.readouterr().out
    assert f"## {part}. {PARTS[part].title}" in shown
    assert (tmp_path / "tables.md").read_text() in shown
    for case in table["case"].unique():
        assert f"| {case} |" in shown


def test_contestants_take_turns(tmp_path, monkeypatch):
    calls = add_part(monkeypatch, {"stg": {"seconds": 1.0}, "peer": {"seconds": 3.0}})
    assert run(tmp_path, "--parts", "a", "--quick", "--repeats", "2") == 0
    assert calls == [("stg", 0), ("peer", 0), ("stg", 1), ("peer", 1)]


def test_finished_cases_are_kept_until_overwritten(tmp_path, monkeypatch, capsys):
    slice_ = ("--parts", "a", "--quick", "--repeats", "1")
    add_part(monkeypatch, {"stg": {"seconds": 1.0}})
    run(tmp_path, "--list", *slice_)
    run(tmp_path, *slice_)
    other = {"case": "p=1", "method": "stg", "repeat": 0, "metric": "seconds"}
    Results(tmp_path).replace("a", "p=1", [other | {"value": 7.0}])
    calls = add_part(monkeypatch, {"stg": {"seconds": 2.0}})
    run(tmp_path, *slice_)
    assert calls == []
    run(tmp_path, "--list", *slice_)
    lines = capsys.readouterr().out.splitlines()
    assert [lines[0], lines[-1]] == ["a p=2: missing", "a p=2: done"]
    run(tmp_path, *slice_, "--overwrite")
    table = pd.read_csv(tmp_path / "a.csv")
    seconds = table[table["metric"] == "seconds"].set_index("case")["value"]
    assert seconds.to_dict() == {"p=1": 7.0, "p=2": 2.0}


def test_a_failing_case_is_reported_and_leaves_no_rows(tmp_path, monkeypatch, capsys):
    def fail():
        raise FloatingPointError("a peer broke")

    case = Case(name="p=2", contestants=fail, threads=1)
    monkeypatch.setitem(PARTS, "a", Part("Made up", lambda sizes: [case]))
    assert run(tmp_path, "--parts", "a", "--quick") == 1
    assert "FloatingPointError: a peer broke" in capsys.readouterr().out
    assert not (tmp_path / "a.csv").exists()


def test_what_is_missing_is_skipped_by_name(tmp_path, monkeypatch, capsys):
    add_part(monkeypatch, {"stg": {"seconds": 1.0}}, packages=("no-such-package",))
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert run(tmp_path, "--parts", "a,g", "--quick") == 0
    assert capsys.readouterr().out.splitlines() == [
        "a p=2: skipped, no-such-package is not installed.",
        "Part g: skipped, needs a CUDA device.",
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--quick",), "--quick needs --out"),
        (("--parts", "z"), "'z' is not in"),
        (("--repeats", "0"), "'0' is not a number of at least 1"),
        (("--cores", "two"), "'two' is not a number of at least 1"),
    ],
)
def test_wrong_options_are_refused(arguments, message, capsys):
    with pytest.raises(SystemExit):
        main(list(arguments))
    assert message in capsys.readouterr().err


def test_cases_have_names_of_their_own_and_can_be_chosen(tmp_path, capsys):
    for part in PARTS.values():
        names = [case.name for case in part.cases(Sizes(cores=2))]
        assert len(set(names)) == len(names)
        assert not any("," in name for name in names)
    run(tmp_path, "--list", "--parts", "a", "--cases", "p=64,p=2048,p=51")
    lines = capsys.readouterr().out.splitlines()
    assert lines == [
        "a n=1000 p=64: missing",
        "a n=1000 p=2048: missing",
        "a n=200 p=64: missing",
        "a n=500 p=64: missing",
        "a n=4000 p=64: missing",
        "a n=16000 p=64: missing",
    ]


def test_the_part_for_graphics_processors_runs_in_principle(tmp_path, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(cuda, "DEVICE", "cpu")
    monkeypatch.setattr(runner, "warm_up", lambda: None)
    assert run(tmp_path, "--parts", "g", "--quick", "--cores", "1") == 0
    table = pd.read_csv(tmp_path / "g.csv")
    assert table.loc[table["metric"] == "gflops", "case"].nunique() == 2
    fits = table[table["metric"] == "seconds"]
    assert set(fits["method"]) == {"stg", "processor"}
    assert run(tmp_path, "--table") == 0
    tables = (tmp_path / "tables.md").read_text()
    assert "| fit n=80 p=64 hidden=8x4 | processor | stg |" in tables
    assert "| cross-fitted n=80 inputs=6 K=8 |" in tables


@pytest.mark.cuda
def test_the_part_for_graphics_processors_runs(tmp_path, cuda_device):
    assert run(tmp_path, "--parts", "g", "--quick") == 0
    table = pd.read_csv(tmp_path / "g.csv")
    rates = table.loc[table["metric"] == "gflops", "value"]
    assert len(rates) == 2
    assert (rates > 0).all()


def test_ratios_are_taken_turn_by_turn(tmp_path):
    origin = {"threads": 1, "cores": 2, "processor": "P", "versions": "numpy 2"}
    rows = [
        {"case": "p=2", "method": method, "repeat": repeat, "metric": metric}
        | {"value": value}
        | origin
        for method, metric, values in [
            (MACHINE, "sgemm_gflops", (50.0, 50.0, 50.0)),
            (MACHINE, "copy_gb_per_s", (9.0, 10.0, 11.0)),
            (MACHINE, "cpu_share", (1.0, 0.5, 1.0)),
            ("stg", "seconds", (1.0, 2.0, 4.0)),
            ("random-forest", "seconds", (4.0, 4.0, 8.0)),
        ]
        for repeat, value in enumerate(values)
    ]
    results = Results(tmp_path)
    assert make_tables(results) == EMPTY
    results.replace("a", "p=2", rows)
    shown = make_tables(results)
    assert "| 4 (4 to 8) | 2 (1 to 4) | 2 (2 to 4) | 3 |" in shown
    gflop = {"case": "p=2", "method": "stg", "metric": "gflop", "value": 20.0} | origin
    work = [gflop | {"repeat": repeat} for repeat in range(3)]
    results.replace("a", "p=2", rows + work)
    assert "| 2 (2 to 4) | 10 (10 to 20) | 3 |" in make_tables(results)
    assert "product 50 GFLOP/s, copy 10 (9 to 11) GB/s, share" in shown
    wide = by_turn(results.read("a"), "seconds")
    assert list(wide) == ["stg", "random-forest"]
    assert spread(wide["stg"] / 1e6) == "0"


def test_operations_are_those_that_torch_counts():
    from torch.utils.flop_counter import FlopCounterMode

    rows, n_inputs = 12, 10
    network = torch.nn.Sequential(
        torch.nn.Linear(n_inputs, engine.HIDDEN[0], bias=False),
        torch.nn.ReLU(),
        torch.nn.Linear(*engine.HIDDEN, bias=False),
        torch.nn.ReLU(),
        torch.nn.Linear(engine.HIDDEN[1], 1, bias=False),
    )
    with FlopCounterMode(display=False) as plain:
        network(torch.ones(rows, n_inputs)).sum().backward()
    assert engine.plain_step_flops(rows, n_inputs, 3) == 3 * plain.get_total_flops()
    # the product for the gates has the size of the gradient of the input
    network.requires_grad_(False)
    with FlopCounterMode(display=False) as gates:
        inputs = torch.ones(rows, n_inputs, requires_grad=True)
        network(inputs).sum().backward()
    expected = 3 * plain.get_total_flops() + gates.get_total_flops()
    assert engine.cross_fitted_step_flops(4 * rows, n_inputs, 1) == expected


def test_cross_fitted_members_are_those_of_the_default_selector():
    work = engine.cross_fitted_workload(40, 3, steps=2)
    assert work.x.shape == (40, 24)
    assert work.plan.n_members == 8
    total = sum(s.gate_row_weights for s in work.plan.row_sets[:4])
    np.testing.assert_array_equal(total, np.ones(40))
    for row_set in work.plan.row_sets:
        assert len(row_set.gates) == 3
        np.testing.assert_array_equal(
            row_set.network_weights + row_set.gate_row_weights, np.ones(40)
        )
    assert work.step_seconds(2) != 0.0


def test_peers_leave_the_global_generator_alone():
    pytest.importorskip("captum")
    before = torch.random.get_rng_state()
    peers.load_captum()
    assert torch.equal(torch.random.get_rng_state(), before)


def test_lassonet_tells_models_and_steps():
    pytest.importorskip("lassonet")
    x, target = engine.make_table(40, 6)
    models, steps = peers.lassonet_path(
        x,
        target,
        0,
        lambda_start=1.0,
        path_multiplier=9.0,
        n_iters=(3, 1),
        patience=None,
    )
    assert models > 1
    assert steps == 3 + (models - 1)


def test_the_large_table_is_single_and_has_two_even_classes():
    X, y = draw_table(500, 8, 0)
    assert X.dtype == np.float32
    assert abs(y.mean() - 0.5) < 0.1
    signal = X[:, 0] + X[:, 1] + 1.5 * X[:, 2] * X[:, 3]
    np.testing.assert_array_equal(y, signal > 0)


def test_memory_is_that_of_this_process():
    before = machine.present_memory()
    block = np.ones(2**24)
    assert machine.peak_memory() - before > 0.9 * block.nbytes


@pytest.mark.skipif(find_spec("typer") is None, reason="needs typer")
def test_only_what_an_import_adds_is_counted():
    steps = [("json",), ("typer",), ("typer",)]
    seconds, came = imports.import_in_new_process(steps)
    assert len(seconds) == 3
    assert came[0] == []
    assert "typer" in came[1]
    assert came[2] == []
