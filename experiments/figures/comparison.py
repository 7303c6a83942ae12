"""A scenario against another: what changes, for whom, when and through which channel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from experiments.answers.channels import INTERACTION, TOTAL
from experiments.answers.comparison import Comparison
from experiments.figures.bars import Bar, draw_bars
from experiments.figures.heat import shaded
from experiments.figures.palette import INK, PALE, SOFT, TERMS
from experiments.figures.style import headline, page
from experiments.results.estimates import signed
from experiments.results.text import broken, capital, of_worlds, quoted
from scenarios.lists import listed
from scenarios.vocabulary import DOMAINS, POWER_NAMES, STATE_NAMES, STATES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LINES = (
    "Russia's share of influence",
    "China's share of influence",
    "Russia's security share",
    "rivalry",
)
SPLIT = (
    "Russia's share of influence",
    "Russia's security share",
    "cooperation",
    "rivalry",
    "dependency risk",
)
LINE = "#117733"
"""Colour of differences over time: no power's, and neither more nor less."""
LETTERS = 31
"""Letters of a line above a panel: longer ones reach the next panel's."""
FEWEST = 2
"""Channels that are none: the whole change, and what is left of it."""
NOTE = (
    "World by world, over {worlds}. Above: the region as a whole, mean with its 95 % interval "
    "(dark) and 5–95 % of worlds (pale), in points or hundredths. "
)
ALONE = (
    "Below left: the region as a whole, each change alone, run again in {worlds}, its "
    "mean and 5–95 % of worlds. "
)
RELIANCE = "Below right: change of reliance by the end, points; white: none. "


def comparison(found: Comparison) -> Figure:
    """Draw a comparison, as far as the folder's tables go."""
    split = any(len(each) > FEWEST for each in found.channels.values())
    ranked = bool(len(found.ranking))
    low = split or ranked
    with page(12.5, 7.4 if low else 3.9) as figure:
        grid = figure.add_gridspec(2 if low else 1, 4, height_ratios=[1, 1.15] if low else [1])
        for place, label in enumerate(_drawn(found)):
            _over_time(figure.add_subplot(grid[0, place]), found, label)
        if split:
            _channels(figure.add_subplot(grid[1, :2] if ranked else grid[1, :]), found)
        for place, power in enumerate(("RUS", "CHN") if ranked else ()):
            _ranking(figure.add_subplot(grid[1, 2 + place]), found, power)
        note = NOTE.format(worlds=of_worlds(found.worlds))
        note += ALONE.format(worlds=_again(found)) * split + RELIANCE * ranked
        headline(figure, _finding(found), f"{note}{found.shared}")
    return figure


def _again(found: Comparison) -> str:
    """Say in how many of the worlds channels were run again."""
    run = max((each.effect.worlds for of in found.channels.values() for each in of), default=0)
    all_of = of_worlds(found.worlds)
    return all_of if run == found.worlds else f"{run:,} of the {all_of}"


def _drawn(found: Comparison) -> list[str]:
    """Return the outcomes that are drawn over time: four that matter most, or what there is."""
    there = list(dict.fromkeys(found.over_time["outcome"]))
    first = [each for each in LINES if each in there]
    return [*first, *(each for each in there if each not in first)][: len(LINES)]


def _over_time(axes: Axes, found: Comparison, label: str) -> None:
    table = found.over_time[found.over_time["outcome"] == label]
    axes.set_title(broken(f"Region: {label}", LETTERS))
    axes.axhline(0, color=SOFT, lw=0.8)
    x = table["quarter"].dt.year + (table["quarter"].dt.quarter - 1) / 4
    scaled = {name: table["scale"] * table[name] for name in ("mean", "low", "high", "q05", "q95")}
    axes.fill_between(x, scaled["q05"], scaled["q95"], color=LINE, alpha=0.15, lw=0)
    axes.fill_between(x, scaled["low"], scaled["high"], color=LINE, alpha=0.45, lw=0)
    axes.plot(x, scaled["mean"], color=LINE)
    moved = np.flatnonzero((table[["q05", "q95"]].abs().max(axis=1) > 0).to_numpy())
    axes.set_xlim(x.iloc[max(int(moved[0]) - 2, 0) if moved.size else 0], x.iloc[-1])
    axes.set_ylabel(table["unit"].iloc[0])


