"""The observed record: what was measured, by whom, in which year.

The shipped table is `scenarios/history/observations.csv`. A user's own file of the same columns is
added to it; where both speak of the same figure, the user's counts.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import TypedDict

import pandas as pd

from scenarios.faults import Fault, FaultyInput, nearest
from scenarios.lists import listed
from scenarios.observed import NATIONAL
from scenarios.tables import number_of, read_csv
from scenarios.vocabulary import FIRST_YEAR, LAST_YEAR, STATES

HISTORY = Path(__file__).parents[2] / "scenarios" / "history"
SHIPPED = HISTORY / "observations.csv"
COLUMNS = (
    *("year", "state", "partner", "variable", "value"),
    *("unit", "source", "quality", "lens", "note"),
)
NEEDED = COLUMNS[:5]
MOST = 1e6
"""What no figure on record passes, in any unit; larger ones are slips of the keyboard."""


class Row(TypedDict):
    """One figure of the record."""

    year: int
    state: str
    partner: str
    variable: str
    value: float
    unit: str
    source: str
    quality: str
    lens: str
    note: str


def load_record(history: Path | None = None) -> pd.DataFrame:
    """The shipped record, with the rows of a user's file added to it.

    Columns are `COLUMNS`; a missing partner is an empty text, a missing lens a national one.
    Raises FaultyInput with a line for every row that cannot be used.
    """
    tables = [read_rows(SHIPPED)]
    if history is not None:
        tables.append(read_rows(history, tables[0]))
    return pd.concat(tables, ignore_index=True)


def read_rows(path: Path, shipped: pd.DataFrame | None = None) -> pd.DataFrame:
    """One table of observations; a user's may speak of what stands in the `shipped` one."""
    table = read_csv(path)
    missing = [name for name in NEEDED if name not in table.header]
    if missing:
        message = f"no column {listed(missing)}; expected {listed(COLUMNS)}"
        raise FaultyInput([*table.faults, Fault(table.file, table.head, message)])
    faults: list[Fault] = list(table.faults)
    rows: list[Row] = []
    keys = set[tuple[str, ...]]()
    for line, cells in table.rows:
        if not cells:
            continue
        raw = {name: each.strip() for name, each in zip(table.header, cells, strict=True)}
        key = tuple(raw[name] for name in NEEDED[:4])
        found = list(wrong_with(raw, shipped))
        if shipped is not None and key in keys:
            found.append(f"{' '.join(filter(None, key))} stands above already")
        keys.add(key)
        faults += [Fault(table.file, line, each) for each in found]
        if not found:
            rows.append(read_row(raw))
    if faults:
        raise FaultyInput(faults)
    return pd.DataFrame(rows, columns=list(COLUMNS))


def read_row(raw: dict[str, str]) -> Row:
    """A row whose cells are known to be good."""
    text = {name: raw.get(name, "") for name in COLUMNS}
    return Row(
        year=int(text["year"]),
        state=text["state"],
        partner=text["partner"],
        variable=text["variable"],
        value=number_of(text["value"]),
        unit=text["unit"],
        source=text["source"],
        quality=text["quality"],
        lens=text["lens"] or NATIONAL,
        note=text["note"],
    )


def wrong_with(raw: dict[str, str], shipped: pd.DataFrame | None) -> Iterator[str]:
    """What is wrong with a row, in words for its author."""
    year, state, partner, variable, value = (raw[name] for name in NEEDED)
    if not (is_year(year) and FIRST_YEAR <= int(year) <= LAST_YEAR):
        yield f"year '{year}': expected a year from {FIRST_YEAR} to {LAST_YEAR}"
    if state not in STATES:
        yield f"unknown state '{state}'; {nearest(state, STATES)}"
    try:
        size = number_of(value)
    except ValueError as wrong:
        yield f"value: {wrong}"
        size = math.nan
    if shipped is not None:
        yield from unlike(shipped, variable, partner, raw.get("unit", ""))
        yield from too_large(shipped, variable, size)


def unlike(shipped: pd.DataFrame, variable: str, partner: str, unit: str) -> Iterator[str]:
    """In what a row is unlike all that is on record: its variable, its partner, its unit."""
    alike = shipped[shipped["variable"] == variable]
    if alike.empty:
        known = nearest(variable, sorted(set(shipped["variable"])))
        yield f"unknown variable '{variable}'; {known}"
        return
    partners = sorted(set(alike["partner"]))
    if partner not in partners:
        known = "no partner" if partners == [""] else nearest(partner, partners)
        yield f"unknown partner '{partner}' of {variable}; {known}"
    recorded = str(alike["unit"].iloc[0])
    if not recorded.startswith(unit):  # "share" will do for "share of votes"
        yield f"unit '{unit}' of {variable}: expected {recorded}"


def too_large(shipped: pd.DataFrame, variable: str, value: float) -> Iterator[str]:
    """Whether a value is one that the variable cannot have."""
    units = shipped.loc[shipped["variable"] == variable, "unit"]
    if units.empty:
        return
    most, unit = 1.0 if str(units.iloc[0]).startswith("share of") else MOST, units.iloc[0]
    if value < 0 or value > most:
        yield f"value '{value:g}': expected a number from 0 to {most:g} ({unit})"


def is_year(text: str) -> bool:
    """Whether a text is the number of a year, in plain digits.

    >>> is_year("2019"), is_year("20x9"), is_year("²⁰²²")
    (True, False, False)
    """
    return text.isascii() and text.isdecimal() and len(text) == len("2019")
