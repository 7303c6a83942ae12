"""Outcomes of many points: what a column of the results is in one quarter, without luck."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiments.columns import TABLES as COLUMNS
from experiments.refusals import BadInput
from experiments.tuning.hindcast import BLOCK, forget, luck_of
from experiments.tuning.luck import CommonNoise, TunedRegion
from experiments.tuning.uncertain import Inputs, inputs_of
from model.readings import TABLES
from scenarios.faults import nearest
from scenarios.parameters import load_parameters
from scenarios.scenario import Scenario
from scenarios.vocabulary import POWERS, STATES

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Outcome:
    """A column of the results in one state (or the mean of the five) of one power."""

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


def outcome(text: str) -> Outcome:
    """Read `COLUMN[:state[:power]]`, such as `security:TJK:CHN` or `rivalry`. Raises BadInput."""
    column, *places = (part.strip() for part in text.split(":"))
    names = {name: table for table, each in COLUMNS.items() for name in each.names}
    if column not in names:
        raise BadInput(f"--outcome: unknown column '{column}'; {nearest(column, names)}")
    table = names[column]
    state = power = None
    for place in places:
        if place in STATES and state is None and table != "region":
            state = STATES.index(place)
        elif place in POWERS and power is None and table == "influence":
            power = POWERS.index(place)
        elif table == "region":
            raise BadInput(f"--outcome {text}: {column} is of the whole region; leave places out")
        else:
            known = [*STATES, *POWERS] if table == "influence" else STATES
            raise BadInput(f"--outcome {text}: '{place}' fits nothing; {nearest(place, known)}")
    if table == "influence" and power is None:
        raise BadInput(f"--outcome {text}: of which power? {column}:TJK:CHN, for one")
    return Outcome(text, table, column, state, power)


@dataclass(frozen=True)
class Responses:
    """What is asked of every point: outcomes in a quarter, minus those of another scenario."""

    scenario: Scenario
    minus: Scenario | None
    outcomes: tuple[Outcome, ...]
    quarter: int
    names: tuple[str, ...]
    seed: int = 0
    replicates: tuple[int, ...] = (0,)

    def block(self, unit: Floats) -> Floats:
        """Outcomes (outcome, point), means over mirrored replicates."""
        inputs = inputs_of(self.names, load_parameters())
        found = self._run(self.scenario, inputs, unit)
        if self.minus is not None:
            found = found - self._run(self.minus, inputs, unit)
        return found

    def _run(self, scenario: Scenario, inputs: Inputs, unit: Floats) -> Floats:
        every = 2 * len(self.replicates)
        noise = CommonNoise(luck_of(self.seed, self.replicates), len(unit), mirrored=True)
        with np.errstate(all="ignore"):
            arrays = inputs.arrays(np.repeat(unit, every, axis=0))
            region = TunedRegion(spec=scenario, parameters=arrays, noise=noise)
            while region.quarter < self.quarter:
                region.step()
            tables = {name: TABLES[name](region) for name in {o.table for o in self.outcomes}}
        forget(region)
        wide = np.zeros(len(unit) * every)
        rows = [(each.read(tables) + wide).reshape(len(unit), every) for each in self.outcomes]
        return np.stack([row.mean(axis=1) for row in rows])


def responses(
    asked: Responses,
    unit: Floats,
    executor: Executor | None = None,
    advance: Callable[[int], object] = lambda _: None,
) -> Floats:
    """Outcomes of any number of points (outcome, point)."""
    size = BLOCK // (2 * len(asked.replicates))
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
