"""Anchoring: a region goes on from shares that were observed, where a scenario says so.

Where a series ends, reliance becomes the observed share and the attraction of that power is
multiplied by a correction from then on, so that the state would choose what was observed. The
corrections are kept: a large one is a misfit of the model.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from jaxtyping import Bool, Float
from numpy.typing import NDArray

from agents.axes import CONTESTED, POWERS, RUS, Array, RelianceOfAll, Worlds
from agents.outlook import Outlook
from agents.rules import choice
from agents.rules.dependence import influence as influence_of
from model.influence import Influence
from scenarios.scenario import Anchor
from scenarios.vocabulary import DOMAINS, OPTIONS, STATES
from scenarios.vocabulary import POWERS as POWER_CODES

if TYPE_CHECKING:
    from agents.powers import Powers
    from agents.state import States

    Mask: TypeAlias = NDArray[np.bool_]
else:  # checkers of shapes need a class, and cannot evaluate the generic agent sets of Mesa 3.5
    Mask = np.ndarray
    Powers = States = object

Rows = Float[Array, "row 5 #worlds"]
"""Rows of a few domains and states: (row, option, worlds)."""
Marks = Bool[Mask, "row 5 1"]


@dataclass(frozen=True)
class Correction:
    """What an anchor found and did: the model's share before it, and the factor on attraction."""

    anchor: Anchor
    before: Worlds
    factor: Worlds


@dataclass(frozen=True)
class Observed:
    """Observed shares of a quarter by row, a row being a domain of a state.

    `share` is 0 where nothing was observed, `fixed` marks where something was, and `among` the
    options that the shares are of.
    """

    domains: list[int]
    states: list[int]
    share: Rows
    fixed: Marks
    among: Marks

    def rows_of(self, reliance: RelianceOfAll) -> Rows:
        """The rows of a table (domain, option, state, worlds)."""
        return reliance[self.domains, :, self.states]

    def within(self, reliance: RelianceOfAll, rows: Rows) -> RelianceOfAll:
        """A copy of a table with these rows in their place."""
        result = reliance.copy()
        result[self.domains, :, self.states] = rows
        return result

    @property
    def left(self) -> Float[Array, "row 1 1"]:
        """What the observed shares leave to the others."""
        return 1 - self.share.sum(axis=1, keepdims=True)

    def taken(self, held: Rows) -> Rows:
        """Reliance with the observed shares in it; the others keep their proportions.

        >>> rows = np.array([[[0.4], [0.1], [0.3], [0.1], [0.1]]])
        >>> observed_of([Anchor(95, "trade", "KAZ", "RUS", 0.2)]).taken(rows)[0, :, 0].round(3)
        array([0.2  , 0.133, 0.4  , 0.133, 0.133])
        """
        whole = _total(held, self.among)
        others = held * (self.left * whole / _total(held, self.among & ~self.fixed))
        return np.where(self.fixed, self.share * whole, np.where(self.among, others, held))

    def correction(self, attraction: Rows) -> Rows:
        """The factors on attraction under which the observed shares would be chosen, 1 for others.

        Shares are attraction over its sum, so that the factors of all powers observed together
        follow at once from the attraction of the others (structural gravity in exact changes:
        Dekle, Eaton and Kortum 2007).

        >>> rows = np.array([[[0.4], [0.1], [0.3], [0.1], [0.1]]])
        >>> observed_of([Anchor(95, "trade", "KAZ", "RUS", 0.2)]).correction(rows)[0, :, 0]
        array([0.375, 1.   , 1.   , 1.   , 1.   ])
        """
        others = _total(attraction, self.among & ~self.fixed)
        return np.where(self.fixed, self.share * others / (self.left * attraction), 1)


class Anchoring:
    """Takes the observed shares of a quarter; `corrections` are those made so far."""

    def __init__(self) -> None:
        """Nothing was corrected yet."""
        self.corrections: tuple[Correction, ...] = ()

    def take(
        self,
        due: Sequence[Anchor],
        outlook: Outlook,
        states: States,
        powers: Powers,
        influence: Influence,
    ) -> None:
        """Set reliance to what was observed, and correct attraction so that it would be chosen.

        The correction is worked out after all that hangs on reliance has followed: influence,
        and with it autonomy and alignment, and security as a currency.
        """
        observed = observed_of(due)
        held, before = states.reliance, observed.rows_of(states.reliance)
        states.reliance = observed.within(held, observed.taken(before))
        value = influence_of(states.reliance, influence.weight)
        seen = replace(outlook, reliance=states.reliance, influence=value)
        factor = observed.correction(observed.rows_of(states.attraction(seen)))
        correct(states, observed.within(np.ones_like(held), factor))
        states.desired = choice.shares(states.attraction(seen))
        self._forget(observed, held, states, powers, influence)
        part = before / _total(before, observed.among)
        self.corrections += tuple(_corrections(due, observed, part, factor))

    def _forget(
        self,
        observed: Observed,
        held: RelianceOfAll,
        states: States,
        powers: Powers,
        influence: Influence,
    ) -> None:
        """Let nobody mourn what it never had: what powers remember follows what was observed."""
        counted = np.zeros_like(held)
        counted[CONTESTED, POWERS] = powers.reference
        counted = observed.within(counted, observed.rows_of(states.reliance))
        powers.reference = counted[CONTESTED, POWERS]
        old, new = (influence_of(each, influence.weight) for each in (held, states.reliance))
        influence.remembered = influence.remembered * (new[RUS] / old[RUS])


def correct(states: States, factor: RelianceOfAll) -> None:
    """Multiply attraction from now on: the base that it grows from, and what offers add to it."""
    states.base = states.base * factor
    states.offer_effect = states.offer_effect * factor[CONTESTED, POWERS]


def observed_of(due: Iterable[Anchor]) -> Observed:
    """The anchors of a quarter as rows; there is at least one."""
    by_row: dict[tuple[int, int], list[Anchor]] = {}
    for anchor in due:
        by_row.setdefault(_row(anchor), []).append(anchor)
    share = np.zeros((len(by_row), len(OPTIONS), 1))
    among = np.ones(share.shape, dtype=np.bool_)
    for row, anchors in enumerate(by_row.values()):
        for anchor in anchors:
            share[row, OPTIONS.index(anchor.power)] = anchor.share
        among[row, len(POWER_CODES) :] = anchors[0].among == "all"
    domains, states = ([key[part] for key in by_row] for part in (0, 1))
    return Observed(domains, states, share, share > 0, among)


def _row(anchor: Anchor) -> tuple[int, int]:
    return DOMAINS.index(anchor.domain), STATES.index(anchor.state)


def _total(rows: Rows, marks: Marks) -> Float[Array, "row 1 #worlds"]:
    """Sum over the marked options."""
    return (rows * marks).sum(axis=1, keepdims=True)


def _corrections(
    due: Iterable[Anchor], observed: Observed, before: Rows, factor: Rows
) -> list[Correction]:
    places = list(zip(observed.domains, observed.states, strict=True))
    at = [(places.index(_row(each)), OPTIONS.index(each.power)) for each in due]
    return [Correction(a, before[i], factor[i]) for a, i in zip(due, at, strict=True)]
