"""Programs: a quarter of a region, laid out and compiled."""

from __future__ import annotations

import hashlib
import marshal
import pickle
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from model.engine.assembly import assembled
from model.engine.layout import Block, Layout, PlacedCall, laid_out
from model.engine.machine import Function, Machine, cached, code_of, processor
from model.engine.plan import CONSTANT, addresses, stages
from model.engine.quarter import Key, Leaf, TracedQuarter

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
    `outside` is what each quarter brings along, numbers from place `first_brought` on.
    """

    lasting: int
    first_brought: int
    state: list[Placed]
    fixed: list[Placed]
    outside: list[Placed]


@dataclass(frozen=True)
class Program:
    """A compiled quarter: its machine's `code`, and what there is to do in it.

    `calls` are those of NumPy's functions by stage, in memory of so many `rows` and `numbers`;
    `constants` are numbers by place, and `cells` is what the tables hold in each column.
    """

    code: bytes
    calls: list[list[PlacedCall]]
    rows: int
    numbers: int
    places: Places
    constants: dict[int, float]
    cells: dict[tuple[str, str], tuple[int, ...]]

    @cached_property
    def machine(self) -> Machine:
        """The code, loaded into this process."""
        return Machine(self.code, [*(f"stage_{i}" for i in range(len(self.calls))), "close"])

    @cached_property
    def stages(self) -> list[Function]:
        """The functions of its stages."""
        return [self.machine.function(f"stage_{i}") for i in range(len(self.calls))]

    @cached_property
    def close(self) -> Function:
        """The function that turns a quarter's numbers into those that the next starts from."""
        return self.machine.function("close")


def program_of(quarter: TracedQuarter) -> Program:
    """Lay out and compile what was traced, unless some process has done so before."""
    content = cached(lambda: pickle.dumps(laid_out_and_compiled(quarter)), *all_of(quarter))
    program: Program = pickle.loads(content)  # noqa: S301 (from where Python's own code waits)
    return program


def all_of(quarter: TracedQuarter) -> tuple[str, ...]:
    """All that a program follows from: the trace, the engine's own code, and the compiler."""
    traced = (
        [(each.name, each.given, each.wide, each.constant) for each in quarter.values.every],
        [
            (*key, *each.array.shape[:-1], each.wide, each.values)
            for key, each in quarter.leaves.items()
        ],
        [(*key, after) for key, after in quarter.changed.items()],
        [*quarter.cells.items(), quarter.recorded, quarter.gate],
        [*streamed_rows(quarter).items()],
    )
    plain = marshal.dumps(traced, 2)  # its second version has the same bytes for the same values
    return hashlib.sha256(plain).hexdigest(), engine_code(), processor()


@cache
def engine_code() -> str:
    """A checksum of the engine's own code."""
    files = sorted(Path(__file__).parent.glob("*.py"))
    return hashlib.sha256(b"".join(each.read_bytes() for each in files)).hexdigest()


def laid_out_and_compiled(quarter: TracedQuarter) -> Program:
    """Lay out and compile what was traced."""
    # What the next quarter starts from takes the place of what this one did. One more row, which
    # no array stands for, tells whether a world is still right.
    every, passed = quarter.values.every, quarter.values.invented()
    replaced = {passed: quarter.gate}
    for key, after in quarter.changed.items():
        replaced |= dict(zip(quarter.leaves[key].values, after, strict=True))
    # Only what these and the tables need is computed. Arrays that are read or changed get the first
    # places; luck has none, as it is read where it was drawn.
    plan, streamed = stages(every, [*replaced.values(), *quarter.recorded]), streamed_rows(quarter)
    read = {given for stage in plan for each in stage.compiled for given in every[each].given}
    read |= {*replaced, *replaced.values(), *quarter.recorded}.union(*(each.read for each in plan))
    start = Layout({passed: GATE.first}, GATE.count, 0)
    places = places_of(quarter, read - streamed.keys(), start)
    # Then whatever waits between two pieces of the plan gets a place, and all becomes machine code.
    # What LLVM made is kept with the places, which say how it is to be called.
    layout = laid_out(every, plan, start, replaced, quarter.recorded)
    code = code_of(assembled(every, plan, layout, streamed, quarter.recorded))
    home = layout.home.items()
    constants = {at: every[each].constant for each, at in home if every[each].name == CONSTANT}
    size = layout.rows, layout.numbers
    return Program(code, layout.calls, *size, places, constants, quarter.cells)


def places_of(quarter: TracedQuarter, read: set[int], start: Layout) -> Places:
    """Find rows and numbers for the arrays that are read or changed."""
    used = {key: each for key, each in quarter.leaves.items() if read & set(each.values)}
    state = [place_of(key, leaf, start) for key, leaf in used.items() if key in quarter.changed]
    lasting, brought = start.rows, start.numbers
    rest = {key: leaf for key, leaf in used.items() if key not in quarter.changed}
    outside = [place_of(key, leaf, start) for key, leaf in rest.items() if key.outside]
    fixed = [place_of(key, leaf, start) for key, leaf in rest.items() if not key.outside]
    return Places(lasting, brought, state, fixed, outside)


def place_of(key: Key, leaf: Leaf, start: Layout) -> Placed:
    """Find rows or numbers for a leaf; one array has one place, whatever its keys."""
    count, axes = len(leaf.values), leaf.array.shape[:-1]
    if leaf.values[0] in start.home:
        return Placed(key, axes, Block(start.home[leaf.values[0]], count, leaf.wide))
    if leaf.wide:
        start.rows += count
        block = Block(start.rows - count, count, wide=True)
    else:
        block = start.taken(count)
    start.home |= {each: block.first + i for i, each in enumerate(leaf.values)}
    return Placed(key, axes, block)


def streamed_rows(quarter: TracedQuarter) -> dict[int, tuple[str, int]]:
    """Luck is read where it is: which row of a stream each value of it is."""
    luck = {key.name: leaf for key, leaf in quarter.leaves.items() if key.part == "draw"}
    rows = {
        address: (name, row)
        for name in STREAMS
        if name in luck
        for row, address in enumerate(addresses(luck[name].array))
    }
    return {
        value: rows[address]
        for leaf in luck.values()
        for value, address in zip(leaf.values, addresses(leaf.array), strict=True)
        if address in rows
    }
