"""What scenarios change over time: paired differences, and how soon China passes Russia."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from experiments.answers.conditions import Holding, holding
from experiments.answers.outcomes import outcome_of
from experiments.figures.findings import (
    LINES,
    PANELS,
    Choice,
    choose,
    distance,
    most_moved,
    others_of,
    spread,
    states_of,
)
from experiments.figures.palette import INK, SHORT_POWER, SOFT, Stroke
from experiments.figures.panels import (
    KEY,
    Ends,
    Line,
    Panel,
    draw_panels,
    key,
    label_panels,
    line_ends,
    of_powers,
    of_scenarios,
)
from experiments.figures.style import headline, page, plain
from experiments.results.cells import Cells, Floats, drawn_time, numbers, regional, years
from experiments.results.clusters import Clusters
from experiments.results.estimates import means, percent, quantiles
from experiments.results.reading import Results
from experiments.results.text import base_of, broken, chosen_scenarios, named, reference
from experiments.store.columns import table_of
from scenarios.lists import listed
from scenarios.vocabulary import POWER_NAMES, POWERS, STATE_NAMES, STATES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

NOTE = (
    "World by world, each scenario minus {base}, which shares its luck: {what}. Bands: 5–95 % of "
    "worlds (pale) and the 95 % interval of the mean (dark, often no wider than the line). "
)
REGION = "Region: states weighted. "
HARDLY = 0.05
"""Changes below this, in print, round to nothing."""
FLAT = 0.02
"""Part of an axis by which a line can hardly be told from zero."""
NAMED = 2
"""Scenarios that a title names, and places of each."""
COLUMNS = 4
"""Panels of first passages side by side."""
SELDOM = 0.05
"""What happens in no more worlds than this has no panel: its lines would lie on the axis."""
ASKED = {
    **{f"{name}: security": f"security CHN > RUS in {code}" for code, name in STATE_NAMES.items()},
    "Uzbekistan: share of influence": "share CHN > RUS in UZB",
    "Kazakhstan: share of influence": "share CHN > RUS in KAZ",
    "Region: share of influence": "share CHN > RUS in the region",
}
LASTING = "held 4 quarters from 2024"
PASSAGE = (
    "Share of worlds in which China's share has exceeded Russia's for four quarters in a row, by "
    "the quarter in which that began, from 2024 on. Bands: 95 % intervals (Wilson). "
)
Several = dict[str, Holding]
"""A condition as it is met under each scenario."""


def change(
    results: Results,
    scenarios: Sequence[str] | None = None,
    against: str | None = None,
    state: str | None = None,
    column: str = "share",
) -> Figure:
    """Draw paired differences of a column: a row a scenario, a panel a state and the region."""
    base, (rows, x) = reference(results, against), drawn_time(results)
    others_of(results, scenarios, base)
    powers, scale, unit = _kind(column)
    places: tuple[str, ...] = (*STATES, "region") if state is None else states_of(state)
    places = places if "state" in table_of(column).keys else ("region",)

    def end(name: str) -> Floats:
        found: Floats = scale * _at(results, name, column, rows[-1:], places)[-1]
        return found

    drawn, every, more = choose(results, scenarios, PANELS, end, plain(column))
    names = [name for name in drawn if name != base]
    there = _at(results, base, column, rows, places)
    gaps = {n: scale * (_at(results, n, column, rows, places) - there) for n in names}
    panels = [
        _row(gaps[n], places, f"{broken(results.titles[n], 20)}\n({unit})", results.clusters)
        for n in names
    ]
    since = min(_begins(x, each) for each in gaps.values())
    at_last = {
        n: gaps[n][-1] if n in gaps else end(n) - scale * there[-1] for n in every if n != base
    }
    note = NOTE.format(base=named(results, base), what=f"{plain(column)}, {unit}")
    note += REGION * ("region" in places and len(places) > 1) + more
    with page(12.5 if len(places) > 1 else 7, 2.15 * len(names) + 1.5) as figure:
        shown = _around_zero(figure, x, panels, since)
        headline(figure, _finding(results, at_last, places, column, int(x[-1])), note, results)
        label_panels(figure, [(a, _ends(a) if powers else {}) for a in shown], x[-1], size=7)
    return figure


def _around_zero(
    figure: Figure, x: NDArray[np.float64], panels: list[list[Panel]], since: float
) -> list[Axes]:
    """Draw panels from a year on, each with a line where nothing differs, and return them."""
    shown = list(draw_panels(figure, x, panels).flat)
    for axes in shown:
        axes.set_xlim(since, x[-1])
        axes.plot(x[[0, -1]], [0, 0], color=SOFT, lw=0.8, zorder=1.5)
    return shown


def _kind(column: str) -> tuple[bool, float, str]:
    """Return whether a column is one of each power, and the scale and unit of its changes."""
    powers = column in table_of("share").names
    found = outcome_of(column, "RUS" if powers else None)
    return powers, found.scale, "percentage points" if found.unit == "points" else found.unit


def _at(
    results: Results, name: str, column: str, rows: tuple[int, ...], places: Sequence[str]
) -> Floats:
    """Return a column (quarter, place, power, worlds), the region as a sixth place."""
    read = numbers(results, name, Cells(column, rows=rows))
    if "state" not in table_of(column).keys:
        return read[:, np.newaxis, np.newaxis]
    by_power = read if "power" in table_of(column).keys else read[:, :, np.newaxis]
    found = [by_power[:, [STATES.index(each) for each in places if each != "region"]]]
    found += [regional(results, by_power)[:, np.newaxis]] if "region" in places else []
    return np.concatenate(found, axis=1)


def _row(
    difference: Floats, places: Sequence[str], label: str, clusters: Clusters | None
) -> list[Panel]:
    """Return a panel a place, from (quarter, place, power, worlds)."""
    panels = []
    for place, own in zip(places, np.moveaxis(difference, 1, 0), strict=True):
        middle, low, high = means(own, clusters)  # place by place: it takes several copies
        bands = ((*quantiles(own, (0.05, 0.95)), 0.12), (low, high, 0.45))
        if own.shape[1] == len(POWERS):
            lines = of_powers(middle, *bands)
        else:
            single = tuple((a[:, 0], b[:, 0], dark) for a, b, dark in bands)
            lines = [Line("", Stroke(INK, "-", "o"), middle[:, 0], single)]
        panels.append(Panel(lines, STATE_NAMES.get(place, "Region"), label))
    return panels


def _ends(axes: Axes) -> Ends:
    """Return powers' names where their lines end; of several about zero one label says so.

    Names that were pushed apart there would be read as values.
    """
    ends, (low, high) = line_ends(axes, SHORT_POWER), axes.get_ylim()
    moved = {name: each for name, each in ends.items() if abs(each[0]) > FLAT * (high - low)}
    if len(ends) - len(moved) <= 1:
        return ends
    return {**moved, f"{'others' if moved else 'all'} ≈ 0": (0.0, SOFT)}


def _begins(x: Array, difference: Floats) -> float:
    """Return when two scenarios part, half a year before they differ."""
    differ = np.flatnonzero(np.nan_to_num(np.abs(difference)).max(axis=(1, 2, 3)) > 0)
    return float(min(x[max(int(differ[0]) - 2, 0)], x[-2])) if differ.size else float(x[0])


def _finding(
    results: Results, last: dict[str, Floats], places: Sequence[str], column: str, year: int
) -> str:
    """Say of the scenarios that change most what changes and how far worlds spread.

    `last` holds the changes of the last quarter: (place, power, worlds).
    """
    several = sorted(last, key=lambda name: -distance(last[name]))[:NAMED]
    lie = results.clusters
    said = [
        f"{named(results, name)}: {_largest(last[name], places, column, lie)}"
        for name in last
        if name in several
    ]
    what = "What changes most" if len(last) > NAMED else "What changes"
    return f"{what} in {_shares(column)} by {year} – {'; '.join(said)}"


def _shares(column: str) -> str:
    return "shares of influence" if column == "share" else plain(column)


def _largest(
    difference: Floats, places: Sequence[str], column: str, clusters: Clusters | None
) -> str:
    """Name the largest mean change, from (place, power, worlds), with its spread over worlds.

    Other places that may move as far follow, each with its own mean.

    >>> luck = np.linspace(-0.2, 0.2, 9) * np.ones((3, 1, 1))
    >>> gaps = luck * [[[1]], [[-1]], [[-1]]] + np.array([[[-2.0]], [[1.94]], [[-2.1]]])
    >>> _largest(gaps, ("UZB", "TKM", "region"), "share", None)
    'Russia −2.3 to −1.9 points over worlds (mean −2.1 ± 0.1) in the region; −2.0 in Uzbekistan, \
but +1.9 in Turkmenistan'
    """
    powers, scale, unit = _kind(column)
    digits = 1 if scale > 1 else 2
    middle = np.nanmean(difference, axis=-1)
    power = int(np.abs(middle).max(axis=0).argmax())
    where = most_moved(dict(zip(places, difference[:, power], strict=True)), clusters)
    if not where:
        return "nothing that luck could not explain"
    sizes = {place: float(middle[places.index(place), power]) for place in where}
    if abs(sizes[where[0]]) < HARDLY / 10 ** (digits - 1):
        return f"less than {'a tenth of a point' if digits == 1 else '0.01'} anywhere"
    first, *more = (f"in {STATE_NAMES.get(place, 'the region')}" for place in where)
    whose = f"{POWER_NAMES[POWERS[power]]} " if powers else ""
    unit = unit.removeprefix("percentage ")
    size = spread(difference[places.index(where[0]), power], clusters, unit=unit, digits=digits)
    others = [
        f"{'but ' * (sizes[p] * sizes[where[0]] < 0)}{sizes[p]:+.{digits}f} {there}".replace(
            "-", "−"
        )
        for p, there in zip(where[1 : NAMED + 1], more, strict=False)
    ]
    return f"{whose}{size} {first}{'; ' * bool(others)}{', '.join(others)}"


def first_passage(
    results: Results,
    scenarios: Sequence[str] | None = None,
    conditions: dict[str, str] | None = None,
) -> Figure:
    """Draw first-passage curves: a panel a condition (by title), a line a scenario.

    Of the usual conditions those that are met in hardly any world stand in the small print.
    """
    asked = conditions or {title: f"{each} {LASTING}" for title, each in ASKED.items()}
    (names, _, more), found = _read(results, scenarios, asked)
    shown = found if conditions else _often(results, found)
    rows = -(-len(shown) // COLUMNS)
    columns = -(-len(shown) // rows)
    first = next(iter(found.values()))[names[0]]
    with page(12.5 / COLUMNS * columns + KEY * (columns < COLUMNS), 2.6 * rows + 1.3) as figure:
        panels = [_curves(each, names, title) for title, each in shown.items()]
        lined = [panels[at : at + columns] for at in range(0, len(panels), columns)]
        grid = draw_panels(figure, years(first.quarters), lined, percent=True, steps=True)
        for axes in grid[-1][len(lined[-1]) :]:
            grid[-2][list(grid[-1]).index(axes)].tick_params(labelbottom=True)
        headline(figure, _passes(results, found), PASSAGE + _seldom(found, shown) + more, results)
        key(figure, {name: results.titles[name] for name in names})
        ends = [
            (axes, line_ends(axes, {n: percent(each[n].probability.value) for n in names}))
            for axes, each in zip(grid.flat, shown.values(), strict=False)
        ]
        label_panels(figure, ends, float(years(first.quarters)[-1]), size=6.5)
    return figure


def _read(
    results: Results, scenarios: Sequence[str] | None, asked: dict[str, str]
) -> tuple[Choice, dict[str, Several]]:
    """Return which scenarios are drawn, and how each condition is met under all that count."""
    there: dict[str, Several] = {}
    for name in dict.fromkeys([reference(results), *chosen_scenarios(results, scenarios)]):
        there[name] = {title: holding(results, each, name) for title, each in asked.items()}

    def met(name: str) -> Array:
        return np.stack([there[name][title].outcome for title in asked])

    chosen = choose(results, scenarios, LINES, met, "a passage")
    return chosen, {title: {n: there[n][title] for n in chosen.every} for title in asked}


def _curves(found: Several, names: Sequence[str], title: str) -> Panel:
    """Return the curves of one condition."""
    curves = {name: found[name].curve for name in names}
    whole = {n: np.stack([each.low, each.value, each.high]) for n, each in curves.items()}
    return Panel(of_scenarios(whole), title)


def _often(results: Results, found: dict[str, Several]) -> dict[str, Several]:
    """Return the conditions that are met in more than a few worlds, and that of the title."""
    widest = _widest(results, found)
    return {
        title: each
        for title, each in found.items()
        if title == widest or max(n.probability.value for n in each.values()) > SELDOM
    }


def _seldom(found: dict[str, Several], shown: dict[str, Several]) -> str:
    """Say which conditions have no panel, and in how few worlds they are met."""
    left = {title: each for title, each in found.items() if title not in shown}
    if not left:
        return ""
    most = max(n.probability.value for each in left.values() for n in each.values())
    few = f"in {percent(most)} of worlds at most under any scenario" if most else "in no world"
    return f"Without a panel, as it happens {few}: {listed(list(left))}. "


def _widest(results: Results, found: dict[str, Several]) -> str:
    """Return the condition whose share of worlds scenarios change most against the reference."""
    base = base_of(results, next(iter(found.values())))
    gaps = {
        title: max(abs(n.probability.value - each[base].probability.value) for n in each.values())
        for title, each in found.items()
    }
    return max(gaps, key=lambda each: gaps[each])


def _passes(results: Results, found: dict[str, Several]) -> str:
    """Say how likely the passage is on which scenarios differ most, and whether they do."""
    title = _widest(results, found)
    several = found[title]
    base = base_of(results, several)
    own = several[base]
    text = (
        f"{title} – China passes Russia by {own.quarter(len(own.quarters) - 1)} in "
        f"{own.probability} of worlds under {named(results, base)}"
    )
    gaps = {n: each.outcome - own.outcome for n, each in several.items() if n != base}
    moved = most_moved(gaps, own.clusters)
    if moved:
        return f"{text}, in {several[moved[0]].probability} under {named(results, moved[0])}"
    return f"{text}; about as often in the other scenarios here" if gaps else text
