"""Blocks of worlds through several scenarios; a past that scenarios share is run once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np
from mesa import Agent
from numpy.typing import NDArray

from agents.roster import Kinds, usual
from model.histories import Histories, end_of_record, held
from model.noise import Noise
from model.recorder import Buffers, Recorded, Recorder
from model.region import Region
from scenarios.forks import first_fork, parting
from scenarios.quarters import Every
from scenarios.scenario import Scenario
from scenarios.uncertain import realised_all
from scenarios.vocabulary import TABLES

FloatArray = NDArray[np.float64]
Parameters = Mapping[str, FloatArray]


@dataclass(frozen=True)
class Request:
    """What to run and to keep of a block: replicates (one a world), quarters, tables.

    `agents` are classes of a user's own by code. `compiled` and `histories` (where pasts that were
    run before are kept) say how, not what: the numbers are the same.
    """

    seed: int
    replicates: NDArray[np.int64]
    until: int
    record_from: int
    every: Every = "quarter"
    tables: tuple[str, ...] = TABLES
    agents: Kinds | None = None
    compiled: bool = False
    histories: Histories | None = None


@dataclass(frozen=True)
class Branch:
    """A region that has reached a quarter, and the scenarios that could still follow it."""

    region: Region
    recorder: Recorder
    names: list[str]


def simulate(
    scenarios: Mapping[str, Scenario], parameters: Mapping[str, Parameters], request: Request
) -> Iterator[tuple[str, Recorded]]:
    """Run a block of worlds through scenarios, each handed over as soon as it is done.

    `parameters` gives each scenario its arrays by name, worlds last, over the registry's
    values and the replicates' judgement. Scenarios with the same parameters share their past
    up to the first quarter in which they differ, and the noise of all their future.
    The recorded arrays are reused: use or copy them before asking for the next scenario or block.
    """
    scenarios, parameters = realised_all(scenarios, parameters)
    with np.errstate(all="ignore"), lent_recorder(request) as recorder:
        for names in alike(scenarios, parameters):
            recorder.reset()
            fork = first_fork([scenarios[name] for name in names])
            noise = Noise(request.seed, request.replicates, kept_from=fork)
            region = Region(
                spec=scenarios[names[0]],
                parameters=parameters[names[0]],
                agents=request.agents,
                noise=noise,
                recorder=recorder,
            )
            try:
                live_through(region, recorder, request, fork)
                yield from _grow(Branch(region, recorder, names), scenarios, request)
            finally:
                let_go(region)


@runtime_checkable
class Stepper(Protocol):
    """Steps a region to a quarter."""

    def step_to(self, quarter: int) -> None:
        """Step until a quarter has been stepped."""


SPARE: dict[tuple[object, ...], Buffers | None] = {}
"""Buffers of the block that this process did last: memory used before costs no page faults."""


@contextmanager
def lent_recorder(request: Request) -> Iterator[Recorder]:
    """Lend a recorder that writes into the last block's buffers where they fit."""
    size = (len(request.replicates), request.record_from, request.until, request.every)
    key = (*size, request.tables)
    recorder = Recorder(*size, request.tables, buffers=SPARE.pop(key, None))
    SPARE.clear()
    try:
        yield recorder
    finally:
        SPARE[key] = recorder.buffers


def let_go(region: Region) -> None:
    """Free a finished region: Mesa 3.3 keeps all it ever saw, and its parts hold each other."""
    getattr(Agent, "_ids", {}).pop(region, None)
    vars(region).clear()


def live_through(region: Region, recorder: Recorder, request: Request, fork: int) -> None:
    """Take a region to the end of the record, from what is kept of the same past if that is there.

    Not where scenarios part before, where anything before is to be written down, or where agents
    are of other classes than the model's own, which no key of a past knows.
    """
    last, kept = end_of_record(), request.histories
    until = min(request.until, region.spec.end)
    if kept is None or not region.spec.start <= last < min(fork, request.record_from, until):
        return
    early = any(each.quarter <= last for each in region.spec.behaviours)
    if early or region.kinds != usual():
        return
    before = held(region, recorder)
    path = kept.take_up(region, recorder)
    if path is not None:
        stepper_of(region, recorder, compiled=request.compiled).step_to(last)
        kept.keep(path, region, recorder, before)


