"""Fit to the record: what worlds say of the past, and what was measured."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from matplotlib.collections import PolyCollection

from experiments.figures.palette import INK, PALE, POWER, SOFT
from experiments.figures.style import as_percent, headline, page
from experiments.figures.wording import named, reference
from experiments.results.cells import Cells, numbers, recorded
from experiments.results.estimates import probability, quantiles
from experiments.results.reading import Results
from experiments.tuning.measurement import Instrument, comparable, load_measurement, observed
from experiments.tuning.record import load_record
from scenarios.posterior import load_posterior
from scenarios.vocabulary import FIRST_YEAR, STATE_NAMES, STATES

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

ROWS = {
    "trade_share": "Trade\n(share)",
    "fbic": "FBIC index\n(0–1)",
    "arms_share": "Arms, five years\n(share)",
    "unga_agreement": "UN votes: agreement\nagainst the five's mean",
    "remittances_received": "Remittances\n(of GDP)",
    "debt_to_partner": "Debt to China\n(of GDP)",
}
"""Variables of the record that have a counterpart here, and what rows of panels are called."""
IN_NUMBERS = ("fbic", "unga_agreement")
"""Variables that are no shares: their axes are numbers."""
UNREACHED = (
    "The record (until {last}) and the years of this folder share no figure that is counted: "
    "crossroads run ... --record-from 2000-Q1 shows how worlds fit it"
)
"""What the figure says of a folder none of whose years has a figure to be counted."""
ROOM = 0.16
"""Part of a panel's height that is kept free for what it says."""
ERRORS = 2
NOTE = (
    "Blue: Russia, red: China, black: of no partner. Bands: 5–95 % and 25–75 % of worlds, yearly, "
    "{title}; line: median. Dots: the record (scenarios/history/observations.csv names each "
    "provider) with two standard errors; hollow: not comparable, such as a partner's mirror "
    "statistics (scenarios/history/measurement.yaml says why). FBIC and UN votes have no common "
    "level: bands are moved to the record's mean and not counted. Grey ground: years until "
    "{until}, on which the shipped posterior was tuned; this run's sizes, if they are the "
    "registry's, were set by hand with trade until 2018 and 2022–23 in view."
)


class Series(NamedTuple):
    """Worlds and record of one variable, partner and state, in units of the model."""

    years: Numbers
    bands: Numbers
    points: pd.DataFrame
    hollow: pd.DataFrame
    tool: Instrument


def record(results: Results, scenario: str | None = None) -> Figure:
    """Draw every variable of the record that has a counterpart: a row each, a column a state."""
    name, until = reference(results, scenario), load_posterior().until
    drawn: list[Series] = []
    with page(12.5, 1.55 * len(ROWS) + 1.6) as figure:
        grid = figure.subplots(len(ROWS), len(STATES), sharex=True, squeeze=False)
        for line, (variable, label) in zip(grid, ROWS.items(), strict=True):
            tool = load_measurement().instruments[variable]
            found = {each: _series(results, name, tool, each) for each in tool.partners}
            for partner, several in found.items():
                for axes, series in zip(line, several, strict=True):
                    _draw(axes, series, POWER[partner].colour if partner else INK)
            _frame(line, variable, until)
            for axes, *several in zip(line, *found.values(), strict=True):
                _explain(axes, several)
                drawn += several
            line[0].set_ylabel(label, weight="bold", fontsize=8)
        for axes, state in zip(grid[0], STATES, strict=True):
            axes.set_title(STATE_NAMES[state])
        note = NOTE.format(title=named(results, name), until=until)
        headline(figure, _finding(drawn, until), note, results)
    return figure


def _series(results: Results, name: str, tool: Instrument, partner: str) -> list[Series]:
    """Return worlds and record of a variable and partner, state by state."""
    figures, raw = _record()
    raw = raw[raw["variable"] == tool.origin]
    years, bands = _bands(results, name, tool, partner)
    found = []
    for place, state in enumerate(STATES):
        own = figures[(figures["variable"] == tool.variable) & (figures["state"] == state)]
        own = own[(own["partner"] == partner) & (own["lens"] == "national")]
        hollow = raw[(raw["state"] == state) & (raw["partner"] == partner)]
        found.append(Series(years, _level(years, bands[..., place], own, tool), own, hollow, tool))
    return found


