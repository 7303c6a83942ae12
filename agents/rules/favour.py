"""Favour: what a state grants or denies a power beyond what the power offers."""

from __future__ import annotations

import numpy as np

from agents.axes import (
    CHN,
    CULTURE,
    DIPLOMACY,
    ENERGY,
    RUS,
    SECURITY,
    TECHNOLOGY,
    TRADE,
    Favours,
)
from scenarios.registry import Numbers


def favoured(now: Numbers, p: Numbers) -> Favours:
    """Favour of each power by domain, log points; changes of it pull on all of its attraction.

    A state bans a power's networks (claim 31), language or media (claims 20, 21), or pays for them.
    Whoever stands well in Kabul is worth more to its neighbours (claim 35), and the Shanghai
    Cooperation Organisation brings its members closer to both of its great powers (claim 14).
    China buys and sells overland what it may not move by sea (claim 6).
    """
    kabul = p.kabul_pull * p.afghan_exposure * now.kabul_ties
    shanghai = p.sco_pull * p.institution_member * now.sco_role
    overland = {TRADE: p.taiwan_trade, ENERGY: p.taiwan_energy}
    rows = {
        SECURITY: kabul,
        TECHNOLOGY: p.policy_pull * now.technology_policy,
        CULTURE: p.policy_pull * now.culture_policy,
        DIPLOMACY: kabul,
    }
    seen = (*rows.values(), shanghai, now.taiwan_tension, *overland.values())
    wide = max(each.shape[-1] for each in seen)
    result = np.zeros_like(kabul, shape=(7, *kabul.shape[:2], wide))
    for domain, row in rows.items():
        result[domain] = row
    result[DIPLOMACY, RUS] = result[DIPLOMACY, RUS] + shanghai
    result[DIPLOMACY, CHN] = result[DIPLOMACY, CHN] + shanghai
    for domain, pull in overland.items():
        result[domain, CHN] = pull * now.taiwan_tension
    return result


def favours(now: Numbers, first: Numbers, p: Numbers) -> Favours:
    """What favour has come to pull since the start, log points."""
    return favoured(now, p) - favoured(first, p)
