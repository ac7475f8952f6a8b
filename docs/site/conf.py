"""How the pages, the notebooks and the glossary become a site, by Sphinx; nothing is fetched.

    sphinx-build -c docs/site . site

The pages stay as they are read in the repository: what only the site needs, its contents, is added
while it is built.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]

project = "simulator"
author = "the authors of simulator"
extensions = ["myst_nb"]
root_doc = "README"
include_patterns = [
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "benchmarks/README.md",
    "docs/*.md",
    "notebooks/*.ipynb",
]
exclude_patterns = [".*", "build", "results", "simulator", "site", "tests"]

# The pages in the order in which a newcomer reads them. A page that is in none is a warning.
CONTENTS = {
    "Answers": ("docs/findings", "docs/claims"),
    "Use": ("docs/use", "docs/scenario-keys", "docs/figures", "docs/library"),
    "With other programs": ("docs/export", "docs/orbits-in-and-out"),
    "What is counted": (
        "docs/coverage",
        "docs/delivery",
        "docs/clouds",
        "docs/cameras",
        "docs/actionable",
        "docs/overhead",
    ),
    "Orbits and launches": ("docs/designs", "docs/launches", "docs/years"),
    "Worth and doubt": ("docs/worth", "docs/unknowns", "docs/sweeps"),
    "Notebooks": tuple(
        f"notebooks/{path.stem}" for path in sorted((ROOT / "notebooks").glob("*.ipynb"))
    ),
    "How far to trust it": (
        "docs/validation",
        "docs/trust",
        "docs/architecture",
        "benchmarks/README",
        "CONTRIBUTING",
        "CHANGELOG",
    ),
}

# As deep as links of the pages go into headings.
myst_heading_anchors = 4
# Notebooks are kept executed.
nb_execution_mode = "off"

html_theme = "furo"
html_title = "simulator"
html_static_path = ["site.css"]
html_css_files = ["site.css"]
html_show_sphinx = False
html_show_copyright = False
html_copy_source = False
# The page a browser opens first; the site's own front page is the README.
html_additional_pages = {"index": "forward.html"}
templates_path = ["."]


def setup(app: Any) -> None:
    """Have the contents added to the front page."""
    app.connect("source-read", _with_contents)


def _with_contents(app: Any, page: str, source: list[str]) -> None:
    if page == root_doc:
        source[0] += "".join(_toctree(*part) for part in CONTENTS.items())


def _toctree(caption: str, pages: tuple[str, ...]) -> str:
    lines = ["", "```{toctree}", ":hidden:", f":caption: {caption}", "", *pages, "```", ""]
    return "\n".join(lines)
