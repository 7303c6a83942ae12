"""Outcomes of many points: what a column of the results is in one quarter, without luck."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiments.errors import BadInput
from experiments.store.columns import TABLES as COLUMNS
from experiments.store.labels import nearest_column
from experiments.tuning.hindcast import BLOCK, LARGE, MIRRORED, WIDE, Quiet, YearlyMeans
from experiments.tuning.uncertain import Inputs
from model.ensemble import let_go, recall, remembered, stepper_of
from model.readings import TABLES
from model.region import Region
from scenarios.faults import nearest
from scenarios.forks import parting
from scenarios.parameters import load_parameters
from scenarios.scenario import Scenario
from scenarios.vocabulary import POWERS, STATES, code_of

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Output:
    """An output, as sensitivity analysis calls it: a column, of a state or all five, of a power."""

    text: str
    table: str
    column: str
    state: int | None
    power: int | None

    def read(self, tables: Mapping[str, Mapping[str, Any]]) -> Floats:
        """Its value in every world."""
        values = np.asarray(tables[self.table][self.column])
        if self.power is not None:
            values = values[self.power]
        if self.table == "region":
            return np.asarray(values)
        return np.asarray(values[self.state]) if self.state is not None else values.mean(axis=0)


def output_of(text: str) -> Output:
    """Read `COLUMN[:state[:power]]`, such as `security:TJK:CHN` or `rivalry`. Raises BadInput."""
    column, *places = (part.strip() for part in text.split(":"))
    names = {name: table for table, each in COLUMNS.items() for name in each.names}
    if column not in names:
        near = nearest_column(column, list(names))
        raise BadInput(f"--outcome: unknown column '{column}'; {near}")
    table = names[column]
    state = power = None
    for given in places:
        place = code_of(given)
        if place in STATES and state is None and table != "region":
            state = STATES.index(place)
        elif place in POWERS and power is None and table == "influence":
            power = POWERS.index(place)
        elif table == "region":
            raise BadInput(f"--outcome {text}: {column} is of the whole region; leave places out")
        else:
            known = [*STATES, *POWERS] if table == "influence" else STATES
            raise BadInput(f"--outcome {text}: '{given}' fits nothing; {nearest(given, known)}")
    if table == "influence" and power is None:
        raise BadInput(f"--outcome {text}: of which power? {column}:TJK:CHN, for one")
    return Output(text, table, column, state, power)


@dataclass(frozen=True)
class Responses:
    """What is asked of every point: outcomes in a quarter, minus those of another scenario."""

    scenario: Scenario
    minus: Scenario | None
    outcomes: tuple[Output, ...]
    quarter: int
    names: tuple[str, ...]
    seed: int = 0
    compiled: bool = False
    """Says how, not what: the numbers are the same."""

    def block(self, unit: Floats) -> Floats:
        """Outcomes (outcome, point), without luck but that of events."""
        if self.minus is None:
            return self._followed([self.scenario], unit)[0]
        start = self.scenario.start
        if self.minus.start == start < parting(self.scenario, self.minus):
            own, other = self._followed([self.scenario, self.minus], unit)
        else:
            own, other = (self._followed([each], unit)[0] for each in (self.scenario, self.minus))
        return own - other

    def _followed(self, scenarios: Sequence[Scenario], unit: Floats) -> list[Floats]:
        """Outcomes under scenarios that share their past, which is run once."""
        recorder = YearlyMeans((), len(unit) * MIRRORED)
        region = self._region(scenarios[0], recorder, unit)
        ends = [parting(scenarios[0], each) - 1 for each in scenarios[1:]]
        with np.errstate(all="ignore"):
            self._step(region, recorder, min([*ends, self.quarter]))
            memory, found = remembered(region, recorder), []
            for each in scenarios:
                recall(region, memory, each)
                self._step(region, recorder, self.quarter)
                found.append(self._reached(region, len(unit)))
        let_go(region)
        return found

    def _step(self, region: Region, recorder: YearlyMeans, quarter: int) -> None:
        stepper_of(region, recorder, compiled=self.compiled).step_to(quarter)

    def _region(self, scenario: Scenario, recorder: YearlyMeans, unit: Floats) -> Region:
        inputs = Inputs(self.names, load_parameters())
        worlds = np.zeros(len(unit) * MIRRORED, dtype=np.int64)
        return Region(
            spec=scenario,
            parameters=inputs.arrays(unit.repeat(MIRRORED, axis=0)),
            noise=Quiet(self.seed, worlds),
            recorder=recorder,
        )

    def _reached(self, region: Region, points: int) -> Floats:
        """Outcomes (outcome, point) in the quarter that is asked for."""
        tables = {name: TABLES[name](region) for name in {o.table for o in self.outcomes}}
        wide = np.zeros(points * MIRRORED)
        rows = [(each.read(tables) + wide).reshape(points, MIRRORED) for each in self.outcomes]
        return np.stack([row.mean(axis=1) for row in rows])


def responses(
    asked: Responses,
    unit: Floats,
    executor: Executor | None = None,
    advance: Callable[[int], object] = lambda _: None,
) -> Floats:
    """Outcomes of any number of points (outcome, point)."""
    wide = WIDE if len(unit) >= LARGE else BLOCK
    size, asked = wide // MIRRORED, replace(asked, compiled=wide == WIDE)
    portions = [unit[start : start + size] for start in range(0, len(unit), size)]
    parts = []
    for part in _blocks(asked, portions, executor):
        parts.append(part)
        advance(part.shape[1])
    return np.concatenate(parts, axis=1)


def _blocks(
    asked: Responses, portions: Sequence[Floats], executor: Executor | None
) -> list[Floats] | map[Floats]:
    if executor is None:
        return map(asked.block, portions)
    return map(_result, [executor.submit(asked.block, portion) for portion in portions])


def _result(task: Any) -> Floats:  # noqa: ANN401 (a future of any executor)
    return np.asarray(task.result())
