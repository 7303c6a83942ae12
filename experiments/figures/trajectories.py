"""Influence of each power over time for each state, scenarios side by side as bands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.figures.choice import PANELS, choose, from_reference, states_of
from experiments.figures.labels import label_panels, line_ends
from experiments.figures.lines import power_lines
from experiments.figures.palette import SHORT_POWER
from experiments.figures.style import as_percent, headline, page
from experiments.results.cells import Cells, Floats, drawn_time, numbers
from experiments.results.estimates import percent, quantiles
from experiments.results.reading import Results
from experiments.results.wording import (
    ahead,
    broken,
    leaders,
    named,
    titles,
    who_leads,
)
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


def influence(
    results: Results, scenarios: Sequence[str] | None = None, state: str | None = None
) -> Figure:
    """Draw the share of influence of each power: a row a scenario, a column a state (or one)."""
    states = states_of(state)
    rows, x = drawn_time(results)
    places = [STATES.index(each) for each in states]

    def last(name: str) -> Floats:
        read: Floats = numbers(results, name, Cells("share", rows=rows[-1:]))[-1][places]
        return read

    gaps = from_reference(results, last)
    names, every, more = choose(results, scenarios, PANELS, gaps, "influence")
    with page(12.5 if state is None else 7, 2.15 * len(names) + 1.25) as figure:
        grid = figure.subplots(len(names), len(states), squeeze=False)
        for line, name in zip(grid, names, strict=True):
            bands = quantiles(numbers(results, name, Cells("share", rows=rows))[:, places])
            _draw_row(line, x, bands, titles(results)[name])
        for axes, each in zip(grid[0], states, strict=True):
            axes.set_title(STATE_NAMES[each])
        finding = _finding(results, {name: last(name) for name in every}, states, int(x[-1]))
        headline(figure, finding, NOTE + more, results)
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
    heights = [np.asarray(line.get_ydata()) for axes in grid.flat for line in axes.lines]
    top = np.nanmax(np.concatenate(heights))  # a scenario that begins late is nowhere before
    for axes in grid.flat:
        axes.set_ylim(0, min(1.0, np.ceil(10 * top + 0.5) / 10))


def _finding(results: Results, read: dict[str, Floats], states: tuple[str, ...], year: int) -> str:
    """Say who leads where in the first scenario, the closest race, and where others differ.

    `read` holds the shares of the last quarter: (state, power, worlds).
    """
    led = {name: leaders(shares, states) for name, shares in read.items()}
    first, *others = led
    text = f"Most influence in {year}: {who_leads(led[first])} ({_closest(read[first], states)})"
    moved = [(name, {s: p for s, p in led[name].items() if p != led[first][s]}) for name in others]
    changed = [f"{named(results, name)}: {who_leads(each)}" for name, each in moved if each]
    if changed:
        left = len(changed) - NAMED
        rest = "1 more scenario differs" if left == 1 else f"{left} more scenarios differ"
        more = f"; {rest}" if left > 0 else ""
        return f"{text}; with {'; with '.join(changed[:NAMED])}{more}"
    return f"{text}{'; alike in all scenarios here' if others else ''}"


def _closest(shares: Floats, states: tuple[str, ...]) -> str:
    """Name the state whose leader leads in the fewest worlds."""
    first = {state: ahead(own) for state, own in zip(states, shares, strict=True)}
    often = {state: float(np.nanmean(holds)) for state, (_, holds) in first.items()}
    state = min(often, key=lambda each: often[each])
    if often[state] == 1:
        return "in every world"
    power = POWER_NAMES[first[state][0]]
    where = f"least surely in {STATE_NAMES[state]}: " if len(states) > 1 else ""
    return f"{where}{power} in {percent(often[state])} of worlds"
