"""Commands that read a results folder: summary and export."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from experiments.commands.options import AsJson, Only, ResultsFolder

LARGE = 100_000_000
"""Bytes of an export that is told how to be smaller."""


def summary(folder: ResultsFolder, as_json: AsJson = False) -> None:
    """Say who leads where in the last recorded quarter, and how outcomes spread over worlds."""
    from experiments.answers.summary import print_summary, summarised
    from experiments.results.reading import load

    found = summarised(load(folder))
    if as_json:
        print(json.dumps(found, indent=1, ensure_ascii=False))
    else:
        print_summary(found)


def export(
    folder: ResultsFolder,
    to: Annotated[Path, typer.Option(metavar="DIR", help="Folder to write to.")],
    formats: Annotated[
        str, typer.Option("--format", help="csv, excel (or xlsx), parquet; commas between.")
    ] = "csv,excel,parquet",
    scenario: Only = None,
    state: Annotated[
        list[str] | None, typer.Option(metavar="X", help="Only these states; repeatable.")
    ] = None,
    first: Annotated[
        str | None, typer.Option("--from", metavar="QUARTER", help="First quarter (all).")
    ] = None,
    until: Annotated[
        str | None, typer.Option(metavar="QUARTER", help="Last quarter (all).")
    ] = None,
    small: Annotated[
        bool, typer.Option("--small", help="Only medians, bands and leaders, no row a world.")
    ] = False,
) -> None:
    """Write results as CSV, Excel and Parquet files with a descriptor: a data package.

    Files with a row for each world, quarter, state and power are large; the sum is told on the
    error stream.
    """
    from experiments.export.files import export as exported
    from experiments.results.reading import load

    selection: Any = {"scenario": scenario or None, "state": state or None}
    if first or until:
        selection["quarter"] = slice(first, until)
    whole = 0
    for path in exported(load(folder), to, formats.split(","), small=small, **selection):
        whole += (size := path.stat().st_size)
        print(f"{path}  {sized(size)}" if sys.stdout.isatty() else path, flush=True)
    fewer = "" if whole < LARGE else "; --small, --scenario, --state, --from and --until write less"
    print(f"{sized(whole)} in {to}{fewer}", file=sys.stderr)


def sized(size: int) -> str:
    """Return a size in bytes as people read it.

    >>> sized(890), sized(753_200_000), sized(1_240_000_000)
    ('890 bytes', '753 MB', '1.2 GB')
    """
    for least, unit in ((1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if size >= least:
            part = size / least
            return f"{part:.1f} {unit}" if part < 10 else f"{part:.0f} {unit}"  # noqa: PLR2004
    return f"{size} bytes"
