"""Backtests: tune on what came before, forecast what came after, compare with simple rules.

Twice for every origin: with drivers as they turned out, which nobody knew, and with drivers
frozen at the origin. Nothing that was observed after the origin reaches its fit. (The rules, ranges
and driver paths were written down by people who had seen later years; no computation can take that
back.)
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.design.inputs import registry_and_draws
from experiments.progress import Advance, progress
from experiments.record.measurement import SERIES, usable
from experiments.tuning.fit import Budget, Fit, fitted
from experiments.tuning.forecasting import forecasts
from experiments.tuning.hindcast import hindcast_of, predict
from experiments.tuning.likelihood import Likelihood, foreseen, groups_of, lucks_drawn
from experiments.tuning.scoring import scored, simplexes
from experiments.tuning.uncertain import Inputs, tunable
from scenarios.load import load_scenario
from scenarios.parameters import load_parameters
from scenarios.posterior import load_posterior
from scenarios.quarters import parse_quarter
from scenarios.scenario import Scenario

Floats = NDArray[np.float64]
ACTUAL, FROZEN = "actual", "frozen"


@dataclass(frozen=True)
class Judged:
    """Scores of every forecast, of whole compositions, and how far the model is from each series.

    `fits` are those that forecasts stand on; none where members were given.
    """

    scores: pd.DataFrame
    simplexes: pd.DataFrame
    corrections: pd.DataFrame
    fits: tuple[Fit, ...] = ()


def backtested(
    figures: pd.DataFrame,
    origins: Sequence[int],
    horizon: int,
    budget: Budget,
    *,
    executor: Executor | None = None,
    quiet: bool = True,
    seed: int = 0,
) -> Judged:
    """Forecast from each origin so many years ahead, and score what is on record."""
    fits = tuple(
        fitted(figures, origin, budget, executor=executor, quiet=quiet, seed=seed)
        for origin in origins
    )
    baseline, parts = load_scenario("baseline"), []
    for fit in fits:
        near = usable(figures, "score", fit.until + horizon)
        for drivers, scenario in ((ACTUAL, baseline), (FROZEN, frozen(baseline, fit.until))):
            with progress(f"{fit.until}: {drivers}", budget.members, quiet=quiet) as advance:
                hindcast = hindcast_of(near, scenario, seed=seed)
                members = fit.members | untuned(fit.members, fit.until, seed)
                found = predict(hindcast, members, executor, advance)
            parts.append(judged(near, found, fit.until, drivers, seed))
    scores, wholes, gaps = (pd.concat(each, ignore_index=True) for each in zip(*parts, strict=True))
    return Judged(scores, wholes, gaps, fits)


def judged(
    figures: pd.DataFrame,
    predicted: Floats,
    origin: int,
    drivers: str,
    seed: int,
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Scores, those of compositions, and how far the model is from the last figure of series.

    How large luck is, and the slopes of links, are learned from what these predictions missed up to
    the origin.
    """
    rng, past = np.random.default_rng(seed), groups_of(figures[figures["year"] <= origin])
    predicted = foreseen(predicted, figures, origin, rng)
    lucks = lucks_drawn(Likelihood(past).by_luck(predicted), rng)
    found = [*forecasts(figures, predicted, lucks, origin)]
    last = figures[figures["year"] <= origin].groupby(SERIES, sort=False).tail(1)
    gap = last["y"] - np.median(predicted[last.index], axis=1)
    return (
        scored(found, drivers),
        pd.DataFrame(simplexes(found, drivers)),
        last.assign(correction=gap, origin=origin, drivers=drivers),
    )


def untuned(members: dict[str, Floats], until: int, seed: int) -> dict[str, Floats]:
    """All numbers that members do not hold, as worlds draw them: what is not tuned is not known."""
    registry = load_parameters().as_of(until)
    names = tuple(name for name in tunable(registry) if name not in members)
    size = len(next(iter(members.values()))), len(names)
    return Inputs(names, registry).points(np.random.default_rng(seed).standard_normal(size))


def frozen(scenario: Scenario, year: int) -> Scenario:
    """A scenario whose drivers stand still from the end of a year on, without later events."""
    last = parse_quarter(year, closing=True)

    def held(path: Floats) -> Floats:
        stopped = path.copy()
        stopped[last + 1 :] = path[last]
        return stopped

    events = tuple(event for event in scenario.events if event.quarter <= last)
    drivers = {name: held(path) for name, path in scenario.drivers.items()}
    return replace(scenario, name=f"{scenario.name}_{year}", drivers=drivers, events=events)


def members_of(parameters: Path | None, first: int) -> dict[str, Floats]:
    """Leaf values of a posterior (a row a member), or of a parameters file (one row).

    Takes what `run --parameters` takes; by default the shipped posterior that knows nothing of
    the period's `first` year and later. Raises FaultyInput or BadInput.
    """
    if parameters is None:
        return dict(load_posterior(before=first).members)
    registry, draws = registry_and_draws(parameters)
    shipped = load_parameters().leaves
    changed = {
        name: np.array([leaf.value])
        for name, leaf in registry.leaves.items()
        if leaf.value != shipped[name].value
    }
    return changed | draws


def scored_period(
    figures: pd.DataFrame,
    members: dict[str, Floats],
    first: int,
    last: int,
    *,
    executor: Executor | None = None,
    worlds: int = 512,
    seed: int = 0,
    advance: Advance = lambda _: None,
) -> Judged:
    """Scores of all figures from one year to another, without tuning: luck alone is learned."""
    near = usable(figures, "score", last)
    rows = {name: np.resize(values, worlds) for name, values in members.items()}
    rows = rows or {"share_noise.trade": np.zeros(worlds)}  # the registry's own values, all alike
    found = predict(hindcast_of(near, seed=seed), rows, executor, advance)
    return Judged(*judged(near, found, first - 1, ACTUAL, seed))
