"""Handing blocks to workers, and going on when workers are lost."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future
from dataclasses import dataclass
from logging import Logger

from experiments.batch.blocks import Report
from experiments.batch.executors import FOREIGN_WINDOW, cores, in_window, local_workers
from experiments.errors import BadInput, plain, wrong_count
from scenarios.reading import described

LOSSES = 3
"""How often in a row workers may be lost without any block finished before a run gives up."""
Task = Callable[[Executor, int], Future[Report]]


@dataclass(frozen=True)
class Compute:
    """How and how loudly a batch is computed; nothing here changes a number."""

    workers: int | None = None
    executor: Executor | None = None
    quiet: bool = True

    def __post_init__(self) -> None:
        """Refuse workers and executors that cannot be, before anything is written."""
        object.__setattr__(self, "workers", plain(self.workers))
        wrong = [] if self.workers is None else [*wrong_count("--workers", self.workers, 1)]
        given = self.executor
        lacking = isinstance(given, type) or not callable(getattr(given, "submit", None))
        if given is not None and lacking:
            wrong.append(f"executor: expected one with submit(), got {described(self.executor)}")
        if wrong:
            raise BadInput(*wrong)


def dispatched(task: Task, blocks: Iterable[int], means: Compute, log: Logger) -> Iterator[Report]:
    """Yield the blocks' reports as they come; start new workers when some are lost.

    A given executor looks after its own workers.
    """
    if means.executor is not None:
        executor = means.executor
        yield from in_window(lambda block: task(executor, block), blocks, FOREIGN_WINDOW)
        return
    left, losses = dict.fromkeys(blocks), 0
    while left:
        try:
            for report in _local(task, list(left), means):
                del left[report.block]
                losses = 0
                yield report
        except BrokenExecutor:
            losses += 1
            tell(f"a worker was lost; going on with the {len(left)} blocks that are left", log)
            if losses == LOSSES:
                raise


def _local(task: Task, blocks: list[int], means: Compute) -> Iterator[Report]:
    """Yield reports from local workers, no more of them than there are blocks."""
    workers = min(means.workers or cores(), len(blocks))
    with local_workers(workers) as executor:
        window = 1 if workers == 1 else 2 * workers
        yield from in_window(lambda block: task(executor, block), blocks, window)


def tell(line: str, log: Logger) -> None:
    """Say something on the error stream and in the log."""
    log.warning(line)
    print(line, file=sys.stderr)
