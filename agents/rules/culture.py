"""Culture: slow, Russian by inheritance, national by policy."""

from __future__ import annotations

from agents.axes import REG, RUS, SELF, Shaped, StateWorlds, Worlds
from scenarios.registry import Numbers


def circumstances(now: Numbers, first: Numbers, p: Numbers) -> dict[int, Shaped]:
    """Pull of each option on culture that follows from the drivers alone (claim 20), log points."""
    return {
        RUS: -p.war_culture * (now.ukraine_conflict - first.ukraine_conflict),
        REG: p.regional_culture * (now.regional_engagement - first.regional_engagement),
        SELF: p.nation_building * (now.year - first.year),
    }


def resentment(sinophobia: StateWorlds, first: StateWorlds, weight: Worlds) -> StateWorlds:
    """Log points of China's cultural pull that sinophobia takes (claim 21)."""
    return -weight * (sinophobia - first)


def sinophobia_level(
    debt: StateWorlds, finance: StateWorlds, culture: StateWorlds, p: Numbers
) -> StateWorlds:
    """Where sinophobia (0-1) settles: debt and presence feed it, culture dispels it (claim 21)."""
    fed = p.sinophobia_level + p.sinophobia_debt * debt + p.sinophobia_finance * finance
    return fed - p.sinophobia_relief * culture
