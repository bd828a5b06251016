"""The report in a browser: it sorts, searches and fits, without an error.

A page around it drives it and writes down what it finds; headless Chromium prints that.
"""

from __future__ import annotations

import html
import json
import shutil
import subprocess

import numpy as np
import pytest
from pages import Page

from stg_select.inspection._report import _as_json

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
N_FEATURES = 10_000

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium")

DRIVER = """
<!DOCTYPE html><meta charset="utf-8">
<iframe id="frame" style="width:WIDTHpx;height:900px" srcdoc="PAGE"></iframe>
<pre id="found"></pre>
<script>
const frame = document.getElementById("frame");
frame.addEventListener("load", () => {
  const page = frame.contentDocument;
  const found = { errors: frame.contentWindow.errors, names: {} };
  const names = () => [...page.querySelectorAll("td.feature")]
    .map((cell) => cell.firstChild.textContent);
  const click = (key) => page.querySelector(`th[data-key=${key}] button`).click();
  const sorted = () => [...page.querySelectorAll("th")].map((h) => h.ariaSort);
  const look = (name) => {
    found.names[name] = [names().length, names()[0], sorted().join(" ")];
  };
  const box = page.getElementById("rows");
  const type = (text) => {
    const search = page.getElementById("search");
    search.value = text;
    search.dispatchEvent(new Event("input"));
  };
  look("start");
  click("rank"); look("worst first");
  click("evidence"); look("most evidence");
  click("evidence"); look("least evidence");
  click("feature"); look("by name");
  click("rank");
  type("SECOND"); look("searched");
  found.count = page.getElementById("count").textContent;
  type("no such name"); found.none = names().length;
  type("");
  page.getElementById("only-selected").click(); look("selected only");
  page.getElementById("only-selected").click();
  box.scrollTop = box.scrollHeight;
  box.dispatchEvent(new Event("scroll")); look("scrolled");
  found.markup = page.querySelectorAll("td b").length;
  found.note = page.querySelector(".note").textContent;
  found.width = page.documentElement.scrollWidth;
  document.getElementById("found").textContent = JSON.stringify(found);
});
</script>
"""
LISTENER = (
    "<head><script>window.errors = [];"
    'window.addEventListener("error", (e) => errors.push(e.message));'
    "const said = console.error; console.error = (...w) => errors.push(w.join());"
    "</script>"
)


@pytest.fixture(scope="module", params=[1280, 390])
def found(request, fitted, table, tmp_path_factory):
    """What the driver has seen of a report of many features, at a width."""
    evidence = np.linspace(1.0, 0.0, N_FEATURES)
    data = {
        "rank": list(range(1, N_FEATURES + 1)),
        "feature": ["</script><b>first", "second"]
        + [f"column {i}" for i in range(2, N_FEATURES)],
        "evidence": evidence.tolist(),
        "open": evidence[::-1].tolist(),
        "mu": evidence.tolist(),
        "selected": [1, 1, 1] + [0] * (N_FEATURES - 3),
        "note": ["<i>note"] + [""] * (N_FEATURES - 1),
    }
    page = fitted.report(*table).html()
    start = page.index(">", page.index('id="ranking-data"')) + 1
    page = page[:start] + _as_json(data) + page[page.index("</script>", start) :]
    page = page.replace("<head>", LISTENER, 1)
    driver = DRIVER.replace("WIDTH", str(request.param))
    path = tmp_path_factory.mktemp("browser") / "driver.html"
    path.write_text(driver.replace("PAGE", html.escape(page)), encoding="utf-8")
    command = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu"]
    profile = f"--user-data-dir={path.parent / 'profile'}"
    done = subprocess.run(
        [*command, profile, "--virtual-time-budget=10000", "--dump-dom", path.as_uri()],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    (text,) = Page(done.stdout).texts("pre")
    return {"asked": request.param, **json.loads(text)}


def test_no_error(found):
    assert found["errors"] == []


def test_rows_are_made_as_needed(found):
    assert found["names"]["start"][0] == 100
    assert found["names"]["scrolled"][0] == 200


def test_sorting(found):
    first = {name: seen[1] for name, seen in found["names"].items()}
    best, worst = "</script><b>first", f"column {N_FEATURES - 1}"
    assert first["start"] == best
    assert first["worst first"] == worst
    assert first["most evidence"] == best
    assert first["least evidence"] == worst
    assert first["by name"] == best
    order = [name.split() for _, _, name in found["names"].values()]
    assert [o[0] for o in order[:2]] == ["ascending", "descending"]
    assert all(o.count("none") == len(o) - 1 for o in order)


def test_searching(found):
    assert found["names"]["searched"][:2] == [1, "second"]
    assert found["count"] == f"1 of {N_FEATURES}"
    assert found["none"] == 0
    assert found["names"]["selected only"][0] == 3


def test_names_are_text(found):
    assert found["markup"] == 0
    assert found["note"] == "<i>note"


def test_nothing_is_wider_than_the_window(found):
    assert found["width"] <= found["asked"]
