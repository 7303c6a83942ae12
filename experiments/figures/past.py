"""The past as worlds have it, and as it was measured, in the same units."""

from __future__ import annotations

from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from experiments.record.measurement import Instrument, comparable, load_measurement, observed
from experiments.record.observations import load_record
from experiments.results.cells import Cells, numbers, recorded
from experiments.results.estimates import quantiles
from experiments.results.reading import Results
from scenarios.quarters import year_of
from scenarios.vocabulary import FIRST_YEAR, STATES

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]
    Figures = dict[tuple[str, ...], Numbers]

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


class Observations(NamedTuple):
    """The record by variable, partner and state: what is compared and what is only shown."""

    compared: Figures
    """Year, figure and its error, in the units in which errors add."""
    raw: Figures
    """Year and figure, as it was recorded."""
    last: int


def series_of(results: Results, name: str, tool: Instrument, partner: str) -> list[Series]:
    """Return worlds and record of a variable and partner, state by state."""
    years, bands = _bands(results, name, tool, partner)
    found = []
    for place, state in enumerate(STATES):
        on_record, panel = _observations(), (partner, state)
        when, y, error = on_record.compared.get((tool.variable, *panel), np.zeros((3, 0)))
        hollow = on_record.raw.get((tool.origin, *panel), np.zeros((2, 0)))
        own = _level(years, bands[..., place], when, y, tool)
        ends = np.stack([y, y - ERRORS * error, y + ERRORS * error])
        seen, raw = tool.back(ends) * tool.scale, hollow * [[1], [tool.scale]]
        found.append(Series(years, own, when, seen, raw, tool.slope_sd == 0))
    return found


@lru_cache(maxsize=1)
def _observations() -> Observations:
    """Return the record as it is compared, and those of its figures that are not."""
    table, tools = load_record(), load_measurement().instruments.values()
    figures, raw = observed(table), table[table["variable"].isin([each.origin for each in tools])]
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
    year = year_of(recorded(results))
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
