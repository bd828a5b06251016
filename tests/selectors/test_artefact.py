"""A selection as JSON, and its use without this package."""

from __future__ import annotations

import json
import re
from hashlib import sha256

import numpy as np
import pandas as pd
import pytest
import torch
from samples import PLAIN, fitted_on, make_table, quick_selector
from sklearn import __version__ as sklearn_version
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import KFold

NAMES = ["grün", "b, c", 'd"e', "f\ng", "h\u2028i", "</script>"]


@pytest.fixture(scope="module")
def frame():
    X, y = make_table("binary")
    return pd.DataFrame(X, columns=NAMES), y


@pytest.fixture(scope="module")
def selector(frame):
    return quick_selector().fit(*frame)


def test_content_is_what_the_selector_says(frame, selector):
    text = selector.to_json()
    assert text.isascii()
    content = json.loads(text)
    assert content["columns"] == NAMES
    assert content["selected"] == selector.get_feature_names_out().tolist()
    table = pd.DataFrame(content["ranking"])
    expected = selector.ranking_table()
    pd.testing.assert_frame_equal(table, expected, check_dtype=False)
    found = selector.interactions()
    assert [tuple(row["features"]) for row in content["interactions"]] == found[
        "features"
    ].tolist()
    assert content["parameters"]["random_state"] == 0
    assert content["parameters"]["hidden_layer_sizes"] == [8]
    assert set(content["parameters"]) == set(selector.get_params())
    assert content["objective"] == "log_loss"
    assert content["n_features_to_select"] == selector.n_features_to_select_
    assert content["stability"] == selector.stability_
    assert content["format"] == 1
    assert content["selector"] == "GaussianGateSelector"


def test_versions_are_those_of_the_packages(selector):
    versions = json.loads(selector.to_json())["versions"]
    assert versions["numpy"] == np.__version__
    assert versions["scikit-learn"] == sklearn_version
    assert versions["torch"].split("+")[0] == torch.__version__.split("+")[0]
    assert re.match(r"\d+\.\d+", versions["stg-select"])


def test_names_have_a_hash_that_json_alone_can_repeat(frame, selector):
    content = json.loads(selector.to_json())
    names = json.dumps(list(frame[0].columns))
    assert content["columns_sha256"] == sha256(names.encode()).hexdigest()
    other = json.dumps(list(frame[0].columns[::-1]))
    assert content["columns_sha256"] != sha256(other.encode()).hexdigest()


def test_a_frame_is_pruned_with_json_and_pandas_alone(frame, selector, tmp_path):
    path = tmp_path / "selection.json"
    path.write_text(selector.to_json())
    selection = json.loads(path.read_text())
    pruned = frame[0][selection["selected"]]
    pd.testing.assert_frame_equal(pruned, selector.transform(frame[0]))


def test_names_of_arrays():
    content = json.loads(fitted_on("regression").to_json())
    assert content["columns"] == [f"x{i}" for i in range(6)]
    assert content["selected"][:2] == ["x0", "x1"]


def test_interactions_stand_in_it():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((400, 6))
    selector = quick_selector().fit(X, X[:, 1] * X[:, 4])
    (pair,) = json.loads(selector.to_json())["interactions"]
    assert pair["features"] == ["x1", "x4"]
    assert pair["members"] == 1.0
    assert pair["kind"] in ("product", "interaction")


@pytest.mark.parametrize(
    ("settings", "name", "expected"),
    [
        ({"feature_groups": np.array([0, 1, 2, 3, 4, 4])}, None, [0, 1, 2, 3, 4, 4]),
        ({"class_weight": {0: 1.0, 1: np.float32(2.0)}}, None, {"0": 1.0, "1": 2.0}),
        ({"n_features_to_select": np.int64(2)}, None, 2),
        ({"verbose": np.bool_(False)}, None, False),
        (
            {"cross_fit": KFold(3, shuffle=True, random_state=1)},
            None,
            "KFold(n_splits=3, random_state=1, shuffle=True)",
        ),
    ],
)
def test_parameters_of_all_kinds(settings, name, expected):
    selector = quick_selector(**settings).fit(*make_table("binary"))
    ((name, _),) = settings.items()
    assert json.loads(selector.to_json())["parameters"][name] == expected


def test_what_is_not_known_is_null():
    selector = quick_selector(**PLAIN).fit(*make_table("binary"))
    content = json.loads(selector.to_json())
    assert content["stability"] is None
    assert content["interactions"] == []


def test_follows_what_is_asked_for_after_the_fit():
    selector = quick_selector().fit(*make_table("regression"))
    selector.n_features_to_select = 1
    content = json.loads(selector.to_json())
    assert len(content["selected"]) == 1
    assert content["parameters"]["n_features_to_select"] == 1


def test_nothing_selected_is_an_empty_list():
    selector = quick_selector(threshold=1.0).fit(*make_table("binary"))
    selector.active_probs_[:] = 0.5
    assert json.loads(selector.to_json())["selected"] == []


def test_unfitted_selectors_have_no_json():
    with pytest.raises(NotFittedError, match="not fitted yet"):
        quick_selector().to_json()
