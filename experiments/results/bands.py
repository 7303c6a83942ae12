"""Quantile bands of result columns, computed by DuckDB while it reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from numbers import Real
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from experiments.refusals import BadInput
from experiments.results.selection import Selection, known
from experiments.store.columns import LABELS, TABLES, table_of
from experiments.store.folder import Folder
from experiments.store.labels import nearest_column
from scenarios.reading import described

if TYPE_CHECKING:
    import duckdb

    from experiments.results.reading import Results

INTERRUPTED = "Query interrupted"
"""What DuckDB says of Ctrl-C."""


def bands(
    results: Results, column: str, quantiles: float | Sequence[float], selection: Selection
) -> pd.DataFrame:
    """Return a row a scenario, quarter, state and power: n, mean and the quantiles `q05`, ..."""
    names = [name for table in TABLES.values() for name in table.names]
    if column not in names:
        raise BadInput(f"unknown column '{column}'; {nearest_column(str(column), names)}")
    quantiles = _several(quantiles)
    table = table_of(column)
    known(table.name, results.tables, "table")
    keys = ["scenario", "quarter", *table.keys]
    rows = results.held.rows(table.name, selection)
    where, values = rows.sql
    files = results.files(table.name, rows.scenarios, rows.keys.get("world"))
    levels = ", ".join(f"q[{place}] as {label(each)}" for place, each in enumerate(quantiles, 1))
    query = f"""
        select {", ".join(keys)}, n, mean, {levels} from (
            select {", ".join(keys)}, count(*) as n, avg({column}) as mean,
                   quantile_cont({column}, {quantiles}) as q
            from {source(results.folder, files)}
            where {where} and isfinite({column}) group by all)
        """  # noqa: S608 (names are checked, values are bound)
    with results.reading, connected(results.folder) as connection:
        return _ordered(connection.execute(query, values).df(), keys, results.scenarios)


def _ordered(frame: pd.DataFrame, keys: list[str], scenarios: list[str]) -> pd.DataFrame:
    """Return a frame with the types and the order of labels that tables have."""
    for key, valid in {"scenario": scenarios, **LABELS}.items():
        if key in keys:
            frame[key] = pd.Categorical(frame[key], pd.Index(list(valid), dtype="str"))
    frame["quarter"] = frame["quarter"].astype("datetime64[s]")
    return frame.sort_values(keys, ignore_index=True)


def _several(quantiles: Any) -> list[float]:  # noqa: ANN401 (whatever Python hands over)
    """Return quantiles as a list, whether one is given or several; BadInput for none of 0 to 1."""
    several = list(quantiles) if isinstance(quantiles, Iterable) else [quantiles]
    wrong = [each for each in several if not _is_part(each)]
    if wrong or not several:
        got = described(wrong[0]) if wrong else "none"
        raise BadInput(f"quantiles: expected numbers from 0 to 1 such as 0.05, got {got}")
    return [float(each) for each in several]


def _is_part(given: object) -> bool:
    return isinstance(given, Real) and not isinstance(given, bool) and 0 <= float(given) <= 1


def label(quantile: float) -> str:
    """Return a quantile's column name.

    >>> label(0.05), label(0.975)
    ('q05', 'q97_5')
    """
    return f"q{100 * quantile:04.1f}".removesuffix(".0").replace(".", "_")


def quoted(place: str | Path) -> str:
    """Return an address as DuckDB takes it; a path from the root on, as `~` would be a home.

    >>> quoted(Path("/a/it's"))
    "'/a/it''s'"
    """
    whole = str(place.absolute() if isinstance(place, Path) else place)
    return "'" + whole.replace("'", "''") + "'"


def source(folder: Folder, names: Iterable[str]) -> str:
    """Return parts of a table as DuckDB reads them."""
    addresses = (folder.full_address(name) for name in names)
    listed = ", ".join(quoted(each if folder.local is None else Path(each)) for each in addresses)
    return f"read_parquet([{listed}], hive_partitioning = true)"


@contextmanager
def connected(folder: Folder) -> Iterator[duckdb.DuckDBPyConnection]:
    """Give a connection that can read the folder, wherever it is; Ctrl-C is heard as such."""
    import duckdb

    with duckdb.connect() as connection:
        connection.execute("set enable_progress_bar = false")
        if folder.local is None:
            connection.register_filesystem(folder.filesystem())
        try:
            yield connection
        except RuntimeError as ended:
            if str(ended) != INTERRUPTED:
                raise
            raise KeyboardInterrupt from None
