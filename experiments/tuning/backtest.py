"""Backtests: tune on what came before, forecast what came after, compare with simple rules.

Twice for every origin: with drivers as they turned out, which nobody knew, and with drivers
frozen at the origin. Nothing that was observed after the origin reaches its fit or its anchor.
(The rules, ranges and driver paths were written down by people who had seen later years; no
computation can take that back.)
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.progress import Advance, progress
from experiments.record.measurement import usable
from experiments.tuning.budget import QUICK, Budget
from experiments.tuning.fit import Fit, fitted
from experiments.tuning.forecasting import corrections, forecasts
from experiments.tuning.hindcast import hindcast_of, predict_worlds
from experiments.tuning.scoring import scored
from scenarios.load import load_scenario
from scenarios.quarters import parse_quarter
from scenarios.scenario import Scenario

ACTUAL, FROZEN = "actual", "frozen"
WORLDS = 512


@dataclass(frozen=True)
class Backtest:
    """Scores of every forecast, and how far every series was moved to its last observation."""

    scores: pd.DataFrame
    corrections: pd.DataFrame
    fits: tuple[Fit, ...]


def backtested(  # noqa: PLR0913 (options of a command)
    figures: pd.DataFrame,
    origins: Sequence[int],
    horizon: int,
    budget: Budget = QUICK,
    *,
    folder: Path | None = None,
    executor: Executor | None = None,
    quiet: bool = True,
    seed: int = 0,
    inputs: dict[str, Any] | None = None,
) -> Backtest:
    """Forecast from each origin so many years ahead, and score what is on record."""
    scores, moved, fits = [], [], []
    for origin in origins:
        place = folder / f"origin-{origin}" if folder else None
        fit = fitted(
            figures, origin, budget, folder=place, executor=executor, quiet=quiet, seed=seed,
            inputs=inputs,
        )  # fmt: skip
        fits.append(fit)
        with progress("forecast", 2 * WORLDS, quiet=quiet) as advance:
            twice = forecast_twice(fit, figures, origin, horizon, executor, seed, advance)
        for drivers, found, gaps in twice:
            scores.append(found)
            moved.append(gaps.assign(origin=origin, drivers=drivers))
    return Backtest(pd.concat(scores, ignore_index=True), pd.concat(moved), tuple(fits))


def forecast_twice(
    fit: Fit,
    figures: pd.DataFrame,
    origin: int,
    horizon: int,
    executor: Executor | None = None,
    seed: int = 0,
    advance: Advance = lambda _: None,
) -> list[tuple[str, pd.DataFrame, pd.DataFrame]]:
    """Scores and corrections of a fit's forecasts, with drivers as they were and frozen."""
    near = usable(figures, "score", origin + horizon)
    baseline = load_scenario("baseline")
    found = []
    for drivers, scenario in ((ACTUAL, baseline), (FROZEN, frozen(baseline, origin))):
        hindcast = hindcast_of(near, scenario, seed=seed + 1)
        worlds = predict_worlds(hindcast, fit.members, WORLDS, executor, advance)
        made = forecasts(near, worlds, origin, origin + horizon, "anchored")
        gaps = corrections(near, worlds, fit.slopes, origin)
        found.append((drivers, scored(made, drivers), gaps))
    return found


def frozen(scenario: Scenario, year: int) -> Scenario:
    """A scenario whose drivers stand still from the end of a year on, without later events."""
    last = parse_quarter(year, closing=True)

    def held(path: NDArray[np.float64]) -> NDArray[np.float64]:
        stopped = path.copy()
        stopped[last + 1 :] = path[last]
        return stopped

    events = tuple(event for event in scenario.events if event.quarter <= last)
    drivers = {name: held(path) for name, path in scenario.drivers.items()}
    return replace(scenario, name=f"{scenario.name}_{year}", drivers=drivers, events=events)
