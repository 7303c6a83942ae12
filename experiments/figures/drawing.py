"""Drawing many figures into a folder, side by side on the cores of the machine."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from experiments.figures.catalogue import draw
from experiments.figures.style import save
from experiments.progress import steps
from experiments.reading import Results, load

ALONE = 4
"""So few figures are drawn here: starting processes would take longer."""


def draw_all(
    results: Results,
    names: Sequence[str],
    to: Path,
    formats: Sequence[str],
    scenarios: Sequence[str] = (),
    state: str | None = None,
) -> Iterator[list[Path]]:
    """Draw figures and yield the files of each, in the order of the names; a bar says how far."""
    workers = min(os.cpu_count() or 1, len(names))
    side_by_side = workers > 1 and len(names) > ALONE and not (scenarios or state)
    with steps(len(names)) as step:
        if not side_by_side:
            for name in names:
                step(name)
                yield save(draw(results, name, scenarios, state), to, name, formats)
            return
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
            address, kinds = results.folder.address, tuple(formats)
            waiting = {n: pool.submit(_draw_one, address, n, to, kinds) for n in names}
            for name, each in waiting.items():
                step(name)
                yield each.result()


def _draw_one(address: str, name: str, to: Path, formats: tuple[str, ...]) -> list[Path]:
    """Draw one figure in a worker."""
    return save(draw(load(address), name), to, name, formats)
