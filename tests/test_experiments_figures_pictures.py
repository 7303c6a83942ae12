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
from drawn import drawn_results
from PIL import Image

from experiments.figures.catalogue import CATALOGUE, draw
from experiments.figures.style import styled

STORED = Path(__file__).parent / "data" / "figures"
DOTS = 45
TOLERANCE = 9.0
"""Root of the mean squared difference, of 255: fonts may differ a little, a lost line may not."""


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    return drawn_results(tmp_path_factory.mktemp("drawn") / "made_up")


def picture_of(results, name):
    """Return a figure as a small grey-free picture."""
    buffer = BytesIO()
    with styled():
        draw(results, name).savefig(buffer, format="png", dpi=DOTS)
    with Image.open(buffer) as image:
        return image.convert("RGB")


def difference(one, other):
    """Return the root mean square of the difference of two pictures, softened by two dots."""
    size = (one.width // 2, one.height // 2)
    first, second = (np.asarray(each.resize(size), dtype=float) for each in (one, other))
    return float(np.sqrt(((first - second) ** 2).mean()))


@pytest.mark.parametrize("name", CATALOGUE)
def test_a_figure_looks_as_it_did_when_a_person_looked_at_it(results, name):
    now, stored = picture_of(results, name), STORED / f"{name}.png"
    if os.environ.get("CROSSROADS_DRAW"):
        now.quantize(64).save(stored, optimize=True)
    with Image.open(stored) as there:
        before = there.convert("RGB")
    assert before.size == now.size
    assert difference(before, now) < TOLERANCE


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
