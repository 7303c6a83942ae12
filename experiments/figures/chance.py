"""Rank correlations: how well each is known, and what chance alone makes of them.

What varies by replicate, as judgement does, or by point of a design is worth no more draws than
there are replicates or points, however many worlds repeat them. Chance is therefore what the
largest correlation reaches when these units are shuffled whole (Westfall and Young 1993), and
intervals take the clusters that worlds form.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from experiments.answers.assumptions import Influence, assumptions, influences, ranked
from experiments.answers.robustness import spread_of
from experiments.results.clusters import Clusters
from experiments.results.reading import Results

if TYPE_CHECKING:
    from experiments.results.units import Group

Floats = NDArray[Any]
SHUFFLES = 400
RARELY = 0.05
"""How often the largest of all correlations may lie beyond its line by chance."""


class Correlation(NamedTuple):
    """A rank correlation with its 95 % interval, and the size that chance hardly reaches."""

    name: str
    value: float
    low: float
    high: float
    luck: float

    @property
    def beyond(self) -> bool:
        """Whether it is more than chance: beyond its line, and no interval holds zero."""
        return abs(self.value) > self.luck and not self.low <= 0 <= self.high


@dataclass(frozen=True)
class Varied:
    """What varies over the worlds of a scenario, ranked once for several outcomes."""

    assumed: dict[str, Floats]
    groups: tuple[Group, ...]
    clusters: Clusters | None = None

    @cached_property
    def ranks(self) -> Floats:
        """Centred ranks of unit length over all worlds: (names, worlds)."""
        return ranked(np.stack(list(self.assumed.values())))

    def over(self, kept: NDArray[np.bool_]) -> Floats:
        """Return the ranks over some worlds."""
        if kept.all():
            return self.ranks
        return ranked(np.stack([values[kept] for values in self.assumed.values()]))

    def strongest(self, outcome: Floats, most: int, least: int) -> list[Correlation]:
        """Return the strongest assumptions of a number a world: those beyond chance, the first.

        They are `most` at most; where they are fewer than `least`, others follow.
        """
        ranks = self.over(np.isfinite(outcome)) if self.assumed else None
        found = influences(self.assumed, outcome, ranks)
        if not found or ranks is None:
            return []
        luck = self.by_chance(outcome, ranks)
        beyond = [each for each in found if abs(each.value) > luck[each.name]]
        rest = [each for each in found if abs(each.value) <= luck[each.name]]
        chosen = (beyond + rest)[: min(max(len(beyond), least), most)]
        return [self._bar(each, outcome, luck[each.name]) for each in chosen]

    def _bar(self, found: Influence, outcome: Floats, luck: float) -> Correlation:
        low, high = found.low, found.high
        if self.clusters is not None:
            low, high = _interval(self.assumed[found.name], outcome, found.value, self.clusters)
        return Correlation(found.name, found.value, low, high, luck)

    def by_chance(self, outcome: Floats, ranks: Floats) -> dict[str, float]:
        """Return for each assumption what the largest correlation of its kind hardly reaches.

        All kinds together have a correlation beyond that in `RARELY` of the shuffles.
        """
        kept = np.isfinite(outcome)
        own = ranked(outcome[kept].astype(np.float64))
        rows = {name: place for place, name in enumerate(self.assumed)}
        found = dict[str, float]()
        for group in self.groups:
            table = ranks[[rows[name] for name in group.names]]
            largest = _largest(table, own, group.unit[kept])
            rarely = RARELY / len(self.groups)
            found |= dict.fromkeys(group.names, float(np.quantile(largest, 1 - rarely)))
        return found


def varied(results: Results, scenario: str) -> Varied:
    """Return what varies over the worlds of a scenario."""
    groups = spread_of(results, scenario).groups
    return Varied(assumptions(results, scenario), groups, results.clusters)


def _largest(table: Floats, ranks: Floats, unit: NDArray[np.int64]) -> Floats:
    """Return the largest correlation of each shuffle of units, from ranks of unit length."""
    _, first, own = np.unique(unit, return_index=True, return_inverse=True)
    sums = np.bincount(own, weights=ranks).astype(np.float32)
    whole = table[:, first].astype(np.float32)
    shuffled = np.random.default_rng(0).permuted(np.tile(sums, (SHUFFLES, 1)), axis=1)
    found: Floats = np.abs(whole @ shuffled.T).max(axis=0)
    return found


def _interval(
    assumed: Floats, outcome: Floats, value: float, clusters: Clusters
) -> tuple[float, float]:
    """Return the 95 % interval of a correlation that goes by how clusters of worlds scatter.

    Its error is that of the mean of the worlds' parts in it (the delta method).
    """
    kept = np.isfinite(outcome)
    one, other = np.sqrt(kept.sum()) * ranked(np.stack([assumed[kept], outcome[kept]]))
    parts = np.full(outcome.shape, np.nan)
    parts[kept] = one * other - value * (one**2 + other**2) / 2
    half = float(clusters.half(parts)) / max(1 - value * value, 1e-3)
    middle = np.arctanh(np.clip(value, -0.999, 0.999))
    return float(np.tanh(middle - half)), float(np.tanh(middle + half))


def shuffled(results: Results, scenario: str) -> str:
    """Say what is shuffled: worlds, or the replicates and points that they share."""
    sizes = {int(each.unit.max()) + 1 for each in spread_of(results, scenario).groups}
    kinds = {results.worlds[each].nunique(): f"{each}s" for each in ("replicate", "point", "world")}
    return " and ".join(kind for count, kind in kinds.items() if count in sizes) or "worlds"
