"""Drawing many figures into a folder, side by side on the cores of the machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from experiments.batch.executors import local_workers
from experiments.endings import said_of
from experiments.figures.catalogue import draw, file_of
from experiments.figures.style import save
from experiments.machine import cores
from experiments.progress import steps
from experiments.results.reading import Results, load
from experiments.results.wording import chosen_scenarios

ALONE = 4
"""So few figures are drawn here: starting processes would take longer."""


class Order(NamedTuple):
    """A figure to draw, the folder and kinds of its files, and of what it is drawn."""

    name: str
    to: Path
    formats: tuple[str, ...]
    scenarios: tuple[str, ...] = ()
    state: str | None = None


class Drawn(NamedTuple):
    """A figure's name and files, or the reason why there are none."""

    name: str
    files: list[Path]
    wrong: Exception | None = None

    @property
    def said(self) -> str:
        """What went wrong, in a line."""
        return failed(self.name, self.wrong) if self.wrong else ""


def failed(name: str, wrong: Exception) -> str:
    """Say in a line which figure could not be drawn, and why.

    >>> failed("map", ValueError("no borders"))
    "figure 'map' could not be drawn: no borders"
    """
    said = said_of(wrong) if isinstance(wrong, OSError) else str(wrong)
    why = " ".join(said.split()) or type(wrong).__name__
    return f"figure '{name}' could not be drawn: {why}"


def draw_all(
    results: Results,
    names: Sequence[str],
    to: Path,
    formats: Sequence[str],
    scenarios: Sequence[str] = (),
    state: str | None = None,
) -> Iterator[Drawn]:
    """Draw figures and yield what became of each, in the order of the names; a bar says how far.

    One that fails does not keep the others from being drawn. Raises BadInput for a scenario that
    is not in the folder, before anything is written.
    """
    chosen_scenarios(results, scenarios or None)
    workers = min(cores(), len(names))
    side_by_side = workers > 1 and len(names) > ALONE and not (scenarios or state)
    with steps(len(names)) as step:
        if not side_by_side:
            for name in names:
                step(name)
                kind = Order(name, to, tuple(formats), tuple(scenarios), state)
                yield _outcome(name, partial(_draw_one, results, kind))
            return
        with local_workers(workers) as pool:
            address = results.folder.address
            waiting = {
                name: pool.submit(_draw_there, address, Order(name, to, tuple(formats)))
                for name in names
            }
            for name, each in waiting.items():
                step(name)
                yield _outcome(name, each.result)


def _outcome(name: str, make: Callable[[], list[Path]]) -> Drawn:
    """Return the files that drawing makes, or why it does not, whatever the reason is."""
    try:
        return Drawn(name, make())
    except Exception as wrong:  # noqa: BLE001 (one figure's fault must not cost the others)
        return Drawn(name, [], wrong)


def _draw_one(results: Results, asked: Order) -> list[Path]:
    """Draw one figure and return its files."""
    figure = draw(results, asked.name, asked.scenarios, asked.state)
    called = file_of(asked.name, asked.scenarios, asked.state)
    return save(figure, asked.to, called, asked.formats)


def _draw_there(address: str, asked: Order) -> list[Path]:
    """Draw one figure in a worker."""
    return _draw_one(load(address), asked)
