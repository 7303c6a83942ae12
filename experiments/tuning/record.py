"""The observed record: what was measured, by whom, in which year.

The shipped table is `scenarios/history/observations.csv`. A user's own file of the same columns is
added to it; where both speak of the same figure, the user's counts.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator
from pathlib import Path
from typing import TypedDict

import pandas as pd

from scenarios.faults import Fault, FaultyInput, listed, nearest
from scenarios.vocabulary import STATES

HISTORY = Path(__file__).parents[2] / "scenarios" / "history"
SHIPPED = HISTORY / "observations.csv"
COLUMNS = ("year", "state", "partner", "variable", "value", "unit", "source", "quality", "note")
NEEDED = COLUMNS[:5]
FIRST_YEAR, LAST_YEAR = 1900, 2100


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
    note: str


def load_record(history: Path | None = None) -> pd.DataFrame:
    """The shipped record, with the rows of a user's file added to it.

    Columns are `COLUMNS`; a missing partner is an empty text. Raises FaultyInput with a line for
    every row that cannot be used.
    """
    tables = [read_rows(SHIPPED)]
    if history is not None:
        tables.append(read_rows(history, tables[0]))
    return pd.concat(tables, ignore_index=True)


def read_rows(path: Path, shipped: pd.DataFrame | None = None) -> pd.DataFrame:
    """One table of observations; a user's may speak of what stands in the `shipped` one."""
    faults: list[Fault] = []
    rows: list[Row] = []
    keys = set[tuple[str, ...]]()
    for line, raw in lines_of(path):
        key = tuple((raw.get(name) or "").strip() for name in NEEDED[:4])
        found = list(wrong_with(raw, shipped))
        if shipped is not None and key in keys:
            found.append(f"{' '.join(filter(None, key))} stands above already")
        keys.add(key)
        faults += [Fault(str(path), line, each) for each in found]
        if not found:
            rows.append(read_row(raw))
    if faults:
        raise FaultyInput(faults)
    return pd.DataFrame(rows, columns=list(COLUMNS))


def lines_of(path: Path) -> Iterator[tuple[int, dict[str, str | None]]]:
    """The rows of a CSV file with their line numbers. Raises FaultyInput if it is none."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        try:
            missing = [name for name in NEEDED if name not in (reader.fieldnames or ())]
            if missing:
                message = f"no column {listed(missing, 'and')}; expected {listed(COLUMNS, 'and')}"
                raise FaultyInput([Fault(str(path), 1, message)])
            yield from ((reader.line_num, raw) for raw in reader)
        except (UnicodeDecodeError, csv.Error) as wrong:
            message = f"cannot be read as CSV in UTF-8: {wrong}"
            raise FaultyInput([Fault(str(path), reader.line_num + 1, message)]) from None


def read_row(raw: dict[str, str | None]) -> Row:
    """A row whose cells are known to be good."""
    text = {name: (raw.get(name) or "").strip() for name in COLUMNS}
    return Row(
        year=int(text["year"]),
        state=text["state"],
        partner=text["partner"],
        variable=text["variable"],
        value=float(text["value"]),
        unit=text["unit"],
        source=text["source"],
        quality=text["quality"],
        note=text["note"],
    )


def wrong_with(raw: dict[str, str | None], shipped: pd.DataFrame | None) -> Iterator[str]:
    """What is wrong with a row, in words for its author."""
    year, state, partner, variable, value = ((raw.get(name) or "").strip() for name in NEEDED)
    if not (year.isdigit() and FIRST_YEAR <= int(year) <= LAST_YEAR):
        yield f"year '{year}': expected a year such as 2019"
    if state not in STATES:
        yield f"unknown state '{state}'; {nearest(state, STATES)}"
    if None in raw:
        yield "more cells than the first line names"
    if not is_number(value):
        yield f"value '{value}': expected a number"
    if shipped is not None:
        yield from unlike(shipped, variable, partner, value)


def unlike(shipped: pd.DataFrame, variable: str, partner: str, value: str) -> Iterator[str]:
    """In what a row is unlike all that is on record: its variable, its partner, its size."""
    alike = shipped[shipped["variable"] == variable]
    if alike.empty:
        known = nearest(variable, sorted(set(shipped["variable"])))
        yield f"unknown variable '{variable}'; {known}"
        return
    partners = sorted(set(alike["partner"]))
    if partner not in partners:
        known = "no partner" if partners == [""] else nearest(partner, partners)
        yield f"unknown partner '{partner}' of {variable}; {known}"
    share = str(alike["unit"].iloc[0]).startswith("share of")
    if is_number(value) and share and not 0 <= float(value) <= 1:
        yield f"value '{value}': expected a {alike['unit'].iloc[0]}, from 0 to 1"


def is_number(text: str) -> bool:
    """Whether a text is a finite number.

    >>> is_number("0.2"), is_number("nan"), is_number("1,5")
    (True, False, False)
    """
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False
