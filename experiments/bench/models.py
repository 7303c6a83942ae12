"""The region as a user of Mesa would run it: one world, with a DataCollector."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import Any

import mesa
import numpy as np

from model.readings import TABLES
from model.region import Region
from scenarios.load import load_scenario
from scenarios.quarters import parse_quarter
from scenarios.scenario import Scenario


@lru_cache(maxsize=1)
def spec() -> Scenario:
    """Return the baseline up to 2035-Q4: 144 quarters."""
    return replace(load_scenario("baseline"), end=parse_quarter("2035-Q4"))


def collecting(reporters: dict[str, Any]) -> Any:  # noqa: ANN401 (Mesa's collector has no types)
    """Return a collector of Mesa's with these reporters."""
    return mesa.DataCollector(model_reporters=reporters)  # type: ignore[no-untyped-call]


class SevenRegion(Region):
    """A region of one world, which collects seven numbers a quarter by itself."""

    def __init__(self, replicate: int = 0) -> None:
        """Stand before the first quarter."""
        super().__init__(spec=spec(), worlds=1, rng=0, replicate=replicate)


class EverythingRegion(Region):
    """A region of one world that collects all that the three tables hold.

    A reporter a number, since a table has a number in a cell; all read what was computed once.
    """

    def __init__(self, replicate: int = 0) -> None:
        """Stand before the first quarter."""
        super().__init__(spec=spec(), worlds=1, rng=0, replicate=replicate)
        reporters = {
            f"{table}.{name}{place}": _number(table, name, place)
            for table, readings in TABLES.items()
            for name, values in readings(self).items()
            for place in np.ndindex(values.shape[:-1])
        }
        self.datacollector = collecting(reporters)

    def record(self) -> None:
        """Read the tables once, then collect."""
        self.read = {table: readings(self) for table, readings in TABLES.items()}
        super().record()


def _number(table: str, name: str, place: tuple[int, ...]) -> Callable[[Any], float]:
    return lambda region: float(region.read[table][name][place][0])


def warm(_: int) -> None:
    """Import everything and run a region a little, so that start-up is not counted."""
    region = EverythingRegion()
    region.step()
