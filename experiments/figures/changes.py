"""What each scenario changes against the baseline: paired differences with 95 % intervals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from experiments.figures.findings import most_moved
from experiments.figures.labels import label_panels, line_ends
from experiments.figures.lines import power_lines
from experiments.figures.palette import SHORT_POWER, SOFT
from experiments.figures.style import headline, page
from experiments.figures.wording import broken, listed, named, reference, shown, titles
from experiments.refusals import BadInput
from experiments.results.cells import Cells, drawn_time, numbers, regional
from experiments.results.clusters import Clusters, clusters_of
from experiments.results.estimates import means, minus, quantiles
from experiments.results.reading import Results
from scenarios.vocabulary import POWER_NAMES, POWERS, STATE_NAMES, STATES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

PLACES = (*STATES, "region")
NOTE = (
    "World by world, each scenario minus {base}, which shares its luck: share of influence in "
    "percentage points. Bands: 95 % interval of the mean (dark) and 5–95 % of worlds (pale). "
    "Region: states weighted. "
)


def change(
    results: Results, scenarios: Sequence[str] | None = None, against: str | None = None
) -> Figure:
    """Draw paired differences in influence: a row a scenario, a column a state and the region."""
    base = reference(results, against)
    names = [name for name in shown(results, scenarios) if name != base]
    if not names:
        raise BadInput(f"a difference needs a second scenario; here is only '{base}'")
    rows, x = drawn_time(results)
    with page(12.5, 2.15 * len(names) + 1.3) as figure:
        grid = figure.subplots(len(names), len(PLACES), sharex=True, sharey=True, squeeze=False)
        there = _with_region(results, base, rows)
        last, first = {}, x[-2]
        for line, name in zip(grid, names, strict=True):
            difference = 100 * (_with_region(results, name, rows) - there)
            last[name], first = difference[-1], min(first, _begins(x, difference))
            _draw_row(line, x, difference, clusters_of(results))
            line[0].set_ylabel(f"{broken(titles(results)[name])}\n(points)", weight="bold")
        grid[0, 0].set_xlim(first, x[-1])
        for axes, place in zip(grid[0], PLACES, strict=True):
            axes.set_title(STATE_NAMES.get(place, "Region"))
        note = NOTE.format(base=named(results, base))
        headline(figure, _finding(results, last, int(x[-1])), note, results)
        label_panels(figure, ((a, line_ends(a, SHORT_POWER)) for a in grid.flat), x[-1], size=7)
    return figure


def _with_region(results: Results, name: str, rows: tuple[int, ...]) -> NDArray[np.float32]:
    """Return shares (quarter, place, power, worlds), the region as a sixth place."""
    read = numbers(results, name, Cells("share", rows=rows))
    return np.concatenate([read, regional(results, read)[:, np.newaxis]], axis=1)


def _draw_row(
    line: Sequence[Axes],
    x: NDArray[np.float64],
    difference: NDArray[np.float32],
    clusters: Clusters | None,
) -> None:
    """Draw a scenario: `difference` is (quarter, place, power, worlds), in points."""
    for axes, place in zip(line, np.moveaxis(difference, 1, 0), strict=True):
        middle, low, high = means(place, clusters)  # place by place: it takes several copies
        axes.axhline(0, color=SOFT, lw=0.8)
        of_all = (*quantiles(place, (0.05, 0.95)), 0.12)
        power_lines(axes, x, middle, [of_all, (low, high, 0.45)])


def _begins(x: NDArray[np.float64], difference: NDArray[np.float32]) -> float:
    """Return when two scenarios part, half a year before they differ."""
    differing = np.flatnonzero(np.nanmax(np.abs(difference), axis=(1, 2, 3)) > 0)
    return float(x[max(int(differing[0]) - 2, 0)]) if differing.size else float(x[0])


def _finding(results: Results, last: dict[str, NDArray[np.float32]], year: int) -> str:
    """Say for each scenario (three at most) the largest mean change of a power in a state."""
    said = [
        f"{named(results, name)}: {_largest(difference, clusters_of(results))}"
        for name, difference in list(last.items())[:3]
    ]
    return f"What changes by {year}, in points of influence – " + "; ".join(said)


def _largest(difference: NDArray[np.float32], clusters: Clusters | None) -> str:
    """Name the largest mean change, from (place, power, worlds), and where it may be as large."""
    middle = np.nanmean(difference, axis=-1)
    place, power = np.unravel_index(int(np.abs(middle).argmax()), middle.shape)
    where = most_moved(dict(zip(PLACES, difference[:, power], strict=True)), clusters)
    if not where:
        return "nothing that luck could not explain"
    names = listed([STATE_NAMES.get(each, "the region") for each in where])
    return f"{POWER_NAMES[POWERS[power]]} {minus(f'{middle[place, power]:+.1f}')} in {names}"
