"""Compiled sweeps, for large batches: the same numbers in one pass over a table.

Exponentials, logarithms and powers stay NumPy's, which is faster at them and has bits of its own.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from agents import loops
from agents.axes import (
    CONTESTED,
    ENERGY,
    Array,
    EffortOfAll,
    OptionStateWorlds,
    PowerStateWorlds,
    PowerWorlds,
    RelianceOfAll,
    Shaped,
    StateWorlds,
    Worlds,
)
from agents.rules import effort
from agents.rules.dependence import Weight
from agents.sweeps import Sweeps


class CompiledSweeps(Sweeps):
    """The sweeps of a block of some worlds, compiled."""

    def __init__(self, worlds: int) -> None:
        """Serve blocks of this size."""
        self.worlds = worlds

    def laid_out(self, parameter: Shaped) -> Shaped:
        """A parameter with a number for each world, so that no quarter need lay it out again."""
        return self._widened(parameter)

    def disturbed(
        self, noise: RelianceOfAll, shock: RelianceOfAll, persistence: Worlds, scale: Shaped
    ) -> RelianceOfAll:
        """Noise of the quarter, log points, in the memory of the last one's."""
        noise, *others = self._wide(noise, shock, persistence, scale[:, 0])
        loops.disturb(noise, *others)
        return noise

    def pull(
        self,
        circumstances: Sequence[OptionStateWorlds],
        noise: RelianceOfAll,
        income: Shaped,
        price: PowerStateWorlds,
        weight: Shaped,
    ) -> RelianceOfAll:
        """Pull of circumstances and noise, and for powers of incomes less a price by domain."""
        noise, income, price, weight = self._wide(noise, income[:, :, 0], price, weight[:, 0, 0])
        result = np.empty_like(noise)
        for domain, drawn in enumerate(circumstances):
            of_domain = noise[domain], income[domain], price, weight[domain]
            loops.gather(drawn, *of_domain, result[domain])
        return result

    def desired(
        self,
        base: RelianceOfAll,
        pull: RelianceOfAll,
        openings: PowerStateWorlds,
        gain: EffortOfAll,
        least: Worlds,
    ) -> RelianceOfAll:
        """Desired reliance, in the memory of `pull`; by domain, which stays in the cache."""
        base, openings, gain, least = self._wide(base, openings, gain, least)
        none = np.empty((0, *openings.shape[1:]))
        for domain, drawn in enumerate(pull):
            loops.bound(drawn)
            np.exp(drawn, out=drawn)
            loops.choose(
                drawn,
                base[domain],
                openings if domain == ENERGY else none,
                gain[domain] if domain < CONTESTED.stop else none,
                least,
            )
        return pull

    def rebalanced(
        self, reliance: RelianceOfAll, desired: RelianceOfAll, speed: Shaped
    ) -> RelianceOfAll:
        """Reliance after the ties that came up were renegotiated."""
        return loops.rebalance(*self._wide(reliance, desired, speed[:, 0, 0]))

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
        """Offers, domain by domain: what is worked on stays in the cache."""
        taken = self._wide(weight, reliance, reference, entry, loss_aversion)
        weight, reliance, reference, entry, loss_aversion = taken
        result, value = np.empty_like(weight), np.empty(weight.shape[1:])
        total = np.zeros_like(value)
        for domain, offered in enumerate(result):
            loops.appeal(
                weight[domain], reliance[domain], reference[domain], entry, loss_aversion, value
            )
            effort.priority(value, concavity, out=offered)
            total += np.multiply(value, offered, out=value)
        result *= effort.scale(means, total.sum(axis=1), concavity, unit)[:, np.newaxis]
        return result

    def lasting(
        self, standing: EffortOfAll, offered: EffortOfAll, persistence: Worlds
    ) -> EffortOfAll:
        """Standing offers, in the memory of those that stood."""
        standing, *others = self._wide(standing, offered, persistence)
        loops.last(standing, *others)
        return standing

    def reference(self, held: EffortOfAll, reliance: RelianceOfAll, decay: Worlds) -> EffortOfAll:
        """Shares that powers count as their own, in the memory of those they counted."""
        held, *others = self._wide(held, reliance, decay)
        loops.refer(held, *others)
        return held

    def influence(self, reliance: RelianceOfAll, weight: Weight) -> PowerStateWorlds:
        """Influence of each power on each state."""
        return loops.influence(*self._wide(reliance, weight))

    def crowding(
        self, reliance: RelianceOfAll, overlap: Worlds, product: Worlds, weight: Shaped
    ) -> StateWorlds:
        """How far Russia and China stand in each other's way in each state."""
        return loops.crowd(*self._wide(reliance, overlap, product, weight))

    def _wide(self, *arrays: Array) -> list[Array]:
        """Arrays with a number for each world, laid out in a row, as compiled code expects them."""
        return [each if self._is_wide(each) else self._widened(each) for each in arrays]

    def _is_wide(self, array: Array) -> bool:
        return array.shape[-1] == self.worlds and array.flags.c_contiguous

    def _widened(self, array: Array) -> Array:
        result = np.empty((*array.shape[:-1], self.worlds))
        result[...] = array
        return result
