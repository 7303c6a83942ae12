"""From worlds to forecasts of what will be observed.

A forecast is a sample. *Anchored*, a series starts from its last observation before the origin and
moves as the median world does, as far as past moves have shown in the record; how wide it spreads
comes from what such forecasts missed before and from the worlds (`links`). *Free*, it is where the
worlds are, one number a world, shifted by the offset of its lens and by what the model lately left
out, as far as figures up to the origin show them and the declaration says that they last.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm

from experiments.record.measurement import (
    FAINTEST,
    SERIES,
    Instrument,
    load_measurement,
    rows_of,
)
from experiments.tuning import rules
from experiments.tuning.likelihood import error_covariance
from experiments.tuning.links import Link, links_of
from experiments.tuning.moves import Series, series_of

Floats = NDArray[np.float64]
Way = Literal["anchored", "free"]
OLDEST = 3
"""Years after which a last observation no longer serves as the origin of a series."""

MOST_BLURRED = 1.0
"""A figure of next to nothing is not blurred by more than this, in units of `y`."""


@dataclass(frozen=True)
class Forecast:
    """The forecast of one figure, and of its change since the origin (`y` units)."""

    series: Series
    origin: int
    year: int
    last: int
    """Year of the last observation before it."""
    value: float
    change: float
    sample: Floats
    changes: Floats
    simple: dict[str, Floats]
    """Samples of the rules persistence, drift and trend; `bare` is persistence as one number."""
    simple_changes: dict[str, Floats]

    @property
    def horizon(self) -> int:
        """Years from the last observation of the series to the figure."""
        return self.year - self.last


@dataclass(frozen=True)
class Known:
    """What is known at an origin: links, worlds, and how far series moved before."""

    origin: int
    worlds: Floats
    links: dict[str, Link]
    moves: rules.Spreads
    levels: rules.Spreads


def known_at(origin: int, figures: pd.DataFrame, worlds: Floats) -> Known:
    """What rows up to the origin say; `worlds` (row, worlds) belong to all rows."""
    past = figures[figures["year"] <= origin]
    links = links_of(figures, worlds, origin)
    return Known(origin, worlds, links, rules.Spreads(past, "y"), rules.Spreads(past, "value"))


def forecasts(
    figures: pd.DataFrame, worlds: Floats, origin: int, until: int, way: Way
) -> Iterator[Forecast]:
    """Forecasts of all figures after the origin and up to `until`.

    `worlds` (figure, worlds) belong to the rows of `figures`, which has a plain index. Changes
    are always those since the last observation, whichever way levels go.
    """
    known = known_at(origin, figures, worlds)
    for key, part in figures.groupby(SERIES, sort=False):
        series, before = series_of(key), part[part["year"] <= origin]
        scored = load_measurement().instruments[series[0]].score
        if scored and len(before) and before["year"].iloc[-1] >= origin - OLDEST:
            for row in rows_of(part[part["year"].between(origin + 1, until)]):
                yield _one(series, before, row, known, way)


def _one(
    series: Series,
    before: pd.DataFrame,
    row: Any,  # noqa: ANN401 (a row of pandas)
    known: Known,
    way: Way,
) -> Forecast:
    tool, year = load_measurement().instruments[series[0]], int(row.year)
    last, last_year = float(before["y"].iloc[-1]), int(before["year"].iloc[-1])
    changes = _changes(series, before, row, known)
    level = _free(before, row, known, series) if way == "free" else last + changes
    sizes = (each.size(series, year - last_year) for each in (known.moves, known.levels))
    levels, simple = rules.samples(before, year, tool, *sizes)
    return Forecast(
        series,
        known.origin,
        year,
        last_year,
        float(row.value),
        float(row.y) - last,
        tool.back(level),
        changes,
        levels,
        {name: rule - last for name, rule in simple.items()},
    )


def _changes(
    series: Series,
    before: pd.DataFrame,
    row: Any,  # noqa: ANN401 (a row of pandas)
    known: Known,
) -> Floats:
    """Changes since the last figure: normal around the link's centre, as wide as it says."""
    link, years = known.links[series[0]], int(row.year) - int(before["year"].iloc[-1])
    moved = link.slope * (known.worlds[row.Index] - known.worlds[before.index[-1]])
    error = 2 * blur(before) ** 2
    level = max(float(before["value"].iloc[-1]), least(link.tool))
    size = np.sqrt(link.variance(series, years, level, float(moved.var()), error))
    return np.asarray(_centre(link, before, row, known, years) + size * normal(len(moved)))


