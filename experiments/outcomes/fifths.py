"""A number in the lowest and in the highest fifth of each assumption, with its interval there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiments.results.clusters import Clusters
from experiments.results.estimates import mean, probability
from experiments.results.units import Group, Single

Floats = NDArray[np.float64]
LOOKED = 5
"""Fifths whose intervals are worked out: those whose means come nearest to the pivot or past it."""


@dataclass(frozen=True)
class Fifth:
    """The mean over the worlds in which an assumption is `high` or low, with its 95 % interval."""

    high: bool
    value: float
    interval: tuple[float, float]

    def reaches(self, pivot: float, side: float) -> bool:
        """Whether not all of the interval is known to lie on a side (1 or -1) of the pivot."""
        return not min(side * (end - pivot) for end in self.interval) > 0

    def passes(self, pivot: float, side: float) -> bool:
        """Whether all of the interval lies on the other side of the pivot, or on it."""
        return max(side * (end - pivot) for end in self.interval) <= 0


@dataclass(frozen=True)
class Held:
    """Means in the outer fifths of each assumption of a group, and what chance makes of them."""

    group: Group
    low: Floats
    high: Floats
    chance: float

    @property
    def gaps(self) -> Floats:
        """How far the fifths lie apart; 0 where too few units are there to be sorted."""
        found: Floats = np.nan_to_num(np.abs(self.high - self.low))
        return found

    @property
    def most(self) -> int:
        """The place of the assumption whose fifths lie furthest apart."""
        return int(self.gaps.argmax())

    @property
    def excess(self) -> float:
        """How far beyond chance they lie."""
        return float(self.gaps.max() - self.chance)

    @property
    def beyond(self) -> Iterator[tuple[int, bool, float]]:
        """Place, end (whether the high one) and mean of all fifths that differ beyond chance."""
        for place in np.flatnonzero(self.gaps > self.chance):
            yield int(place), False, float(self.low[place])
            yield int(place), True, float(self.high[place])

    def inside(self, place: int, *, high: bool) -> NDArray[np.bool_]:
        """Which worlds are in a fifth of an assumption."""
        chosen = (self.group.highest if high else self.group.lowest)[place]
        found: NDArray[np.bool_] = chosen[self.group.unit] > 0
        return found


@dataclass(frozen=True)
class Weakest:
    """The fifth that comes nearest to the pivot, and of which assumption it is."""

    held: Held
    place: int
    fifth: Fifth


def weakest(
    held: Sequence[Held], values: Floats, side: float, clusters: Clusters | None
) -> Weakest | None:
    """Return the fifth whose interval reaches furthest against a side; None if none differs."""
    all_of = [(each, *one) for each in held for one in each.beyond]
    found = []
    for each, place, high, _ in sorted(all_of, key=lambda one: side * one[-1])[:LOOKED]:
        there = np.where(each.inside(place, high=high), values, np.nan)
        found.append(Weakest(each, place, Fifth(high, *estimated(there, clusters))))
    return min(found, key=lambda one: min(side * end for end in one.fifth.interval), default=None)


def estimated(values: Floats, clusters: Clusters | None) -> tuple[float, tuple[float, float]]:
    """Return the mean of a number a world with its 95 % interval; shares come as 0 and 1."""
    shares = set(np.unique(values[np.isfinite(values)])) <= {0.0, 1.0}
    found = (probability if shares else mean)(values, clusters)
    return found.value, (found.low, found.high)


def fifth_means(chosen: Single, values: NDArray[np.floating]) -> Floats:
    """Return means over the chosen units: (names, ...) of (names, units) and (units, ...)."""
    count = np.maximum(chosen.sum(axis=1), 1).reshape(-1, *(1,) * (values.ndim - 1))
    found: Floats = (chosen @ values.astype(np.float32)) / count
    return found
