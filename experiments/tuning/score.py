"""Scores of a parameter file or a posterior over a period, without tuning anything.

Levels come from a free run from 2000; changes are those since a dyad's last figure before the
period. What was observed before the period sets the slopes of links and the offsets of lenses.
"""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.design.inputs import registry_and_draws
from experiments.progress import Advance
from experiments.record.measurement import usable
from experiments.tuning.forecasting import corrections, forecasts
from experiments.tuning.hindcast import hindcast_of, predict_worlds
from experiments.tuning.links import links_of
from experiments.tuning.scoring import scored
from scenarios.parameters import load_parameters
from scenarios.posterior import load_posterior

Floats = NDArray[np.float64]
WORLDS = 512
FREE = "actual"


@dataclass(frozen=True)
class Score:
    """Scores of every figure, and how far the free run is from every series before the period."""

    scores: pd.DataFrame
    corrections: pd.DataFrame


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
    worlds: int = WORLDS,
    seed: int = 0,
    advance: Advance = lambda _: None,
) -> Score:
    """Scores of all figures from one year to another."""
    near = usable(figures, "score", last)
    found = predict_worlds(hindcast_of(near, seed=seed + 1), members, worlds, executor, advance)
    made = forecasts(near, found, first - 1, last, "free")
    links = links_of(near, found, first - 1)
    gaps = corrections(near, found, {name: link.slope for name, link in links.items()}, first - 1)
    return Score(scored(made, FREE), gaps)
