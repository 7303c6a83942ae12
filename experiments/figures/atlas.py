"""Maps of the region: who leads in each state and by what margin, then and now and later."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.figures.choice import choose, from_reference
from experiments.figures.palette import INK, PALE, POWER, SOFT
from experiments.figures.style import headline, page
from experiments.results.cells import Cells, Floats, numbers, recorded
from experiments.results.estimates import percent
from experiments.results.reading import Results
from experiments.results.wording import (
    OPEN,
    broken,
    leaders,
    named,
    titles,
    who_leads,
)
from scenarios.lists import listed
from scenarios.quarters import parse_quarter, quarter_label, year_of
from scenarios.vocabulary import POWER_NAMES, POWERS, STATE_NAMES, STATES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BORDERS = Path(__file__).with_name("borders.geojson")
MAPS = 4
"""Scenarios of which maps are drawn, unless asked for."""
WHEN = ("2000-Q4", "2024-Q4", "2035-Q4")
VIEW = (46.2, 88.0, 34.4, 56.2)
FULL_MARGIN = 0.5
"""Lead of the first over the second, in shares, at which a colour is full."""
PLACES = {
    "KAZ": (67.0, 48.3),
    "KGZ": (84.0, 43.6),
    "TJK": (82.0, 36.7),
    "TKM": (59.0, 39.3),
    "UZB": (62.6, 42.6),
}
"""Where a state's label stands, in degrees; small states have theirs beside them."""
BESIDE = {"KGZ": (76.6, 41.6), "TJK": (73.6, 38.2)}
"""Where the line from such a label ends."""
NEIGHBOURS = {
    "Russia": (58, 54.6),
    "China": (85.6, 40.2),
    "Iran": (55.5, 36),
    "Afghanistan": (65.4, 34.9),
}
ATTRIBUTION = "Borders: Natural Earth, 1:50m, public domain."
NOTE = (
    "Colour: the power with the largest median share of influence; the fuller the colour, the "
    "larger its lead over the second (in points; full from 50). Per cent: in how many worlds it "
    "leads; hatched: open, no power leads in three quarters of the worlds. "
)


@lru_cache(maxsize=1)
def borders() -> dict[str, list[list[list[list[float]]]]]:
    """Return the polygons of each country by its code."""
    read = json.loads(BORDERS.read_text(encoding="utf-8"))
    return {
        each["properties"]["code"]: each["geometry"]["coordinates"] for each in read["features"]
    }


def map_of_leaders(results: Results, scenarios: Sequence[str] | None = None) -> Figure:
    """Draw a map a scenario and year: those recorded that are nearest to 2000, 2024 and 2035."""
    when = moments(results)
    gaps = from_reference(results, lambda name: _shares(results, name, when[-1:])[0])
    names, _, more = choose(results, scenarios, MAPS, gaps, "influence")
    with page(3.9 * len(when) + 0.3, 2.75 * len(names) + 1.45) as figure:
        grid = figure.subplots(len(names), len(when), squeeze=False)
        shares = {name: _shares(results, name, when) for name in names}
        for line, name in zip(grid, names, strict=True):
            for axes, quarter, share in zip(line, when, shares[name], strict=True):
                _draw(axes, share)
                if axes in grid[0]:
                    axes.set_title(quarter_label(quarter)[:4], fontsize=11)
            line[0].set_ylabel(broken(titles(results)[name]), weight="bold")
        headline(figure, _finding(results, shares, when), _note(when) + more + ATTRIBUTION, results)
    return figure


def moments(results: Results) -> list[int]:
    """Return the quarters that maps show: the nearest recorded to the ends of 2000, 2024 and 2035.

    Of two in one year the later is shown.
    """
    there = recorded(results)
    wanted = [parse_quarter(each) for each in WHEN]
    nearest = [int(there[np.abs(there - each).argmin()]) for each in wanted]
    return list({year_of(each): each for each in nearest}.values())


def _note(when: Sequence[int]) -> str:
    """Say what is shown, and of which quarters."""
    return f"Quarters: {listed([quarter_label(each) for each in when])}. {NOTE}"


def _shares(results: Results, name: str, when: Sequence[int]) -> Floats:
    """Return shares of influence: (quarter, state, power, worlds)."""
    there = recorded(results)
    rows = tuple(int(np.searchsorted(there, each)) for each in when)
    return numbers(results, name, Cells("share", rows=rows))


