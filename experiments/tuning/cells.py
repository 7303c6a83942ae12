"""Where each observed figure is found among the model's yearly numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from agents.axes import POWERS
from experiments.record.measurement import Instrument, load_measurement, rows_of
from model.readings import influence_readings
from model.region import Region
from scenarios.vocabulary import DOMAINS, FIRST_YEAR, OPTIONS, STATES

Floats = NDArray[np.float64]
OF_POWERS = "_of_powers"
"""Ends the name of a quantity whose shares are of the four powers alone."""


def _capacity(region: Region) -> Floats:
    return influence_readings(region)["capacity"]


def _reliance(name: str) -> Callable[[Region], Floats]:
    place = DOMAINS.index(name)
    return lambda region: region.reliance[place]


def _of_powers(name: str) -> Callable[[Region], Floats]:
    place = DOMAINS.index(name)

    def shares(region: Region) -> Floats:
        held = region.reliance[place, POWERS]
        found: Floats = held / held.sum(axis=0)
        return found

    return shares


OF_PAIRS: dict[str, Callable[[Region], Floats]] = {
    "capacity": _capacity,
    **{name: _reliance(name) for name in DOMAINS},
    **{name + OF_POWERS: _of_powers(name) for name in DOMAINS},
}
OF_STATES: dict[str, Callable[[Region], Floats]] = {
    "remittances": lambda region: region.stocks.remittances,
    "debt_to_china": lambda region: region.stocks.debt,
}


@dataclass(frozen=True)
class Cells:
    """Where each observed figure is found among the model's yearly numbers.

    One entry a figure: its year (counted from 2000) and its column; `tools` says by variable how
    it is read and which rows are its.
    """

    year: NDArray[np.int64]
    column: NDArray[np.int64]
    columns: tuple[tuple[str, str, str], ...]
    """(quantity, partner or "", state) of every column."""
    tools: tuple[tuple[Instrument, NDArray[np.int64]], ...]

    @property
    def years(self) -> int:
        """How many years have to be run."""
        return int(self.year.max()) + 1


def cells_of(figures: pd.DataFrame) -> Cells:
    """The cells of figures with columns variable, state, partner and year."""
    tools = load_measurement().instruments
    used = sorted({_quantity(tools[name]) for name in figures["variable"]})
    columns = tuple(column for name in used for column in _columns(name))
    place = {column: number for number, column in enumerate(columns)}
    found = [
        place[_quantity(tools[row.variable]), row.partner if _paired(tools[row.variable]) else "",
              row.state]
        for row in rows_of(figures)
    ]  # fmt: skip
    parts = tuple(
        (tools[str(name)], np.flatnonzero(figures["variable"].to_numpy() == name))
        for name in figures["variable"].unique()
    )
    year = figures["year"].to_numpy(np.int64) - FIRST_YEAR
    return Cells(year, np.array(found, dtype=np.int64), columns, parts)


def _quantity(tool: Instrument) -> str:
    return tool.quantity + OF_POWERS * (tool.among == "powers")


def _paired(tool: Instrument) -> bool:
    return tool.quantity in OF_PAIRS


def _columns(quantity: str) -> Iterator[tuple[str, str, str]]:
    several = OPTIONS if quantity in DOMAINS else OPTIONS[POWERS]
    for partner in several if quantity in OF_PAIRS else ("",):
        for state in STATES:
            yield quantity, partner, state


def read_cells(yearly: Floats, last: Floats, cells: Cells) -> Floats:
    """Transformed model values (figure, worlds) from yearly means (year, column, worlds)."""
    found = np.empty((len(cells.year), yearly.shape[-1]))
    for tool, rows in cells.tools:
        year, column = cells.year[rows], cells.column[rows]
        source = last if tool.last else _smoothed(yearly, tool.window)
        value = source[year, column]
        if tool.transform == "deviation":
            first = column // len(STATES) * len(STATES)
            five = source[year[:, None], first[:, None] + np.arange(len(STATES))]
            value = value - five.mean(axis=1)
        found[rows] = tool.forward(value)
    return found


def _smoothed(yearly: Floats, window: int) -> Floats:
    if window == 1:
        return yearly
    sums = np.cumsum(yearly, axis=0)
    shifted = np.concatenate([np.zeros_like(sums[:window]), sums[:-window]])[: len(sums)]
    count = np.minimum(np.arange(1, len(sums) + 1), window)
    return cast("Floats", (sums - shifted) / count[:, None, None])
