"""Diplomacy: alignment follows influence and the organisations that exist."""

from __future__ import annotations

import numpy as np

from agents.axes import REG, RUS, WST, PowerStateWorlds, Shaped, StateWorlds, Worlds
from agents.rules.bounds import ZERO
from scenarios.registry import Numbers


def circumstances(now: Numbers, first: Numbers, p: Numbers) -> dict[int, Shaped]:
    """Pull of each option on diplomacy that follows from the drivers alone, log points."""
    west = now.western_engagement - first.western_engagement
    regional = now.regional_engagement - first.regional_engagement
    return {
        RUS: -p.war_diplomacy * (now.ukraine_conflict - first.ukraine_conflict),
        WST: p.west_diplomacy * west,
        REG: p.regional_diplomacy * regional,
    }


def alignment(
    influence: PowerStateWorlds, first: PowerStateWorlds, weight: Worlds
) -> PowerStateWorlds:
    """Pull of influence won elsewhere (Flores-Macias and Kreps 2013), log points."""
    return weight * (influence - first)


def organisations(
    joint: StateWorlds, first: StateWorlds, upheld: Worlds, pull: StateWorlds
) -> StateWorlds:
    """Pull on both Russia and China when their joint share falls short of what is upheld.

    Their organisations uphold the joint share of the start, up to a limit. Claim 15: no major
    organisation of the region is without Russia or China.

    >>> joint, first, pull = np.full((5, 1), 0.4), np.full((5, 1), 0.65), np.full((5, 1), 3.0)
    >>> organisations(joint, first, np.array([0.6]), pull)[0].round(2)
    array([0.6])
    """
    return pull * np.maximum(np.minimum(upheld, first) - joint, ZERO)
