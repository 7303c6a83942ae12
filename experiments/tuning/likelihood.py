"""How likely what happened is, given what the model says of it without luck.

What the model misses of a series (a state and a partner in one variable) is luck and error. Luck is
that of worlds (`agents.rules.choice.luck`): surprises of which a part lasts and the rest passes, in
log points, the smaller the larger a share is. Added are the error of each figure and an offset of
each lens. How large a series' luck is beside that of others of its variable is unknown beforehand,
so that its misses are multivariate Student, with heavy tails. The likelihood of a year is thereby
that of its surprise, given all earlier misses: a level that is wrong for ever costs little, to miss
how a series moves costs much.

Sizes and memories of luck are learned in the same likelihood, over a grid.

The links of some variables need only rise: their figures go with a quantity of the model and do not
measure it. How much of it shows in them is a slope, which their past teaches. That it goes on is
another matter: for half of the members of a forecast it does not.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import gammaln, logsumexp
from scipy.stats import norm, t

from experiments.record.measurement import DYAD, Instrument, load_measurement
from scenarios.vocabulary import DOMAINS

Floats = NDArray[np.float64]
Places = NDArray[np.int64]
FREEDOM = 6.0
"""Degrees of freedom: how much alike the luck of a variable's series is."""
SPREAD_OUT = 1.15
"""Luck of a small share: its own and, through what is left, that of the other options."""
LEVEL = 0.2
"""How far a level may lie from the model's for ever: as far as first shares vary over worlds."""
LONGEST = 1000
"""Quarters over which a surprise is followed."""
SIZES = (0.005, 0.01, 0.017, 0.028, 0.045, 0.07, 0.1, 0.15, 0.22)
"""Of a quarter's surprise; as registered, the size is one a domain ..."""
MEMORIES = (0.97, 0.99, 0.999)
FADING = 0.6
PARTS = (0.4, 0.7, 0.95)
"""... and how much of it lasts, and for how long, is the same in all."""


RANKS = (np.arange(7) + 0.5) / 7
"""Slopes that are compared, by their ranks beforehand."""


@dataclass(frozen=True)
class Shape:
    """How luck remembers: quarterly memory of the part that lasts, and how large that part is."""

    memory: float
    part: float

    @cached_property
    def covariances(self) -> Floats:
        """Covariance of yearly means so many years apart, for surprises of size one."""
        quarter = np.arange(LONGEST)
        left = self.part * self.memory**quarter + (1 - self.part) * FADING**quarter
        yearly = np.convolve(left, np.full(4, 0.25))
        return np.array([yearly[4 * ago :] @ yearly[: len(yearly) - 4 * ago] for ago in range(50)])


SHAPES = tuple(Shape(*each) for each in product(MEMORIES, PARTS))
LUCKS = tuple(product(range(len(SHAPES)), SIZES))
"""Place of a shape in `SHAPES`, and size: sizes vary fastest."""


@dataclass(frozen=True)
class Group:
    """Figures of one dyad: rows of the table, what was observed, errors and offsets of lenses."""

    variable: str
    state: str
    rows: Places
    year: Places
    y: Floats
    blur: Floats
    """Covariance of errors and offsets."""
    scale: float
    """Luck of this series for luck of one."""

    def covariance(self, luck: int) -> Floats:
        """Covariance of misses under a luck, by its place in `LUCKS`."""
        shape, size = LUCKS[luck]
        apart = np.abs(self.year[:, None] - self.year)
        return np.asarray(self.blur + (self.scale * size) ** 2 * SHAPES[shape].covariances[apart])

    def factor(self, luck: int) -> Floats:
        """What turns misses into independent ones: the inverse of the root of their covariance."""
        return np.asarray(np.linalg.inv(np.linalg.cholesky(self.covariance(luck))))


def groups_of(figures: pd.DataFrame, until: int | None = None) -> tuple[Group, ...]:
    """The dyads of a table of figures; `until` is the last year that is known."""
    tools = load_measurement().instruments
    found = []
    for key, part in figures.groupby(DYAD, sort=False):
        tool = tools[str(key[0])]
        seen = part if until is None else part[part["year"] <= until]
        share = float(seen["value"].mean()) if tool.quantity in DOMAINS and len(seen) else 0.0
        scale = SPREAD_OUT * (1 - min(max(share, 0.0), 1.0)) if tool.transform == "log" else 1.0
        year, y = part["year"].to_numpy(np.int64), part["y"].to_numpy(float)
        rows = part.index.to_numpy(np.int64)
        found.append(Group(tool.variable, str(key[1]), rows, year, y, blur_of(part, tool), scale))
    return tuple(found)


def blur_of(part: pd.DataFrame, tool: Instrument) -> Floats:
    """Covariance of errors and offsets of a dyad's figures; an offset is common to a lens."""
    lens = part["lens"].to_numpy(str)
    state, partner = str(part["state"].iloc[0]), str(part["partner"].iloc[0])
    offset = np.array([tool.offset_of(state, partner, each) for each in lens])
    shared = np.where(lens[:, None] == lens, offset[:, None] * offset, 0.0)
    return np.asarray(np.diag(part["error"].to_numpy(float) ** 2) + shared + LEVEL**2)


