"""Arguments and options that several commands have, so that they read alike."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

ResultsFolder = Annotated[str, typer.Argument(metavar="DIR", help="A results folder.")]
AsJson = Annotated[bool, typer.Option("--json", help="As JSON instead of words.")]
Folders = Annotated[
    list[Path] | None,
    typer.Option("--scenarios", metavar="DIR", help="Look for scenarios here too."),
]
Only = Annotated[
    list[str] | None, typer.Option(metavar="S", help="Only these scenarios; repeatable.")
]
