"""Fit to the record: the past as worlds have it and as it was measured, in the same units."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from experiments.figures.palette import INK, PALE, POWER, SOFT
from experiments.figures.style import as_percent, headline, page
from experiments.record.measurement import Instrument, comparable, load_measurement, observed
from experiments.record.observations import load_record
from experiments.results.cells import Cells, numbers
from experiments.results.estimates import probability, quantiles
from experiments.results.reading import Results
from experiments.results.text import named, reference
from scenarios.observed import followed
from scenarios.posterior import load_posterior
from scenarios.quarters import year_of
from scenarios.scenario import Scenario
from scenarios.vocabulary import FIRST_YEAR, POWERS, STATE_NAMES, STATES

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]
    Figures = dict[tuple[str, ...], Numbers]

ROWS = {
    "trade_share": "Trade\n(share)",
    "gas_export_share": "Gas exports\n(share)",
    "external_debt_share": "External debt\n(share)",
    "fdi_stock_share": "Investment\n(share of stock)",
    "arms_share": "Arms, five years\n(share)",
    "exercise_share": "Exercises\n(share)",
    "student_share": "Students abroad\n(share)",
    "cooperation_share": "Cooperation\n(share of events)",
    "fbic": "FBIC index\n(0–1)",
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
INTERVALS = 5
"""Steps of an axis, at most: more labels than these would crowd a panel."""
BANDS = ((0, 4, 0.14), (1, 3, 0.25))
"""Quantiles between which a band lies, and how dark it is."""
NOTE = (
    "Blue: Russia, red: China, light blue: the West, ochre: regional powers, black: of no partner. "
    "Bands: 5–95 % and 25–75 % of worlds, yearly, "
    "{title}; line: median. Dots: the record (scenarios/history/observations.csv names each "
    "provider) with two standard errors, freed of the expected offset of their lens; hollow: not "
    "compared (scenarios/history/measurement.yaml says why). Where only changes are meant, bands "
    "are moved to the record's mean and not counted. Grey ground: years until {until}, {known}. "
    "Dashed: 90 % of a random walk from the last figure that is known."
)
THROUGH = "whose figures worlds go through"
WALK = 1.645
"""Standard deviations to either end of 90 % of a normal law."""
ERRORS = 2
"""Standard errors from a figure to the ends that are drawn of it."""


class Series(NamedTuple):
    """Worlds and record of one variable, partner and state, in units of the model."""

    years: Numbers
    bands: Numbers
    """Quantiles of the worlds, by year."""
    when: Numbers
    seen: Numbers
    """Figures that are comparable, and the lower and upper ends of their errors, by `when`."""
    hollow: Numbers
    """Years of figures that are not comparable, and these figures."""
    counted: bool
    walk: Numbers
    """Years after what worlds know, and the ends of 90 % of a random walk from there."""


class Observations(NamedTuple):
    """The record by variable, partner and state: what is compared and what is only shown."""

    compared: Figures
    """Year, figure and its error, in the units in which errors add."""
    raw: Figures
    """Year and figure, as it was recorded."""
    last: int


def record(results: Results, scenario: str | None = None) -> Figure:
    """Draw every variable of the record that has a counterpart: a row each, a column a state."""
    name = reference(results, scenario)
    until, known = _known(results.batch.assumed.scenarios[name])
    drawn: list[Series] = []
    with page(12.5, 1.3 * len(ROWS) + 1.6) as figure:
        grid = figure.subplots(len(ROWS), len(STATES), squeeze=False)
        for line, (variable, label) in zip(grid, ROWS.items(), strict=True):
            tool = load_measurement().instruments[variable]
            partners = _powers(tool)
            found = [series_of(results, name, tool, each, until) for each in partners]
            for axes, *several in zip(line, *found, strict=True):
                _panel(axes, several, partners, (tool, until))
                drawn += several
            line[0].set_ylabel(label, weight="bold", fontsize=8)
        for axes, state in zip(grid[0], STATES, strict=True):
            axes.set_title(STATE_NAMES[state])
        for axes in grid[:-1].flat:
            axes.xaxis.set_visible(False)
        note = NOTE.format(title=named(results, name), until=until, known=known)
        headline(figure, _finding(drawn, until, known), note, results)
    return figure


def _known(scenario: Scenario) -> tuple[int, str]:
    """Return the last year that worlds know of, and how they know it."""
    if scenario.free:
        until = load_posterior(scenario.record_until + 1).until
        return until, "on which the shipped posterior was tuned (worlds run free of the record)"
    return min(scenario.record_until, _observations().last), THROUGH


def _powers(tool: Instrument) -> list[str]:
    """Return the partners that tables hold: what a state relies on itself for stands in none."""
    return [each for each in tool.partners if each in {"", *POWERS}]


def finding(results: Results) -> str:
    """Say how many figures of the record the worlds of the reference meet, without drawing."""
    name, tools = reference(results), load_measurement().instruments
    until, known = _known(results.batch.assumed.scenarios[name])
    every = [
        series
        for variable in ROWS
        for partner in _powers(tools[variable])
        for series in series_of(results, name, tools[variable], partner, until)
    ]
    return _finding(every, until, known)


def _panel(
    axes: Axes, several: Sequence[Series], partners: Sequence[str], about: tuple[Instrument, int]
) -> None:
    """Draw a variable and a state: a series a partner; grey until the year of tuning."""
    tool, until = about
    said = _apart(several)
    low, high = _limits(several, tool.variable)
    axes.autoscale(enable=False)
    axes.set(xlim=(2000, 2025), ylim=(low, high + (ROOM * (high - low) if said else 0)))
    axes.axvspan(2000, until + 0.5, color=PALE, alpha=0.25, lw=0, zorder=0)
    _write_axis(axes, tool.variable)
    for series, partner in zip(several, partners, strict=True):
        _draw(axes, series, POWER[partner].colour if partner else INK)
    if said:
        axes.text(
            0.5, 0.98, said, transform=axes.transAxes, ha="center", va="top", fontsize=6.2,
            color=SOFT, bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 0.8},
        )  # fmt: skip


def _limits(several: Sequence[Series], variable: str) -> tuple[float, float]:
    """Return the ends of an axis: shares begin at zero, and their error bars may lie beyond."""
    if variable == "unga_agreement":
        parts = [part for each in several for part in (each.bands, each.seen, each.hollow[1])]
        reached = [float(value) for part in parts for value in part.flat]
        low, high = min(reached, default=0.0), max(reached, default=1.0)
        margin = 0.05 * (high - low) or 0.05
        return low - margin, high + margin
    parts = [part for each in several for part in (each.bands[4], each.seen[0], each.hollow[1])]
    return 0.0, 1.12 * (max(np.concatenate(parts).tolist(), default=0.0) or 1.0)


def _write_axis(axes: Axes, variable: str) -> None:
    """Choose round steps whatever the panel's height, and as many digits as they take."""
    from matplotlib.ticker import MaxNLocator

    low, high = axes.get_ylim()
    ticks = np.asarray(MaxNLocator(INTERVALS, steps=[1, 2, 5, 10]).tick_values(low, high))
    axes.set_yticks(ticks[(low <= ticks) & (ticks <= high)])
    if variable not in IN_NUMBERS:
        step = 100 * float(ticks[1] - ticks[0])
        as_percent(axes, next(d for d in range(9) if np.isclose(round(step, d), step)))


