"""Security: protection sought from whoever is credible, present and allowed in."""

from __future__ import annotations

from types import SimpleNamespace as Drivers

from agents.axes import REG, RUS, WST, PowerWorlds, Shaped, Worlds
from scenarios.parameters import Numbers


def circumstances(now: Drivers, first: Drivers, p: Numbers) -> dict[int, Shaped]:
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
    credibility: PowerWorlds,
    credibility_first: PowerWorlds,
    basing: PowerWorlds,
    basing_first: PowerWorlds,
    p: Numbers,
) -> PowerWorlds:
    """Pull of a provider's credibility (claim 40) and bases (Lake 2009), log points."""
    return p.credibility_security * (credibility - credibility_first) + p.basing_security * (
        basing - basing_first
    )


def own_provision(income: Worlds, capacity: Worlds, p: Numbers) -> Worlds:
    """Pull of own forces that a richer state affords, more under a policy of it (claim 43)."""
    return (p.own_security_growth + p.own_capacity_gain * capacity) * income


def received(
    trust: PowerWorlds, demand: Worlds, alliance: Worlds, consent: PowerWorlds, p: Numbers
) -> PowerWorlds:
    """How much of each power's security offer counts.

    `trust` is credibility over its first value, `demand` rises with threat (claim 34), the
    alliance shuts rivals out (claim 4), and an offer without basing rights is arms and
    exercises only.
    """
    result = trust * demand * (1 - p.basing_exclusivity * (1 - consent))
    others = 1 - p.csto_exclusivity * alliance
    result[RUS + 1 :] = result[RUS + 1 :] * others
    return result


def demand(threat: Worlds, first: Worlds, sensitivity: Worlds) -> Worlds:
    """Demand for security offers against that at the start.

    >>> demand(np.array([0.5]), np.array([0.3]), np.array([0.6]))
    array([1.12])
    """
    return 1 + sensitivity * (threat - first)