def student(square: Floats, size: Any, logdet: Any) -> Floats:  # noqa: ANN401 (numbers or columns)
    """Log-likelihood of so many misses with this sum of squares once they are independent.

    `logdet` is the logarithm of the determinant of what made them so.
    """
    half = (FREEDOM + size) / 2
    whole = gammaln(half) - gammaln(FREEDOM / 2) - size / 2 * np.log(FREEDOM * np.pi)
    return np.asarray(whole + logdet - half * np.log1p(square / FREEDOM))


def log_determinant(factor: Floats) -> float:
    """Of a factor, which is a triangle."""
    return float(np.log(np.diag(factor)).sum())


@dataclass(frozen=True)
class Likelihood:
    """Log-likelihoods of predictions (figure, point), dyads being independent."""

    groups: tuple[Group, ...]
    factors: dict[tuple[int, int], Floats] = field(default_factory=dict)

    def by_luck(self, predicted: Floats) -> dict[str, Floats]:
        """For each variable the log-likelihood under every luck: (shape, size, point)."""
        count = predicted.shape[1]
        found = {group.variable: np.zeros((len(LUCKS), count)) for group in self.groups}
        for place, group in enumerate(self.groups):
            miss = group.y[:, None] - predicted[group.rows]
            for luck in range(len(LUCKS)):
                if (place, luck) not in self.factors:
                    self.factors[place, luck] = group.factor(luck)
                factor = self.factors[place, luck]
                square = np.einsum("fp,fp->p", *[factor @ miss] * 2)
                found[group.variable][luck] += student(
                    square, len(group.rows), log_determinant(factor)
                )
        return {k: each.reshape(len(SHAPES), len(SIZES), count) for k, each in found.items()}

    def __call__(self, predicted: Floats) -> Floats:
        """The log-likelihood of every point, whatever the luck may be (each as likely before)."""
        tables = self.by_luck(predicted)
        by_shape = sum(logsumexp(each, axis=1) for each in tables.values())
        found = logsumexp(by_shape, axis=0)
        return np.where(np.isfinite(found), found, -np.inf)


def lucks_drawn(
    tables: dict[str, Floats], rng: np.random.Generator | None = None
) -> dict[str, Places]:
    """Places in `LUCKS` by variable, one a point: drawn as likely as each is, or the likeliest.

    The shape of luck is common to all variables; `tables` are those of `Likelihood.by_luck`.
    """

    def chosen(table: Floats) -> Places:
        heard = rng.gumbel(size=table.shape) if rng is not None else 0.0
        return np.asarray((table + heard).argmax(axis=0))

    shape = chosen(sum(logsumexp(each, axis=1) for each in tables.values()))
    points = np.arange(len(shape))
    return {
        name: shape * len(SIZES) + chosen(each[shape, :, points].T) for name, each in tables.items()
    }


def surprises_inside(
    groups: tuple[Group, ...], predicted: Floats, lucks: dict[str, Places]
) -> dict[str, float]:
    """By variable the part of yearly surprises that lie inside 90 %; no skill, they were fitted."""
    inside: dict[str, list[float]] = {}
    for group in groups:
        luck = np.bincount(lucks[group.variable]).argmax()
        surprise = group.factor(int(luck)) @ (group.y - predicted[group.rows].mean(axis=1))
        inside.setdefault(group.variable, []).extend(abs(surprise) < t.ppf(0.95, FREEDOM))
    return {name: float(np.mean(each)) for name, each in inside.items()}


def links_in(figures: pd.DataFrame) -> list[str]:
    """The variables of some figures whose link need only rise."""
    tools = load_measurement().instruments
    return [name for name in dict.fromkeys(figures["variable"]) if tools[name].slope_sd > 0]


def sloped(name: str, deviates: Floats) -> Floats:
    """Slopes of a variable's link, from standard normal deviates."""
    tool = load_measurement().instruments[name]
    return np.maximum(tool.slope + tool.slope_sd * deviates, 0.0)


def linked(predicted: Floats, figures: pd.DataFrame, slopes: dict[str, Floats]) -> Floats:
    """Predictions (figure, point) times the slope of their variable's link, where it has one."""
    found = predicted.copy()
    for name, slope in slopes.items():
        found[(figures["variable"] == name).to_numpy()] *= slope
    return found


def foreseen(
    predicted: Floats, figures: pd.DataFrame, origin: int, rng: np.random.Generator
) -> Floats:
    """Predictions (figure, member) with slopes as likely as figures up to the origin make them.

    In every other member what comes after the origin is what the model said of the last figure.
    """
    found = predicted.copy()
    for name in links_in(figures):
        mine = figures[figures["variable"] == name]
        known = mine[mine["year"] <= origin].reset_index()
        if known.empty:
            continue
        given, slopes = predicted[known["index"]], sloped(name, norm.ppf(RANKS))
        likely = Likelihood(groups_of(known))
        table = np.stack([likely(given * slope) for slope in slopes])
        found[mine.index] *= slopes[(table + rng.gumbel(size=table.shape)).argmax(axis=0)]
        for _, part in mine.groupby(DYAD, sort=False):
            before, after = (part.index[part["year"].le(origin) == when] for when in (True, False))
            if len(before):
                found[after, ::2] = found[before[-1], ::2]
    return found
