"""Means over worlds, and what each is off its mean; worlds that failed (NaN) are left out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


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
