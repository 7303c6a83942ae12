"""The simple rules that a forecast has to beat: persistence, drift and trend.

They are forecasts with a spread too: as wide as past changes of the same series were, shrunk to
those of all series of the variable.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm

from experiments.record.measurement import SERIES, Instrument

Floats = NDArray[np.float64]
QUANTILES = 99
POOLED = 6.0
"""Past changes of all series weigh as much as so many of a series' own."""
TWO_POINTS = 2


def samples(
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


class Spreads:
    """How far a series has moved in so many years: what persistence knows of its own error."""

    def __init__(self, past: pd.DataFrame, column: str) -> None:
        """Collect the squares of all past changes, by series and by variable, and years apart."""
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