def _draw(axes: Axes, shares: Floats) -> None:
    """Draw one map from shares (state, power, worlds)."""
    for code, polygons in borders().items():
        if code not in STATES:
            _fill(axes, polygons, "#f2f2f2", PALE, 0.5)
    if np.isnan(shares).all():
        axes.text(*PLACES["KAZ"], "not yet begun", ha="center", color=SOFT)
        _frame(axes)
        return
    medians, led = np.nanmedian(shares, axis=-1), leaders(shares)
    for place, code in enumerate(STATES):
        second, first = np.sort(medians[place])[-2:]
        power = POWERS[int(medians[place].argmax())]
        colour = tint(POWER[power].colour, float(first - second))
        _fill(axes, borders()[code], colour, "white", 1.0, "///" if led[code] == OPEN else "")
        often = float((shares[place].argmax(axis=0) == POWERS.index(power)).mean())
        _write(
            axes,
            code,
            f"{POWER_NAMES[power].removeprefix('the ')} +{100 * (first - second):.0f}",
            often,
        )
    for name, (x, y) in NEIGHBOURS.items():
        axes.text(x, y, name, fontsize=6, color="#a0a0a0", ha="center", style="italic")
    _frame(axes)


def _frame(axes: Axes) -> None:
    axes.set_xlim(*VIEW[:2])
    axes.set_ylim(*VIEW[2:])
    axes.set_aspect(1 / np.cos(np.radians(sum(VIEW[2:]) / 2)))
    axes.set_xticks([])
    axes.set_yticks([])
    for side in axes.spines.values():
        side.set_visible(False)
    axes.set_facecolor("#fbfbfb")


def _fill(
    axes: Axes, polygons: list[Any], colour: str, edge: str, width: float, hatch: str = ""
) -> None:
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path as Outline

    for rings in polygons:
        outline = Outline.make_compound_path(*(Outline(np.array(ring)) for ring in rings))
        patch = PathPatch(outline, facecolor=colour, edgecolor=edge, lw=width, joinstyle="round")
        patch.set_hatch(hatch)
        axes.add_artist(patch)


def _write(axes: Axes, code: str, lead: str, often: float) -> None:
    """Write into a state who leads there, by how many points and how often."""
    from matplotlib.patheffects import withStroke

    (x, y), large = PLACES[code], code == "KAZ"
    if code in BESIDE:
        (end_x, end_y) = BESIDE[code]
        axes.plot([end_x, x - 2.6], [end_y, y], color=INK, lw=0.6, marker=".", markevery=[0], ms=3)
    axes.text(
        x,
        y,
        f"{STATE_NAMES[code] if large else code}\n{lead}\n{percent(often)}",
        ha="center",
        va="center",
        fontsize=7.5 if large else 6.2,
        color=INK,
        linespacing=1.05,
        path_effects=[withStroke(linewidth=1.8, foreground="white", alpha=0.85)],
    )


def tint(colour: str, lead: float) -> str:
    """Return a colour mixed with white: the smaller the lead, the paler.

    >>> tint("#000000", 0.5), tint("#000000", 0.0)
    ('#000000', '#cccccc')
    """
    part = 0.2 + 0.8 * min(max(lead, 0.0) / FULL_MARGIN, 1.0)
    parts = [int(colour[place : place + 2], 16) for place in (1, 3, 5)]
    return "#" + "".join(f"{round(255 + part * (each - 255)):02x}" for each in parts)


def _finding(results: Results, shares: dict[str, Floats], when: Sequence[int]) -> str:
    """Say who leads where at the end, and since the beginning what changed hands."""
    first, own = next(iter(shares.items()))
    known = [place for place, each in enumerate(own) if np.isfinite(each).any()]
    when, own = [when[place] for place in known], own[known]
    then, now = leaders(own[0]), leaders(own[-1])
    moved = {state: power for state, power in now.items() if power != then[state]}
    years = [quarter_label(each)[:4] for each in (when[0], when[-1])]
    under = f"under {named(results, first)}"
    if not moved:
        same = f", as in {years[0]}" if when[1:] else ""
        return f"{years[-1]}, {under}: {who_leads(now)}{same}"
    return f"Between {years[0]} and {years[-1]}, {under}, {_passes(then, moved)}"


def _passes(then: dict[str, str], moved: dict[str, str]) -> str:
    """Say where the lead passes to whom, where it does so from open, and where it becomes open.

    >>> then = {"KAZ": "RUS", "TKM": "", "UZB": "RUS"}
    >>> _passes(then, {"KAZ": "", "TKM": "CHN", "UZB": "CHN"}).split("; ")
    ['the lead passes to China in Uzbekistan', 'an open lead goes to China in Turkmenistan', 'the \
lead becomes open in Kazakhstan']
    """
    passed = {state: power for state, power in moved.items() if OPEN not in {power, then[state]}}
    settled = {state: power for state, power in moved.items() if then[state] == OPEN}
    opened = [STATE_NAMES[state] for state, power in moved.items() if power == OPEN]
    parts = [f"the lead passes to {who_leads(passed)}"] if passed else []
    parts += [f"an open lead goes to {who_leads(settled)}"] if settled else []
    parts += [f"the lead becomes open in {listed(opened)}"] if opened else []
    return "; ".join(parts)
