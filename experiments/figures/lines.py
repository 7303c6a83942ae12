"""Lines with bands: a stroke a power, a stroke a scenario."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from experiments.figures.palette import POWER, scenario_strokes
from scenarios.vocabulary import POWERS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Array = NDArray[Any]
Band = tuple[Array, Array, float]
"""Lower end, upper end and how dark it is."""


def power_lines(axes: Axes, x: Array, middle: Array, bands: Sequence[Band]) -> None:
    """Draw a line a power over its bands, from arrays (time, power)."""
    for place, name in enumerate(POWERS):
        stroke = POWER[name]
        for low, high, dark in bands:
            axes.fill_between(
                x, low[:, place], high[:, place], color=stroke.colour, alpha=dark, lw=0
            )
        axes.plot(x, middle[:, place], color=stroke.colour, ls=stroke.dashes, label=name)


def scenario_lines(
    axes: Axes, x: Array, bands: Mapping[str, Array], *, dark: float = 0.13, steps: bool = False
) -> None:
    """Draw a line a scenario over its band, from (low, middle, high) by time.

    The first is drawn whole, the others from where they part from it, so that a shared past
    has one colour.
    """
    base = next(iter(bands.values()))
    steady = "steps-post" if steps else "default"
    for name, stroke in scenario_strokes(list(bands)).items():
        from_here = slice(0 if bands[name] is base else parting(base, bands[name]), None)
        low, middle, high = bands[name][:, from_here]
        axes.fill_between(
            x[from_here], low, high, color=stroke.colour, alpha=dark, lw=0,
            step="post" if steps else None,
        )  # fmt: skip
        axes.plot(
            x[from_here], middle, color=stroke.colour, ls=stroke.dashes, lw=1.6, label=name,
            drawstyle=steady,
        )  # fmt: skip


def parting(one: Array, other: Array) -> int:
    """Return the last place in time at which two arrays (..., time) still agree.

    >>> parting(np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.0, 4.0]))
    1
    """
    differ = np.abs(one - other).reshape(-1, one.shape[-1]).max(axis=0) > 0
    return max(int(differ.argmax()) - 1, 0) if differ.any() else one.shape[-1] - 1
