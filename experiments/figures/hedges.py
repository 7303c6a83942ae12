"""Hedging and dependency of the five states over time."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from experiments.figures.choice import LINES, choose, from_reference, states_of
from experiments.figures.findings import leading
from experiments.figures.labels import key, set_years
from experiments.figures.lines import scenario_lines
from experiments.figures.style import headline, page, plain
from experiments.results.cells import Cells, at_end, drawn_time, numbers
from experiments.results.estimates import minus, quantiles
from experiments.results.reading import Results
from experiments.results.wording import base_of, named, titles
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
        size = minus(f"{float(np.nanmedian(own[-1] - own[0])):+.2f}")
        return (
            f"{span} joint dependence of {STATE_NAMES[states[0]]} on Russia and China changes by "
            f"{size}; its dependency risk is {np.nanmedian(risk[states[0]]):.2f}, {under}"
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
    if len(most) > 1:
        least, largest = (int(end(middle)) for end in (np.argmin, np.argmax))
        low, high = (
            minus(f"{middle[at]:+.2f} ({STATE_NAMES[STATES[at]]})") for at in (least, largest)
        )
        return f"joint dependence on Russia and China changes by between {low} and {high}"
    size = minus(f"{middle[STATES.index(most[0])]:+.2f}")
    return f"joint dependence on Russia and China moves most in {_names(most)[0]} ({size})"


def _names(states: Sequence[str]) -> list[str]:
    return [STATE_NAMES[state] for state in states]
