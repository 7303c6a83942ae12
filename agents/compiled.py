"""Compiled sweeps: the equations of `agents.rules`, applied in one pass over a table by Numba.

Exponentials, logarithms and powers stay NumPy's, which has bits of its own and is faster at them.
All else is exact in IEEE arithmetic and is neither reordered nor fused, so bits are NumPy's.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, TypeVar

import numba
import numpy as np

from agents.axes import (
    CONTESTED,
    ENERGY,
    POWERS,
    Array,
    EffortOfAll,
    PowerStateWorlds,
    RelianceOfAll,
    Shaped,
    Worlds,
)
from agents.rules import choice, effort
from agents.sweeps import Sweeps

Function = TypeVar("Function", bound=Callable[..., Any])
FOUGHT_OVER, HELD_BY = CONTESTED.stop, POWERS.stop
"""Domains below the first are contested; options below the second are powers."""


def compiled(function: Function) -> Function:
    """Compile a function at its first call; its machine code stays on disk where there is room."""
    plain, options = inspect.unwrap(function), {"error_model": "numpy", "nogil": True}
    try:
        return numba.njit(cache=True, **options)(plain)  # type: ignore[no-any-return]
    except RuntimeError:  # no folder to write to
        return numba.njit(**options)(plain)  # type: ignore[no-any-return]


_disturbed, _bounded = compiled(choice.disturbed), compiled(choice.bounded)
_with_offers, _rebalanced = compiled(choice.with_offers), compiled(choice.rebalanced)
_appeal, _lasting, _reference = map(compiled, (effort.appeal, effort.lasting, effort.reference))


@compiled
def disturb(noise: Array, shock: Array, persistence: Array, scale: Array) -> Array:
    """Noise of the quarter; `scale` by domain, state and world."""
    result = np.empty_like(shock)
    for d, o, s in np.ndindex(shock.shape[:3]):
        for w in range(shock.shape[3]):
            result[d, o, s, w] = _disturbed(
                noise[d, o, s, w], shock[d, o, s, w], persistence[w], scale[d, s, w]
            )
    return result


@compiled
def gather(circumstances: Array, noise: Array, income: Array, price: Array, weight: Array) -> Array:
    """Add up pulls; `circumstances` may be the same in all worlds.

    `income` is by domain, power and world, `price` by power, state and world.
    """
    result = np.empty_like(noise)
    for d, o, s in np.ndindex(noise.shape[:3]):
        if circumstances.shape[3] == 1:
            for w in range(noise.shape[3]):
                result[d, o, s, w] = circumstances[d, o, s, 0] + noise[d, o, s, w]
        else:
            for w in range(noise.shape[3]):
                result[d, o, s, w] = circumstances[d, o, s, w] + noise[d, o, s, w]
        if o < HELD_BY:
            for w in range(noise.shape[3]):
                result[d, o, s, w] += income[d, o, w] - weight[d, w] * price[o, s, w]
    return result


@compiled
def bound(pull: Array) -> None:
    """Keep pulls within their bounds, in place."""
    for d, o, s in np.ndindex(pull.shape[:3]):
        for w in range(pull.shape[3]):
            pull[d, o, s, w] = _bounded(pull[d, o, s, w])


@compiled
def choose(factor: Array, base: Array, openings: Array, gain: Array, least: Array) -> Array:
    """Desired reliance from `factor`, exp(pull), which is used up; options add up in their order."""
    domains, options, states, worlds = factor.shape
    result, total = np.empty_like(factor), np.empty(worlds)
    for d, s in np.ndindex((domains, states)):
        total[:] = 0.0
        for o in range(options):
            for w in range(worlds):
                factor[d, o, s, w] *= base[d, o, s, w]
            if d == ENERGY and o < HELD_BY:
                for w in range(worlds):
                    factor[d, o, s, w] += openings[o, s, w]
            if d < FOUGHT_OVER and o < HELD_BY:
                for w in range(worlds):
                    factor[d, o, s, w] = _with_offers(
                        factor[d, o, s, w], gain[d, o, s, w], least[w]
                    )
            for w in range(worlds):
                total[w] += factor[d, o, s, w]
        for o in range(options):
            for w in range(worlds):
                result[d, o, s, w] = factor[d, o, s, w] / total[w]
    return result


@compiled
def rebalance(reliance: Array, desired: Array, speed: Array) -> Array:
    """Renegotiate; `speed` by domain and world."""
    result = np.empty_like(desired)
    for d, o, s in np.ndindex(desired.shape[:3]):
        for w in range(desired.shape[3]):
            result[d, o, s, w] = _rebalanced(reliance[d, o, s, w], desired[d, o, s, w], speed[d, w])
    return result


@compiled
def appeal(
    weight: Array, held: Array, reference: Array, entry: Array, aversion: Array, result: Array
) -> None:
    """Value effort in one domain at the margin; `held` is reliance on all options."""
    for p, s in np.ndindex(weight.shape[:2]):
        for w in range(weight.shape[2]):
            result[p, s, w] = _appeal(
                weight[p, s, w], held[p, s, w], reference[p, s, w], entry[w], aversion[w]
            )


@compiled
def last(standing: Array, offered: Array, persistence: Array) -> Array:
    """Let a part of the standing offers last."""
    result = np.empty_like(offered)
    for d, p, s in np.ndindex(offered.shape[:3]):
        for w in range(offered.shape[3]):
            result[d, p, s, w] = _lasting(standing[d, p, s, w], offered[d, p, s, w], persistence[w])
    return result


@compiled
def refer(held: Array, reliance: Array, decay: Array) -> Array:
    """Follow gains at once and losses slowly; `reliance` is that on all options."""
    result = np.empty_like(held)
    for d, p, s in np.ndindex(held.shape[:3]):
        for w in range(held.shape[3]):
            result[d, p, s, w] = _reference(held[d, p, s, w], reliance[d, p, s, w], decay[w])
    return result


class CompiledSweeps(Sweeps):
    """The sweeps of a block of some worlds, compiled."""

    def __init__(self, worlds: int) -> None:
        """Serve blocks of this size."""
        self.worlds = worlds

    def disturbed(
        self, noise: RelianceOfAll, shock: RelianceOfAll, persistence: Worlds, scale: Shaped
    ) -> RelianceOfAll:
        return disturb(*self._wide(noise, shock, persistence, scale[:, 0]))

    def pull(
        self,
        circumstances: RelianceOfAll,
        noise: RelianceOfAll,
        income: Shaped,
        price: PowerStateWorlds,
        weight: Shaped,
    ) -> RelianceOfAll:
        rest = self._wide(noise, income[:, :, 0], price, weight[:, 0, 0])
        return gather(np.ascontiguousarray(circumstances), *rest)

    def desired(
        self,
        base: RelianceOfAll,
        pull: RelianceOfAll,
        openings: PowerStateWorlds,
        gain: EffortOfAll,
        least: Worlds,
    ) -> RelianceOfAll:
        bound(pull)
        return choose(np.exp(pull, out=pull), *self._wide(base, openings, gain, least))

    def rebalanced(
        self, reliance: RelianceOfAll, desired: RelianceOfAll, speed: Shaped
    ) -> RelianceOfAll:
        return rebalance(*self._wide(reliance, desired, speed[:, 0, 0]))

    def offers(  # noqa: PLR0913 (as in NumPy)
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
        """Go domain by domain as well."""
        taken = self._wide(weight, reliance, reference, entry, loss_aversion)
        weight, reliance, reference, entry, loss_aversion = taken
        result, value = np.empty_like(weight), np.empty(weight.shape[1:])
        total = np.zeros_like(value)
        for domain, offered in enumerate(result):
            appeal(
                weight[domain], reliance[domain], reference[domain], entry, loss_aversion, value
            )
            offered[...] = effort.priority(value, concavity)
            total += value * offered
        result *= effort.scale(means, total.sum(axis=1), concavity, unit)[:, np.newaxis]
        return result

    def lasting(
        self, standing: EffortOfAll, offered: EffortOfAll, persistence: Worlds
    ) -> EffortOfAll:
        return last(*self._wide(standing, offered, persistence))

    def reference(self, held: EffortOfAll, reliance: RelianceOfAll, decay: Worlds) -> EffortOfAll:
        return refer(*self._wide(held, reliance, decay))

    def _wide(self, *arrays: Array) -> list[Array]:
        """Arrays with a number for each world, laid out in a row, as compiled code expects them."""
        return [
            np.ascontiguousarray(np.broadcast_to(each, (*each.shape[:-1], self.worlds)))
            for each in arrays
        ]
