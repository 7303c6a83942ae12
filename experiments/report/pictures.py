"""The figures of a report as pictures within the page."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from experiments.figures.catalogue import CATALOGUE, draw, drawable
from experiments.figures.style import styled
from experiments.reading import Results

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DOTS = 105
"""Dots an inch: sharp on a screen, and all figures together stay below 5 MB."""
COLOURS = 128


@dataclass(frozen=True)
class Picture:
    """A figure as a page holds it; `alt` says what it shows to those who do not see it."""

    name: str
    shows: str
    alt: str
    data: str
    width: int
    height: int


def pictures(results: Results) -> list[Picture]:
    """Return all figures that a folder allows."""
    return [picture(name, draw(results, name)) for name in drawable(results)]


def picture(name: str, figure: Figure) -> Picture:
    """Return a figure as a small PNG with its words."""
    from PIL import Image

    buffer = BytesIO()
    with styled():
        figure.savefig(buffer, format="png", dpi=DOTS)
    with Image.open(buffer) as image:
        small = image.convert("RGB").quantize(COLOURS)
        width, height = image.size
    packed = BytesIO()
    small.save(packed, format="png", optimize=True)
    data = base64.b64encode(packed.getvalue()).decode("ascii")
    shows = CATALOGUE[name].shows
    return Picture(name, shows[:1].upper() + shows[1:], words(figure), data, width, height)


def words(figure: Figure) -> str:
    """Return what a figure says in words: its finding and its note."""
    said = [each for each in (figure.get_suptitle(), figure.get_supxlabel()) if each]
    return " ".join(". ".join(said).split())
