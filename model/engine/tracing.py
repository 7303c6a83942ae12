"""Tracing: the rules run once on arrays that note what is computed from what.

A traced array computes as any other and writes down each call of a NumPy function. Rules need
not know: they are the same functions on the same kind of array. What cannot be noted (a branch on
a number, a function that is not a ufunc, a choice of worlds) is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

AnyArray = NDArray[Any]
Function = TypeVar("Function", bound=Callable[..., Any])

COPY = "copy"
"""The call that only moves numbers."""
SUM = "sum"
"""The call that adds up over an axis, in the order of the axis."""
SHAPING = {
    *(np.empty_like, np.zeros_like, np.ones_like, np.full_like),
    *(np.broadcast_to, np.swapaxes, np.moveaxis),
}
"""Functions on arrays that compute nothing."""
MAKING = {np.zeros, np.ones, np.full, np.array, np.asarray}
"""Functions that make constants, where `like` names an array that is traced."""


@dataclass(frozen=True)
class Noted:
    """A call as it is written down: a function by name, what it filled, and what it was given."""

    name: str
    out: AnyArray
    given: tuple[AnyArray | float, ...]
    axis: int = 0


@dataclass
class Trace:
    """The calls of a quarter in their order. Arrays are kept, so that no memory is used twice."""

    noted: list[Noted] = field(default_factory=list)

    def watch(self, array: AnyArray) -> Traced:
        """A traced copy of an array, in memory of its own."""
        return self.mark(np.array(array))

    def mark(self, array: AnyArray) -> Traced:
        """The array itself, traced."""
        traced = array.view(Traced)
        traced.seen_by = self
        return traced

    def note(self, name: str, out: AnyArray, *given: Any, axis: int = 0) -> None:  # noqa: ANN401
        """Write a call down."""
        self.noted.append(Noted(name, plain(out), tuple(map(taken, given)), axis))


class Traced(np.ndarray):
    """An array that notes what is done with it."""

    seen_by: Trace

    def __array_finalize__(self, origin: object) -> None:
        """Belong to the trace of the array that this one was made from."""
        if isinstance(origin, Traced):
            self.seen_by = origin.seen_by

    def __array_ufunc__(
        self,
        ufunc: np.ufunc,
        method: str,
        *given: Any,  # noqa: ANN401
        out: tuple[AnyArray, ...] | None = None,
        **options: Any,  # noqa: ANN401
    ) -> Any:  # noqa: ANN401
        """Compute as usual, and note it."""
        target = {} if out is None else {"out": tuple(map(plain, out))}
        expect_playable(ufunc)
        axis = summed(ufunc, method, given[0], options)
        found = np.asarray(getattr(ufunc, method)(*map(plain, given), **target, **options))
        trace = next(each.seen_by for each in (*given, *(out or ())) if isinstance(each, Traced))
        if axis is not None:
            trace.note(SUM, found, *given, axis=axis)
        elif found.dtype == np.bool_ and "dd->d" in ufunc.types:
            raise untraceable(f"np.{ufunc.__name__} of truths, other than of ones and zeros,")
        else:
            trace.note(ufunc.__name__, found, *given)
        return out[0] if out else trace.mark(found)

    def __array_function__(self, function: Any, types: Any, args: Any, options: Any) -> Any:  # noqa: ANN401
        """Let through what computes nothing."""
        if function is np.copyto and is_filling(args, options):
            target, number = plain(args[0]), np.asarray(args[1]).item()
            np.copyto(target, number, **options)
            self.seen_by.note(COPY, target, number)
            return None
        if function in MAKING:
            return self._constant(np.asarray(function(*args, **options), dtype=np.float64))
        if function not in SHAPING:
            raise untraceable(function.__name__)
        return super().__array_function__(function, types, args, options)

    def __getitem__(self, key: Any) -> Any:  # noqa: ANN401
        """A part of the array, in the same memory, or a copy of places that are listed."""
        if not listed(key):
            return self.seen_by.mark(self._part(key))
        places = self._places(key)
        made = np.empty((*places.shape[:-1], self.shape[-1]))
        for row in np.ndindex(places.shape[:-1]):
            made[row] = plain(self)[tuple(places[row])]
            self.seen_by.note(COPY, made[row], plain(self)[tuple(places[row])])
        return self.seen_by.mark(made)

    def __setitem__(self, key: Any, value: Any) -> None:  # noqa: ANN401
        """Write into the array, and note it."""
        if listed(key):
            places = self._places(key)
            worlds = (np.shape(plain(value)) or (1,))[-1]
            given = np.broadcast_to(value, (*places.shape[:-1], worlds), subok=True)
            for row in np.ndindex(places.shape[:-1]):
                self[tuple(places[row])] = given[row]
            return
        part = self._part(key)
        part[...] = plain(value)
        self.seen_by.note(COPY, part, value)

    def fill(self, value: Any) -> None:  # noqa: ANN401
        """Write one number everywhere."""
        self[...] = value

    def __bool__(self) -> bool:
        """Refuse: a branch that depends on a number cannot be played for other numbers."""
        raise untraceable("a branch on a number")

    def copy(self, order: Any = "C") -> Traced:  # noqa: ANN401
        """A copy, traced as well."""
        return self._moved(plain(self).copy(order))

    def astype(self, *args: Any, **options: Any) -> Traced:  # noqa: ANN401
        """The numbers as real ones, which all of them are, traced as well."""
        made = plain(self).astype(*args, **options)
        if made.dtype != np.float64:
            raise untraceable(f"numbers of type {made.dtype}")
        return self._moved(made)

    def _refused(self, *_: Any, **__: Any) -> Any:  # noqa: ANN401
        """Refuse what is done without a word to the trace."""
        raise untraceable("a number by itself, or an array rearranged in place,")

    sort = partition = put = item = __float__ = __int__ = _refused

    def _part(self, key: Any) -> AnyArray:  # noqa: ANN401
        part = plain(self)[key]
        if not isinstance(part, np.ndarray) or not np.may_share_memory(part, plain(self)):
            raise untraceable("a single number, or a choice of places by a list or mask,")
        if part.shape[-1] != self.shape[-1]:
            raise untraceable("a choice of worlds")
        return part

    def _places(self, key: Any) -> NDArray[np.int64]:  # noqa: ANN401
        """The places of rows that are listed axis by axis: (..., axis)."""
        axes = np.broadcast_arrays(*key)
        if len(axes) != self.ndim - 1 or any(axis.dtype.kind != "i" for axis in axes):
            raise untraceable("a choice of places other than by whole numbers for each axis")
        return np.stack(axes, axis=-1)

    def _constant(self, made: AnyArray) -> AnyArray:
        if made.ndim == 0:
            return made
        for place in np.ndindex(made.shape[:-1]):
            row = made[place]
            if (row != row[0]).any():
                raise untraceable("a constant that differs between worlds")
            self.seen_by.note(COPY, row, row[0])
        return self.seen_by.mark(made)

    def _moved(self, made: AnyArray) -> Traced:
        self.seen_by.note(COPY, made, self)
        return self.seen_by.mark(made)


def listed(key: Any) -> bool:  # noqa: ANN401
    """Whether a key lists places axis by axis, in tuples or lists of numbers."""
    return isinstance(key, tuple) and bool(key) and all(isinstance(k, tuple | list) for k in key)


def taken(value: Any) -> AnyArray | float:  # noqa: ANN401
    """What a call is given as it is noted: a number without dimensions is a constant."""
    if isinstance(value, Traced):
        return value.view(np.ndarray)
    if np.ndim(value) == 0:
        return float(value)
    found: AnyArray = value
    return found


def plain(value: Any) -> Any:  # noqa: ANN401
    """An array without its trace; all else as it is."""
    return value.view(np.ndarray) if isinstance(value, Traced) else value


def traced_as(other: Function) -> Callable[[Function], Function]:
    """Have a trace see another function in the place of one that branches on numbers.

    The other computes the same, to the last bit, by the same steps for all cells.
    """

    def replaced(function: Function) -> Function:
        @wraps(function)
        def chosen(*given: Any) -> Any:  # noqa: ANN401
            traced = any(isinstance(each, Traced) for each in given)
            return other(*given) if traced else function(*given)

        return chosen  # type: ignore[return-value]

    return replaced


def summed(
    ufunc: np.ufunc,
    method: str,
    given: Any,  # noqa: ANN401
    options: dict[str, Any],
) -> int | None:
    """The axis that a call adds up over, None if it works cell by cell; refuses all other calls."""
    asked = {name for name, each in options.items() if not (each is None or isinstance(each, bool))}
    if method == "__call__" and ufunc.nout == 1 and ufunc.signature is None and not asked:
        return None
    axis = options.get("axis")
    if (ufunc, method) == (np.add, "reduce") and asked == {"axis"} and isinstance(axis, int):
        if axis % given.ndim == given.ndim - 1:
            raise untraceable("a sum over worlds")
        return axis % int(given.ndim)
    raise untraceable(f"np.{ufunc.__name__} ({method}, {', '.join(sorted(asked)) or 'no axis'})")


def is_filling(args: Any, options: Any) -> bool:  # noqa: ANN401
    """Whether a copy is of one constant to all places, the latter part of np.zeros_like."""
    constant = not isinstance(args[1], Traced) and np.size(args[1]) == 1
    return constant and options == {"casting": "unsafe"}


def expect_playable(ufunc: np.ufunc) -> None:
    """Refuse functions that are not NumPy's, not of real numbers, or not the same on all memory."""
    of_real_numbers = any(set(each.partition("->")[0]) == {"d"} for each in ufunc.types)
    if not of_real_numbers or getattr(np, ufunc.__name__, None) is not ufunc:
        raise untraceable(f"np.{ufunc.__name__}")
    if ufunc is np.power:  # of one exponent in memory it takes roots and squares by themselves
        raise untraceable("a power of an array, other than by np.float_power,")


class UntraceableError(TypeError):
    """Something that a rule does and that cannot be played for other numbers."""


def untraceable(what: str) -> UntraceableError:
    """The error for what rules may not do."""
    return UntraceableError(f"{what} cannot be traced: rules are to use NumPy's ufuncs and sums")