def _draw(axes: Axes, series: Series, colour: str) -> None:
    """Draw bands, median, figures with their errors and hollow ones: a stroke each, no more."""
    from matplotlib.collections import PolyCollection
    from matplotlib.colors import to_rgba

    years, bands, when, (middle, least, most), hollow, _, walk = series
    for end in walk[1:]:
        axes.plot(walk[0], end, color=colour, lw=0.7, ls="--")
    if years.size:
        there_and_back = np.concatenate([years, years[::-1]])
        ends = [np.concatenate([bands[low], bands[high, ::-1]]) for low, high, _ in BANDS]
        shades = [to_rgba(colour, dark) for *_, dark in BANDS]
        outlines = [np.stack([there_and_back, each], axis=1) for each in ends]
        axes.add_collection(PolyCollection(outlines, facecolors=shades, lw=0), autolim=False)
        axes.plot(years, bands[2], color=colour, lw=1.3)
    bars = np.stack([least, middle, most, np.full_like(most, np.nan)], axis=1)
    axes.plot(
        np.repeat(when, 4), bars.ravel(), "-o", markevery=(1, 4), color=colour, lw=0.6, ms=2.6,
        mec=INK, mew=0.4, solid_capstyle="butt",
    )  # fmt: skip
    if hollow.size:
        axes.plot(*hollow, "o", ms=2.8, mfc="none", mec=colour, mew=0.7)


def _apart(several: Sequence[Series]) -> str:
    """Say why worlds and record of a panel do not meet; nothing where they do."""
    years = np.concatenate([each.when for each in several])
    if any(np.isin(each.when, each.years).any() for each in several):
        return ""
    if not years.size:
        return "nothing comparable on record"
    if not several[0].years.size:
        return f"no worlds here: the record ends in {int(years.max())}"
    return f"worlds from {int(several[0].years[0])}, record until {int(years.max())}"


def _finding(drawn: list[Series], until: int, known: str) -> str:
    """Say how many figures of the record lie within the band, of what worlds know and later."""
    counted = [each for series in drawn for each in inside(series)]
    early = np.array([met for year, met in counted if year <= until], dtype=bool)
    late = np.array([met for year, met in counted if year > until], dtype=bool)
    said = [
        f"{probability(each)} of {each.size} {when}"
        for each, when in ((early, f"figures until {until}"), (late, f"figures after {until}"))
        if each.size
    ]
    if early.size and known == THROUGH:
        said[0] = f"Worlds go through {early.size} figures until {until}"
        if late.size == 0:
            return said[0]
    if not said:
        return UNREACHED.format(last=int(max(each.when.max(initial=0) for each in drawn)))
    return f"{' and '.join(said)} lie within the band of 90 % of worlds"


