"""Fitting: from the record up to a year to a posterior, stage by stage.

1. *spread*: worlds of the shipped parameters show how figures vary together.
2. *screen*: which of the registry's ranges move anything on record.
3. *sample*: a Sobol' sample of the prior over these; history matching rules points out.
4. *optimum*: CMA-ES from the best of them.
5. *posterior*: an emulator of the hindcast proposes, the hindcast decides; many chains.
6. *noise*: sizes of noise under which changes on record are most likely.
"""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.tuning import matching
from experiments.tuning.budget import Budget
from experiments.tuning.convergence import diagnosed
from experiments.tuning.hindcast import predict
from experiments.tuning.likelihood import Likelihood
from experiments.tuning.noise import noise_drawn
from experiments.tuning.posterior import thinned
from experiments.tuning.prior import Prior, box, candidates, noises, single
from experiments.tuning.sampling import POSTERIOR, Sampling
from experiments.tuning.stages import Arrays, Stages
from scenarios.parameters import load_parameters

Floats = NDArray[np.float64]
NOISY_DOMAINS = ("trade",)
"""Domains whose shares are on record, so that the size of their noise can be told."""


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


class Fitting(Sampling):
    """One fit: all stages in order, and what is made of them."""

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
            chains = self.posterior(prior, likelihood, sample)["chains"]
            unit = thinned(chains, self.budget.members, self.seed)
        noise = self.noise(prior.points(unit), noise_box)
        return self.finish(prior, noise_box, likelihood, unit, noise)

    def plausible(self, sample: Arrays) -> Floats:
        """Unit points that the record does not rule out, the likeliest first."""
        left = matching.matched(sample["implausibility"]).plausible
        order = np.argsort(-sample["score"][left])
        return np.asarray(sample["unit"][left][order][: self.budget.members])

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
        told = matching.matching_summary(matching.matched(judged), judged.shape[-1])
        chains = self.kept.get(POSTERIOR, {}).get("chains")
        agreed = None if chains is None else diagnosed(prior.names, chains)
        flat = {name: float(value[0]) for name, value in slopes.items()}
        return Fit(self.until, self.figures, prior, members, best, flat, agreed, told, self.kept)

    def _top(self, unit: Floats, likelihood: Likelihood, prior: Prior) -> Floats:
        """The best of the chains and of the optimum, or of some unit points."""
        found = self.kept.get(POSTERIOR)
        if found is None:
            return np.asarray(unit[self._score(prior, likelihood)(unit).argmax()])
        optimum = self.kept["optimum"]
        if optimum["history"].max() > found["scores"].max():
            return np.asarray(optimum["best"])
        flat = found["chains"].reshape(-1, found["chains"].shape[-1])
        return np.asarray(flat[found["scores"].ravel().argmax()])


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
