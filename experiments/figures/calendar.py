"""Incidents: a calendar of attacks on Chinese assets and of unrest, by state and year."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.cells import Cells, numbers, recorded
from experiments.figures.palette import INK
from experiments.figures.style import headline, lay_out, new_figure, rests_on, styled
from experiments.figures.wording import broken, capital, quoted, shown, titles
from experiments.reading import Results
from scenarios.quarters import parse_quarter
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
    "itself sets, where colour can lie beyond the scale. "
)


def incidents(results: Results, scenarios: Sequence[str] | None = None) -> Figure:
    """Draw calendars: a row a scenario, attacks on Chinese assets left and unrest right."""
    names = shown(results, scenarios)
    counts = {name: [_by_year(results, name, column) for column in COLUMNS] for name in names}
    years = sorted({int(quarter) // 4 + 2000 for quarter in recorded(results)})
    with styled():
        figure = new_figure(12.5, 1.35 * len(names) + 1.7)
        grid = figure.subplots(len(names), len(COLUMNS), squeeze=False, sharex=True, sharey=True)
        tops = [_top([each[place] for each in counts.values()]) for place in (0, 1)]
        for line, name in zip(grid, names, strict=True):
            for place, axes in enumerate(line):
                drawn = _draw(axes, counts[name][place], years, tops[place])
                _mark(axes, results, name, place, years)
                if axes in grid[0]:
                    axes.set_title(capital(list(COLUMNS.values())[place]))
                    figure.colorbar(drawn, ax=grid[:, place], extend="max", aspect=30, pad=0.01)
            line[0].set_ylabel(broken(titles(results)[name], 16), weight="bold", fontsize=8)
        headline(figure, _finding(results, counts, years), NOTE + rests_on(results))
        lay_out(figure)
    return figure


def _by_year(results: Results, name: str, column: str) -> Table:
    """Return mean counts (state, year)."""
    means: Table = np.asarray(
        np.nanmean(numbers(results, name, Cells(column)), axis=-1, dtype=np.float64)
    )
    year = recorded(results) // 4
    return np.stack([means[year == each].sum(axis=0) for each in np.unique(year)], axis=1)


def _top(counts: list[Table]) -> float:
    """Return where the colour is full: single years that scenarios set may lie beyond."""
    return max(float(np.quantile(np.concatenate(counts), 0.99)), 1e-9)


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
    for event in results.manifest["inputs"]["scenarios"][name]["events"]:
        year = parse_quarter(event["quarter"]) // 4 + 2000
        if EVENTS.get(event["type"]) == place and event["state"] in STATES and year in years:
            at = years.index(year), STATES.index(event["state"])
            axes.plot(*at, "o", ms=4, mfc="white", mec=INK, mew=0.8)


def _finding(results: Results, counts: dict[str, list[Table]], years: list[int]) -> str:
    """Say where most attacks are expected in the first scenario, and where most in any."""
    first, *others = counts
    late = [place for place, year in enumerate(years) if year >= SINCE] or list(range(len(years)))
    rates = {name: tables[0][:, late].mean(axis=1) for name, tables in counts.items()}
    place = int(rates[first].argmax())
    text = (
        f"Attacks on Chinese assets from {years[late[0]]}: most in {STATE_NAMES[STATES[place]]} "
        f"({rates[first][place]:.2f} a year of {rates[first].sum():.2f}) under "
        f"{quoted(titles(results)[first])}"
    )
    if not others:
        return text
    name = max(others, key=lambda each: abs(rates[each].sum() - rates[first].sum()))
    return f"{text}; {rates[name].sum():.2f} in all under {quoted(titles(results)[name])}"
