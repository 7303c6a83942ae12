"""Values and the plan: what a trace computes, number by number, and in which stages.

A table of (..., worlds) is rows of worlds; a number that is the same in all worlds is narrow. Where
a trace writes into memory, a new value takes the place of the old: each has one definition (static
single assignment). A stage is the calls of NumPy whose operands are ready, and then what can be
compiled on what they found, cut into pieces: what only one piece needs stays in the processor.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
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


COMPILED = frozenset(
    {"add", "subtract", "multiply", "divide", "maximum", "minimum", "negative", "sqrt", "square"}
    | {"less", "greater"}
)
"""Functions that are exact in IEEE arithmetic, so that compiled code has the bits of NumPy."""
PIECE = 200
"""Values of a piece: a larger one compiles slower and runs no faster."""


@dataclass(frozen=True)
class Call:
    """A function of NumPy's on values that are ready together; `given` operand by operand."""

    name: str
    found: tuple[int, ...]
    given: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Stage:
    """Calls of NumPy, and pieces of compiled work on what they found; a piece is wide or narrow."""

    calls: tuple[Call, ...]
    pieces: tuple[tuple[int, ...], ...]

    @property
    def read(self) -> set[int]:
        """What its calls are given."""
        return {each for call in self.calls for given in call.given for each in given}

    @property
    def compiled(self) -> Iterator[int]:
        """What its pieces compute."""
        return (each for piece in self.pieces for each in piece)


def stages(values: Sequence[Value], wanted: Iterable[int]) -> list[Stage]:
    """The stages that compute the wanted values, and nothing else."""
    # A value's stage is the number of NumPy's calls before it, or later, if it is used later: it is
    # computed shortly before, and need not wait in memory.
    needed = needed_for(values, wanted)
    stage_of = put_off(values, needed, depths(values, needed))
    found = []
    for stage in range(max(stage_of.values(), default=0) + 1):
        here = [each for each in needed if stage_of[each] == stage]
        called = [each for each in here if is_called(values[each])]
        inner = [each for each in here if values[each].name in COMPILED]
        found.append(Stage(calls_of(values, called), pieces_of(values, inner)))
    return found


def is_called(value: Value) -> bool:
    """Whether NumPy computes it."""
    return value.name not in COMPILED | {LEAF, CONSTANT}


def needed_for(values: Sequence[Value], wanted: Iterable[int]) -> list[int]:
    """Everything that the wanted values are computed from, in the order of the trace."""
    seen, open_ = set[int](), list(wanted)
    while open_:
        each = open_.pop()
        if each not in seen:
            seen.add(each)
            open_.extend(values[each].given)
    return sorted(seen)


def depths(values: Sequence[Value], needed: Iterable[int]) -> dict[int, int]:
    """How many calls of NumPy come before each value at most, its own among them."""
    found: dict[int, int] = {}
    for each in needed:
        before = max((found[given] for given in values[each].given), default=0)
        found[each] = before + is_called(values[each])
    return found


def put_off(
    values: Sequence[Value], needed: Sequence[int], depth: Mapping[int, int]
) -> dict[int, int]:
    """The stage of each value: compiled ones are put off to the first that uses them."""
    found, last = dict(depth), max(depth.values(), default=0)
    user: dict[int, int] = {}
    for each in reversed(needed):
        if values[each].name in COMPILED:
            found[each] = user.get(each, last)
        before = found[each] - is_called(values[each])
        for given in values[each].given:
            user[given] = min(user.get(given, last), before)
    return found


def calls_of(values: Sequence[Value], called: Iterable[int]) -> tuple[Call, ...]:
    """Values of one function and one kind of operands together: one call for all."""
    alike: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for each in called:
        kinds = (values[given].wide for given in values[each].given)
        alike[values[each].name, *kinds].append(each)
    return tuple(
        Call(
            values[group[0]].name,
            tuple(group),
            tuple(zip(*(values[each].given for each in group), strict=True)),
        )
        for group in alike.values()
    )


def pieces_of(values: Sequence[Value], inner: Sequence[int]) -> tuple[tuple[int, ...], ...]:
    """Pieces of values in order: narrow ones first, which are the same for all worlds."""
    order = near_use(values, inner)
    narrow = [each for each in order if not values[each].wide]
    wide = [each for each in order if values[each].wide]
    parts = [wide[start : start + PIECE] for start in range(0, len(wide), PIECE)]
    return tuple(tuple(part) for part in (narrow, *parts) if part)


def near_use(values: Sequence[Value], inner: Sequence[int]) -> list[int]:
    """Values in an order that computes each shortly before it is needed: depth first."""
    within = set(inner)
    used = {given for each in inner for given in values[each].given}
    done: dict[int, None] = {}
    for root in (each for each in inner if each not in used):
        open_ = [root]
        while open_:
            waiting = [g for g in values[open_[-1]].given if g in within and g not in done]
            if waiting:
                open_.extend(reversed(waiting))
            else:
                done.setdefault(open_.pop())
    return list(done)
