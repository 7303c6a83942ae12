"""Incidents: a calendar of attacks on Chinese assets and of unrest, by state and year."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.figures.choice import PANELS, choose, from_reference
from experiments.figures.findings import most_moved
from experiments.figures.palette import INK
from experiments.figures.style import headline, page
from experiments.results.cells import Cells, lived, numbers, recorded
from experiments.results.clusters import Clusters, clusters_of
from experiments.results.estimates import Difference, mean, means
from experiments.results.reading import Results
from experiments.results.wording import broken, capital, named, titles
from scenarios.quarters import YEAR, parse_quarter, year_of
from scenarios.vocabulary import STATE_NAMES, STATES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    Table = NDArray[np.float64]

COLUMNS = {
    "attacks_on_chinese_assets": "attacks on Chinese assets a year",
    "unrest": "outbreaks of unrest a year",
}
EVENTS = {"china_asset_attack": 0, "unrest": 1}
"""Event types of scenarios that a panel marks."""
SINCE = 2026
"""First year of the rates that titles give."""
NOTE = (
    "Mean number over worlds by state and year; darker is more. Dots: events that the scenario "
    "itself sets; where they are certain, colour lies beyond the scale. Title: "
    "means with 95 % intervals. Which state has most is the model's own: attacks known of were "
    "elsewhere (docs/model.md, limits). "
)


def incidents(results: Results, scenarios: Sequence[str] | None = None) -> Figure:
    """Draw calendars: a row a scenario, attacks on Chinese assets left and unrest right."""
    gaps = from_reference(results, partial(_attacks, results))
    names, every, more = choose(results, scenarios, PANELS, gaps, "attacks on Chinese assets")
    counts = {name: [_by_year(results, name, column) for column in COLUMNS] for name in names}
    years = sorted({int(each) for each in year_of(recorded(results))})
    with page(12.5, 1.35 * len(names) + 1.7) as figure:
        grid = figure.subplots(len(names), len(COLUMNS), squeeze=False, sharex=True, sharey=True)
        tops = [_top(results, counts, place, years) for place in range(len(COLUMNS))]
        for line, name in zip(grid, names, strict=True):
            for place, axes in enumerate(line):
                drawn = _draw(axes, counts[name][place], years, tops[place])
                _mark(axes, results, name, place, years)
                if axes in grid[0]:
                    axes.set_title(capital(list(COLUMNS.values())[place]))
                    figure.colorbar(drawn, ax=grid[:, place], extend="max", aspect=30, pad=0.01)
            line[0].set_ylabel(broken(titles(results)[name], 16), weight="bold", fontsize=8)
        headline(figure, _finding(results, every), NOTE + more, results)
    return figure


def _by_year(results: Results, name: str, column: str) -> Table:
    """Return mean counts (state, year)."""
    counts, year = means(numbers(results, name, Cells(column)))[0], year_of(recorded(results))
    return np.stack([counts[year == each].sum(axis=0) for each in np.unique(year)], axis=1)


def _top(results: Results, counts: dict[str, list[Table]], place: int, years: list[int]) -> float:
    """Return where the colour of a panel is full: cells that scenarios set lie beyond.

    What is certain to happen says nothing of how often such things happen of themselves.
    """
    free = []
    for name, several in counts.items():
        counted = several[place].copy()
        for cell in _set(results, name, place, years, certain=True):
            counted[cell] = np.nan
        free.append(counted.ravel())
    cells = np.concatenate(free)
    known = cells[np.isfinite(cells)]
    return max(float(np.quantile(known, 0.99)) if known.size else 1.0, 1e-9)


def _draw(axes: Axes, counts: Table, years: list[int], top: float) -> Any:  # noqa: ANN401 (an image)
    """Draw one calendar, the states from top to bottom."""
    drawn = axes.imshow(counts, cmap="Purples", vmin=0, vmax=top, aspect="auto")
    axes.set_yticks(range(len(STATES)), list(STATE_NAMES.values()), fontsize=7)
    ticks = [place for place, year in enumerate(years) if year % 5 == 0]
    axes.set_xticks(ticks, [str(years[place]) for place in ticks])
    axes.grid(visible=False)
    return drawn


def _mark(axes: Axes, results: Results, name: str, place: int, years: list[int]) -> None:
    """Mark the events of the scenario that are about this panel."""
    for state, year in _set(results, name, place, years):
        axes.plot(year, state, "o", ms=4, mfc="white", mec=INK, mew=0.8)


def _set(
    results: Results, name: str, place: int, years: list[int], *, certain: bool = False
) -> Iterator[tuple[int, int]]:
    """Yield the cells (state, year) of a panel that a scenario's events set, or set for certain."""
    for event in results.manifest["inputs"]["scenarios"][name]["events"]:
        year = year_of(parse_quarter(event["quarter"]))
        there = EVENTS.get(event["type"]) == place and event["state"] in STATES and year in years
        if there and (event["probability"] == 1 or not certain):
            yield STATES.index(event["state"]), years.index(year)


def _finding(results: Results, names: Sequence[str]) -> str:
    """Say how many attacks are expected in the first scenario, and what another changes."""
    first, *others = names
    since, rates = _rates(results, first)
    lie = clusters_of(results)
    text = (
        f"Attacks on Chinese assets a year from {since}: {_said(mean(rates.sum(axis=0), lie))} "
        f"under {named(results, first)}{_where(dict(zip(STATES, rates, strict=True)), lie)}"
    )
    totals = {name: _attacks(results, name) for name in others}
    gaps = {name: total - rates.sum(axis=0) for name, total in totals.items()}
    moved = most_moved(gaps, lie)
    if not moved:
        return f"{text}; other scenarios here do not change that clearly" if others else text
    return f"{text}; {_said(mean(totals[moved[0]], lie))} under {named(results, moved[0])}"


def _where(rates: dict[str, Table], clusters: Clusters | None) -> str:
    """Say which state has most, where its interval tells it from every other; else nothing."""
    most = most_moved(rates, clusters)
    if len(most) != 1:
        return ""
    return f", most in {STATE_NAMES[most[0]]} ({_said(mean(rates[most[0]], clusters))})"


def _rates(results: Results, name: str) -> tuple[int, Table]:
    """Return the first year of what is counted, and attacks a year: (state, worlds).

    Of a year that is not whole its quarters count, of a scenario that starts late its own.
    """
    year = year_of(recorded(results))
    late = year >= SINCE if (year >= SINCE).any() else year > 0
    there = [row for row in lived(results, name) if late[row]]
    counted = numbers(results, name, Cells("attacks_on_chinese_assets"))[there]
    rows_a_year = YEAR if results.manifest["inputs"]["every"] == "quarter" else 1
    return int(year[late][0]), counted.mean(axis=0, dtype=np.float64) * rows_a_year


def _attacks(results: Results, name: str) -> Table:
    """Return attacks a year in all five states: (worlds,)."""
    return np.asarray(_rates(results, name)[1].sum(axis=0))


def _said(rate: Difference) -> str:
    return rate.said(signed=False, digits=2)
