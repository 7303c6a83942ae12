"""A quarter of a region, traced."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from agents.axes import Worlds
from model.engine.parts import AnyArray, Key, arrays, is_wide, parts, put
from model.engine.program import Leaf, Program, TracedQuarter, program_of
from model.engine.tracing import Trace, Traced, UntraceableError, plain, untraceable
from model.engine.values import Values
from model.recorder import Columns, Recorder
from model.region import Region


@dataclass
class Tracing:
    """A region whose quarter is being traced."""

    region: Region
    recorder: Recorder
    trace: Trace = field(default_factory=Trace)
    values: Values = field(default_factory=Values)
    leaves: dict[Key, Leaf] = field(default_factory=dict)

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
        return self.recorder.readings(self.region), self.recorder.gate(self.region)

    def release(self) -> dict[Key, Traced]:
        """Give the region arrays of its own again; what it has changed, traced, by key."""
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


def traced(region: Region, recorder: Recorder) -> Program | None:
    """Step a region through the quarter that it has advanced to, and compile what it does.

    None if the next quarter will be another, as arrays that were the same for all worlds no longer
    are, or if a rule does what cannot be traced, of which the user is warned. Raises
    UntraceableError for a rule that writes into what it is given.
    """
    tracing = Tracing(region, recorder)
    tracing.watch()
    try:
        readings, total = tracing.respond()
    except UntraceableError as error:
        tracing.restore()
        region.respond()
        recorder.record(region)
        warn_of(error)
        return None
    changed = tracing.release()
    recorder.keep(region)
    try:
        found = tracing.found(changed, readings, total)
    except UntraceableError as error:
        warn_of(error)
        return None
    tracing.expect_untouched()
    return program_of(found) if tracing.lasts(changed) else None


def warn_of(error: UntraceableError) -> None:
    """Warn that quarters will not be played."""
    warnings.warn(f"{error}; quarters are stepped by NumPy, which is slower", stacklevel=2)
