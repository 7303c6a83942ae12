"""The terms of a state's choice: what adds up to its move, over time and in the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from experiments.answers.explanation import SMALL, Explanation
from experiments.answers.terms import REST, offers
from experiments.figures.bars import Bar, draw_bars
from experiments.figures.palette import DOWN, INK, PALE, POWER, SOFT, TERMS, UP
from experiments.figures.panels import Ends, label_panels
from experiments.figures.style import headline, page
from experiments.results.estimates import minus
from experiments.results.text import of_worlds, quoted
from scenarios.lists import listed
from scenarios.vocabulary import POWER_NAMES, STATE_NAMES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

SHOWN, STACKED = 9, 5
"""Terms that a waterfall, and a stack over time, names."""
OTHERS = "all others"
"""Terms that are a power's have its colour."""
NOTE = (
    "Each term is what a rule of the state's choice contributes to the change in its reliance, in "
    "points; together they are the whole change (Aumann and Shapley). Means over {worlds} "
    "of the batch, run again. Small terms stand under “all others”; above, line: whole change. "
)


def waterfall(explanation: Explanation, domain: str | None = None) -> Figure:
    """Draw the terms over time (above) and as a waterfall (below), for Russia and China."""
    about = domain or explanation.most_moved()
    with page(12.5, 8.2) as figure:
        grid = figure.subplots(2, 2, height_ratios=[1, 1.25], squeeze=False)
        whole = {power: explanation.terms(about, power) for power in ("RUS", "CHN")}
        stacked = {power: _main(terms, STACKED) for power, terms in whole.items()}
        colours = _colours([name for terms in stacked.values() for name in terms.index])
        ends: list[tuple[Axes, Ends]] = []
        for column, (power, terms) in enumerate(whole.items()):
            which = (about, power)
            ends.append(_over_time(grid[0, column], explanation, which, stacked[power], colours))
            _in_the_end(grid[1, column], _main(terms, SHOWN), power)
        title = f"{STATE_NAMES[explanation.state]}, {about}: {_finding(explanation, about)}"
        headline(figure, title, NOTE.format(worlds=of_worlds(explanation.worlds)))
        label_panels(figure, ends, grid[0, 0].get_xlim()[1], size=7)
    return figure


def _colours(names: list[str]) -> dict[str, str]:
    """Return a colour for each term: powers' own for their offers, others in turn."""
    fresh = [name for name in dict.fromkeys(names) if name not in {*offers(), OTHERS}]
    found = {name: POWER[power].colour for name, power in offers().items()}
    found |= {name: TERMS[place % len(TERMS)] for place, name in enumerate(fresh)}
    return {**found, OTHERS: PALE}


def _main(terms: pd.Series, most: int) -> pd.Series:
    """Return the largest terms, the others in one, in points."""
    main = terms[terms.abs() >= SMALL].drop(REST, errors="ignore").head(most)
    others = terms.sum() - main.sum()
    found = 100 * main
    if abs(others) >= SMALL:
        found[OTHERS] = 100 * others
    return found


def _over_time(
    axes: Axes,
    explanation: Explanation,
    which: tuple[str, str],
    terms: pd.Series,
    colours: dict[str, str],
) -> tuple[Axes, Ends]:
    """Stack the terms year by year and return where they lie in the end, to be named there."""
    moves, (domain, power) = explanation.moves, which
    own = moves[(moves["domain"] == domain) & (moves["option"] == power)]
    table = 100 * own.pivot_table(index="quarter", columns="term", values="value").fillna(0)
    whole = table.sum(axis=1)
    table[OTHERS] = whole - table[[name for name in terms.index if name != OTHERS]].sum(axis=1)
    when = pd.DatetimeIndex(table.index)
    x = (when.year + (when.quarter - 1) / 4).to_numpy()
    ends = _stack(axes, x, table[list(terms.index)], colours)
    axes.plot(x, whole, color=INK, lw=1.8)
    axes.axhline(0, color=SOFT, lw=0.8)
    axes.set_xlim(x[max(int((whole.abs() > SMALL).argmax()) - 2, 0)] - 0.6, x[-1] + 0.6)
    axes.set_ylabel("points of reliance")
    axes.set_title(f"Reliance on {POWER_NAMES[power]}, change", color=POWER[power].colour)
    return axes, ends


