"""The posterior: many chains that walk on an emulator and are judged by the hindcast.

A step of a chain is a long walk of cheap moves on the emulator's posterior, then one test with the
true likelihood: the end y of a walk from x is taken with probability
min(1, p(y) e(x) / (p(x) e(y))), p being the true and e the emulated density. That leaves the true
posterior unchanged however wrong the emulator is (Liu 2001; Christen and Fox 2005), as long as
emulator and moves stay the same while chains count. Every chain walks by itself, so that chains
can be compared.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from experiments.tuning.optimum import Score

Floats = NDArray[np.float64]
EDGE = 1e-12
"""No start is nearer to the end of a range: there a walk would begin at infinity."""
ROUNDS = 32
"""Walks with which the moves are learned; draws are taken from the second half."""
GROUP = 32
"""Chains that a worker takes at once."""
WANTED = 0.234
"""Share of moves taken at which a random walk gets on best (Roberts, Gelman and Gilks 1997)."""


@dataclass(frozen=True)
class Walk:
    """Random moves on a cheap density over the unit cube.

    They are made on normal deviates, of which the ranges know no end: uniform on the cube is
    standard normal there. `jump` (leaf, leaf) shapes a move.
    """

    surrogate: Score
    jump: Floats
    moves: int

    def __call__(self, unit: Floats, seed: int) -> tuple[Floats, Floats, Floats]:
        """Where points (point, leaf) get to, their surrogate scores, the share of moves taken."""
        rng = np.random.default_rng(seed)
        here = ndtri(np.clip(unit, EDGE, 1 - EDGE))
        score, taken = self._density(here), np.zeros(len(here))
        for _ in range(self.moves):
            asked = here + rng.standard_normal(here.shape) @ self.jump.T
            found = self._density(asked)
            better = np.log(rng.random(len(here))) < found - score
            here, score = np.where(better[:, None], asked, here), np.where(better, found, score)
            taken += better / self.moves
        unit = ndtr(here)
        return unit, self.surrogate(unit), taken

    def _density(self, normal: Floats) -> Floats:
        return np.asarray(self.surrogate(ndtr(normal)) - 0.5 * (normal**2).sum(axis=1))


def walked(
    walk: Walk, unit: Floats, rng: np.random.Generator, executor: Executor | None
) -> tuple[Floats, Floats, Floats]:
    """One walk of every point, in groups that workers share; their number changes nothing."""
    parts = np.array_split(unit, -(-len(unit) // GROUP))
    seeds = [int(each) for each in rng.integers(2**62, size=len(parts))]
    if executor is None:
        found = [walk(part, seed) for part, seed in zip(parts, seeds, strict=True)]
    else:
        tasks = [executor.submit(walk, *each) for each in zip(parts, seeds, strict=True)]
        found = [task.result() for task in tasks]
    ends, scores, taken = (np.concatenate(each) for each in zip(*found, strict=True))
    return ends, scores, taken


def explored(
    surrogate: Score, starts: Floats, moves: int, seed: int = 0, executor: Executor | None = None
) -> tuple[Walk, Floats, Floats]:
    """A walk that has learned its moves, draws of the surrogate, and where its chains end.

    The moves take shape and size from where the chains have been (Haario et al. 2001).
    """
    rng = np.random.default_rng(seed)
    shape = covariance_root(ndtri(np.clip(starts, EDGE, 1 - EDGE)))
    size, unit, been = 1.0, starts, []
    for number in range(ROUNDS):
        unit, _, taken = walked(Walk(surrogate, size * shape, moves), unit, rng, executor)
        been.append(unit)
        recent = np.concatenate(been[len(been) // 2 :])
        shape = covariance_root(ndtri(np.clip(recent, EDGE, 1 - EDGE)))
        size *= float(np.exp((taken.mean() - WANTED) * 4 / np.sqrt(1 + number)))
    draws = np.concatenate(been[ROUNDS // 2 :])
    return Walk(surrogate, size * shape, moves), draws, unit


def covariance_root(points: Floats) -> Floats:
    """The shape of moves among points (point, leaf): a root of their covariance, scaled."""
    leaves = points.shape[1]
    covariance = np.atleast_2d(np.cov(points, rowvar=False)) + 1e-4 * np.eye(leaves)
    return np.asarray(2.38 / np.sqrt(leaves) * np.linalg.cholesky(covariance))


@dataclass(frozen=True)
class Chains:
    """Unit points (chain, step, leaf), their log-posteriors, and what was proposed.

    `misjudged` is the true minus the emulated log-posterior of every proposal, `accepted` whether
    it was taken.
    """

    chains: Floats
    scores: Floats
    misjudged: Floats
    accepted: NDArray[np.bool_]


def sampled(
    score: Score,
    walk: Walk,
    starts: Floats,
    steps: int,
    seed: int = 0,
    advance: Callable[[int], object] = lambda _: None,
    *,
    executor: Executor | None = None,
    warming: bool = False,
) -> Chains:
    """Chains from starting points (chain, leaf).

    `warming`, the test is forgiving at first: a chain that starts where the emulator is far off
    would wait there for ever. Such steps don't count.
    """
    rng = np.random.default_rng(seed)
    unit, true, cheap = starts, score(starts), walk.surrogate(starts)
    rows = []
    for step in range(steps):
        asked, asked_cheap, _ = walked(walk, unit, rng, executor)
        found = score(asked)
        with np.errstate(invalid="ignore"):
            gain = (found - asked_cheap) - (true - cheap)
        power = (step + 0.5) / steps if warming else 1.0
        taken = np.log(rng.random(len(unit))) < power * gain
        unit = np.where(taken[:, None], asked, unit)
        true, cheap = np.where(taken, found, true), np.where(taken, asked_cheap, cheap)
        rows.append((unit, true, found - asked_cheap, taken))
        advance(len(unit))
    return Chains(*(np.stack(each, axis=1) for each in zip(*rows, strict=True)))


def thinned(chains: Floats, count: int, seed: int = 0) -> Floats:
    """Draws from all chains (draw, leaf), evenly over steps."""
    flat = chains.transpose(1, 0, 2).reshape(-1, chains.shape[-1])
    if count < len(flat):
        flat = flat[np.linspace(0, len(flat) - 1, count).astype(int)]
    return np.asarray(np.random.default_rng(seed).permutation(flat))
