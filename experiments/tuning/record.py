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
        known = set(tables[0]["variable"])
        tables.append(read_rows(history, known))
    return pd.concat(tables, ignore_index=True)


def read_rows(path: Path, variables: set[str] | None = None) -> pd.DataFrame:
    """One table of observations; `variables` are the names it may use, if that matters."""
    faults: list[Fault] = []
    rows: list[Row] = []
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        missing = [name for name in NEEDED if name not in (reader.fieldnames or ())]
        if missing:
            message = f"no column {listed(missing, 'and')}; expected {listed(COLUMNS, 'and')}"
            raise FaultyInput([Fault(str(path), 1, message)])
        for raw in reader:
            found = list(wrong_with(raw, variables))
            faults += [Fault(str(path), reader.line_num, each) for each in found]
            if not found:
                rows.append(read_row(raw))
    if faults:
        raise FaultyInput(faults)
    return pd.DataFrame(rows, columns=list(COLUMNS))


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


def wrong_with(raw: dict[str, str | None], variables: set[str] | None) -> Iterator[str]:
    """What is wrong with a row, in words for its author."""
    year, value = (raw.get("year") or "").strip(), (raw.get("value") or "").strip()
    if not (year.isdigit() and FIRST_YEAR <= int(year) <= LAST_YEAR):
        yield f"year '{year}': expected a year such as 2019"
    state, variable = (raw.get("state") or "").strip(), (raw.get("variable") or "").strip()
    if state not in STATES:
        yield f"unknown state '{state}'; {nearest(state, STATES)}"
    if variables is not None and variable not in variables:
        yield f"unknown variable '{variable}'; {nearest(variable, sorted(variables))}"
    if not is_number(value):
        yield f"value '{value}': expected a number"


def is_number(text: str) -> bool:
    """Whether a text is a finite number.

    >>> is_number("0.2"), is_number("nan"), is_number("1,5")
    (True, False, False)
    """
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False
