"""On whom a state relies in each domain, over time."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from experiments.figures.findings import leading, one_of, states_of
from experiments.figures.palette import INK, POWER
from experiments.figures.panels import set_years
from experiments.figures.style import as_percent, headline, lay_out, page
from experiments.results.cells import Cells, drawn_time, numbers
from experiments.results.reading import Results
from experiments.results.text import named, reference
from scenarios.lists import listed
from scenarios.vocabulary import DOMAINS, POWER_NAMES, POWERS, STATE_NAMES, STATES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    Shares = NDArray[np.float64]

NOBODY = "no power"
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
        grid[0, 0].set(xlim=(x[0], x[-1]), ylim=(0, 1))
        as_percent(grid[0, 0])
        for line, code in zip(grid, states, strict=True):
            for axes, domain in zip(line, DOMAINS, strict=True):
                _draw(axes, x, shares[domain][0][:, STATES.index(code)])
            line[0].set_ylabel(STATE_NAMES[code], weight="bold")
        for axes, domain in zip(grid[0], DOMAINS, strict=True):
            axes.set_title(domain.capitalize())
        last = {domain: each for domain, (_, each) in shares.items()}
        title = f"{_finding(last, states, int(x[-1]))}, under {named(results, name)}"
        headline(figure, title, NOTE + one_of(results, name), results)
        lay_out(figure)
        set_years(grid[0, :1], x[-1])
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
    """Say on which power the state relies most, or most of the states do, in which domains.

    `last` holds shares of the last quarter by domain: (state, power, worlds).
    """
    ahead = {domain: [_ahead(shares[STATES.index(state)]) for state in states]
             for domain, shares in last.items()}  # fmt: skip
    if len(states) > 1:
        return _of_several(ahead, year)
    return _of_one(
        {domain: each[0] for domain, each in ahead.items()}, STATE_NAMES[states[0]], year
    )


def _ahead(shares: Shares) -> tuple[str, ...]:
    """Return the power that is relied on most, with all about equal, from (power, worlds)."""
    found = leading(dict(zip(POWERS, shares, strict=True)))
    return tuple(POWER_NAMES[power] for power in POWERS if power in found)


def _of_one(ahead: dict[str, tuple[str, ...]], state: str, year: int) -> str:
    """Say on whom a state relies most, and where two or more are about equal."""
    first: dict[tuple[str, ...], list[str]] = {}
    for domain, powers in ahead.items():
        first.setdefault(powers, []).append(domain)
    sure = [f"on {who[0]} in {listed(where)}" for who, where in first.items() if len(who) == 1]
    equal = [f"{listed(who)} in {listed(where)}" for who, where in first.items() if len(who) > 1]
    text = f"In {year} {state} relies most {', '.join(sure)}" if sure else f"In {year} {state}"
    if not equal:
        return text
    return f"{text}{';' * bool(sure)} relies about equally on {', and on '.join(equal)}"


def _of_several(ahead: dict[str, list[tuple[str, ...]]], year: int) -> str:
    """Say on whom most of the states rely most, each with how many do, and where on nobody.

    >>> russia, china, both = ("Russia",), ("China",), ("Russia", "China")
    >>> _of_several({"trade": [russia, russia, china], "energy": [both, china, russia]}, 2035)
    'In 2035 most states rely most on Russia in trade (2 of 3); no power is first for most in \
energy'
    """
    first: dict[str, list[str]] = {}
    for domain, powers in ahead.items():
        alone = Counter(each[0] for each in powers if len(each) == 1)
        name, many = next(iter(alone.most_common(1)), ("", 0))
        settled = many > len(powers) / 2
        where = f"{domain} ({many} of {len(powers)})" if settled else domain
        first.setdefault(name if settled else NOBODY, []).append(where)
    nowhere = first.pop(NOBODY, [])
    parts = [f"on {name} in {listed(where)}" for name, where in first.items()]
    text = f"In {year} most states rely most {'; '.join(parts)}" if parts else f"In {year}"
    if not nowhere:
        return text
    return f"{text}{';' * bool(parts)} {NOBODY} is first for most in {listed(nowhere)}"
