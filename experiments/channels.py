"""Through which channel a scenario works: each of its changes alone, and what they do together.

The worlds of a batch are run again with one of the scenario's changes at a time (one driver, the
events, the parameters). All luck is common, so that every effect is a paired difference. Of a
freeze, the fighting is the channel of Russian attention and the sanctions that of dependence on
China: the library's `freeze_without_relief` is the first alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from experiments.cells import state_weights
from experiments.columns import TABLES
from experiments.estimates import Difference, mean
from experiments.figures.wording import capital
from experiments.outcomes import HEADLINES, Outcome
from experiments.reading import Results
from model.ensemble import Request, simulate
from scenarios.quarters import parse_quarter
from scenarios.scenario import Scenario
from scenarios.vocabulary import POWERS

Numbers = NDArray[np.float64]
WORLDS = 256
"""Worlds that are run again: a block."""
TOTAL, TOGETHER = "all changes", "together"
NAMES = {
    "ukraine_conflict": "freed attention (war in Ukraine)",
    "sanctions": "eased sanctions",
    "events": "events",
    "parameters": "parameters",
}
"""How channels are called; others by their driver."""


@dataclass(frozen=True)
class Channel:
    """What one of a scenario's changes does to an outcome by the end, alone."""

    outcome: Outcome
    name: str
    effect: Difference


def single_changes(scenario: Scenario, base: Scenario) -> dict[str, Scenario]:
    """Return the base with one of a scenario's changes at a time, by channel."""
    found = {
        driver: replace(base, drivers={**base.drivers, driver: path})
        for driver, path in scenario.drivers.items()
        if not np.array_equal(path, base.drivers[driver])
    }
    if scenario.events != base.events:
        found["events"] = replace(base, events=scenario.events)
    return found


def channels(
    results: Results, scenario: str, against: str, worlds: int = WORLDS
) -> dict[Outcome, list[Channel]]:
    """Return for each headline outcome what each change does alone, and what is left together."""
    batch = results.batch
    both = batch.assumed.scenarios[scenario], batch.assumed.scenarios[against]
    alone = single_changes(*both)
    rows = batch.assumed.design.rows(0, min(worlds, results.size))
    values = batch.values_of(rows)
    scenarios = {against: both[1], TOTAL: both[0], **alone}
    arrays = {
        name: values.of_scenario(scenario if name == TOTAL else against) for name in scenarios
    }
    last = min(parse_quarter(results.manifest["inputs"]["until"]), both[0].end, both[1].end)
    request = Request(
        seed=batch.assumed.design.seed, replicates=rows.replicate, until=last, record_from=last
    )
    weights = np.broadcast_to(state_weights(results), (5, results.size))[:, : len(rows.world)]
    ends = {
        name: {o: _regional(recorded.tables, o, weights) for o in HEADLINES}
        for name, recorded in simulate(scenarios, arrays, request)
    }
    return {outcome: list(_split(ends, outcome, against)) for outcome in HEADLINES}


def _regional(
    tables: Mapping[str, Mapping[str, NDArray[np.float32]]], outcome: Outcome, weights: Numbers
) -> Numbers:
    """Return an outcome in the last quarter over worlds; recorded arrays are used at once."""
    now = tables[outcome.table][outcome.column][-1].astype(np.float64)
    if "power" in TABLES[outcome.table].keys and outcome.power is not None:
        now = now[:, POWERS.index(outcome.power)]
    found: Numbers = (now * weights).sum(axis=0) if now.ndim > 1 else now.copy()
    return found


def _split(
    ends: Mapping[str, Mapping[Outcome, Numbers]], outcome: Outcome, against: str
) -> list[Channel]:
    """Return the whole effect, each change's own and the rest."""
    there = ends[against][outcome]
    gaps = {name: of[outcome] - there for name, of in ends.items() if name != against}
    alone = {name: gap for name, gap in gaps.items() if name != TOTAL}
    left = gaps[TOTAL] - np.sum(list(alone.values()), axis=0) if alone else gaps[TOTAL]
    named = {TOTAL: gaps[TOTAL], **{_called(n): gap for n, gap in alone.items()}, TOGETHER: left}
    return [Channel(outcome, name, mean(gap)) for name, gap in named.items()]


def _called(channel: str) -> str:
    return NAMES.get(channel, capital(channel.replace("_", " ")))
