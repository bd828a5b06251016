"""Links between README, pages of the documentation and notebooks lead somewhere.

Those to other sites are for `python -m sphinx -b linkcheck`, which needs a network.
"""

from __future__ import annotations

import inspect
import json
import re
from pathlib import Path

import pytest

from stg_select import GaussianGateSelector

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = sorted(
    [*ROOT.glob("*.md"), *DOCS.glob("*.md"), *ROOT.glob("notebooks/*.ipynb")]
)
FENCED = re.compile(r"^(```+|~~~+).*?^\1\s*$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(\s*<?([^)\s>]+)")
PARAMETERS = {
    f"parameter-{name}" for name in inspect.signature(GaussianGateSelector).parameters
}


def text_of(page):
    """Read Markdown, of a notebook too, without its code."""
    text = page.read_text(encoding="utf-8")
    if page.suffix == ".ipynb":
        cells = json.loads(text)["cells"]
        texts = ("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")
        text = "\n\n".join(texts)
    return FENCED.sub("", text)


def anchors_of(page):
    """List the anchors of headings, as GitHub and MyST make them."""
    headings = re.findall(r"^#+ +(.*?) *$", text_of(page), re.MULTILINE)
    words = (re.sub(r"[^\w\s-]", "", heading.lower()) for heading in headings)
    return {name.replace(" ", "-") for name in words}


def source_of(path):
    """Find what a page is made from that is not there before the pages are built."""
    if path.is_relative_to(DOCS / "notebooks"):
        return ROOT / path.relative_to(DOCS)
    if path == DOCS / "generated" / "gallery" / "index.rst":
        return DOCS / "gallery" / "GALLERY_HEADER.rst"
    if path.is_relative_to(DOCS / "generated" / "gallery"):
        return DOCS / "gallery" / f"{path.stem}.py"
    return path


def broken_links(page):
    """List the links of a page, other sites aside, that lead nowhere."""
    broken = []
    for link in LINK.findall(text_of(page)):
        if re.match(r"\w+:", link):
            continue
        target, _, anchor = link.partition("#")
        path = source_of((page.parent / target).resolve()) if target else page
        known = path.exists() and (
            not anchor
            or anchor in anchors_of(path)
            or (page.parent == DOCS and anchor in PARAMETERS)
        )
        if not known:
            broken.append(link)
    return broken


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    assert broken_links(page) == []


def test_broken_links_are_noticed(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(
        "# How many?\n\n## Text, and dates\n"
        "[a](#how-many) [b](other.md) [c](#no) [d](page.md#text-and-dates)\n"
        "[over two\nlines](page.md#no) [site](https://example.org/no#no)\n"
        "```python\ncode[0](nothing)\n```\n"
    )
    assert broken_links(page) == ["other.md", "#no", "page.md#no"]
    book = tmp_path / "book.ipynb"
    cells = [
        {"cell_type": "markdown", "source": ["[a](page.md)\n", "[b](no.ipynb)"]},
        {"cell_type": "code", "source": ["code[0](nothing)"]},
    ]
    book.write_text(json.dumps({"cells": cells}))
    assert broken_links(book) == ["no.ipynb"]


def test_every_example_of_the_gallery_is_named_by_a_page_of_the_guide():
    text = "".join(page.read_text(encoding="utf-8") for page in DOCS.glob("*.md"))
    names = [path.stem for path in sorted((DOCS / "gallery").glob("plot_*.py"))]
    assert [name for name in names if f"/{name}.rst" not in text] == []


def test_links_to_examples_have_their_titles():
    for page in DOCS.glob("*.md"):
        for words, name in re.findall(
            r"\[([^\]]+)\]\(generated/gallery/(plot_\w+)\.rst\)",
            page.read_text(encoding="utf-8"),
        ):
            example = (DOCS / "gallery" / f"{name}.py").read_text(encoding="utf-8")
            assert example.splitlines()[1] == " ".join(words.split())
