"""The site: every page and notebook is on it, it builds without a complaint, and loads nothing."""

from __future__ import annotations

import os
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CONF = runpy.run_path(str(ROOT / "docs" / "site" / "conf.py"))
# What a browser loads by itself; a link that a reader follows is none.
LOADED = re.compile(r"<(?:script|img|iframe)\b[^>]*\bsrc=\"([^\"]+)|<link\b[^>]*\bhref=\"([^\"]+)")
LOADED_BY_STYLE = re.compile(r"@import\s+\S*?(https?:[^\"';)]+)|url\([\"']?(https?:[^\"')]+)")


def test_the_contents_have_every_page_and_every_notebook_once() -> None:
    listed = [page for pages in CONF["CONTENTS"].values() for page in pages]
    folders = {"docs": "*.md", "notebooks": "*.ipynb"}
    there = [
        f"{folder}/{path.stem}"
        for folder, pattern in folders.items()
        for path in (ROOT / folder).glob(pattern)
    ]
    assert sorted(p for p in listed if p.split("/")[0] in folders) == sorted(there)
    assert all((ROOT / f"{page}.md").is_file() for page in set(listed) - set(there))


@pytest.mark.slow
def test_the_site_builds_without_a_complaint_and_loads_nothing_from_elsewhere(
    tmp_path: Path,
) -> None:
    site = tmp_path / "site"
    subprocess.run(
        [sys.executable, "-m", "sphinx", "-q", "-W", "-c", "docs/site", ".", str(site)],
        cwd=ROOT,
        env=os.environ | {"PYTHONWARNINGS": "default"},
        check=True,
        timeout=300,
    )
    pages = {path: path.read_text(encoding="utf-8") for path in site.rglob("*.html")}
    assert len(pages) > 30
    assert "url=README.html" in pages[site / "index.html"]
    for path, text in pages.items():
        for match in LOADED.finditer(text):
            loaded = match[1] or match[2]
            assert not loaded.startswith(("http:", "https:", "//")), (path.name, loaded)
    for style in site.rglob("*.css"):
        assert not LOADED_BY_STYLE.search(style.read_text(encoding="utf-8")), style.name
    assert "revisit_mean_h" in pages[site / "docs" / "figures.html"]
