"""What the drivers alone say about every option, the same news for all states."""

from __future__ import annotations

import numpy as np

from agents.axes import (
    CULTURE,
    DIPLOMACY,
    ENERGY,
    FINANCE,
    LABOUR,
    SECURITY,
    TECHNOLOGY,
    TRADE,
    RelianceOfAll,
)
from agents.rules import culture, diplomacy, energy, finance, labour, security, technology, trade
from scenarios.registry import Numbers

RULES = {
    FINANCE: finance.circumstances,
    SECURITY: security.circumstances,
    TECHNOLOGY: technology.circumstances,
    CULTURE: culture.circumstances,
    DIPLOMACY: diplomacy.circumstances,
    TRADE: trade.circumstances,
    ENERGY: energy.circumstances,
    LABOUR: labour.circumstances,
}


def circumstances(now: Numbers, first: Numbers, p: Numbers) -> RelianceOfAll:
    """Pull of drivers on (domain, option, state, worlds), log points.

    As narrow as the drivers and parameters allow: one world wide when nothing varies.
    """
    rows = {
        (domain, option): row
        for domain, rule in RULES.items()
        for option, row in rule(now, first, p).items()
    }
    pull = np.zeros((8, 5, 5, max(row.shape[-1] for row in rows.values())))
    for place, row in rows.items():
        pull[place] = row
    return pull
