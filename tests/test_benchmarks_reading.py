"""The benchmark of reading runs."""

from __future__ import annotations

import re

from benchmarks.reading import draw_table, main


def test_readings_are_timed_in_turn(capsys):
    assert main(["--rows", "20", "--columns", "12", "--repeats", "1"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "20 rows, 12 columns, medians of 1"
    for line in lines[1:4]:
        assert re.search(r" \d+\.\d{3} s", line)
    assert [line.partition(":")[0] for line in lines[4:]] == [
        "ratio of readings, time",
        "ratio of readings, processor time",
    ]


def test_table_has_keys_text_and_numbers():
    table = draw_table(9, 7)
    assert table.shape == (9, 7)
    assert table["key"].tolist()[:2] == ["0000000", "0000001"]
    assert table.columns.tolist() == ["x0", "x1", "x2", "key", "level", "count", "y"]
