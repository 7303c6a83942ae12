"""What a manifest's inputs have to be: types, shapes and ranges, and nothing that no run writes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from functools import cache
from typing import Any

import numpy as np
from pydantic import TypeAdapter
from typing_extensions import TypedDict

from experiments.design.batch import Batch
from experiments.design.layout import Method
from experiments.design.values import Assumptions
from experiments.store.columns import TABLES
from scenarios.quarters import Every
from scenarios.registry import LABELS
from scenarios.vocabulary import DRIVERS, POWERS, QUARTERS, STATES


def expect_types(batch: Batch) -> None:
    """Raise pydantic's ValidationError, or ValueError, for what a batch cannot hold."""
    assumed = batch.assumed
    scenarios = assumed.scenarios.values()
    several = (each for scenario in scenarios for each in (*scenario.events, *scenario.behaviours))
    made: Any
    for made in (batch, assumed.design, *scenarios, *several, *assumed.registry.values()):
        _adapter(made.__class__).validate_python(vars(made), strict=True)
    design, last = assumed.design, max(each.end for each in scenarios)
    known = set(batch.tables) <= set(TABLES) and 0 <= batch.record_from <= batch.until <= last
    if not known or min(design.seed, design.worlds - 1, design.replicates - 1) < 0:
        raise ValueError("tables, quarters, seed or worlds that no run has")
    _expect_numbers(assumed)


def _expect_numbers(assumed: Assumptions) -> None:
    """Raise ValueError for drivers and parameters of other shapes, or beyond their ranges."""
    sizes = {"region": (), "state": (len(STATES),), "power and state": (len(POWERS), len(STATES))}
    for name, driver in DRIVERS.items():
        for path in (each.drivers[name] for each in assumed.scenarios.values()):
            within = (path >= driver.low) & (path <= driver.high)
            if path.shape != (QUARTERS, *sizes[driver.scope]) or not within.all():
                raise ValueError(f"{name} is no path of that driver")
    for each in assumed.registry.values():
        shape = tuple(len(LABELS[axis]) for axis in each.axes)
        if any(np.shape(part) != shape for part in (each.value, each.low, each.high)):
            raise ValueError(f"{each.name} has another shape than its axes")
        if not ((each.low <= each.value) & (each.value <= each.high)).all():
            raise ValueError(f"{each.name} is not within its range")


PLAIN: dict[str, Any] = {
    **{each.__name__: each for each in (int, float, str, bool)},
    "str | None": str | None,
    "float | None": float | None,
    "tuple[str, ...]": tuple[str, ...],
    "Every": Every,
    "Method": Method,
}
"""Types of fields that are checked, by how dataclasses declare them; arrays are checked apart."""


@cache
def _adapter(kind: type) -> TypeAdapter[Any]:
    hints = {each.name: PLAIN[str(each.type)] for each in fields(kind) if str(each.type) in PLAIN}
    shape = TypedDict(kind.__name__, hints)  # type: ignore[misc]
    return TypeAdapter(shape)


def difference(one: object, other: object, place: str) -> str:
    """Return the first place where two manifests differ, in what the first says."""
    if one == other or (one != one and other != other):  # as NaN is of NaN  # noqa: PLR0124
        return ""
    pairs: Iterable[tuple[object, object, object]] = ()
    if isinstance(one, dict) and isinstance(other, dict):
        pairs = ((key, each, other.get(key)) for key, each in one.items())
    elif isinstance(one, list) and isinstance(other, list | tuple) and len(one) == len(other):
        pairs = ((number, *both) for number, both in enumerate(zip(one, other, strict=True)))
    else:
        return place
    return next(filter(None, (difference(a, b, f"{place}.{key}") for key, a, b in pairs)), "")
