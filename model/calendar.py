"""The calendar: what follows from the drivers alone, for every quarter at once."""

from __future__ import annotations

import numpy as np

from agents.axes import PowerStateWorlds, RelianceOfAll, Shaped
from agents.rules import energy
from agents.rules.circumstances import circumstances
from model.drivers import Drivers
from scenarios.registry import Numbers

Pulls = tuple[RelianceOfAll, PowerStateWorlds]


class Calendar:
    """Circumstances and openings of each quarter, worked out together where no world differs.

    The rules take quarters in the place of worlds: cell by cell these are the same numbers.
    Where a driver or a parameter that they read differs between worlds, each quarter is
    worked out when it comes.
    """

    def __init__(self, parameters: Numbers, drivers: Drivers) -> None:
        """Lay out the quarters of a scenario."""
        self.parameters, self.drivers = parameters, drivers
        shared = {name: each for name, each in vars(parameters).items() if each.shape[-1] == 1}
        self._shared = Numbers(**shared)
        self._lay_out()

    def pulls(self) -> Pulls:
        """Circumstances, (domain, option, state, worlds), and openings of the quarter."""
        drivers = self.drivers
        if drivers.course is not self._course:
            self._lay_out()
        if self._laid is None:
            return pulls(drivers.now, drivers.first, self.parameters)
        quarter = max(drivers.quarter, drivers.spec.start)
        all_circumstances, all_openings = self._laid
        return all_circumstances[quarter], all_openings[quarter]

    def _lay_out(self) -> None:
        self._course, self._laid = self.drivers.course, None
        if self._course is None:
            return
        try:
            every = pulls(self._course, self.drivers.first, self._shared)
        except AttributeError:  # a parameter that the rules read differs between worlds
            return
        self._laid = by_quarter(every[0]), by_quarter(every[1])


def pulls(now: Numbers, first: Numbers, p: Numbers) -> Pulls:
    """Log points of pull on all options, and shares that opened lines add in energy."""
    return circumstances(now, first, p), energy.openings(now, first, p)


def by_quarter(values: Shaped) -> Shaped:
    """Quarters from the last axis to the first, one world wide.

    >>> by_quarter(np.zeros((4, 5, 164))).shape
    (164, 4, 5, 1)
    """
    return np.ascontiguousarray(np.moveaxis(values, -1, 0))[..., np.newaxis]
