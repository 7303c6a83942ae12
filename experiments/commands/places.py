"""Where commands write: a folder, checked before anything is computed."""

from __future__ import annotations

from pathlib import Path

from experiments.refusals import BadInput

FILES = {".csv", ".html", ".json", ".parquet", ".pdf", ".png", ".svg", ".txt", ".xlsx", ".zip"}
"""Endings of files: a folder that is to be made is not called so."""


def folder_for(to: Path | None) -> Path | None:
    """Return the folder that `--to` names; BadInput where it is a file, or is called like one."""
    if to is None or to.is_dir():
        return to
    if to.exists():
        raise BadInput(f"--to {to}: a file; expected a folder")
    if to.suffix.lower() in FILES:
        raise BadInput(f"--to {to}: expected a folder, such as {to.with_suffix('')}")
    return to
