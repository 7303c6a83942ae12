"""Optimisation: CMA-ES asks for whole populations, the hindcast answers with one call."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from cmaes import CMA
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Score = Callable[[Floats], Floats]
"""From unit points (point, leaf) to log-posteriors."""
STEP = 0.15


def optimised(
    score: Score,
    start: Floats,
    generations: int,
    population: int,
    seed: int = 0,
    advance: Callable[[int], object] = lambda _: None,
) -> tuple[Floats, Floats]:
    """The best unit point found, and the best score after each generation."""
    bounds = np.stack([np.zeros(len(start)), np.ones(len(start))], axis=1)
    start = np.clip(start, 0.02, 0.98)
    optimiser = CMA(start, STEP, bounds=bounds, seed=seed, population_size=population)
    best, best_score, history = start, -np.inf, []
    for _ in range(generations):
        asked = np.stack([optimiser.ask() for _ in range(population)])
        found = score(asked)
        optimiser.tell(
            [(point, -max(float(each), -1e12)) for point, each in zip(asked, found, strict=True)]
        )
        if found.max() > best_score:
            best, best_score = asked[found.argmax()], float(found.max())
        history.append(best_score)
        advance(population)
        if optimiser.should_stop():
            break
    return best, np.array(history)
