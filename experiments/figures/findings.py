"""What a title may claim: who is ahead, what moves most, and where the numbers do not tell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiments.estimates import mean

Array = NDArray[Any]
SURE = 0.75
"""Share of worlds from which on one thing is called larger than another; else about equal."""


def leading(values: Mapping[str, Array]) -> list[str]:
    """Return the name with the largest median over worlds, then all that are about equal.

    About equal are those that it exceeds in less than `SURE` of the worlds.

    >>> worlds = np.arange(4.0)
    >>> leading({"a": worlds + 1, "b": worlds, "c": worlds[::-1]})
    ['a', 'c']
    """
    order = sorted(values, key=lambda name: -float(np.nanmedian(values[name])))
    first = values[order[0]]
    return [order[0], *(name for name in order[1:] if _often_above(first, values[name]) < SURE)]


def _often_above(one: Array, other: Array) -> float:
    gap = (one - other)[np.isfinite(one - other)]
    return float((gap > 0).mean()) if gap.size else 0.0


def most_moved(gaps: Mapping[str, Array]) -> list[str]:
    """Return the name whose mean is farthest from zero, then all that may be as far.

    Those are the ones from which the paired 95 % interval does not tell it; nothing is returned
    if it is not told from zero itself.

    >>> luck = np.array([-0.1, 0.1, 0.0])
    >>> most_moved({"a": luck - 5, "b": luck[::-1] + 5, "c": luck + 1}), most_moved({"d": luck})
    (['a', 'b'], [])
    """
    sizes = {name: np.sign(np.nanmean(gap)) * gap for name, gap in gaps.items()}
    order = sorted(sizes, key=lambda name: -float(np.nanmean(sizes[name])))
    if not order or not mean(sizes[order[0]]).clear:
        return []
    first = sizes[order[0]]
    return [order[0], *(name for name in order[1:] if not mean(first - sizes[name]).clear)]
