"""How far series have moved before an origin, and what the worlds made of it.

A move is a pair of figures of one series: what changed between them in the record, and what
changed in the median world. All that a forecast knows of its own error comes from past moves.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.record.measurement import FAINTEST, SERIES, load_measurement

Floats = NDArray[np.float64]
Places = NDArray[np.int64]
Series = tuple[str, str, str, str]
"""Variable, state, partner, lens."""
FARTHEST = 12
"""Years over which moves are looked at."""
HALF_LIFE = 5.0
"""Years after which a move weighs half: young series moved in other ways than old ones."""


@dataclass(frozen=True)
class Moves:
    """Moves of the series of one variable, a place each; changes in units of `y`.

    `before` and `model_before` are the changes in the single year up to the earlier figure (NaN
    where that year is not on record), `level` is the geometric mean of the two values, `weight`
    halves with age.
    """

    series: Places
    partner: Places
    years: Floats
    change: Floats
    model: Floats
    before: Floats
    model_before: Floats
    level: Floats
    weight: Floats

    def where(self, chosen: NDArray[np.bool_]) -> Moves:
        """Some of the moves."""
        return Moves(*(getattr(self, each.name)[chosen] for each in fields(self)))


@dataclass(frozen=True)
class Past:
    """All moves of one variable up to an origin, and the number of each of its series."""

    moves: Moves
    numbers: dict[Series, int]


def past_of(figures: pd.DataFrame, median: Floats, origin: int) -> dict[str, Past]:
    """Past moves by variable; `median` has the median world of every row of `figures`.

    Rows after the origin are not looked at.
    """
    seen = figures[figures["year"] <= origin]
    found = {}
    for name, part in seen.groupby("variable", sort=False):
        keys = list(part.groupby(SERIES, sort=False))
        numbers = {series_of(key): number for number, (key, _) in enumerate(keys)}
        tables = [
            _moves(own, median[own.index], number, origin) for number, (_, own) in enumerate(keys)
        ]
        found[str(name)] = Past(_joined(tables), numbers)
    return found


def series_of(key: object) -> Series:
    """A key of pandas as a series."""
    variable, state, partner, lens = (str(each) for each in key)  # type: ignore[attr-defined]
    return variable, state, partner, lens


def _moves(part: pd.DataFrame, x: Floats, number: int, origin: int) -> Iterator[Floats]:
    """Columns of `Moves` for one series, sorted by year."""
    tool = load_measurement().instruments[str(part["variable"].iloc[0])]
    year, y = part["year"].to_numpy(float), part["y"].to_numpy(float)
    value = np.maximum(part["value"].to_numpy(float), max(tool.least / tool.scale, FAINTEST))
    yearly = np.append(False, np.diff(year) == 1)
    last, model_last = (np.where(yearly, np.append(np.nan, np.diff(v)), np.nan) for v in (y, x))
    later, earlier = np.tril_indices(len(year), -1)
    apart = year[later] - year[earlier]
    keep = apart <= FARTHEST
    later, earlier = later[keep], earlier[keep]
    side = float(tool.partners.index(part["partner"].iloc[0]))
    yield from (
        np.full(len(later), float(number)),
        np.full(len(later), side),
        apart[keep],
        y[later] - y[earlier],
        x[later] - x[earlier],
        last[earlier],
        model_last[earlier],
        np.sqrt(value[later] * value[earlier]),
        0.5 ** ((origin - year[later]) / HALF_LIFE),
    )


def _joined(tables: list[Iterator[Floats]]) -> Moves:
    columns = [np.concatenate(parts) for parts in zip(*tables, strict=True)]
    return Moves(columns[0].astype(np.int64), columns[1].astype(np.int64), *columns[2:])
