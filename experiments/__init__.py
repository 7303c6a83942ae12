"""What people run: batches of worlds, results folders, figures, tables and the command line.

From Python, `from experiments import run, load` is all that most need: `run` computes a results
folder, `load` reads one. Both are imported when first asked for, since they need pandas and
pyarrow and the command line must answer at once.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__all__ = ["load", "run"]

EXPORTS = {"load": "experiments.results.reading", "run": "experiments.batch.run"}
"""The module in which each name lives."""


def __getattr__(name: str) -> Any:  # noqa: ANN401 (a module can hold anything)
    """Import an exported name when it is first asked for."""
    if name not in EXPORTS:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(EXPORTS[name]), name)
