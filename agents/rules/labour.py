"""Labour: migrants go where they are let in."""

from __future__ import annotations

import numpy as np

from agents.axes import REG, RUS, WST, Shaped
from scenarios.registry import Numbers


def circumstances(now: Numbers, first: Numbers, p: Numbers) -> dict[int, Shaped]:
    """Pull of each option on labour that follows from the drivers alone, log points."""
    openness = np.log(now.migration_openness / first.migration_openness)
    return {
        RUS: p.migration_labour * openness
        - p.war_labour * (now.ukraine_conflict - first.ukraine_conflict)
        + p.eaeu_labour * (now.eaeu_membership - first.eaeu_membership),
        REG: p.regional_labour * (now.regional_engagement - first.regional_engagement),
        WST: p.west_labour * (now.year - first.year),
    }
