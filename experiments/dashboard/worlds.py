"""The worlds behind the page: what an inquiry needs is run, what an earlier one ran is kept.

Worlds with the same parameters share their past up to NOW, whatever is assumed of the future. A
region that has reached NOW is remembered, and each future goes on from there, as forks of a batch
do; so the numbers are those of `crossroads run`, to the bit.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiments.dashboard.query import Query
from experiments.design.batch import Batch
from experiments.design.inputs import resolve
from experiments.results.cells import Floats
from model.ensemble import Parameters, let_go, recall, remembered, same_numbers
from model.noise import Noise
from model.recorder import Recorder
from model.region import Region
from scenarios.forks import parting
from scenarios.quarters import parse_quarter
from scenarios.scenario import Scenario
from scenarios.uncertain import realised_all
from scenarios.vocabulary import NOW

PASTS, FINISHED = 2, 8
"""Regions that wait at NOW (100 MB each) and finished scenarios that are kept (60 MB each)."""
Tables = Mapping[str, Floats]
"""Columns of all tables by name, worlds last: (quarter, state, power, worlds) or fewer axes."""


@dataclass(frozen=True)
class Answer:
    """All columns by scenario, the one asked about first.

    Quarters before a scenario's start hold NaN. `ran` counts the worlds that were run for it.
    """

    inquiry: Query
    titles: Mapping[str, str]
    quarters: NDArray[np.int64]
    tables: Mapping[str, Tables]
    ran: int
    seconds: float

    @property
    def shares(self) -> dict[str, Floats]:
        """Shares of influence by scenario: (quarter, state, power, worlds)."""
        return {name: each["share"] for name, each in self.tables.items()}


@dataclass(frozen=True)
class Run:
    """Some worlds of a scenario, and what has come of them so far."""

    spec: Scenario
    parameters: Parameters
    luck: Noise

    def shares_with(self, other: Run, until: int) -> bool:
        """Whether both are the same worlds up to a quarter and in it."""
        return (
            self.luck is other.luck
            and self.spec.start == other.spec.start
            and parting(self.spec, other.spec) > until
            and same_numbers(self.parameters, other.parameters)
        )


@dataclass(frozen=True)
class Past:
    """A region that has reached NOW, with all it remembers of it."""

    run: Run
    until: int
    region: Region
    recorder: Recorder
    memory: list[tuple[Any, dict[str, Any]]]


class Worlds:
    """Answers inquiries one at a time; `part` says how much of the present one is done."""

    def __init__(self) -> None:
        """Begin with nothing kept."""
        self.part = 0.0
        self._luck: dict[bytes, Noise] = {}
        self._pasts: list[Past] = []
        self._finished: list[tuple[Run, int, Tables]] = []

    def answer(self, inquiry: Query) -> Answer:
        """Return the worlds that are asked for.

        Raises FaultyInput or BadInput for what cannot be run.
        """
        started, self.part = time.perf_counter(), 0.0
        batch = resolve(inquiry.spec())
        rows = batch.assumed.design.rows(0, batch.worlds)
        values, luck = batch.values_of(rows), self._noise(batch, rows.replicate)
        scenarios, given = realised_all(
            batch.assumed.scenarios,
            {name: values.of_scenario(name) for name in batch.assumed.scenarios},
        )
        tables, ran = {}, 0
        for place, (name, spec) in enumerate(scenarios.items()):
            self.part = place / len(scenarios)
            run = Run(spec, given[name], luck)
            kept = self._kept(run, batch.until)
            tables[name] = self._run(run, batch, 1 / len(scenarios)) if kept is None else kept
            ran += batch.worlds * (kept is None)
        titles = {name: spec.title for name, spec in scenarios.items()}
        quarters = np.arange(batch.record_from, batch.until + 1)
        return Answer(inquiry, titles, quarters, tables, ran, time.perf_counter() - started)

    def _noise(self, batch: Batch, replicates: NDArray[np.int64]) -> Noise:
        """Return the worlds' luck, drawn once for all inquiries."""
        key = replicates.tobytes()
        if key not in self._luck:
            self._luck = {key: Noise(batch.assumed.design.seed, replicates)}
        return self._luck[key]

    def _kept(self, run: Run, until: int) -> Tables | None:
        """Return what was run before."""
        return next((s for r, u, s in self._finished if u == until and run.shares_with(r, u)), None)

    @np.errstate(all="ignore")
    def _run(self, run: Run, batch: Batch, weight: float) -> Tables:
        """Run worlds from NOW on, and their past if no other had it."""
        past = self._past(run, batch)
        recall(past.region, past.memory, run.spec)
        step = weight / (batch.until - run.spec.start + 1)
        self.part += step * max(past.until + 1 - run.spec.start, 0)
        while past.region.quarter < batch.until:
            past.region.step()
            self.part += step
        recorded = past.recorder.recorded()
        rows = np.searchsorted(past.recorder.quarters, recorded.quarters)
        tables: dict[str, Floats] = {}
        for columns in recorded.tables.values():
            for name, values in columns.items():  # which the next fork writes over
                whole = (len(past.recorder.quarters), *values.shape[1:])
                tables[name] = np.full(whole, np.nan, dtype=np.float32)
                tables[name][rows] = values
        self._finished = [(run, batch.until, tables), *self._finished][:FINISHED]
        return tables

    def _past(self, run: Run, batch: Batch) -> Past:
        """Return a region that has reached NOW as these worlds do."""
        until = parse_quarter(NOW) - 1
        for past in self._pasts:
            same = past.recorder.quarters[-1] == batch.until
            if same and run.shares_with(past.run, until):
                return past
        recorder = Recorder(batch.worlds, batch.record_from, batch.until, batch.every, batch.tables)
        region = Region(spec=run.spec, parameters=run.parameters, noise=run.luck, recorder=recorder)
        while region.quarter < until:
            region.step()
        past = Past(run, until, region, recorder, remembered(region, recorder))
        for old in self._pasts[PASTS - 1 :]:
            let_go(old.region)
        self._pasts = [past, *self._pasts[: PASTS - 1]]
        return past
