"""Through which channel a scenario works: each of its changes alone, and their interaction.

The interaction is what the whole change is beyond the sum of what each change does alone.

The worlds of a batch are run again with one of the scenario's changes at a time (one driver, the
events, the record, the parameters). All luck is common, so that every effect is a paired
difference. Of a freeze, the fighting is the channel of Russian attention and the sanctions that of
dependence on China: the library's `freeze_without_relief` is the first alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from experiments.answers.outcomes import HEADLINES, Change, Outcome, change_of
from experiments.design.batch import MANY
from experiments.design.layout import Rows
from experiments.results.cells import sound, state_weights
from experiments.results.reading import Results
from experiments.results.text import capital
from experiments.store.columns import TABLES
from scenarios.quarters import parse_quarter
from scenarios.scenario import Scenario
from scenarios.uncertain import realised
from scenarios.vocabulary import POWERS, STATES

Numbers = NDArray[np.float64]
UNDRIVEN = ("events", "record", "parameters")
"""Channels that are no driver's."""
WORLDS = 256
"""Worlds that are run again: a block."""
TOTAL, INTERACTION = "all changes", "interaction"
NOTHING = "no change"
"""Stands for the reference while scenarios are run: a scenario can be called as a driver is."""
ATTENTION, RELIEF = "freed attention (war in Ukraine)", "eased sanctions"
SPLIT = ("rivalry", "Russia's security share")
"""Outcomes that answers and comparisons split into channels."""
NAMES = {
    "ukraine_conflict": (ATTENTION, "bound attention (war in Ukraine)"),
    "sanctions": (RELIEF, "tighter sanctions"),
}
"""How channels are called whose driver falls, and rises; others by their driver."""


@dataclass(frozen=True)
class Channel:
    """What one of a scenario's changes does to an outcome by the end, alone."""

    outcome: Outcome
    name: str
    effect: Change


def single_changes(scenario: Scenario, base: Scenario) -> dict[str, Scenario]:
    """Return the base with one of a scenario's changes at a time, by channel."""
    found = {
        driver: replace(base, drivers={**base.drivers, driver: path})
        for driver, path in scenario.drivers.items()
        if not np.array_equal(path, base.drivers[driver])
    }
    if scenario.events != base.events:
        found["events"] = replace(base, events=scenario.events)
    if scenario.free != base.free:
        found["record"] = replace(base, free=scenario.free)
    if scenario.parameters != base.parameters:
        found["parameters"] = base  # whose arrays are then the scenario's
    return found


def channels(
    results: Results, scenario: str, against: str, worlds: int = WORLDS
) -> dict[Outcome, list[Channel]]:
    """Return for each headline outcome what each change does alone, and their interaction."""
    return {
        outcome: [Channel(outcome, name, change_of(results, gap)) for name, gap in gaps.items()]
        for outcome, gaps in alone(results, scenario, against, worlds).items()
    }


def alone(
    results: Results, scenario: str, against: str, worlds: int = WORLDS
) -> dict[Outcome, dict[str, Numbers]]:
    """Return by outcome and channel the change in each world, NaN in those not run again.

    Under TOTAL stands the whole change, under INTERACTION what that is beyond the sum of channels.
    What was run is kept with the results.
    """
    kept: dict[tuple[str, str, int], dict[Outcome, dict[str, Numbers]]]
    kept = vars(results).setdefault("_alone", {})
    key = scenario, against, worlds
    if key not in kept:
        kept[key] = _run(results, *key)
    return kept[key]


def _run(
    results: Results, scenario: str, against: str, worlds: int
) -> dict[Outcome, dict[str, Numbers]]:
    """Run each change of a scenario alone in the first worlds of a folder."""
    assumed = results.batch.assumed
    rows = assumed.design.rows(0, min(worlds, results.size))
    values = results.batch.values_of(rows)
    both = tuple(
        realised(assumed.scenarios[each], values.of_scenario(each)) for each in (scenario, against)
    )
    single = single_changes(*both)
    scenarios = {NOTHING: both[1], TOTAL: both[0], **single}
    own = (TOTAL, "parameters")
    arrays = {name: values.of_scenario(scenario if name in own else against) for name in scenarios}
    ends = _ends(results, scenarios, arrays, rows)
    called = {name: _called(name, *both) for name in single}
    failed = np.setdiff1d(rows.world, sound(results, scenario, against))
    found: dict[Outcome, dict[str, Numbers]] = {}
    for outcome in HEADLINES:
        there = ends[NOTHING][outcome]
        parts = {called[name]: ends[name][outcome] - there for name in single}
        total = ends[TOTAL][outcome] - there
        left = total - np.sum(list(parts.values()), axis=0) if parts else total
        found[outcome] = {}
        for name, gap in {TOTAL: total, **parts, INTERACTION: left}.items():
            found[outcome][name] = np.concatenate([gap, np.full(results.size - gap.size, np.nan)])
            found[outcome][name][failed] = np.nan
    return found


def _ends(
    results: Results,
    scenarios: Mapping[str, Scenario],
    arrays: Mapping[str, Mapping[str, Numbers]],
    rows: Rows,
) -> dict[str, dict[Outcome, Numbers]]:
    """Return the headline outcomes of scenarios in the last quarter that all of them have."""
    from experiments.batch.blocks import histories
    from model.ensemble import Request, simulate  # Mesa is slow to import, and not always needed

    until = parse_quarter(results.manifest["inputs"]["until"])
    last = min(until, *(each.end for each in scenarios.values()))
    seed = results.batch.assumed.design.seed
    request = Request(
        seed=seed,
        replicates=rows.replicate,
        until=last,
        record_from=last,
        agents=results.batch.kinds,
        compiled=len(scenarios) * len(rows.world) >= MANY,
        histories=histories(),
    )
    every = (len(STATES), results.size)
    weights = np.broadcast_to(state_weights(results), every)[:, : len(rows.world)]
    return {
        name: {each: _regional(recorded.tables, each, weights) for each in HEADLINES}
        for name, recorded in simulate(scenarios, arrays, request)
    }


def _regional(
    tables: Mapping[str, Mapping[str, NDArray[np.float32]]], outcome: Outcome, weights: Numbers
) -> Numbers:
    """Return an outcome in the last quarter over worlds; recorded arrays are used at once."""
    now = tables[outcome.table][outcome.column][-1].astype(np.float64)
    if "power" in TABLES[outcome.table].keys and outcome.power is not None:
        now = now[:, POWERS.index(outcome.power)]
    found: Numbers = (now * weights).sum(axis=0) if now.ndim > 1 else now.copy()
    return found


def _called(channel: str, scenario: Scenario, base: Scenario) -> str:
    """Return what a channel is called: freed attention one way is bound attention the other."""
    if channel not in NAMES:
        return channel if channel in UNDRIVEN else capital(channel.replace("_", " "))
    rises = scenario.drivers[channel].mean() > base.drivers[channel].mean()
    return NAMES[channel][int(rises)]
