"""The site of docs/: every page has its place, what is made from the code is current."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML
from tables import PAGE, page

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
CITED = re.compile(r"@([a-z]+\d{4}|[a-z]+)\b")


def placed(nav):
    """All pages of a navigation, in its order."""
    for each in nav:
        for below in each.values():
            yield from [below] if isinstance(below, str) else placed(below)


def test_every_page_has_its_place_in_the_navigation():
    nav = YAML(typ="safe").load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))["nav"]
    pages = {path.name for path in DOCS.iterdir() if path.suffix in {".md", ".ipynb"}}
    assert sorted(placed(nav)) == sorted(pages)


def test_the_first_page_takes_its_five_minutes_from_the_readme():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    headings = re.findall(r"<!-- README: (.*) -->", (DOCS / "index.md").read_text("utf-8"))
    assert "Five minutes to a first insight" in headings
    assert all(f"\n## {heading}\n" in readme for heading in headings)


def test_the_tables_of_the_model_are_what_the_code_reads():
    assert PAGE.read_text(encoding="utf-8") == page(), "out of date: run `make pages`"


def test_what_the_paper_cites_stands_in_its_bibliography():
    entries = set(
        re.findall(r"^@\w+\{(\w+),", (DOCS / "paper.bib").read_text("utf-8"), re.MULTILINE)
    )
    cited = {
        name
        for bracket in re.findall(r"\[(@[^\]]*)\]", (DOCS / "paper.md").read_text("utf-8"))
        for name in CITED.findall(bracket)
    }
    assert len(cited) > 5
    assert cited <= entries


def test_every_entry_of_the_bibliography_says_whether_it_was_checked():
    entries = (DOCS / "paper.bib").read_text(encoding="utf-8").split("\n@")[1:]
    assert all("checked = {" in entry for entry in entries)


@pytest.mark.parametrize("path", sorted(DOCS.glob("*.md")), ids=lambda path: path.stem)
def test_a_page_begins_with_one_heading(path):
    text = re.sub(r"^---\n.*?\n---\n", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    text = re.sub(r"^ *```.*?^ *```$", "", text, flags=re.MULTILINE | re.DOTALL)
    assert len(re.findall(r"^# ", text, re.MULTILINE)) == 1
