"""What a region's past asks of its shares: figures, or the luck that the factual past took."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from agents.rules.record import Seen, Taken
from model.smoothing import coefficients
from scenarios.forks import parting
from scenarios.frame import per_frame
from scenarios.load import load_scenario
from scenarios.scenario import Scenario

if TYPE_CHECKING:
    from collections.abc import Callable

FACTUAL = "baseline"
"""The scenario whose drivers and events are what happened, while the record lasts."""


class Past:
    """Tells of each quarter what is on record; a history that is not factual keeps its luck.

    Up to where it departs from the factual past a history is one with it. From there on figures are
    of another world than its own: what it has in common with the factual past is luck. `live` runs
    a scenario and hands over the luck that each quarter took.
    """

    def __init__(self, spec: Scenario, live: Callable[[Scenario, int], list[Taken]]) -> None:
        """Go the way of a scenario."""
        self._live, self._luck = live, list[Taken]()
        self.follow(spec)

    def follow(self, spec: Scenario) -> None:
        """Take what is to come from a scenario that shares the past."""
        self.spec = spec
        self._walk = () if spec.free else coefficients(spec.record_until, spec.start)
        self._parting = parting(factual(spec), spec) if self._walk else 0

    @property
    def end(self) -> int:
        """One past the last quarter of which anything is on record."""
        return len(self._walk)

    def seen(self, quarter: int) -> Seen | Taken | None:
        """What is on record of a quarter, or the luck that the factual past took in it."""
        seen = self._walk[quarter] if quarter < self.end else None
        if seen is None or quarter < self._parting:
            return seen and replace(seen)
        if not self._luck:
            self._luck = self._live(factual(self.spec), self.end - 1)
        return replace(self._luck[quarter - self.spec.start])


def factual(spec: Scenario) -> Scenario:
    """What happened, over the quarters of a scenario."""
    return replace(
        _baseline(),
        start=spec.start,
        end=spec.end,
        record_until=spec.record_until,
        parameters=spec.parameters,
    )


@per_frame()
def _baseline() -> Scenario:
    return load_scenario(FACTUAL)
