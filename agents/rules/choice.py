"""How states choose: attraction, shares, and the pace of rebalancing.

Reliance is a share of each option in each domain. The desired shares maximise
sum a ln(attraction) plus entropy, which gives attraction over its sum (McKelvey and Palfrey
1995; in trade the structural gravity share with given base shares, Dekle, Eaton and Kortum
2007). A state renegotiates a part of its ties each quarter.
"""

from __future__ import annotations

import numpy as np

from agents.axes import (
    EffortOfAll,
    PowerStateWorlds,
    RelianceOfAll,
    Shaped,
    StateWorlds,
    Worlds,
)
from agents.rules.bounds import ZERO, within

BOUND = 6.0
"""Log points beyond which a pull counts no further; keeps exponentials finite."""


def luck(before: RelianceOfAll, surprise: RelianceOfAll, memory: Worlds, part: Worlds) -> Shaped:
    """Luck of one kind (lasting or passing) after a quarter's surprise, log points.

    A part of the last quarter's stays, and takes its part of what nobody foresaw: an AR(1). Both
    kinds share one surprise (a state-space model with a single source of error: Ord, Koehler and
    Snyder 1997), so that what was observed says at once how much of each there is.

    >>> half = np.array([0.5])
    >>> luck(np.full((8, 5, 5, 1), 0.2), np.full((8, 5, 5, 1), 0.4), half, half)[0, 0, 0]
    array([0.3])
    """
    return before * memory + surprise * part


def at_once(settled: RelianceOfAll, pull: RelianceOfAll) -> RelianceOfAll:
    """Reliance as it is: what ties have settled to, moved by what acts within the quarter.

    `pull` are log points: luck, and in trade prices and closed borders.

    >>> at_once(np.full((8, 5, 5, 1), 0.2), np.zeros((8, 5, 5, 1)))[0, 0, 0]
    array([0.2])
    """
    return shares(attraction(settled, pull))


def attraction(baseline: RelianceOfAll, pull: RelianceOfAll) -> RelianceOfAll:
    """Attraction of every option in every domain: the baseline share times exp(pull).

    >>> attraction(np.full((8, 5, 5, 1), 0.2), np.zeros((8, 5, 5, 1)))[0, 0, 0]
    array([0.2])
    """
    return np.exp(bounded(pull)) * baseline


def bounded(pull: Shaped) -> Shaped:
    """Pull as far as it counts, log points.

    >>> bounded(np.array([-9.0, 0.5]))
    array([-6. ,  0.5])
    """
    return within(pull, -BOUND, BOUND)


def with_offers(attraction: EffortOfAll, gain: EffortOfAll) -> EffortOfAll:
    """Attraction of powers after their offers: what is new is added, what was withdrawn fades.

    A withdrawn offer is a negative gain. It counts as much as an added one where it is small, and
    takes away less and less of what is left.

    >>> one = np.full((5, 4, 5, 1), 0.2)
    >>> [float(with_offers(one, gain)[0, 0, 0, 0].round(3)) for gain in (one, -one, -3 * one)]
    [0.4, 0.074, 0.01]
    """
    return attraction * np.exp(np.minimum(gain, ZERO) / attraction) + np.maximum(gain, ZERO)


def shares(attraction: RelianceOfAll) -> RelianceOfAll:
    """Desired reliance: each option's part of the domain's attraction; sums to one.

    >>> shares(np.ones((8, 5, 5, 1)))[0, :, 0, 0]
    array([0.2, 0.2, 0.2, 0.2, 0.2])
    """
    return attraction / attraction.sum(axis=1)[:, np.newaxis]


def rebalanced(reliance: RelianceOfAll, desired: RelianceOfAll, speed: Shaped) -> RelianceOfAll:
    """Reliance after the ties that came up this quarter were renegotiated.

    `speed` is the share of ties renegotiated a quarter, by domain.
    """
    return (desired - reliance) * speed + reliance


def autonomy_price(influence: PowerStateWorlds, strength: StateWorlds) -> PowerStateWorlds:
    """Price of leaning on each power, convex in its influence (Altfeld 1984; Morrow 1991).

    Claim 13: states are not passive. Log points, before the weight of a domain.

    >>> autonomy_price(np.full((4, 5, 1), 0.2), np.full((5, 1), 10.0))[0, 0]
    array([0.4])
    """
    return strength * (influence * influence)


def currency(security: PowerStateWorlds, threat: StateWorlds, price: Worlds) -> PowerStateWorlds:
    """Security as the currency that buys finance and energy (claim 41), log points.

    `security` is security reliance on each power: worth more to a state the more it fears. What it
    has come to buy since the start is the difference of two values of this.
    """
    return price * threat * security
