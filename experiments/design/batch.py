"""A batch: everything that its numbers depend on, and its worlds in blocks."""

from __future__ import annotations

import pickle
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from experiments.design.asked import Precision
from experiments.design.layout import Rows
from experiments.design.own_agents import OwnAgent
from experiments.design.values import Assumptions, Values
from scenarios.frame import Frame
from scenarios.quarters import Every

if TYPE_CHECKING:
    from model.ensemble import Request
    from model.histories import Histories

BLOCK = 256
"""Worlds in a block (docs/speed.md)."""
MANY = 1024
"""Worlds, counting each scenario's, from which on compiled code repays its start."""


@dataclass(frozen=True)
class Batch:
    """What a batch computes: everything that its numbers depend on, and nothing else."""

    assumed: Assumptions
    until: int
    record_from: int
    every: Every
    tables: tuple[str, ...]
    precision: Precision | None = None
    frame: Frame = field(default_factory=Frame)
    agents: tuple[OwnAgent, ...] = ()

    @property
    def kinds(self) -> dict[str, type[Any]]:
        """Classes of agents of a user's own by code; BadInput where their code is not here."""
        return {each.code: each.loaded() for each in self.agents}

    @property
    def worlds(self) -> int:
        """Worlds in each scenario (at most, when a precision ends the batch)."""
        return self.assumed.design.worlds

    @property
    def large(self) -> bool:
        """Whether there is work enough for what costs more to start; no number depends on it."""
        return self.worlds * len(self.assumed.scenarios) >= MANY

    @cached_property
    def compiled(self) -> bool:
        """Whether quarters are played from compiled code: in large batches, where that works."""
        from model.engine.machine import usable

        return self.large and usable()

    @property
    def blocks(self) -> int:
        """How many blocks the worlds make."""
        return -(-self.worlds // BLOCK)

    def bounds(self, block: int) -> tuple[int, int]:
        """Return a block's first world and the one after its last."""
        return block * BLOCK, min((block + 1) * BLOCK, self.worlds)

    def values(self, block: int) -> Values:
        """Return what varies over the worlds of a block."""
        return self.values_of(self.assumed.design.rows(*self.bounds(block)))

    def values_of(self, rows: Rows) -> Values:
        """Return what varies over some worlds."""
        return Values(self.assumed, rows)

    def runs(self, block: int) -> int:
        """Return how many worlds a block runs, counting each scenario's."""
        first, stop = self.bounds(block)
        return (stop - first) * len(self.assumed.scenarios)

    def request(self, rows: Rows, histories: Histories | None = None) -> Request:
        """Return what to ask the model for, for some of the worlds."""
        from model.ensemble import Request

        return Request(
            seed=self.assumed.design.seed,
            replicates=rows.replicate,
            until=self.until,
            record_from=self.record_from,
            every=self.every,
            tables=self.tables,
            agents=self.kinds,
            compiled=self.compiled,
            histories=histories,
        )

    def packed(self) -> bytes:
        """Return the batch as workers receive it, who need not warn of what is missing again."""
        _ = self.compiled
        return pickle.dumps(self, protocol=pickle.HIGHEST_PROTOCOL)
