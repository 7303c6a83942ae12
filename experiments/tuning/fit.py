"""Fitting: from the record up to a year to a posterior, in minutes.

1. *Screening*: all uncertain numbers vary at once; those that move the record most are tuned.
2. *Rounds*: what the model misses is smooth in the parameters, so that a polynomial of them (an
   emulator) learns it from a sample, shows where the posterior lies, and learns again from a sample
   of there.
3. *Weights*: draws of the last emulator's posterior are computed by the model itself, and each
   counts as much as the emulator was wrong about it (importance sampling), so that what comes out
   is the posterior of the model.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import logsumexp
from scipy.stats import norm, qmc, rankdata

from experiments.progress import progress
from experiments.record.measurement import load_measurement, usable
from experiments.tuning.convergence import diagnosed
from experiments.tuning.hindcast import hindcast_of, predict
from experiments.tuning.likelihood import (
    FREEDOM,
    LUCKS,
    SHAPES,
    Group,
    Likelihood,
    groups_of,
    linked,
    links_in,
    log_determinant,
    lucks_drawn,
    sloped,
    student,
    surprises_inside,
)
from experiments.tuning.uncertain import Inputs, tunable
from scenarios.parameters import load_parameters
from scenarios.vocabulary import DOMAINS, STATES

Floats = NDArray[np.float64]
CAREFUL = 1e-3
"""Ridge of the emulator, as a part of its sample."""
VARIANCE = 0.999
"""Part of all that moves which the emulator's directions have to hold."""
TOGETHER = 20
"""Numbers whose products the emulator knows: the strongest."""
STAGES = 4
"""How often chains begin anew with what they have learned; the last time counts ..."""
SHORT = 3
"""... and all others are so much shorter."""
HASTY = 3
"""Chains of the rounds that do not count are so much shorter."""
WIDER = 1.2
"""Variance of the law around which chains turn, beside what was found."""
INSIDE, TURNS = 0.99, 100
"""No chain starts nearer to the end of what is reached; none turns more often for one step."""
REACH = 3.5
"""No deviate is further out."""
LIKELY = 256
"""Points that say which luck is likeliest, and from which chains start."""
TRADE, STATE_LUCK = "trade_share", "trade_noise_state"
"""The variable and the numbers of luck that differs by state."""
Score = Callable[[Floats], Floats]
"""From points (point, number) to log-likelihoods."""


@dataclass(frozen=True)
class Budget:
    """How much a fit computes: points of the screening, of the first sample and of the last draws.

    `keep` numbers are tuned; each round between has half as many points, and all have `chains` of
    so many steps, of which the second half counts.
    """

    screen: int = 768
    keep: int = 40
    points: int = 768
    rounds: int = 2
    chains: int = 32
    steps: int = 2400
    members: int = 512


@dataclass(frozen=True)
class Fit:
    """What the record up to a year makes of the parameters.

    `members` are draws by leaf, `slopes` and `lucks` (places in `LUCKS`) go with them by variable;
    `best` is the likeliest member. `diagnostics` has a row a leaf, `effective` says what so many
    weighted draws are worth, `misjudged` how far the emulator was off, `coverage` how many of the
    fit's own yearly surprises lie inside 90 %.
    """

    until: int
    figures: pd.DataFrame
    members: dict[str, Floats]
    slopes: dict[str, Floats]
    lucks: dict[str, NDArray[np.int64]]
    best: dict[str, float]
    diagnostics: pd.DataFrame
    effective: float
    misjudged: float
    coverage: dict[str, float]


