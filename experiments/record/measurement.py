"""The declaration of what answers to what, and the record read through it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal

import numpy as np
import pandas as pd

from scenarios.observed import MEASUREMENT, UNLIKE, exclusion, lens_of
from scenarios.reading import read_document
from scenarios.vocabulary import STATES

Transform = Literal["log", "plain", "deviation"]
DECLARATION = MEASUREMENT
DYAD = ["variable", "state", "partner"]
SERIES = [*DYAD, "lens"]
KEPT = [*SERIES, "year", "value", "y", "error"]
FAINTEST = 1e-9
ARTEFACT = "artefact"
"""The lens of figures that are known to be wrong."""
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
    error: float
    offset: dict[str, float]
    discrepancy: tuple[float, float]
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

    def offset_of(self, state: str, partner: str, lens: str) -> float:
        """How far the level of a series may lie from the model's: a standard deviation."""
        for each in self.offsets:
            if each["state"] == state and each["partner"] == partner:
                return float(each["size"])
        return self.offset.get(lens, max(self.offset.values()))


@dataclass(frozen=True)
class Measurement:
    """The whole declaration: instruments by variable, and the lenses in order."""

    instruments: dict[str, Instrument]
    lenses: tuple[dict[str, str], ...]
    unused: dict[str, str] = field(default_factory=dict)

    def lens(self, row: Any) -> str:  # noqa: ANN401 (a row of pandas)
        """The lens through which a row was seen: the first that fits."""
        return lens_of(row._asdict(), self.lenses)


@lru_cache(maxsize=1)
def load_measurement() -> Measurement:
    """Read the shipped declaration. Raises FaultyInput."""
    document = read_document(DECLARATION, DECLARATION.name)
    said = dict(document.values)
    found = {name: _instrument(name, each) for name, each in said["variables"].items()}
    return Measurement(found, tuple(said["lenses"]), said["unused"])


def usable(figures: pd.DataFrame, use: Literal["fit", "score"], until: int) -> pd.DataFrame:
    """Figures up to a year of the variables that can be fitted to, or scored."""
    tools = load_measurement().instruments
    of_use = [bool(getattr(tools[name], use)) for name in figures["variable"]]
    seen = np.array(of_use, dtype=bool) & (figures["year"] <= until)
    return figures[seen].reset_index(drop=True)


def _instrument(name: str, given: dict[str, Any]) -> Instrument:
    plain = {key: value for key, value in given.items() if key not in {"slope", "from"}}
    slope = given.get("slope", 1.0)
    mean, sd = (slope["mean"], slope["sd"]) if isinstance(slope, dict) else (slope, 0.0)
    plain["discrepancy"] = (given["discrepancy"]["size"], given["discrepancy"]["years"])
    for key in ("partners", "offsets", "exclude"):
        if key in plain:
            plain[key] = tuple(plain[key])
    origin = given.get("from", name)
    return Instrument(variable=name, slope=mean, slope_sd=sd, origin=origin, **plain)


def observed(record: pd.DataFrame, measurement: Measurement | None = None) -> pd.DataFrame:
    """The record as tuning compares it: one row a figure, sorted by series and year.

    Columns: variable, state, partner, lens, year, value, `y` (transformed) and `error` (its
    standard deviation). Excluded rows and partners without a counterpart are left out; of several
    figures for the same year, state, partner and lens the last one in the record counts.
    """
    measurement = measurement or load_measurement()
    parts = [_of_instrument(record, each, measurement) for each in measurement.instruments.values()]
    whole = pd.concat(parts, ignore_index=True)
    return whole.sort_values([*SERIES, "year"], ignore_index=True)[KEPT]


def comparable(rows: pd.DataFrame, measurement: Measurement | None = None) -> list[bool]:
    """Tell which figures of the record can be held against the model as they are.

    Not those that are excluded, with a reason, and not the partner's side of a trade.
    """
    how = measurement or load_measurement()
    tools = {each.origin: each for each in how.instruments.values()}
    return [
        how.lens(row) not in UNLIKE and not _excluded(row, tools[row.variable])
        for row in rows_of(rows)
    ]


def _of_instrument(record: pd.DataFrame, tool: Instrument, how: Measurement) -> pd.DataFrame:
    rows = record[record["variable"] == tool.origin].copy()
    rows["lens"] = [how.lens(row) for row in rows_of(rows)] if len(rows) else ""
    rows = rows[rows["lens"] != ARTEFACT]
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
    tools = {each.origin: each for each in how.instruments.values()}
    if row.variable not in tools:
        return how.unused[row.variable]
    if how.lens(row) == ARTEFACT:
        return "its note calls it an artefact"
    tool = tools[row.variable]
    if tool.window == 1 and row.partner not in tool.partners:
        return "the model has no quantity of the kind for this partner"
    return _excluded(row, tool)


def _transformed(rows: pd.DataFrame, tool: Instrument) -> pd.DataFrame:
    size = np.maximum(rows["value"].to_numpy(float) * tool.scale, max(tool.least, FAINTEST))
    small = tool.absolute / size if tool.transform == "log" else tool.absolute
    rows = rows.assign(error=np.hypot(tool.error, small))
    if tool.transform == "deviation":
        by_year = rows.groupby(["partner", "year"])["value"]
        rows = rows[by_year.transform("size") >= FEWEST_STATES]
        mean = rows.groupby(["partner", "year"])["value"].transform("mean")
        value = rows["value"] - mean
        return rows.assign(value=value, y=value * tool.scale)
    return rows.assign(y=tool.forward(rows["value"].to_numpy(float) * tool.scale))


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
    found = found[found["partner"].isin(tool.partners)]
    return found.assign(lens="national", source="", note="", quality="", unit="share")
