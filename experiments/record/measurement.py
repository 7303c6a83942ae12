"""The declaration of what answers to what, and the record read through it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import numpy as np
import pandas as pd

from scenarios.observed import MEASUREMENT, NATIONAL, exclusion, own_offset
from scenarios.reading import read_document
from scenarios.vocabulary import STATES

Transform = Literal["log", "plain", "deviation"]
How = Literal["share", "change", "rank"]
DECLARATION = MEASUREMENT
DYAD = ["variable", "state", "partner"]
SERIES = [*DYAD, "lens"]
KEPT = [*SERIES, "year", "value", "y", "error"]
FAINTEST = 1e-9
RISING = 0.5, 0.5
"""The slope of a link that need only rise, beforehand: a normal law; what is below 0 is 0."""
APART = frozenset({"slope", "from", "least_followed"})
FEWEST_STATES = 4
"""A deviation from the mean of the five needs as many of them on record."""


def rows_of(frame: pd.DataFrame) -> Iterator[Any]:
    """Rows of a frame as named tuples, whose cells are of the column's kind."""
    return iter(frame.itertuples())


@dataclass(frozen=True)
class Instrument:
    """How one observed variable is measured; see the head of `measurement.yaml`."""

    variable: str
    quantity: str
    transform: Transform
    error: dict[str, float]
    offset: dict[str, float]
    discrepancy: tuple[float, float]
    how: How = "share"
    among: Literal["all", "powers"] = "all"
    slope: float = 1.0
    slope_sd: float = 0.0
    absolute: float = 0.0
    scale: float = 1.0
    least: float = -np.inf
    most: float = np.inf
    partners: tuple[str, ...] = ("",)
    origin: str = ""
    window: int = 1
    total: float = 0.0
    last: bool = False
    fit: bool = True
    score: bool = True
    offsets: tuple[dict[str, Any], ...] = ()
    exclude: tuple[dict[str, Any], ...] = ()

    def forward(self, value: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """From units of the model to those in which errors are added (not deviations)."""
        if self.transform == "log":
            return np.asarray(np.log(np.maximum(value, max(self.least, FAINTEST))))
        return value

    def back(self, y: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """From there to the units of the record."""
        plain = np.exp(y) if self.transform == "log" else y
        return np.asarray(np.clip(plain, self.least, self.most) / self.scale)

    def error_of(self, lens: str) -> float:
        """Standard deviation of a figure of one year seen through a lens, in units of `y`."""
        return self.error.get(lens, self.error["other"])

    def offset_of(self, state: str, partner: str, lens: str) -> float:
        """How far the level of a series may lie from what is expected: a standard deviation."""
        own = own_offset(self.offsets, state, partner, lens)
        return float(own["size"]) if own else self.offset.get(lens, max(self.offset.values()))

    def expected_offset(self, state: str, partner: str, lens: str) -> float:
        """How far the level of a series is expected to lie from the model's, in units of `y`."""
        return float(own_offset(self.offsets, state, partner, lens).get("mean", 0.0))


@dataclass(frozen=True)
class Measurement:
    """The whole declaration: instruments by variable."""

    instruments: dict[str, Instrument]


@lru_cache(maxsize=1)
def load_measurement() -> Measurement:
    """Read the shipped declaration. Raises FaultyInput."""
    document = read_document(DECLARATION, DECLARATION.name)
    said = dict(document.values)["variables"]
    return Measurement({name: _instrument(name, each) for name, each in said.items()})


def usable(figures: pd.DataFrame, use: Literal["fit", "score"], until: int) -> pd.DataFrame:
    """Figures up to a year of the variables that can be fitted to, or scored."""
    tools = load_measurement().instruments
    of_use = [bool(getattr(tools[name], use)) for name in figures["variable"]]
    seen = np.array(of_use, dtype=bool) & (figures["year"] <= until)
    return figures[seen].reset_index(drop=True)


def _instrument(name: str, given: dict[str, Any]) -> Instrument:
    plain = {key: value for key, value in given.items() if key not in APART}
    slope, spread = RISING if given.get("slope") == "rising" else (1.0, 0.0)
    plain["discrepancy"] = (given["discrepancy"]["size"], given["discrepancy"]["years"])
    if not isinstance(given["error"], dict):
        plain["error"] = {"other": given["error"]}
    for key in ("partners", "offsets", "exclude"):
        if key in plain:
            plain[key] = tuple(plain[key])
    origin = given.get("from", name)
    return Instrument(variable=name, slope=slope, slope_sd=spread, origin=origin, **plain)


def observed(record: pd.DataFrame, measurement: Measurement | None = None) -> pd.DataFrame:
    """The record as tuning compares it: one row a figure, sorted by series and year.

    Columns: variable, state, partner, lens, year, value, `y` (transformed, without the expected
    offset of its lens) and `error` (its standard deviation). Excluded rows and partners without a
    counterpart are left out; of several figures for the same year, state, partner and lens the
    last one in the record counts.
    """
    measurement = measurement or load_measurement()
    parts = [_of_instrument(record, each) for each in measurement.instruments.values()]
    whole = pd.concat(parts, ignore_index=True)
    return whole.sort_values([*SERIES, "year"], ignore_index=True)[KEPT]


def comparable(rows: pd.DataFrame, measurement: Measurement | None = None) -> list[bool]:
    """Tell which figures of the record are held against the model: not those that are excluded."""
    how = measurement or load_measurement()
    tools = {each.origin: each for each in how.instruments.values()}
    return [not _excluded(row, tools[row.variable]) for row in rows_of(rows)]


def _of_instrument(record: pd.DataFrame, tool: Instrument) -> pd.DataFrame:
    rows = record[record["variable"] == tool.origin].copy()
    if tool.window > 1:
        rows = windowed(rows, tool)
    rows["variable"] = tool.variable
    rows = rows[rows["partner"].isin(tool.partners) & rows["state"].isin(STATES)]
    keep = [not _excluded(row, tool) for row in rows_of(rows)]
    rows = rows[np.array(keep, dtype=bool)]
    rows = rows.drop_duplicates([*SERIES, "year"], keep="last")
    return _transformed(rows, tool)


def _excluded(row: Any, tool: Instrument) -> str:  # noqa: ANN401 (a row of pandas)
    return exclusion(row._asdict(), tool.exclude)


def left_out(rows: pd.DataFrame, measurement: Measurement | None = None) -> list[str]:
    """Why figures of the record are compared with nothing: a line a series and reason.

    >>> row = {"year": 2010, "state": "KAZ", "partner": "RUS", "variable": "trade_share",
    ...        "source": "", "quality": "", "note": ""}
    >>> left_out(pd.DataFrame([row]))
    ['1 of trade_share KAZ RUS: trade left customs statistics with the customs union']
    """
    how = measurement or load_measurement()
    found = Counter(
        (" ".join(filter(None, (row.variable, row.state, row.partner))), why)
        for row in rows_of(rows)
        if (why := _why_left_out(row, how))
    )
    return [f"{count} of {series}: {why}" for (series, why), count in found.items()]


def _why_left_out(row: Any, how: Measurement) -> str:  # noqa: ANN401 (a row of pandas)
    tool = next(each for each in how.instruments.values() if each.origin == row.variable)
    if tool.window == 1 and row.partner not in tool.partners:
        return "the model has no quantity of the kind for this partner"
    return _excluded(row, tool)


def _transformed(rows: pd.DataFrame, tool: Instrument) -> pd.DataFrame:
    size = np.maximum(rows["value"].to_numpy(float) * tool.scale, max(tool.least, FAINTEST))
    small = tool.absolute / size if tool.transform == "log" else tool.absolute
    rows = rows.assign(error=np.hypot([tool.error_of(lens) for lens in rows["lens"]], small))
    if tool.transform == "deviation":
        by_year = rows.groupby(["partner", "year"])["value"]
        rows = rows[by_year.transform("size") >= FEWEST_STATES]
        mean = rows.groupby(["partner", "year"])["value"].transform("mean")
        value = rows["value"] - mean
        return rows.assign(value=value, y=value * tool.scale)
    moved = [tool.expected_offset(row.state, row.partner, row.lens) for row in rows_of(rows)]
    return rows.assign(y=tool.forward(rows["value"].to_numpy(float) * tool.scale) - moved)


def windowed(rows: pd.DataFrame, tool: Instrument) -> pd.DataFrame:
    """Shares of partners over windows of years, stamped with the window's last year.

    Windows do not overlap. One in which less than `total` was delivered says nothing.
    """
    rows = rows[rows["partner"] != "WLD"]
    end = (rows["year"] - 2000) // tool.window * tool.window + 2000 + tool.window - 1
    rows = rows.assign(year=np.minimum(end, rows.groupby(end)["year"].transform("max")))
    table = rows.pivot_table(
        index=["state", "year"], columns="partner", values="value", aggfunc="sum"
    )
    parts = table.sum(axis=1)
    shares = table.fillna(0).div(parts, axis=0)[parts >= tool.total]
    found = shares.reset_index().melt(["state", "year"], var_name="partner", value_name="value")
    return found.assign(lens=NATIONAL, source="", note="", quality="", unit="share")
