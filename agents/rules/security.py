"""Security: protection sought from whoever is credible, present and allowed in."""

from __future__ import annotations

from agents.axes import REG, RUS, WST, PowerStateWorlds, Shaped, StateWorlds, Worlds
from scenarios.registry import Numbers


def circumstances(now: Numbers, first: Numbers, p: Numbers) -> dict[int, Shaped]:
    """Pull of each option on security that follows from the drivers alone, log points."""
    west = now.western_engagement - first.western_engagement
    regional = now.regional_engagement - first.regional_engagement
    return {
        WST: p.west_security_pull * west,
        REG: p.regional_security_pull
        * regional
        * (1 - p.regional_csto_brake * now.csto_membership),
    }


def standing(
    credibility: PowerStateWorlds,
    credibility_first: PowerStateWorlds,
    basing: PowerStateWorlds,
    basing_first: PowerStateWorlds,
    p: Numbers,
) -> PowerStateWorlds:
    """Pull of a provider's credibility (claim 40) and bases (Lake 2009), log points."""
    return p.credibility_security * (credibility - credibility_first) + p.basing_security * (
        basing - basing_first
    )


def own_provision(income: StateWorlds, capacity: Worlds, p: Numbers) -> StateWorlds:
    """Pull of own forces that a richer state affords, more under a policy of it (claim 43)."""
    return (p.own_security_growth + p.own_capacity_gain * capacity) * income


def received(
    trust: PowerStateWorlds,
    demand: StateWorlds,
    alliance: StateWorlds,
    consent: PowerStateWorlds,
    p: Numbers,
) -> PowerStateWorlds:
    """How much of each power's security offer counts.

    `trust` is credibility over its first value, `demand` rises with threat (claim 34), the
    alliance shuts rivals out (claim 4), and an offer without basing rights is arms and
    exercises only.
    """
    result = trust * demand * (1 - p.basing_exclusivity * (1 - consent))
    others = 1 - p.csto_exclusivity * alliance
    result[RUS + 1 :] = result[RUS + 1 :] * others
    return result


def demand(threat: StateWorlds, first: StateWorlds, sensitivity: Worlds) -> StateWorlds:
    """Demand for security offers against that at the start.

    >>> import numpy as np
    >>> demand(np.full((5, 1), 0.5), np.full((5, 1), 0.3), np.array([0.6]))[0]
    array([1.12])
    """
    return 1 + sensitivity * (threat - first)
