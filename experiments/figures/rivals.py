"""Russia and China between themselves: cooperation, competition and rivalry over time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from experiments.figures.findings import course, most_moved
from experiments.figures.labels import label_panels, line_ends
from experiments.figures.lines import scenario_lines
from experiments.figures.style import headline, page, plain
from experiments.figures.wording import broken, listed, named, reference, shown, titles
from experiments.results.cells import Cells, Floats, drawn_time, numbers, recorded
from experiments.results.clusters import clusters_of
from experiments.results.estimates import minus, quantiles
from experiments.results.reading import Results
from scenarios.quarters import parse_quarter

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

COLUMNS = ("cooperation", "competition", "rivalry")
FORK = parse_quarter("2024-Q1")
"""Where futures begin: what came before is alike in scenarios that share their past."""
LETTERS = 18
"""Titles at line ends are broken after so many letters."""
NOTE = (
    "Indices, 0–1, of Russia and China towards each other in the region; compare scenarios, do not "
    "read levels. Lines: medians over worlds; bands: 25–75 %. "
)


def relations(results: Results, scenarios: Sequence[str] | None = None) -> Figure:
    """Draw cooperation, competition and rivalry: a panel each, a line a scenario."""
    names = shown(results, scenarios, 7)
    rows, x = drawn_time(results)
    with page(12.5, 4.6) as figure:
        panels = figure.subplots(1, len(COLUMNS), sharex=True)
        for axes, column in zip(panels, COLUMNS, strict=True):
            scenario_lines(axes, x, _bands(results, names, column, rows))
            axes.set_xlim(x[0], x[-1])
            axes.set_ylim(0, None)
            axes.set_title(plain(column).capitalize())
            axes.set_ylabel("index, 0–1")
        headline(figure, _finding(results, names), NOTE, results)
        said = {name: broken(title, LETTERS) for name, title in titles(results).items()}
        label_panels(figure, ((axes, line_ends(axes, said)) for axes in panels), x[-1])
    return figure


def _bands(
    results: Results, names: Sequence[str], column: str, rows: tuple[int, ...]
) -> dict[str, NDArray[np.float64]]:
    return {
        name: quantiles(numbers(results, name, Cells(column, rows=rows)), (0.25, 0.5, 0.75))
        for name in names
    }


def _finding(results: Results, names: Sequence[str]) -> str:
    """Say where rivalry goes in the reference, and which scenario moves it most against that."""
    base = reference(results) if reference(results) in names else names[0]
    levels = numbers(results, base, Cells("rivalry"))
    text = f"Rivalry of Russia and China {_future(results, levels)} under {named(results, base)}"
    others = [name for name in names if name != base]
    gaps = {name: numbers(results, name, Cells("rivalry"))[-1] - levels[-1] for name in others}
    moved = most_moved(gaps, clusters_of(results))
    if not others:
        return text
    if not moved:
        return f"{text}; no scenario here changes that clearly"
    most = listed([named(results, name) for name in moved])
    verb = "moves" if len(moved) == 1 else "move"
    size = f"{np.nanmean(gaps[moved[0]]):+.2f}"
    return f"{text}; {most} {verb} its end most: {minus(size)}"


def _future(results: Results, levels: Floats) -> str:
    """Say how (time, worlds) move from the fork on, or over a past that ends before it."""
    quarters = recorded(results)
    known = np.isfinite(levels).any(axis=-1)
    ahead = known & (quarters >= FORK)
    kept = ahead if ahead.sum() > 1 else known
    return course(
        levels[kept], [2000 + int(each) // 4 for each in quarters[kept]], clusters_of(results)
    )
