"""The design of a batch: one row a world, and the value of everything that varies over worlds.

A world is a point of the design crossed with a replicate. What varies comes from three places:
ranges and lists of parameters (in scenarios or from the command line), a table of points, and
the judgement that the model itself declares uncertain. A value depends on the seed, the
replicate or point and the parameter's name alone, never on how worlds are cut into blocks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from math import prod
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from model.quantiles import quantile
from model.uncertainty import draw_members, ranks
from scenarios.scenario import Distribution, ParameterValue

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Method = Literal["random", "sobol", "lhs", "grid", "table"]


@dataclass(frozen=True)
class Rows:
    """Some consecutive worlds: their number, point and replicate."""

    world: Integers
    point: Integers
    replicate: Integers


@dataclass(frozen=True)
class Design:
    """How worlds are laid out and what varies over them.

    `ranges` are the leaf names that vary between a low and a high, `lists` those that are
    crossed with the length of each list. `samples` counts points before crossing with lists
    (for a grid: along each range). `table` holds a table of points, a column a leaf; `draws`
    a table of which every replicate draws one row (a posterior).
    """

    seed: int
    worlds: int
    replicates: int
    method: Method = "random"
    samples: int = 1
    ranges: tuple[str, ...] = ()
    lists: Mapping[str, int] = field(default_factory=dict)
    table: Mapping[str, Floats] = field(default_factory=dict)
    draws: Mapping[str, Floats] = field(default_factory=dict)

    def rows(self, start: int, stop: int) -> Rows:
        """Return the worlds from `start` up to `stop`."""
        world = np.arange(start, stop, dtype=np.int64)
        point, replicate = np.divmod(world, self.replicates)
        return Rows(world, point, replicate)

    @property
    def varied(self) -> tuple[str, ...]:
        """The parameters that users or scenarios vary: by ranges, lists or a table of points."""
        return (*self.ranges, *self.lists, *self.table)

    @property
    def crossed(self) -> int:
        """How many combinations the lists have."""
        return prod(self.lists.values())

    def levels(self, rows: Rows) -> dict[str, Integers]:
        """Return for each crossed list which of its values each world takes."""
        if not self.lists:
            return {}
        places = np.unravel_index(rows.point % self.crossed, tuple(self.lists.values()))
        return dict(zip(self.lists, places, strict=True))

    def ranks(self, rows: Rows) -> dict[str, Floats]:
        """Return for each range where in its distribution each world lies, in 0-1."""
        if self.method in {"random", "table"}:
            return {leaf: ranks(self.seed, leaf, rows.replicate) for leaf in self.ranges}
        found = _unit_points(self.method, self.samples, len(self.ranges), self.seed)
        chosen = found[rows.point // self.crossed]
        return {leaf: chosen[:, place] for place, leaf in enumerate(self.ranges)}

    def tabled(self, rows: Rows) -> dict[str, Floats]:
        """Return the values that the table of draws and the table of points give each world."""
        found: dict[str, Floats] = {}
        if self.draws:
            found |= draw_members(self.draws, self.seed, rows.replicate)
        places = rows.point // self.crossed
        return found | {leaf: values[places] for leaf, values in self.table.items()}


@lru_cache(maxsize=2)
def _unit_points(method: str, samples: int, dimensions: int, seed: int) -> Floats:
    """Return all points of a design in the unit cube, shape (points, dimensions)."""
    from scipy.stats import qmc

    if method == "grid":
        axis = np.linspace(0.0, 1.0, samples) if samples > 1 else np.array([0.5])
        return np.stack(np.meshgrid(*[axis] * dimensions, indexing="ij"), -1).reshape(
            -1, dimensions
        )
    if method == "lhs":
        return np.asarray(qmc.LatinHypercube(dimensions, rng=seed).random(samples))
    drawn = qmc.Sobol(dimensions, rng=seed).random_base2(int(samples - 1).bit_length())
    return np.asarray(drawn[:samples])


def points_of(method: Method, samples: int, ranges: int, crossed: int) -> int:
    """Return how many points a design has.

    >>> points_of("grid", 5, ranges=2, crossed=3)
    75
    """
    return crossed * (samples**ranges if method == "grid" else samples)


def value_of(given: ParameterValue, rank: Floats | None, level: Integers | None) -> Floats:
    """Return a parameter's value in each world: fixed, from its range, or from its list."""
    if isinstance(given, Distribution) and rank is not None:
        return quantile(given, rank)
    if isinstance(given, tuple) and level is not None:
        return np.asarray(given, dtype=np.float64)[level]
    return np.array([given], dtype=np.float64)
