"""Selectors saved by earlier releases, or on another machine."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from packaging.version import Version
from samples import make_table, quick_selector

from stg_select.inspection import EffectDisplay, RankingDisplay

RELEASES = sorted(Path(__file__).with_name("releases").glob("*.pickle"))
LOAD = """
import pickle, sys, torch
selector = pickle.loads(sys.stdin.buffer.read())
print(torch.get_num_threads(), *selector.get_support(indices=True))
"""


@pytest.mark.skipif(
    Version(np.__version__) < Version("1.26"),
    reason="arrays that numpy 2 has pickled cannot be read by older releases of numpy",
)
@pytest.mark.parametrize("path", RELEASES, ids=lambda path: path.stem)
def test_selectors_of_releases_load(path):
    selector = pickle.loads(path.read_bytes())
    np.testing.assert_array_equal(selector.get_support(indices=True), [0, 1])
    assert selector.feature_groups == [0, 1, 2, 3, 4, 4]
    assert selector.n_features_to_select_ == 2
    assert selector.objective_ == "log_loss"
    X, y = make_table("binary")
    frame = pd.DataFrame(X, columns=list("abcdef"))
    assert selector.transform(frame).iloc[0].tolist() == list(X[0, :2])
    table = selector.ranking_table()
    assert table["feature"].iloc[0] in "ab"
    assert table["reason"].str.match("kept|its gate closes").all()
    assert selector.interactions().empty
    assert np.isnan(selector.stability_)
    assert RankingDisplay.from_estimator(selector).ranges_ is None
    with pytest.raises(ValueError, match=r"estimator must be fitted anew to show"):
        EffectDisplay.from_estimator(selector, frame, "a")
    selector.fit(frame, y)
    assert EffectDisplay.from_estimator(selector, frame, "a").line_ is not None


def test_selector_of_a_release_that_is_not_known():
    selector = quick_selector()
    state = dict(vars(selector))
    del state["embedding"], state["tol"]
    with pytest.raises(ValueError, match="got one without embedding, tol; load it"):
        selector.__setstate__(state)


def test_loads_under_other_threads_and_without_a_gpu():
    selector = quick_selector(n_features_to_select=2).fit(*make_table("binary"))
    selector.set_params(device="cuda", n_jobs=64)
    environment = {"OMP_NUM_THREADS": "2", "CUDA_VISIBLE_DEVICES": ""}
    done = subprocess.run(
        [sys.executable, "-c", LOAD],
        input=pickle.dumps(selector),
        capture_output=True,
        check=True,
        env={**os.environ, **environment},
    )
    assert done.stdout.split()[-2:] == [b"0", b"1"]
