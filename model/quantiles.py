"""Inverse distribution functions of the ranges that scenario files can give a parameter."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from scenarios.scenario import Distribution

Floats = NDArray[np.float64]


def quantile(distribution: Distribution, rank: Floats) -> Floats:
    """The values at which the distribution, cut off at its bounds, reaches the ranks.

    >>> quantile(Distribution("uniform", 2.0, 4.0), np.array([0.0, 0.25, 1.0]))
    array([2. , 2.5, 4. ])
    """
    of_kind = {
        "uniform": _uniform,
        "triangular": _triangular,
        "normal": _normal,
        "lognormal": _lognormal,
    }
    values = of_kind[distribution.kind](distribution, rank)
    return np.asarray(np.clip(values, distribution.low, distribution.high))


def _uniform(given: Distribution, rank: Floats) -> Floats:
    return given.low + rank * (given.high - given.low)


def _triangular(given: Distribution, rank: Floats) -> Floats:
    low, high = given.low, given.high
    mode = (low + high) / 2 if given.mode is None else given.mode
    rising = low + np.sqrt(rank * (high - low) * (mode - low))
    falling = high - np.sqrt((1 - rank) * (high - low) * (high - mode))
    values: Floats = np.where(rank * (high - low) < mode - low, rising, falling)
    return values


def _normal(given: Distribution, rank: Floats) -> Floats:
    mean = (given.low + given.high) / 2 if given.mean is None else given.mean
    sd = (given.high - given.low) / 4 if given.sd is None else given.sd
    return _truncated(mean, sd, given.low, given.high, rank)


def _lognormal(given: Distribution, rank: Floats) -> Floats:
    mean, sd = given.of_logarithm
    with np.errstate(divide="ignore"):
        low, high = float(np.log(given.low)), float(np.log(given.high))
    return np.exp(_truncated(mean, sd, low, high, rank))


def _truncated(mean: float, sd: float, low: float, high: float, rank: Floats) -> Floats:
    """Quantiles of a normal distribution cut off at low and high."""
    from scipy.special import ndtr, ndtri

    if sd == 0:
        return np.full_like(rank, mean)
    below, above = ndtr((low - mean) / sd), ndtr((high - mean) / sd)
    return np.asarray(mean + sd * ndtri(below + rank * (above - below)))
