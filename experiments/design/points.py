"""Tables of parameter points: a column a parameter, a row a point."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from experiments.design.layout import Floats
from experiments.refusals import BadInput
from scenarios.registry import Registry

ENDINGS = {".csv", ".parquet"}
NOT_PARAMETERS = {"world", "point", "replicate", "chain", "draw", "iteration", "weight"}


def read_table(path: Path, registry: Registry) -> dict[str, Floats]:
    """Return the columns of a CSV or Parquet file that are parameters, by leaf name.

    Columns that start with an underscore or only number the rows are passed over. Raises
    BadInput, naming row and column, for a name or a value that the registry does not allow.
    """
    import pandas as pd

    if not path.is_file():
        raise BadInput(f"{path}: no such file")
    try:
        frame = (
            pd.read_csv(path, comment="#")
            if path.suffix.lower() == ".csv"
            else pd.read_parquet(path)
        )
    except (ValueError, OSError) as wrong:
        raise BadInput(f"{path}: not a table: {str(wrong).splitlines()[0]}") from None
    named = [name for name in frame.columns if _is_parameter(str(name))]
    if not named or frame.empty:
        raise BadInput(f"{path}: expected a column a parameter and a row a point")
    return {str(name): _checked_column(path, frame[name], registry) for name in named}


def _is_parameter(name: str) -> bool:
    return name not in NOT_PARAMETERS and not name.startswith(("_", "log_", "Unnamed"))


def _checked_column(path: Path, column: object, registry: Registry) -> Floats:
    """Return a column's numbers once all of them are in the parameter's range."""
    name = str(getattr(column, "name", ""))
    try:
        values = np.asarray(column, dtype=np.float64)
        registry.check(name, float(registry.leaves[name].value) if name in registry.leaves else 0)
    except (KeyError, ValueError) as wrong:
        raise BadInput(f"{path}: column '{name}': {wrong.args[0]}") from None
    for row, value in enumerate(values):
        try:
            registry.check(name, float(value))
        except ValueError as wrong:
            raise BadInput(f"{path}: row {row + 1}: {wrong}") from None
    return values
