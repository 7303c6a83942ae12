"""Paths of drivers over all quarters: what a file states, laid over what it inherits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from scenarios.quarters import parse_quarter, quarter_label
from scenarios.shapes import INHERITED
from scenarios.vocabulary import QUARTERS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scenarios.reading import Place

Operation = Literal["replace", "add", "scale"]
TOLERANCE = 1e-9


@dataclass(frozen=True)
class Knot:
    """A value at a quarter (None: the inherited value there), and the key it stands under."""

    quarter: int
    value: float | None
    key: str | None = None
    drawn: dict[str, Any] | None = None
    """The range of a value that worlds draw, as the file has it."""


@dataclass(frozen=True)
class Statement:
    """What a file says about one path; `place` leads to the knots."""

    knots: tuple[Knot, ...]
    place: Place
    steps: bool = False
    operation: Operation = "replace"

    @property
    def first(self) -> int:
        """The quarter from which on the statement holds."""
        return self.knots[0].quarter


def read_statement(raw: Any, place: Place, *, steps: bool) -> Statement:  # noqa: ANN401
    """Understand what stands at a place, whose shape was found good.

    >>> read_statement({"add": 0.1}, (), steps=False).operation
    'add'
    """
    for operation in ("add", "scale"):
        if isinstance(raw, dict) and operation in raw:
            inner = read_statement(raw[operation], (*place, operation), steps=False)
            return Statement(inner.knots, inner.place, inner.steps, operation)
    for form in ("step", "linear"):
        if isinstance(raw, dict) and form in raw:
            return Statement(_knots(raw[form]), (*place, form), steps=form == "step")
    if isinstance(raw, dict):
        return Statement(_knots(raw), place, steps)
    return Statement((Knot(0, float(raw)),), place, steps)


def _knots(raw: dict[str, Any]) -> tuple[Knot, ...]:
    return tuple(_knot(parse_quarter(key), key, value) for key, value in raw.items())


def _knot(quarter: int, key: str, value: Any) -> Knot:  # noqa: ANN401
    if isinstance(value, dict):
        return Knot(quarter, 0.0, key, value)
    return Knot(quarter, None if value == INHERITED else float(value), key)


def out_of_order(statement: Statement) -> list[tuple[Knot, Knot]]:
    """Pairs of neighbouring knots of which the second is not later than the first."""
    pairs = zip(statement.knots, statement.knots[1:], strict=False)
    return [(one, other) for one, other in pairs if other.quarter <= one.quarter]


def lay(statement: Statement, inherited: NDArray[np.float64]) -> NDArray[np.float64]:
    """The path after the statement: knots in order, from the first on; before it as inherited.

    >>> ramp = Statement((Knot(1, 1.0), Knot(3, 3.0)), ())
    >>> lay(ramp, np.zeros(QUARTERS))[:5].tolist()
    [0.0, 1.0, 2.0, 3.0, 3.0]
    """
    stated = _over_quarters(statement, inherited)
    first = statement.first
    changed = {"replace": stated, "add": inherited + stated, "scale": inherited * stated}
    result = inherited.copy()
    result[first:] = changed[statement.operation][first:]
    return result


def _over_quarters(statement: Statement, inherited: NDArray[np.float64]) -> NDArray[np.float64]:
    at = np.array([knot.quarter for knot in statement.knots])
    values = np.array(
        [inherited[k.quarter] if k.value is None else k.value for k in statement.knots]
    )
    quarters = np.arange(QUARTERS)
    if statement.steps:
        held = values[np.maximum(np.searchsorted(at, quarters, side="right") - 1, 0)]
        return np.asarray(held, dtype=np.float64)
    return np.asarray(np.interp(quarters, at, values), dtype=np.float64)


def governing(statement: Statement) -> NDArray[np.intp]:
    """For each quarter from the first on, the position of the knot that governs it."""
    at = [knot.quarter for knot in statement.knots]
    return np.searchsorted(at, np.arange(statement.first, QUARTERS), side="right") - 1


def first_outside(path: NDArray[np.float64], low: float, high: float) -> str:
    """The first quarter and value outside a range, as text; empty when there is none."""
    outside = np.flatnonzero((path < low - TOLERANCE) | (path > high + TOLERANCE))
    if not outside.size:
        return ""
    return f"{path[outside[0]]:.3g} in {quarter_label(int(outside[0]))}"
