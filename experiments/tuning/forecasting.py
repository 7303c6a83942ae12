"""From worlds to forecasts of what will be observed, and what simple rules would have said.

A forecast is a sample: one number a world. *Anchored*, a series starts from its last observation
before the origin and moves as the worlds move from there on (additive in logarithms); *free*, it
is where the worlds are, shifted only by the offset of its lens as far as figures up to the origin
show one. Every sample carries the error of the figure it will be compared with.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm

from experiments.tuning.measurement import SERIES, Instrument, load_measurement

Floats = NDArray[np.float64]
Way = Literal["anchored", "free"]
OLDEST = 3
"""Years after which a last observation no longer serves as the origin of a series."""
QUANTILES = 99
POOLED = 6.0
"""Past changes of all series weigh as much as so many of a series' own."""
TWO_POINTS = 2


@dataclass(frozen=True)
class Forecast:
    """The forecast of one figure, and of its change since the origin (`y` units)."""

    series: tuple[str, str, str, str]
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


def forecasts(
    figures: pd.DataFrame,
    worlds: Floats,
    slopes: dict[str, float],
    origin: int,
    until: int,
    way: Way,
) -> Iterator[Forecast]:
    """Forecasts of all figures after the origin and up to `until`.

    `worlds` (figure, worlds) belong to the rows of `figures`, which has a plain index.
    """
    tools = load_measurement().instruments
    past = figures[figures["year"] <= origin]
    spread = Spreads(past)
    for key, part in figures.groupby(SERIES, sort=False):
        name, state, partner, lens = (str(each) for each in key)
        tool = tools[name]
        known, ahead = part[part["year"] <= origin], part[part["year"].between(origin + 1, until)]
        if not tool.score or known.empty or known["year"].iloc[-1] < origin - OLDEST:
            continue
        x = slopes.get(name, 1.0) * worlds[part.index]
        before = x[: len(known)]
        shift = _shift(known, before, tool, (state, partner, lens), way)
        for row in ahead.itertuples():
            found = x[part.index.get_loc(row.Index)] + shift
            yield _one((name, state, partner, lens), origin, row, known, found, tool, spread)


def _one(  # noqa: PLR0913, PLR0917 (one place puts a forecast together)
    series: tuple[str, str, str, str],
    origin: int,
    row: object,
    known: pd.DataFrame,
    found: Floats,
    tool: Instrument,
    spread: Spreads,
) -> Forecast:
    year, y, value = int(row.year), float(row.y), float(row.value)  # type: ignore[attr-defined]
    last = known.iloc[-1]
    luck = _luck(series, year).standard_normal(len(found))
    found = found + float(row.error) * luck  # type: ignore[attr-defined]
    size = spread.size(series, year - int(last["year"]))
    centres = simple_rules(known, year, tool)
    around = size * norm.ppf((np.arange(QUANTILES) + 0.5) / QUANTILES)
    rules = {name: centre + around for name, centre in centres.items()}
    rules["bare"] = np.array([centres["persistence"]])
    return Forecast(
        series,
        origin,
        year,
        int(last["year"]),
        value,
        y - float(last["y"]),
        tool.back(found),
        found - float(last["y"]),
        {name: tool.back(rule) for name, rule in rules.items()},
        {name: rule - float(last["y"]) for name, rule in rules.items()},
    )


def _luck(series: tuple[str, ...], year: int) -> np.random.Generator:
    """Luck of a figure's own, the same in every run."""
    return np.random.default_rng([year, *"".join(series).encode()])


def _shift(
    known: pd.DataFrame,
    before: Floats,
    tool: Instrument,
    where: tuple[str, str, str],
    way: Way,
) -> Floats:
    """What is added to every world of a series: its anchor, or the offset of its lens."""
    gap = known["y"].to_numpy(float)[:, None] - before
    if way == "anchored":
        luck = _luck(where, 0).standard_normal(before.shape[1])
        return np.asarray(gap[-1] + float(known["error"].iloc[-1]) * luck)
    own = gap.mean()
    doubt = gap.mean(axis=0).var() + float((known["error"] ** 2).mean()) / len(known)
    size = tool.offset_of(*where) ** 2
    left = np.sqrt(size * doubt / (size + doubt))
    luck = _luck(where, 1).standard_normal(before.shape[1])
    return np.asarray(own * size / (size + doubt) + left * luck)


def corrections(
    figures: pd.DataFrame, worlds: Floats, slopes: dict[str, float], origin: int
) -> pd.DataFrame:
    """How far each series had to be moved to its last observation: log points, or `y` units."""
    known = figures[figures["year"] <= origin]
    last = known.groupby(SERIES, sort=False).tail(1)
    slope = np.array([slopes.get(name, 1.0) for name in last["variable"]])
    model = slope * np.median(worlds[last.index], axis=1)
    return last.assign(model=model, correction=last["y"] - model).reset_index(drop=True)


class Spreads:
    """How far a series has moved in so many years: what persistence knows of its own error."""

    def __init__(self, past: pd.DataFrame) -> None:
        """Collect the squares of all past changes, by series and by variable, and years apart."""
        self.own: dict[tuple[str, ...], dict[int, list[float]]] = {}
        self.pool: dict[str, dict[int, list[float]]] = {}
        for key, part in past.groupby(SERIES, sort=False):
            series = tuple(str(each) for each in key)
            year, y = part["year"].to_numpy(int), part["y"].to_numpy(float)
            for i in range(len(year)):
                for j in range(i):
                    square = (y[i] - y[j]) ** 2
                    apart = int(year[i] - year[j])
                    self.own.setdefault(series, {}).setdefault(apart, []).append(square)
                    self.pool.setdefault(series[0], {}).setdefault(apart, []).append(square)

    def size(self, series: tuple[str, ...], years: int) -> float:
        """Standard deviation of a change over so many years: own changes, shrunk to all."""
        pool = self.pool.get(series[0], {})
        known = [apart for apart in pool if apart <= years]
        if not known:
            return 1e-6
        nearest = max(known)
        stretch = years / nearest
        common = float(np.mean(pool[nearest]))
        own = self.own.get(series, {}).get(nearest, [])
        return float(np.sqrt(stretch * (sum(own) + POOLED * common) / (len(own) + POOLED)))


def simple_rules(known: pd.DataFrame, year: int, tool: Instrument) -> dict[str, float]:
    """Where three simple rules put a figure (`y` units), from its series up to the origin.

    Persistence says the last figure; drift goes on by the mean yearly change so far; trend is
    the straight line through all figures. The last two are lines in the figure itself, not in
    its logarithm.
    """
    years, value = known["year"].to_numpy(float), known["value"].to_numpy(float)
    last, ahead = value[-1], year - years[-1]
    if len(years) < TWO_POINTS:
        drift = trend = last
    else:
        drift = last + ahead * (last - value[0]) / (years[-1] - years[0])
        slope, level = np.polyfit(years, value, 1)
        trend = level + slope * year
    back = {"persistence": last, "drift": drift, "trend": trend}
    return {
        name: float(tool.forward(np.array([each * tool.scale]))[0]) for name, each in back.items()
    }