def _stack(
    axes: Axes, x: NDArray[np.float64], table: pd.DataFrame, colours: dict[str, str]
) -> Ends:
    """Draw bars, those that add above zero, those that take below; return their last middles."""
    above, below, ends = np.zeros(len(x)), np.zeros(len(x)), {}
    for name in table:
        height = table[name].to_numpy()
        base = np.where(height >= 0, above, below)
        axes.bar(x, height, 0.9, bottom=base, color=colours[str(name)], lw=0)
        above, below = above + np.maximum(height, 0), below + np.minimum(height, 0)
        ends[str(name)] = (
            base[-1] + height[-1] / 2,
            SOFT if name == OTHERS else colours[str(name)],
        )
    return ends


def _in_the_end(axes: Axes, terms: pd.Series, power: str) -> None:
    """Draw the waterfall: each term starts where the one before ends."""
    ends = terms.cumsum()
    starts = ends - terms
    bars = [
        Bar(start, end, PALE if name == OTHERS else (UP if end >= start else DOWN))
        for name, start, end in zip(terms.index, starts, ends, strict=True)
    ]
    bars.append(Bar(0.0, float(terms.sum()), POWER[power].colour))
    draw_bars(axes, [*terms.index, "whole change"], [[each] for each in bars], size=8)
    for place, bar in enumerate(bars):
        text, last = minus(f" {bar.end - bar.start:+.1f}"), place == len(terms)
        size, weight = (9, "bold") if last else (7.5, "normal")
        axes.text(max(bar.start, bar.end), place, text, va="center", fontsize=size, weight=weight)
        if place + 1 < len(terms):
            axes.plot([bar.end] * 2, [place - 0.34, place + 1.34], color=SOFT, lw=0.6)
    axes.axvline(0, color=SOFT, lw=0.8)
    axes.grid(visible=False)
    axes.use_sticky_edges = False
    axes.margins(x=0.16)
    axes.set_xlabel("points of reliance")


def _finding(explanation: Explanation, domain: str) -> str:
    """Say what moved reliance on each of the two most."""
    parts = []
    for power in ("RUS", "CHN"):
        change = 100 * explanation.change(domain, power)
        why = _largest(explanation.terms(domain, power))
        parts.append(minus(f"{POWER_NAMES[power]} {change:+.1f} points{why}"))
    names = explanation.titles
    mine = quoted(names[explanation.scenario])
    since = f"since {explanation.moves['quarter'].min().year} under {mine}"
    if explanation.against:
        since = f"{mine} against {quoted(names[explanation.against])}"
    return f"{'; '.join(parts)} ({since}, in {of_worlds(explanation.worlds)})"


def _largest(terms: pd.Series) -> str:
    """Name the term that exceeds all others together, or else the two largest with their sizes.

    >>> _largest(pd.Series({"income": 0.09, "threat": -0.04, "rest": 0.01}))
    ', mostly income'
    >>> _largest(pd.Series({"income": 0.09, "threat": -0.08, "chance": 0.02}))
    ', largest terms income (+9.0) and threat (-8.0)'
    """
    sizes = terms.abs()
    named = terms.drop(REST, errors="ignore")
    told = named[named.abs() >= SMALL].head(2)
    if len(told) and 2 * sizes[told.index[0]] > sizes.sum():
        return f", mostly {told.index[0]}"
    said = [f"{name} ({100 * value:+.1f})" for name, value in told.items()]
    return f", largest term{'s' * (len(said) > 1)} {listed(said)}" if said else ""
