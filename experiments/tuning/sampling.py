"""The stages of the posterior: emulators, a warm-up, portions of chains, each kept."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from experiments.progress import Advance
from experiments.tuning import matching
from experiments.tuning.emulator import Emulator, emulated, terms
from experiments.tuning.hindcast import predict
from experiments.tuning.likelihood import Likelihood
from experiments.tuning.posterior import Chains, Walk, explored, sampled
from experiments.tuning.prior import Prior
from experiments.tuning.stages import Arrays
from experiments.tuning.steps import Steps

Floats = NDArray[np.float64]
AMPLE = 3
"""Points to fit an emulator to, for each term of its polynomial."""
LEG = 50
"""Steps of the chains that are computed, and kept, at a time."""
WARMING = 0.15
"""Steps that don't count, for each that does."""
POSTERIOR = "posterior"


class Sampling(Steps):
    """What draws a posterior, once the sample is there."""

    def posterior(self, prior: Prior, likelihood: Likelihood, sample: Arrays) -> Arrays:
        """All chains, their scores, and how the emulator did."""
        walk, ends = self.walk(prior, likelihood, sample)
        steps = self.budget.steps
        found = self._leg("warming", prior, likelihood, walk, ends, int(WARMING * steps))
        legs = []
        for start in range(0, steps, LEG):
            name, size = f"{POSTERIOR}-{start // LEG}", min(LEG, steps - start)
            found = self._leg(name, prior, likelihood, walk, found["chains"][:, -1], size)
            legs.append(found)
        whole = {name: np.concatenate([leg[name] for leg in legs], axis=1) for name in found}
        self.kept[POSTERIOR] = whole
        return whole

    def _leg(
        self,
        name: str,
        prior: Prior,
        likelihood: Likelihood,
        walk: Walk,
        starts: Floats,
        steps: int,
    ) -> Arrays:
        def compute(advance: Advance) -> Arrays:
            found: Chains = sampled(
                self._score(prior, likelihood), walk, starts, steps, leg_seed(self.seed, name),
                advance, executor=self.executor, warming=name == "warming",
            )  # fmt: skip
            return vars(found)

        return self.stage(name, steps * len(starts), compute)

    def walk(self, prior: Prior, likelihood: Likelihood, sample: Arrays) -> tuple[Walk, Floats]:
        """Moves on an emulator that has learned from its own draws, and where chains start.

        Chains set out all over what history matching leaves.
        """
        rng, moves = np.random.default_rng(self.seed), self.budget.moves
        pool = sample["unit"][matching.matched(sample["implausibility"]).plausible]
        ends = pool[rng.integers(len(pool), size=self.budget.chains)]
        enough = AMPLE * terms(len(prior.names))
        best = np.argsort(-sample["score"], kind="stable")[: 2 * enough]
        emulator = self.emulator(0, prior, likelihood, sample["unit"][best])
        walk, draws, ends = explored(emulator, ends, moves, self.seed, self.executor)
        for number in range(1, self.budget.refits + 1):
            some = draws[rng.permutation(len(draws))[:enough]]
            emulator = self.emulator(number, prior, likelihood, some, emulator)
            walk, draws, ends = explored(emulator, ends, moves, self.seed + number, self.executor)
        return walk, ends

    def emulator(
        self,
        number: int,
        prior: Prior,
        likelihood: Likelihood,
        unit: Floats,
        before: Emulator | None = None,
    ) -> Emulator:
        """The emulator of these points and of all that earlier ones learned from.

        `before`, which has not seen these points, shows on them how far off it is.
        """

        def compute(advance: Advance) -> Arrays:
            predicted = predict(self.hindcast, prior.points(unit), self.executor, advance)
            guessed = np.zeros(len(unit)) if before is None else before(unit)
            return {"unit": unit, "predicted": predicted,
                    "misjudged": likelihood(predicted) - guessed}  # fmt: skip

        self.stage(f"emulator-{number}", len(unit), compute)
        seen = [self.kept[f"emulator-{each}"] for each in range(number + 1)]
        return emulated(
            np.concatenate([each["unit"] for each in seen]),
            np.concatenate([each["predicted"] for each in seen], axis=1),
            likelihood,
        )


def leg_seed(seed: int, name: str) -> int:
    """A seed of its own for every leg."""
    return int(np.random.SeedSequence([seed, *name.encode()]).generate_state(1)[0])


def misjudged(kept: dict[str, Arrays]) -> list[float]:
    """How far each emulator was off on points it had not seen, but for a constant.

    The spread of true minus emulated log-likelihood: on the draws that the next one learned from;
    at last on what was proposed to the chains.
    """
    later = [name for name in sorted(kept) if name.startswith("emulator-")][1:]
    found = [kept[name]["misjudged"] for name in [*later, POSTERIOR]]
    return [float(each[np.isfinite(each)].std()) for each in found]
