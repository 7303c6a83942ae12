"""A number in the lowest and in the highest fifth of each assumption, with its interval there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from experiments.answers.assumptions import assumptions
from experiments.results.clusters import Clusters, clusters_of
from experiments.results.estimates import mean, probability
from experiments.results.moments import group_means
from experiments.results.reading import Results
from experiments.results.units import Group, Single, groups_of

Floats = NDArray[np.float64]
LOOKED = 5
"""Fifths whose intervals are worked out: those whose means come nearest to the pivot or past it."""


@dataclass(frozen=True)
class Fifth:
    """The mean over the worlds in which an assumption is `high` or low, with its 95 % interval."""

    high: bool
    value: float
    interval: tuple[float, float]

    def reaches(self, pivot: float, side: float) -> bool:
        """Whether not all of the interval is known to lie on a side (1 or -1) of the pivot."""
        return not min(side * (end - pivot) for end in self.interval) > 0

    def passes(self, pivot: float, side: float) -> bool:
        """Whether all of the interval lies on the other side of the pivot, or on it."""
        return max(side * (end - pivot) for end in self.interval) <= 0


@dataclass(frozen=True)
class Held:
    """Means in the outer fifths of each assumption of a group, and what chance makes of them."""

    group: Group
    low: Floats
    high: Floats
    chance: float

    @property
    def gaps(self) -> Floats:
        """How far the fifths lie apart; 0 where too few units are there to be sorted."""
        found: Floats = np.nan_to_num(np.abs(self.high - self.low))
        return found

    @property
    def most(self) -> int:
        """The place of the assumption whose fifths lie furthest apart."""
        return int(self.gaps.argmax())

    @property
    def excess(self) -> float:
        """How far beyond chance they lie."""
        return float(self.gaps.max() - self.chance)

    @property
    def beyond(self) -> Iterator[tuple[int, bool, float]]:
        """Place, end (whether the high one) and mean of all fifths that differ beyond chance."""
        for place in np.flatnonzero(self.gaps > self.chance):
            yield int(place), False, float(self.low[place])
            yield int(place), True, float(self.high[place])

    def inside(self, place: int, *, high: bool) -> NDArray[np.bool_]:
        """Which worlds are in a fifth of an assumption."""
        chosen = (self.group.highest if high else self.group.lowest)[place]
        found: NDArray[np.bool_] = chosen[self.group.unit] > 0
        return found


@dataclass(frozen=True)
class Weakest:
    """The fifth that comes nearest to the pivot, and of which assumption it is."""

    held: Held
    place: int
    fifth: Fifth


def weakest(
    held: Sequence[Held], values: Floats, side: float, clusters: Clusters | None
) -> Weakest | None:
    """Return the fifth whose interval reaches furthest against a side; None if none differs."""
    all_of = [(each, *one) for each in held for one in each.beyond]
    found = []
    for each, place, high, _ in sorted(all_of, key=lambda one: side * one[-1])[:LOOKED]:
        there = np.where(each.inside(place, high=high), values, np.nan)
        found.append(Weakest(each, place, Fifth(high, *estimated(there, clusters))))
    return min(found, key=lambda one: min(side * end for end in one.fifth.interval), default=None)


def estimated(values: Floats, clusters: Clusters | None) -> tuple[float, tuple[float, float]]:
    """Return the mean of a number a world with its 95 % interval; shares come as 0 and 1."""
    shares = set(np.unique(values[np.isfinite(values)])) <= {0.0, 1.0}
    found = (probability if shares else mean)(values, clusters)
    return found.value, (found.low, found.high)


def fifth_means(chosen: Single, values: NDArray[np.floating]) -> Floats:
    """Return means over the chosen units: (names, ...) of (names, units) and (units, ...)."""
    count = np.maximum(chosen.sum(axis=1), 1).reshape(-1, *(1,) * (values.ndim - 1))
    found: Floats = (chosen @ values.astype(np.float32)) / count
    return found


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
