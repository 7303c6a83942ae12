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
from agents.rules.bounds import within

BOUND = 6.0
"""Log points beyond which a pull counts no further; keeps exponentials finite."""


def disturbed(
    noise: RelianceOfAll, shock: RelianceOfAll, persistence: Worlds, scale: Shaped
) -> RelianceOfAll:
    """Noise of the quarter: part of the last one's and a scaled standard normal shock (AR(1)).

    `scale` is by domain and state, log points.
    """
    return shock * scale + noise * persistence


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


def with_offers(attraction: EffortOfAll, gain: EffortOfAll, least: Worlds) -> EffortOfAll:
    """Attraction of powers after their offers, which never take away more than all but `least`.

    Withdrawn offers are negative gains.

    >>> one = np.full((5, 4, 5, 1), 0.2)
    >>> with_offers(one, -one, np.array([0.25]))[0, 0, 0]
    array([0.05])
    """
    return np.maximum(attraction + gain, least * attraction)


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


def autonomy_price(
    influence: PowerStateWorlds, at_first: PowerStateWorlds, strength: StateWorlds
) -> PowerStateWorlds:
    """Price of leaning on each power, convex in its influence (Altfeld 1984; Morrow 1991).

    Claim 13: states are not passive. Log points, before the weight of a domain.

    >>> i = np.full((4, 5, 1), 0.2)
    >>> autonomy_price(i, i / 2, np.full((5, 1), 10.0))[0, 0]
    array([0.3])
    """
    return strength * (influence * influence - at_first * at_first)


def currency(
    security: PowerStateWorlds, at_first: PowerStateWorlds, price: StateWorlds
) -> PowerStateWorlds:
    """Security as the currency that buys finance and energy (claim 41), log points.

    `security` is security reliance on each power, `price` log points a unit of it.
    """
    return price * (security - at_first)
