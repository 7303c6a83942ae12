"""Technology: networks follow income, sanctions and tied loans."""

from __future__ import annotations

from agents.axes import RUS, Shaped, StateWorlds, Worlds
from scenarios.registry import Numbers


def circumstances(now: Numbers, first: Numbers, p: Numbers) -> dict[int, Shaped]:
    """Pull of each option on technology that follows from the drivers alone, log points."""
    return {RUS: -p.sanctions_technology * (now.sanctions - first.sanctions)}


def tied(finance: StateWorlds, first: StateWorlds, tie: Worlds) -> StateWorlds:
    """Chinese networks that come with Chinese finance (claim 31), log points."""
    return tie * (finance - first)
