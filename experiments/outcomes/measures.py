"""The headline outcomes that scenarios are compared by, each one number a world."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiments.results.cells import Cells, numbers, recorded, regional
from experiments.results.reading import Results
from experiments.store.columns import table_of

Numbers = NDArray[np.float32]
SMALL = 0.05
"""Changes smaller than this, in points or hundredths, are not named: they round to nothing."""


@dataclass(frozen=True)
class Outcome:
    """A column, of a power where it has one, of a state or of the region as a whole."""

    label: str
    column: str
    power: str | None = None
    state: str | None = None
    scale: float = 100.0
    unit: str = "points"

    @property
    def table(self) -> str:
        """The table that it is read from."""
        return table_of(self.column).name


HEADLINES = (
    Outcome("Russia's share of influence", "share", "RUS"),
    Outcome("China's share of influence", "share", "CHN"),
    Outcome("Russia's security share", "security", "RUS"),
    Outcome("China's security share", "security", "CHN"),
    Outcome("Russia's trade share", "trade", "RUS"),
    Outcome("China's trade share", "trade", "CHN"),
    Outcome("cooperation", "cooperation", unit="hundredths"),
    Outcome("competition", "competition", unit="hundredths"),
    Outcome("rivalry", "rivalry", unit="hundredths"),
    Outcome("hedging", "hedging", unit="hundredths"),
    Outcome("joint dependence", "joint_dependence"),
    Outcome("dependency risk", "dependency_risk", unit="hundredths"),
    Outcome("stability", "stability", unit="hundredths"),
)
"""Of the region as a whole, states weighted."""


def unit_of(column: str) -> str:
    """Return what a hundredth of a column is called: of a share it is a point.

    >>> unit_of("rivalry"), unit_of("autonomy")
    ('hundredths', 'points')
    """
    return next((each.unit for each in HEADLINES if each.column == column), "points")


def paths(
    results: Results, scenario: str, outcome: Outcome, rows: tuple[int, ...] | None = None
) -> Numbers:
    """Return an outcome in some recorded quarters or all: (quarters, worlds)."""
    cells = Cells(outcome.column, outcome.state, outcome.power, rows)
    found = numbers(results, scenario, cells)
    return regional(results, found) if found.ndim > 2 else found  # noqa: PLR2004 (has states)


def values(results: Results, scenario: str, outcome: Outcome, row: int | None = None) -> Numbers:
    """Return an outcome in one recorded quarter, by default the last: (worlds,)."""
    place = len(recorded(results)) - 1 if row is None else row
    now: Numbers = paths(results, scenario, outcome, (place,))[0]
    return now
