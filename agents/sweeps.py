"""Sweeps over the large tables of a block, in NumPy here and compiled in `agents.compiled`.

Both apply the equations of `agents.rules` in the same order, so that a world comes out the same
to the last bit. NumPy passes over a table once an operation, which is quick to start; a compiled
sweep passes over it once, which pays in large batches, after a second of loading.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from agents.axes import (
    CONTESTED,
    ENERGY,
    POWERS,
    EffortOfAll,
    OptionStateWorlds,
    PowerStateWorlds,
    PowerWorlds,
    RelianceOfAll,
    Shaped,
    StateWorlds,
    Worlds,
)
from agents.rules import choice, dependence, effort
from agents.rules.dependence import Weight

USED_UP = ("noise", "standing", "reference")
"""Tables of States and Powers that compiled sweeps write over: the next quarter takes the memory of
the last, which halves what has to be carried to the processor and back."""


class Sweeps:
    """The sweeps in NumPy: what compiled ones must agree with."""

    def laid_out(self, parameter: Shaped) -> Shaped:
        """A parameter as the sweeps like to be given it, quarter after quarter."""
        return parameter

    def disturbed(
        self, noise: RelianceOfAll, shock: RelianceOfAll, persistence: Worlds, scale: Shaped
    ) -> RelianceOfAll:
        """Noise of the quarter, log points; `noise` may be used up."""
        return choice.disturbed(noise, shock, persistence, scale)

    def pull(
        self,
        circumstances: Sequence[OptionStateWorlds],
        noise: RelianceOfAll,
        income: Shaped,
        price: PowerStateWorlds,
        weight: Shaped,
    ) -> RelianceOfAll:
        """Pull of circumstances and noise, and for powers of incomes less a price by domain."""
        result = np.empty_like(noise)
        for domain, drawn in enumerate(circumstances):
            np.add(drawn, noise[domain], out=result[domain])
        result[:, POWERS] += income - weight * price
        return result

    def desired(
        self,
        base: RelianceOfAll,
        pull: RelianceOfAll,
        openings: PowerStateWorlds,
        gain: EffortOfAll,
        least: Worlds,
    ) -> RelianceOfAll:
        """Desired reliance; `pull` may be used up."""
        return choice.shares(attraction(base, pull, openings, gain, least))

    def rebalanced(
        self, reliance: RelianceOfAll, desired: RelianceOfAll, speed: Shaped
    ) -> RelianceOfAll:
        """Reliance after the ties that came up were renegotiated."""
        return choice.rebalanced(reliance, desired, speed)

    def offers(
        self,
        weight: EffortOfAll,
        reliance: RelianceOfAll,
        reference: EffortOfAll,
        entry: Worlds,
        loss_aversion: Worlds,
        means: PowerWorlds,
        concavity: Worlds,
        unit: Worlds,
    ) -> EffortOfAll:
        """Offers of the powers' optimal effort."""
        held = reliance[CONTESTED, POWERS]
        value = effort.appeal(weight, held, reference, entry, loss_aversion)
        return effort.offers(value, means, concavity, unit)

    def lasting(
        self, standing: EffortOfAll, offered: EffortOfAll, persistence: Worlds
    ) -> EffortOfAll:
        """Standing offers; `standing` may be used up."""
        return effort.lasting(standing, offered, persistence)

    def reference(self, held: EffortOfAll, reliance: RelianceOfAll, decay: Worlds) -> EffortOfAll:
        """Shares that powers count as their own; `held` may be used up."""
        return effort.reference(held, reliance[CONTESTED, POWERS], decay)

    def influence(self, reliance: RelianceOfAll, weight: Weight) -> PowerStateWorlds:
        """Influence of each power on each state."""
        return dependence.influence(reliance, weight)

    def crowding(
        self, reliance: RelianceOfAll, overlap: Worlds, product: Worlds, weight: Shaped
    ) -> StateWorlds:
        """How far Russia and China stand in each other's way in each state."""
        return dependence.crowding(reliance, overlap, product, weight)


def attraction(
    base: RelianceOfAll,
    pull: RelianceOfAll,
    openings: PowerStateWorlds,
    gain: EffortOfAll,
    least: Worlds,
) -> RelianceOfAll:
    """Attraction of every option, with lines opened in energy and the powers' offers."""
    result = choice.attraction(base, pull)
    result[ENERGY, POWERS] += openings
    result[CONTESTED, POWERS] = choice.with_offers(result[CONTESTED, POWERS], gain, least)
    return result


def sweeps_of(worlds: int, *, compiled: bool) -> Sweeps:
    """Sweeps for a block of some worlds; compiled ones take a second to load."""
    if not compiled:
        return Sweeps()
    from agents.compiled import CompiledSweeps

    return CompiledSweeps(worlds)
