"""The stages of a fit but the posterior, one a method, each kept when done: see `fit`."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.progress import progress
from experiments.record.measurement import usable
from experiments.tuning import matching
from experiments.tuning.budget import Budget
from experiments.tuning.hindcast import (
    BLOCK,
    LARGE,
    Hindcast,
    Points,
    hindcast_of,
    predict,
    predict_worlds,
)
from experiments.tuning.likelihood import Likelihood, likelihood_of
from experiments.tuning.noise import BATCH, changes_of, noise_tried
from experiments.tuning.optimum import optimised
from experiments.tuning.prior import Prior, screened
from experiments.tuning.stages import Arrays, Stages

Floats = NDArray[np.float64]
PORTION = 16384
"""Points of the prior sample that are computed, and kept, at a time."""
SHOWN = 512
"""Points of the prior whose predictions are kept for figures."""


class Steps:
    """Figures up to a year, and every stage that can be computed from them."""

    def __init__(
        self,
        figures: pd.DataFrame,
        until: int,
        budget: Budget,
        stages: Stages,
        executor: Executor | None,
        *,
        quiet: bool,
        seed: int = 0,
    ) -> None:
        """Look at the figures up to a year, and at nothing after it."""
        self.figures = usable(figures, "fit", until)
        self.until, self.budget, self.stages = until, budget, stages
        self.executor, self.quiet, self.seed = executor, quiet, seed
        self.hindcast: Hindcast = replace(
            hindcast_of(self.figures, seed=seed),
            replicates=tuple(range(budget.pairs)),
            compiled=budget.points >= LARGE,
        )
        self.kept: dict[str, Arrays] = {}

    def stage(
        self, name: str, total: int, compute: Callable[[Callable[[int], object]], Arrays]
    ) -> Arrays:
        """A stage's arrays, from before or computed under a progress bar."""

        def computed() -> Arrays:
            with progress(name, total, quiet=self.quiet) as advance:
                return compute(advance)

        self.kept[name] = self.stages.done(name, computed)
        return self.kept[name]

    def likelihood(self) -> Likelihood:
        """The likelihood, with the model's own spread at the shipped values."""

        def compute(advance: Callable[[int], object]) -> Arrays:
            return {"worlds": predict_worlds(self.hindcast, {}, BLOCK, self.executor, advance)}

        return likelihood_of(self.figures, self.stage("spread", BLOCK, compute)["worlds"])

    def screen(self, every: Prior, likelihood: Likelihood) -> tuple[str, ...]:
        """The leaves that the record speaks of."""
        count, keep = self.budget.screen, self.budget.keep
        hindcast = replace(self.hindcast, replicates=(0,))
        found = self.stage(
            "screen",
            count,
            lambda step: {
                "names": np.array(
                    screened(every, hindcast, likelihood, keep, count, self.executor, step)
                )
            },
        )
        return tuple(str(name) for name in found["names"])

    def sample(self, prior: Prior, likelihood: Likelihood) -> Arrays:
        """A Sobol' sample of the prior with likelihoods and implausibilities."""
        unit = prior.sample(self.budget.points, self.seed)
        parts = []
        for number, start in enumerate(range(0, len(unit), PORTION)):
            portion = unit[start : start + PORTION]
            parts.append(
                self.stage(
                    f"sample-{number}",
                    len(portion),
                    partial(self._judged, prior, likelihood, portion),
                )
            )
        whole = {name: np.concatenate([part[name] for part in parts], axis=-1)
                 for name in ("score", "implausibility")}  # fmt: skip
        return {"unit": unit, "shown": parts[0]["shown"], **whole}

    def _judged(
        self,
        prior: Prior,
        likelihood: Likelihood,
        unit: Floats,
        advance: Callable[[int], object],
    ) -> Arrays:
        predicted = predict(self.hindcast, prior.points(unit), self.executor, advance)
        return {
            "score": likelihood(predicted),
            "implausibility": matching.implausibility(predicted, likelihood),
            "shown": predicted[:, :SHOWN].astype(np.float32),
        }

    def optimum(self, prior: Prior, likelihood: Likelihood, sample: Arrays) -> Floats:
        """The best unit point."""
        budget = self.budget
        start = sample["unit"][sample["score"].argmax()]

        def compute(advance: Callable[[int], object]) -> Arrays:
            best, history = optimised(
                self._score(prior, likelihood), start, budget.generations, budget.population,
                self.seed, advance,
            )  # fmt: skip
            return {"best": best, "history": history}

        total = budget.generations * budget.population
        return np.asarray(self.stage("optimum", total, compute)["best"])

    def _score(self, prior: Prior, likelihood: Likelihood) -> Callable[[Floats], Floats]:
        def score(unit: Floats) -> Floats:
            return likelihood(predict(self.hindcast, prior.points(unit), self.executor))

        return score

    def noise(self, members: Points, noise_box: Prior) -> Arrays:
        """Sizes of noise tried, and how likely past changes are under each."""

        def compute(advance: Callable[[int], object]) -> Arrays:
            return noise_tried(
                self.hindcast, members, changes_of(self.figures), noise_box, self.budget.noise,
                self.seed, self.executor, advance,
            )  # fmt: skip

        return self.stage("noise", self.budget.noise * BATCH, compute)
