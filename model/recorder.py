"""The recorder: keeps the quarters that were asked for, in the layout of the result files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import prod
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from agents.axes import Shaped, Worlds
from model.readings import TABLES
from scenarios.quarters import YEAR, Every, recorded_quarters
from scenarios.vocabulary import FLOWS, STATES

if TYPE_CHECKING:
    from model.region import Region

Float32 = NDArray[np.float32]


GOING_ON = "going_on"
"""1 in a quarter that goes on with the year of the one before, 0 in the first of a year."""


@dataclass(frozen=True)
class Failure:
    """A world that went wrong: the first quantity that was not a finite number, and when.

    `world` is its position in the block.
    """

    world: int
    quarter: int
    quantity: str
    value: float


@dataclass(frozen=True)
class Recorded:
    """What was recorded of a block of worlds.

    `quarters` are indices (0 = 2000-Q1). Columns of `tables` are float32: influence (quarter,
    state, power, worlds), states (quarter, state, worlds), region (quarter, worlds).
    """

    quarters: NDArray[np.int64]
    tables: dict[str, dict[str, Float32]]
    failures: list[Failure]


Columns = dict[tuple[str, str], Shaped]
"""Readings by table and column, in the layout of the tables."""


@dataclass
class Buffers:
    """What is kept of a block: one stretch of memory, and the columns that lie in it by table.

    A column has a row of cells a quarter; each cell has all worlds.
    """

    memory: Float32
    columns: dict[str, dict[str, Float32]]

    @cached_property
    def places(self) -> NDArray[np.int64]:
        """Where each cell of each row begins in memory: (row, cell), cells column by column."""
        every = [each for columns in self.columns.values() for each in columns.values()]
        found, start = [], 0
        for each in every:
            at = np.arange(start, start + each.size, each.shape[-1])
            found.append(at.reshape(len(each), -1))
            start += each.size
        return np.concatenate(found, axis=1)


@dataclass
class Recorder:
    """Writes readings into buffers that a fork goes on writing from its own quarter on."""

    worlds: int
    record_from: int
    until: int
    every: Every = "quarter"
    tables: tuple[str, ...] = tuple(TABLES)
    buffers: Buffers | None = None
    year: dict[str, Shaped] = field(default_factory=dict)
    failed: dict[int, Failure] = field(default_factory=dict)
    begun: int | None = None
    reached: int = -1
    """First and last quarter of the past at hand: rows outside it belong to another."""

    def __post_init__(self) -> None:
        """Lay out which quarter goes into which row."""
        kept = recorded_quarters(self.record_from, self.until, self.every)
        self.quarters = np.array(kept, dtype=np.int64)
        self.rows = {quarter: row for row, quarter in enumerate(kept)}
        self.reset()

    def reset(self) -> None:
        """Forget what belongs to one past; the buffers stay."""
        self.year = {name: np.zeros((len(STATES), 1)) for name in FLOWS}
        self.failed, self.begun = {}, None

    def open(self, quarter: int) -> None:
        """Get ready for a quarter."""
        self.begun = quarter if self.begun is None else self.begun
        self.reached = quarter
        self.year = {**self.year, GOING_ON: np.array([float(quarter % YEAR != 0)])}

    def record(self, region: Region) -> None:
        """Keep this quarter if it was asked for, and note worlds that went wrong."""
        self.add_up(region)
        self.keep(region)

    def keep(self, region: Region) -> None:
        """Keep the quarter if it was asked for, and note worlds that went wrong."""
        self.check(region, region.quarter)
        row = self.rows.get(region.quarter)
        if row is None:
            return
        readings = self.readings(region)
        buffers = self.laid_out({key: values.shape[:-1] for key, values in readings.items()})
        for (table, name), values in readings.items():
            buffers.columns[table][name][row] = values

    def readings(self, region: Region) -> Columns:
        """What the tables say of the quarter."""
        found: Columns = {}
        for table in self.tables:
            readings = TABLES[table](region)
            if table == "states" and self.every == "year":
                readings |= {name: self.year[name] for name in FLOWS}
            for name, values in readings.items():
                found[table, name] = values.swapaxes(0, 1) if table == "influence" else values
        return found

    def laid_out(self, cells: Mapping[tuple[str, str], tuple[int, ...]]) -> Buffers:
        """Return the buffers, made when the first quarter is kept; `cells` is what a row has."""
        if self.buffers is None:
            shapes = {key: (len(self.rows), *each, self.worlds) for key, each in cells.items()}
            memory = np.empty(sum(map(prod, shapes.values())), dtype=np.float32)
            columns: dict[str, dict[str, Float32]] = {}
            start = 0
            for (table, name), shape in shapes.items():
                stop = start + prod(shape)
                columns.setdefault(table, {})[name] = memory[start:stop].reshape(shape)
                start = stop
            self.buffers = Buffers(memory, columns)
        return self.buffers

    def recorded(self) -> Recorded:
        """What was recorded; the arrays are reused by the next fork or block.

        A scenario that starts later or ends sooner than what was asked for has fewer quarters.
        """
        failures = [self.failed[world] for world in sorted(self.failed)]
        first = self.reached + 1 if self.begun is None else self.begun
        low, high = np.searchsorted(self.quarters, (first, self.reached + 1))
        columns = self.buffers.columns if self.buffers else {}
        own = {
            table: {name: values[low:high] for name, values in each.items()}
            for table, each in columns.items()
        }
        return Recorded(self.quarters[low:high], own, failures)

    def add_up(self, region: Region) -> None:
        """Add the quarter's flows to those of its year, where years are asked for."""
        if self.every == "quarter":
            return
        counted = (region.incidents.count, region.incidents.attacks, region.crises.unrest)
        going_on = self.year[GOING_ON]
        sums = {
            name: self.year[name] * going_on + values
            for name, values in zip(FLOWS, counted, strict=True)
        }
        self.year = {**self.year, **sums}

    def gate(self, region: Region) -> Worlds:
        """A number a world that is finite as long as nothing went wrong."""
        return region.influence.value.sum(axis=0).sum(axis=0) + region.coopetition.rivalry

    @property
    def asked(self) -> tuple[object, ...]:
        """What decides which numbers are taken down."""
        return self.tables, self.every

    def news(self, wrong: Iterable[int]) -> bool:
        """Whether there are worlds among these of which it is not known that they went wrong."""
        return not self.failed.keys() >= set(wrong)

    def check(self, region: Region, quarter: int) -> None:
        """The gate: a world whose numbers are no longer finite is a failure, once."""
        total = self.gate(region)
        if np.isfinite(total).all():
            return
        for world in np.flatnonzero(~np.isfinite(np.broadcast_to(total, (self.worlds,)))):
            if int(world) not in self.failed:
                self.failed = {
                    **self.failed,
                    int(world): self._failure(region, int(world), quarter),
                }

    def _failure(self, region: Region, world: int, quarter: int) -> Failure:
        for table in TABLES.values():
            for name, values in table(region).items():
                mine = np.broadcast_to(values, (*values.shape[:-1], self.worlds))[..., world]
                wrong = mine[~np.isfinite(mine)]
                if wrong.size:
                    return Failure(world, quarter, name, float(wrong.flat[0]))
        return Failure(world, quarter, "influence", float("nan"))