@lru_cache(maxsize=1)
def _record() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the record as it is compared, and those of its figures that are not."""
    table, tools = load_record(), load_measurement().instruments.values()
    raw = table[table["variable"].isin([each.origin for each in tools])]
    return observed(table), raw[~np.array(comparable(raw), dtype=bool)]


def _bands(results: Results, name: str, tool: Instrument, partner: str) -> tuple[Numbers, Numbers]:
    """Return years and quantiles (quantile, year, state), in the units in which errors add.

    Years whose window of years lies partly before what was recorded are left out.
    """
    year = recorded(results) // 4 + FIRST_YEAR
    rows = tuple(int(row) for row in np.flatnonzero(year <= _record()[0]["year"].max()))
    if not rows:
        return np.zeros(0), np.zeros((5, 0, len(STATES)))
    read = numbers(results, name, Cells(tool.quantity, power=partner or None, rows=rows))
    every = np.unique(year[list(rows)])
    quarters = [np.flatnonzero(year[list(rows)] == each) for each in every]
    yearly = np.stack([read[q[-1]] if tool.last else read[q].mean(axis=0) for q in quarters])
    yearly = np.stack(
        [yearly[max(i - tool.window + 1, 0) : i + 1].mean(axis=0) for i in range(len(every))]
    )
    if tool.transform == "deviation":
        yearly = yearly - yearly.mean(axis=1, keepdims=True)
    short = 0 if every[0] == FIRST_YEAR else tool.window - 1
    bands = tool.slope * tool.forward(quantiles(yearly[short:]))
    return every[short:].astype(float), bands


def _level(years: Numbers, bands: Numbers, points: pd.DataFrame, tool: Instrument) -> Numbers:
    """Return bands in units of the model, moved to the record's mean where levels are free."""
    there = points[points["year"].isin(years)]
    if tool.slope_sd > 0 and len(there):
        middle = bands[2][np.searchsorted(years, there["year"])]
        bands = bands + float((there["y"] - middle).mean())
    return tool.back(bands) * tool.scale


def _draw(axes: Axes, series: Series, colour: str) -> None:
    years, bands, points, hollow, tool = series
    for low, high, alpha in ((0, 4, 0.14), (1, 3, 0.25)):
        axes.fill_between(years, bands[low], bands[high], color=colour, alpha=alpha, lw=0)
    axes.plot(years, bands[2], color=colour, lw=1.3)
    y, error = points["y"].to_numpy(), ERRORS * points["error"].to_numpy()
    middle, least, most = (tool.back(each) * tool.scale for each in (y, y - error, y + error))
    axes.vlines(points["year"], least, most, color=colour, lw=0.6)
    axes.plot(points["year"], middle, "o", ms=2.6, color=colour, mec=INK, mew=0.4)
    value = tool.scale * hollow["value"].to_numpy()
    axes.plot(hollow["year"], value, "o", ms=2.8, mfc="none", mec=colour, mew=0.7)


def _frame(line: Sequence[Axes], variable: str, until: int) -> None:
    """Set limits, mark the tuning period and write axes with as many digits as they take."""
    for axes in line:
        axes.set_xlim(2000, 2025)
        axes.axvspan(2000, until + 0.5, color=PALE, alpha=0.25, lw=0, zorder=0)
        if variable != "unga_agreement":
            tops = (top for top in _tops(axes) if np.isfinite(top))
            axes.set_ylim(0, 1.12 * max(tops, default=1.0))
        if variable not in IN_NUMBERS:
            step = 100 * float(np.diff(axes.get_yticks()).min())
            as_percent(axes, next(d for d in range(9) if np.isclose(round(step, d), step)))


def _explain(axes: Axes, several: list[Series]) -> None:
    """Say in a panel why its worlds and its record do not meet, where they do not."""
    years = np.concatenate([each.points["year"] for each in several])
    if any(each.points["year"].isin(each.years).any() for each in several):
        return
    if not years.size:
        said = "nothing comparable on record"
    elif not several[0].years.size:
        said = f"no worlds here: the record ends in {int(years.max())}"
    else:
        said = f"worlds from {int(several[0].years[0])}, record until {int(years.max())}"
    low, high = axes.get_ylim()
    axes.set_ylim(low, high + ROOM * (high - low))
    axes.text(
        0.5, 0.98, said, transform=axes.transAxes, ha="center", va="top", fontsize=6.2, color=SOFT,
        bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 0.8},
    )  # fmt: skip


def _tops(axes: Axes) -> Iterator[float]:
    """Yield how high bands and dots reach; error bars may lie beyond."""
    for line in axes.lines:
        if len(line.get_xdata()):  # type: ignore[arg-type]
            yield float(np.max(line.get_ydata()))
    for band in axes.collections:
        if isinstance(band, PolyCollection):
            yield float(band.get_datalim(axes.transData).y1)


def _inside(series: Series) -> list[tuple[int, bool]]:
    """Tell for each comparable figure its year and whether it lies in the band of 90 %."""
    years, bands, points, _, tool = series
    if tool.slope_sd > 0:
        return []
    found = []
    for year, y in zip(points["year"], points["y"], strict=True):
        at = np.flatnonzero(years == year)
        if at.size and np.isfinite(bands[0, at[0]]):
            value = float(tool.back(np.array(y)) * tool.scale)
            found.append((int(year), bool(bands[0, at[0]] <= value <= bands[4, at[0]])))
    return found


def _finding(drawn: list[Series], until: int) -> str:
    """Say how many figures of the record lie within the band, in the tuning period and later."""
    inside = [each for series in drawn for each in _inside(series)]
    early = np.array([met for year, met in inside if year <= until], dtype=bool)
    late = np.array([met for year, met in inside if year > until], dtype=bool)
    said = [
        f"{probability(each)} of {each.size} {when}"
        for each, when in ((early, f"figures until {until}"), (late, "later ones"))
        if each.size
    ]
    if not said:
        return UNREACHED.format(last=max(int(each) for s in drawn for each in s.points["year"]))
    return f"{' and '.join(said)} lie within the band of 90 % of worlds"
