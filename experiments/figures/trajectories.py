"""Influence of each power over time for each state, scenarios side by side as bands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.figures.labels import label_panels, line_ends
from experiments.figures.lines import power_lines
from experiments.figures.palette import SHORT_POWER
from experiments.figures.style import as_percent, headline, page
from experiments.figures.wording import ahead, broken, leaders, named, shown, titles, who_leads
from experiments.results.cells import Cells, Floats, drawn_time, numbers
from experiments.results.estimates import percent, quantiles
from experiments.results.reading import Results
from scenarios.vocabulary import POWER_NAMES, STATE_NAMES, STATES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    Bands = NDArray[np.float64]

NAMED = 2
"""Scenarios that a title names where they differ from the first."""
NOTE = (
    "Share of all four powers' influence (reliance weighted by importance). Lines: medians over "
    "worlds; bands: 5–95 % (pale) and 25–75 % of worlds. "
)


def influence(results: Results, scenarios: Sequence[str] | None = None) -> Figure:
    """Draw the share of influence of each power: a row a scenario, a column a state."""
    names = shown(results, scenarios)
    rows, x = drawn_time(results)
    with page(12.5, 2.15 * len(names) + 1.25) as figure:
        grid = figure.subplots(len(names), len(STATES), squeeze=False)
        last = {}
        for line, name in zip(grid, names, strict=True):
            read = numbers(results, name, Cells("share", rows=rows))
            last[name] = read[-1]
            _draw_row(line, x, quantiles(read), titles(results)[name])
        for axes, state in zip(grid[0], STATES, strict=True):
            axes.set_title(STATE_NAMES[state])
        headline(figure, _finding(results, last, int(x[-1])), NOTE, results)
        _set_height(grid)
        label_panels(figure, ((a, line_ends(a, SHORT_POWER)) for a in grid.flat), x[-1], size=7)
    return figure


def _draw_row(line: Sequence[Axes], x: Bands, bands: Bands, title: str) -> None:
    """Draw a scenario: `bands` are (quantile, quarter, state, power)."""
    for place, axes in enumerate(line):
        axes.autoscale(enable=False)
        axes.set_xlim(x[0], x[-1])
        axes.label_outer()
        own = bands[:, :, place]
        power_lines(axes, x, own[2], [(own[0], own[4], 0.13), (own[1], own[3], 0.22)])
        as_percent(axes)
    line[0].set_ylabel(broken(title), weight="bold")


def _set_height(grid: NDArray[Any]) -> None:
    """End the shared axis at the next ten per cent above the highest line."""
    top = max(np.asarray(line.get_ydata()).max() for axes in grid.flat for line in axes.lines)
    for axes in grid.flat:
        axes.set_ylim(0, min(1.0, np.ceil(10 * top + 0.5) / 10))


def _finding(results: Results, read: dict[str, Floats], year: int) -> str:
    """Say who leads where in the first scenario, the closest race, and where others differ.

    `read` holds the shares of the last quarter: (state, power, worlds).
    """
    led = {name: leaders(shares) for name, shares in read.items()}
    first, *others = led
    text = f"Most influence in {year}: {who_leads(led[first])} ({_closest(read[first])})"
    moved = [(name, {s: p for s, p in led[name].items() if p != led[first][s]}) for name in others]
    changed = [f"{named(results, name)}: {who_leads(each)}" for name, each in moved if each]
    if changed:
        more = f"; {len(changed) - NAMED} more scenarios differ" if len(changed) > NAMED else ""
        return f"{text}; with {'; with '.join(changed[:NAMED])}{more}"
    return f"{text}{'; alike in all scenarios here' if others else ''}"


def _closest(shares: Floats) -> str:
    """Name the state whose leader leads in the fewest worlds."""
    first = {state: ahead(own) for state, own in zip(STATES, shares, strict=True)}
    often = {state: float(np.nanmean(holds)) for state, (_, holds) in first.items()}
    state = min(often, key=lambda each: often[each])
    power = POWER_NAMES[first[state][0]]
    return f"least surely in {STATE_NAMES[state]}: {power} in {percent(often[state])} of worlds"