class Fitting:
    """One fit to figures up to a year; points are standard normal deviates beforehand."""

    def __init__(
        self,
        figures: pd.DataFrame,
        until: int,
        budget: Budget,
        executor: Executor | None = None,
        *,
        quiet: bool = True,
        seed: int = 0,
    ) -> None:
        """Look at the figures up to a year, and at nothing after it."""
        self.figures, self.until, self.budget = usable(figures, "fit", until), until, budget
        self.executor, self.quiet, self.seed = executor, quiet, seed
        self.hindcast = hindcast_of(self.figures, seed=seed)
        self.likelihood = Likelihood(groups_of(self.figures))
        registry = load_parameters().as_of(until)
        self.prior = Inputs(tunable(registry), registry)
        self.linked = links_in(self.figures)

    def run(self) -> Fit:
        """Screen, learn in rounds, and weigh draws of the last."""
        budget = self.budget
        self.prior = Inputs(self.screened(), self.prior.registry)
        size = len(self.prior.names) + len(self.linked)
        points = deviates(budget.points, size, self.seed)
        predicted = self.predicted("sample", points)
        score = self.likelihood(predicted)
        for number in range(budget.rounds + 1):
            order = np.argsort(-score, kind="stable")
            lucks = self.likeliest(predicted[:, order[:LIKELY]])
            emulator = emulated(points, predicted, self.likelihood.groups, lucks)
            starts = points[np.resize(order[:LIKELY], budget.chains)]
            last = number == budget.rounds
            steps = budget.steps if last else budget.steps // HASTY
            chains = explored(emulator, starts, steps, self.seed + number)
            some = thinned(chains, budget.points if last else budget.points // 2)
            found = self.predicted(f"round {number + 1}", some)
            likely = self.likelihood(found)
            points, score = np.concatenate([points, some]), np.concatenate([score, likely])
            predicted = np.concatenate([predicted, found], axis=1)
        return self.weighed(some, found, likely - emulator(some), chains)

    def predicted(self, name: str, points: Floats) -> Floats:
        """Predictions of points (figure, point), with the slopes of links that they have."""
        with progress(f"{self.until}: {name}", len(points), quiet=self.quiet) as advance:
            leaves = self.prior.points(points)
            found = predict(self.hindcast, leaves, self.executor, advance)
        return linked(found, self.figures, self.slopes(points))

    def slopes(self, points: Floats) -> dict[str, Floats]:
        """The slope of each link that need only rise, for every point."""
        first = len(self.prior.names)
        return {name: sloped(name, points[:, first + i]) for i, name in enumerate(self.linked)}

    def screened(self) -> tuple[str, ...]:
        """The numbers that move the figures most, measured against errors and luck.

        All vary at once; the strength of one is what a line in its rank explains.
        """
        names = self.prior.names
        points = deviates(self.budget.screen, len(names), self.seed + 1)
        with progress(f"{self.until}: screening", len(points), quiet=self.quiet) as advance:
            found = predict(self.hindcast, self.prior.points(points), self.executor, advance)
        order = np.argsort(-self.likelihood(found), kind="stable")
        lucks = self.likeliest(found[:, order[:LIKELY]])
        ranks = rankdata(points, axis=0)
        ranks = (ranks - ranks.mean(axis=0)) / ranks.std(axis=0)
        strength = np.zeros(len(names))
        for group in self.likelihood.groups:
            moved = group.factor(lucks[group.variable]) @ found[group.rows]
            moved = moved - moved.mean(axis=1, keepdims=True)
            chance = (moved**2).mean(axis=1, keepdims=True) / len(points)
            strength += np.maximum((moved @ ranks / len(points)) ** 2 - chance, 0).sum(axis=0)
        return tuple(names[i] for i in np.argsort(-strength)[: self.budget.keep])

    def likeliest(self, predicted: Floats) -> dict[str, int]:
        """The likeliest luck of each variable, given some good points."""
        tables = self.likelihood.by_luck(predicted)
        whole = {k: logsumexp(each, axis=-1, keepdims=True) for k, each in tables.items()}
        return {name: int(luck[0]) for name, luck in lucks_drawn(whole).items()}

    def weighed(self, points: Floats, predicted: Floats, off: Floats, chains: Floats) -> Fit:
        """Members out of draws of the emulator, of which it was `off` by so much."""
        rng = np.random.default_rng(self.seed)
        weight = np.exp(off - logsumexp(off))
        weight = np.minimum(weight, len(weight) ** -0.5)  # none counts for all (Ionides 2008)
        weight /= weight.sum()
        rows = rng.choice(len(weight), self.budget.members, p=weight)
        lucks = lucks_drawn(self.likelihood.by_luck(predicted[:, rows]), rng)
        members = self.prior.points(points[rows]) | luck_leaves(lucks)
        members |= luck_by_state(self.likelihood.groups, predicted[:, rows], lucks, rng)
        top = (self.likelihood(predicted[:, rows]) - 0.5 * (points[rows] ** 2).sum(axis=1)).argmax()
        return Fit(
            self.until, self.figures, members, self.slopes(points[rows]), lucks,
            {name: float(values[top]) for name, values in members.items()},
            diagnosed(self.prior.names, chains), float(1 / (weight**2).sum()),
            float(np.subtract(*np.quantile(off, [0.84, 0.16])) / 2),
            surprises_inside(self.likelihood.groups, predicted[:, rows], lucks),
        )  # fmt: skip


def deviates(count: int, size: int, seed: int) -> Floats:
    """Points (point, number) of a Sobol' sample, as standard normal deviates."""
    drawn = qmc.Sobol(size, rng=seed).random_base2((count - 1).bit_length())
    return np.asarray(norm.ppf(drawn[:count]))


def luck_leaves(lucks: dict[str, NDArray[np.int64]]) -> dict[str, Floats]:
    """Luck as the registry has it, a value a member: sizes by domain, and how much of it lasts.

    A domain's is that of the variables that measure its shares themselves, their mean if there
    are several; domains without any keep the registry's.
    """
    tools, leaves = load_measurement().instruments, load_parameters().leaves
    sizes: dict[str, list[Floats]] = {}
    for name, places in lucks.items():
        size, tool = np.array([LUCKS[place][1] for place in places]), tools[name]
        if tool.quantity in DOMAINS and tool.transform == "log" and tool.slope_sd == 0:
            sizes.setdefault(f"share_noise.{tool.quantity}", []).append(np.log(size))
    found = {name: np.exp(np.mean(each, axis=0)) for name, each in sizes.items()}
    shapes = [SHAPES[LUCKS[place][0]] for place in next(iter(lucks.values()))]
    found["noise_persistence"] = np.array([shape.memory for shape in shapes])
    found["noise_lasting_part"] = np.array([shape.part for shape in shapes])
    return {k: np.clip(each, leaves[k].low, leaves[k].high) for k, each in found.items()}


def luck_by_state(
    groups: tuple[Group, ...],
    predicted: Floats,
    lucks: dict[str, NDArray[np.int64]],
    rng: np.random.Generator,
) -> dict[str, Floats]:
    """How much more or less luck a state has in trade than all have, a value a member.

    Drawn given the squares of its dyads' misses, which beforehand count for one dyad's.
    """
    found, leaves = {}, load_parameters().leaves
    for state in STATES:
        mine = [each for each in groups if each.variable == TRADE and each.state == state]
        squares = np.full(predicted.shape[1], FREEDOM)
        for group in mine:
            factor = group.factor(int(np.bincount(lucks[TRADE]).argmax()))
            squares += ((factor @ (group.y[:, None] - predicted[group.rows])) ** 2).sum(axis=0)
        count = FREEDOM + sum(len(group.rows) for group in mine)
        leaf = leaves[f"{STATE_LUCK}.{state}"]
        drawn = np.sqrt(squares / rng.chisquare(count, len(squares)))
        found[leaf.name] = np.clip(drawn, leaf.low, leaf.high)
    return found if TRADE in lucks else {}


@dataclass(frozen=True)
class Emulator:
    """Independent misses as polynomials of the second degree of deviates (point, number).

    `basis` (direction, miss) are the directions in which misses move; `starts` is where the misses
    of each dyad begin, `sizes` how many they are, `logdets` what making them independent took.
    """

    starts: NDArray[np.int64]
    sizes: NDArray[np.int64]
    logdets: Floats
    weights: Floats
    basis: Floats
    mean: Floats

    def __call__(self, points: Floats) -> Floats:
        """The log-likelihood of points."""
        misses = self.mean + features(points) @ self.weights @ self.basis
        squares = np.add.reduceat(misses**2, self.starts, axis=1)
        return np.asarray(student(squares, self.sizes, self.logdets).sum(axis=1))


def features(points: Floats) -> Floats:
    """1, every deviate and its square, and the products of the strongest, which come first."""
    one, other = np.triu_indices(min(points.shape[1], TOGETHER), 1)
    products = points[:, one] * points[:, other]
    return np.concatenate([np.ones((len(points), 1)), points, points**2 - 1, products], axis=1)


def emulated(
    points: Floats, predicted: Floats, groups: tuple[Group, ...], lucks: dict[str, int]
) -> Emulator:
    """An emulator that has learned from points (point, number) and predictions (figure, point)."""
    factors = [group.factor(lucks[group.variable]) for group in groups]
    misses = np.concatenate(
        [f @ (g.y[:, None] - predicted[g.rows]) for g, f in zip(groups, factors, strict=True)]
    ).T
    mean = misses.mean(axis=0)
    _, reach, basis = np.linalg.svd(misses - mean, full_matrices=False)
    kept = int(np.searchsorted(np.cumsum(reach**2) / (reach**2).sum(), VARIANCE)) + 1
    x = features(points)
    ridge = CAREFUL * len(x) * np.eye(x.shape[1])
    weights = np.linalg.solve(x.T @ x + ridge, x.T @ ((misses - mean) @ basis[:kept].T))
    sizes = np.array([len(group.rows) for group in groups])
    logdets = np.array([log_determinant(factor) for factor in factors])
    return Emulator(np.cumsum(sizes) - sizes, sizes, logdets, weights, basis[:kept], mean)


def explored(emulator: Score, starts: Floats, steps: int, seed: int) -> Floats:
    """Chains (chain, step, number) on an emulator's posterior.

    Those that count turn around a normal law that is as the posterior is, which earlier ones have
    found: they soon forget where they were (Nishihara, Murray and Adams 2014).
    """
    starts = np.clip(starts, -INSIDE * REACH, INSIDE * REACH)
    centre, root = np.zeros(starts.shape[1]), np.eye(starts.shape[1])
    for stage in range(STAGES):

        def score(moved: Floats, centre: Floats = centre, root: Floats = root) -> Floats:
            points = centre + moved @ root.T
            inside = (np.abs(points) < REACH).all(axis=1)
            found = emulator(points) - 0.5 * (points**2).sum(axis=1) + 0.5 * (moved**2).sum(axis=1)
            return np.where(inside, found, -np.inf)

        moved = np.asarray(np.linalg.solve(root, (starts - centre).T).T, dtype=np.float64)
        some = steps if stage == STAGES - 1 else steps // SHORT
        chains = centre + sliced(score, moved, some, seed + stage) @ root.T
        starts, flat = chains[:, -1], chains.reshape(-1, chains.shape[-1])
        centre = flat.mean(axis=0)
        root = np.asarray(
            np.linalg.cholesky(WIDER * np.cov(flat, rowvar=False) + 1e-6 * np.eye(len(centre)))
        )
    return chains


def sliced(score: Score, start: Floats, steps: int, seed: int) -> Floats:
    """Chains (chain, step, number) of which the first half is thrown away, each by itself.

    Elliptical slice sampling (Murray, Adams and MacKay 2010) of a standard normal law times the
    exponential of `score`: no move has to be tuned.
    """
    rng, here, been = np.random.default_rng(seed), start.copy(), []
    value = score(here)
    for step in range(steps):
        other = rng.standard_normal(here.shape)
        least = value + np.log(rng.random(len(here)))
        angle = rng.uniform(0, 2 * np.pi, len(here))
        low, high, open_ = angle - 2 * np.pi, angle.copy(), np.arange(len(here))
        before = here.copy()
        for _ in range(TURNS):
            if not len(open_):
                break
            turned = angle[open_, None]
            asked = before[open_] * np.cos(turned) + other[open_] * np.sin(turned)
            found = score(asked)
            good = found > least[open_]
            here[open_[good]], value[open_[good]] = asked[good], found[good]
            open_ = open_[~good]
            under = angle[open_] < 0
            low[open_[under]], high[open_[~under]] = angle[open_[under]], angle[open_[~under]]
            angle[open_] = rng.uniform(low[open_], high[open_])
        if step >= steps // 2:
            been.append(here.copy())
    return np.stack(been, axis=1)


def thinned(chains: Floats, count: int) -> Floats:
    """Draws from all chains (draw, number), evenly over steps."""
    flat = chains.transpose(1, 0, 2).reshape(-1, chains.shape[-1])
    return np.asarray(flat[np.linspace(0, len(flat) - 1, min(count, len(flat))).astype(int)])


def fitted(
    figures: pd.DataFrame,
    until: int,
    budget: Budget,
    *,
    executor: Executor | None = None,
    quiet: bool = True,
    seed: int = 0,
) -> Fit:
    """Fit the parameters to all figures up to a year."""
    return Fitting(figures, until, budget, executor, quiet=quiet, seed=seed).run()
