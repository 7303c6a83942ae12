"""Security: protection sought from whoever is credible, present and allowed in."""

from __future__ import annotations

import numpy as np

from agents.axes import REG, RUS, WST, PowerStateWorlds, Shaped, StateWorlds, Worlds
from agents.rules.bounds import ONE
from scenarios.registry import Numbers


def circumstances(now: Numbers, first: Numbers, p: Numbers) -> dict[int, Shaped]:
    """Pull of each option on security that follows from the drivers alone, log points."""
    west = now.western_engagement - first.western_engagement
    return {
        WST: p.west_security_pull * west,
        REG: p.regional_security_pull * (welcome(now, p) - welcome(first, p)),
    }


def welcome(now: Numbers, p: Numbers) -> StateWorlds:
    """Engagement of the regional powers in security, less what the alliance shuts out."""
    return now.regional_engagement * (1 - p.regional_csto_brake * now.csto_membership)


def guarded(basing: PowerStateWorlds, threat: StateWorlds, p: Numbers) -> PowerStateWorlds:
    """Pull of a provider's bases (Lake 2009): a garrison is worth most where it guards.

    Log points; what bases have come to pull since the start is the difference of two values.
    """
    return p.basing_security * basing * (p.basing_calm + threat)


def own_provision(income: StateWorlds, built: Worlds, p: Numbers) -> StateWorlds:
    """Pull of own forces that a richer state affords or has built by policy (claim 43).

    `income` and `built`, the policy's part of own capacity, are changes since the start.
    """
    return p.own_security_growth * income + p.own_capacity_gain * built


def received(demand: StateWorlds, now: Numbers, p: Numbers) -> PowerStateWorlds:
    """How much of each power's security offer counts.

    `demand` rises with threat (claim 34), the alliance shuts rivals out (claim 4), and an offer
    without basing rights is arms and exercises only: rights count in full from a base of
    `basing_rights` on. What a provider's word is worth pulls by itself (`credibility_security`).
    """
    rights = np.minimum(now.basing_consent / p.basing_rights, ONE)
    others = 1 - p.csto_exclusivity * now.csto_membership
    result = demand * (1 - p.basing_exclusivity * (1 - rights)) + 0 * others  # as wide as both
    result[RUS + 1 :] = result[RUS + 1 :] * others
    return result


def demand(threat: StateWorlds, first: StateWorlds, sensitivity: Worlds) -> StateWorlds:
    """Demand for security offers against that at the start.

    >>> import numpy as np
    >>> demand(np.full((5, 1), 0.5), np.full((5, 1), 0.3), np.array([0.6]))[0]
    array([1.12])
    """
    return 1 + sensitivity * (threat - first)
