"""Paths through what was observed: from figures with errors to a rule for the next quarter.

The log-odds of an observed share are a random walk that was seen now and then (a structural time
series; Durbin and Koopman 2012). Information runs backward through the figures once, whatever the
worlds; each world then walks forward by itself, with its own luck, and its path is a draw from all
that agree with the figures (forward sampling after backward filtering: Carter and Kohn 1994, with
the roles of the two directions exchanged).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from agents.rules.record import Seen
from scenarios.frame import per_frame
from scenarios.observed import MIGRANTS, Figure, figures, followed
from scenarios.vocabulary import DOMAINS, FIRST_YEAR, LAST_YEAR, OPTIONS, STATES

FloatArray = NDArray[np.float64]
STOCKS = {"remittances": OPTIONS.index(MIGRANTS), "debt": OPTIONS.index("CHN")}
"""What is followed beside shares, after all domains, and whose it is."""
ENTRY, ENTRY_OF_CHANGES = 1.0, 0.1
"""How far a world's own log-odds may lie from the first figure of a series, standard deviation."""


Places = tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Path:
    """The coefficients of one series from its first quarter on."""

    start: int
    level: FloatArray
    memory: FloatArray
    spread: FloatArray


@per_frame(8)
def coefficients(until: int = LAST_YEAR, start: int = 0) -> tuple[Seen | None, ...]:
    """The coefficients of all quarters up to the last that is followed, from 2000-Q1 on.

    None stands for a quarter of which nothing is on record.

    No figure later than the year `until` is used, and none of those that end before the quarter
    `start`.
    """
    known = [each for each in figures() if each.last <= until and _end(each) > start]
    series = 5, len(DOMAINS) + len(STOCKS), len(OPTIONS), len(STATES), 1
    table = np.zeros((max([_end(each) for each in known], default=0), *series))
    for _, group in groupby(known, key=_series):
        own = list(group)
        path = smoothed(own, followed()[own[0].domain].step, start)
        place = _place(own[0])
        quarters = slice(path.start, path.start + len(path.level))
        table[(quarters, 0, *place, 0)] = path.level
        table[(quarters, 1, *place, 0)] = path.memory
        table[(quarters, 2, *place, 0)] = path.spread
        table[(quarters, 3, *place, 0)] = 1
        table[(quarters, 4, *place, 0)] = float(own[0].change)
    table.setflags(write=False)
    cells, changes = (
        tuple(
            tuple(axis.tolist()) for axis in np.nonzero(each[:, : len(DOMAINS), ..., 0].any(axis=0))
        )
        for each in (table[:, 3], table[:, 4])
    )
    where = cells, changes if changes[0] else cells
    return tuple(_of_quarter(each, where) if each[3].any() else None for each in table)


def smoothed(own: Sequence[Figure], step: float, start: int = 0) -> Path:
    """The coefficients that figures of one series give, `step` being that of a quarter.

    A figure is a mean over years: it is given to the two quarters in their middle, each with double
    its variance. The first quarter goes from the world's own share, so far as that agrees.
    """
    first, last = max(4 * (own[0].first - FIRST_YEAR), start), _end(own[-1])
    base = float(np.mean([each.log_odds for each in own[:2]])) if own[0].change else 0.0
    weight, told = np.zeros(last - first), np.zeros(last - first)
    for each in own:
        for quarter in _middle(each):
            at = max(quarter - first, 0)
            weight[at] += 0.5 / (each.error * each.error)
            told[at] += 0.5 / (each.error * each.error) * (each.log_odds - base)
    level, memory, spread = np.zeros((3, last - first))
    entry = ENTRY_OF_CHANGES if own[0].change else ENTRY
    ahead_weight = ahead_told = 0.0
    for at in reversed(range(last - first)):
        ahead_weight, ahead_told = ahead_weight + weight[at], ahead_told + told[at]
        variance = (step if at else entry) ** 2
        total = 1 / variance + ahead_weight
        level[at], memory[at], spread[at] = ahead_told / total, 1 / variance / total, total**-0.5
        faded = 1 / (1 + variance * ahead_weight)
        ahead_weight, ahead_told = ahead_weight * faded, ahead_told * faded
    return Path(first, level, memory, spread)


def _of_quarter(table: FloatArray, where: tuple[Places, Places]) -> Seen:
    level, memory, spread, seen, own = table[:, : len(DOMAINS)]
    among = np.ones_like(seen)
    for domain, how in followed().items():
        if how.among_powers:
            among[DOMAINS.index(domain), OPTIONS.index("SELF")] = 0
    whole = (among * seen == among).all(axis=1)[:, np.newaxis].astype(float)
    stocks = table[:4, range(len(DOMAINS), table.shape[1]), list(STOCKS.values())]
    return Seen(level, memory, spread, seen, own, among, whole, *where, *stocks)


def _series(figure: Figure) -> tuple[str, str, str]:
    return figure.domain, figure.state, figure.option


def _place(figure: Figure) -> tuple[int, int, int]:
    return (
        (*DOMAINS, *STOCKS).index(figure.domain),
        OPTIONS.index(figure.option),
        STATES.index(figure.state),
    )


def _end(figure: Figure) -> int:
    """One past the last quarter of a figure's years."""
    return 4 * (figure.last - FIRST_YEAR + 1)


def _middle(figure: Figure) -> Iterable[int]:
    """The two quarters around the middle of a figure's years."""
    middle = 2 * (figure.first + figure.last + 1 - 2 * FIRST_YEAR)
    return middle - 1, middle
