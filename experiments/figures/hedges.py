"""Hedging and dependency of the five states over time."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from experiments.figures.choice import LINES, choose, from_reference, states_of
from experiments.figures.findings import PRINTED, leading
from experiments.figures.labels import key, set_years
from experiments.figures.lines import scenario_lines
from experiments.figures.style import headline, page, plain
from experiments.results.cells import Cells, at_end, drawn_time, numbers
from experiments.results.estimates import minus, quantiles
from experiments.results.reading import Results
from experiments.results.wording import SURE, base_of, named, titles
from scenarios.lists import listed
from scenarios.vocabulary import STATE_NAMES, STATES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

COLUMNS = ("hedging", "joint_dependence", "dependency_risk")
NOTE = (
    "Hedging: spread of influence over four powers, 1 = even. Joint dependence: Russia's and "
    "China's part in all influence. Dependency risk: reliance on both, with terms, debt and "
    "remittances. Lines: medians; bands: 5–95 % of worlds. "
)


def hedging(
    results: Results, scenarios: Sequence[str] | None = None, state: str | None = None
) -> Figure:
    """Draw hedging, joint dependence and dependency risk: a row each, a column a state (or one)."""
    states = states_of(state)
    rows, x = drawn_time(results)
    gaps = from_reference(results, partial(_ends, results))
    names, _, more = choose(results, scenarios, LINES, gaps, "these indices")
    with page(12.5 if state is None else 5.5, 7.4) as figure:
        grid = figure.subplots(len(COLUMNS), len(states), sharex=True, sharey="row", squeeze=False)
        for line, column in zip(grid, COLUMNS, strict=True):
            bands = {
                name: _bands(results, name, Cells(column, rows=rows), states) for name in names
            }
            _draw_row(line, x, bands)
            line[0].set_ylabel(f"{plain(column).capitalize()}\n(index, 0–1)", weight="bold")
        for axes, each in zip(grid[0], states, strict=True):
            axes.set_title(STATE_NAMES[each])
        headline(figure, _finding(results, names, states, x), NOTE + more, results)
        key(figure, {name: titles(results)[name] for name in names})
        set_years(grid[0, 0], x[-1])
    return figure


def _ends(results: Results, name: str) -> Numbers:
    """Return all indices of all states in the last quarter: (index, state, worlds)."""
    return np.stack([at_end(results, name, each) for each in COLUMNS])


def _bands(results: Results, name: str, cells: Cells, states: Sequence[str]) -> Numbers:
    """Return quantiles (quantile, quarter, state) of an index."""
    read = numbers(results, name, cells)[:, [STATES.index(each) for each in states]]
    return np.asarray(quantiles(read, (0.05, 0.5, 0.95)))


def _draw_row(line: Sequence[Axes], x: Numbers, bands: dict[str, Numbers]) -> None:
    """Draw an index of all states: `bands` are (quantile, quarter, state) by scenario."""
    low, high = (edge([edge(each) for each in bands.values()]) for edge in (np.nanmin, np.nanmax))
    line[0].set_xlim(x[0], x[-1])
    line[0].set_ylim(max(0, low - 0.03), min(1, high + 0.03))
    for place, axes in enumerate(line):
        axes.autoscale(enable=False)
        scenario_lines(axes, x, {name: band[..., place] for name, band in bands.items()}, dark=0.1)


def _finding(results: Results, names: Sequence[str], states: Sequence[str], x: Numbers) -> str:
    """Say where joint dependence moved most since the beginning, and who is most at risk."""
    base = base_of(results, names)
    joint = numbers(results, base, Cells("joint_dependence"))
    risk = dict(zip(STATES, numbers(results, base, Cells("dependency_risk"))[-1], strict=True))
    span, under = f"From {int(x[0])} to {int(x[-1])}", f"under {named(results, base)}"
    if len(states) == 1:
        own = joint[:, STATES.index(states[0])]
        gaps = own[-1:] - own[:1]
        size = float(np.nanmedian(gaps))
        told = f"{way} by {abs(size):.2f}" if (way := _way(gaps)) else f"changes by {size:+.2f}"
        return minus(
            f"{span} joint dependence of {STATE_NAMES[states[0]]} on Russia and China {told}; its "
            f"dependency risk is {np.nanmedian(risk[states[0]]):.2f}, {under}"
        )
    worst = leading(risk)
    level = float(np.nanmedian(risk[worst[0]]))
    alike = f", about equal with {listed(_names(worst[1:]))}" if worst[1:] else ""
    return (
        f"{span} {_moved(joint)}; most at risk is "
        f"{STATE_NAMES[worst[0]]} ({level:.2f}){alike}, {under}"
    )


def _moved(joint: NDArray[np.float32]) -> str:
    """Say where joint dependence moved most, or how little it moved anywhere."""
    gaps = joint[-1] - joint[0]
    middle = np.nanmedian(gaps, axis=-1)
    most = leading({s: np.sign(m) * gap for s, m, gap in zip(STATES, middle, gaps, strict=True)})
    what = "joint dependence on Russia and China"
    if len(most) == 1:
        first = STATES.index(most[0])
        way = _way(gaps[[first]]) or "moves"
        return minus(f"{what} {way} most in {STATE_NAMES[most[0]]} ({middle[first]:+.2f})")
    if way := _way(gaps):
        return f"{what} {way} by {_sizes(middle)}"
    low, high = (
        f"{middle[at]:+.2f} ({STATE_NAMES[STATES[at]]})" for at in np.argsort(middle)[[0, -1]]
    )
    return minus(f"{what} changes by between {low} and {high}")


def _way(gaps: NDArray[np.float32]) -> str:
    """Say in which direction all states move, if most worlds have it so and it shows in print.

    `gaps` are (state, worlds); the direction is empty where there is none.
    """
    for sign, way in ((1, "rises"), (-1, "falls")):
        seen = np.nanmedian(sign * gaps, axis=-1) >= PRINTED
        if seen.all() and (np.nanmean(sign * gaps > 0, axis=-1) >= SURE).all():
            return way
    return ""


def _sizes(middle: NDArray[np.float32]) -> str:
    """Give the least and the largest size of changes of all states, of one sign."""
    ends = [int(end(np.abs(middle))) for end in (np.argmin, np.argmax)]
    least, largest = (f"{abs(middle[at]):.2f}" for at in ends)
    if least == largest:
        return f"{least} in all five states"
    first, last = (STATE_NAMES[STATES[at]] for at in ends)
    return f"{least} ({first}) to {largest} ({last})"


def _names(states: Sequence[str]) -> list[str]:
    return [STATE_NAMES[state] for state in states]
