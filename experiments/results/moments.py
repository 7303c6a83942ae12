"""Means over worlds, and what each is off its mean; shares of worlds with their interval.

Worlds that failed (NaN) are left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Z95 = 1.959963984540054
"""Standard deviations on either side of a normal law's middle that hold 95 % of it."""


@dataclass(frozen=True)
class Centred:
    """Numbers a world, on the last axis, around their means.

    >>> found = Centred(np.array([1.0, 3.0, np.nan]))
    >>> float(found.mean), found.off
    (2.0, array([-1.,  1.,  0.]))
    """

    values: Array

    @cached_property
    def known(self) -> Array:
        """Which worlds did not fail."""
        return np.isfinite(self.values)

    @cached_property
    def count(self) -> Array:
        """How many these are."""
        return np.asarray(self.known.sum(axis=-1))

    @cached_property
    def mean(self) -> Array:
        """Their mean, NaN of none."""
        total = np.where(self.known, self.values, 0).sum(axis=-1, dtype=np.float64)
        return np.where(self.count > 0, total / np.maximum(self.count, 1), np.nan)

    @cached_property
    def off(self) -> Array:
        """What each world is off the mean; 0 where it failed."""
        return np.where(self.known, self.values - self.mean[..., np.newaxis], 0)

    @property
    def deviation(self) -> Array:
        """Their standard deviation, of a sample."""
        spread: Array = np.sqrt((self.off**2).sum(axis=-1) / np.maximum(self.count - 1, 1))
        return spread


def group_means(values: Array, group: NDArray[np.integer]) -> tuple[Array, NDArray[np.bool_]]:
    """Return the mean of each group of worlds, and which groups have one that did not fail.

    >>> group_means(np.array([1.0, 3.0, np.nan]), np.array([0, 0, 1]))
    (array([2., 0.]), array([ True, False]))
    """
    known, size = np.isfinite(values), int(group.max()) + 1
    count = np.bincount(group[known], minlength=size)
    total = np.bincount(group[known], weights=values[known], minlength=size)
    return total / np.maximum(count, 1), count > 0


def wilson(successes: float, trials: float) -> tuple[float, float]:
    """Return the 95 % interval of a probability (Wilson 1927).

    >>> [round(each, 3) for each in wilson(0, 100)]
    [0.0, 0.037]
    """
    if not trials:
        return 0.0, 1.0
    share, z2 = successes / trials, Z95**2 / trials
    middle = (share + z2 / 2) / (1 + z2)
    half = Z95 / (1 + z2) * sqrt(share * (1 - share) / trials + z2 / 4 / trials)
    return max(0.0, min(middle - half, share)), min(1.0, max(middle + half, share))
