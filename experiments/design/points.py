"""Tables of parameter points: a column a parameter, a row a point."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from experiments.design.layout import Floats
from experiments.errors import BadInput
from scenarios.library import is_file
from scenarios.registry import Registry
from scenarios.shares import off_one
from scenarios.tables import number_of, read_csv
from scenarios.text import ENOUGH, TABLE, content_of

if TYPE_CHECKING:
    import pyarrow as pa

Columns = dict[str, Sequence[object]]
PASSED_OVER = object()
"""What stands for a cell of a row that has too many or too few."""
ENDINGS = {".csv", ".parquet"}
MOST_NUMBERS = 20_000_000
"""Numbers of a design, points times ranges, which every process lays out: 160 MB."""
NOT_PARAMETERS = {"", "world", "point", "replicate", "chain", "draw", "iteration", "weight"}


def read_table(path: Path, registry: Registry) -> dict[str, Floats]:
    """Return the columns of a CSV or Parquet file that are parameters, by leaf name.

    Columns that start with an underscore or only number the rows are passed over. Raises
    BadInput or FaultyInput with all that is wrong: rows of another length, names and values that
    the registry does not allow, cells that hold no number, shares that do not add up to one.
    """
    if not is_file(path):
        raise BadInput(f"{path}: no such file")
    reading = _Reading(registry)
    of = _columns_of_csv if path.suffix.lower() == ".csv" else _columns_of_parquet
    columns, wrong = of(path)
    cells = {name: each for name, each in columns.items() if _is_parameter(name)}
    if not wrong and not (cells and all(cells.values())):
        raise BadInput(f"{path}: expected a column a parameter and a row a point")
    found = {name: reading.column(name, each) for name, each in cells.items()}
    if not (wrong or reading.faults):
        uneven = off_one(registry, found)
        reading.faults += [f"row {row + 1}: {said}" for _, row, said in uneven]
    if told := [*wrong, *_first_faults(path, reading.faults)]:
        raise BadInput(*told)
    return found


def _first_faults(path: Path, faults: list[str]) -> Iterator[str]:
    """Yield the first faults with their file, and how many there are more."""
    yield from (f"{path}: {each}" for each in faults[:ENOUGH])
    if len(faults) > ENOUGH:
        yield f"{path}: and {len(faults) - ENOUGH} more faults"


def _is_parameter(name: str) -> bool:
    return name not in NOT_PARAMETERS and not name.startswith(("_", "log_", "Unnamed"))


def _columns_of_csv(path: Path) -> tuple[Columns, list[str]]:
    """Return the columns of a file, and what is wrong with its form."""
    table = read_csv(path, comment="#")
    width = len(table.header)
    rows: list[Sequence[object]] = [cells or [PASSED_OVER] * width for _, cells in table.rows]
    columns: Columns = {
        name: [row[place] for row in rows] for place, name in enumerate(table.header)
    }
    return columns, [str(each) for each in table.faults]


def _columns_of_parquet(path: Path) -> tuple[Columns, list[str]]:
    """Return the same of a Parquet file; what pandas kept as the index of a frame is a column."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(BytesIO(content_of(path, TABLE)))
        if file.metadata.num_rows * file.metadata.num_columns > MOST_NUMBERS:
            raise BadInput(f"{path}: more than {MOST_NUMBERS:,} cells")
        names = Counter(file.schema_arrow.names)
        if twice := [
            f"column '{name}' stands there {n} times" for name, n in names.items() if n > 1
        ]:
            return {}, [*_first_faults(path, twice)]
        table = file.read()
    except (pa.ArrowException, OSError) as wrong:
        said = str(getattr(wrong, "strerror", None) or wrong).splitlines()[0]
        raise BadInput(f"{path}: not a table: {said}") from None
    parameters = [table.schema.field(name) for name in names if _is_parameter(name)]
    kinds = {each.name: _no_numbers(each) for each in parameters}
    columns: Columns = {name: table[name].to_pylist() for name, said in kinds.items() if not said}
    return columns, [*_first_faults(path, [said for said in kinds.values() if said])]


def _no_numbers(column: pa.Field) -> str:
    """Say that a column is of a type that holds no numbers; nothing if it may hold some."""
    from pyarrow import types

    kind = column.type.value_type if types.is_dictionary(column.type) else column.type
    hold = (types.is_integer, types.is_floating, types.is_decimal, types.is_null)
    if any(each(kind) for each in (*hold, types.is_string, types.is_large_string)):
        return ""
    return f"column '{column.name}': expected numbers, got {kind}"


@dataclass
class _Reading:
    """The columns of a table on their way to numbers, and what is wrong with them."""

    registry: Registry
    faults: list[str] = field(default_factory=list)

    def column(self, name: str, cells: Iterable[object]) -> Floats:
        """Return a column's numbers; those that are none are NaN."""
        if name not in self.registry.leaves:
            try:
                self.registry.check(name, 0.0)
            except KeyError as wrong:
                self.faults.append(f"column '{name}': {wrong.args[0]}")
            return np.empty(0)
        return np.array([self.cell(name, row, each) for row, each in enumerate(cells, 1)])

    def cell(self, name: str, row: int, cell: object) -> float:
        """Return the number in a cell of a parameter's column."""
        if cell is PASSED_OVER:
            return np.nan
        try:
            value = number_of(cell) if isinstance(cell, str) else _plain(cell)
            self.registry.check(name, value)
        except ValueError as wrong:
            said = str(wrong)
            where = f"row {row}" if name in said else f"row {row}: column '{name}'"
            self.faults.append(f"{where}: {said}")
            return np.nan
        return value


def _plain(cell: object) -> float:
    """Return the number of a cell that is not a text; an empty one is a fault."""
    if cell is None:
        msg = "expected a number, got nothing"
        raise ValueError(msg)
    return float(cell)  # type: ignore[arg-type]
