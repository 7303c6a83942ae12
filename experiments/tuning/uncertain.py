"""Everything that is uncertain, as inputs between 0 and 1: ranges and judgement alike.

An input stands for one number of the registry: it is its rank in the distribution from which worlds
draw it where nothing is tuned.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr
from scipy.stats import gamma, norm

from scenarios.registry import Parameter, Registry

Floats = NDArray[np.float64]
EDGE = 0.005
"""Judgement is cut off at so small a part of either tail."""
NOISY = ("share_noise", "trade_noise", "noise_", "income_noise", "driver_noise", "sinophobia_noise")
"""Luck: learned from how misses spread, not from what happens without it."""


def uncertain(registry: Registry) -> tuple[str, ...]:
    """Leaf names of all inputs."""
    return tuple(
        leaf.name
        for parameter in registry.values()
        for leaf in parameter.leaves
        if not parameter.exact
        if (parameter.spread or (leaf.high > leaf.low and not parameter.simplex))
        if leaf.value > 0 or not parameter.spread
    )


def tunable(registry: Registry) -> tuple[str, ...]:
    """Leaves that tuning may move: all inputs but luck and shares that sum to one."""
    return tuple(
        name
        for name in uncertain(registry)
        if not registry[registry.positions[name][0]].simplex and not name.startswith(NOISY)
    )


@dataclass(frozen=True)
class Inputs:
    """Some inputs; all other numbers keep the registry's values."""

    names: tuple[str, ...]
    registry: Registry

    def points(self, deviates: Floats) -> dict[str, Floats]:
        """Leaf values of points (point, input): ranks given as standard normal deviates."""
        found = {}
        for place, leaf in enumerate(self.names):
            name, where = self.registry.positions[leaf]
            found[leaf] = valued(self.registry[name], where, ndtr(deviates[:, place]))
        return found

    def arrays(self, unit: Floats) -> dict[str, Floats]:
        """Every parameter with worlds last, for worlds in the rows of `unit` (world, input)."""
        found = self.registry.arrays()
        chosen: dict[str, list[tuple[tuple[int, ...], Floats]]] = {}
        for place, leaf in enumerate(self.names):
            name, where = self.registry.positions[leaf]
            chosen.setdefault(name, []).append((where, unit[:, place]))
        for name, ranks in chosen.items():
            parameter = self.registry[name]
            table = np.repeat(found[name], len(unit), axis=-1)
            for where, rank in ranks:
                table[where] = valued(parameter, where, rank)
            found[name] = normalised(table) if parameter.simplex else table
        return found


def valued(parameter: Parameter, where: tuple[int, ...], rank: Floats) -> Floats:
    """One number at ranks in its distribution (shares before they are normalised)."""
    value, low, high = (each[where] for each in (parameter.value, parameter.low, parameter.high))
    if parameter.spread is None:
        below = (value - low) * (1 - np.sqrt(np.minimum(2 * rank, 1)))  # as worlds draw it
        return np.asarray(
            value - below + (high - value) * (1 - np.sqrt(np.minimum(2 - 2 * rank, 1)))
        )
    inner = EDGE + rank * (1 - 2 * EDGE)
    if parameter.spread.kind == "dirichlet":
        return np.asarray(gamma.ppf(inner, parameter.spread.size * value))
    drawn = value * np.exp(parameter.spread.size * norm.ppf(inner))
    return np.asarray(drawn if parameter.simplex else np.clip(drawn, low, high))


def normalised(table: Floats) -> Floats:
    """Shares that sum to one over the last axis before worlds."""
    return np.asarray(table / table.sum(axis=-2, keepdims=True))
