"""What is asked of every picture."""

from __future__ import annotations

import io


def assert_nothing_is_cut_off(figure):
    """The figure holds all that is written on it."""
    figure.savefig(io.BytesIO(), format="png")
    written = figure.get_tightbbox(figure.canvas.get_renderer())
    width, height = figure.get_size_inches()
    assert written.x0 >= 0.0
    assert written.y0 >= 0.0
    assert written.x1 <= width
    assert written.y1 <= height
