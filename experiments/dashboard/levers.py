"""What can be moved on the page: a few drivers and parameters, with their ranges and sources.

Names, ranges, units and texts are those of the scenario and of the registry.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import floor, log10
from pathlib import Path
from typing import Any

import numpy as np

from experiments.answers.assumptions import worded
from experiments.dashboard.query import Query
from experiments.design.inputs import resolve
from experiments.results.estimates import minus
from scenarios.library import SUFFIXES
from scenarios.load import load_scenario
from scenarios.quarters import quarter_label
from scenarios.scenario import Origin, Scenario
from scenarios.vocabulary import DRIVERS

MOVED = (
    "ukraine_conflict",
    "sanctions",
    "russia_growth",
    "china_growth",
    "western_engagement",
    "belt_and_road",
    "afghanistan_instability",
)
"""Drivers that move influence in 2035 most from end to end of their range, of those in debate."""
SET = (
    "attention_cost",
    "credibility_war",
    "offer_effect.security",
    "autonomy_strength",
    "effort_concavity",
    "trade_elasticity.CHN",
)
"""Parameters that lead `crossroads sensitivity` on shares in 2035 and on what a freeze changes.

Weights of domains lead too, but they are shares of one whole, which no single one can be set of.
"""
STEPS = 100
TAILS = (0.05, 0.95)


@dataclass(frozen=True)
class Lever:
    """A number that can be moved: its range, where it stands if left alone, and what it is."""

    name: str
    low: float
    high: float
    default: float
    unit: str
    about: str
    left_alone: str
    source: str

    def drawn(self) -> dict[str, Any]:
        """Return it as the page draws it, with the lines of its tooltip."""
        range_said = minus(f"Range: {self.low:g} to {self.high:g} ({self.unit}).")
        tip = [self.about, range_said, f"Default: {self.left_alone}.", f"Source: {self.source}"]
        return {**vars(self), "step": step(self.low, self.high), "tip": tip}


def step(low: float, high: float) -> float:
    """Return a round step that divides a range into a hundred or a few more.

    >>> step(0, 1), step(4, 20), step(-0.05, 0.15)
    (0.01, 0.1, 0.002)
    """
    wanted = (high - low) / STEPS
    power = 10.0 ** floor(log10(wanted) + 1e-9)
    return float(f"{max(each for each in (1, 2, 5) if each * power <= wanted * 1.001) * power:g}")


def levers(scenario: str, mine: str = "") -> tuple[list[Lever], list[Lever]]:
    """Return what can be moved in a scenario, which `mine` may be: its drivers, and the parameters.

    Raises FaultyInput for a scenario that cannot be loaded.
    """
    batch = resolve(Query(scenario, scenario, mine=mine).spec())
    assumed = batch.assumed
    spec = assumed.scenarios[scenario]
    values = batch.values_of(assumed.design.rows(0, batch.worlds)).of_scenario(scenario)
    found = []
    for name in SET:
        leaf = assumed.registry.leaves[name]
        parameter, place = assumed.registry.positions[name]
        worlds = values[parameter][place]
        found.append(
            Lever(name, leaf.low, leaf.high, float(np.median(worlds)), leaf.unit,
                  worded(name, assumed.registry), _spread(worlds), leaf.source)
        )  # fmt: skip
    return [_driver(spec, name, batch.until) for name in MOVED], found


def _driver(spec: Scenario, name: str, last: int) -> Lever:
    driver, value = DRIVERS[name], float(np.mean(spec.drivers[name][last]))  # of all states
    cell = min(key for key in spec.origins if key[0] == name)
    left = f"as the scenario has it: {value:.3g} in {quarter_label(last)}"
    moved = f"{minus(left)}. Moved: in a straight line, then held"
    return Lever(name, driver.low, driver.high, value, driver.unit, driver.meaning, moved,
                 "; ".join(_sources(spec.origins[cell][last])))  # fmt: skip


def _sources(origins: Sequence[Origin]) -> Iterator[str]:
    """Yield the lines that made a value, and what the scenario file with the last of them cites."""
    yield from (
        f"{Path(each.file).name}:{each.line}" if each.file else str(each) for each in origins
    )
    file = Path(origins[-1].file) if origins else Path()
    if file.suffix in SUFFIXES and file.is_file():
        yield from load_scenario(file.absolute()).sources


def _spread(worlds: np.ndarray[Any, np.dtype[np.float64]]) -> str:
    """Say where a parameter stands in the worlds if it is left alone."""
    if np.ptp(worlds) == 0:
        return f"{worlds.flat[0]:.4g} in every world"
    low, high = np.quantile(worlds, TAILS)
    return f"varies over worlds, {low:.3g} to {high:.3g} in nine of ten"
