"""On whom a state relies in each domain, over time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from experiments.figures.choice import states_of
from experiments.figures.findings import leading
from experiments.figures.labels import set_years
from experiments.figures.palette import INK, POWER
from experiments.figures.style import as_percent, headline, lay_out, page
from experiments.figures.wording import listed, named, reference
from experiments.results.cells import Cells, drawn_time, numbers
from experiments.results.reading import Results
from scenarios.vocabulary import DOMAINS, POWER_NAMES, POWERS, STATE_NAMES, STATES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    Shares = NDArray[np.float64]

LAYERS = (*POWERS, "SELF")
OWN = "#efefef"
"""Colour of what a state relies on itself for."""
NOTE = (
    "Mean share over worlds of a state's reliance in each domain; what is left is its own "
    "provision (in trade: the rest of the world). RUS Russia, CHN China, WST the West, REG "
    "regional powers. "
)


def domains(results: Results, scenario: str | None = None, state: str | None = None) -> Figure:
    """Draw reliance on each power in each domain: a row a state (or one), a column a domain."""
    name = reference(results, scenario)
    states = states_of(state)
    rows, x = drawn_time(results)
    shares = {domain: _shares(results, name, domain, rows) for domain in DOMAINS}
    with page(12.5, 1.5 * len(states) + (2.6 if state else 1.6)) as figure:
        grid = figure.subplots(len(states), len(DOMAINS), sharex=True, sharey=True, squeeze=False)
        _frame(grid[0, 0], x)
        for line, code in zip(grid, states, strict=True):
            for axes, domain in zip(line, DOMAINS, strict=True):
                _draw(axes, x, shares[domain][0][:, STATES.index(code)])
            line[0].set_ylabel(STATE_NAMES[code], weight="bold")
        for axes, domain in zip(grid[0], DOMAINS, strict=True):
            axes.set_title(domain.capitalize())
        last = {domain: each for domain, (_, each) in shares.items()}
        title = f"{_finding(last, states, int(x[-1]))}, under {named(results, name)}"
        headline(figure, title, NOTE, results)
        lay_out(figure)
        set_years(grid[0, 0], x[-1])
    return figure


def _shares(
    results: Results, name: str, domain: str, rows: tuple[int, ...]
) -> tuple[Shares, Shares]:
    """Return mean shares (quarter, state, option), the state's own last, and those of worlds.

    The latter are of the last quarter: (state, power, worlds).
    """
    read = numbers(results, name, Cells(domain, rows=rows))
    means = read.mean(axis=-1, dtype=np.float64)
    if np.isnan(means).any():
        means = np.nanmean(read, axis=-1, dtype=np.float64)
    whole = np.concatenate([means, 1 - means.sum(axis=-1, keepdims=True)], axis=-1)
    return whole, read[-1].astype(np.float64)


def _frame(axes: Axes, x: Shares) -> None:
    """Set what all panels share with one."""
    axes.set(xlim=(x[0], x[-1]), ylim=(0, 1))
    as_percent(axes)


def _draw(axes: Axes, x: Shares, shares: Shares) -> None:
    """Stack the options from (quarter, option); white lines keep them apart in grey."""
    axes.autoscale(enable=False)
    colours = [*(POWER[power].colour for power in POWERS), OWN]
    axes.stackplot(x, shares.T, colors=colours, edgecolor="white", linewidth=0.5)
    axes.grid(visible=False)
    middle = np.cumsum(shares[-1]) - shares[-1] / 2
    for power, height, share in zip(POWERS, middle, shares[-1], strict=False):
        if share > 0.12:  # noqa: PLR2004 (a thinner band has no room for a letter)
            colour = "white" if power in {"RUS", "CHN"} else INK
            axes.text(x[-1], height, f"{power} ", ha="right", va="center", fontsize=6, color=colour)


def _finding(last: dict[str, Shares], states: tuple[str, ...], year: int) -> str:
    """Say in which domains which power is relied on most, and where two or more are about equal.

    `last` holds shares of the last quarter by domain: (state, power, worlds).
    """
    places = [STATES.index(state) for state in states]
    first: dict[str, list[str]] = {}
    for domain, shares in last.items():
        ahead = leading(dict(zip(POWERS, shares[places].mean(axis=0), strict=True)))
        alike = [POWER_NAMES[power] for power in POWERS if power in ahead]
        first.setdefault(listed(alike, "and"), []).append(domain)
    sure = [f"on {who} in {listed(where)}" for who, where in first.items() if " and " not in who]
    equal = [f"{who} in {listed(where)}" for who, where in first.items() if " and " in who]
    relies = "the five states rely" if len(states) > 1 else f"{STATE_NAMES[states[0]]} relies"
    text = f"In {year} {relies} most {', '.join(sure)}" if sure else f"In {year}"
    return f"{text}; about equally on {'; '.join(equal)}" if equal else text
