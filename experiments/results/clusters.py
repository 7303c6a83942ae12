"""Worlds that are not independent: those of a point share parameters, of a replicate their luck.

A design of points by replicates holds fewer independent draws than worlds. The variance of a mean
over such worlds adds what the points and what the replicates scatter, less what both count
(Cameron, Gelbach and Miller 2011); its degrees of freedom are those of Satterthwaite (1946). Points
of a grid and values of a list are all there are, not draws: they scatter nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiments.results.moments import Z95, Centred

Array = NDArray[Any]
DRAWN = ("sobol", "lhs", "table")
"""Designs whose points stand for others like them."""


@dataclass(frozen=True)
class Clusters:
    """How worlds lie: `points` by `fixed` combinations by `replicates`, the last running fastest.

    Points are draws, combinations are not; replicates are draws of luck and judgement.
    """

    points: int
    fixed: int
    replicates: int

    def half(self, values: Array) -> Array:
        """Return half the 95 % interval of the mean over the last axis.

        Worlds that failed (NaN) are left out. One draw gives no interval (NaN).

        >>> luck = np.repeat(np.arange(8.0)[np.newaxis], 50, axis=0).ravel()
        >>> round(float(Clusters(50, 1, 8).half(luck)), 2)
        2.05
        """
        from scipy.special import stdtrit  # slow to import, and few folders need it

        error, freedom = self._error(values)
        return np.asarray(stdtrit(freedom, 0.975) * error)

    def trials(self, holds: Array) -> Array:
        """Return how many worlds of their own would know a share as well as these do.

        A share of none or all does not show how far worlds agree by their draws: these count then.

        >>> same = np.repeat(np.eye(1, 20, dtype=bool), 50, axis=0).ravel()
        >>> [round(float(Clusters(50, 1, 20).trials(each)), 1) for each in (same, same & False)]
        [16.7, 20.0]
        """
        count = np.isfinite(holds).sum(axis=-1)
        share = np.nansum(holds, axis=-1) / np.maximum(count, 1)
        variance = (self.half(holds) / Z95) ** 2
        told = np.isfinite(variance) & (share > 0) & (share < 1)
        with np.errstate(divide="ignore", invalid="ignore"):
            worth = np.where(told, share * (1 - share) / variance, self._draws(holds))
        return np.asarray(np.minimum(worth, count))

    def _known(self, values: Array) -> Array:
        """Return which worlds are known: (..., points, fixed, replicates)."""
        return np.isfinite(values).reshape(
            *values.shape[:-1], self.points, self.fixed, self.replicates
        )

    def _counts(self, there: Array) -> list[Array]:
        """Return of how many points and replicates a world is known, where they are several."""
        points, replicates = (there.any(axis=axes).sum(axis=-1) for axes in ((-2, -1), (-3, -2)))
        several = ((self.points, points), (self.replicates, replicates))
        return [count for size, count in several if size > 1]

    def _draws(self, values: Array) -> Array:
        """Return how many draws are known of what is drawn least often."""
        counts = self._counts(self._known(values))
        return np.minimum.reduce(counts) if counts else np.ones(values.shape[:-1])

    def _error(self, values: Array) -> tuple[Array, Array]:
        """Return the standard error of the mean over the last axis, and its degrees of freedom."""
        there, found = self._known(values), Centred(values)
        off = found.off.reshape(there.shape)
        by_point = _scatter(off.sum(axis=(-2, -1)), np.asarray(there.any(axis=(-2, -1))))
        by_replicate = _scatter(off.sum(axis=(-3, -2)), np.asarray(there.any(axis=(-3, -2))))
        flat = (*there.shape[:-3], -1)
        pairs: Array = there.any(axis=-2).reshape(flat)
        both = _scatter(off.sum(axis=-2).reshape(flat), pairs)
        kinds = ((self.points, by_point), (self.replicates, by_replicate))
        drawn = [scatter for size, scatter in kinds if size > 1]
        return _joined(drawn, self._counts(there), both, found.count)


def _scatter(sums: Array, there: Array) -> Array:
    """Return the sum of squares of clusters' sums, for as many clusters as have a world."""
    size = there.sum(axis=-1)
    found: Array = (sums**2).sum(axis=-1) * size / np.maximum(size - 1, 1)
    return found


def _joined(
    drawn: list[Array], draws: list[Array], both: Array, count: Array
) -> tuple[Array, Array]:
    """Return the standard error that kinds of draws make up, and its degrees of freedom."""
    if not drawn:
        return np.full_like(both, np.nan), np.ones_like(both)
    each = np.stack(drawn)
    twice = both if len(drawn) > 1 else 0.0
    whole = np.maximum(each.sum(axis=0) - twice, each.max(axis=0))
    free = np.maximum(np.stack(draws) - 1.0, 1.0)
    shares = (each**2 / free).sum(axis=0)
    with np.errstate(invalid="ignore"):
        freedom = np.where(shares > 0, whole**2 / shares, free.min(axis=0))
    return np.sqrt(whole) / np.maximum(count, 1), freedom
