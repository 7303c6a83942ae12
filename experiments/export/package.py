"""What the columns of exported tables mean: a data package, a sheet, the page on results."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from experiments.results.citation import citation
from experiments.results.reading import Results
from experiments.store.columns import KEYS, LABELS, TABLES, Column

Json = dict[str, Any]
SMALL_KEYS = {
    **KEYS,
    "column": "column of the results whose spread over worlds this is",
    "n": "worlds that have not failed",
    "worlds": "worlds that have not failed",
    "led": "worlds in which the power leads",
}
"""What the keys and counts of small tables are; all other columns of them are numbers."""
COUNTS = ("n", "worlds", "led")
OF_COLUMN = "that of the column"


def fields_of(tables: Iterable[str]) -> list[Json]:
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


def write_descriptor(
    results: Results, path: Path, written: Iterable[str], small: Mapping[str, pd.DataFrame]
) -> Path:
    """Write the descriptor of a data package (Frictionless Data Package 1).

    `written` are the files of whole tables; `small` are tables that are written as CSV.
    """
    inputs = results.manifest["inputs"]
    package = {
        "profile": "data-package",
        "name": "crossroads-" + "-".join(results.scenarios).replace("_", "-")[:80],
        "title": "Crossroads: " + "; ".join(each["title"] for each in inputs["scenarios"].values()),
        "description": citation(results),
        "created": results.manifest["times"]["finished"],
        "sources": [{"title": text} for text in _sources(inputs)],
        "resources": [
            *(_resource(*name.split(".")) for name in written),
            *(_of_frame(name, frame) for name, frame in small.items()),
        ],
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


def _of_frame(name: str, frame: pd.DataFrame) -> Json:
    """Return the entry of a small table that is written as CSV."""
    return {
        "name": f"{name.replace('_', '-')}-csv",
        "path": f"{name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "profile": "tabular-data-resource",
        "schema": {"fields": [_small_field(each) for each in frame.columns]},
    }


def _small_field(name: str) -> Json:
    if name in SMALL_KEYS:
        return _key_field(name)
    unit, what = {
        "mean": (OF_COLUMN, "mean over worlds"),
        "share_of_worlds": ("0 to 1", "share of worlds in which the power leads"),
        "low": ("0 to 1", "lower end of its 95 % interval"),
        "high": ("0 to 1", "upper end of its 95 % interval"),
    }.get(name, (OF_COLUMN, f"{name[1:].lstrip('0').replace('_', '.')} % quantile over worlds"))
    return {"name": name, "type": "number", "unit": unit, "description": what}


def _key_field(key: str) -> Json:
    kind = {"world": "integer", "quarter": "date", **dict.fromkeys(COUNTS, "integer")}
    limits = {"constraints": {"enum": list(LABELS[key])}} if key in LABELS else {}
    described = {"type": kind.get(key, "string"), "description": SMALL_KEYS[key]}
    return {"name": key, **described, **limits}


def _number_field(column: Column) -> Json:
    limits = {"minimum": column.low} | ({"maximum": column.high} if column.high is not None else {})
    return {
        "name": column.name,
        "type": "number",
        "unit": column.unit,
        "description": column.meaning,
        "constraints": limits,
    }
