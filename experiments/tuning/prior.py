"""The prior: uniform over the registry's ranges of the parameters that matter.

Hundreds of numbers have ranges; a few dozen move anything on record. A first screening changes
all of them at once in a Sobol' sample and keeps those that explain most of the likelihood and of
the predictions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import qmc, rankdata

from experiments.tuning.hindcast import Hindcast, Points, predict
from experiments.tuning.likelihood import Likelihood
from scenarios.registry import Registry

Floats = NDArray[np.float64]
NOISE = ("share_noise",)
"""Size of the noise on shares: it moves the spread, and is tuned by it. Its memory is one for all
domains, of which the record shows only trade, and what sets states apart would be fitted to a
handful of changes: both keep their values."""
NOISY = (
    *NOISE,
    "trade_noise",
    "noise_persistence",
    "income_noise",
    "driver_noise",
    "sinophobia_noise",
)
"""All that is noise, and not tuned by means."""
REPORTED = ("capacity_scale", "risk_", "stability_", "taiwan_hazard", "rivalry_", "world_")
"""Names that only scale what is reported, or that vary over worlds whatever is tuned."""


@dataclass(frozen=True)
class Prior:
    """A box: leaf names with their ranges; points in the unit cube stand for points in it."""

    names: tuple[str, ...]
    low: Floats
    high: Floats

    def points(self, unit: Floats) -> dict[str, Floats]:
        """Leaf values of unit points (point, leaf)."""
        values = np.clip(self.low + unit * (self.high - self.low), self.low, self.high)
        return {name: values[:, place] for place, name in enumerate(self.names)}

    def unit(self, points: Points) -> Floats:
        """The way back: unit points (point, leaf)."""
        values = np.stack([np.atleast_1d(points[name]) for name in self.names], axis=1)
        return (values - self.low) / (self.high - self.low)

    def sample(self, count: int, seed: int) -> Floats:
        """A Sobol' sample of the unit cube (point, leaf), scrambled."""
        drawn = qmc.Sobol(len(self.names), rng=seed).random_base2(max(count - 1, 1).bit_length())
        return np.asarray(drawn[:count])


def candidates(registry: Registry) -> tuple[str, ...]:
    """Leaves that tuning may move: a range of their own, and something to say about behaviour.

    Left out are first shares and weights that sum to one, all other judgement with a spread of its
    own, what is exact, what only scales what is reported, and noise: of that, `noises` are tuned
    by the spread.
    """
    return tuple(
        leaf.name
        for parameter in registry.values()
        for leaf in parameter.leaves
        if leaf.high > leaf.low and leaf.spread == "range" and not parameter.simplex
        if not parameter.name.startswith((*NOISY, *REPORTED))
    )


def noises(registry: Registry, domains: Sequence[str]) -> tuple[str, ...]:
    """Leaves of the noise on shares, of those domains that the record speaks of."""
    return tuple(
        leaf.name
        for parameter in registry.values()
        for leaf in parameter.leaves
        if leaf.high > leaf.low and parameter.name.startswith(NOISE)
        if parameter.axes != ("domain",) or leaf.name.rpartition(".")[2] in domains
    )


def box(names: Sequence[str], registry: Registry) -> Prior:
    """The prior over some leaves."""
    leaves = [registry.leaves[name] for name in names]
    low = np.array([leaf.low for leaf in leaves])
    return Prior(tuple(names), low, np.array([leaf.high for leaf in leaves]))


def screened(
    prior: Prior,
    hindcast: Hindcast,
    likelihood: Likelihood,
    keep: int,
    count: int = 1024,
    executor: Executor | None = None,
    advance: Callable[[int], object] = lambda _: None,
) -> tuple[str, ...]:
    """The `keep` leaves that move predictions most, measured against the errors.

    All leaves vary at once; the strength of one is the part of the variance of every figure that
    a line in its rank explains, weighed by how much of the figure's error that variance is.
    """
    unit = prior.sample(count, seed=1)
    predicted = predict(hindcast, prior.points(unit), executor, advance)
    order = strengths(unit, predicted, likelihood).argsort()[::-1]
    return tuple(prior.names[place] for place in sorted(order[:keep]))


def strengths(unit: Floats, predicted: Floats, likelihood: Likelihood) -> Floats:
    """How strongly each leaf moves the figures, in variances of their errors."""
    ranks = rankdata(unit, axis=0)
    ranks = (ranks - ranks.mean(axis=0)) / ranks.std(axis=0)
    total = np.zeros(unit.shape[1])
    for group in likelihood.groups:
        y = predicted[group.rows]
        centred = (y - y.mean(axis=1, keepdims=True)) / np.sqrt(group.variance)[:, None]
        slope = centred @ ranks / len(ranks)
        noise = (centred**2).mean(axis=1, keepdims=True) / len(ranks)
        total += np.maximum(slope**2 - noise, 0).sum(axis=0)
    return total


def single(prior: Prior, unit: Floats) -> dict[str, float]:
    """One unit point as leaf values."""
    return {name: float(values[0]) for name, values in prior.points(unit[None]).items()}
