"""Sources: all code and constants that a quarter can come to, which its program is found by.

A rule that is patched, a class that is swapped or a constant that is set in a running process
(a notebook, a test) thus never gets the program of another.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cache, cached_property, partial
from types import CodeType, FunctionType, ModuleType
from typing import Any

import numpy as np

FOREIGN = frozenset({*sys.stdlib_module_names, "numpy", "mesa", "jaxtyping", "beartype"}) - {
    "__main__"
}
"""Packages whose code is taken to stay what it is."""
CALL = "__call__"
"""The only special method that is followed: what others make is in arrays, or compared itself."""
WRAPPERS = (staticmethod, classmethod, property, cached_property, partial)
PLAIN = (bool, int, float, complex, str, bytes, type(None))


def sources(*roots: object) -> tuple[object, ...]:
    """What decides what some classes and functions do, found by following the names in their code.

    >>> def double(x):
    ...     return FACTOR * x
    >>> FACTOR = 2
    >>> before = sources(double)
    >>> FACTOR = 3
    >>> sources(double) == before
    False
    """
    found, seen, open_ = [], dict[int, object](), list(roots)
    while open_:
        each = open_.pop()
        if id(each) not in seen:
            seen[id(each)] = each  # kept, so that no other takes its number
            found.append(plainly(each))
            open_.extend(named_in(each))
    return tuple(found)


def plainly(thing: object) -> object:
    """What is compared of a thing: its code, its value, or the thing itself where it is a class."""
    if isinstance(thing, FunctionType):
        return thing.__code__
    if isinstance(thing, np.ndarray):
        return thing.shape, thing.tobytes()
    if isinstance(thing, PLAIN):
        return type(thing), thing
    return thing if isinstance(thing, type) else type(thing)


def named_in(thing: Any) -> Iterable[object]:  # noqa: ANN401 (whatever a name stands for)
    """What a thing uses: functions their globals, classes what they and their bases hold."""
    if isinstance(thing, FunctionType):
        return used_by(thing) if own(thing.__module__) else ()
    if isinstance(thing, type):
        bases = (base for base in thing.__mro__ if own(base.__module__))
        return [v for base in bases for n, v in vars(base).items() if n[:2] != "__" or n == CALL]
    if isinstance(thing, WRAPPERS):
        inner = (getattr(thing, name, None) for name in ("__func__", "fget", "func"))
        return (*inner, *getattr(thing, "args", ()), *getattr(thing, "keywords", {}).values())
    if isinstance(thing, dict):
        return (*thing.keys(), *thing.values())
    return thing if isinstance(thing, list | tuple) else ()


def used_by(function: FunctionType) -> Iterator[object]:
    """What the names in a function's code stand for now."""
    names, known = names_in(function.__code__), function.__globals__
    yield from function.__defaults__ or ()
    yield from (function.__kwdefaults__ or {}).values()
    for cell in function.__closure__ or ():
        with suppress(ValueError):  # a name that stands for nothing yet
            yield cell.cell_contents
    for name in names:
        found = known.get(name)
        if not isinstance(found, ModuleType):
            yield found
        elif own(found.__name__):
            yield from (vars(found)[each] for each in names if each in vars(found))


@cache
def names_in(code: CodeType) -> tuple[str, ...]:
    """The names that code and the functions within it use."""
    inner = (each for each in code.co_consts if isinstance(each, CodeType))
    return tuple(dict.fromkeys([*code.co_names, *(n for each in inner for n in names_in(each))]))


def own(module: str | None) -> bool:
    """Whether a module is of this project or of its user."""
    return module is not None and module.partition(".")[0] not in FOREIGN
