"""Loops over the tables of a block of worlds, which apply the equations of `agents.rules`.

Numba compiles them. What it compiles is exact in IEEE arithmetic, and it neither reorders nor
fuses, so bits are those of NumPy. Tables are (domain, option or power, state, worlds), each with
a number for every world.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numba
import numpy as np

from agents.axes import CHN, CONTESTED, POWERS, RUS, Array
from agents.rules import choice, dependence, effort

HOLDERS = POWERS.stop
"""How many options are powers: the first ones."""
FIRST = CONTESTED.stop
"""How many domains are added up first, as `dependence.over_domains` does."""


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a function at its first call; its machine code stays on disk where there is room."""
    plain = inspect.unwrap(function)
    try:
        return numba.njit(cache=True, error_model="numpy")(plain)
    except RuntimeError:  # no folder to write to
        return numba.njit(error_model="numpy")(plain)


_disturbed, _bounded = compiled(choice.disturbed), compiled(choice.bounded)
_with_offers, _rebalanced = compiled(choice.with_offers), compiled(choice.rebalanced)
_appeal, _lasting = compiled(effort.appeal), compiled(effort.lasting)
_reference, _crowded = compiled(effort.reference), compiled(dependence.crowded)


@compiled
def disturb(noise: Array, shock: Array, persistence: Array, scale: Array) -> None:
    """Noise of the quarter, in place; `scale` by domain, state and world."""
    for d, o, s in np.ndindex(shock.shape[:3]):
        for w in range(shock.shape[3]):
            noise[d, o, s, w] = _disturbed(
                noise[d, o, s, w], shock[d, o, s, w], persistence[w], scale[d, s, w]
            )


@compiled
def gather(
    circumstances: Array, noise: Array, income: Array, price: Array, weight: Array, result: Array
) -> None:
    """Add up pulls in a domain; `circumstances` may be the same in all worlds.

    `income` is by power and world, `price` by power, state and world.
    """
    for o, s in np.ndindex(noise.shape[:2]):
        if circumstances.shape[2] == 1:
            for w in range(noise.shape[2]):
                result[o, s, w] = circumstances[o, s, 0] + noise[o, s, w]
        else:
            for w in range(noise.shape[2]):
                result[o, s, w] = circumstances[o, s, w] + noise[o, s, w]
        if o < HOLDERS:
            for w in range(noise.shape[2]):
                result[o, s, w] += income[o, w] - weight[w] * price[o, s, w]


@compiled
def bound(pull: Array) -> None:
    """Keep a domain's pulls within their bounds, in place."""
    for o, s in np.ndindex(pull.shape[:2]):
        for w in range(pull.shape[2]):
            pull[o, s, w] = _bounded(pull[o, s, w])


@compiled
def choose(attraction: Array, base: Array, openings: Array, gain: Array, least: Array) -> None:
    """Turn exp(pull) into desired shares of a domain, in place.

    `openings` and `gain` have a row for each power, or none where the domain has no such thing.
    """
    for o, s in np.ndindex(attraction.shape[:2]):
        for w in range(attraction.shape[2]):
            attraction[o, s, w] *= base[o, s, w]
        if o < len(openings):
            for w in range(attraction.shape[2]):
                attraction[o, s, w] += openings[o, s, w]
        if o < len(gain):
            for w in range(attraction.shape[2]):
                attraction[o, s, w] = _with_offers(attraction[o, s, w], gain[o, s, w], least[w])
    share_out(attraction)


@compiled
def share_out(attraction: Array) -> None:
    """Divide a domain's attraction by the sum over options, added up in their order, in place."""
    options, states, worlds = attraction.shape
    total = np.empty(worlds)
    for s in range(states):
        total[:] = attraction[0, s]
        for o in range(1, options):
            for w in range(worlds):
                total[w] += attraction[o, s, w]
        for o in range(options):
            for w in range(worlds):
                attraction[o, s, w] /= total[w]


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
def last(standing: Array, offered: Array, persistence: Array) -> None:
    """Let a part of the standing offers last, in place."""
    for d, p, s in np.ndindex(offered.shape[:3]):
        for w in range(offered.shape[3]):
            standing[d, p, s, w] = _lasting(
                standing[d, p, s, w], offered[d, p, s, w], persistence[w]
            )


@compiled
def refer(held: Array, reliance: Array, decay: Array) -> None:
    """Follow gains at once and losses slowly, in place; `reliance` is that on all options."""
    for d, p, s in np.ndindex(held.shape[:3]):
        for w in range(held.shape[3]):
            held[d, p, s, w] = _reference(held[d, p, s, w], reliance[d, p, s, w], decay[w])


@compiled
def fold(rows: Array, total: Array) -> None:
    """Add up one row a domain in the order of `dependence.over_domains`; `rows` are used up."""
    for start, stop in ((0, FIRST), (FIRST, len(rows))):
        for d in range(start + 1, stop):
            for w in range(rows.shape[1]):
                rows[start, w] += rows[d, w]
    for w in range(rows.shape[1]):
        total[w] = rows[0, w] + rows[FIRST, w]


@compiled
def influence(reliance: Array, weight: Array) -> Array:
    """Weigh shares by domain and state, and add them up over domains: by power and state."""
    result = np.empty((HOLDERS, *reliance.shape[2:]))
    rows = np.empty((reliance.shape[0], reliance.shape[3]))
    for p, s in np.ndindex(result.shape[:2]):
        for d in range(rows.shape[0]):
            for w in range(rows.shape[1]):
                rows[d, w] = reliance[d, p, s, w] * weight[d, s, w]
        fold(rows, result[p, s])
    return result


@compiled
def crowd(reliance: Array, overlap: Array, product: Array, weight: Array) -> Array:
    """Add up over domains how far two powers stand in each other's way; `weight` by domain."""
    result = np.empty(reliance.shape[2:])
    rows = np.empty((reliance.shape[0], reliance.shape[3]))
    for s in range(len(result)):
        for d in range(rows.shape[0]):
            for w in range(rows.shape[1]):
                one, other = reliance[d, RUS, s, w], reliance[d, CHN, s, w]
                rows[d, w] = _crowded(one, other, overlap[w], product[w]) * weight[d, w]
        fold(rows, result[s])
    return result
