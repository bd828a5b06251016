"""Lines of a module that may be changed without a test of it noticing.

``nice python -m benchmarks.mutants stg_select/rules.py`` needs ``pip install
cosmic-ray``, whose operators change one place at a time. Imports and the collection of
tests are done once; each mutant is then tried in a forked process, where the code of
its functions takes the place of the former, so that it costs the tests up to the first
that fails and nothing else. A mutant that the tests named after the module let pass is
tried on those of the whole folder. Values that are computed on import stay as they are.
"""

from __future__ import annotations

import argparse
import importlib
import inspect
import os
import resource
import sys
from collections.abc import Iterator, Sequence
from difflib import unified_diff
from pathlib import Path
from types import FunctionType, ModuleType

import numpy as np
import pytest
from hypothesis import Phase, settings

# libraries that are imported already cannot have their asserts rewritten
OPTIONS = ("-x", "--assert=plain", "-p", "no:cacheprovider", "-p", "no:terminal",
           "-o", "addopts=", "-m", "not slow",
           "--hypothesis-profile=mutants")  # fmt: skip
# of numbers these fail wherever they are run at all, or say no more than another
LEFT_OUT = ("Shift", "Bit", "Mod", "FloorDiv", "_Pow", "_Is", "Decorator")
SECONDS = 60  # of processor time for a run of tests


def mutants(code: str) -> Iterator[tuple[str, str]]:
    """Operators and the changed text of every place that they change."""
    from cosmic_ray.ast import ast_nodes, get_ast
    from cosmic_ray.mutating import mutate_code
    from cosmic_ray.plugins import get_operator, operator_names

    for name in operator_names():
        operator_class = get_operator(name)
        if operator_class.arguments() or any(word in name for word in LEFT_OUT):
            continue
        operator = operator_class()
        nodes = ast_nodes(get_ast(code))
        places = [p for node in nodes for p in operator.mutation_positions(node)]
        for occurrence in range(len(places)):
            yield name.partition("/")[2], mutate_code(code, operator, occurrence)


def replace_functions(old: ModuleType | type, new: ModuleType | type) -> int:
    """Let functions run the code of their namesakes, and count those that change."""
    n_changed = 0
    for name, value in vars(new).items():
        former, present = vars(old).get(name), value
        for part in ("__func__", "__wrapped__", "fget", "func"):
            present = getattr(present, part, present)
            former = getattr(former, part, former)
        if isinstance(present, type) and present.__module__ == new.__name__:
            n_changed += replace_functions(former, present)
        elif isinstance(present, FunctionType) and isinstance(former, FunctionType):
            n_changed += former.__code__ != present.__code__
            former.__code__ = present.__code__
            former.__defaults__ = present.__defaults__
    return n_changed


class Mutation:
    """Instead of running the tests once, run them on every mutant."""

    def __init__(self, paths: Sequence[Path], sample: int) -> None:
        self.paths, self.sample = paths, sample

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        for path in self.paths:
            self.try_module(session, path)
        return True

    def try_module(self, session: pytest.Session, path: Path) -> None:
        """Print the mutants of a module that survive, and how many did not."""
        module = importlib.import_module(".".join(path.with_suffix("").parts))
        name, folder = f"test_{path.stem.strip('_')}", tests_of(path).resolve()
        own = [item for item in session.items if item.path.stem == name]
        others = [item for item in session.items if item.path.parent == folder]
        others = [] if len(path.parts) == 2 else [i for i in others if i not in own]
        code = path.read_text(encoding="utf-8")
        every = list(mutants(code))
        order = np.random.default_rng(0).permutation(len(every))[: self.sample]
        if not passes(session, own, module, code):
            pytest.exit(f"{path}: its tests fail on it as it is", 1)
        n_tried = n_survived = 0
        for operator, changed in (every[i] for i in sorted(order)):
            survived = passes(session, own, module, changed)
            n_tried += survived is not None
            if survived and passes(session, others, module, changed):
                n_survived += 1
                lines = code.splitlines(), changed.splitlines()
                diff = list(unified_diff(*lines, lineterm="", n=0))[2:]
                print(f"{path} survives {operator}", *diff, sep="\n  ", flush=True)
        print(f"{path}: {n_tried - n_survived} of {n_tried} noticed,"
              f" of {len(every)}", flush=True)  # fmt: skip


def passes(
    session: pytest.Session, items: list[pytest.Item], module: ModuleType, code: str
) -> bool | None:
    """Whether tests pass on a changed module; None where no function is changed."""
    child = os.fork()
    if child:
        status = os.waitpid(child, 0)[1]
        return None if os.waitstatus_to_exitcode(status) == 77 else status == 0
    result = 1
    try:
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        new = ModuleType(module.__name__)
        new.__file__, new.__package__ = module.__file__, module.__package__
        exec(compile(code, module.__file__, "exec"), vars(new))
        n_changed = replace_functions(module, new)
        if n_changed == 0 and code != inspect.getsource(module):
            os._exit(77)
        for i, item in enumerate(items):
            following = items[i + 1] if i + 1 < len(items) else None
            item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
            if session.testsfailed:
                break
        result = int(session.testsfailed > 0)
    finally:  # nothing that the parent has begun is ended here
        os._exit(result)


def tests_of(path: Path) -> Path:
    """The folder of tests that mirrors that of a module."""
    return Path("tests", *path.parent.parts[1:])


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the mutants that survive."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mutants")
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--sample", type=int, default=40, help="mutants of a file")
    arguments = parser.parse_args(arguments)
    settings.register_profile(
        "mutants", deadline=None, phases=(Phase.explicit, Phase.generate),
        database=None,
    )  # fmt: skip
    folders = {
        str(tests_of(path) / f"test_{path.name}" if len(path.parts) == 2
            else tests_of(path)): None
        for path in arguments.paths
    }  # fmt: skip
    # tests of jobs start processes that know nothing of the change
    ignored = "--ignore-glob=*/test_jobs.py"
    plugin = Mutation(arguments.paths, arguments.sample)
    return int(pytest.main([*OPTIONS, ignored, *folders], plugins=[plugin]))


if __name__ == "__main__":
    sys.exit(main())
