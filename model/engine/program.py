"""Programs: a quarter of a region, laid out and compiled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from model.engine.assembly import assembled
from model.engine.layout import Block, Layout, laid_out
from model.engine.machine import Function, Machine
from model.engine.parts import AnyArray, Key
from model.engine.plan import stages
from model.engine.tracing import Traced
from model.engine.values import CONSTANT, Values

STREAMS = ("normals", "uniforms")
GATE = Block(0, 1, wide=True)
"""The row that tells whether a world went wrong."""


@dataclass(frozen=True)
class Placed:
    """An array of a region and its places; `axes` are all but worlds."""

    key: Key
    axes: tuple[int, ...]
    block: Block


@dataclass(frozen=True)
class Places:
    """Where the arrays of a region are.

    `state` is what a quarter changes, in the first `lasting` rows, and `fixed` what it only reads.
    `outside` is what each quarter brings along, numbers from place `brought` on.
    """

    leaves: Layout
    lasting: int
    brought: int
    state: list[Placed]
    fixed: list[Placed]
    outside: list[Placed]


@dataclass(frozen=True)
class Program:
    """A compiled quarter.

    `constants` are numbers by place, and `cells` is what the tables hold in each column.
    """

    machine: Machine
    layout: Layout
    places: Places
    constants: dict[int, float]
    cells: dict[tuple[str, str], tuple[int, ...]]

    @cached_property
    def stages(self) -> list[Function]:
        """The functions of its stages."""
        return [self.machine.function(f"stage_{i}") for i in range(len(self.layout.calls))]

    @cached_property
    def close(self) -> Function:
        """The function that turns a quarter's numbers into those that the next starts from."""
        return self.machine.function("close")


@dataclass(frozen=True)
class Leaf:
    """An array that a trace starts from: as it was, as it is watched, and its rows' values."""

    key: Key
    array: AnyArray
    watched: Traced
    values: list[int]
    wide: bool


@dataclass(frozen=True)
class Found:
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


def compiled(found: Found) -> Program:
    """Lay out and compile what was traced."""
    every, passed = found.values.every, found.values.invented()
    replaced = {passed: found.gate}
    for key, after in found.changed.items():
        replaced |= dict(zip(found.leaves[key].values, after, strict=True))
    plan, streamed = stages(every, [*replaced.values(), *found.recorded]), streamed_rows(found)
    read = {given for stage in plan for each in stage.compiled for given in every[each].given}
    read |= {*replaced, *replaced.values(), *found.recorded}.union(*(each.read for each in plan))
    places = places_of(found, read - streamed.keys(), Layout({passed: GATE.first}, GATE.count, 0))
    layout = laid_out(every, plan, places.leaves, replaced, found.recorded)
    machine = Machine(assembled(every, plan, layout, streamed, found.recorded))
    home = layout.home.items()
    constants = {at: every[each].constant for each, at in home if every[each].name == CONSTANT}
    return Program(machine, layout, places, constants, found.cells)


def places_of(found: Found, read: set[int], leaves: Layout) -> Places:
    """Find rows and numbers for the arrays that are read or changed."""
    used = {key: each for key, each in found.leaves.items() if read & set(each.values)}
    state = [placed(key, leaf, leaves) for key, leaf in used.items() if key in found.changed]
    lasting, brought = leaves.rows, leaves.numbers
    rest = {key: leaf for key, leaf in used.items() if key not in found.changed}
    outside = [placed(key, leaf, leaves) for key, leaf in rest.items() if key.outside]
    fixed = [placed(key, leaf, leaves) for key, leaf in rest.items() if not key.outside]
    return Places(leaves, lasting, brought, state, fixed, outside)


def placed(key: Key, leaf: Leaf, leaves: Layout) -> Placed:
    """Find rows or numbers for a leaf; one array has one place, whatever its keys."""
    count, axes = len(leaf.values), leaf.array.shape[:-1]
    if leaf.values[0] in leaves.home:
        return Placed(key, axes, Block(leaves.home[leaf.values[0]], count, leaf.wide))
    if leaf.wide:
        leaves.rows += count
        block = Block(leaves.rows - count, count, wide=True)
    else:
        block = leaves.taken(count)
    leaves.home |= {each: block.first + i for i, each in enumerate(leaf.values)}
    return Placed(key, axes, block)


def streamed_rows(traced: Found) -> dict[int, tuple[str, int]]:
    """Luck is read where it is: which row of a stream each value of it is."""
    found: dict[int, tuple[str, int]] = {}
    for key, leaf in traced.leaves.items():
        if key.part != "draw":
            continue
        for name in STREAMS:
            stream = traced.leaves[Key("draw", name)].array
            row, beyond = divmod(leaf.array.ctypes.data - stream.ctypes.data, stream.strides[0])
            if 0 <= row < len(stream) and not beyond:
                found |= {each: (name, row + i) for i, each in enumerate(leaf.values)}
    return found
