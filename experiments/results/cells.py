"""Numbers of result tables as arrays, worlds last, straight from the files.

Parts lie on the disk as the recorder laid them out: quarter by quarter, then state, power and
world (`experiments.store.parts`). So a column of a part is an array already; keys need not be
read and nothing is joined. World w is at the same place in every scenario: a difference of two
arrays is a paired difference.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from experiments.errors import BadInput
from experiments.machine import cores
from experiments.results.base import RecordedRun
from experiments.results.selection import known
from experiments.store.columns import TABLES, table_of
from scenarios.quarters import ends_year, parse_quarter, quarter_label

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]
THREADS = 4
"""Files that are read at once, as far as there are cores."""
MANY_WORLDS = 2_000
"""From so many worlds on, figures show the last quarter of each year."""
FEW_QUARTERS = 6
"""With fewer, figures show all of them, however many worlds there are."""
KEPT = 1 << 26
"""Bytes of columns that are kept in memory after they were read; at least two columns are."""


@dataclass(frozen=True)
class Cells:
    """What to read: a column, of one state (and power) or of all, in some recorded quarters.

    `rows` are places in the list of recorded quarters, None for all of them.
    """

    column: str
    state: str | None = None
    power: str | None = None
    rows: tuple[int, ...] | None = None


def last_quarter(results: RecordedRun) -> int:
    """Return the last of the recorded quarters."""
    return int(results.timeline[-1])


def sound(results: RecordedRun, *scenarios: str) -> Integers:
    """Return the worlds that failed in none of some scenarios."""
    failures = results.failures
    ill = failures.loc[failures["scenario"].isin(scenarios), "world"]
    return np.setdiff1d(np.arange(results.size), ill.to_numpy(dtype=np.int64))


def row_of(results: RecordedRun, quarter: str | int) -> int:
    """Return the place of a quarter in what was recorded.

    Raises BadInput when it was not: it names the quarters that are there.
    """
    wanted, there = (
        parse_quarter(quarter) if isinstance(quarter, str) else quarter,
        results.timeline,
    )
    if wanted not in there:
        span = f"{quarter_label(int(there[0]))} to {quarter_label(int(there[-1]))}"
        each = results.manifest["inputs"]["every"]
        raise BadInput(f"{quarter_label(wanted)} is not recorded here: {span}, every {each}")
    return int(np.searchsorted(there, wanted))


def drawn_rows(results: RecordedRun) -> tuple[int, ...]:
    """Return the places of the quarters that figures show: all, or one a year of many worlds."""
    there = results.timeline
    if results.size < MANY_WORLDS or len(there) < FEW_QUARTERS:
        return tuple(range(len(there)))
    return tuple(place for place, each in enumerate(there) if ends_year(each))


def drawn_time(results: RecordedRun) -> tuple[tuple[int, ...], NDArray[np.float64]]:
    """Return the places of the quarters that figures show, and the years that these are."""
    rows = drawn_rows(results)
    return rows, years(results.timeline[list(rows)])


def years(quarters: Sequence[int] | Integers) -> NDArray[np.float64]:
    """Return quarters as decimal years, at their first day.

    >>> years([104, 106])
    array([2026. , 2026.5])
    """
    return 2000 + np.asarray(quarters) / 4


def numbers(results: RecordedRun, scenario: str, cells: Cells) -> Floats:
    """Return a column's numbers of a scenario: (quarters, states, powers, worlds), float32.

    Axes that the table lacks, or that one state or power was asked of, are left out. A world that
    failed holds NaN from its failure on. Raises BadInput for what is not in the folder.
    """
    table = table_of(cells.column).name
    if table not in results.tables:
        raise BadInput(f"'{cells.column}' needs table '{table}', which this folder does not hold")
    whole = _remembered(results, scenario, cells.column, cells.rows)
    places: list[slice | int] = [slice(None)]
    for key, asked in _asked(TABLES[table].keys, cells):
        places.append(slice(None) if asked is None else results.labels[key].index(asked))
    return whole[tuple(places)]


def at_end(results: RecordedRun, scenario: str, column: str, power: str | None = None) -> Floats:
    """Return a column's numbers in the last recorded quarter: (states, powers, worlds)."""
    last = (len(results.timeline) - 1,)
    found: Floats = numbers(results, scenario, Cells(column, power=power, rows=last))[0]
    return found


