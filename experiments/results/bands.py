"""Quantile bands of result columns, scenario by scenario, some quarters at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.errors import BadInput
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
    return pd.concat(parts, ignore_index=True)


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
        chosen = [np.array([quarter_date(int(there[place])) for place in places], "datetime64[s]")]
        for axis, key in enumerate(table.keys, 1):
            held = [n for n, e in enumerate(LABELS[key]) if e in rows.keys.get(key, LABELS[key])]
            chosen.append(np.array(held, dtype=np.int64))
            found = found.take(held, axis)
        if "world" in rows.keys:
            found = found[..., sorted(set(rows.keys["world"]))]
        yield _spread(results.scenarios, scenario, dict(zip(table.keys, chosen[1:], strict=True)),
                      chosen[0], levels, found)  # fmt: skip


def _spread(
    scenarios: Sequence[str],
    scenario: str,
    labels: dict[str, NDArray[np.int64]],
    quarters: NDArray[np.datetime64],
    levels: list[float],
    found: Floats,
) -> pd.DataFrame:
    """Return the bands of numbers (quarters, *labels, worlds), in rows where one is known.

    `labels` are places in LABELS. Labels are told by their codes: comparing texts would take
    longer than all the rest.
    """
    over = Centred(found)
    known = np.flatnonzero(over.count)
    row, *places = np.unravel_index(known, over.count.shape)
    codes = np.full(len(known), scenarios.index(scenario))
    columns: dict[str, Any] = {"scenario": _categorical(codes, tuple(scenarios))}
    columns["quarter"] = quarters[row]
    for (key, held), place in zip(labels.items(), places, strict=True):
        columns[key] = _categorical(held[place], tuple(LABELS[key]))
    columns |= {"n": over.count.ravel()[known], "mean": over.mean.ravel()[known]}
    ends = quantiles_of(found, levels).astype(np.float32).reshape(len(levels), -1)
    columns |= {label(level): end[known] for level, end in zip(levels, ends, strict=True)}
    return pd.DataFrame(columns)


def _categorical(codes: NDArray[np.int64], valid: tuple[str, ...]) -> pd.Categorical:
    return pd.Categorical.from_codes(codes, dtype=_dtype(valid))


@lru_cache
def _dtype(valid: tuple[str, ...]) -> pd.CategoricalDtype:
    return pd.CategoricalDtype(pd.Index(list(valid), dtype="str"))


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
