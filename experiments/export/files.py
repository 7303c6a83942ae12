"""Results for other tools: CSV, Excel and single Parquet files, described as a data package."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Unpack

import pandas as pd
import pyarrow as pa
from pyarrow.csv import CSVWriter
from pyarrow.parquet import ParquetWriter

from experiments.addresses import folder_for
from experiments.answers.tables import add_sheet
from experiments.errors import BadInput
from experiments.export.condensed import Condensed, fitting
from experiments.export.package import fields_of, write_descriptor
from experiments.progress import steps
from experiments.results.citation import citation
from experiments.results.reading import Results
from experiments.results.selection import Selection
from experiments.store.columns import TABLES
from experiments.store.folder import FAILURES, WORLDS
from scenarios.faults import nearest

FORMATS = ("csv", "excel", "parquet")
ALIKE = {"xlsx": "excel"}
"""Other names of formats."""
EXCEL_ROWS = 1_048_575
"""Rows that an Excel sheet holds below its heading."""
Writers = Iterator[tuple[str, Callable[[], Path]]]
"""The name of each file and what writes it."""


def export(
    results: Results,
    to: str | Path,
    formats: Sequence[str] = FORMATS,
    *,
    small: bool = False,
    **selection: Unpack[Selection],
) -> Iterator[Path]:
    """Write a results folder's tables for other tools, and yield each file as it is done.

    CSV and Parquet hold every row that `selection` asks for, one file a table; CSV also, and
    Excel, the leaders and quantile bands of every column at the ends of years; Excel also what
    each scenario changes. `small` leaves out what has a row a world. `datapackage.json` describes
    every column.

    Raises BadInput.
    """
    formats = [ALIKE.get(name, name) for name in map(str.strip, formats)]
    for name in formats:
        if name not in FORMATS:
            raise BadInput(f"unknown format '{name}'; {nearest(name, FORMATS)}")
    if small and set(formats) == {"parquet"}:
        raise BadInput("small tables are written as CSV or Excel, not as Parquet alone")
    to = folder_for(to, own=results.folder.local) or Path()
    condensed = Condensed(results, selection)
    if to.exists() and any(to.iterdir()):
        raise BadInput(f"{to}: not empty")
    to.mkdir(parents=True, exist_ok=True)
    writers = list(_writers(condensed, to, formats, small=small))
    with steps(len(writers)) as step:
        for name, write in writers:
            step(name)
            with _whole(to / name):
                path = write()
            yield path


@contextmanager
def _whole(path: Path) -> Iterator[None]:
    """Leave no part of a file behind, and name the file that the system did not write."""
    try:
        yield
    except BaseException as ended:
        path.unlink(missing_ok=True)
        if isinstance(ended, OSError) and ended.filename is None:
            ended.filename = str(path)
        raise


def _writers(condensed: Condensed, to: Path, formats: Sequence[str], *, small: bool) -> Writers:
    results = condensed.results
    endings = [each for each in ("csv", "parquet") if each in formats and not small]
    whole = [f"{table}.{ending}" for ending in endings for table in results.tables]
    for name in whole:
        yield name, partial(copied, results, to / name, condensed.selection)
    for name in (f"{Path(each).stem}.{e}" for e in endings for each in (WORLDS, FAILURES)):
        yield name, partial(copied_whole, results, to / name)
    names = condensed.names if "csv" in formats else []
    for name in names:
        yield f"{name}.csv", partial(_condensed, condensed, to / f"{name}.csv")
    if "excel" in formats:
        yield "results.xlsx", partial(workbook, condensed, to / "results.xlsx")
    package = to / "datapackage.json"
    yield package.name, lambda: write_descriptor(results, package, whole, condensed.some(names))
    yield "CITATION.txt", partial(cited, results, to / "CITATION.txt")


def copied(results: Results, path: Path, selection: Selection) -> Path:
    """Write the rows of a table that are asked for to one file, part by part.

    Arrow writes, and a part is written before the next is read: nothing waits for anything else,
    so that neither a full disk nor Ctrl-C leaves a thread behind.
    """
    table = path.stem
    names = ["scenario", "world", "quarter", *TABLES[table].keys, *TABLES[table].names]
    rows = results.held.rows(table, fitting(table, selection))
    parts = results.dataset(table, rows.scenarios)
    schema = pa.schema([parts.schema.field(name) for name in names])
    with results.reading, path.open("wb") as file:
        to = CSVWriter if path.suffix == ".csv" else partial(ParquetWriter, compression="zstd")
        with to(file, schema) as writer:
            for part in parts.get_fragments():
                read = part.to_table(parts.schema, columns=names, filter=rows.arrow)
                writer.write_table(read)
    return path


def copied_whole(results: Results, path: Path) -> Path:
    """Write worlds.parquet or failures.parquet in the wanted format."""
    name = path.with_suffix(".parquet").name
    if path.name == name:
        path.write_bytes(results.folder.read(name))
        return path
    return _as_csv(results.worlds if name == WORLDS else results.failures, path)


def _condensed(condensed: Condensed, path: Path) -> Path:
    """Write a small table."""
    return _as_csv(condensed.tables[path.stem], path)


def _as_csv(frame: pd.DataFrame, path: Path) -> Path:
    frame.to_csv(path, index=False)
    return path


def workbook(condensed: Condensed, path: Path) -> Path:
    """Write an Excel workbook: leaders, changes, bands of every column, what the columns mean."""
    about = [(name, str(value)) for name, value in condensed.about()]
    sheets = {
        "about": pd.DataFrame(about, columns=["", "value"]),
        **({} if condensed.changes.empty else {"changes": condensed.changes}),
        **{name.replace("_", " "): frame for name, frame in condensed.tables.items()},
        "columns": pd.DataFrame(fields_of(condensed.results.tables)),
    }
    content = BytesIO()  # a writer to a disk that gives way would complain when it is let go of
    with pd.ExcelWriter(content, engine="openpyxl") as writer:
        for name, frame in sheets.items():
            add_sheet(writer, name, frame.head(EXCEL_ROWS))
    path.write_bytes(content.getvalue())
    return path


def cited(results: Results, path: Path) -> Path:
    """Write the text to cite the run by."""
    path.write_text(citation(results) + "\n", encoding="utf-8")
    return path
