"""Commands that read a results folder: summary and export."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from experiments.commands.places import folder_for

Folder = Annotated[str, typer.Argument(metavar="DIR", help="A results folder.")]
AsJson = Annotated[bool, typer.Option("--json", help="As JSON instead of a table.")]


def summary(folder: Folder, as_json: AsJson = False) -> None:
    """Say who leads where in the last recorded quarter, and how outcomes spread over worlds."""
    from experiments.outcomes.printed import show
    from experiments.outcomes.summary import summarised
    from experiments.results.reading import load

    found = summarised(load(folder))
    if as_json:
        print(json.dumps(found, indent=1, ensure_ascii=False))
    else:
        show(found)


def export(
    folder: Folder,
    to: Annotated[Path, typer.Option(metavar="DIR", help="Folder to write to.")],
    formats: Annotated[
        str, typer.Option("--format", help="csv, excel (or xlsx), parquet; commas between.")
    ] = "csv,excel,parquet",
) -> None:
    """Write results as CSV, Excel and Parquet files with a descriptor: a data package."""
    from experiments.results.export import export as exported
    from experiments.results.reading import load

    folder_for(to)
    for path in exported(load(folder), to, formats.split(",")):
        print(path)
