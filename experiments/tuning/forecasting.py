"""From worlds to forecasts of what will be observed, and what simple rules would have said.

A forecast is a sample: one number a world. *Anchored*, a series starts from its last observation
before the origin and moves as the worlds move from there on (additive in logarithms); *free*, it
is where the worlds are, shifted only by the offset of its lens as far as figures up to the origin
show one. Every sample carries the error of the figure it will be compared with.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm

from experiments.tuning.measurement import SERIES, Instrument, load_measurement, rows_of

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

    `worlds` (figure, worlds) belong to the rows of `figures`, which has a plain index. Changes
    are always those of the worlds since the last observation, whichever way levels go.
    """
    slope = np.array([slopes.get(name, 1.0) for name in figures["variable"]])
    past = figures[figures["year"] <= origin]
    x = slope[:, None] * worlds
    known = Known(
        origin,
        x,
        Spreads(past, "y"),
        Spreads(past, "value"),
        Spreads(past, "y", np.median(x[past.index], axis=1)),
    )
    for key, part in figures.groupby(SERIES, sort=False):
        series = (str(key[0]), str(key[1]), str(key[2]), str(key[3]))
        before = part[part["year"] <= origin]
        scored = load_measurement().instruments[series[0]].score
        if scored and len(before) and before["year"].iloc[-1] >= origin - OLDEST:
            ahead = part[part["year"].between(origin + 1, until)]
            for row in rows_of(ahead):
                yield _one(series, before, row, known, way)


@dataclass(frozen=True)
class Known:
    """What is known at an origin: worlds in units of `y`, and how far series moved before."""

    origin: int
    x: Floats
    moves: Spreads
    levels: Spreads
    misses: Spreads
    """How far the median world missed past changes."""
    least: float = 1e-9


def _one(
    series: tuple[str, str, str, str],
    before: pd.DataFrame,
    row: Any,  # noqa: ANN401 (a row of pandas)
    known: Known,
    way: Way,
) -> Forecast:
    tool = load_measurement().instruments[series[0]]
    year, last, last_year = int(row.year), float(before["y"].iloc[-1]), int(before["year"].iloc[-1])
    x, past = known.x[row.Index], known.x[before.index]
    value = float(before["value"].iloc[-1])
    blur = np.hypot(row.error, _link_noise(series, year - last_year, known, x - past[-1], value))
    blurred = x + blur * _luck(series, year).standard_normal(len(x))
    moved = blurred + _anchor(before, past, series)
    level = moved if way == "anchored" else blurred + _offset(before, past, tool, series)
    sizes = (each.size(series, year - last_year) for each in (known.moves, known.levels))
    levels, rules = _rules(before, year, tool, *sizes)
    return Forecast(
        series,
        known.origin,
        year,
        last_year,
        float(row.value),
        float(row.y) - last,
        tool.back(level),
        moved - last,
        levels,
        {name: rule - last for name, rule in rules.items()},
    )


def _rules(
    known: pd.DataFrame, year: int, tool: Instrument, size_y: float, size_value: float
) -> tuple[dict[str, Floats], dict[str, Floats]]:
    """Samples of the simple rules in the record's units and in those of `y`.

    They are normal around their centres, as wide as past changes were in the same units.
    """
    normal = norm.ppf((np.arange(QUANTILES) + 0.5) / QUANTILES)
    centres = simple_rules(known, year)
    levels, changes = {}, {}
    least, most = tool.least / tool.scale, tool.most / tool.scale
    for name, centre in centres.items():
        y = tool.forward(np.array([centre * tool.scale]))
        levels[name] = np.clip(centre + size_value * normal, least, most)
        changes[name] = y + size_y * normal
    bare = np.array([centres["persistence"]])
    return levels | {"bare": bare}, changes | {"bare": tool.forward(bare * tool.scale)}


def _link_noise(
    series: tuple[str, str, str, str], years: int, known: Known, change: Floats, value: float
) -> float:
    """What a link that need only rise leaves open, from how far it missed changes before.

    Zero but for loose links (of logarithms): elsewhere the model answers for all spread. At most
    as wide as past changes of the figures themselves, beside the last `value`.
    """
    if not load_measurement().instruments[series[0]].loose:
        return 0.0
    missed = known.misses.size(series, years)
    moved = known.levels.size(series, years) / max(value, known.least)
    return float(np.sqrt(max(min(missed, moved) ** 2 - float(change.var()), 0.0)))


def _luck(series: tuple[str, ...], year: int) -> np.random.Generator:
    """Luck of a figure's own, the same in every run."""
    return np.random.default_rng([year, *"".join(series).encode()])


def _anchor(known: pd.DataFrame, before: Floats, series: tuple[str, ...]) -> Floats:
    """What moves every world to the last observation, which has an error of its own."""
    gap = float(known["y"].iloc[-1]) - before[-1]
    luck = _luck(series, 0).standard_normal(before.shape[1])
    return np.asarray(gap + float(known["error"].iloc[-1]) * luck)


def _offset(
    known: pd.DataFrame, before: Floats, tool: Instrument, series: tuple[str, ...]
) -> Floats:
    """The offset of a lens, as far as its figures so far show one: the same for all worlds."""
    gap = known["y"].to_numpy(float)[:, None] - before
    doubt = gap.mean(axis=0).var() + float((known["error"] ** 2).mean()) / len(known)
    size = tool.offset_of(*series[1:]) ** 2
    left = np.sqrt(size * doubt / (size + doubt))
    luck = _luck(series, 1).standard_normal(before.shape[1])
    return np.asarray(gap.mean() * size / (size + doubt) + left * luck)


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

    def __init__(self, past: pd.DataFrame, column: str, median: Floats | None = None) -> None:
        """Collect the squares of all past changes, by series and by variable, and years apart.

        With the `median` world of every figure, of what it missed of these changes.
        """
        if median is not None:
            past = past.assign(**{column: past[column] - median})
        self.own: dict[tuple[str, ...], dict[int, list[float]]] = {}
        self.pool: dict[str, dict[int, list[float]]] = {}
        for key, part in past.groupby(SERIES, sort=False):
            series = tuple(str(each) for each in key)
            year, y = part["year"].to_numpy(int), part[column].to_numpy(float)
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


def simple_rules(known: pd.DataFrame, year: int) -> dict[str, float]:
    """Where three simple rules put a figure, from its series up to the origin.

    Persistence says the last figure; drift goes on by the mean yearly change so far; trend is
    the straight line through all figures.
    """
    years, value = known["year"].to_numpy(float), known["value"].to_numpy(float)
    last, ahead = float(value[-1]), year - years[-1]
    if len(years) < TWO_POINTS:
        return {"persistence": last, "drift": last, "trend": last}
    drift = last + ahead * (last - value[0]) / (years[-1] - years[0])
    slope, level = np.polyfit(years, value, 1)
    return {"persistence": last, "drift": float(drift), "trend": float(level + slope * year)}
