"""On whom a state relies in each domain, over time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from experiments.cells import Cells, drawn_rows, numbers, recorded, years
from experiments.figures.palette import INK, POWER
from experiments.figures.style import as_percent, headline, lay_out, new_figure, rests_on, styled
from experiments.figures.wording import listed, quoted, reference, titles
from experiments.reading import Results
from experiments.refusals import BadInput
from scenarios.faults import nearest
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
    states = STATES if state is None else (_known(state),)
    rows = drawn_rows(results)
    x = years(recorded(results)[list(rows)])
    shares = {domain: _shares(results, name, domain, rows) for domain in DOMAINS}
    with styled():
        figure = new_figure(13, 1.5 * len(states) + (2.6 if state else 1.6))
        grid = figure.subplots(len(states), len(DOMAINS), squeeze=False)
        for line, code in zip(grid, states, strict=True):
            for axes, domain in zip(line, DOMAINS, strict=True):
                _draw(axes, x, shares[domain][:, STATES.index(code)])
            line[0].set_ylabel(STATE_NAMES[code], weight="bold")
        for axes, domain in zip(grid[0], DOMAINS, strict=True):
            axes.set_title(domain.capitalize())
        title = f"{_finding(shares, states, int(x[-1]))}, under {quoted(titles(results)[name])}"
        headline(figure, title, NOTE + rests_on(results))
        lay_out(figure)
    return figure


def _known(state: str) -> str:
    if state not in STATES:
        raise BadInput(f"unknown state '{state}'; {nearest(state, STATES)}")
    return state


def _shares(results: Results, name: str, domain: str, rows: tuple[int, ...]) -> Shares:
    """Return mean shares (quarter, state, option), the state's own last."""
    read = numbers(results, name, Cells(domain, rows=rows))
    means = read.mean(axis=-1, dtype=np.float64)
    if np.isnan(means).any():
        means = np.nanmean(read, axis=-1, dtype=np.float64)
    return np.concatenate([means, 1 - means.sum(axis=-1, keepdims=True)], axis=-1)


def _draw(axes: Axes, x: Shares, shares: Shares) -> None:
    """Stack the options from (quarter, option); white lines keep them apart in grey."""
    axes.autoscale(enable=False)
    axes.set(xlim=(x[0], x[-1]), ylim=(0, 1))
    years = [tick for tick in (2000, 2010, 2020, 2030) if x[0] <= tick <= x[-1]]
    axes.set_xticks(years, [f"’{tick % 100:02d}" for tick in years])
    as_percent(axes)
    axes.label_outer()
    colours = [*(POWER[power].colour for power in POWERS), OWN]
    axes.stackplot(x, shares.T, colors=colours, edgecolor="white", linewidth=0.5)
    axes.grid(visible=False)
    middle = np.cumsum(shares[-1]) - shares[-1] / 2
    for power, height, share in zip(POWERS, middle, shares[-1], strict=False):
        if share > 0.12:  # noqa: PLR2004 (a thinner band has no room for a letter)
            colour = "white" if power in {"RUS", "CHN"} else INK
            axes.text(x[-1], height, f"{power} ", ha="right", va="center", fontsize=6, color=colour)


def _finding(shares: dict[str, Shares], states: tuple[str, ...], year: int) -> str:
    """Say in which domains Russia and China are relied on most."""
    places = [STATES.index(state) for state in states]
    first = {
        domain: POWERS[int(each[-1][places].mean(axis=0)[:4].argmax())]
        for domain, each in shares.items()
    }
    parts = [
        f"{POWER_NAMES[power]} in {listed([d for d, p in first.items() if p == power])}"
        for power in POWERS
        if power in first.values()
    ]
    where = "the five states rely" if len(states) > 1 else f"{STATE_NAMES[states[0]]} relies"
    return f"In {year} {where} most on {', on '.join(parts)}"
