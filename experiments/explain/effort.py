"""Why a power spends where it does: what moves its effort, by what it sees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.outlook import Outlook

Floats = NDArray[np.float64]

SEEN = {
    "attention": ("attention",),
    "threat": ("threat",),
    "attacks on assets": ("attacks",),
    "assets exposed": ("exposure",),
    "assertiveness": ("assertiveness",),
    "division of labour": ("norm",),
    "what it holds": ("reliance",),
}
"""Terms that are parts of the outlook."""
DRIVEN = {
    "sanctions": ("sanctions",),
    "Belt and Road": ("belt_and_road",),
    "Taiwan": ("taiwan_tension",),
    "Xinjiang": ("xinjiang_sensitivity",),
    "Western engagement": ("western_engagement",),
    "regional engagement": ("regional_engagement",),
}
"""Terms that are drivers."""
INCOME, LOSSES = "income", "losses remembered"
TERMS = (INCOME, *SEEN, LOSSES, *DRIVEN)


class Spending:
    """What the powers would spend were only a part of each term as it is, the rest as at first."""

    def __init__(self, powers: Any, outlook: Outlook) -> None:  # noqa: ANN401 (`Powers`)
        """Note how things stood at the start."""
        self.first, self.reference = outlook, powers.reference

    def __call__(self, powers: Any, outlook: Outlook, part: Mapping[str, float]) -> Floats:  # noqa: ANN401
        """Return effort (contested domain, power, state, worlds), by the powers' own rules."""
        probe = object.__new__(type(powers))
        vars(probe).update(vars(powers))
        probe.income = part[INCOME] * powers.income
        probe.reference = _between(self.reference, powers.reference, part[LOSSES])
        seen = self._outlook(outlook, part)
        probe.budget(seen)
        probe.offer(seen)
        spent: Floats = probe.spent
        return spent

    def _outlook(self, outlook: Outlook, part: Mapping[str, float]) -> Outlook:
        """Return an outlook between the first and this quarter's, term by term."""
        drivers: dict[str, Any] = vars(outlook.now) | {
            name: _between(getattr(self.first.now, name), getattr(outlook.now, name), part[term])
            for term, names in DRIVEN.items()
            for name in names
        }
        fields: dict[str, Any] = {
            name: _between(getattr(self.first, name), getattr(outlook, name), part[term])
            for term, names in SEEN.items()
            for name in names
        }
        return replace(outlook, now=type(outlook.now)(**drivers), **fields)


def _between(first: Floats, now: Floats, part: float) -> Floats:
    return first + part * (now - first)
