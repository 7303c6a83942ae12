"""How cost grows: what is measured, and the figure of it."""

from __future__ import annotations

import json
from dataclasses import replace

import matplotlib.image
import pytest

from experiments.bench import scaling
from experiments.bench.scaling import Size, draw, sweeps


@pytest.fixture
def small(monkeypatch):
    """The same four things varied, over batches of a block and a year, in this process."""
    tiny = Size(worlds=2, quarters=4, workers=1, record_from="2000-Q1")
    few = {"worlds": (2, 4), "scenarios": (1, 2), "quarters": (4, 8), "workers": (1,)}
    every = {n: replace(s, values=few[n], size=tiny) for n, s in sweeps().items()}
    monkeypatch.setattr(scaling, "sweeps", lambda: every)
    monkeypatch.setattr(scaling, "cores", lambda: 1)
    monkeypatch.setattr(scaling, "MANY", 2)


def test_what_is_varied_is_a_side_of_a_batch_and_keeps_every_worker_busy():
    for name, each in sweeps().items():
        for value in each.values:
            size = replace(each.size, **{name: value})
            assert size.worlds >= 2 * scaling.BLOCK * max(scaling.cores(), size.workers)


@pytest.mark.slow
@pytest.mark.usefixtures("small")
def test_the_command_measures_and_draws_four_panels(crossroads, tmp_path):
    path = tmp_path / "deep" / "growth.png"
    code, out, err = crossroads("bench", "--figure", path, "--rounds", 1, "--json")
    assert (code, err) == (0, "")
    points = json.loads(out)
    assert {name: list(each) for name, each in points.items()} == {
        "worlds": ["2", "4"],
        "scenarios": ["1", "2"],
        "quarters": ["4", "8"],
        "workers": ["1"],
    }
    assert all(second > 0 for each in points.values() for (second,) in each.values())
    assert matplotlib.image.imread(path).shape[1] > 1000


def test_every_panel_names_what_varies_and_its_unit(monkeypatch, tmp_path):
    shown = []
    monkeypatch.setattr("experiments.figures.style.write", lambda figure, _: shown.append(figure))
    points = {name: {v: [1.0 * v, 2.0 * v] for v in s.values} for name, s in sweeps().items()}
    draw(points, tmp_path / "growth.png")
    panels = shown[0].axes
    assert [each.get_xlabel() for each in panels] == [s.label for s in sweeps().values()]
    assert {each.get_ylabel() for each in panels} == {"seconds"}
    assert "Medians of 2 rounds" in shown[0].get_supxlabel()


def test_a_figure_that_cannot_be_drawn_is_refused_before_anything_is_measured(crossroads, tmp_path):
    code, out, err = crossroads("bench", "--figure", tmp_path / "growth.bmp")
    assert (code, out) == (2, "")
    assert err.endswith("expected a name that ends in .png, .svg, .pdf\n")
