"""Diplomacy: alignment follows influence and the organisations that exist."""

from __future__ import annotations

from types import SimpleNamespace as Drivers

import numpy as np

from agents.axes import REG, RUS, WST, PowerWorlds, Shaped, Worlds
from scenarios.parameters import Numbers


def circumstances(now: Drivers, first: Drivers, p: Numbers) -> dict[int, Shaped]:
    """Pull of each option on diplomacy that follows from the drivers alone, log points."""
    west = now.western_engagement - first.western_engagement
    regional = now.regional_engagement - first.regional_engagement
    return {
        RUS: -p.war_diplomacy * (now.ukraine_conflict - first.ukraine_conflict),
        WST: p.west_diplomacy * west,
        REG: p.regional_diplomacy * regional,
    }


def alignment(influence: PowerWorlds, first: PowerWorlds, weight: Worlds) -> PowerWorlds:
    """Pull of influence won elsewhere (Flores-Macias and Kreps 2013), log points."""
    return weight * (influence - first)


def organisations(joint: Worlds, first: Worlds, upheld: Worlds, pull: Worlds) -> Worlds:
    """Pull on both Russia and China when their joint share falls short of what is upheld.

    Their organisations uphold the joint share of the start, up to a limit. Claim 15: no major
    organisation of the region is without Russia or China.

    >>> joint, upheld, pull = np.array([0.4, 0.7]), np.array([0.6]), np.array([3.0])
    >>> organisations(joint, np.array([0.65]), upheld, pull).round(2)
    array([0.6, 0. ])
    """
    return pull * np.maximum(np.minimum(upheld, first) - joint, 0)
