"""Maps of the region: who leads in each state and by what margin, then and in each future."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from experiments.figures.findings import choose
from experiments.figures.palette import INK, PALE, POWER, SOFT
from experiments.figures.style import headline, page
from experiments.results.cells import Cells, Floats, numbers
from experiments.results.estimates import percent
from experiments.results.reading import Results
from experiments.results.text import OPEN, base_of, leaders, named, who_leads
from scenarios.extras import outlines
from scenarios.frame import current, per_frame
from scenarios.lists import listed
from scenarios.quarters import parse_quarter, quarter_label, year_of
from scenarios.vocabulary import POWER_NAMES, POWERS, STATE_NAMES, STATES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BORDERS = Path(__file__).with_name("borders.geojson")
MAPS, COLUMNS = 4, 3
"""Scenarios of which maps are drawn, unless asked for, and maps side by side."""
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
LAND = "#f2f2f2"
NOTE = (
    "Colour: the power with the largest median share of influence; the fuller the colour, the "
    "larger its lead over the second (in points; full from 50). Per cent: in how many worlds it "
    "leads; hatched: open, no power leads in three quarters of the worlds. Thick outline: another "
    "leads than in the map of the past before. Borders: Natural Earth, 1:50m, public domain."
)


class Standing(NamedTuple):
    """How a state is drawn: its colour, who is ahead by how much and how often, or is it open."""

    colour: str
    power: str
    lead: float
    often: float
    open: bool


@per_frame()
def borders() -> dict[str, list[list[list[list[float]]]]]:
    """Return the polygons of each country by its code."""
    read = json.loads(BORDERS.read_text(encoding="utf-8"))
    own = {each["properties"]["code"]: each["geometry"]["coordinates"] for each in read["features"]}
    return own | outlines(current())


def label_of(state: str) -> tuple[float, float]:
    """Return where a state's label stands, in degrees."""
    return PLACES.get(state) or next(e.at for e in current().extras if e.code == state)


def view() -> tuple[float, float, float, float]:
    """Return what maps show, in degrees: first and last of east, then of north."""
    at = [each.at for each in current().extras if each.kind == "state"]
    east, north = [x for x, _ in at], [y for _, y in at]
    ends = zip(VIEW, (min, max, min, max), (east, east, north, north), (-3, 3, -2, 2), strict=True)
    west, right, south, top = (
        pick([end, *(each + room for each in own)]) for end, pick, own, room in ends
    )
    return west, right, south, top


def standing(shares: Floats) -> Standing | None:
    """Return who is ahead in a state, from (power, worlds); None where nothing is known."""
    known = shares[:, np.isfinite(shares).all(axis=0)]
    if not known.size:
        return None
    medians = np.median(known, axis=-1)
    second, first = np.sort(medians)[-2:]
    place = int(medians.argmax())
    often = float((known.argmax(axis=0) == place).mean())
    is_open = leaders(shares[np.newaxis], ("",))[""] == OPEN
    lead, power = float(first - second), POWERS[place]
    return Standing(tint(POWER[power].colour, lead), power, lead, often, is_open)


def tint(colour: str, lead: float) -> str:
    """Return a colour mixed with white: the smaller the lead, the paler.

    >>> tint("#000000", 0.5), tint("#000000", 0.0)
    ('#000000', '#cccccc')
    """
    part = 0.2 + 0.8 * min(max(lead, 0.0) / FULL_MARGIN, 1.0)
    parts = [int(colour[place : place + 2], 16) for place in (1, 3, 5)]
    return "#" + "".join(f"{round(255 + part * (each - 255)):02x}" for each in parts)