def _remembered(
    results: RecordedRun, scenario: str, column: str, rows: tuple[int, ...] | None
) -> Floats:
    """Return a column of all states and powers; those read last are kept with the results."""
    kept: dict[tuple[object, ...], Floats] = vars(results).setdefault("_columns", {})
    key = (scenario, column, rows)
    if key not in kept:
        while len(kept) > 1 and sum(each.nbytes for each in kept.values()) > KEPT:
            del kept[next(iter(kept))]
        names, there = results.files(table_of(column).name, scenario), lived(results, scenario)
        wanted = tuple(range(len(results.timeline))) if rows is None else rows
        own = [row - there[0] for row in wanted if row in there]
        with results.reading, ThreadPoolExecutor(min(THREADS, cores())) as threads:
            read = threads.map(lambda name: _part(results, name, column, own, len(there)), names)
            kept[key] = _padded(np.concatenate(list(read), axis=-1), wanted, there)
        kept[key].flags.writeable = False
    return kept[key]


def lived(results: RecordedRun, scenario: str) -> range:
    """Return the places of the recorded quarters that a scenario has: it can start later.

    Raises BadInput for a scenario that is not there.
    """
    name = known(scenario, results.scenarios, "scenario")
    spec, there = results.manifest["inputs"]["scenarios"][name], results.timeline
    first = np.searchsorted(there, parse_quarter(spec["start"]))
    last = np.searchsorted(there, parse_quarter(spec["end"]), side="right")
    return range(int(first), int(last))


def _padded(found: Floats, wanted: Sequence[int], there: range) -> Floats:
    """Return rows with NaN for quarters that a scenario does not have."""
    if len(found) == len(wanted):
        return found
    whole = np.full((len(wanted), *found.shape[1:]), np.nan, dtype=np.float32)
    whole[[row in there for row in wanted]] = found
    return whole


def _part(
    results: RecordedRun, name: str, column: str, wanted: Sequence[int], count: int
) -> Floats:
    """Return a column of one file; only row groups that hold asked quarters are read."""
    folder = results.folder
    file = pq.ParquetFile(folder.path(name), filesystem=folder.arrow())
    sizes = [len(results.labels[key]) for key in table_of(column).keys]
    each = max(file.metadata.row_group(0).num_rows * count // file.metadata.num_rows, 1)
    groups = sorted({row // each for row in wanted}) or [0]
    read = file.read_row_groups(groups, columns=[column], use_threads=False)
    there = [row for group in groups for row in range(group * each, min((group + 1) * each, count))]
    whole: Floats = read.column(0).to_numpy().reshape((len(there), *sizes, -1))
    if len(wanted) == len(there):
        return whole
    if wanted and len(wanted) == wanted[-1] - wanted[0] + 1:  # in one piece: no copy is needed
        return whole[there.index(wanted[0]) :][: len(wanted)]
    places = {row: place for place, row in enumerate(there)}
    return whole[[places[row] for row in wanted]]


def _asked(keys: Sequence[str], cells: Cells) -> list[tuple[str, str | None]]:
    given = {"state": cells.state, "power": cells.power}
    return [(key, given[key]) for key in keys]


def state_weights(results: RecordedRun) -> NDArray[np.float64]:
    """Return the weight of each state in the region: (states, worlds), or one world wide."""
    states = results.labels["state"]
    names = [f"state_weight.{state}" for state in states]
    if set(names) <= set(results.worlds.columns):
        return np.stack([results.worlds[name].to_numpy(dtype=float) for name in names])
    registry = results.batch.assumed.registry
    return np.array([[registry.leaves[name].value] for name in names])


def regional(results: RecordedRun, by_state: NDArray[np.float32]) -> Floats:
    """Return the weighted mean over states of (quarters, states, ..., worlds)."""
    weights = state_weights(results)
    between = by_state.ndim - 3
    weights = weights.reshape(len(weights), *(1,) * between, -1)
    found: Floats = (by_state * weights).sum(axis=1).astype(np.float32)
    return found
