"""The calendar: what follows from the drivers alone, for every quarter at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from agents.axes import Favours, OptionStateWorlds, PowerStateWorlds, Shaped
from agents.rules import energy, favour
from agents.rules.circumstances import RULES, circumstances
from model.drivers import Drivers
from scenarios.registry import Numbers

Rule = Callable[[Numbers, Numbers, Numbers], Shaped]
"""From the drivers, now and first, and the parameters to what pulls."""

OF_DOMAINS: list[Rule] = [partial(circumstances, domain) for domain in sorted(RULES)]
PULLS: list[Rule] = [*OF_DOMAINS, energy.openings, favour.favours]


class Calendar:
    """Circumstances and openings of each quarter, worked out together where no world differs.

    The rules take quarters in the place of worlds: cell by cell these are the same numbers.
    Where a driver or a parameter that a rule reads differs between worlds, it is worked out
    quarter by quarter; the others are not.
    """

    def __init__(self, parameters: Numbers, drivers: Drivers) -> None:
        """Lay out the quarters of a scenario."""
        self.parameters, self.drivers = parameters, drivers
        shared = {name: each for name, each in vars(parameters).items() if each.shape[-1] == 1}
        self._shared = Numbers(**shared)
        self._lay_out()

    def foreseen(self) -> list[Shaped | None]:
        """Each pull of the quarter that it is, or None where it is still to be worked out."""
        if self.drivers.course is not self._course:
            self._lay_out()
        quarter = max(self.drivers.quarter, self.drivers.spec.start)
        return [None if laid is None else laid[quarter] for laid in self._laid]

    def pulls(
        self, foreseen: Sequence[Shaped | None]
    ) -> tuple[list[OptionStateWorlds], PowerStateWorlds, Favours]:
        """Circumstances of each domain, log points, shares that lines add in energy, favours."""
        drivers = self.drivers.now, self.drivers.first
        *circumstances, openings, favours = (
            rule(*drivers, self.parameters) if known is None else known
            for rule, known in zip(PULLS, foreseen, strict=True)
        )
        return circumstances, openings, favours

    def _lay_out(self) -> None:
        self._course = course = self.drivers.course
        self._laid: list[Shaped | None] = [None] * len(PULLS)
        if course is None:
            return
        for place, rule in enumerate(PULLS):
            try:
                every = rule(course, self.drivers.first, self._shared)
            except AttributeError:  # a parameter that the rule reads differs between worlds
                continue
            self._laid[place] = by_quarter(every)


def by_quarter(values: Shaped) -> Shaped:
    """Quarters from the last axis to the first, one world wide.

    >>> by_quarter(np.zeros((4, 5, 164))).shape
    (164, 4, 5, 1)
    """
    return np.ascontiguousarray(np.moveaxis(values, -1, 0))[..., np.newaxis]
