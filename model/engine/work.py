"""Work: a program with the memory of a block of worlds, and how it is played.

Rows hold a number a world, eight worlds (a group, one a lane) side by side; `numbers` hold what is
the same in all worlds, by quarter. Some groups go through all quarters of a run before the next do,
so that what they hold stays in the cache.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from model.engine.assembly import LANES
from model.engine.layout import Block
from model.engine.program import GATE, Program
from model.engine.quarter import AnyArray, Held, Key, get, put
from model.noise import RUN
from model.recorder import Recorder

FloatArray = NDArray[np.float64]
TOGETHER = 8
"""Groups that are carried through a run of quarters before others: as many as stay in the cache."""


class Chunk(NamedTuple):
    """Some of a block's groups, and their worlds."""

    groups: slice
    first: int
    stop: int

    @property
    def worlds(self) -> int:
        """How many worlds."""
        return self.stop - self.first


@dataclass
class Memory:
    """Rows (group, row, lane) of a block's worlds, and numbers by quarter of a run."""

    worlds: int
    rows: FloatArray
    numbers: FloatArray
    before: FloatArray | None = None

    @property
    def chunks(self) -> Iterator[Chunk]:
        """The block, some groups at a time."""
        for start in range(0, len(self.rows), TOGETHER):
            stop = min(start + TOGETHER, len(self.rows))
            yield Chunk(slice(start, stop), start * LANES, min(stop * LANES, self.worlds))

    def view(self, block: Block, chunk: Chunk, quarter: int) -> FloatArray:
        """Places of some groups: (group, row, lane), or (number, 1), which is the same in all."""
        places = slice(block.first, block.first + block.count)
        if block.wide:
            return self.rows[chunk.groups, places]
        return self.numbers[quarter, places, np.newaxis]

    def lasting(self, program: Program) -> tuple[FloatArray, FloatArray]:
        """What a program's next run starts from, to be restored if need be before another does."""
        if self.before is None:  # memory used before costs no page faults
            self.before = np.empty_like(self.rows[:, : program.places.lasting])
        self.before[...] = self.rows[:, : program.places.lasting]
        return self.before, self.numbers[-1].copy()

    def restore(self, before: tuple[FloatArray, FloatArray]) -> None:
        """Go back to what a run started from."""
        rows, numbers = before
        self.rows[:, : rows.shape[1]], self.numbers[-1] = rows, numbers

    def fill(self, block: Block, array: AnyArray) -> None:
        """Take over an array that a run starts from."""
        if block.wide:
            self.write(block, array, Chunk(slice(0, len(self.rows)), 0, self.worlds))
        else:
            self.numbers[-1, block.first : block.first + block.count] = array.ravel()

    def write(self, block: Block, array: AnyArray, chunk: Chunk) -> None:
        """Fill rows of some groups from an array with worlds last."""
        table = array.reshape(block.count, self.worlds)[:, chunk.first : chunk.stop]
        rows, whole = self.view(block, chunk, 0), table.shape[1] // LANES
        full = table[:, : whole * LANES].reshape(block.count, whole, LANES)
        rows[:whole] = full.swapaxes(0, 1)
        if whole < len(rows):
            rows[whole, :, : table.shape[1] - whole * LANES] = table[:, whole * LANES :]

    def read(self, block: Block, axes: tuple[int, ...]) -> FloatArray:
        """What the block has in some rows or, at the end of a run, numbers: worlds last."""
        places = slice(block.first, block.first + block.count)
        if not block.wide:
            return self.numbers[-1, places].reshape(*axes, 1).copy()
        own = np.empty((block.count, len(self.rows), LANES))
        own[...] = self.rows[:, places].swapaxes(0, 1)
        return own.reshape(block.count, -1)[:, : self.worlds].reshape(*axes, self.worlds)


