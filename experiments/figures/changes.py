"""What each scenario changes against the baseline: paired differences with 95 % intervals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from experiments.figures.choice import PANELS, choose, distance, states_of
from experiments.figures.findings import most_moved
from experiments.figures.labels import Ends, label_panels, line_ends
from experiments.figures.lines import power_lines
from experiments.figures.palette import SHORT_POWER, SOFT
from experiments.figures.style import headline, page
from experiments.refusals import BadInput
from experiments.results.cells import Cells, Floats, drawn_time, numbers, regional
from experiments.results.clusters import Clusters, clusters_of
from experiments.results.estimates import means, minus, quantiles
from experiments.results.reading import Results
from experiments.results.wording import broken, chosen_scenarios, named, reference, titles
from scenarios.lists import listed
from scenarios.vocabulary import POWER_NAMES, POWERS, STATE_NAMES, STATES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

PLACES = (*STATES, "region")
NOTE = (
    "World by world, each scenario minus {base}, which shares its luck: share of influence in "
    "percentage points. Bands: 95 % interval of the mean (dark, often no wider than the line) and "
    "5–95 % of worlds (pale). "
)
REGION = "Region: states weighted. "
HARDLY = 0.05
"""Changes below this, in points, round to nothing."""
UNIT = "percentage points"
FLAT = 0.02
"""Part of an axis by which a line can hardly be told from zero."""
TOLD = 3
"""Scenarios that a title names, and places of each."""


def change(
    results: Results,
    scenarios: Sequence[str] | None = None,
    against: str | None = None,
    state: str | None = None,
) -> Figure:
    """Draw paired differences in shares of influence: scenarios by states and the region.

    With `state`, that state alone.
    """
    base, places = reference(results, against), PLACES if state is None else states_of(state)
    if all(name == base for name in chosen_scenarios(results, scenarios)):
        raise BadInput(f"a difference needs a second scenario; here is only '{base}'")
    rows, x = drawn_time(results)
    ends: dict[str, Floats] = {}

    def end(name: str) -> Floats:
        if name not in ends:
            ends[name] = 100 * (_at(results, name, rows[-1:], places)[-1] - there[-1])
        return ends[name]

    there = _at(results, base, rows, places)
    drawn, every, more = choose(results, scenarios, PANELS, end, "shares of influence")
    names = [name for name in drawn if name != base]
    with page(12.5 if state is None else 7, 2.15 * len(names) + 1.3) as figure:
        grid = figure.subplots(len(names), len(places), sharex=True, sharey=True, squeeze=False)
        first = x[-2]
        for line, name in zip(grid, names, strict=True):
            difference = 100 * (_at(results, name, rows, places) - there)
            first = min(first, _begins(x, difference))
            _draw_row(line, x, difference, clusters_of(results))
            line[0].set_ylabel(f"{broken(titles(results)[name])}\n({UNIT})", weight="bold")
        grid[0, 0].set_xlim(first, x[-1])
        _name_columns(grid[0], places)
        last = {name: end(name) for name in every if name != base}
        note = NOTE.format(base=named(results, base)) + (REGION if state is None else "") + more
        headline(figure, _finding(results, last, places, int(x[-1])), note, results)
        label_panels(figure, ((a, _ends(a)) for a in grid.flat), x[-1], size=7)
    return figure


def _name_columns(panels: Sequence[Axes], places: Sequence[str]) -> None:
    for axes, place in zip(panels, places, strict=True):
        axes.set_title(STATE_NAMES.get(place, "Region"))


def _at(results: Results, name: str, rows: tuple[int, ...], places: Sequence[str]) -> Floats:
    """Return shares (quarter, place, power, worlds), the region as a sixth place."""
    read = numbers(results, name, Cells("share", rows=rows))
    if "region" not in places:
        return read[:, [STATES.index(each) for each in places]]
    return np.concatenate([read, regional(results, read)[:, np.newaxis]], axis=1)


def _draw_row(
    line: Sequence[Axes],
    x: NDArray[np.float64],
    difference: Floats,
    clusters: Clusters | None,
) -> None:
    """Draw a scenario: `difference` is (quarter, place, power, worlds), in points."""
    for axes, place in zip(line, np.moveaxis(difference, 1, 0), strict=True):
        middle, low, high = means(place, clusters)  # place by place: it takes several copies
        axes.plot(x[[0, -1]], [0, 0], color=SOFT, lw=0.8)  # to the end: names are written beyond
        of_all = (*quantiles(place, (0.05, 0.95)), 0.12)
        power_lines(axes, x, middle, [of_all, (low, high, 0.45)])


def _ends(axes: Axes) -> Ends:
    """Return powers' names where their lines end; of several about zero one label says so.

    Names that were pushed apart there would be read as values.
    """
    ends, (low, high) = line_ends(axes, SHORT_POWER), axes.get_ylim()
    moved = {name: each for name, each in ends.items() if abs(each[0]) > FLAT * (high - low)}
    if len(ends) - len(moved) <= 1:
        return ends
    return {**moved, f"{'others' if moved else 'all'} ≈ 0": (0.0, SOFT)}


def _begins(x: NDArray[np.float64], difference: Floats) -> float:
    """Return when two scenarios part, half a year before they differ."""
    known = np.nan_to_num(np.abs(difference))
    differing = np.flatnonzero(known.max(axis=(1, 2, 3)) > 0)
    return float(x[max(int(differing[0]) - 2, 0)]) if differing.size else float(x[0])


def _finding(results: Results, last: dict[str, Floats], places: Sequence[str], year: int) -> str:
    """Say for each scenario the largest mean change of a power; of many for those that differ most.

    `last` holds the changes of the last quarter: (place, power, worlds).
    """
    several = sorted(last, key=lambda name: -distance(last[name]))[:TOLD]
    names = [name for name in last if name in several]
    said = [
        f"{named(results, n)}: {_largest(last[n], places, clusters_of(results))}" for n in names
    ]
    what = "What changes most" if len(last) > TOLD else "What changes"
    return f"{what} in shares of influence by {year}, in percentage points – " + "; ".join(said)


def _largest(difference: Floats, places: Sequence[str], clusters: Clusters | None) -> str:
    """Name the largest mean change, from (place, power, worlds), and where it may be as large.

    Each place has its own number, and those of the other sign follow apart.

    >>> luck = np.linspace(-0.2, 0.2, 9) * np.ones((3, 1, 1))
    >>> gaps = luck * [[[1]], [[-1]], [[-1]]] + np.array([[[-2.0]], [[1.94]], [[-2.1]]])
    >>> _largest(gaps, ("UZB", "TKM", "region"), None)
    'Russia −2.1 in the region and −2.0 in Uzbekistan, but +1.9 in Turkmenistan'
    """
    middle = np.nanmean(difference, axis=-1)
    power = int(np.abs(middle).max(axis=0).argmax())
    where = most_moved(dict(zip(places, difference[:, power], strict=True)), clusters)
    if not where:
        return "nothing that luck could not explain"
    sizes = {place: float(middle[places.index(place), power]) for place in where[:TOLD]}
    if abs(sizes[where[0]]) < HARDLY:
        return "less than a tenth of a point anywhere"
    signs = [
        [p for p in sizes if sizes[p] * sign > 0] for sign in (sizes[where[0]], -sizes[where[0]])
    ]
    said = [
        listed([f"{sizes[p]:+.1f} in {STATE_NAMES.get(p, 'the region')}" for p in several])
        for several in signs
        if several
    ]
    more = f", {len(where) - TOLD} more places may do so as much" if len(where) > TOLD else ""
    return minus(f"{POWER_NAMES[POWERS[power]]} {', but '.join(said)}{more}")
