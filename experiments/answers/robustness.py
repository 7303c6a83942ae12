"""Whether a number survives the spread of what is judged, and what moves it more than chance does.

Worlds are sorted by each assumption in turn; the mean of the lowest fifth is compared with that of
the highest. Of some three hundred assumptions one always differs by chance, so a difference counts
only when it exceeds what the largest of all of them reaches in 99 of 100 shuffles of the worlds
(Westfall and Young 1993). Where worlds share a point of a design or a replicate, these are shuffled
whole. What survives keeps the 95 % interval of every fifth that so differs on its side. One
assumption is sorted at a time: what only two of them together would overturn is not seen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from experiments.answers.assumptions import assumptions
from experiments.results.clusters import Clusters
from experiments.results.estimates import mean, probability
from experiments.results.moments import group_means
from experiments.results.reading import Results
from experiments.results.units import Group, groups_of

Floats = NDArray[np.float64]
SHUFFLES = 400
RARELY = 0.01
MANY, SHARES = 200, 2000
"""From so many worlds on, means of fifths are normal enough; those of shares near 0 or 1 later."""
LEAST = 10
"""Fewer worlds, points or replicates than this are not sorted at all."""
NEAREST = 5
"""Fifths whose intervals are computed: those whose means come nearest to the pivot or past it."""
STANDINGS = ("survives", "close", "falls", "tie", "unknown")
COUNTED = {
    ("survives",): ("survives the spread of judgement", "survive the spread of judgement"),
    ("falls",): ("does not", "do not"),
    ("close", "tie"): ("is close to a tie", "are close to a tie"),
    ("unknown",): ("rests on too few worlds to tell", "rest on too few worlds to tell"),
}
"""What is said of one, and of several, that stand so."""


def counted(standings: Sequence[str], what: str) -> str:
    """Say how many headlines, or the like, are known to survive, and how many are not.

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
class Fifth:
    """The mean over the worlds in which an assumption is `high` or low, with its 95 % interval."""

    high: bool
    value: float
    interval: tuple[float, float]

    def margin(self, pivot: float, side: float) -> tuple[float, float]:
        """Return how far the ends of the interval lie on a side (1 or -1) of the pivot, sorted."""
        low, high = sorted(side * (end - pivot) for end in self.interval)
        return low, high


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
        if self.weakest is not None:
            nearer, further = self.weakest.margin(self.pivot, self.side)
            if not nearer > 0:
                return "falls" if further <= 0 else "close"
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
class OuterFifths:
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

    def beyond_chance(self) -> Iterator[tuple[int, bool, float]]:
        """Yield place, end (whether the high one) and mean of fifths that differ beyond chance."""
        for place in np.flatnonzero(self.gaps > self.chance):
            yield int(place), False, float(self.low[place])
            yield int(place), True, float(self.high[place])

    def named(self, found: Judged, place: int) -> Judged:
        """Return a judgement that names one of these assumptions, with the means in its fifths."""
        low, high = float(self.low[place]), float(self.high[place])
        return replace(found, assumption=self.group.names[place], low=low, high=high)


