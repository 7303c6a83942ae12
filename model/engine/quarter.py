"""A quarter: the arrays that a region reads and writes in it, and what a trace finds it to do."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import FunctionType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.axes import Worlds
from model.engine.holdings import Keeping, told
from model.engine.plan import Values
from model.engine.tracing import Trace, Traced, UntraceableError, plain, untraceable
from model.recorder import GOING_ON, Columns, Recorder
from model.region import Region

AnyArray = NDArray[Any]
Held = dict[str, dict[str, Any]]
"""What each part of a region holds, by its name."""

OUTSIDE = ("draw", "now", "struck", "on_record")
"""Parts that are new in every quarter, whatever the region does; luck comes first."""
PLAIN = (bool, int, float, str)
FRESH = (*OUTSIDE, "foreseen", "recorder", "datacollector")
"""What a region holds for a quarter or a block only."""
CHANGING = ("running", "steps", "worlds", "unique_id")
"""Plain values of regions and agents that no rule reads."""


class Key(NamedTuple):
    """Where an array is: a part, an attribute, and the place in it where that holds several."""

    part: str
    name: str
    place: int | None = None

    @property
    def outside(self) -> bool:
        """Whether a quarter brings it along: luck, drivers, and what follows from these alone."""
        whole = (self.part, self.name)
        return self.part in OUTSIDE or whole in {
            ("region", "foreseen"),
            ("year", GOING_ON),
        }


def parts(region: Region, recorder: Recorder) -> Held:
    """Everything that a quarter reads and writes."""
    found = {
        "region": region,
        **region.parts,
        "parameters": region.parameters,
        "first": region.drivers.first,
        "now": region.drivers.now,
        "struck": region.drivers.struck,
        "draw": region.draw,
        **{power.code: power for power in region.powers.members},
    }
    seen: dict[str, Any] = vars(region.on_record) if region.on_record else {}
    named = {name: vars(part) for name, part in found.items()}
    return {**named, "on_record": seen, "year": recorder.year}


def arrays(held: Held) -> Iterator[tuple[Key, AnyArray]]:
    """All arrays with their keys."""
    for part, own in held.items():
        for name, value in own.items():
            if isinstance(value, np.ndarray):
                yield Key(part, name), value
            elif isinstance(value, list | tuple):
                several = ((Key(part, name, i), each) for i, each in enumerate(value))
                yield from (each for each in several if isinstance(each[1], np.ndarray))


def get(held: Held, key: Key) -> AnyArray:
    """The array at a key."""
    value = held[key.part][key.name]
    found: AnyArray = value if key.place is None else value[key.place]
    return found


def put(held: Held, key: Key, array: AnyArray) -> None:
    """Put an array in the place of another."""
    own = held[key.part]
    if key.place is None:
        own[key.name] = array
    else:
        several = list(own[key.name])
        several[key.place] = array
        own[key.name] = type(own[key.name])(several)


def is_wide(key: Key, array: AnyArray, worlds: int) -> bool:
    """Whether worlds differ; in a block of one, luck and all that lasts are taken to."""
    if worlds == 1:
        return key.part == "draw" or not key.outside
    return array.shape[-1] == worlds


def code_at_work(region: Region, recorder: Recorder) -> list[object]:
    """The classes of all that takes part in a quarter, of what it holds, and functions it holds.

    What is another from quarter to quarter or from block to block is left out.
    """
    agents = *region.states, *region.powers.members
    things: list[object] = [region, recorder, *region.parts.values(), *agents]
    for part in (region, *region.parts.values(), *agents):
        things += [each for name, each in vars(part).items() if name not in FRESH]
    own = (each if isinstance(each, FunctionType) else type(each) for each in things)
    return list(dict.fromkeys(own))


def plain_values(held: Held) -> Iterator[tuple[str, str, object]]:
    """What parts hold that is no array and that rules may read: it is the same in all worlds."""
    for part, own in held.items():
        for name, value in own.items():
            if name in CHANGING or name[0] == "_":
                continue
            if isinstance(value, PLAIN) or (isinstance(value, tuple) and holds_numbers(value)):
                yield part, name, value
        if "unique_id" in own:  # an agent
            yield part, "holdings", told(own)


def holds_numbers(value: tuple[object, ...]) -> bool:
    """Whether a tuple holds nothing but plain values, and tuples of such."""
    return all(
        holds_numbers(each) if isinstance(each, tuple) else isinstance(each, PLAIN)
        for each in value
    )


class Shape(NamedTuple):
    """What code depends on of an array: its axes but worlds, and whether worlds differ.

    `same` is the first key of the same array, for one that is held several times.
    """

    key: Key
    axes: tuple[int, ...]
    wide: bool
    same: Key


def shapes(held: Held, worlds: int) -> tuple[Shape, ...]:
    """The shapes of what lasts from quarter to quarter."""
    first: dict[int, Key] = {}
    lasting = ((key, each) for key, each in arrays(held) if not key.outside)
    return tuple(
        Shape(key, each.shape[:-1], is_wide(key, each, worlds), first.setdefault(id(each), key))
        for key, each in lasting
    )


def shapes_outside(held: Held) -> tuple[object, ...]:
    """Whether worlds differ in what a quarter brings along, and what it brings that is no array.

    Luck always differs.
    """
    brought = [*held["region"]["foreseen"]]
    for part in OUTSIDE[1:]:
        brought += held[part].values()
    return tuple([a.shape[-1] > 1 if isinstance(a, np.ndarray) else a for a in brought])


@dataclass(frozen=True)
class Leaf:
    """An array that a trace starts from: as it was, as it is watched, and its rows' values."""

    key: Key
    array: AnyArray
    watched: Traced
    values: list[int]
    wide: bool


