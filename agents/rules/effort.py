"""How powers budget: what they can spend, and where it is worth most to them.

A power maximises the sum over domains and states of v e^g / g, subject to its budget; with
diminishing returns (0 < g < 1) the optimum has the closed form used here.
"""

from __future__ import annotations

import numpy as np

from agents.axes import EffortOfAll, PowerWorlds, Shaped, Worlds
from agents.rules.bounds import ZERO

FAINTEST = 1e-12
"""Values of effort below this count as this, so that their logarithm is finite."""


def russian_attention(war: Worlds, cost: Worlds, least: Worlds, override: Worlds) -> Worlds:
    """Attention that the war in Ukraine leaves for Central Asia (1 = all of it).

    Claim 26: a freeze sets resources and time free.

    >>> russian_attention(np.array([0.0, 1.0]), np.array([0.55]), np.array([0.1]), np.array([1.0]))
    array([1.  , 0.45])
    """
    return np.maximum(1 - cost * war, least) * override


def budget(scale: Worlds, income: Worlds, elasticity: Worlds, *parts: Worlds) -> Worlds:
    """Effort units a quarter: scale times income to an elasticity times the given parts.

    `income` is in log points since 2000.

    >>> budget(np.array([0.6]), np.array([0.0]), np.array([0.7]), np.array([0.5]))
    array([0.3])
    """
    result = scale * np.exp(elasticity * income)
    for part in parts:
        result = result * part
    return result


def following(share: Worlds, level: Worlds) -> Worlds:
    """A factor of which a share follows a level and the rest stays.

    >>> following(np.array([0.5]), np.array([0.4]))
    array([0.7])
    """
    return 1 - share + share * level


def taiwan_factor(tension: Worlds, pull: Worlds, threshold: Worlds, drain: Worlds) -> Worlds:
    """Chinese effort turns westward as tension rises, until conflict drains it (claim 6).

    >>> t = np.array([0.0, 0.75, 1.0])
    >>> taiwan_factor(t, np.array([0.4]), np.array([0.75]), np.array([2.4]))
    array([1. , 1.3, 0.8])
    """
    return np.maximum(1 + pull * tension - drain * np.maximum(tension - threshold, ZERO), ZERO)


def appeal(
    weight: EffortOfAll,
    reliance: EffortOfAll,
    reference: EffortOfAll,
    entry: Worlds,
    loss_aversion: Worlds,
) -> EffortOfAll:
    """Marginal value of effort by contested domain, power and state.

    What is already won yields little (1 - a); own presence helps (the root), `entry` lets
    newcomers in; a share below the reference counts more (loss aversion, claim 25:
    Tversky and Kahneman 1992).

    >>> one = np.ones((5, 4, 5, 1))
    >>> appeal(one, one * 0.2, one * 0.3, np.array([0.05]), np.array([2.0]))[0, 0, 0].round(3)
    array([0.48])
    """
    lost = np.maximum(reference - reliance, 0.0) * loss_aversion + 1
    return np.sqrt(reliance + entry) * (1 - reliance) * weight * lost


def offers(value: EffortOfAll, means: PowerWorlds, concavity: Worlds, unit: Worlds) -> EffortOfAll:
    """Offers f = (e / unit)^g of each power's optimal effort e.

    With e = B v^(1/(1-g)) / S and S the sum of v^(1/(1-g)) over domains and states,
    f = (B / (unit S))^g v^(g/(1-g)): one power a cell and one a world.

    >>> v = np.ones((5, 4, 5, 1))
    >>> offers(v, np.full((4, 1), 0.5), np.array([0.5]), np.array([0.02]))[0, 0, 0]
    array([1.])
    """
    weight = priority(value, concavity)
    total = (value * weight).sum(axis=0).sum(axis=1)
    weight *= scale(means, total, concavity, unit)[:, np.newaxis]
    return weight


def priority(value: Shaped, concavity: Worlds) -> Shaped:
    """Offers before they are scaled to a power's means: v^(g/(1-g)).

    >>> priority(np.array([4.0]), np.array([0.5]))
    array([4.])
    """
    result = np.maximum(value, FAINTEST)
    np.log(result, out=result)
    result *= concavity / (1 - concavity)
    return np.exp(result, out=result)


def scale(means: PowerWorlds, total: PowerWorlds, concavity: Worlds, unit: Worlds) -> PowerWorlds:
    """Factor that turns priorities into offers, given the sum of values times priorities.

    >>> one = np.ones((4, 1))
    >>> scale(one / 2, 25 * one, np.array([0.5]), np.array([0.02]))[0]
    array([1.])
    """
    return np.float_power(means / (unit * np.maximum(total, FAINTEST)), concavity)


def spent(offer: Shaped, concavity: Worlds, unit: Worlds) -> Shaped:
    """Effort behind an offer, in effort units: the inverse of its diminishing return.

    >>> spent(np.array([2.0]), np.array([0.5]), np.array([0.02]))
    array([0.08])
    """
    return unit * np.float_power(offer, 1 / concavity)


def lasting(standing: EffortOfAll, offered: EffortOfAll, persistence: Worlds) -> EffortOfAll:
    """Standing offers: a part lasts, the rest is renewed by what is offered now."""
    return (standing - offered) * persistence + offered


def reference(counted: EffortOfAll, reliance: EffortOfAll, decay: Worlds) -> EffortOfAll:
    """The share that a power counts as its own: follows gains at once, forgets losses slowly.

    `counted` is what it counted as its own before.

    >>> counted, one = np.full((5, 4, 5, 1), 0.4), np.ones((5, 4, 5, 1))
    >>> [float(reference(counted, share * one, np.ones(1) / 2).max()) for share in (0.5, 0.25)]
    [0.5, 0.325]
    """
    return np.maximum((reliance - counted) * decay + counted, reliance)
