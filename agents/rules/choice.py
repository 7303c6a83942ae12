"""How states choose: attraction, shares, and the pace of rebalancing.

Reliance is a share of each option in each domain. The desired shares maximise
sum a ln(attraction) plus entropy, which gives attraction over its sum (McKelvey and Palfrey
1995; in trade the structural gravity share with given base shares, Dekle, Eaton and Kortum
2007). A state renegotiates a part of its ties each quarter.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from agents.axes import CONTESTED, POWERS, PowerWorlds, Reliance, Shaped, Worlds

BOUND = 6.0
"""Log points beyond which a pull counts no further; keeps exponentials finite."""


def attraction(baseline: Reliance, pull: Reliance) -> Reliance:
    """Attraction of every option in every domain: the baseline share times exp(pull).

    >>> one = np.full((8, 5, 1), 0.2)
    >>> attraction(one, np.zeros((8, 5, 1)))[0, 0]
    array([0.2])
    """
    return baseline * np.exp(np.minimum(np.maximum(pull, -BOUND), BOUND))


def with_offers(
    attraction: Reliance, gain: Float[np.ndarray, "5 4 #worlds"], least: Worlds
) -> Reliance:
    """Attraction after the powers' offers, which never take away more than all but `least`.

    `gain` is what offers add (contested domain, power, worlds); withdrawn offers are negative.
    """
    result = attraction.copy()
    plain = attraction[CONTESTED, POWERS]
    result[CONTESTED, POWERS] = np.maximum(plain + gain, least * plain)
    return result


def shares(attraction: Reliance) -> Reliance:
    """Desired reliance: each option's part of the domain's attraction; sums to one.

    >>> shares(np.ones((8, 5, 1)))[0, :, 0]
    array([0.2, 0.2, 0.2, 0.2, 0.2])
    """
    return attraction / attraction.sum(axis=1, keepdims=True)


def rebalanced(reliance: Reliance, desired: Reliance, speed: Shaped) -> Reliance:
    """Reliance after the ties that came up this quarter were renegotiated.

    `speed` is the share of ties renegotiated a quarter, by domain.
    """
    return reliance + speed * (desired - reliance)


def autonomy_price(influence: PowerWorlds, at_first: PowerWorlds, strength: Worlds) -> PowerWorlds:
    """Price of leaning on each power, convex in its influence (Altfeld 1984; Morrow 1991).

    Claim 13: states are not passive. Log points, before the weight of a domain.

    >>> i = np.full((4, 1), 0.2)
    >>> autonomy_price(i, i / 2, np.array([10.0]))[0]
    array([0.3])
    """
    return strength * (influence * influence - at_first * at_first)


def currency(security: PowerWorlds, at_first: PowerWorlds, price: Worlds) -> PowerWorlds:
    """Security as the currency that buys finance and energy (claim 41).

    `security` is a state's security reliance on each power, `price` log points a unit of it.
    """
    return price * (security - at_first)
