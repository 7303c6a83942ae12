"""Finance: loans follow income, sanctions and the weight of debt."""

from __future__ import annotations

import numpy as np

from agents.axes import RUS, Shaped, StateWorlds, Worlds
from agents.rules.bounds import ZERO
from scenarios.registry import Numbers


def circumstances(now: Numbers, first: Numbers, p: Numbers) -> dict[int, Shaped]:
    """Pull of each option on finance that follows from the drivers alone, log points.

    Sanctions hit Russia's banks, and more so where they are enforced on the state as well.
    """
    on_russia = now.sanctions - first.sanctions
    enforced = now.sanctions * now.secondary_sanctions - first.sanctions * first.secondary_sanctions
    return {RUS: -p.sanctions_finance * on_russia - p.secondary_pull * enforced}


def debt_aversion(debt: StateWorlds, comfort: Worlds, aversion: Worlds) -> StateWorlds:
    """Log points of Chinese finance that debt to China (of GDP) puts off (claim 17).

    >>> debt_aversion(np.full((5, 1), 0.45), np.array([0.25]), np.array([2.5]))[0]
    array([-0.5])
    """
    return -aversion * np.maximum(debt - comfort, ZERO)