@dataclass(frozen=True)
class TracedQuarter:
    """What a trace found: values, the arrays that they start from, and what comes of these.

    `changed` says by key what an array's rows hold after the quarter, `recorded` what the tables
    hold, `cells` the axes of their columns, and `gate` what is finite in worlds that are right.
    """

    values: Values
    leaves: Mapping[Key, Leaf]
    changed: Mapping[Key, list[int]]
    recorded: list[int]
    cells: dict[tuple[str, str], tuple[int, ...]]
    gate: int


@dataclass
class Tracing:
    """A region whose quarter is being traced."""

    region: Region
    recorder: Recorder
    trace: Trace = field(default_factory=Trace)
    values: Values = field(default_factory=Values)
    leaves: dict[Key, Leaf] = field(default_factory=dict)
    keeping: Keeping = field(init=False)

    def __post_init__(self) -> None:
        """Keep what agents of a user's own hold, and hide their model."""
        self.keeping = Keeping.of(self.region.parts.values())

    def watch(self) -> None:
        """Put watched arrays in the place of the region's own.

        What is one array stays one, but for what a quarter brings along: there it is chance.
        """
        held, same = parts(self.region, self.recorder), dict[int, Leaf]()
        for key, array in list(arrays(held)):
            leaf = None if key.outside else same.get(id(array))
            if leaf is None:
                watched, wide = self.trace.watch(array), is_wide(key, array, self.region.worlds)
                leaf = Leaf(key, array, watched, self.values.leaf(watched, wide=wide), wide)
            if not key.outside:
                same[id(array)] = leaf
            self.leaves[key] = leaf
            put(held, key, leaf.watched)

    def respond(self) -> tuple[Columns, Worlds]:
        """Let the region respond; what the tables say of it, and what is finite in right worlds."""
        self.region.respond()
        self.recorder.add_up(self.region)
        for key, array in arrays(parts(self.region, self.recorder)):
            if not isinstance(array, Traced) or key not in self.leaves:
                raise untraceable(f"{key.part}.{key.name}, made from none of the region's arrays,")
        self.keeping.expect_kept()
        return self.recorder.readings(self.region), self.recorder.gate(self.region)

    def release(self) -> dict[Key, Traced]:
        """Give the region arrays of its own again; what it has changed, traced, by key."""
        self.keeping.give_back()
        held = parts(self.region, self.recorder)
        changed = {
            key: each
            for key, each in arrays(held)
            if isinstance(each, Traced) and each is not self.leaves[key].watched
        }
        own = {id(each): np.array(plain(each)) for each in changed.values()}
        for key, leaf in self.leaves.items():
            put(held, key, own[id(changed[key])] if key in changed else leaf.array)
        return changed

    def restore(self) -> None:
        """Give the region back what it had."""
        self.keeping.put_back()
        held = parts(self.region, self.recorder)
        for key, leaf in self.leaves.items():
            put(held, key, leaf.array)

    def expect_untouched(self) -> None:
        """Refuse rules that write into what they are given: forks keep that by reference."""
        for key, leaf in self.leaves.items():
            if self.values_of(leaf.watched) != leaf.values:
                raise untraceable(f"writing into {key.part}.{key.name} in place of a new array")

    def values_of(self, array: AnyArray) -> list[int]:
        """The values in the rows of an array."""
        return self.values.rows(plain(array), array.shape)

    def found(
        self, changed: Mapping[Key, AnyArray], readings: Columns, total: AnyArray
    ) -> TracedQuarter:
        """What the trace comes to: values of what has changed, of the readings, of their total."""
        self.values.take(self.trace.noted)
        after = {key: self.values_of(each) for key, each in changed.items()}
        recorded = [one for each in readings.values() for one in self.values_of(each)]
        cells = {key: each.shape[:-1] for key, each in readings.items()}
        gate = self.values_of(total)[0]
        return TracedQuarter(self.values, self.leaves, after, recorded, cells, gate)

    def lasts(self, changed: Mapping[Key, AnyArray]) -> bool:
        """Whether the next quarter can be played as well: it has the same shapes."""
        after = {key: changed.get(key, leaf.watched) for key, leaf in self.leaves.items()}
        return all(
            after[key].shape == leaf.watched.shape and after[leaf.key] is after[key]
            for key, leaf in self.leaves.items()
        )


def traced(region: Region, recorder: Recorder) -> TracedQuarter | None:
    """Step a region through the quarter that it has advanced to, and note what it does.

    None if the next quarter will be another, as arrays that were the same for all worlds no longer
    are, or if a rule does what cannot be traced, of which the user is warned. Raises
    UntraceableError for a rule that writes into what it is given.
    """
    tracing = Tracing(region, recorder)
    # The rules run once, on watched copies of the region's arrays: they compute as ever. What they
    # do that could not be played is an error; the quarter is then stepped from where it began.
    tracing.watch()
    try:
        readings, total = tracing.respond()
    except Exception as error:
        tracing.restore()
        if not (isinstance(error, UntraceableError) or tracing.keeping.agents):
            raise
        region.respond()  # what an agent of a user's own does wrong is told from here
        recorder.record(region)
        warn_of(error)
        return None
    # The region goes on with plain arrays, as if it had stepped, and the quarter is recorded. What
    # was noted becomes values, each computed once.
    changed = tracing.release()
    recorder.keep(region)
    try:
        found = tracing.found(changed, readings, total)
    except UntraceableError as error:
        warn_of(error)
        return None
    tracing.expect_untouched()
    return found if tracing.lasts(changed) else None


def warn_of(error: Exception) -> None:
    """Warn that quarters will not be played."""
    warnings.warn(f"{error}; quarters are stepped by NumPy, which is slower", stacklevel=2)
