"""From predictions to forecasts of what will be observed, and the simple rules they have to beat.

A forecast is a sample, one number a member. It is what the model says of a figure without luck,
and the luck of its series: of past misses as much goes on as luck lasts, and new luck comes. What
can't be told from luck is luck, so that a model without a word about a series is a walk.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.record.measurement import DYAD, SERIES, load_measurement, rows_of
from experiments.tuning.likelihood import FREEDOM, Group, groups_of

Floats = NDArray[np.float64]
Series = tuple[str, str, str, str]
"""Variable, state, partner, lens."""
FAINT = 0.7
"""Error, in units of `y`, from which on a figure can't be told from nothing and is not scored."""
OLDEST = 3
"""Years after which a last observation no longer serves as the origin of a series."""
POOLED = 6.0
"""Past changes of all series of a variable weigh as much as so many of a series' own."""
TWO_POINTS = 2
Law = tuple[float, float]
"""Mean and standard deviation of a normal law."""


@dataclass(frozen=True)
class Forecast:
    """The forecast of one figure, `value` in the record's units and `y` in those of logarithms.

    `sample` is in units of `y`, as is `last`, the series' last figure before the origin, of the
    year `since`. `rules` are the laws of the simple rules in units of `y`, `levels` in the
    record's; the walk has but the first, for it walks in `y`.
    """

    series: Series
    origin: int
    year: int
    since: int
    value: float
    y: float
    last: float
    sample: Floats
    rules: dict[str, Law]
    levels: dict[str, Law]

    def level(self, y: Any) -> Any:  # noqa: ANN401 (numbers or arrays)
        """Numbers in units of `y` in those of the record."""
        tool = load_measurement().instruments[self.series[0]]
        if tool.transform != "log":
            return self.value + (y - self.y) / tool.scale
        return np.minimum(self.value * np.exp(y - self.y), tool.most / tool.scale)


def forecasts(
    figures: pd.DataFrame, predicted: Floats, lucks: dict[str, NDArray[np.int64]], origin: int
) -> Iterator[Forecast]:
    """Forecasts of all figures after the origin that can be scored.

    `predicted` (figure, member) belongs to the rows of `figures`, which has a plain index; `lucks`
    has each member's place in `LUCKS` by variable. No number depends on what later rows say.
    """
    known = figures[figures["year"] <= origin]
    moves, steps = Spreads(known, "y"), Spreads(known, "value")
    for key, part in figures.groupby(DYAD, sort=False):
        seen = (part["year"] <= origin).to_numpy()
        if seen.all() or not seen.any() or str(key[0]) not in lucks.keys() & moves.pool.keys():
            continue
        group = groups_of(part.reset_index(drop=True), origin)[0]
        misses = part["y"].to_numpy(float)[seen][:, None] - predicted[part.index[seen]]
        drawn = continued(group, misses, seen, lucks[str(key[0])], zlib.crc32(str(key).encode()))
        for row, luck in zip(rows_of(part[~seen]), drawn, strict=True):
            before = part[seen & (part["lens"] == row.lens).to_numpy()]
            if before.empty or max(row.error, before["error"].iloc[-1]) > FAINT:
                continue
            if before["year"].iloc[-1] >= origin - OLDEST:
                yield _one(origin, before, row, predicted[row.Index] + luck, moves, steps)


def _one(
    origin: int,
    before: pd.DataFrame,
    row: Any,  # noqa: ANN401 (a row of pandas)
    sample: Floats,
    moves: Spreads,
    steps: Spreads,
) -> Forecast:
    series, since = (row.variable, row.state, row.partner, row.lens), int(before["year"].iloc[-1])
    year, last, ahead = int(row.year), float(before["y"].iloc[-1]), int(row.year) - since
    rules, levels = (
        {name: (centre, spread.size(series, ahead)) for name, centre in centres(before, year, what)}
        for what, spread in (("y", moves), ("value", steps))
    )
    walk = (last, float(np.sqrt(ahead)) * moves.size(series, 1))
    return Forecast(
        series, origin, year, since, float(row.value), float(row.y), last, sample,
        {"walk": walk, **rules}, levels,
    )  # fmt: skip


def continued(
    group: Group,
    misses: Floats,
    seen: NDArray[np.bool_],
    lucks: NDArray[np.int64],
    seed: int,
) -> Floats:
    """Draws of what will be missed of figures not `seen`, given `misses` (figure, member) of those.

    As wide as a Student law makes it from how large misses were. Returns (figure, member).
    """
    n, rng = len(misses), np.random.default_rng(seed)
    found = np.empty((len(seen) - n, misses.shape[1]))
    for luck in np.unique(lucks):
        mine, whole = np.flatnonzero(lucks == luck), group.covariance(int(luck))
        past, across = whole[np.ix_(seen, seen)], whole[np.ix_(~seen, seen)]
        weight, missed = np.linalg.solve(past, across.T).T, misses[:, mine]
        square = (missed * np.linalg.solve(past, missed)).sum(axis=0)
        left = np.maximum(np.diag(whole)[~seen] - (weight * across).sum(axis=1), 0.0)
        wide = np.sqrt(left[:, None] * (FREEDOM + square) / (FREEDOM + n))
        found[:, mine] = weight @ missed + wide * rng.standard_t(FREEDOM + n, wide.shape)
    return found


class Spreads:
    """How far series have moved in so many years: what simple rules know of their own error."""

    def __init__(self, past: pd.DataFrame, column: str) -> None:
        """Collect the squares of all past changes, by series and by variable, and years apart."""
        self.own: dict[tuple[str, ...], dict[int, list[float]]] = {}
        self.pool: dict[str, dict[int, list[float]]] = {}
        for key, part in past.groupby(SERIES, sort=False):
            series = tuple(str(each) for each in key)
            year, y = part["year"].to_numpy(int), part[column].to_numpy(float)
            for i, j in zip(*np.tril_indices(len(year), -1), strict=True):
                square, apart = (y[i] - y[j]) ** 2, int(year[i] - year[j])
                self.own.setdefault(series, {}).setdefault(apart, []).append(square)
                self.pool.setdefault(series[0], {}).setdefault(apart, []).append(square)

    def size(self, series: tuple[str, ...], years: int) -> float:
        """Standard deviation of a change over so many years: own changes, shrunk to all."""
        pool = self.pool.get(series[0], {})
        if not pool:
            return 1e-6
        nearest = max((apart for apart in pool if apart <= years), default=min(pool))
        own = self.own.get(series, {}).get(nearest, [])
        total = sum(own) + POOLED * float(np.mean(pool[nearest]))
        return float(np.sqrt(years / nearest * total / (len(own) + POOLED)))


def centres(known: pd.DataFrame, year: int, column: str) -> Iterator[tuple[str, float]]:
    """Where three simple rules put a figure, from its series up to the origin.

    Persistence says the last figure; drift goes on by the mean yearly change so far; trend is
    the straight line through all figures.
    """
    years, value = known["year"].to_numpy(float), known[column].to_numpy(float)
    ahead = year - years[-1]
    drift, slope, level = 0.0, 0.0, value[-1]
    if len(years) >= TWO_POINTS:
        drift = (value[-1] - value[0]) / (years[-1] - years[0])
        slope, level = np.polyfit(years, value, 1)
    yield "persistence", float(value[-1])
    yield "drift", float(value[-1] + ahead * drift)
    yield "trend", float(level + slope * year)
