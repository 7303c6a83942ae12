"""The terms of a state's choice: what adds up to its move, over time and in the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from experiments.estimates import minus
from experiments.explain.attribution import REST
from experiments.explain.explanation import SMALL, Explanation
from experiments.figures.palette import INK, PALE, POWER, SOFT
from experiments.figures.style import headline, lay_out, new_figure, styled
from experiments.figures.wording import quoted
from scenarios.vocabulary import POWER_NAMES, STATE_NAMES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SHOWN = 9
UP, DOWN = "#5e3c99", "#e08214"
SHADES = (
    "#332288", "#e08214", "#44aa99", "#882255", "#ddcc77", "#88ccee", "#117733", "#cc6677",
    "#999933", "#aa4499", "#661100", "#6699cc",
)  # fmt: skip
"""Colours of terms over time: made for colour-blind eyes (Tol 2021)."""
NOTE = (
    "Each term is what a rule of the state's choice contributes to the change in its reliance, in "
    "points; together they are the whole change (Aumann and Shapley). Means over {worlds} worlds "
    "of the batch, run again. Small terms stand under 'all others'. "
)


def waterfall(explanation: Explanation, domain: str | None = None) -> Figure:
    """Draw the terms over time (above) and as a waterfall (below), for Russia and China."""
    about = domain or explanation.most_moved()
    with styled():
        figure = new_figure(12.5, 8.2)
        grid = figure.subplots(2, 2, height_ratios=[1, 1.25], squeeze=False)
        colours = {"all others": PALE}
        for column, power in enumerate(("RUS", "CHN")):
            terms = _main(explanation.terms(about, power))
            fresh = [name for name in terms.index if name not in colours]
            shades = (SHADES[(len(colours) + i) % len(SHADES)] for i in range(len(fresh)))
            colours |= dict(zip(fresh, shades, strict=True))
            _over_time(grid[0, column], explanation, (about, power), terms, colours)
            _in_the_end(grid[1, column], terms, power)
        title = f"{STATE_NAMES[explanation.state]}, {about}: {_finding(explanation, about)}"
        headline(figure, title, NOTE.format(worlds=explanation.worlds))
        lay_out(figure)
    return figure


def _main(terms: pd.Series) -> pd.Series:
    """Return the largest terms, the others in one, in points."""
    main = terms[terms.abs() >= SMALL].drop(REST, errors="ignore").head(SHOWN)
    others = terms.sum() - main.sum()
    found = 100 * main
    found["all others"] = 100 * others
    return found


def _over_time(
    axes: Axes,
    explanation: Explanation,
    which: tuple[str, str],
    terms: pd.Series,
    colours: dict[str, str],
) -> None:
    """Stack the terms year by year, those that add above zero, those that take below."""
    moves, (domain, power) = explanation.moves, which
    own = moves[(moves["domain"] == domain) & (moves["option"] == power)]
    table = 100 * own.pivot_table(index="quarter", columns="term", values="value").fillna(0)
    whole = table.sum(axis=1)
    when = pd.DatetimeIndex(table.index)
    x = (when.year + (when.quarter - 1) / 4).to_numpy()
    bottoms = {True: np.zeros(len(x)), False: np.zeros(len(x))}
    names = [name for name in terms.index if name in table]
    table["all others"] = whole - table[names].sum(axis=1)
    for name in [*names, "all others"]:
        height = table[name].to_numpy()
        base = np.where(height >= 0, bottoms[True], bottoms[False])
        axes.bar(x, height, 0.9, bottom=base, color=colours[name], lw=0, label=name)
        bottoms[True] += np.maximum(height, 0)
        bottoms[False] += np.minimum(height, 0)
    axes.plot(x, whole, color=INK, lw=1.8, label="whole change")
    axes.axhline(0, color=SOFT, lw=0.8)
    axes.set_xlim(x[max(int((whole.abs() > SMALL).argmax()) - 2, 0)] - 0.6, x[-1] + 0.6)
    axes.set_title(f"Reliance on {POWER_NAMES[power]}, change in points", color=POWER[power].colour)
    axes.legend(fontsize=6.5, ncols=2, loc="best", handlelength=1.2)


def _in_the_end(axes: Axes, terms: pd.Series, power: str) -> None:
    """Draw the waterfall: each term starts where the one before ends."""
    ends = terms.cumsum()
    starts = ends - terms
    for place, (name, value) in enumerate(terms.items()):
        colour = PALE if name == "all others" else (UP if value >= 0 else DOWN)
        axes.barh(place, value, left=starts.iloc[place], color=colour, height=0.68)
        right = max(starts.iloc[place], ends.iloc[place])
        text = minus(f" {value:+.1f}")
        axes.text(right, place, text, va="center", fontsize=7.5, color=INK)
        if place + 1 < len(terms):
            axes.plot([ends.iloc[place]] * 2, [place - 0.34, place + 1.34], color=SOFT, lw=0.6)
    total = float(terms.sum())
    axes.barh(len(terms), total, color=POWER[power].colour, height=0.68)
    axes.text(max(total, 0), len(terms), minus(f" {total:+.1f}"), va="center", weight="bold")
    axes.set_yticks(range(len(terms) + 1), [*terms.index, "whole change"])
    axes.invert_yaxis()
    axes.axvline(0, color=SOFT, lw=0.8)
    axes.grid(visible=False)
    axes.use_sticky_edges = False
    axes.margins(x=0.16)
    axes.set_xlabel("points of reliance")


def _finding(explanation: Explanation, domain: str) -> str:
    """Say what moved reliance on each of the two most."""
    parts = []
    for power in ("RUS", "CHN"):
        terms = explanation.terms(domain, power).drop(REST, errors="ignore")
        strongest = f"mostly {terms.index[0]}" if len(terms) else ""
        change = 100 * explanation.change(domain, power)
        parts.append(minus(f"{POWER_NAMES[power]} {change:+.1f} points, {strongest}"))
    names = explanation.titles
    mine = quoted(names[explanation.scenario])
    since = f"since {explanation.moves['quarter'].min().year} under {mine}"
    if explanation.against:
        since = f"{mine} against {quoted(names[explanation.against])}"
    return f"{'; '.join(parts)} ({since})"
