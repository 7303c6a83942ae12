"""Makes the thumbnails of docs/figures.md: `python -m experiments.figures.thumbnails DIR TO`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.explain.explanation import explained
from experiments.figures.catalogue import draw, drawable
from experiments.figures.comparison import comparison
from experiments.figures.style import styled
from experiments.figures.waterfall import waterfall
from experiments.outcomes.compare import compared
from experiments.results.reading import Results, load

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DOTS, COLOURS = 55, 128
FINER = 3
"""Times as many dots are drawn first: letters are as wide then as in print."""


def thumbnails(results: Results, to: Path) -> list[Path]:
    """Draw every figure small, in few colours."""
    to.mkdir(parents=True, exist_ok=True)
    figures: dict[str, Callable[[], Figure]] = {
        name: partial(draw, results, name) for name in drawable(results)
    }
    if len(results.scenarios) > 1:
        first, second, *_ = results.scenarios
        figures["comparison"] = lambda: comparison(compared(results, second, first))
    figures["waterfall"] = lambda: waterfall(explained(results, results.scenarios[0], "UZB"))
    return [thumbnail(make(), to / f"{name}.png") for name, make in figures.items()]


def thumbnail(figure: Figure, path: Path) -> Path:
    """Draw one figure small."""
    from PIL import Image

    with styled():
        figure.savefig(path, dpi=FINER * DOTS)
    with Image.open(path) as image:
        small = image.convert("RGB").reduce(FINER).quantize(COLOURS)
    small.save(path, optimize=True)
    return path


if __name__ == "__main__":
    for written in thumbnails(load(sys.argv[1]), Path(sys.argv[2])):
        print(written)