def _channels(axes: Axes, found: Comparison) -> None:
    """Draw for each outcome what each change does alone, and the whole as a stroke."""
    axes.set_title("Region: through which channel")
    split = {o: c for o, c in found.channels.items() if o.label in SPLIT}
    if not split:
        axes.set_axis_off()
        return
    names = [each.name for each in next(iter(split.values())) if each.name != TOTAL]
    colours = {name: TERMS[1 + n % (len(TERMS) - 1)] for n, name in enumerate(names)}
    colours |= {INTERACTION: PALE}
    rows = []
    for row, (outcome, several) in enumerate(split.items()):
        own = {each.name: each.effect for each in several}
        k, whole = outcome.scale, outcome.scale * own[TOTAL].value
        rows.append([
            Bar(0.0, k * own[n].value, colours[n], (k * own[n].low, k * own[n].high)) for n in names
        ])  # fmt: skip
        axes.plot(
            [whole] * 2, [row - 0.42, row + 0.42], color=INK, lw=2, label=None if row else "Whole"
        )
    for name in names:
        axes.bar(0, 0, color=colours[name], label=capital(name))
    labels = [f"{capital(each.label)}\n({each.unit})" for each in split]
    draw_bars(axes, labels, rows, split=True, size=8)
    axes.axvline(0, color=SOFT, lw=0.8)
    axes.grid(visible=False)
    axes.set_xlabel("change by the end")
    axes.legend(fontsize=7, loc="best")


def _ranking(axes: Axes, found: Comparison, power: str) -> None:
    """Draw the change of reliance on a power: a row a domain, a column a state."""
    axes.set_title(f"Reliance on {POWER_NAMES[power]}")
    own = found.ranking[found.ranking["power"] == power]
    table = own.pivot_table(index="domain", columns="state", values="change")
    cells = 100 * table.loc[list(DOMAINS), list(STATES)].to_numpy(dtype=float)
    full = 100 * float(found.ranking["change"].abs().max())
    shaded(axes, cells, full, [[signed(value) for value in line] for line in cells], 7)
    axes.set_xticks(range(len(STATES)), STATES)
    axes.set_yticks(range(len(DOMAINS)), DOMAINS)


def _finding(found: Comparison) -> str:
    """Say what changes most, where."""
    name, other = (quoted(found.titles[each]) for each in (found.scenario, found.against))
    if not len(found.ranking):
        return f"{name} against {other}: {_most(found)}"
    top = found.ranking.iloc[0]
    alike = found.ranking[
        (found.ranking["power"] == top["power"])
        & (found.ranking["domain"] == top["domain"])
        & ((found.ranking["change"] * top["change"]) > 0)
        & (found.ranking["high"] >= top["low"])
        & (found.ranking["low"] <= top["high"])
    ]
    if top["low"] <= 0 <= top["high"]:
        return f"{name} against {other}: reliance moves by no more than luck could"
    way = "rises" if top["change"] > 0 else "falls"
    if np.isnan(top["low"]):  # one world gives no interval: nothing is told apart
        alike, way = found.ranking.head(1), "moves"
    sizes = {STATE_NAMES[s]: 100 * c for s, c in zip(alike["state"], alike["change"], strict=True)}
    where = listed([f"{state} ({signed(size)})" for state, size in sizes.items()])
    return (
        f"{name} against {other}: reliance on {POWER_NAMES[top['power']]} {way} most in "
        f"{top['domain']}, in points, in {where}"
    )


def _most(found: Comparison) -> str:
    """Say which outcome changes most, where none of reliance is known."""
    table = found.over_time
    last = table[table["quarter"] == table["quarter"].max()]
    clear = last[(last["low"] > 0) | (last["high"] < 0)]
    if clear.empty:
        return "nothing moves by more than luck could"
    top = clear.iloc[int((clear["scale"] * clear["mean"]).abs().argmax())]
    return f"{top['outcome']} moves most ({signed(top['scale'] * top['mean'])} {top['unit']})"