def _grow(
    branch: Branch, scenarios: Mapping[str, Scenario], request: Request
) -> Iterator[tuple[str, Recorded]]:
    """Step a branch to where its scenarios part, then each part of it in turn."""
    region, recorder, names = branch.region, branch.recorder, branch.names
    last = min(request.until, region.spec.end)
    fork = first_fork([scenarios[name] for name in names])
    stepper_of(region, recorder, compiled=request.compiled).step_to(min(fork - 1, last))
    if region.quarter >= last:
        for name in names:
            yield name, recorder.recorded()
        return
    memory = remembered(region, recorder)
    for group in _parted(names, scenarios, fork):
        recall(region, memory, scenarios[group[0]])
        yield from _grow(Branch(region, recorder, group), scenarios, request)


def stepper_of(region: Region, recorder: Recorder, *, compiled: bool) -> Stepper:
    """What steps a region: itself, or a player of compiled code, which takes longer to load.

    Where nothing can be compiled, the region steps itself, after one warning a process.
    """
    if compiled:
        from model.engine.machine import usable

        if usable():
            from model.engine.player import Player

            return Player(region, recorder)
    return region


def alike(
    scenarios: Mapping[str, Scenario], parameters: Mapping[str, Parameters]
) -> list[list[str]]:
    """Names of scenarios grouped by what they share: parameters and all of the first quarter."""

    def same(name: str, other: str) -> bool:
        one, two = scenarios[name], scenarios[other]
        begins_alike = one.start == two.start < parting(one, two)
        return begins_alike and same_numbers(parameters[name], parameters[other])

    return grouped(scenarios, same)


def same_numbers(one: Parameters, other: Parameters) -> bool:
    """Whether two sets of parameters hold the same arrays under the same names."""
    return one is other or (
        one.keys() == other.keys() and all(np.array_equal(one[key], other[key]) for key in one)
    )


def _parted(names: list[str], scenarios: Mapping[str, Scenario], fork: int) -> list[list[str]]:
    """Names grouped by scenarios that still agree in the quarter of the fork."""
    return grouped(names, lambda name, one: parting(scenarios[name], scenarios[one]) > fork)


def grouped(names: Iterable[str], same: Callable[[str, str], bool]) -> list[list[str]]:
    """Names in groups of those that are the same as the group's first, in the order they came.

    >>> grouped(["ab", "b", "ac"], lambda name, first: name[0] == first[0])
    [['ab', 'ac'], ['b']]
    """
    groups: list[list[str]] = []
    for name in names:
        group = next((each for each in groups if same(name, each[0])), None)
        if group is None:
            groups.append([name])
        else:
            group.append(name)
    return groups


def remembered(
    region: Region, recorder: Recorder | None = None
) -> list[tuple[Any, dict[str, Any]]]:
    """The state of a region and all its parts; rules make new arrays: references suffice."""
    parts: list[Any] = [*region.parts.values(), region.drivers]
    kept = [(part, dict(vars(part))) for part in parts]
    own = {"attention": region.attention, "running": region.running}
    kept.append((region, own))
    if recorder is not None:
        taken = {"year": recorder.year, "failed": recorder.failed, "reached": recorder.reached}
        kept.append((recorder, taken))
    return kept


def recall(region: Region, memory: list[tuple[Any, dict[str, Any]]], spec: Scenario) -> None:
    """Put a region back into a remembered state, from where another scenario goes on."""
    for part, kept in memory:
        vars(part).update(kept)
    region.spec = spec
    region.drivers.follow(spec)
    region.past.follow(spec)
