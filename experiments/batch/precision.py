"""How many worlds are enough: blocks are added until an outcome is known well enough.

The number of worlds depends on what the worlds show alone, never on how many workers there are or
in which order they finish: after each stage the next one's size is worked out from all blocks so
far, and a stage is finished before the next begins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import ceil, isfinite

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from experiments.design.asked import LEADER, Asked, Precision
from experiments.results.estimates import mean, probability
from experiments.store.columns import LABELS, TABLES, table_of
from experiments.store.folder import Folder
from experiments.store.parts import part_name
from scenarios.quarters import quarter_date
from scenarios.vocabulary import POWERS

FIRST = 4
"""Blocks of the first stage."""
GROWTH = 4
"""How much larger a stage may make the batch."""


def stages(
    blocks: int, wanted: Precision | None, reached: Callable[[int], float]
) -> Iterator[range]:
    """Yield the blocks to compute, stage by stage; `reached` tells the half-width after n blocks.

    >>> [len(each) for each in stages(100, Precision(0.01), lambda blocks: 0.1 / blocks**0.5)]
    [4, 12, 48, 36]
    """
    done = 0
    size = min(blocks, FIRST) if wanted else blocks
    while done < size:
        yield range(done, size)
        done = size
        if wanted and (found := reached(done)) > wanted.half_width:
            size = min(blocks, _next(done, found / wanted.half_width))


def _next(done: int, excess: float) -> int:
    """Return how many blocks are likely to do: intervals shrink with the root of their number."""
    likely = ceil(done * excess**2) if isfinite(excess) else done * GROWTH
    return max(done + 1, min(likely, done * GROWTH))


def measured(
    folder: Folder, scenarios: list[str], quarter: int, blocks: int, wanted: Precision
) -> float:
    """Return the half-width that the first blocks of a folder give the outcome."""
    asked = Asked.read(wanted.outcome)
    column = "share" if asked.column == LEADER else asked.column
    widths: list[float] = []
    for scenario in scenarios:
        names = [part_name(asked.table, scenario, block) for block in range(blocks)]
        parts = [_last(folder, name, column, quarter) for name in names]
        widths += half_widths(np.concatenate(parts, axis=-1), asked)
    return max(widths, default=float("inf"))


def _last(folder: Folder, name: str, column: str, quarter: int) -> NDArray[np.float32]:
    """Return a column of a part in its last quarter: (states, powers, worlds)."""
    file = pq.ParquetFile(folder.path(name), filesystem=folder.arrow())
    read = file.read_row_group(file.num_row_groups - 1, columns=["quarter", column])
    last = read.filter(pc.field("quarter") == pa.scalar(quarter_date(quarter)))
    sizes = [len(LABELS[key]) for key in table_of(column).keys]
    found: NDArray[np.float32] = last.column(column).to_numpy().reshape(*sizes, -1)
    return found


def half_widths(found: NDArray[np.float32], asked: Asked) -> list[float]:
    """Return half the 95 % intervals of an outcome, of each state and power that is asked for.

    `found` is (states, powers, worlds); where no world has a number there is no interval.
    """
    values = found.astype(np.float64)
    if asked.column == LEADER:
        first = np.nan_to_num(values).argmax(axis=1)[:, np.newaxis]
        leads = first == np.arange(len(POWERS))[:, np.newaxis]
        values = np.where(np.isfinite(values), leads, np.nan)
    for axis, key in enumerate(TABLES[asked.table].keys):
        if label := {"state": asked.state, "power": asked.power}[key]:
            values = values.take([LABELS[key].index(label)], axis)
    cells = int(np.prod(values.shape[:-1]))
    known = [cell for cell in values.reshape(cells, values.shape[-1]) if np.isfinite(cell).any()]
    found_of = [probability(cell) if asked.column == LEADER else mean(cell) for cell in known]
    return [half for each in found_of if isfinite(half := (each.high - each.low) / 2)]
