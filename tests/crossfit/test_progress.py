"""The progress bar: what it counts, and silence where it is switched off."""

from __future__ import annotations

import sys

import pytest

from stg_select.crossfit._progress import ProgressBar


def test_member_steps_are_counted(capsys):
    with ProgressBar(True, 64) as progress:
        bar = progress._bar
        update, of_others = progress.of_part(), progress.of_part()
        update(4, 5, 3.25)
        assert bar.n == 20
        of_others(1, 4, 5.0)  # in another thread
        assert bar.n == 24
        update(2, 10, 2.0)  # two of them go on, five steps later
        assert bar.n == 34
        update(3, 10, 1.0)  # other members, which begin anew
        assert bar.n == 64
    out, err = capsys.readouterr()
    assert out == ""
    assert "members=3" in err
    assert "step=10" in err
    assert "open=1.0" in err


def test_nothing_is_shown_where_it_is_switched_off(capsys):
    with ProgressBar(False, 10) as progress:
        progress.of_part()(1, 5, 1.0)
    assert capsys.readouterr() == ("", "")


def test_parts_can_be_stopped():
    with ProgressBar(False, 10) as progress:
        update = progress.of_part()
        update(1, 5, 1.0)
        progress.stop()
        with pytest.raises(RuntimeError, match="stopped"):
            update(1, 10, 1.0)


def test_the_bar_is_closed_after_an_error():
    with pytest.raises(KeyError), ProgressBar(True, 10) as progress:
        raise KeyError
    assert progress._bar.disable


def test_a_bar_needs_tqdm(monkeypatch):
    monkeypatch.setitem(sys.modules, "tqdm", None)
    with pytest.raises(ImportError, match=r"verbose > 0 needs tqdm: pip install"):
        ProgressBar(True, 10)
    ProgressBar(False, 10)
