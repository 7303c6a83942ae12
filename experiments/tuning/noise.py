"""Sizes of noise under which past changes are most likely.

What forecasts need to know is how far a share strays within a few years from where the worlds
expect it. For every set of sizes that is tried, worlds of the posterior show how changes over one
to four years spread; the record says how large they were beside the median world's.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.record.measurement import SERIES, load_measurement
from experiments.tuning.hindcast import BLOCK, Hindcast, Points, gathered
from experiments.tuning.prior import Prior
from experiments.tuning.stages import Arrays

Floats = NDArray[np.float64]
Places = NDArray[np.int64]
BATCH = 16
FARTHEST = 4
"""Years over which changes are taken."""


@dataclass(frozen=True)
class Changes:
    """Pairs of figures of one series: later and earlier row, the change, its error, its weight.

    Changes over several years overlap: each weighs one over its years.
    """

    later: Places
    earlier: Places
    change: Floats
    error: Floats
    weight: Floats

    def likelihood(self, worlds: Floats) -> float:
        """Weighted log-likelihood of all changes, given worlds (figure, worlds)."""
        moved = worlds[self.later] - worlds[self.earlier]
        variance = moved.var(axis=1) + self.error**2
        missed = self.change - np.median(moved, axis=1)
        return float(-0.5 * (self.weight * (missed**2 / variance + np.log(variance))).sum())


def changes_of(figures: pd.DataFrame) -> Changes:
    """All changes over one to four years of what the record shows directly, within a lens."""
    tools = load_measurement().instruments
    rows = []
    for key, part in figures.groupby(SERIES, sort=False):
        tool = tools[str(key[0])]
        if tool.slope_sd > 0 or tool.window > 1:
            continue
        place, year = part.index.to_numpy(), part["year"].to_numpy(int)
        y, error = part["y"].to_numpy(float), part["error"].to_numpy(float)
        for i in range(len(part)):
            for j in range(i):
                if year[i] - year[j] <= FARTHEST:
                    blur = float(np.hypot(error[i], error[j]))
                    rows.append((place[i], place[j], y[i] - y[j], blur, 1 / (year[i] - year[j])))
    columns = [np.array(each) for each in zip(*rows, strict=True)]
    return Changes(*columns)


def noise_tried(
    hindcast: Hindcast,
    members: Points,
    changes: Changes,
    prior: Prior,
    batches: int,
    seed: int,
    executor: Executor | None,
    advance: Callable[[int], object],
) -> Arrays:
    """A Sobol' sample of sizes, as unit points, and their log-likelihoods."""
    drawn = {name: np.resize(values, BLOCK) for name, values in members.items()}
    unit = prior.sample(batches * BATCH, seed)
    scores = []
    for start in range(0, len(unit), BATCH):
        points = prior.points(unit[start : start + BATCH])
        scores.append(_likelihoods(hindcast, drawn, changes, points, executor))
        advance(BATCH)
    return {"unit": unit, "score": np.concatenate(scores)}


def _likelihoods(
    hindcast: Hindcast,
    members: Points,
    changes: Changes,
    points: Points,
    executor: Executor | None,
) -> Floats:
    """Log-likelihood of past changes under each point."""
    count = len(next(iter(points.values())))
    base = replace(hindcast, replicates=tuple(range(BLOCK)), paired=True)
    work: list[tuple[Hindcast, Points]] = []
    for place in range(count):
        sizes = {name: float(values[place]) for name, values in points.items()}
        work.append((replace(base, changes=sizes), members))
    worlds = gathered(work, executor).reshape(-1, count, BLOCK)
    return np.array([changes.likelihood(worlds[:, place]) for place in range(count)])


def noise_drawn(tried: Arrays, count: int, seed: int) -> Floats:
    """Sizes drawn from those tried, each as often as the record makes it likely."""
    weight = np.exp(tried["score"] - tried["score"].max())
    rng = np.random.default_rng(seed)
    return np.asarray(tried["unit"][rng.choice(len(weight), count, p=weight / weight.sum())])
