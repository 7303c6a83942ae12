"""Memory: what a block of worlds holds while programs are played."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from model.engine.layout import Block
from model.engine.parts import AnyArray
from model.engine.pieces import LANES
from model.engine.program import Program

FloatArray = NDArray[np.float64]
TOGETHER = 16
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
        """What a program's next run starts from, to be restored if need be."""
        return self.rows[:, : program.places.lasting].copy(), self.numbers[-1].copy()

    def restore(self, before: tuple[FloatArray, FloatArray]) -> None:
        """Go back to what a run started from."""
        rows, numbers = before
        self.rows[:, : rows.shape[1]], self.numbers[-1] = rows, numbers

    def fill(self, block: Block, array: AnyArray) -> None:
        """Take over an array that a run starts from."""
        if block.wide:
            for chunk in self.chunks:
                self.write(block, array, chunk)
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
    rows = aligned(groups * program.rows * LANES).reshape(groups, program.rows, LANES)
    numbers = np.zeros((quarters + 1, program.numbers))
    for at, constant in program.constants.items():
        numbers[:, at] = constant
    return Memory(worlds, rows, numbers)


def aligned(size: int) -> FloatArray:
    """Zeros that begin where a row of memory does."""
    line = LANES * 8
    memory = np.zeros(size + LANES)
    start = -memory.ctypes.data % line // 8
    return memory[start : start + size]
