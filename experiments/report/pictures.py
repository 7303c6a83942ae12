"""The figures of a report as pictures within the page."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from experiments.figures.catalogue import CATALOGUE, draw, drawable, failed
from experiments.figures.style import styled
from experiments.progress import Step
from experiments.results.reading import Results
from experiments.results.wording import capital

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from PIL.Image import Image

DOTS = 105
"""Dots an inch: sharp on a screen, and all figures together stay below 5 MB."""
COLOURS = 128
EDGE = 5
"""Dots around what is drawn."""


@dataclass(frozen=True)
class Picture:
    """A figure as a page holds it, its finding and its note as text beside it.

    `alt` says what it shows to those who do not see it.
    """

    name: str
    shows: str
    finding: str
    note: str
    alt: str
    data: str
    width: int
    height: int


def pictures(results: Results, step: Step = lambda _: None) -> tuple[list[Picture], list[str]]:
    """Return all figures that a folder allows, and a line on each that could not be drawn."""
    found, faults = [], []
    for name in drawable(results):
        step(name)
        try:
            found.append(picture(name, draw(results, name)))
        except Exception as wrong:  # noqa: BLE001 (one figure's fault must not cost the others)
            faults.append(failed(name, wrong))
    return found, faults


def picture(name: str, figure: Figure) -> Picture:
    """Return a figure as a small PNG without its words, and these as text."""
    finding, note = (_plain(each) for each in (figure.get_suptitle(), figure.get_supxlabel()))
    shows, said = CATALOGUE[name].shows, words(figure)
    for text in figure.texts[:]:
        text.set_visible(False)
    data, width, height = _packed(figure)
    return Picture(name, capital(shows), finding, note, said, data, width, height)


def _packed(figure: Figure) -> tuple[str, int, int]:
    """Return a figure as a PNG of few colours in base64, with its size in dots."""
    from PIL import Image

    drawn, packed = BytesIO(), BytesIO()
    with styled():
        figure.savefig(drawn, format="rgba", dpi=DOTS)
    width, height = figure.get_size_inches() * DOTS
    image = Image.frombytes("RGBA", (int(width), int(height)), drawn.getvalue()).convert("RGB")
    small = _cropped(image).quantize(COLOURS)
    small.save(packed, format="png", optimize=True)
    return base64.b64encode(packed.getvalue()).decode("ascii"), *small.size


def _cropped(image: Image) -> Image:
    """Return a picture without its empty edges: quicker than asking where a figure has parts."""
    from PIL import Image, ImageChops

    empty = Image.new("RGB", image.size, image.getpixel((0, 0)))
    left, top, right, bottom = ImageChops.difference(image, empty).getbbox() or (0, 0, *image.size)
    width, height = image.size
    far = min(right + EDGE, width), min(bottom + EDGE, height)
    return image.crop((max(left - EDGE, 0), max(top - EDGE, 0), *far))


def _plain(text: str) -> str:
    """Return text without its line breaks."""
    return " ".join(text.split())


def words(figure: Figure) -> str:
    """Return what a figure says in words: its finding and its note."""
    said = [each for each in (figure.get_suptitle(), figure.get_supxlabel()) if each]
    return _plain(". ".join(said))