def memory_for(program: Program, worlds: int, quarters: int) -> Memory:
    """Memory for runs of so many quarters; the last numbers are those after a run."""
    groups = -(-worlds // LANES)
    size = groups * program.rows * LANES
    memory = np.zeros(size + LANES)
    start = -memory.ctypes.data % (LANES * 8) // 8  # a row begins where one of memory does
    rows = memory[start : start + size].reshape(groups, program.rows, LANES)
    numbers = np.zeros((quarters + 1, program.numbers))
    for at, constant in program.constants.items():
        numbers[:, at] = constant
    return Memory(worlds, rows, numbers)


Kept = tuple[NDArray[np.float32], NDArray[np.int64]]
"""Memory for readings, and where each of their cells begins in it."""
Called = tuple[np.ufunc, list[FloatArray], FloatArray]
"""A function of NumPy's, what it is given, and where its result goes."""
NOTHING = np.empty(0)


@dataclass(frozen=True)
class Brought:
    """What a quarter brings along: tables that differ by world, numbers that do not, and luck."""

    index: int
    tables: Sequence[AnyArray]
    numbers: AnyArray
    normals: AnyArray
    uniforms: AnyArray


class Work:
    """A program at work on a block of worlds."""

    def __init__(self, program: Program, worlds: int) -> None:
        """Make room."""
        self.program, self.worlds = program, worlds
        self.memory = memory_for(program, worlds, RUN)
        self.calls: dict[tuple[int, int], list[list[Called]]] = {}
        self.wide_brought = [each.block for each in program.places.outside if each.block.wide]
        self.fixed: dict[Key, AnyArray] = {}

    def take_over(self, held: Held) -> None:
        """Take over what a region holds; of what is fixed, what is not there already."""
        for placed in self.program.places.state:
            self.memory.fill(placed.block, get(held, placed.key))
        for placed in self.program.places.fixed:
            array = get(held, placed.key)
            if self.fixed.get(placed.key) is not array:
                self.memory.fill(placed.block, array)
                self.fixed[placed.key] = array

    def quarter(self, index: int, held: Held) -> Brought:
        """What a quarter brings along, out of what a region holds."""
        outside = [(each.block.wide, get(held, each.key)) for each in self.program.places.outside]
        tables = [array for wide, array in outside if wide]
        numbers = [NOTHING, *(array.ravel() for wide, array in outside if not wide)]
        luck = held["draw"]
        return Brought(index, tables, np.concatenate(numbers), luck["normals"], luck["uniforms"])

    def give(self, held: Held) -> None:
        """Give a region what it holds now."""
        state = self.program.places.state
        own = {each.block: self.memory.read(each.block, each.axes) for each in state}
        for each in state:
            put(held, each.key, own[each.block])

    def play(self, run: Sequence[Brought], recorder: Recorder) -> NDArray[np.bool_]:
        """Play quarters, some worlds after others; whether each world is right, by quarter."""
        finite = np.empty((len(run), self.worlds), dtype=np.bool_)
        self.memory.numbers[0] = self.memory.numbers[-1]
        kept = [self._kept(quarter, recorder) for quarter in run]
        given = [self._addresses(*each) for each in zip(range(len(run)), run, kept, strict=True)]
        # Some worlds go through all quarters before others do. The first of them also carry what is
        # the same in all worlds, from which each quarter's numbers start.
        for chunk in self.memory.chunks:
            for number, quarter in enumerate(run):
                self._bring(quarter, chunk, number)
                self._carry_out(given[number], chunk, number)
                gate = self.memory.view(GATE, chunk, number).ravel()[: chunk.worlds]
                finite[number, chunk.first : chunk.stop] = np.isfinite(gate)
                if chunk.first == 0:
                    after = number + 1 if number + 1 < len(run) else -1
                    self._close(given[number], chunk, number, after)
        return finite

    def _bring(self, quarter: Brought, chunk: Chunk, number: int) -> None:
        """Write down what a quarter brings along; numbers with the first worlds."""
        if chunk.first == 0:
            first = self.program.places.first_brought
            numbers = self.memory.numbers[number]
            numbers[first : first + len(quarter.numbers)] = quarter.numbers
        for block, table in zip(self.wide_brought, quarter.tables, strict=True):
            self.memory.write(block, table, chunk)

    def _addresses(self, number: int, quarter: Brought, kept: Kept) -> tuple[int, ...]:
        """What the stages of a quarter are given: where its memory is."""
        luck = quarter.normals, quarter.uniforms
        return tuple(map(address, (self.memory.rows, self.memory.numbers[number], *luck, *kept)))

    def _carry_out(self, given: tuple[int, ...], chunk: Chunk, number: int) -> None:
        """Go through the stages of a quarter."""
        worlds = chunk.first, chunk.stop, self.worlds
        for calls, stage in zip(self._calls(chunk, number), self.program.stages, strict=True):
            for function, operands, result in calls:
                function(*operands, out=result)
            stage(*given, *worlds)

    def _close(self, given: tuple[int, ...], chunk: Chunk, number: int, after: int) -> None:
        """Turn a quarter's numbers into those that another starts from."""
        rows, _, *others = given
        self.memory.numbers[after] = self.memory.numbers[number]
        numbers = address(self.memory.numbers[after])
        self.program.close(rows, numbers, *others, chunk.first, chunk.stop, self.worlds)

    def _kept(self, quarter: Brought, recorder: Recorder) -> Kept:
        """Where a quarter's readings go; those that nobody asked for all go to one place."""
        row = recorder.rows.get(quarter.index)
        if row is None:
            cells = sum(prod(axes) for axes in self.program.cells.values())
            return np.empty(self.worlds, np.float32), np.zeros(cells, np.int64)
        buffers = recorder.laid_out(self.program.cells)
        return buffers.memory, buffers.places[row]

    def _calls(self, chunk: Chunk, number: int) -> list[list[Called]]:
        """Calls of NumPy's functions by stage; on numbers with the first worlds only."""
        if (chunk.first, number) not in self.calls:
            self.calls[chunk.first, number] = [
                [
                    (
                        getattr(np, call.name),
                        [self.memory.view(each, chunk, number) for each in call.given],
                        self.memory.view(call.found, chunk, number),
                    )
                    for call in calls
                    if call.found.wide or chunk.first == 0
                ]
                for calls in self.program.calls
            ]
        return self.calls[chunk.first, number]


SPARE: list[Work] = []
"""The work that this process did last: memory used before costs no page faults."""
MOST = 3
"""How much of it is kept, as programs take turns."""


def work_on(program: Program, worlds: int, held: Held) -> Work:
    """A program at work on what a region holds."""
    spare = (each for each in SPARE if each.program is program and each.worlds == worlds)
    work = next(spare, None)
    if work is None:
        work = Work(program, worlds)
    else:
        SPARE.remove(work)
    work.take_over(held)
    return work


def address(array: AnyArray) -> int:
    """Where an array begins in memory."""
    found: int = array.__array_interface__["data"][0]
    return found
