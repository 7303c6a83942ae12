"""What a running batch says: a bar for people, lines in the folder's log for later."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from experiments.blocks import Report

LOG = "run.log"
Advance = Callable[[Report], object]


@contextmanager
def progress(worlds: int, *, quiet: bool) -> Iterator[Advance]:
    """Show a bar on a terminal's error stream; nothing when quiet or piped.

    It counts worlds in all scenarios, from blocks that are finished: rate, time left and
    failing worlds. Blocks found whole from an earlier run count as done, not towards the rate.
    """
    if quiet or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich import progress as bars
    from rich.console import Console

    columns = (
        bars.BarColumn(),
        bars.MofNCompleteColumn(),
        bars.TextColumn("worlds, {task.fields[rate]}{task.fields[failed]}"),
        bars.TimeElapsedColumn(),
    )
    with bars.Progress(*columns, console=Console(stderr=True)) as shown:
        tally = Tally(worlds)
        task = shown.add_task("", total=worlds, rate="starting", failed="")
        yield lambda report: shown.update(task, **tally.add(report))


class Tally:
    """Adds reports up: worlds done, rate, time left, failures."""

    def __init__(self, worlds: int) -> None:
        """Start the clock."""
        self.left = worlds
        self.computed = self.failures = 0
        self.started = time.perf_counter()

    def add(self, report: Report) -> dict[str, Any]:
        """Count a block in and say what a bar shows of it."""
        self.left -= report.worlds
        self.failures += report.failures
        self.computed += report.worlds if report.computed else 0
        rate = self.computed / (time.perf_counter() - self.started)
        left = timedelta(seconds=round(self.left / rate)) if rate else None
        return {
            "advance": report.worlds,
            "rate": f"{rate:,.0f} a second, {left} left" if rate else "already there",
            "failed": f", {self.failures} failed" if self.failures else "",
        }


@contextmanager
def log_file(folder: Path | None) -> Iterator[logging.Logger]:
    """Give a logger that writes to the folder's log file (nowhere for a remote folder)."""
    log = logging.getLogger("crossroads.batch")
    log.setLevel(logging.INFO)
    log.propagate = False
    handler = (
        logging.FileHandler(folder / LOG, encoding="utf-8") if folder else logging.NullHandler()
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    log.addHandler(handler)
    try:
        yield log
    finally:
        log.removeHandler(handler)
        handler.close()
