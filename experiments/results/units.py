"""What assumptions vary over: worlds, points of a design or replicates; their outer fifths."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Single = NDArray[np.float32]
FIFTH = 0.2


@dataclass(frozen=True)
class Group:
    """Assumptions that vary over the same units (worlds, points or replicates).

    `unit` is each world's unit; `lowest` and `highest` mark the outer fifths: (names, units).
    """

    names: list[str]
    unit: NDArray[np.int64]
    lowest: Single
    highest: Single


def groups_of(
    assumed: dict[str, Floats], point: NDArray[np.int64], replicate: NDArray[np.int64]
) -> tuple[Group, ...]:
    """Sort assumptions into groups that vary by world, by point or by replicate."""
    by_world = np.arange(len(point))
    units = [np.unique(each, return_inverse=True)[1] for each in (point, replicate)]
    shared = [each for each in units if each.max() + 1 < len(point)]
    places: dict[int, list[str]] = {}
    for name, values in assumed.items():
        place = next((i for i, unit in enumerate(shared) if _constant(values, unit)), -1)
        places.setdefault(place, []).append(name)
    return tuple(
        _group(names, assumed, by_world if place < 0 else shared[place])
        for place, names in places.items()
    )


def _constant(values: Floats, unit: NDArray[np.int64]) -> bool:
    first = np.zeros(int(unit.max()) + 1)
    first[unit] = values
    return bool((first[unit] == values).all())


def _group(names: list[str], assumed: dict[str, Floats], unit: NDArray[np.int64]) -> Group:
    """Return the outer fifths of some assumptions over their units."""
    _, first = np.unique(unit, return_index=True)
    table = np.stack([assumed[name][first] for name in names])
    low, high = np.quantile(table, (FIFTH, 1 - FIFTH), axis=1)[..., np.newaxis]
    lowest, highest = (table <= low), (table >= high)
    return Group(names, unit, lowest.astype(np.float32), highest.astype(np.float32))
