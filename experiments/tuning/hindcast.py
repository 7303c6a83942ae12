"""The hindcast: what the model says about every observed figure, for many points at once.

A population of parameter points is cut into blocks of worlds, each point with the same
replicates: noise and judgement are common to all points, so that points differ by their
parameters alone. Only yearly means of the observed quantities are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.tuning.cells import Cells, cells_of, read_cells
from experiments.tuning.luck import QUARTERS, CommonNoise, Probe, TunedRegion
from model.ensemble import let_go, stepper_of
from model.noise import Noise
from model.uncertainty import draw_judgement
from scenarios.load import load_scenario
from scenarios.parameters import load_parameters
from scenarios.scenario import Scenario

Floats = NDArray[np.float64]
Points = Mapping[str, Floats]
"""Leaf name to one value a point."""
BLOCK = 256
WIDE = 512
"""Worlds of a block that is played from compiled code."""
LARGE = 2048
"""Points from which on compiled code repays its start."""
FEWEST_BLOCKS = 2
"""A small population is cut in so many blocks, for as many workers."""
SPLIT = 64
"""Points below which that is not worth it."""


@dataclass(frozen=True)
class Hindcast:
    """What is run for every point: a scenario, the replicates of a seed, up to the last figure.

    As for tuning, every point has the same few replicates, mirrored, with central judgement, and
    a prediction is their mean. `paired`, the points are worlds with a replicate and judgement of
    their own, as `run` has them, and every world is a prediction.
    """

    cells: Cells
    scenario: Scenario
    seed: int = 0
    replicates: tuple[int, ...] = (0, 1)
    paired: bool = False
    changes: Mapping[str, float] = field(default_factory=dict)
    """Leaves that are fixed at another value than the registry's."""
    compiled: bool = False
    """Says how, not what: the numbers are the same."""

    @property
    def every(self) -> int:
        """Worlds that a point takes."""
        return 1 if self.paired else 2 * len(self.replicates)

    def block(self, points: Points) -> Floats:
        """Predictions for the points of one block: (figure, points)."""
        count = 1 if self.paired else _count(points)
        luck = luck_of(self.seed, self.replicates)
        noise = CommonNoise(luck, count, mirrored=not self.paired)
        probe = Probe(self.cells, len(noise.replicates))
        with np.errstate(all="ignore"):
            region = TunedRegion(
                spec=self.scenario,
                parameters=self._arrays(points),
                noise=noise,
                recorder=probe,
            )
            stepper = stepper_of(region, probe, compiled=self.compiled)
            for year in range(self.cells.years):
                stepper.step_to((year + 1) * QUARTERS - 1)
                probe.take_down(region)
            found = read_cells(probe.yearly, probe.last, self.cells)
        let_go(region)
        return np.asarray(found.reshape(len(found), -1, self.every).mean(axis=2))

    def _arrays(self, points: Points) -> dict[str, Floats]:
        """Every parameter with worlds last: registry, then judgement, then the points."""
        registry = load_parameters()
        arrays = registry.arrays()
        if self.paired:
            arrays |= _judgement(self.seed, self.replicates)
        leaves = {name: np.array([value]) for name, value in self.changes.items()}
        leaves |= {name: np.repeat(values, self.every) for name, values in points.items()}
        return registry.replaced(arrays, leaves)


def _count(points: Points) -> int:
    return len(next(iter(points.values()))) if points else 1


@lru_cache(maxsize=2)
def luck_of(seed: int, replicates: tuple[int, ...]) -> Noise:
    """The luck of some replicates, kept by a process for its next block."""
    return Noise(seed, np.array(replicates, dtype=np.int64))


@lru_cache(maxsize=4)
def _judgement(seed: int, replicates: tuple[int, ...]) -> dict[str, Floats]:
    return draw_judgement(load_parameters(), seed, np.array(replicates, dtype=np.int64))


def hindcast_of(
    figures: pd.DataFrame, scenario: str | Scenario = "baseline", seed: int = 0
) -> Hindcast:
    """The hindcast of some figures under a scenario (a name or one already loaded).

    It runs free: what goes through the record would know what it is compared with.
    """
    spec = load_scenario(scenario) if isinstance(scenario, str) else scenario
    return Hindcast(cells_of(figures), replace(spec, free=True), seed)


def predict(
    hindcast: Hindcast,
    points: Points,
    executor: Executor | None = None,
    advance: Callable[[int], object] = lambda _: None,
) -> Floats:
    """Predictions for any number of points: (figure, points)."""
    size = (WIDE if hindcast.compiled else BLOCK) // hindcast.every
    if executor is not None and SPLIT <= _count(points) <= size:
        size = -(-_count(points) // FEWEST_BLOCKS)
    blocks = list(cut(points, size))
    return gathered([(hindcast, block) for block in blocks], executor, advance)


def predict_worlds(
    hindcast: Hindcast,
    draws: Points,
    worlds: int,
    executor: Executor | None = None,
    advance: Callable[[int], object] = lambda _: None,
) -> Floats:
    """Predictions of so many worlds (figure, worlds), each with luck and judgement of its own.

    `draws` are rows of a posterior: world i takes row i, starting over when rows run out.
    """
    work = []
    for start in range(0, worlds, BLOCK):
        chosen = tuple(range(start, min(start + BLOCK, worlds)))
        rows = {name: np.resize(values, worlds)[list(chosen)] for name, values in draws.items()}
        work.append((replace(hindcast, replicates=chosen, paired=True), rows))
    return gathered(work, executor, advance)


def gathered(
    work: Sequence[tuple[Hindcast, Points]],
    executor: Executor | None,
    advance: Callable[[int], object] = lambda _: None,
) -> Floats:
    """Blocks in order, computed here or by workers; the last block may be smaller."""
    if executor is None:
        found = (each.block(points) for each, points in work)
    else:
        tasks = [executor.submit(each.block, points) for each, points in work]
        found = (task.result() for task in tasks)
    parts = []
    for part in found:
        parts.append(part)
        advance(part.shape[1])
    return np.concatenate(parts, axis=1)


def cut(points: Points, size: int) -> Iterator[dict[str, Floats]]:
    """Points in portions of at most `size`."""
    for start in range(0, _count(points), size):
        yield {name: values[start : start + size] for name, values in points.items()}
