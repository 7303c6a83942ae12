"""Sizes of noise under which the record is most likely.

At the best point everything that the median world misses has to be noise or error of figures.
For every set of sizes that is tried, 256 worlds show how figures then vary together.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.tuning.hindcast import BLOCK, Hindcast, Points, gathered
from experiments.tuning.likelihood import likelihood_of
from experiments.tuning.optimum import optimised
from experiments.tuning.prior import Prior
from experiments.tuning.stages import Arrays
from scenarios.parameters import load_parameters

Floats = NDArray[np.float64]
BATCH = 16


def noise_tried(
    hindcast: Hindcast,
    figures: pd.DataFrame,
    prior: Prior,
    generations: int,
    seed: int,
    executor: Executor | None,
    advance: Callable[[int], object],
) -> Arrays:
    """All unit points that an optimisation tried, and their log-likelihoods."""
    units: list[Floats] = []
    scores: list[Floats] = []

    def score(unit: Floats) -> Floats:
        found = _likelihoods(hindcast, figures, prior.points(unit), executor)
        units.append(unit)
        scores.append(found)
        return found

    shipped = load_parameters().leaves
    start = prior.unit({name: np.array([shipped[name].value]) for name in prior.names})[0]
    optimised(score, start, generations, BATCH, seed, advance)
    return {"unit": np.concatenate(units), "score": np.concatenate(scores)}


def _likelihoods(
    hindcast: Hindcast, figures: pd.DataFrame, points: Points, executor: Executor | None
) -> Floats:
    """Log-likelihood of the record under each point, with all misfit left to noise and error."""
    count = len(next(iter(points.values())))
    work: list[tuple[Hindcast, Points]] = []
    for place in range(count):
        sizes = {name: float(values[place]) for name, values in points.items()}
        changes = {**hindcast.changes, **sizes}
        replicates = tuple(range(BLOCK))
        work.append((replace(hindcast, replicates=replicates, paired=True, changes=changes), {}))
    worlds = gathered(work, executor).reshape(len(figures), count, BLOCK)
    return np.array([_likelihood(figures, worlds[:, place]) for place in range(count)])


def _likelihood(figures: pd.DataFrame, worlds: Floats) -> float:
    likely = likelihood_of(figures, worlds, discrepant=False)
    return float(likely(worlds.mean(axis=1, keepdims=True))[0])


def noise_drawn(tried: Arrays, count: int, seed: int) -> Floats:
    """Sizes drawn from those tried, each as often as the record makes it likely."""
    weight = np.exp(tried["score"] - tried["score"].max())
    rng = np.random.default_rng(seed)
    return np.asarray(tried["unit"][rng.choice(len(weight), count, p=weight / weight.sum())])