def map_of_leaders(results: Results, scenarios: Sequence[str] | None = None) -> Figure:
    """Draw who leads where: the shared past once, then the end of each scenario."""
    when = moments(results)
    names, _, more = choose(
        results, scenarios, MAPS, lambda name: _shares(results, name, when[-1:])[0], "influence"
    )
    shares = {name: _shares(results, name, when) for name in names}
    drawn = _maps(results, shares, when)
    columns = min(COLUMNS, len(drawn))
    rows = -(-len(drawn) // columns)
    with page(4.1 * columns + 0.2, 3.0 * rows + 1.45) as figure:
        grid = figure.subplots(rows, columns, squeeze=False)
        for axes, (title, own, before) in zip(grid.flat, drawn, strict=False):
            _draw(axes, own, before)
            axes.set_title(title, fontsize=10)
        for axes in grid.flat[len(drawn) :]:
            axes.set_visible(False)
        quarters = f"Quarters: {listed([quarter_label(each) for each in when])}. "
        headline(figure, _finding(results, shares, when), quarters + NOTE + more, results)
    return figure


def _maps(
    results: Results, shares: dict[str, Floats], when: Sequence[int]
) -> list[tuple[str, Floats, Floats]]:
    """Return the title of each map, its shares, and those of the moment before in its scenario.

    Moments at which all scenarios are alike are drawn once; the first is compared with itself.
    """
    called, first = results.titles, next(iter(shares.values()))
    maps = []
    for place, quarter in enumerate(when):
        own = {name: each[place] for name, each in shares.items()}
        alike = all(np.array_equal(each, first[place], equal_nan=True) for each in own.values())
        year = quarter_label(quarter)[:4]
        for name in list(own)[:1] if alike else own:
            title = year if alike and len(when) > 1 else f"{year}: {called[name]}"
            maps.append((title, own[name], shares[name][max(place - 1, 0)]))
    return maps


def moments(results: Results) -> list[int]:
    """Return the quarters that maps show: the nearest recorded to the ends of 2000, 2024 and 2035.

    Of two in one year the later is shown.
    """
    there = results.timeline
    nearest = [int(there[np.abs(there - parse_quarter(each)).argmin()]) for each in WHEN]
    return list({year_of(each): each for each in nearest}.values())


def _shares(results: Results, name: str, when: Sequence[int]) -> Floats:
    """Return shares of influence: (quarter, state, power, worlds)."""
    rows = tuple(int(np.searchsorted(results.timeline, each)) for each in when)
    return numbers(results, name, Cells("share", rows=rows))


def _draw(axes: Axes, shares: Floats, before: Floats) -> None:
    """Draw one map from shares (state, power, worlds); outline states whose leader is new."""
    shown = view()
    axes.set(xlim=shown[:2], ylim=shown[2:], xticks=[], yticks=[], facecolor="#fbfbfb")
    axes.set_aspect(1 / np.cos(np.radians(sum(shown[2:]) / 2)))
    axes.spines[:].set_visible(False)
    for code, polygons in borders().items():
        if code not in STATES:
            _fill(axes, polygons, LAND, PALE, 0.5)
    now, then = leaders(shares), leaders(before)
    for state, own, old in sorted(
        zip(STATES, shares, before, strict=True), key=lambda each: now[each[0]] != then[each[0]]
    ):
        if (found := standing(own)) is None:
            _fill(axes, borders().get(state, []), LAND, PALE, 0.5)
            continue
        new = now[state] != then[state] and standing(old) is not None
        edge, width = (INK, 2.0) if new else ("white", 1.0)
        _fill(
            axes, borders().get(state, []), found.colour, edge, width, "///" if found.open else ""
        )
        _write(axes, state, found)
    if not np.isfinite(shares).any():
        axes.text(*PLACES["KAZ"], "not yet begun", ha="center", color=SOFT)
    for name, (x, y) in NEIGHBOURS.items():
        axes.text(x, y, name, fontsize=6, color="#a0a0a0", ha="center", style="italic")


def _fill(
    axes: Axes, polygons: list[Any], colour: str, edge: str, width: float, hatch: str = ""
) -> None:
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path as Outline

    for rings in polygons:
        outline = Outline.make_compound_path(*(Outline(np.array(ring)) for ring in rings))
        patch = PathPatch(outline, facecolor=colour, edgecolor="white" if hatch else edge, lw=width)
        patch.set_hatch(hatch)
        axes.add_artist(patch)
        if hatch and edge == INK:  # hatches take the colour of the edge
            axes.add_artist(PathPatch(outline, fill=False, edgecolor=edge, lw=width))


def _write(axes: Axes, state: str, found: Standing) -> None:
    """Write into a state who leads there, by how many points and how often."""
    from matplotlib.patheffects import withStroke

    (x, y), large = label_of(state), state == "KAZ"
    if state in BESIDE:
        end_x, end_y = BESIDE[state]
        axes.plot([end_x, x - 2.6], [end_y, y], color=INK, lw=0.6, marker=".", markevery=[0], ms=3)
    lead = f"{POWER_NAMES[found.power].removeprefix('the ')} +{100 * found.lead:.0f}"
    axes.text(
        x, y, f"{STATE_NAMES[state] if large else state}\n{lead}\n{percent(found.often)}",
        ha="center", va="center", fontsize=7.5 if large else 6.4, color=INK, linespacing=1.05,
        path_effects=[withStroke(linewidth=1.8, foreground="white", alpha=0.85)],
    )  # fmt: skip


def _finding(results: Results, shares: dict[str, Floats], when: Sequence[int]) -> str:
    """Say what changes hands from the last shared moment to the end, and where scenarios differ."""
    base = base_of(results, shares)
    known = [place for place, each in enumerate(shares[base]) if np.isfinite(each).any()]
    led = {name: leaders(each[known[-1]]) for name, each in shares.items()}
    then = leaders(shares[base][known[-2 if known[2:] else 0]])
    years = [year_of(when[place]) for place in (known[-2 if known[2:] else 0], known[-1])]
    moved = {state: power for state, power in led[base].items() if power != then[state]}
    under = f"under {named(results, base)}"
    if moved and len(known) > 1:
        text = f"Between {years[0]} and {years[1]}, {under}, {_passes(then, moved)}"
    else:
        text = f"{years[1]}, {under}: {who_leads(led[base])}"
        text += f", as in {years[0]}" if len(known) > 1 else ""
    new = {n: {s: p for s, p in each.items() if p != led[base][s]} for n, each in led.items()}
    said = [f"{named(results, name)}: {who_leads(each)}" for name, each in new.items() if each]
    if len(led) > 1 and not said:
        return f"{text}; alike in all scenarios shown"
    return "; with ".join([text, *said])


def _passes(then: Mapping[str, str], moved: Mapping[str, str]) -> str:
    """Say where the lead passes to whom, where it does so from open, and where it becomes open.

    >>> then = {"KAZ": "RUS", "TKM": "", "UZB": "RUS"}
    >>> _passes(then, {"KAZ": "", "TKM": "CHN", "UZB": "CHN"}).split("; ")
    ['the lead passes to China in Uzbekistan', 'an open lead goes to China in Turkmenistan', 'the \
lead becomes open in Kazakhstan']
    """
    passed = {state: power for state, power in moved.items() if OPEN not in {power, then[state]}}
    settled = {s: power for s, power in moved.items() if then[s] == OPEN and power != OPEN}
    opened = [STATE_NAMES[state] for state, power in moved.items() if power == OPEN]
    parts = [f"the lead passes to {who_leads(passed)}"] if passed else []
    parts += [f"an open lead goes to {who_leads(settled)}"] if settled else []
    parts += [f"the lead becomes open in {listed(opened)}"] if opened else []
    return "; ".join(parts)
