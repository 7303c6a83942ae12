"""Whether a number survives the spread of what is judged, and what moves it more than chance does.

Worlds are sorted by each assumption in turn; the mean of the lowest fifth is held against that of
the highest. Of some three hundred assumptions one always differs by chance, so a difference counts
only when it exceeds what the largest of all of them reaches in 99 of 100 shuffles of the worlds
(Westfall and Young 1993). Where worlds share a point of a design or a replicate, these are shuffled
whole. What survives keeps the 95 % interval of every fifth that so differs on its side. One
assumption is sorted at a time: what only two of them together would overturn is not seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from experiments.outcomes.assumptions import assumptions
from experiments.outcomes.fifths import Fifth, Held, Weakest, estimated, fifth_means, weakest
from experiments.results.clusters import Clusters, clusters_of
from experiments.results.moments import group_means
from experiments.results.reading import Results
from experiments.results.units import Group, groups_of

Floats = NDArray[np.float64]
SHUFFLES = 400
RARELY = 0.01
MANY = 2000
"""From so many worlds on, means of fifths are normal enough."""
LEAST = 10
"""Fewer worlds, points or replicates than this are not sorted at all."""
STANDINGS = ("survives", "close", "falls", "tie", "unknown")
COUNTED = {
    ("survives",): ("survives the spread of judgement", "survive the spread of judgement"),
    ("falls",): ("does not", "do not"),
    ("close", "tie"): ("is close to a tie", "are close to a tie"),
    ("unknown",): ("rests on too few worlds to tell", "rest on too few worlds to tell"),
}
"""What is said of one, and of several, that stand so."""


def counted(standings: Sequence[str], what: str) -> str:
    """Say of how many headlines, or the like, it is known that they survive, and of which not.

    >>> counted(["survives", "survives", "falls", "close", "unknown"], "headlines")
    '2 of 5 headlines survive the spread of judgement, 1 does not, 1 is close to a tie, 1 rests on \
too few worlds to tell'
    >>> counted(["unknown"] * 6, "headlines")
    'whether headlines survive the spread of judgement: too few worlds to tell (6 of 6)'
    """
    whole = len(standings)
    if whole and set(standings) == {"unknown"}:
        tail = f"too few worlds to tell ({whole} of {whole})"
        return f"whether {what} survive the spread of judgement: {tail}"
    said: list[str] = []
    for kinds, verbs in COUNTED.items():
        many = sum(each in kinds for each in standings)
        if many or not said:
            first = "" if said else f" of {whole} {what}"
            said.append(f"{many}{first} {verbs[many != 1]}")
    return ", ".join(said)


@dataclass(frozen=True)
class Judged:
    """A mean over worlds and how it fares under the assumptions that vary.

    `low` and `high` are means in the lowest and highest fifth of `assumption`: the one that moves
    it most or, where it does not survive, the one that puts it most in doubt. That is empty, and
    they are the mean, where none moves it more than chance. `weakest` is the fifth, among those
    that differ beyond chance, whose interval comes nearest to `pivot` or reaches furthest past it.
    `detectable` is the least difference of fifths that can be told from chance. `alike` says that
    the number is the same in every world that did not fail.
    """

    value: float
    interval: tuple[float, float]
    pivot: float
    worlds: int
    assumption: str = ""
    low: float = float("nan")
    high: float = float("nan")
    weakest: Fifth | None = None
    detectable: float = float("inf")
    alike: bool = False

    @property
    def standing(self) -> str:
        """One of STANDINGS: `tie` if the mean is unclear, `unknown` if worlds are too few.

        It `falls` where the whole interval of the weakest fifth lies beyond the pivot, and is
        `close` where that interval holds it.
        """
        if np.isinf(self.detectable):
            return "unknown"
        if self.interval[0] <= self.pivot <= self.interval[1]:
            return "tie"
        if self.weakest is not None and self.weakest.reaches(self.pivot, self.side):
            return "falls" if self.weakest.passes(self.pivot, self.side) else "close"
        if self.detectable > 2 * abs(self.value - self.pivot):
            return "unknown"
        return "survives"

    @property
    def side(self) -> float:
        """On which side of the pivot the mean is: 1 above, -1 below."""
        return -1.0 if self.value < self.pivot else 1.0

    @property
    def enough(self) -> int:
        """About how many worlds would tell whether it survives: chance fades with their root."""
        gap = 2 * abs(self.value - self.pivot)
        if not (gap and 0 < self.detectable < np.inf):
            return 0
        needed = self.worlds * (self.detectable / gap) ** 2
        step: int = 10 ** max(int(np.log10(needed)) - 1, 1)
        return int(np.ceil(needed / step)) * step


@dataclass(frozen=True)
class Spread:
    """What varies over the worlds of a scenario, ready to hold numbers against."""

    groups: tuple[Group, ...]
    clusters: Clusters | None = None
    orders: dict[int, NDArray[np.int64]] = field(default_factory=dict)
    scales: dict[str, float] = field(default_factory=dict)

    @cached_property
    def names(self) -> list[str]:
        """Every assumption that can be looked at."""
        return [name for group in self.groups for name in group.names]

    def judge(self, values: Floats, pivot: float) -> Judged:
        """Return how a number a world (NaN where it failed) fares; it must keep off `pivot`.

        Shares of worlds come as 0 and 1 and take Wilson's interval.
        """
        kept = values[np.isfinite(values)]
        value, interval = estimated(values, self.clusters)
        alike = bool(kept.size) and float(kept.min()) == float(kept.max())
        whole = Judged(value, interval, pivot, kept.size, alike=alike)
        if not self.groups or kept.size < 2:  # noqa: PLR2004
            return whole
        held = [self._held(group, values) for group in self.groups]
        moved = _moved(whole, held)
        return _doubted(moved, weakest(held, values, moved.side, self.clusters))

    def _held(self, group: Group, values: Floats) -> Held:
        """Hold the outer fifths of every assumption of a group against each other."""
        units, there = group_means(values, group.unit)
        if there.sum() < LEAST:
            nothing = np.full(len(group.names), np.nan)
            return Held(group, nothing, nothing, float("inf"))
        known = units[there]
        low, high = (fifth_means(each[:, there], known) for each in (group.lowest, group.highest))
        return Held(group, low, high, self._chance(group, known, there))

    def _chance(self, group: Group, known: Floats, there: NDArray[np.bool_]) -> float:
        """Return what the largest difference of fifths hardly reaches when worlds are shuffled.

        Of many worlds means are normal, so that one set of shuffles serves all numbers, by their
        standard deviation.
        """
        if known.size < MANY:
            return self._shuffled(group, known, there)
        if group.names[0] not in self.scales:
            normal = np.random.default_rng(0).normal(size=known.size)
            self.scales[group.names[0]] = self._shuffled(group, normal, there)
        return self.scales[group.names[0]] * float(known.std())

    def _shuffled(self, group: Group, known: Floats, there: NDArray[np.bool_]) -> float:
        shuffled = known[self._order(known.size)].astype(np.float32).T
        ends = (group.lowest, group.highest)
        low, high = (fifth_means(each[:, there], shuffled) for each in ends)
        largest = np.abs(high - low).max(axis=0)
        return float(np.quantile(largest, 1 - RARELY / len(self.groups)))

    def _order(self, size: int) -> NDArray[np.int64]:
        """Return shuffles of so many units, the same ones whenever it is asked."""
        if size not in self.orders:
            every = np.tile(np.arange(size), (SHUFFLES, 1))
            self.orders[size] = np.random.default_rng(0).permuted(every, axis=1)
        return self.orders[size]


def _moved(whole: Judged, held: list[Held]) -> Judged:
    """Return a judgement with the assumption that goes furthest beyond chance, if any does."""
    first = max(held, key=lambda each: each.excess)
    found = replace(whole, detectable=max(each.chance for each in held))
    if first.excess <= 0:
        return replace(found, low=whole.value, high=whole.value)
    return _hangs(found, first, first.most)


def _doubted(found: Judged, least: Weakest | None) -> Judged:
    """Return a judgement with its weakest fifth, named where that puts it in doubt."""
    if least is None or np.isnan(found.pivot):
        return found
    found = replace(found, weakest=least.fifth)
    in_doubt = found.standing in {"falls", "close"}
    return _hangs(found, least.held, least.place) if in_doubt else found


def _hangs(found: Judged, held: Held, place: int) -> Judged:
    low, high = float(held.low[place]), float(held.high[place])
    return replace(found, assumption=held.group.names[place], low=low, high=high)


def spread_of(results: Results, scenario: str) -> Spread:
    """Return what varies over the worlds of a scenario; kept with the results once asked for."""
    kept: dict[str, Spread] = vars(results).setdefault("_spreads", {})
    if scenario not in kept:
        kept[scenario] = spread(
            assumptions(results, scenario),
            results.worlds["point"].to_numpy(dtype=np.int64),
            results.worlds["replicate"].to_numpy(dtype=np.int64),
            clusters_of(results),
        )
    return kept[scenario]


def spread(
    assumed: dict[str, Floats],
    point: NDArray[np.int64],
    replicate: NDArray[np.int64],
    clusters: Clusters | None = None,
) -> Spread:
    """Return what varies, by world, by point or by replicate, ready to hold numbers against."""
    return Spread(groups_of(assumed, point, replicate), clusters)