def blur(before: pd.DataFrame) -> float:
    """The error of a series' figures, as it was last: that of a figure to come is not known yet."""
    return min(float(before["error"].iloc[-1]), MOST_BLURRED)


def normal(count: int) -> Floats:
    """So many evenly spaced points of the standard normal distribution."""
    return np.asarray(norm.ppf((np.arange(count) + 0.5) / count))


def _centre(
    link: Link,
    before: pd.DataFrame,
    row: Any,  # noqa: ANN401 (a row of pandas)
    known: Known,
    years: int,
) -> float:
    """The expected change, with last year's surprise where the last two years are on record."""
    places, year, y = before.index, before["year"].to_numpy(), before["y"].to_numpy(float)
    model = float(np.median(known.worlds[row.Index] - known.worlds[places[-1]]))
    if len(year) < rules.TWO_POINTS or year[-1] - year[-2] > 1:
        return link.centre(model, np.nan, np.nan, years)
    model_before = float(np.median(known.worlds[places[-1]] - known.worlds[places[-2]]))
    return link.centre(model, y[-1] - y[-2], model_before, years)


def least(tool: Instrument) -> float:
    """The smallest level that is told from nothing, in the record's units."""
    return max(tool.least / tool.scale, FAINTEST)


def _luck(series: tuple[str, ...], year: int) -> np.random.Generator:
    """Luck of a figure's own, the same in every run."""
    return np.random.default_rng([year, *"".join(series).encode()])


def _free(
    before: pd.DataFrame,
    row: Any,  # noqa: ANN401 (a row of pandas)
    known: Known,
    series: Series,
) -> Floats:
    """Where the worlds are, with what they missed so far as far as that lasts.

    The offset of a lens lasts for ever, what the model leaves out fades as declared, and errors of
    figures do not last at all: the same covariance as in the likelihood, given past misses.
    """
    link = known.links[series[0]]
    slope = link.slope if link.tool.slope_sd > 0 else link.tool.slope
    x, past = slope * known.worlds[row.Index], slope * known.worlds[before.index]
    size, memory = link.tool.discrepancy
    offset = link.tool.offset_of(*series[1:]) ** 2
    ago = int(row.year) - before["year"].to_numpy(float)
    reach = size**2 * np.exp(-ago / memory) + offset
    weight = np.linalg.solve(error_covariance(before, link.tool), reach)
    left = max(size**2 + offset - float(weight @ reach), 0.0) + blur(before) ** 2
    missed = before["y"].to_numpy(float)[:, None] - past
    luck = _luck(series, int(row.year)).standard_normal(len(x))
    return np.asarray(x + weight @ missed + np.sqrt(left) * luck)


def corrections(
    figures: pd.DataFrame, worlds: Floats, slopes: dict[str, float], origin: int
) -> pd.DataFrame:
    """How far each series had to be moved to its last observation: log points, or `y` units."""
    known = figures[figures["year"] <= origin]
    last = known.groupby(SERIES, sort=False).tail(1)
    slope = np.array([slopes.get(name, 1.0) for name in last["variable"]])
    model = slope * np.median(worlds[last.index], axis=1)
    return last.assign(model=model, correction=last["y"] - model).reset_index(drop=True)
