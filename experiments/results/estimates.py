"""What worlds say of an outcome: bands, probabilities, differences, with their intervals."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiments.results.clusters import Clusters
from experiments.results.moments import Z95, Centred, wilson

Array = NDArray[Any]
BAND = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True)
class Probability:
    """A share of worlds with its 95 % interval (Wilson 1927)."""

    value: float
    low: float
    high: float
    worlds: int

    def __str__(self) -> str:
        """Say it in per cent.

        >>> str(probability(np.array([True] * 7 + [False] * 93)))
        '7 % [3–14 %]'
        """
        return f"{percent(self.value)} [{_bare(self.low)}–{_bare(self.high)} %]"


@dataclass(frozen=True)
class Difference:
    """A mean over worlds, as a rule of paired differences, with its 95 % interval."""

    value: float
    low: float
    high: float
    worlds: int

    @property
    def _single(self) -> str:
        return "one world" if self.worlds == 1 else "one draw of luck"

    @property
    def clear(self) -> bool:
        """Whether the interval leaves out zero."""
        return self.low > 0 or self.high < 0

    def said(
        self, unit: str = "", *, signed: bool = True, scale: float = 1.0, digits: int | None = None
    ) -> str:
        """Say it, with a sign and a unit; one world gives no interval.

        >>> Difference(0.042, 0.03, 0.05, 100).said("points", scale=100)
        '+4.2 points [+3.0, +5.0]'
        >>> mean(np.array([0.042])).said("points", scale=100)
        '+4.2 points [no interval: one world]'
        """
        sign = "+" if signed else ""
        ends = [each * scale for each in (self.value, self.low, self.high)]
        known = [abs(each) for each in ends if np.isfinite(each)]
        if not known:
            return "unknown [no world]"
        fine = digits if digits is not None else 1 if max(known) >= 1 else 3
        value, low, high = (f"{each:{sign}.{fine}f}" for each in ends)
        inside = f"{low}, {high}" if np.isfinite(ends[1]) else f"no interval: {self._single}"
        return minus(f"{value}{' ' + unit if unit else ''} [{inside}]")


def minus(text: str) -> str:
    """Write the minus signs of numbers as print does; hyphens stay, and zero has no sign.

    >>> minus("2026-Q1: -0.5 [-1.0, 0.1]")
    '2026-Q1: −0.5 [−1.0, 0.1]'
    >>> minus("-0.0 [-0.04, +0.00]")
    '0.0 [−0.04, 0.00]'
    """
    unsigned = re.sub(r"(?<![\w.])[-+](?=0(?:\.0+)?(?![\w.]))", "", text)
    return re.sub(r"(?<![\w.])-(?=[\d.])", "−", unsigned)


def signed(value: float) -> str:
    """Write a number with its sign and one digit; a zero has none.

    >>> signed(-0.04), signed(3.21), signed(-2.0)
    ('0.0', '+3.2', '−2.0')
    """
    text = f"{value:+.1f}".replace("-", "−")
    return "0.0" if text in {"+0.0", "−0.0"} else text


def probability(holds: Array, clusters: Clusters | None = None) -> Probability:
    """Return how likely a condition is, from whether it holds in each world (NaN where it failed).

    `clusters` says how worlds lie that are not independent: Wilson's interval then takes as many
    trials as they are worth.
    """
    kept = holds[np.isfinite(holds)]
    if not kept.size:
        return Probability(float("nan"), 0.0, 1.0, 0)
    share = float(kept.mean())
    trials = kept.size if clusters is None else float(clusters.trials(holds))
    low, high = wilson(share * trials, trials)
    return Probability(share, low, high, kept.size)


def mean(values: Array, clusters: Clusters | None = None) -> Difference:
    """Return the mean over worlds with its 95 % interval; worlds that failed (NaN) are left out.

    `clusters` says how worlds lie that are not independent. One world gives no interval (NaN),
    none no mean.

    >>> mean(np.array([1.0, 2.0, 3.0, np.nan])).value
    2.0
    """
    middle, low, high = (float(each) for each in means(values.astype(np.float64), clusters))
    return Difference(middle, low, high, int(np.isfinite(values).sum()))


def quantiles(values: Array, levels: Sequence[float] = BAND) -> Array:
    """Return quantiles over the last axis, first axis the levels; failed worlds are left out.

    >>> quantiles(np.arange(101.0), (0.05, 0.5))
    array([ 5., 50.])
    """
    ordered = np.sort(values, axis=-1)
    failed = np.isnan(ordered[..., -1])
    place = np.asarray(levels) * (values.shape[-1] - 1)
    low = np.floor(place).astype(int)
    high = np.minimum(low + 1, values.shape[-1] - 1)
    below = np.moveaxis(ordered[..., low], -1, 0)
    above = np.moveaxis(ordered[..., high], -1, 0)
    part = (place - low).reshape(-1, *(1,) * (values.ndim - 1))
    found: Array = below + part * (above - below)
    some = failed & np.isfinite(values).any(axis=-1)
    if some.any():
        found[:, some] = np.nanquantile(values[some], levels, axis=-1)
    return found


def means(values: Array, clusters: Clusters | None = None) -> tuple[Array, Array, Array]:
    """Return mean over the last axis and the ends of its 95 % interval.

    `clusters` says how worlds lie that are not independent. One world gives no interval (NaN),
    none no mean.
    """
    found = Centred(values)
    half = _half(found) if clusters is None else clusters.half(values)
    return found.mean, found.mean - half, found.mean + half


def _half(found: Centred) -> Array:
    """Return half the 95 % interval of the mean of independent worlds."""
    half = Z95 * found.deviation / np.sqrt(np.maximum(found.count, 1))
    return np.where(found.count > 1, half, np.nan)


def percent(share: float) -> str:
    """Say a share in per cent, with a digit more where it is small.

    >>> percent(0.412), percent(0.004), percent(0.0)
    ('41 %', '0.4 %', '0 %')
    """
    return f"{_bare(share)} %"


def _bare(share: float) -> str:
    value = 100 * share
    fine = 0.05 <= value < 0.95 or 99.05 < value < 99.95  # noqa: PLR2004 (would round to none or all)
    return f"{value:.1f}" if fine else f"{value:.0f}"


def change_in(scale: float, unit: str = "") -> Callable[[float], str]:
    """Return how a change is written.

    >>> change_in(100, "points")(-0.021)
    '−2.1 points'
    """
    digits = 1 if abs(scale) > 1 else 3

    def written(value: float) -> str:
        return minus(f"{value * scale:+.{digits}f}{' ' + unit if unit else ''}")

    return written


def clear_since(
    middle: Array, low: Array, high: Array, least: float = 0.0, row: int = -1
) -> int | None:
    """Return the row from which on, up to `row`, a number has been clear in one direction.

    It is where its interval (low, high) lies on the side of zero on which it lies in `row`, and
    `middle` is no smaller than `least`. None where it is not clear in `row` itself.

    >>> middle = np.array([-2.0, 1.0, 3.0, 4.0])
    >>> clear_since(middle, middle - 0.5, middle + 0.5), clear_since(middle, middle - 9, middle + 9)
    (1, None)
    """
    clear = ((low > 0) | (high < 0)) & (np.abs(middle) >= least)
    side = np.where(clear, np.sign(middle), 0.0)[: row % len(middle) + 1]
    if not side[-1]:
        return None
    others = np.flatnonzero(side != side[-1])
    return int(others[-1]) + 1 if others.size else 0