@dataclass(frozen=True)
class Spread:
    """What varies over the worlds of a scenario, ready to judge numbers by."""

    groups: tuple[Group, ...]
    clusters: Clusters | None = None
    orders: dict[int, NDArray[np.int64]] = field(default_factory=dict)
    scales: dict[str, float] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """Every assumption that can be looked at."""
        return [name for group in self.groups for name in group.names]

    def judge(self, values: Floats, pivot: float) -> Judged:
        """Return how a number a world (NaN where it failed) fares; it must keep off `pivot`.

        Shares of worlds come as 0 and 1 and take Wilson's interval.
        """
        kept = values[np.isfinite(values)]
        value, interval = self._estimated(values)
        alike = bool(kept.size) and float(kept.min()) == float(kept.max())
        found = Judged(value, interval, pivot, kept.size, alike=alike)
        if not self.groups or kept.size < 2:  # noqa: PLR2004
            return found
        fifths = [self._fifths(group, values) for group in self.groups]
        first = max(fifths, key=lambda each: each.gaps.max() - each.chance)
        found = replace(found, detectable=max(each.chance for each in fifths))
        if first.gaps.max() > first.chance:
            found = first.named(found, int(first.gaps.argmax()))
        else:
            found = replace(found, low=value, high=value)
        return found if np.isnan(pivot) else self._doubted(found, fifths, values)

    def _fifths(self, group: Group, values: Floats) -> OuterFifths:
        """Return the means in the outer fifths of every assumption of a group."""
        units, there = group_means(values, group.unit)
        if there.sum() < LEAST:
            nothing = np.full(len(group.names), np.nan)
            return OuterFifths(group, nothing, nothing, float("inf"))
        known = units[there]
        low, high = _means(group, there, known)
        return OuterFifths(group, low, high, self._chance(group, known, there))

    def _doubted(self, found: Judged, fifths: list[OuterFifths], values: Floats) -> Judged:
        """Return a judgement with its weakest fifth, named where that puts it in doubt."""
        side, looked = found.side, []
        beyond = [(each, *one) for each in fifths for one in each.beyond_chance()]
        for each, place, high, _ in sorted(beyond, key=lambda one: side * one[-1])[:NEAREST]:
            chosen = (each.group.highest if high else each.group.lowest)[place]
            inside = np.where(chosen[each.group.unit] > 0, values, np.nan)
            looked.append((Fifth(high, *self._estimated(inside)), each, place))
        if not looked:
            return found
        least, owner, place = min(looked, key=lambda one: one[0].margin(found.pivot, side)[0])
        found = replace(found, weakest=least)
        return owner.named(found, place) if found.standing in {"falls", "close"} else found

    def _estimated(self, values: Floats) -> tuple[float, tuple[float, float]]:
        """Return the mean of a number a world with its 95 % interval; shares come as 0 and 1."""
        shares = set(np.unique(values[np.isfinite(values)])) <= {0.0, 1.0}
        found = (probability if shares else mean)(values, self.clusters)
        return found.value, (found.low, found.high)

    def _chance(self, group: Group, known: Floats, there: NDArray[np.bool_]) -> float:
        """Return what the largest difference of fifths hardly reaches when worlds are shuffled.

        Of many worlds means are normal, so that one set of shuffles serves all numbers, by their
        standard deviation.
        """
        shares = set(np.unique(known)) <= {0.0, 1.0}
        if known.size < (SHARES if shares else MANY):
            return self._shuffled(group, known, there)
        if group.names[0] not in self.scales:
            normal = np.random.default_rng(0).normal(size=known.size)
            self.scales[group.names[0]] = self._shuffled(group, normal, there)
        return self.scales[group.names[0]] * float(known.std())

    def _shuffled(self, group: Group, known: Floats, there: NDArray[np.bool_]) -> float:
        if known.size not in self.orders:
            every = np.tile(np.arange(known.size), (SHUFFLES, 1))
            self.orders[known.size] = np.random.default_rng(0).permuted(every, axis=1)
        low, high = _means(group, there, known[self.orders[known.size]].astype(np.float32).T)
        largest = np.abs(high - low).max(axis=0)
        return float(np.quantile(largest, 1 - RARELY / len(self.groups)))


def _means(
    group: Group, there: NDArray[np.bool_], values: NDArray[np.floating]
) -> tuple[Floats, Floats]:
    """Return means over the lowest and the highest fifths: (names, ...) of values (units, ...)."""
    found = []
    for fifth in (group.lowest, group.highest):
        chosen = fifth[:, there]
        count = np.maximum(chosen.sum(axis=1), 1).reshape(-1, *(1,) * (values.ndim - 1))
        found.append(np.asarray((chosen @ values.astype(np.float32)) / count))
    return found[0], found[1]


def spread_of(results: Results, scenario: str) -> Spread:
    """Return what varies over the worlds of a scenario; kept with the results once asked for."""
    kept: dict[str, Spread] = vars(results).setdefault("_spreads", {})
    if scenario not in kept:
        kept[scenario] = spread(
            assumptions(results, scenario),
            results.worlds["point"].to_numpy(dtype=np.int64),
            results.worlds["replicate"].to_numpy(dtype=np.int64),
            results.clusters,
        )
    return kept[scenario]


def spread(
    assumed: dict[str, Floats],
    point: NDArray[np.int64],
    replicate: NDArray[np.int64],
    clusters: Clusters | None = None,
) -> Spread:
    """Return what varies, by world, by point or by replicate, ready to judge numbers by."""
    return Spread(groups_of(assumed, point, replicate), clusters)


def judged(results: Results, scenario: str, numbers: NDArray[np.floating], pivot: float) -> Judged:
    """Return how a number a world of a scenario fares; `pivot` is what it must keep off."""
    return spread_of(results, scenario).judge(numbers.astype(np.float64), pivot)


def fixed(results: Results) -> list[str]:
    """Return the parameters that no world of the folder varies: no verdict covers them."""
    vary = {column.rpartition("/")[2].partition(".")[0] for column in results.worlds.columns}
    return [name for name in results.batch.assumed.registry if name not in vary]
