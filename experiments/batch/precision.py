"""How many worlds are enough: blocks are added until an outcome is known well enough.

The number of worlds depends on what the worlds show alone, never on how many workers there are or
in which order they finish: after each stage the next one's size is worked out from all blocks so
far, and a stage is finished before the next begins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import ceil, isfinite

from experiments.design.asked import Asked, Precision
from experiments.store.folder import Folder
from experiments.store.parts import part_name
from scenarios.quarters import quarter_date

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
    from experiments.results.bands import connected, source  # few batches need DuckDB and pandas
    from experiments.results.leaders import half_width

    asked = Asked.read(wanted.outcome)
    names = [part_name(asked.table, name, block) for name in scenarios for block in range(blocks)]
    with connected(folder) as connection:
        return half_width(connection, source(folder, names), quarter_date(quarter), asked)
