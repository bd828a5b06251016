"""The API page knows every parameter, and every public class shows how it is used."""

from __future__ import annotations

import doctest
import inspect
import re
from pathlib import Path

import pytest

import stg_select
from stg_select import inspection

PAGE = (Path(__file__).parents[1] / "docs" / "api.md").read_text(encoding="utf-8")


def _parameters_under(heading: str) -> list[str]:
    section = PAGE.partition(f"### {heading}\n")[2].partition("\n#")[0]
    return re.findall(r"\[`(\w+)`\]\(#parameter-\1\)", section)


def test_every_parameter_is_either_for_users_or_for_training():
    touched = _parameters_under("What you will touch")
    training = _parameters_under("How members are trained")
    signature = inspect.signature(stg_select.GaussianGateSelector).parameters
    assert sorted(touched + training) == sorted(signature)


@pytest.mark.parametrize(
    "public",
    [getattr(home, name) for home in (stg_select, inspection) for name in home.__all__],
)
def test_public_classes_have_examples(public):
    tests = doctest.DocTestFinder(recurse=False).find(public)
    assert any(
        not example.options.get(doctest.SKIP)
        for test in tests
        for example in test.examples
    )
