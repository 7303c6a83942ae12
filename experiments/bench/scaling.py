"""How the cost of a batch grows with worlds, scenarios, quarters and workers, as a figure."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import Executor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from experiments.batch.dispatch import Compute
from experiments.batch.executors import cores, local_workers
from experiments.batch.run import carry_out
from experiments.design.batch import BLOCK, MANY
from experiments.design.inputs import resolve
from experiments.design.spec import RunSpec
from experiments.store.folder import Folder
from scenarios.quarters import quarter_label

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LIBRARY = (
    *("baseline", "frozen_ukraine", "afghanistan_instability", "taliban_integration"),
    *("taiwan_crisis", "western_exit", "russian_decline", "escalation", "perfect_storm"),
    *("debt_distress", "attack_wave", "wider_engagement"),
)


@dataclass(frozen=True)
class Size:
    """How large a batch is: what is measured varies one of these."""

    worlds: int = 4 * BLOCK
    scenarios: int = 1
    quarters: int = 144
    workers: int = 0
    """Processes; 0 for one a core."""
    record_from: str = "2024-Q1"


@dataclass(frozen=True)
class Sweep:
    """One thing that varies, its values, and the batch that it varies in."""

    values: tuple[int, ...]
    label: str
    held: str
    size: Size


def sweeps() -> dict[str, Sweep]:
    """Return what is varied on this machine, by its name in `Size`.

    Worlds are counted in blocks a worker: fewer would leave some with nothing to do.
    """
    every = max(2, cores())
    unit = BLOCK * every
    few, many = Size(2 * unit), Size(8 * unit)
    written = Size(4 * unit, record_from="2000-Q1")
    span = "2000-2035"
    return {
        "worlds": Sweep((2 * unit, 4 * unit, 8 * unit), "worlds", f"one scenario, {span}", many),
        "scenarios": Sweep((1, 2, 4, 8, 12), "scenarios", f"{few.worlds:,} worlds, {span}", few),
        "quarters": Sweep(
            (36, 72, 108, 144),
            "quarters from 2000 on",
            f"{written.worlds:,} worlds, all written",
            written,
        ),
        "workers": Sweep(
            tuple(sorted({1, 2, every})),
            "worker processes",
            f"{many.worlds:,} worlds, {span}",
            many,
        ),
    }


Points = dict[str, dict[int, list[float]]]
"""Seconds of every round, by what varied and its value."""


def measured(rounds: int = 3) -> Points:
    """Return what batches took, a number a round; starting processes is not counted.

    In a round every measurement takes its turn, so that a busy machine is busy for all.
    """
    asked = sweeps()
    found: Points = {name: {value: [] for value in each.values} for name, each in asked.items()}
    with pools({cores(), *asked["workers"].values}) as executors:
        for _ in range(rounds):
            for name, sweep in asked.items():
                for value in sweep.values:
                    size = replace(sweep.size, **{name: value})  # type: ignore[arg-type]
                    found[name][value].append(seconds(size, executors[size.workers or cores()]))
    return found


@contextmanager
def pools(sizes: set[int]) -> Iterator[Mapping[int, Executor]]:
    """Give executors by their number of workers, who have imported and compiled what they need."""
    with ExitStack() as stack:
        found = {size: stack.enter_context(local_workers(size)) for size in sorted(sizes)}
        for size, executor in found.items():
            warm = Size(worlds=max(MANY, 2 * size * BLOCK), quarters=4, record_from="2000-Q1")
            seconds(warm, executor)
        yield found


def seconds(size: Size, executor: Executor) -> float:
    """Return how long one batch takes from its first block to its manifest, files written."""
    wishes = RunSpec(
        LIBRARY[: size.scenarios],
        worlds=size.worlds,
        until=quarter_label(size.quarters - 1),
        record_from=size.record_from,
    )
    batch = resolve(wishes)
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        carry_out(batch, Folder(folder), Compute(executor=executor))
        return time.perf_counter() - started


def draw(points: Points, path: Path) -> None:
    """Draw the measurements, a panel for each thing that was varied."""
    from experiments.figures.style import headline, page, save

    rounds = max(len(each) for costs in points.values() for each in costs.values())
    note = (
        f"Medians of {rounds} rounds, bars from the quickest to the slowest. Dotted: in proportion "
        f"to the first point. {cores()} cores; three tables a quarter from 2024 on, unless all "
        "are written; starting processes is not counted."
    )
    with page(7.6, 6.2) as figure:
        panels = figure.subplots(2, 2).ravel()
        for panel, (name, costs) in zip(panels, points.items(), strict=True):
            _panel(panel, name, costs)
        headline(figure, "What a batch costs, as one thing grows", note)
    save(figure, path.parent, path.stem, [path.suffix[1:]])


def _panel(panel: Axes, name: str, costs: Mapping[int, list[float]]) -> None:
    """Draw how long batches took, against what they would take in proportion to the first."""
    sweep, values = sweeps()[name], list(costs)
    middle = [median(each) for each in costs.values()]
    ends = [[m - min(c), max(c) - m] for m, c in zip(middle, costs.values(), strict=True)]
    whole = [middle[0] * _times(name, values[0], each) for each in values]
    panel.plot(values, whole, color="#8a8a8a", linestyle=":", linewidth=1.2)
    panel.errorbar(
        values, middle, yerr=list(zip(*ends, strict=True)), marker="o", color="#222222", capsize=3
    )
    panel.set(xlabel=sweep.label, ylabel="seconds", xticks=values, xlim=(0, None), ylim=(0, None))
    panel.set_xticks(values, [f"{each:,}" for each in values])
    panel.set_title(sweep.held, fontsize=9)


def _times(name: str, first: int, value: int) -> float:
    """Return how many times the first point's cost another would have in proportion."""
    return first / value if name == "workers" else value / first
