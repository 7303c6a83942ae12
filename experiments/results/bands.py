"""Quantile bands of result columns, scenario by scenario, some quarters at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd

from experiments.refusals import BadInput
from experiments.results.base import RecordedRun
from experiments.results.cells import Cells, Floats, lived, numbers
from experiments.results.estimates import quantiles as quantiles_of
from experiments.results.moments import Centred
from experiments.results.selection import Rows, Selection, known
from experiments.store.columns import LABELS, TABLES, table_of
from experiments.store.labels import nearest_column
from scenarios.quarters import quarter_date
from scenarios.reading import described

AT_ONCE = 1 << 25
"""Numbers that are held in memory at a time: of large batches, a few quarters."""


def bands(
    results: RecordedRun, column: str, quantiles: float | Sequence[float], selection: Selection
) -> pd.DataFrame:
    """Return a row a scenario, quarter, state and power: n, mean and the quantiles `q05`, ..."""
    names = [name for table in TABLES.values() for name in table.names]
    if column not in names:
        raise BadInput(f"unknown column '{column}'; {nearest_column(str(column), names)}")
    levels = _several(quantiles)
    table = table_of(column)
    known(table.name, results.tables, "table")
    rows = results.held.rows(table.name, selection)
    wanted = [name for name in results.scenarios if name in rows.scenarios]
    parts = [part for name in wanted for part in _parts(results, name, column, levels, rows)]
    frame = pd.concat(parts, ignore_index=True)
    for key, valid in {"scenario": results.scenarios, **LABELS}.items():
        if key in frame:
            frame[key] = pd.Categorical(frame[key], pd.Index(list(valid), dtype="str"))
    return frame


def _parts(
    results: RecordedRun, scenario: str, column: str, levels: list[float], rows: Rows
) -> Iterator[pd.DataFrame]:
    """Yield the bands of a scenario, of as many quarters at a time as memory is meant to hold."""
    table, there, days = table_of(column), results.timeline, rows.keys.get("quarter")
    every = [(place, quarter_date(int(there[place]))) for place in lived(results, scenario)]
    asked = [place for place, day in every if days is None or day in days]
    step = max(1, AT_ONCE // (results.size * int(np.prod([len(LABELS[k]) for k in table.keys]))))
    for first in range(0, max(len(asked), 1), step):
        places = tuple(asked[first : first + step])
        found = numbers(results, scenario, Cells(column, rows=places))
        labels: dict[str, list[Any]] = {
            "quarter": [quarter_date(int(there[place])) for place in places]
        }
        for axis, key in enumerate(table.keys, 1):
            labels[key] = [e for e in LABELS[key] if e in rows.keys.get(key, LABELS[key])]
            found = found.take([LABELS[key].index(each) for each in labels[key]], axis)
        if "world" in rows.keys:
            found = found[..., sorted(set(rows.keys["world"]))]
        yield _spread(scenario, labels, levels, found)


def _spread(
    scenario: str,
    labels: dict[str, list[Any]],
    levels: list[float],
    found: Floats,
) -> pd.DataFrame:
    """Return the bands of numbers (quarters, states, powers, worlds), where one is known."""
    index = pd.MultiIndex.from_product(list(labels.values()), names=list(labels))
    frame = index.to_frame(index=False)
    frame.insert(0, "scenario", scenario)
    frame["quarter"] = frame["quarter"].astype("datetime64[s]")
    over = Centred(found)
    frame["n"], frame["mean"] = over.count.ravel(), over.mean.ravel()
    ends = quantiles_of(found, levels).astype(np.float32).reshape(len(levels), -1)
    for level, end in zip(levels, ends, strict=True):
        frame[label(level)] = end
    known: pd.DataFrame = frame[frame["n"] > 0]
    return known


def _several(quantiles: Any) -> list[float]:  # noqa: ANN401 (whatever Python hands over)
    """Return quantiles as a list, whether one is given or several; BadInput for none of 0 to 1."""
    several = list(quantiles) if isinstance(quantiles, Iterable) else [quantiles]
    wrong = [each for each in several if not _is_part(each)]
    if wrong or not several:
        got = described(wrong[0]) if wrong else "none"
        raise BadInput(f"quantiles: expected numbers from 0 to 1 such as 0.05, got {got}")
    return [float(each) for each in several]


def _is_part(given: object) -> bool:
    return isinstance(given, Real) and not isinstance(given, bool) and 0 <= float(given) <= 1


def label(quantile: float) -> str:
    """Return a quantile's column name.

    >>> label(0.05), label(0.975)
    ('q05', 'q97_5')
    """
    return f"q{100 * quantile:04.1f}".removesuffix(".0").replace(".", "_")
