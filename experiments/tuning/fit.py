"""Fitting: from the record up to a year to a posterior, stage by stage.

1. *spread*: worlds of the shipped parameters show how figures vary together.
2. *screen*: which of the registry's ranges move anything on record.
3. *sample*: a Sobol' sample of the prior over these; history matching rules points out.
4. *optimum*: CMA-ES from the best of them.
5. *posterior*: several ensembles of walkers among what is plausible.
6. *noise*: sizes of noise under which changes on record are most likely.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.tuning import matching
from experiments.tuning.budget import Budget
from experiments.tuning.hindcast import (
    BLOCK,
    Hindcast,
    Points,
    hindcast_of,
    predict,
    predict_worlds,
)
from experiments.tuning.likelihood import Likelihood, likelihood_of
from experiments.tuning.measurement import load_measurement
from experiments.tuning.noise import BATCH, changes_of, noise_drawn, noise_tried
from experiments.tuning.optimum import optimised
from experiments.tuning.posterior import diagnosed, sampled, starting, thinned
from experiments.tuning.prior import Prior, box, candidates, noises, screened, single
from experiments.tuning.stages import Arrays, Stages, progress
from scenarios.parameters import load_parameters

Floats = NDArray[np.float64]
NOISY_DOMAINS = ("trade",)
"""Domains whose shares are on record, so that the size of their noise can be told."""
PORTION = 16384
"""Points of the prior sample that are computed, and kept, at a time."""
SHOWN = 512
"""Points of the prior whose predictions are kept for figures."""


@dataclass(frozen=True)
class Fit:
    """What the record up to a year makes of the parameters.

    `members` are draws by leaf name, `best` the best point, `slopes` those of the links at the
    best point, `diagnostics` a row a leaf (None without chains), `matching` what history
    matching ruled out.
    """

    until: int
    figures: pd.DataFrame
    prior: Prior
    members: dict[str, Floats]
    best: dict[str, float]
    slopes: dict[str, float]
    diagnostics: pd.DataFrame | None
    matching: dict[str, Any]
    stages: dict[str, Arrays]


class Fitting:
    """One fit: what it knows grows from stage to stage."""

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
        tools = load_measurement().instruments
        fit = [tools[name].fit for name in figures["variable"]]
        seen = figures[np.array(fit) & (figures["year"] <= until)]
        self.figures = seen.reset_index(drop=True)
        self.until, self.budget, self.stages = until, budget, stages
        self.executor, self.quiet, self.seed = executor, quiet, seed
        self.hindcast: Hindcast = replace(
            hindcast_of(self.figures, seed=seed), replicates=tuple(range(budget.pairs))
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

    def run(self) -> Fit:
        """All stages in order."""
        registry = load_parameters()
        likelihood = self.likelihood()
        every = box(candidates(registry), registry)
        names = self.screen(every, likelihood)
        prior = box(names, registry)
        sample = self.sample(prior, likelihood)
        noise_box = box(noises(registry, NOISY_DOMAINS), registry)
        if self.budget.method == "matching":
            return self.finish(prior, noise_box, likelihood, self.plausible(sample), None)
        best = self.optimum(prior, likelihood, sample)
        unit = best[None]
        if self.budget.method == "posterior":
            chains = self.posterior(prior, likelihood, sample, best)["chains"]
            unit = thinned(chains, self.budget.members, self.seed)
        noise = self.noise(prior.points(unit), noise_box)
        return self.finish(prior, noise_box, likelihood, unit, noise)

    def plausible(self, sample: Arrays) -> Floats:
        """Unit points that the record does not rule out, the likeliest first."""
        left = matching.matched(sample["implausibility"]).plausible
        order = np.argsort(-sample["score"][left])
        return np.asarray(sample["unit"][left][order][: self.budget.members])

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

    def posterior(
        self, prior: Prior, likelihood: Likelihood, sample: Arrays, best: Floats
    ) -> Arrays:
        """Chains of walkers, and their scores."""
        budget = self.budget
        pool = sample["unit"][matching.matched(sample["implausibility"]).plausible]
        starts = [
            starting(best, pool, budget.walkers, self.seed + number)
            for number in range(budget.chains)
        ]

        def compute(advance: Callable[[int], object]) -> Arrays:
            score = self._score(prior, likelihood)
            chains, scores = sampled(score, starts, budget.steps, self.seed, advance)
            return {"chains": chains, "scores": scores}

        return self.stage("posterior", budget.chains * budget.steps * budget.walkers, compute)

    def finish(
        self,
        prior: Prior,
        noise_box: Prior,
        likelihood: Likelihood,
        unit: Floats,
        noise: Arrays | None,
    ) -> Fit:
        """Members with their noise, the best point and what is to be said about them."""
        members, top = prior.points(unit), self._top(unit, likelihood, prior)
        best = single(prior, top)
        if noise is not None:
            members |= noise_box.points(noise_drawn(noise, len(unit), self.seed))
            best |= single(noise_box, noise["unit"][noise["score"].argmax()])
        slopes = likelihood.slopes(predict(self.hindcast, prior.points(top[None])))
        found = [each["implausibility"] for name, each in self.kept.items() if "sample-" in name]
        judged = np.concatenate(found, axis=-1)
        told = matching.described(matching.matched(judged), judged.shape[-1])
        chains = self.kept.get("posterior", {}).get("chains")
        agreed = None if chains is None else diagnosed(prior.names, chains)
        flat = {name: float(value[0]) for name, value in slopes.items()}
        return Fit(self.until, self.figures, prior, members, best, flat, agreed, told, self.kept)

    def _top(self, unit: Floats, likelihood: Likelihood, prior: Prior) -> Floats:
        """The best of the chains, or of some unit points."""
        found = self.kept.get("posterior")
        if found is not None:
            flat = found["chains"].reshape(-1, found["chains"].shape[-1])
            return np.asarray(flat[found["scores"].ravel().argmax()])
        return np.asarray(unit[self._score(prior, likelihood)(unit).argmax()])


def fitted(
    figures: pd.DataFrame,
    until: int,
    budget: Budget,
    *,
    folder: Path | None = None,
    executor: Executor | None = None,
    quiet: bool = True,
    seed: int = 0,
    inputs: dict[str, Any] | None = None,
) -> Fit:
    """Fit the parameters to all figures up to a year; `folder` makes the work resumable."""
    stages = Stages(
        folder, {"until": until, "budget": asdict(budget), "seed": seed} | (inputs or {})
    )
    return Fitting(figures, until, budget, stages, executor, quiet=quiet, seed=seed).run()
