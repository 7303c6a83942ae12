"""From the design's rows to the parameters that the model takes, and to worlds.parquet.

From weak to strong: the registry's value, the judgement that varies by default, a member of the
posterior or of another table of draws, a scenario's own range or list, a row of a table of points,
a scenario's own number, and what the command line sets.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from experiments.design.layout import Design, Floats, Integers, Rows, value_of
from model.uncertainty import draw_judgement
from scenarios.registry import Registry
from scenarios.scenario import ParameterValue, Scenario

Arrays = dict[str, NDArray[np.float64]]


def said(
    scenario: Scenario, given: Mapping[str, ParameterValue], table: Mapping[str, Floats]
) -> dict[str, ParameterValue]:
    """Return the leaf names that a scenario or the user sets, and to what.

    Where a table of points gives a leaf, it takes the place of a scenario's range or list.
    """
    own = scenario.parameters.items()
    kept = {k: v for k, v in own if k not in table or isinstance(v, float | int)}
    return {**kept, **given}


@dataclass(frozen=True)
class Assumptions:
    """What is assumed of parameters: the registry, what varies, and what the user sets."""

    registry: Registry
    design: Design
    scenarios: Mapping[str, Scenario]
    given: Mapping[str, ParameterValue]

    def of_scenario(self, name: str) -> dict[str, ParameterValue]:
        """Return the leaf names that a scenario or the user sets, and to what."""
        return said(self.scenarios[name], self.given, self.design.table)

    def varied_by_scenarios(self) -> list[tuple[str, str, ParameterValue]]:
        """Return the ranges and lists that scenarios bring and nothing stronger replaces."""
        return [
            (name, leaf, given)
            for name in self.scenarios
            for leaf, given in self.of_scenario(name).items()
            if leaf not in self.given and not isinstance(given, float | int)
        ]


@dataclass(frozen=True)
class Values:
    """The values of everything that varies, in some worlds."""

    assumed: Assumptions
    rows: Rows

    @cached_property
    def judged(self) -> Arrays:
        """The parameters that vary by judgement, drawn once for each replicate."""
        assumed, replicates = self.assumed, self.rows.replicate
        single, inverse = np.unique(replicates, return_inverse=True)
        drawn = draw_judgement(assumed.registry, assumed.design.seed, single)
        if np.array_equal(single, replicates):
            return drawn
        return {name: np.ascontiguousarray(array[..., inverse]) for name, array in drawn.items()}

    @cached_property
    def tabled(self) -> dict[str, Floats]:
        """What tables of draws and of points say, by leaf."""
        return self.assumed.design.tabled(self.rows)

    @cached_property
    def shared(self) -> Arrays:
        """The parameters' arrays before any scenario has its say."""
        registry = self.assumed.registry
        return registry.replaced({**registry.arrays(), **self.judged}, self.tabled)

    def of_scenario(self, name: str) -> Arrays:
        """Return every parameter's array in a scenario, shape (*axes, worlds) or (*axes, 1).

        Scenarios that set nothing of their own get the same object, so that the model sees at
        once that they share their past.
        """
        said = self.assumed.of_scenario(name)
        own = {leaf: self._value(leaf, given) for leaf, given in said.items()}
        return self.assumed.registry.replaced(self.shared, own) if own else self.shared

    def table(self) -> pa.Table:
        """Return the rows of worlds.parquet: world, point, replicate and whatever varies.

        A column `leaf` holds the value that all scenarios share; `scenario/leaf` the one that a
        scenario has of its own.
        """
        rows, columns = self.rows, {}
        for key, numbers in (("world", rows.world), ("point", rows.point)):
            columns[key] = numbers.astype(np.int32)
        columns["replicate"] = rows.replicate.astype(np.int32)
        for label, values in self._varied().items():
            columns[label] = np.ascontiguousarray(np.broadcast_to(values, rows.world.shape))
        return pa.table(columns)

    def _varied(self) -> dict[str, Floats]:
        """Return every value that varies over worlds, by its column's name."""
        where, judged = self.assumed.registry.positions, self.judged
        found = {leaf: judged[name][at] for leaf, (name, at) in where.items() if name in judged}
        found |= self.tabled
        own = self.assumed.varied_by_scenarios()
        found |= {f"{name}/{leaf}": self._value(leaf, given) for name, leaf, given in own}
        return found | {leaf: self._value(leaf, each) for leaf, each in self.assumed.given.items()}

    def _value(self, leaf: str, given: ParameterValue) -> Floats:
        return value_of(given, self._ranks.get(leaf), self._levels.get(leaf))

    @cached_property
    def _ranks(self) -> dict[str, Floats]:
        return self.assumed.design.ranks(self.rows)

    @cached_property
    def _levels(self) -> dict[str, Integers]:
        return self.assumed.design.levels(self.rows)
