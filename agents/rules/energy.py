"""Energy: lines make markets. A new line opens one; a closed line shrinks one."""

from __future__ import annotations

import numpy as np

from agents.axes import PowerStateWorlds, Shaped
from scenarios.registry import Numbers


def circumstances(now: Numbers, first: Numbers, p: Numbers) -> dict[int, Shaped]:
    """Pull of each power on energy where lines closed since the start (claim 19), log points."""
    closed = np.minimum(now.pipeline_capacity - first.pipeline_capacity, 0)
    return {power: p.line_closing * closed[power] for power in range(len(closed))}


def openings(now: Numbers, first: Numbers, p: Numbers) -> PowerStateWorlds:
    """Attraction that lines opened since the start add, in shares of the first market.

    Additive, as offers are: a line opens a market even where there was none, which a factor
    on a tiny first share cannot do.
    """
    opened = np.maximum(now.pipeline_capacity - first.pipeline_capacity, 0)
    return p.line_opening * opened
