"""What the drivers alone say about every option, the same news for all states."""

from __future__ import annotations

import numpy as np

from agents.axes import (
    CULTURE,
    DIPLOMACY,
    ENERGY,
    FINANCE,
    LABOUR,
    REG,
    SECURITY,
    SELF,
    TECHNOLOGY,
    TRADE,
    OptionStateWorlds,
)
from agents.rules import culture, diplomacy, energy, finance, labour, security, technology, trade
from scenarios.registry import Numbers
from scenarios.vocabulary import OPTIONS, STATES

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


def circumstances(domain: int, now: Numbers, first: Numbers, p: Numbers) -> OptionStateWorlds:
    """Pull of drivers on every option in a domain, log points.

    As narrow as the drivers and parameters allow: one world wide when nothing varies.
    """
    rows = RULES[domain](now, first, p)
    widest = max(rows.values(), key=lambda row: row.shape[-1])
    pull = np.zeros_like(widest, shape=(len(OPTIONS), len(STATES), widest.shape[-1]))
    for option, row in rows.items():
        pull[option] = row
        if option == REG:  # what draws states to the regional powers draws them to those added
            pull[REG:SELF] = row
    return pull
