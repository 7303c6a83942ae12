"""What is in a results folder, for tests that compare two of them."""

from __future__ import annotations

from pathlib import Path


def tables(folder):
    """Every result file's bytes by its name; what may differ between equal runs is left out."""
    files = sorted(Path(folder).rglob("*.parquet"))
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}
