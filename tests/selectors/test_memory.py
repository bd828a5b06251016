"""How much memory a fit takes beside the table, in counts of bytes."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from samples import quick_selector
from torch.profiler import ProfilerActivity, profile

from stg_select.columns import _blocks
from stg_select.engine import _config, _run
from stg_select.screening import _first_rows, _higher, _terms

N_ROWS, N_COLUMNS = 20_000, 100
PROFILE = {"activities": [ProfilerActivity.CPU], "profile_memory": True}
BLOCKS = (
    (_blocks, "BLOCK_CELLS"),
    (_first_rows, "MAX_ROWS"),
    (_terms, "TEST_CELLS"),
    (_higher, "BATCH_CELLS"),
    (_run, "MAX_SCORE_ROWS"),
    (_config, "CPU_BUDGET"),
)


def draw_table():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((N_ROWS, N_COLUMNS), dtype=np.float32)
    return X, (X[:, 0] + X[:, 1] > 0).astype(np.int64)


def peak_of_torch(profiler):
    """Largest sum of what torch had taken and not given back."""
    events = profiler.profiler.kineto_results.events()
    memory = [(e.start_ns(), e.nbytes()) for e in events if e.name() == "[memory]"]
    return int(np.cumsum([n_bytes for _, n_bytes in sorted(memory)]).max())


@pytest.mark.parametrize(
    ("settings", "mapped"),
    [({}, False), ({"screening": None}, True)],
    ids=["array", "memory_map"],
)
def test_a_fit_takes_one_copy_of_the_table(settings, mapped, monkeypatch, tmp_path):
    """The ranks. Beside them a little for each row, and blocks, here made small."""
    for module, name in BLOCKS:
        monkeypatch.setattr(module, name, 256)
    X, y = draw_table()
    if mapped:
        np.save(tmp_path / "x.npy", X)
        X = np.load(tmp_path / "x.npy", mmap_mode="r")
    selector = quick_selector(
        hidden_layer_sizes=(4,), batch_size=64, max_iter=20, **settings
    )
    with profile(**PROFILE):  # what only the first fit takes does not count
        selector.fit(X[:200], y[:200])
    tracemalloc.start()
    with profile(**PROFILE) as profiler:
        selector.fit(X, y)
    peak_of_numpy = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert 1.0 <= (peak_of_numpy + peak_of_torch(profiler)) / X.nbytes <= 1.6
