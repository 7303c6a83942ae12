"""What a title may claim: who is ahead, what moves most, and where the numbers do not tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiments.results.clusters import Clusters
from experiments.results.estimates import Difference, mean, minus
from experiments.results.wording import SURE

Array = NDArray[Any]
VISIBLE = 0.01
"""A turn on the way is told if a number is so far beyond both of its ends."""
PRINTED = 0.005
"""Changes smaller than this are 0.00 in print: titles call them none."""


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


def most_moved(
    gaps: Mapping[str, Array], clusters: Clusters | None = None, least: float = 0.0
) -> list[str]:
    """Return the name whose mean is farthest from zero, then all that may be as far.

    Those are the ones from which the paired 95 % interval does not tell it; nothing is returned
    if it is not told from zero itself, or is nearer to it than `least`.

    >>> luck = np.array([-0.1, 0.1, 0.0])
    >>> most_moved({"a": luck - 5, "b": luck[::-1] + 5, "c": luck + 1}), most_moved({"d": luck})
    (['a', 'b'], [])
    >>> most_moved({"a": luck + 5}, least=6.0)
    []
    """
    sizes = {name: np.sign(np.nanmean(gap)) * gap for name, gap in gaps.items()}
    order = sorted(sizes, key=lambda name: -float(np.nanmean(sizes[name])))
    if not order or not mean(sizes[order[0]], clusters).clear:
        return []
    first = sizes[order[0]]
    if np.nanmean(first) < least:
        return []
    near = (name for name in order[1:] if not mean(first - sizes[name], clusters).clear)
    return [order[0], *near]


def course(path: Array, years: Sequence[int], clusters: Clusters | None = None) -> str:
    """Say in which direction a number moves over time, and where it turns on the way.

    `path` is (time, worlds), `years` the year of each row. A direction, with its 95 % interval,
    and a turn are told only where the interval of the paired change leaves out zero; an interval
    whose ends are the mean in print says nothing more, and is left out.

    >>> luck = np.linspace(-0.01, 0.01, 9)
    >>> course(np.stack([luck + 0.4, luck + 0.5, luck + 0.3]), [2024, 2030, 2035])
    'falls by 0.10 from 2024 to 2035 with a peak in 2030 (+0.10)'
    >>> course(np.stack([luck, -luck]), [2024, 2035])
    'moves in no clear direction from 2024 to 2035'
    """
    change = mean(path[-1] - path[0], clusters)
    direction = "moves in no clear direction"
    if change.clear and abs(change.value) < PRINTED:
        direction = "hardly moves"
    elif change.clear:
        direction = f"{'rises' if change.value > 0 else 'falls'} by {_sized(change)}"
    return f"{direction} from {years[0]} to {years[-1]}{_turn(path, years, clusters)}"


def _sized(change: Difference) -> str:
    """Give the size of a change with its interval, where that is more in print than the size.

    >>> _sized(Difference(-0.06, -0.061, -0.059, 500)), _sized(Difference(-0.06, -0.08, -0.04, 99))
    ('0.06', '0.06 [0.04, 0.08]')
    """
    size, *ends = (f"{abs(each):.2f}" for each in (change.value, change.high, change.low))
    if {size} == {*ends}:
        return size
    return f"{size} [{', '.join(sorted(ends))}]"


def _turn(path: Array, years: Sequence[int], clusters: Clusters | None) -> str:
    """Name the peak or the low between two ends that lies clearest beyond both, if one does."""
    middle = np.nanmedian(path, axis=-1)
    ends = middle[[0, -1]]
    found = [(middle.max() - ends.max(), 1, int(middle.argmax()))]
    found += [(ends.min() - middle.min(), -1, int(middle.argmin()))]
    beyond, sign, at = max(found)
    gaps = [mean(sign * (path[at] - end), clusters) for end in (path[0], path[-1])]
    if beyond < VISIBLE or not all(gap.low > 0 for gap in gaps):
        return ""
    name = "a peak" if sign > 0 else "a low"
    return minus(f" with {name} in {years[at]} ({sign * gaps[0].value:+.2f})")
