"""Makes the thumbnails of docs/figures.md: `python -m experiments.figures.thumbnails DIR TO`."""

from __future__ import annotations

import sys
from pathlib import Path

from experiments.figures.catalogue import draw, drawable
from experiments.figures.style import styled
from experiments.reading import Results, load

DOTS, COLOURS = 55, 64


def thumbnails(results: Results, to: Path) -> list[Path]:
    """Draw every figure small, in few colours."""
    to.mkdir(parents=True, exist_ok=True)
    return [thumbnail(results, name, to / f"{name}.png") for name in drawable(results)]


def thumbnail(results: Results, name: str, path: Path) -> Path:
    """Draw one figure small."""
    from PIL import Image

    with styled():
        draw(results, name).savefig(path, dpi=DOTS)
    with Image.open(path) as image:
        small = image.convert("RGB").quantize(COLOURS)
    small.save(path, optimize=True)
    return path


if __name__ == "__main__":
    for written in thumbnails(load(sys.argv[1]), Path(sys.argv[2])):
        print(written)
