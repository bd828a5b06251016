"""The benchmark of a table of texts and numbers times what a fit does."""

from __future__ import annotations

from benchmarks.mixed_table import STEPS, main, mixed_table


def test_half_of_the_columns_are_text():
    X, y = mixed_table(60, 8)
    assert X.shape == (60, 8)
    assert X.select_dtypes("number").shape[1] == 4
    assert set(y) == {0, 1}


def test_every_step_is_timed(capsys):
    main(["--rows", "120", "--columns", "4"])
    lines = capsys.readouterr().out.splitlines()
    assert [line[:16].strip() for line in lines] == list(STEPS.values())
    assert all(line.endswith(" s") for line in lines)
