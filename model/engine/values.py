"""Values: what a trace computes, number by number, each computed once.

A table of (..., worlds) is rows of worlds; a number that is the same in all worlds is narrow.
Where a trace writes into memory, a new value takes the place of the old: each value has one
definition (static single assignment).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import copysign
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.engine.tracing import COPY, SUM, Noted, untraceable

AnyArray = NDArray[Any]

LEAF, CONSTANT = "leaf", "constant"


@dataclass(frozen=True, slots=True)
class Value:
    """What a value is computed by and from: values by number, or its own size as a constant."""

    name: str
    given: tuple[int, ...]
    wide: bool
    constant: float = 0.0


@dataclass
class Values:
    """All values of a trace. `memory` says which value each row of an array's memory holds."""

    every: list[Value] = field(default_factory=list)
    memory: dict[int, int] = field(default_factory=dict)
    known: dict[tuple[Value, float], int] = field(default_factory=dict)

    def leaf(self, array: AnyArray, *, wide: bool) -> list[int]:
        """Take in an array that the trace starts from; the numbers of its rows' values."""
        found = []
        for address in addresses(array):
            self.every.append(Value(LEAF, (), wide))
            self.memory[address] = len(self.every) - 1
            found.append(len(self.every) - 1)
        return found

    def invented(self) -> int:
        """A wide leaf that no array stands for."""
        self.every.append(Value(LEAF, (), wide=True))
        return len(self.every) - 1

    def take(self, calls: Iterable[Noted]) -> None:
        """Take in a trace."""
        for call in calls:
            if call.name == SUM:
                self._sum(call)
            else:
                given = [self.rows(each, call.out.shape) for each in call.given]
                made = [self._value(call.name, each) for each in zip(*given, strict=True)]
                self.memory.update(zip(addresses(call.out), made, strict=True))

    def rows(self, array: AnyArray | float, shape: tuple[int, ...]) -> list[int]:
        """The values of an array's rows, as often as its shape is repeated in another."""
        if np.ndim(array) == 0:
            return [self._constant(float(array))] * int(np.prod(shape[:-1], dtype=int))
        table = np.asarray(array)
        wide = np.broadcast_to(table, (*shape[:-1], table.shape[-1]))
        return [self._held(address) for address in addresses(wide)]

    def _held(self, address: int) -> int:
        if address not in self.memory:
            raise untraceable(
                "an array that is neither the region's nor made from its arrays (a constant is, "
                "as np.zeros(shape, like=x) for an x that is)"
            )
        return self.memory[address]

    def _sum(self, call: Noted) -> None:
        table = np.moveaxis(np.asarray(call.given[0]), call.axis, 0)
        terms = [self.rows(each, each.shape) for each in table]
        total = terms[0]
        for term in terms[1:]:
            total = [self._value("add", pair) for pair in zip(total, term, strict=True)]
        self.memory.update(zip(addresses(call.out), total, strict=True))

    def _value(self, name: str, given: Sequence[int]) -> int:
        if name == COPY:
            return given[0]
        return self._known(Value(name, tuple(given), any(self.every[each].wide for each in given)))

    def _constant(self, number: float) -> int:
        return self._known(Value(CONSTANT, (), wide=False, constant=number))

    def _known(self, value: Value) -> int:
        one = value, copysign(1, value.constant)  # zeros of both signs are equal, and two
        if one not in self.known:
            self.every.append(value)
            self.known[one] = len(self.every) - 1
        return self.known[one]


def addresses(array: AnyArray) -> list[int]:
    """Where each row of an array begins in memory, rows in their order."""
    found = np.full(array.shape[:-1], array.ctypes.data, dtype=np.int64)
    for axis, (size, stride) in enumerate(zip(array.shape[:-1], array.strides, strict=False)):
        steps = np.arange(size) * stride
        found += steps.reshape(-1, *(1,) * (array.ndim - 2 - axis))
    return found.ravel().tolist()
