"""Links that need only rise: figures that go with a quantity of the model and do not measure it.

How much of what the model says shows in such figures is a slope, which their past teaches. That it
goes on is another matter: for half of the members of a forecast it does not.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm

from experiments.record.measurement import DYAD, load_measurement
from experiments.tuning.likelihood import Likelihood, groups_of

Floats = NDArray[np.float64]
RANKS = (np.arange(7) + 0.5) / 7
"""Slopes that are compared, by their ranks beforehand."""


def links_in(figures: pd.DataFrame) -> list[str]:
    """The variables of some figures whose link need only rise."""
    tools = load_measurement().instruments
    return [name for name in dict.fromkeys(figures["variable"]) if tools[name].slope_sd > 0]


def sloped(name: str, deviates: Floats) -> Floats:
    """Slopes of a variable's link, from standard normal deviates."""
    tool = load_measurement().instruments[name]
    return np.maximum(tool.slope + tool.slope_sd * deviates, 0.0)


def linked(predicted: Floats, figures: pd.DataFrame, slopes: dict[str, Floats]) -> Floats:
    """Predictions (figure, point) times the slope of their variable's link, where it has one."""
    found = predicted.copy()
    for name, slope in slopes.items():
        found[(figures["variable"] == name).to_numpy()] *= slope
    return found


def foreseen(
    predicted: Floats, figures: pd.DataFrame, origin: int, rng: np.random.Generator
) -> Floats:
    """Predictions (figure, member) with slopes as likely as figures up to the origin make them.

    In every other member what comes after the origin is what the model said of the last figure.
    """
    found = predicted.copy()
    for name in links_in(figures):
        mine = figures[figures["variable"] == name]
        known = mine[mine["year"] <= origin].reset_index()
        if known.empty:
            continue
        given, slopes = predicted[known["index"]], sloped(name, norm.ppf(RANKS))
        likely = Likelihood(groups_of(known))
        table = np.stack([likely(given * slope) for slope in slopes])
        found[mine.index] *= slopes[(table + rng.gumbel(size=table.shape)).argmax(axis=0)]
        for _, part in mine.groupby(DYAD, sort=False):
            before, after = (part.index[part["year"].le(origin) == when] for when in (True, False))
            if len(before):
                found[after, ::2] = found[before[-1], ::2]
    return found
