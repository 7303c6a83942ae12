"""The observed record of drivers: yearly values of a table, as knots of a path."""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING, Any

from scenarios.faults import Fault, nearest
from scenarios.library import relative_name
from scenarios.lists import listed
from scenarios.paths import Knot, Statement
from scenarios.quarters import parse_quarter, quarter_label
from scenarios.scenario import Origin
from scenarios.text import content_of
from scenarios.vocabulary import DRIVERS, Driver

if TYPE_CHECKING:
    from pathlib import Path

    from scenarios.reading import Layer

Recorded = dict[str, tuple[Statement, list[Origin]]]
Row = tuple[int, float, int]
"""The quarter that a row's year begins with, its value, and its line in the table."""
COLUMNS = ("year", "driver", "value", "unit", "provider", "note")
MIDDLE = 2
"""A year's mean stands at its third quarter: the first day of July is the year's middle."""


def read_record(layer: Layer) -> tuple[Recorded, list[Fault]]:
    """The paths of a layer's record, and what is wrong with its table."""
    record = layer.said("record")
    if not isinstance(record, dict):
        return {}, []
    table = Table(layer.path.parent / record["file"])
    message = table.read()
    if message:
        return {}, [layer.document.fault(("record", "file"), message)]
    paths: Recorded = {}
    for form in ("years", "middles"):
        for name in record.get(form) or []:
            if name not in table.rows:
                missing = f"{table.name} has no rows of {name}"
                table.faults.append(layer.document.fault(("record", form), missing))
            elif all(fault.line == 0 for fault in table.faults):
                paths[name] = table.path(name, form, record)
    return paths, table.faults


class Table:
    """A table of yearly values, read row by row."""

    def __init__(self, path: Path) -> None:
        """Nothing is read yet."""
        self.file = path
        self.name = relative_name(path)
        self.rows: dict[str, list[Row]] = {}
        self.faults: list[Fault] = []

    def read(self) -> str:
        """Read all rows; returns why that is impossible, empty where it went well."""
        try:
            lines = csv.DictReader(StringIO(content_of(self.file).decode(), newline=""))
            if tuple(lines.fieldnames or ()) != COLUMNS:
                return f"{self.name} needs the columns {listed(COLUMNS)}"
            for row in lines:
                self._add(row, lines.line_num)
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            return f"cannot read {self.name}: {getattr(error, 'strerror', None) or error}"
        return ""

    def _add(self, row: dict[str, Any], line: int) -> None:
        name = str(row["driver"])
        try:
            if name not in DRIVERS or DRIVERS[name].scope != "region":
                msg = f"unknown driver '{name}'; {nearest(name, DRIVERS)}"
                raise ValueError(msg)  # noqa: TRY301
            row_of = (parse_quarter(row["year"] or ""), _value(row["value"], DRIVERS[name]), line)
            self.rows.setdefault(name, []).append(row_of)
        except ValueError as error:
            self.faults.append(Fault(self.name, line, str(error)))

    def path(self, name: str, form: str, record: dict[str, Any]) -> tuple[Statement, list[Origin]]:
        """One driver's rows as a statement: steps from year to year, or points in mid-year."""
        late = {
            4 * (quarter // 4): quarter
            for quarter in map(parse_quarter, (record.get("late") or {}).get(name, []))
        }
        rows = sorted(self.rows[name])
        shift = MIDDLE if form == "middles" else 0
        knots = [Knot(late.get(start, start + shift), value) for start, value, _ in rows]
        place = ("record", name, quarter_label(knots[0].quarter))
        statement = Statement(tuple(knots), place, steps=form == "years")
        return statement, [Origin(self.name, line) for _, _, line in rows]


def _value(text: str | None, driver: Driver) -> float:
    try:
        value = float(text or "")
    except ValueError:
        value = driver.high + 1
    if not driver.low <= value <= driver.high:
        msg = f"'{text}' is not a number from {driver.low:g} to {driver.high:g}"
        raise ValueError(msg)
    return value
