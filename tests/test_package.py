"""The package as a whole: its names, its version, and what importing it costs."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from importlib.metadata import version
from importlib.resources import files
from itertools import chain
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import stg_select

ROOT = Path(__file__).parents[1]


def _run(code: str) -> str:
    """Run `code` in a new interpreter and return what it printed."""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_every_public_name_exists():
    assert set(stg_select.__all__) <= set(dir(stg_select))


def test_a_name_that_is_not_there():
    with pytest.raises(AttributeError, match="'stg_select' has no attribute 'Gates'"):
        _ = stg_select.Gates


def test_version_is_the_installed_one():
    assert stg_select.__version__ == version("stg-select")
    assert re.fullmatch(r"\d+\.\d+\.\d+", stg_select.__version__)


def test_citation_names_the_version():
    lines = (ROOT / "CITATION.cff").read_text().splitlines()
    assert f"version: {stg_select.__version__}" in lines


def test_package_is_marked_as_typed():
    assert files("stg_select").joinpath("py.typed").is_file()


def test_importing_and_fitting_add_no_library_and_leave_generators_alone():
    """Torch's compiler takes longer to import than a small fit, and 70 MB."""
    code = (
        "import random, sys\n"
        "import numpy, pandas, scipy.stats, sklearn.feature_selection, torch\n"
        "def state():\n"
        "    return (random.getstate(), numpy.random.get_state()[1].tolist(),\n"
        "            torch.get_rng_state().tolist(), torch.get_num_threads())\n"
        "before, modules = state(), set(sys.modules)\n"
        "from stg_select import GaussianGateSelector, GaussianStochasticGates\n"
        "new = {name.partition('.')[0] for name in set(sys.modules) - modules}\n"
        "optional = {'captum', 'matplotlib', 'polars', 'rich', 'tqdm', 'typer'}\n"
        "print(sorted(new & optional), state() == before)\n"
        "X = numpy.random.default_rng(0).standard_normal((60, 3))\n"
        "GaussianGateSelector(n_seeds=1, max_iter=60).fit(X, X[:, 0])\n"
        "print({'torch._dynamo', 'sympy'} & set(sys.modules))\n"
    )
    assert _run(code) == "[] True\nset()"


def test_constraints_pin_every_requirement_within_its_bound():
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pins = dict(line.split("==") for line in lines if not line.startswith("#"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [
        *project["dependencies"],
        *chain(*project["optional-dependencies"].values()),
    ]
    for requirement in map(Requirement, wanted):
        if requirement.name != project["name"]:
            pin = pins[canonicalize_name(requirement.name)]
            assert requirement.specifier.contains(pin), requirement
