"""Russia and China between themselves: cooperation, competition and rivalry over time."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from textwrap import fill
from typing import TYPE_CHECKING

import numpy as np

from experiments.figures.choice import LINES, choose, from_reference
from experiments.figures.findings import PRINTED, course, most_moved
from experiments.figures.labels import LETTERS, key, label_panels, line_ends, set_years
from experiments.figures.lines import scenario_lines
from experiments.figures.style import headline, page, plain
from experiments.results.cells import Cells, Floats, at_end, drawn_time, numbers, recorded
from experiments.results.clusters import clusters_of
from experiments.results.estimates import direction, mean, minus, quantiles
from experiments.results.reading import Results
from experiments.results.wording import base_of, capital, movers, named, titles
from scenarios.quarters import parse_quarter, year_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

COLUMNS = ("cooperation", "competition", "rivalry")
FORK = parse_quarter("2024-Q1")
"""Where futures begin: what came before is alike in scenarios that share their past."""
DIRECT = 4
"""So many lines are named at their ends; more would push the names away from them."""
NOTE = (
    "Indices, 0–1, of Russia and China towards each other in the region; compare scenarios, do not "
    "read levels. Lines: medians over worlds; bands: 25–75 %. Title: mean changes with 95 % "
    "intervals (none: it rounds to the mean), of a scenario by the end. "
)


def relations(results: Results, scenarios: Sequence[str] | None = None) -> Figure:
    """Draw cooperation, competition and rivalry: a panel each, a line a scenario."""
    rows, x = drawn_time(results)
    gaps = from_reference(results, partial(_rivalry, results))
    names, every, more = choose(results, scenarios, LINES, gaps, "rivalry")
    with page(12.5, 4.6) as figure:
        panels = figure.subplots(1, len(COLUMNS), sharex=True)
        for axes, column in zip(panels, COLUMNS, strict=True):
            scenario_lines(axes, x, _bands(results, names, column, rows))
            axes.set_xlim(x[0], x[-1])
            axes.set_ylim(0, None)
            axes.set_title(plain(column).capitalize())
            axes.set_ylabel("index, 0–1")
        headline(figure, _finding(results, every), NOTE + more, results)
        said = {name: titles(results)[name] for name in names}
        if len(names) > DIRECT:
            key(figure, said)
            set_years(panels[0], x[-1])
        else:
            ends = {name: fill(title, LETTERS) for name, title in said.items()}
            label_panels(figure, ((axes, line_ends(axes, ends)) for axes in panels), x[-1])
    return figure


def _bands(
    results: Results, names: Sequence[str], column: str, rows: tuple[int, ...]
) -> dict[str, NDArray[np.float64]]:
    return {
        name: quantiles(numbers(results, name, Cells(column, rows=rows)), (0.25, 0.5, 0.75))
        for name in names
    }


def _finding(results: Results, names: Sequence[str]) -> str:
    """Say which scenario moves rivalry most against the reference, and where it goes in that."""
    base = base_of(results, names)
    levels = numbers(results, base, Cells("rivalry"))
    what, under = "rivalry of Russia and China", f"under {named(results, base)}"
    others = [name for name in names if name != base]
    gaps = {name: _rivalry(results, name) - levels[-1] for name in others}
    lie, future = clusters_of(results), _future(results, levels)
    moved = most_moved(gaps, lie, PRINTED)
    if not others:
        return minus(f"{capital(what)} {future} {under}")
    if not moved:
        return minus(f"No scenario here clearly changes the {what}, which {future} {under}")
    means = {name: mean(gaps[name], lie) for name in moved}
    sizes = {name: each.said(digits=2) for name, each in means.items()}
    most, verb = "most" if len(others) > 1 else "", direction(means.values())
    said = movers(results, sizes, f"the {what}", most, verb)
    return minus(f"{said}; {under} rivalry {future}")


def _rivalry(results: Results, name: str) -> Floats:
    """Return rivalry in the last quarter: (worlds,)."""
    return at_end(results, name, "rivalry")


def _future(results: Results, levels: Floats) -> str:
    """Say how (time, worlds) move from the fork on, or over a past that ends before it."""
    quarters = recorded(results)
    known = np.isfinite(levels).any(axis=-1)
    ahead = known & (quarters >= FORK)
    kept = ahead if ahead.sum() > 1 else known
    return course(
        levels[kept], [int(each) for each in year_of(quarters[kept])], clusters_of(results)
    )
