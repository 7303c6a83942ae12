"""The posterior: several ensembles of walkers, and whether they agree.

emcee hands over half an ensemble at a time (Goodman and Weare 2010; ter Braak and Vrugt 2008 for
the moves). Convergence is judged across independent ensembles: R-hat (Gelman and Rubin 1992, on
halves of chains) and effective sample size.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import emcee
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.tuning.optimum import Score

Floats = NDArray[np.float64]
BURN = 0.5
"""First part of every chain that is thrown away."""


def sampled(
    score: Score,
    starts: Sequence[Floats],
    steps: int,
    seed: int = 0,
    advance: Callable[[int], object] = lambda _: None,
) -> tuple[Floats, Floats]:
    """Chains of unit points (chain, step, walker, leaf) and their log-posteriors.

    `starts` has one ensemble of walkers (walker, leaf) a chain.
    """
    chains, scores = [], []
    for number, start in enumerate(starts):
        moves = [(emcee.moves.DEMove(), 0.6), (emcee.moves.DESnookerMove(), 0.1),
                 (emcee.moves.StretchMove(), 0.3)]  # fmt: skip
        sampler = emcee.EnsembleSampler(
            *start.shape, within_cube(score), vectorize=True, moves=moves
        )
        sampler.random_state = np.random.RandomState(seed + number).get_state()
        for _ in sampler.sample(start, iterations=steps):
            advance(len(start))
        chains.append(sampler.get_chain())
        scores.append(sampler.get_log_prob())
    return np.stack(chains), np.stack(scores)


def within_cube(score: Score) -> Score:
    """The same score, minus infinity outside the unit cube; points outside are not run."""

    def guarded(unit: Floats) -> Floats:
        inside = ((unit >= 0) & (unit <= 1)).all(axis=1)
        found = np.full(len(unit), -np.inf)
        if inside.any():
            found[inside] = score(unit[inside])
        return found

    return guarded


def starting(best: Floats, pool: Floats, walkers: int, seed: int, size: float = 0.1) -> Floats:
    """Walkers around the best point, each pulled some way to a plausible point of the pool."""
    rng = np.random.default_rng(seed)
    chosen = pool[rng.integers(len(pool), size=walkers)]
    pulled = best + rng.uniform(0, 3 * size, (walkers, 1)) * (chosen - best)
    jitter = size / 4 * rng.standard_normal((walkers, len(best)))
    return np.clip(pulled + jitter, 0.001, 0.999)


def settled(chains: Floats) -> Floats:
    """Chains without their first part (chain, step, walker, leaf)."""
    return chains[:, int(BURN * chains.shape[1]) :]


def r_hat(chains: Floats) -> Floats:
    """Split R-hat of every leaf, from the means of walkers within half chains.

    Every walker of every half chain counts as a chain of its own; 1 when all agree.
    """
    kept = settled(chains)
    half = kept.shape[1] // 2
    halves = np.concatenate([kept[:, :half], kept[:, half : 2 * half]])
    parts = halves.mean(axis=2)
    within = halves.var(axis=(1, 2), ddof=1).mean(axis=0)
    between = parts.mean(axis=1).var(axis=0, ddof=1)
    return np.asarray(np.sqrt((within + between) / np.maximum(within, 1e-300)))


def effective_size(chains: Floats) -> Floats:
    """Effective number of independent draws of every leaf, over all chains and walkers.

    The autocorrelation is that of all walkers together, summed up to Sokal's window (1996).
    """
    kept = settled(chains)
    count, steps, walkers, _ = kept.shape
    return np.array(
        [
            count * steps * walkers / autocorrelation_time(kept[..., place])
            for place in range(kept.shape[-1])
        ]
    )


def autocorrelation_time(series: Floats, window: float = 5.0) -> float:
    """Steps between independent draws; `series` is (chain, step, walker)."""
    centred = series - series.mean()
    steps = series.shape[1]
    spectrum = np.abs(np.fft.rfft(centred, 2 * steps, axis=1)) ** 2
    shared = np.fft.irfft(spectrum, axis=1)[:, :steps].mean(axis=(0, 2))
    if shared[0] <= 0:
        return float(steps)
    sums = 2 * np.cumsum(shared / shared[0]) - 1
    enough = np.arange(steps) >= window * sums
    return float(max(sums[enough.argmax()] if enough.any() else sums.max(), 1.0))


def diagnosed(names: Sequence[str], chains: Floats) -> pd.DataFrame:
    """How far the chains converged, by leaf: `r_hat` and `effective`."""
    return pd.DataFrame(
        {"leaf": list(names), "r_hat": r_hat(chains), "effective": effective_size(chains)}
    )


def thinned(chains: Floats, count: int, seed: int = 0) -> Floats:
    """Draws from the settled part of all chains (draw, leaf), evenly over steps."""
    kept = settled(chains)
    flat = kept.transpose(1, 0, 2, 3).reshape(-1, kept.shape[-1])
    if count >= len(flat):
        return np.asarray(np.random.default_rng(seed).permutation(flat))
    places = np.linspace(0, len(flat) - 1, count).astype(int)
    return np.asarray(np.random.default_rng(seed).permutation(flat[places]))
