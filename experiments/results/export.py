"""Results for other tools: CSV, Excel and single Parquet files, described as a data package."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from experiments.batch.finishing import FAILURES, WORLDS
from experiments.batch.progress import steps
from experiments.outcomes.summary import summarised
from experiments.refusals import BadInput
from experiments.results.bands import connected, source
from experiments.results.citation import citation
from experiments.results.columns import KEYS, LABELS, TABLES, Column
from experiments.results.reading import YEAR_END, Results
from scenarios.faults import nearest

FORMATS = ("csv", "excel", "parquet")
ALIKE = {"xlsx": "excel"}
"""Other names of formats."""
EXCEL_ROWS = 1_048_575
"""Rows that an Excel sheet holds below its heading."""
Json = dict[str, Any]


def export(results: Results, to: Path, formats: Sequence[str] = FORMATS) -> Iterator[Path]:
    """Write a results folder's tables for other tools, and yield each file as it is done.

    CSV and Parquet hold every row, one file a table; Excel holds the leaders and quantile bands
    of every column at the ends of years; `datapackage.json` describes every column.

    Raises BadInput.
    """
    formats = [ALIKE.get(name, name) for name in map(str.strip, formats)]
    for name in formats:
        if name not in FORMATS:
            raise BadInput(f"unknown format '{name}'; {nearest(name, FORMATS)}")
    if to.exists() and any(to.iterdir()):
        raise BadInput(f"{to}: not empty")
    to.mkdir(parents=True, exist_ok=True)
    writers = list(_writers(results, to, formats))
    with steps(len(writers)) as step:
        for name, write in writers:
            step(name)
            yield write()


def _writers(
    results: Results, to: Path, formats: Sequence[str]
) -> Iterator[tuple[str, Callable[[], Path]]]:
    """Yield the name of each file and what writes it."""
    endings = [each for each in ("csv", "parquet") if each in formats]
    for ending in endings:
        for table in results.tables:
            yield f"{table}.{ending}", partial(copied, results, table, to, ending)
        for name in (WORLDS, FAILURES):
            yield f"{Path(name).stem}.{ending}", partial(copied_whole, results, name, to, ending)
    if "excel" in formats:
        yield "results.xlsx", partial(workbook, results, to / "results.xlsx")
    yield "datapackage.json", partial(described, results, to / "datapackage.json", endings)
    yield "CITATION.txt", partial(cited, results, to / "CITATION.txt")


def copied(results: Results, table: str, to: Path, ending: str) -> Path:
    """Write all rows of a table to one file, streaming."""
    path = to / f"{table}.{ending}"
    names = ", ".join(["scenario", "world", "quarter", *TABLES[table].keys, *TABLES[table].names])
    form = "format csv, header" if ending == "csv" else "format parquet, compression zstd"
    with results.reading, connected(results.folder) as connection:
        parts = source(results.folder, results.files(table))
        connection.execute(f"copy (select {names} from {parts}) to '{_quoted(path)}' ({form})")  # noqa: S608 (names are our own)
    return path


def copied_whole(results: Results, name: str, to: Path, ending: str) -> Path:
    """Write worlds.parquet or failures.parquet in the wanted format."""
    path = (to / name).with_suffix(f".{ending}")
    if ending == "parquet":
        path.write_bytes(results.folder.read(name))
    else:
        frame = results.worlds if name == WORLDS else results.failures
        frame.to_csv(path, index=False)
    return path


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def workbook(results: Results, path: Path) -> Path:
    """Write an Excel workbook: leaders, bands of every column, what the columns mean."""
    found = summarised(results)
    sheets = {
        "about": _about(results, found),
        "leaders": pd.DataFrame(found["leaders"]),
        **{f"{table} bands": _bands(results, table) for table in results.tables},
        "columns": pd.DataFrame(_fields(results.tables)),
    }
    with pd.ExcelWriter(path, engine="openpyxl") as writer:
        for name, frame in sheets.items():
            frame.head(EXCEL_ROWS).to_excel(writer, sheet_name=name, index=False)
    return path


def _about(results: Results, found: Json) -> pd.DataFrame:
    """Return what a run was of, and how to cite it, a row each."""
    inputs = results.manifest["inputs"]
    about = {
        "citation": citation(results),
        **{f"scenario {name}": title for name, title in found["scenarios"].items()},
        **{key: found[key] for key in ("worlds", "failed")},
        **{key: inputs[key] for key in ("seed", "record_from", "until", "every")},
        "quarter of the leaders": found["quarter"],
        "folder": found["folder"],
    }
    return pd.DataFrame({"": list(about), "value": [str(each) for each in about.values()]})


def _bands(results: Results, table: str) -> pd.DataFrame:
    """Return quantile bands of every column of a table at the ends of years."""
    ends = [str(quarter) for quarter in results.quarters() if quarter.quarter == YEAR_END]
    frames = []
    for name in TABLES[table].names:
        frame = results.bands(name, quarter=ends or None)
        frame.insert(0, "column", name)
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)


def _fields(tables: Iterable[str]) -> list[Json]:
    """Return the columns as rows: table, name, unit, range, meaning."""
    return [
        {
            "table": table,
            "column": each.name,
            "unit": each.unit,
            "lowest": each.low,
            "highest": each.high,
            "meaning": each.meaning,
        }
        for table in tables
        for each in TABLES[table].columns
    ]


def page_of_columns() -> str:
    """Return the tables of all columns in Markdown, as docs/results.md has them."""
    parts = []
    for table in TABLES.values():
        keys = ", ".join(f"`{key}`" for key in ("scenario", "world", "quarter", *table.keys))
        rows = [f"| `{each.name}` | {each.ranged} | {each.meaning} |" for each in table.columns]
        head = ["| column | unit | meaning |", "|---|---|---|"]
        parts.append("\n".join([f"`{table.name}`, a row for each {keys}:", "", *head, *rows]))
    return "\n\n".join(parts)


def described(results: Results, path: Path, endings: Sequence[str]) -> Path:
    """Write the descriptor of a data package (Frictionless Data Package 1)."""
    inputs = results.manifest["inputs"]
    package = {
        "profile": "data-package",
        "name": "crossroads-" + "-".join(results.scenarios).replace("_", "-")[:80],
        "title": "Crossroads: " + "; ".join(each["title"] for each in inputs["scenarios"].values()),
        "description": citation(results),
        "created": results.manifest["times"]["finished"],
        "sources": [{"title": text} for text in _sources(inputs)],
        "resources": [_resource(table, end) for end in endings for table in results.tables],
        "crossroads": {key: inputs[key] for key in ("seed", "until", "record_from", "every")},
    }
    path.write_text(json.dumps(package, indent=1), encoding="utf-8")
    return path


def _sources(inputs: Json) -> list[str]:
    listed = (text for each in inputs["scenarios"].values() for text in each["sources"])
    return list(dict.fromkeys(listed))


def _resource(table: str, ending: str) -> Json:
    """Return a table's entry: its file and its columns."""
    keys = ("scenario", "world", "quarter", *TABLES[table].keys)
    fields = [*(_key_field(key) for key in keys), *map(_number_field, TABLES[table].columns)]
    media = "text/csv" if ending == "csv" else "application/vnd.apache.parquet"
    return {
        "name": f"{table}-{ending}",
        "path": f"{table}.{ending}",
        "format": ending,
        "mediatype": media,
        "profile": "tabular-data-resource" if ending == "csv" else "data-resource",
        "schema": {"fields": fields, "primaryKey": list(keys), "missingValues": ["", "nan"]},
    }


def _key_field(key: str) -> Json:
    kind = {"world": "integer", "quarter": "date"}.get(key, "string")
    limits = {"constraints": {"enum": list(LABELS[key])}} if key in LABELS else {}
    return {"name": key, "type": kind, "description": KEYS[key], **limits}


def _number_field(column: Column) -> Json:
    limits = {"minimum": column.low} | ({"maximum": column.high} if column.high is not None else {})
    return {
        "name": column.name,
        "type": "number",
        "unit": column.unit,
        "description": column.meaning,
        "constraints": limits,
    }


def cited(results: Results, path: Path) -> Path:
    """Write the text to cite the run by."""
    path.write_text(citation(results) + "\n", encoding="utf-8")
    return path
