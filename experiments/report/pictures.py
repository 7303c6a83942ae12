"""The figures of a report as pictures within the page."""

from __future__ import annotations

import base64
import csv
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO, StringIO
from typing import TYPE_CHECKING

import numpy as np

from experiments.figures.catalogue import CATALOGUE, draw, drawable, failed
from experiments.figures.style import styled
from experiments.progress import Step
from experiments.results.reading import Results
from experiments.results.text import capital

if TYPE_CHECKING:
    from matplotlib.axes import Axes
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
    rows: str
    """The numbers that are drawn, as CSV in base64; empty where there are none."""


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
    shows, said, rows = CATALOGUE[name].shows, words(figure), numbers(figure)
    for text in figure.texts[:]:
        text.set_visible(False)
    data, width, height = _packed(figure)
    return Picture(name, capital(shows), finding, note, said, data, width, height, rows)


def _packed(figure: Figure) -> tuple[str, int, int]:
    """Return a figure as a PNG of few colours in base64, with its size in dots."""
    from PIL import Image

    drawn, packed = BytesIO(), BytesIO()
    with styled():
        figure.savefig(drawn, format="rgba", dpi=DOTS)
    width, height = figure.get_size_inches() * DOTS
    image = Image.frombytes("RGBA", (int(width), int(height)), drawn.getvalue()).convert("RGB")
    small = _cropped(image).quantize(COLOURS)
    small.save(packed, format="png")
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


def numbers(figure: Figure) -> str:
    """Return the lines, bars and cells of a figure as CSV in base64; '' where it has none."""
    text = StringIO()
    written = csv.writer(text, lineterminator="\n")
    for place, axes in enumerate(figure.axes):
        panel = _plain(axes.get_title(loc="left")) or f"panel {place + 1}"
        written.writerows([panel, *each] for each in _drawn(axes))
    header = "panel,what,x,y\n"
    whole = header + text.getvalue() if text.tell() else ""
    return base64.b64encode(whole.encode()).decode("ascii")


def _drawn(axes: Axes) -> Iterator[tuple[str, str, str]]:
    """Yield what is drawn in a panel: names of lines with x and y, of bars with both their ends."""
    from matplotlib.patches import Rectangle

    labels = [_plain(each.get_text()) for each in axes.get_yticklabels()]
    for line in axes.lines:
        if not str(line.get_label()).startswith("_"):
            for x, y in np.asarray(line.get_xydata(), dtype=float):
                yield str(line.get_label()), f"{x:.6g}", f"{y:.5g}"
    for cells in (np.asarray(image.get_array()) for image in axes.images):
        for row, column in np.ndindex(cells.shape[:2]):
            name = labels[row] if len(labels) == len(cells) else f"row {row + 1}"
            yield name, f"{column + 1}", f"{cells[row, column]:.5g}"
    for bar in axes.patches:
        if isinstance(bar, Rectangle) and bar.get_height() < 1 <= len(labels):
            row, start = round(bar.get_y() + bar.get_height() / 2), bar.get_x()
            yield labels[row % len(labels)], f"{start:.5g}", f"{start + bar.get_width():.5g}"
