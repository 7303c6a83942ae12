"""Reading CSV files that a user wrote: every row with its line, and all that is wrong with them."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path

from scenarios.faults import Fault, FaultyInput
from scenarios.reading import described
from scenarios.text import ENOUGH, TABLE, characters, read_text

OTHER_SEPARATORS = {";": "';'", "\t": "tabs", "|": "'|'"}
_NUMBER = re.compile(r"\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*", re.ASCII)


@dataclass
class CsvTable:
    """The rows of a CSV file with the line on which each ends, and what is wrong with its form."""

    file: str
    header: list[str] = field(default_factory=list)
    head: int = 1
    """The line of the header."""
    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    """Those that have as many cells as the header; the others are empty lists."""
    faults: list[Fault] = field(default_factory=list)

    def fault(self, line: int, message: str) -> None:
        """Note a fault, unless enough has been told."""
        if len(self.faults) < ENOUGH:
            self.faults.append(Fault(self.file, line, message))


def read_csv(path: Path, *, comment: str = "") -> CsvTable:
    """Read a CSV file in UTF-8; empty lines, and what follows a `comment` sign, are passed over.

    Raises FaultyInput where no table can be made out; faults of single columns and rows are in the
    table.
    """
    table = CsvTable(str(path))
    text = read_text(path, table.file, TABLE)
    if strange := characters(text, table.file):
        raise FaultyInput(strange)
    if comment:
        text = re.sub(f"{re.escape(comment)}.*", "", text)
    lines = csv.reader(StringIO(text, newline=""), strict=True)
    try:
        for cells in lines:
            if any(cells):
                _take(table, lines.line_num, cells)
    except csv.Error as wrong:
        raise FaultyInput([Fault(table.file, lines.line_num, f"is not CSV: {wrong}")]) from None
    if not table.header:
        raise FaultyInput([Fault(table.file, 1, "not a table: the file is empty")])
    _check_names(table)
    return table


def _check_names(table: CsvTable) -> None:
    """Note columns of one name, and columns with cells and no name, but the first: an index."""
    first, names = table.head, table.header
    for name in dict.fromkeys(each for each in names if each and names.count(each) > 1):
        table.fault(first, f"column '{name}' stands there {names.count(name)} times")
    for place in range(1, len(names)):
        if not names[place] and any(cells[place] for _, cells in table.rows if cells):
            table.fault(first, f"column {place + 1} has no name")


def _take(table: CsvTable, line: int, cells: list[str]) -> None:
    """Take a line as the header or as a row."""
    if not table.header:
        _take_header(table, line, cells)
    elif len(cells) == len(table.header):
        table.rows.append((line, cells))
    else:
        many = f"{len(cells)} cell{'s' if len(cells) > 1 else ''}"
        row = f"row {len(table.rows) + 1} has {many}, the header {len(table.header)}"
        table.rows.append((line, []))
        table.fault(line, row)


def _take_header(table: CsvTable, line: int, cells: list[str]) -> None:
    table.header, table.head = cells, line
    signs = [sign for sign in OTHER_SEPARATORS if len(cells) == 1 and sign in cells[0]]
    if signs:
        said = f"cells are separated by {OTHER_SEPARATORS[signs[0]]}; expected commas"
        raise FaultyInput([Fault(table.file, line, said)])


def number_of(text: str) -> float:
    """The number that a cell holds. Raises ValueError, in words, where it holds none.

    >>> number_of(" 1e-3")
    0.001
    >>> number_of("0,5")
    Traceback (most recent call last):
    ...
    ValueError: expected a number, got '0,5'
    """
    if _NUMBER.fullmatch(text) is None:
        got = described(text) if text.strip() else "nothing"
        msg = f"expected a number, got {got}"
        raise ValueError(msg)
    return float(text)
