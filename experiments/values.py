"""From the design's rows to the parameters that the model takes, and to worlds.parquet.

From weak to strong: the registry's value, the judgement that varies by default, a row of a table
of draws, a row of a table of points, a scenario's own range, list or number, and what the command
line sets.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from experiments.design import Design, Floats, Rows, value_of
from model.uncertainty import draw_judgement
from scenarios.parameters import Registry
from scenarios.scenario import ParameterValue, Scenario

Arrays = dict[str, NDArray[np.float64]]
Place = tuple[str, tuple[int, ...]]


@dataclass(frozen=True)
class Assumptions:
    """What is assumed of parameters: the registry, what varies, and what the user sets."""

    registry: Registry
    design: Design
    scenarios: Mapping[str, Scenario]
    given: Mapping[str, ParameterValue]

    def of_scenario(self, name: str) -> dict[str, ParameterValue]:
        """Return the leaf names that a scenario or the user sets, and to what."""
        return {**self.scenarios[name].parameters, **self.given}


def parameters(assumed: Assumptions, rows: Rows) -> dict[str, Arrays]:
    """Return for each scenario every parameter's array, shape (*axes, worlds) or (*axes, 1).

    Scenarios that set nothing of their own get the same object, so that the model sees at once
    that they share their past.
    """
    shared = _shared(assumed, rows)
    ranks, levels = assumed.design.ranks(rows), assumed.design.levels(rows)
    where, found = assumed.registry.positions, {}
    for name in assumed.scenarios:
        own = {
            leaf: value_of(given, ranks.get(leaf), levels.get(leaf))
            for leaf, given in assumed.of_scenario(name).items()
            if leaf not in assumed.design.table or leaf in assumed.given
        }
        found[name] = _replaced(shared, own, where) if own else shared
    return found


def _judged(assumed: Assumptions, rows: Rows) -> Arrays:
    """Return the parameters that vary by judgement, drawn once for each replicate."""
    single, inverse = np.unique(rows.replicate, return_inverse=True)
    drawn = draw_judgement(assumed.registry, assumed.design.seed, single)
    return {name: np.ascontiguousarray(array[..., inverse]) for name, array in drawn.items()}


def _shared(assumed: Assumptions, rows: Rows) -> Arrays:
    """Return the arrays before any scenario has its say."""
    plain = {name: assumed.registry[name].value[..., np.newaxis] for name in assumed.registry}
    arrays = {**plain, **_judged(assumed, rows)}
    return _replaced(arrays, assumed.design.tabled(rows), assumed.registry.positions)


def _replaced(arrays: Arrays, leaves: Mapping[str, Floats], where: Mapping[str, Place]) -> Arrays:
    """Return the arrays with some leaves replaced; arrays without any stay the same objects."""
    found, fresh = dict(arrays), set()
    for leaf, values in leaves.items():
        name, index = where[leaf]
        width = max(found[name].shape[-1], values.size)
        if name not in fresh or found[name].shape[-1] < width:
            found[name] = np.array(np.broadcast_to(found[name], (*found[name].shape[:-1], width)))
            fresh.add(name)
        found[name][index] = values
    return found


def worlds_table(assumed: Assumptions, rows: Rows) -> pa.Table:
    """Return the rows of worlds.parquet: world, point, replicate and whatever varies.

    A column `leaf` holds the value that all scenarios share; `scenario/leaf` the one that a
    scenario has of its own.
    """
    columns = {
        "world": rows.world.astype(np.int32),
        "point": rows.point.astype(np.int32),
        "replicate": rows.replicate.astype(np.int32),
    }
    for label, values in _varied(assumed, rows).items():
        columns[label] = np.ascontiguousarray(np.broadcast_to(values, rows.world.shape))
    return pa.table(columns)


def _varied(assumed: Assumptions, rows: Rows) -> dict[str, Floats]:
    """Return every value that varies over worlds, by its column's name."""
    judged, where = _judged(assumed, rows), assumed.registry.positions
    found = {leaf: judged[name][at] for leaf, (name, at) in where.items() if name in judged}
    found |= assumed.design.tabled(rows)
    ranks, levels = assumed.design.ranks(rows), assumed.design.levels(rows)
    asked = {f"{name}/{leaf}": (leaf, given) for name, leaf, given in _own_of_scenarios(assumed)}
    asked |= {leaf: (leaf, given) for leaf, given in assumed.given.items()}
    return found | {
        label: value_of(given, ranks.get(leaf), levels.get(leaf))
        for label, (leaf, given) in asked.items()
    }


def _own_of_scenarios(assumed: Assumptions) -> list[tuple[str, str, ParameterValue]]:
    """Return the ranges and lists that scenarios bring and nothing stronger replaces."""
    return [
        (name, leaf, given)
        for name, scenario in assumed.scenarios.items()
        for leaf, given in scenario.parameters.items()
        if not isinstance(given, float | int) and leaf not in assumed.given
        if leaf not in assumed.design.table
    ]
