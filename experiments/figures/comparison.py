"""A scenario against another: what changes, for whom, when and through which channel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from experiments.answers.channels import INTERACTION, TOTAL
from experiments.answers.comparison import Comparison
from experiments.figures.palette import INK, PALE, SOFT, TERMS
from experiments.figures.style import headline, page
from experiments.results.estimates import Difference, signed
from experiments.results.wording import broken, capital, of_worlds, quoted
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
    "Below left: the region as a whole, each change of the scenario alone, run again in {worlds}. "
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
    split = {o.label: c for o, c in found.channels.items() if o.label in SPLIT}
    if not split:
        axes.set_axis_off()
        return
    names = [each.name for each in next(iter(split.values())) if each.name != TOTAL]
    for row, (label, several) in enumerate(split.items()):
        scale = next(o.scale for o in found.channels if o.label == label)
        _split_row(axes, row, names, {each.name: _scaled(each.effect, scale) for each in several})
    units = {each.label: each.unit for each in found.channels}
    axes.set_yticks(range(len(split)), [f"{capital(each)}\n({units[each]})" for each in split])
    axes.invert_yaxis()
    axes.axvline(0, color=SOFT, lw=0.8)
    axes.grid(visible=False)
    axes.set_xlabel("change by the end")
    axes.legend(fontsize=7, loc="best")


def _scaled(effect: Difference, scale: float) -> tuple[float, float, float]:
    return scale * effect.value, scale * effect.low, scale * effect.high


def _split_row(
    axes: Axes, row: int, names: Sequence[str], effects: dict[str, tuple[float, float, float]]
) -> None:
    """Draw what each change does alone as bars with their intervals, and the whole as a stroke."""
    height = 0.8 / len(names)
    for place, name in enumerate(names):
        (value, *ends), y = effects[name], row - 0.4 + (place + 0.5) * height
        colour = PALE if name == INTERACTION else TERMS[1 + place % (len(TERMS) - 1)]
        axes.barh(y, value, height * 0.9, color=colour, label=None if row else capital(name))
        axes.plot(ends, [y, y], color=INK, lw=0.9)
    whole = [effects[TOTAL][0]] * 2
    axes.plot(whole, [row - 0.42, row + 0.42], color=INK, lw=2, label=None if row else "Whole")


def _ranking(axes: Axes, found: Comparison, power: str) -> None:
    """Draw the change of reliance on a power: a row a domain, a column a state."""
    axes.set_title(f"Reliance on {POWER_NAMES[power]}")
    own = found.ranking[found.ranking["power"] == power]
    table = (
        100
        * own.pivot_table(index="domain", columns="state", values="change").loc[
            list(DOMAINS), list(STATES)
        ]
    )
    top = 100 * float(found.ranking["change"].abs().max())
    axes.imshow(table, cmap="PuOr", vmin=-top, vmax=top, aspect="auto")
    cells = table.to_numpy(dtype=float)
    for row, column in np.ndindex(cells.shape):
        value = float(cells[row, column])
        colour = "white" if abs(value) > 0.75 * top else INK
        axes.text(column, row, signed(value), ha="center", va="center", fontsize=7, color=colour)
    axes.set_xticks(range(len(STATES)), STATES)
    axes.set_yticks(range(len(DOMAINS)), DOMAINS)
    axes.tick_params(length=0)
    axes.grid(visible=False)


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
