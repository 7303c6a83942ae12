"""The notebooks of docs/ run from a clean start, cell by cell."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[1] / "docs"
NOTEBOOKS = sorted(DOCS.glob("*.ipynb"))


def cells(path):
    """Return the code of a notebook."""
    read = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return ["".join(each["source"]) for each in read if each["cell_type"] == "code"]


def test_there_are_two_notebooks():
    assert [path.stem for path in NOTEBOOKS] == ["first_insight", "own_scenario"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_from_a_clean_start(path, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    names = {"__name__": "__main__"}
    for number, code in enumerate(cells(path)):
        exec(compile(code, f"{path.name}, cell {number}", "exec"), names)  # noqa: S102 (our own)
    assert "differ clearly" in capsys.readouterr().out


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_stored_without_outputs(path):
    read = json.loads(path.read_text(encoding="utf-8"))
    assert all(not each.get("outputs") for each in read["cells"])


def test_every_figure_has_its_thumbnail_in_the_docs():
    from experiments.figures.catalogue import CATALOGUE

    text = (DOCS / "figures.md").read_text(encoding="utf-8")
    for name in CATALOGUE:
        assert f"(figures/{name}.png)" in text
        assert (DOCS / "figures" / f"{name}.png").exists()


def test_a_notebook_shows_a_figure_as_a_picture(outcomes):
    from experiments import figures

    assert figures.map(outcomes)._repr_png_().startswith(b"\x89PNG")
