"""The recorder: keeps the quarters that were asked for, in the layout of the result files."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from model.readings import FLOWS, TABLES, Readings

if TYPE_CHECKING:
    from model.region import Region

Float32 = NDArray[np.float32]


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


@dataclass
class Recorder:
    """Writes readings into buffers that a fork goes on writing from its own quarter on."""

    worlds: int
    record_from: int
    until: int
    every: Literal["quarter", "year"] = "quarter"
    tables: tuple[str, ...] = tuple(TABLES)
    buffers: dict[str, dict[str, Float32]] = field(default_factory=dict)
    flows: dict[str, NDArray[np.float64]] = field(default_factory=dict)
    failed: dict[int, Failure] = field(default_factory=dict)
    begun: int | None = None
    reached: int = -1
    """First and last quarter of the past at hand: rows outside it belong to another."""

    def __post_init__(self) -> None:
        """Lay out which quarter goes into which row."""
        last = range(self.record_from, self.until + 1)
        kept = [q for q in last if self.every == "quarter" or q % 4 == 3]  # noqa: PLR2004
        self.quarters = np.array(kept, dtype=np.int64)
        self.rows = {quarter: row for row, quarter in enumerate(kept)}

    def reset(self) -> None:
        """Forget what belongs to one past; the buffers stay."""
        self.flows, self.failed, self.begun = {}, {}, None

    def record(self, region: Region) -> None:
        """Keep this quarter if it was asked for, and note worlds that went wrong."""
        self._check(region)
        self.begun = region.quarter if self.begun is None else self.begun
        self.reached = region.quarter
        if self.every == "year" and "states" in self.tables:
            self._add_flows(region)
        row = self.rows.get(region.quarter)
        if row is None:
            return
        for table in self.tables:
            readings = TABLES[table](region)
            if table == "states":
                readings |= self.flows
            self._keep(table, row, readings)

    def recorded(self) -> Recorded:
        """What was recorded; the arrays are reused by the next fork or block.

        A scenario that starts later or ends sooner than what was asked for has fewer quarters.
        """
        failures = [self.failed[world] for world in sorted(self.failed)]
        first = self.reached + 1 if self.begun is None else self.begun
        low, high = np.searchsorted(self.quarters, (first, self.reached + 1))
        own = {
            table: {name: values[low:high] for name, values in columns.items()}
            for table, columns in self.buffers.items()
        }
        return Recorded(self.quarters[low:high], own, failures)

    def _keep(self, table: str, row: int, readings: Readings) -> None:
        columns = self.buffers.setdefault(table, {})
        for name, values in readings.items():
            if name not in columns:
                columns[name] = self._empty(values.ndim)
            columns[name][row] = values.swapaxes(0, 1) if table == "influence" else values

    def _empty(self, dimensions: int) -> Float32:
        leading = {1: (), 2: (5,), 3: (5, 4)}[dimensions]
        return np.empty((len(self.rows), *leading, self.worlds), dtype=np.float32)

    def _add_flows(self, region: Region) -> None:
        counted = (region.incidents.count, region.incidents.attacks, region.crises.unrest)
        starts_anew = region.quarter % 4 == 0 or not self.flows
        self.flows = {
            name: values + 0.0 if starts_anew else self.flows[name] + values
            for name, values in zip(FLOWS, counted, strict=True)
        }

    def _check(self, region: Region) -> None:
        """The gate: a world whose numbers are no longer finite is a failure, once."""
        total = region.influence.value.sum(axis=0).sum(axis=0) + region.coopetition.rivalry
        if np.isfinite(total).all():
            return
        for world in np.flatnonzero(~np.isfinite(np.broadcast_to(total, (self.worlds,)))):
            if int(world) not in self.failed:
                self.failed = {**self.failed, int(world): self._failure(region, int(world))}

    def _failure(self, region: Region, world: int) -> Failure:
        for table in TABLES.values():
            for name, values in table(region).items():
                mine = np.broadcast_to(values, (*values.shape[:-1], self.worlds))[..., world]
                wrong = mine[~np.isfinite(mine)]
                if wrong.size:
                    return Failure(world, region.quarter, name, float(wrong.flat[0]))
        return Failure(world, region.quarter, "influence", float("nan"))
