"""Pictures compared with stored ones that a person has looked at.

`CROSSROADS_DRAW=1 pytest tests/test_experiments_figures_pictures.py` stores them anew; look at each
before committing it.
"""

from __future__ import annotations

import os
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from drawn import VARIED, drawn_comparison, drawn_explanation, drawn_results
from matplotlib.colors import to_rgb
from PIL import Image
from thumbnails import COLOURS, packed

from experiments.figures.catalogue import CATALOGUE, draw
from experiments.figures.comparison import comparison
from experiments.figures.palette import POWER
from experiments.figures.style import styled
from experiments.figures.waterfall import waterfall
from scenarios.vocabulary import POWERS

STORED = Path(__file__).parent / "data" / "figures"
DOTS = 45
TOLERANCE = 9.0
"""Root of the mean squared difference, of 255: fonts may differ a little, a lost line may not."""


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    return drawn_results(tmp_path_factory.mktemp("drawn") / "made_up")


@pytest.fixture(scope="module")
def varied(tmp_path_factory):
    return drawn_results(tmp_path_factory.mktemp("drawn") / "varied", VARIED)


OTHERS = {
    "comparison": lambda: comparison(drawn_comparison()),
    "waterfall": lambda: waterfall(drawn_explanation(), "security"),
}
"""Figures that no results folder alone gives."""


def picture_of(figure):
    """Return a figure as a small grey-free picture."""
    buffer = BytesIO()
    with styled():
        figure.savefig(buffer, format="png", dpi=DOTS)
    with Image.open(buffer) as image:
        return image.convert("RGB")


def difference(one, other):
    """Return the root mean square of the difference of two pictures, softened by two dots."""
    size = (one.width // 2, one.height // 2)
    first, second = (np.asarray(each.resize(size), dtype=float) for each in (one, other))
    return float(np.sqrt(((first - second) ** 2).mean()))


@pytest.mark.parametrize("name", CATALOGUE)
def test_a_figure_looks_as_it_did_when_a_person_looked_at_it(results, varied, name):
    assert looks_alike(draw(varied if CATALOGUE[name].varied else results, name), name)


@pytest.mark.parametrize("name", OTHERS)
def test_an_explanation_and_a_comparison_look_as_they_did(name):
    assert looks_alike(OTHERS[name](), name)


def looks_alike(figure, name):
    """Tell whether a figure looks like its stored picture, after storing it anew if asked to."""
    now, stored = picture_of(figure), STORED / f"{name}.png"
    if os.environ.get("CROSSROADS_DRAW"):
        now.quantize(64).save(stored, optimize=True)
    with Image.open(stored) as there:
        before = there.convert("RGB")
    return before.size == now.size and difference(before, now) < TOLERANCE


def test_few_colours_keep_those_of_thin_lines():
    random = np.random.default_rng(0)
    strong = {power: 255 * np.array(to_rgb(POWER[power].colour)) for power in POWERS}
    often = {"RUS": 20_000, "CHN": 10_000, "WST": 8_000, "REG": 2_000}
    dots = [np.full((200_000, 3), 255.0)]
    for power, many in often.items():
        pale = random.random((many, 1)) ** 0.5
        dots += [pale * 255 + (1 - pale) * strong[power], np.tile(strong[power], (many // 8, 1))]
    whole = np.concatenate(dots).round().astype(np.uint8)
    few = packed(Image.fromarray(whole[: len(whole) // 500 * 500].reshape(-1, 500, 3)))
    kept = np.unique(np.asarray(few.convert("RGB")).reshape(-1, 3), axis=0)
    assert len(kept) <= COLOURS
    assert all(np.abs(kept - own).max(axis=1).min() < 12 for own in strong.values())


def test_a_lost_line_is_noticed(results):
    whole, less = draw(results, "relations"), draw(results, "relations")
    for axes in less.axes:
        axes.lines[0].remove()
    pictures = []
    for figure in (whole, less):
        buffer = BytesIO()
        figure.savefig(buffer, format="png", dpi=DOTS)
        pictures.append(Image.open(buffer).convert("RGB"))
    assert difference(*pictures) > 0
