from __future__ import annotations

import inspect
import os
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import distribution
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx

import stg_select

HERE = Path(__file__).parent
ROOT = HERE.parent
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

project = "stg_select"
author = PYPROJECT["project"]["authors"][0]["name"]
copyright = f"2026, {author}"
version = release = stg_select.__version__

extensions = [
    "myst_nb",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.mathjax",
    "sphinx_design",
    "sphinx_gallery.gen_gallery",
]
templates_path = ["_templates"]
exclude_patterns = [
    "_build",
    "gallery",  # what the gallery is made from
    "generated/commands.md",
    "generated/benchmark_tables.md",
    "generated/gallery/*.ipynb",  # for readers to download
]

# Notebooks are run by the tests, not by the documentation.
shutil.copytree(ROOT / "notebooks", HERE / "notebooks", dirs_exist_ok=True)
nb_execution_mode = "off"
myst_enable_extensions = ["amsmath", "colon_fence", "dollarmath"]
myst_heading_anchors = 3

# The options of the command line, as its help says them.
commands = subprocess.run(
    [sys.executable, "-m", "typer", "stg_select.cli._app", "utils", "docs"]
    + ["--name", "stg-select"],
    capture_output=True,
    text=True,
    check=True,
).stdout
(HERE / "generated").mkdir(exist_ok=True)
sections = "##" + commands.partition("\n##")[2]
(HERE / "generated" / "commands.md").write_text(sections, encoding="utf-8")

# The pictures of the guide, by the code that it shows.
pictures = HERE / "generated" / "pictures"
subprocess.run([sys.executable, HERE / "draw_pictures.py", pictures], check=True)
html_extra_path = ["generated/pictures/root"]
# The charts of the benchmark, and its tables behind folds.
subprocess.run(
    [sys.executable, HERE / "benchmark_pages.py", HERE / "generated"],
    check=True,
    env={**os.environ, "PYTHONPATH": str(HERE.parent)},  # where the benchmarks are
)

# Short examples, run while they are built; one that fails fails the build.
sphinx_gallery_conf = {
    "examples_dirs": "gallery",
    "gallery_dirs": "generated/gallery",
    "within_subsection_order": "FileNameSortKey",
    "abort_on_example_error": True,
    "capture_repr": ("_repr_html_",),  # not the addresses of displays
    "backreferences_dir": "generated/backreferences",
    "doc_module": "stg_select",
    "image_srcset": ["2x"],
    "download_all_examples": False,
    "show_signature": False,
    "remove_config_comments": True,
    "write_computation_times": False,
    "min_reported_time": 1e9,  # how long an example took depends on the machine
}


def anchor_parameters(app: Sphinx, doctree: nodes.document) -> None:
    """Make each parameter of the selector a target: `[keep](#parameter-keep)`."""
    page = app.env.docname
    if page != "generated/stg_select.GaussianGateSelector":
        return
    left = set(inspect.signature(stg_select.GaussianGateSelector).parameters)
    for item in doctree.findall(nodes.definition_list_item):
        term = item.children[0]
        name = term.astext().split()[0]
        if name in left:  # methods come later and may use the name again
            left.remove(name)
            target = f"parameter-{name}"
            term["ids"].append(target)
            labels = app.env.domains.standard_domain
            labels.note_hyperlink_target(target, page, target, name)


def setup(app: Sphinx) -> None:
    app.connect("doctree-read", anchor_parameters)


autosummary_generate = True
autodoc_typehints = "none"
toc_object_entries_show_parents = "hide"
numpydoc_show_class_members = False
numpydoc_validation_checks = set(PYPROJECT["tool"]["numpydoc_validation"]["checks"])
numpydoc_validation_exclude = set(PYPROJECT["tool"]["numpydoc_validation"]["exclude"])

# For links to other sites; CONTRIBUTING.md has the command.
linkcheck_timeout = 20
linkcheck_retries = 2
linkcheck_rate_limit_timeout = 60

html_theme = "pydata_sphinx_theme"
html_title = "stg_select"
smartquotes = False
# MathJax itself, so that formulas need no net
mathjax = distribution("sphinx-mathjax-offline").locate_file("sphinx-mathjax-offline")
mathjax_path = "mathjax/tex-chtml.js"
html_static_path = ["_static", f"{mathjax}/static"]
html_css_files = ["custom.css"]
html_show_sourcelink = False
html_sidebars = {
    "index": [],
    "installation": [],
    "cli": [],
    "changelog": [],
    "notebooks/*": [],
}
html_theme_options = {
    # the method, the command line and the API are seen without a menu
    "header_links_before_dropdown": 8,
    "navbar_align": "left",
    "navbar_persistent": ["search-button"],
    "show_prev_next": False,
    "navigation_with_keys": False,
    "footer_start": ["copyright"],
    "footer_end": ["theme-version"],
}