def series_of(
    results: Results, name: str, tool: Instrument, partner: str, until: int
) -> list[Series]:
    """Return worlds and record of a variable and partner, state by state; worlds know `until`."""
    years, bands = _bands(results, name, tool, partner)
    found = []
    for place, state in enumerate(STATES):
        on_record, panel = _observations(), (partner, state)
        when, y, error = on_record.compared.get((tool.variable, *panel), np.zeros((3, 0)))
        hollow = on_record.raw.get((tool.origin, *panel), np.zeros((2, 0)))
        own = _level(years, bands[..., place], when, y, tool)
        ends = np.stack([y, y - ERRORS * error, y + ERRORS * error])
        seen, raw = tool.back(ends) * tool.scale, hollow * [[1], [tool.scale]]
        walk = _walk(tool, when[when <= until], y[when <= until], error[when <= until])
        found.append(Series(years, own, when, seen, raw, tool.slope_sd == 0, walk))
    return found


def _walk(tool: Instrument, when: Numbers, y: Numbers, error: Numbers) -> Numbers:
    """Return years and the ends of a random walk from the last figure to the end of the record.

    Its step is that of the log-odds that worlds go through; nothing where that is not known.
    """
    step = {name: each.step for each in followed().values() for name in each.variables}
    last = _observations().last
    if tool.variable not in step or not when.size or when[-1] >= last or tool.transform != "log":
        return np.zeros((3, 0))
    ahead = np.arange(last - when[-1] + 1)
    odds = tool.quantity != "remittances"
    spread = (2 * step[tool.variable]) ** 2 * ahead * ((1 - np.exp(y[-1])) ** 2 if odds else 1)
    far = WALK * np.sqrt(error[-1] ** 2 + spread)
    ends = [tool.back(y[-1] + side * far) * tool.scale for side in (-1, 1)]
    return np.stack([when[-1] + ahead, *ends])


@lru_cache(maxsize=1)
def _observations() -> Observations:
    """Return the record as it is compared, and those of its figures that are not."""
    table, tools = load_record(), load_measurement().instruments.values()
    plain = [each.origin for each in tools if each.window == 1]
    figures, raw = observed(table), table[table["variable"].isin(plain)]
    hollow = raw[~np.array(comparable(raw), dtype=bool)]
    compared = _by_panel(figures, "y", "error")
    return Observations(compared, _by_panel(hollow, "value"), int(figures["year"].max()))


def _by_panel(table: pd.DataFrame, *columns: str) -> Figures:
    """Return years and some columns of the figures of each variable, partner and state."""
    panels = list(zip(*(table[key] for key in ("variable", "partner", "state")), strict=True))
    figures = table[["year", *columns]].to_numpy(float)
    order = sorted(range(len(panels)), key=panels.__getitem__)
    return {panel: figures[list(rows)].T for panel, rows in groupby(order, key=panels.__getitem__)}


def _bands(results: Results, name: str, tool: Instrument, partner: str) -> tuple[Numbers, Numbers]:
    """Return years and quantiles (quantile, year, state), in the units in which errors add.

    Years whose window of years lies partly before what was recorded are left out.
    """
    year = year_of(results.timeline)
    rows = tuple(int(row) for row in np.flatnonzero(year <= _observations().last))
    if not rows:
        return np.zeros(0), np.zeros((5, 0, len(STATES)))
    read = numbers(results, name, Cells(tool.quantity, power=partner or None, rows=rows))
    every, starts = np.unique(year[list(rows)], return_index=True)
    quarters = np.split(read, starts[1:])
    yearly = np.stack([each[-1] if tool.last else each.mean(axis=0) for each in quarters])
    if tool.window > 1:
        ends = range(1, len(every) + 1)
        yearly = np.stack([yearly[max(i - tool.window, 0) : i].mean(axis=0) for i in ends])
    if tool.transform == "deviation":
        yearly = yearly - yearly.mean(axis=1, keepdims=True)
    short = 0 if every[0] == FIRST_YEAR else tool.window - 1
    bands = tool.slope * tool.forward(quantiles(yearly[short:]))
    lived = np.isfinite(bands).all(axis=(0, 2))
    return every[short:][lived].astype(float), bands[:, lived]


def _level(years: Numbers, bands: Numbers, when: Numbers, y: Numbers, tool: Instrument) -> Numbers:
    """Return bands in units of the model, moved to the record's mean where levels are free."""
    there = np.isin(when, years)
    if tool.slope_sd > 0 and there.any():
        middle = bands[2][np.searchsorted(years, when[there])]
        bands = bands + float((y[there] - middle).mean())
    return tool.back(bands) * tool.scale


def inside(series: Series) -> list[tuple[int, bool]]:
    """Tell for each figure that is counted its year and whether it lies in the band of 90 %."""
    there = np.isin(series.when, series.years) & series.counted
    when, seen = series.when[there], series.seen[0, there]
    low, *_, high = series.bands[:, np.searchsorted(series.years, when)]
    met = (low <= seen) & (seen <= high)
    return list(zip(when.astype(int).tolist(), met.tolist(), strict=True))
