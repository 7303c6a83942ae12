"""Makes the thumbnails of docs/figures.md: `python tests/thumbnails.py DIR TO`.

The first picture of the README is drawn in full size, in few colours too, into the folder above TO.
Names of figures after TO draw these alone.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.answers.comparison import compared
from experiments.answers.explanation import explained
from experiments.figures.catalogue import CATALOGUE, draw, need
from experiments.figures.comparison import comparison
from experiments.figures.style import save, styled
from experiments.figures.waterfall import waterfall
from experiments.results.reading import Results, load

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from PIL.Image import Image

DOTS, COLOURS = 55, 64
ROUNDS = 4
"""Times that colours are brought nearer to what they stand for: before, thin lines are a mean of
their colour and others', and ochre comes out brown."""
FINER = 3
"""Times as many dots are drawn first: letters are as wide then as in print."""


def thumbnails(results: Results, to: Path, names: Sequence[str] = ()) -> list[Path]:
    """Draw every figure small, in few colours, or some; of all, the README's first picture too."""
    to.mkdir(parents=True, exist_ok=True)
    figures: dict[str, Callable[[], Figure]] = {
        name: partial(draw, results, name) for name in CATALOGUE if not need(results, name)
    }
    if len(results.scenarios) > 1:
        first, second, *_ = results.scenarios
        figures["comparison"] = lambda: comparison(compared(results, second, first))
    figures["waterfall"] = lambda: waterfall(explained(results, results.scenarios[0], "UZB"))
    made = [thumbnail(figures[name](), to / f"{name}.png") for name in names or figures]
    return made if names else [*made, cover(results, to.parent / "influence.png")]


def cover(results: Results, path: Path) -> Path:
    """Draw influence as `crossroads plot` does, in few colours."""
    from PIL import Image as Pictures

    (full,) = save(draw(results, "influence"), path.parent, path.stem, ("png",))
    with Pictures.open(full) as image:
        packed(image).save(path, optimize=True)
    return path


def thumbnail(figure: Figure, path: Path) -> Path:
    """Draw one figure small."""
    from PIL import Image as Pictures

    with styled():
        figure.savefig(path, dpi=FINER * DOTS)
    with Pictures.open(path) as image:
        small = packed(image.convert("RGB").reduce(FINER))
    small.save(path, optimize=True)
    return path


def packed(image: Image) -> Image:
    """Return a picture in few colours, those of the powers among them."""
    return image.convert("RGB").quantize(COLOURS, kmeans=ROUNDS)


if __name__ == "__main__":
    for written in thumbnails(load(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:]):
        print(written)
