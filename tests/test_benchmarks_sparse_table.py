"""The benchmark of a sparse table tells what a fit takes and finds."""

from __future__ import annotations

import re

from benchmarks.sparse_table import N_TRUE, main, sparse_table


def test_true_columns_are_the_first_and_make_the_classes():
    X, y = sparse_table(400, 50, 0.02)
    assert X.shape == (400, 50)
    assert X.format == "csr"
    has_true = X[:, :N_TRUE].sum(axis=1) > 0
    assert (y == has_true).mean() > 0.9


def test_time_memory_and_columns_are_told(capsys):
    main(["--rows", "600", "--columns", "40", "--share", "0.02"])
    shown = capsys.readouterr().out
    assert re.findall(r"^[a-z ]+?(?= {2,})", shown, re.MULTILINE) == [
        "time",
        "processor time",
        "peak of memory",
        "true columns",
    ]
