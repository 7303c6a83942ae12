"""What running commands say: a bar for people, lines in the folder's log for later."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from experiments.batch.blocks import Report

LOG = "run.log"
Advance = Callable[[Report], object]


@contextmanager
def progress(worlds: int | None, *, quiet: bool) -> Iterator[Advance]:
    """Show a bar on a terminal's error stream; nothing when quiet or piped.

    It counts worlds in all scenarios, from blocks that are finished. `worlds` is how many there
    will be, None if that is not known yet.
    """
    if quiet or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich import progress as bars  # slow to import
    from rich.console import Console

    columns = (
        bars.TimeElapsedColumn(),
        bars.BarColumn(),
        bars.MofNCompleteColumn(),
        bars.TextColumn("worlds, {task.fields[rate]}{task.fields[failed]}"),
    )
    with bars.Progress(*columns, console=Console(stderr=True)) as shown:
        tally = Tally(worlds)
        task = shown.add_task("", total=worlds, rate="starting", failed="")
        yield lambda report: shown.update(task, **tally.add(report, time.perf_counter()))


class Tally:
    """Adds reports up: worlds done, rate, time left, failures.

    Blocks that were there from an earlier run count as done but not towards the rate, and the
    clock starts with the first block's own start, so that the time left is that of computing.
    """

    def __init__(self, worlds: int | None) -> None:
        """Begin with nothing done."""
        self.left = worlds
        self.computed = self.failures = 0
        self.started: float | None = None

    def add(self, report: Report, now: float) -> dict[str, Any]:
        """Count a block in and say what a bar shows of it."""
        self.left = self.left and self.left - report.worlds
        self.failures += report.failures
        if report.computed:
            self.computed += report.worlds
            self.started = now - report.seconds if self.started is None else self.started
        return {
            "advance": report.worlds,
            "rate": self._rate(now),
            "failed": f", {self.failures} failed" if self.failures else "",
        }

    def _rate(self, now: float) -> str:
        if self.started is None:
            return "already there"
        rate = self.computed / max(now - self.started, 1e-9)
        left = f", {timedelta(seconds=round(self.left / rate))} left" if self.left else ""
        return f"{rate:,.0f} a second{left}"


@contextmanager
def log_file(folder: Path | None) -> Iterator[logging.Logger]:
    """Give a logger that writes to the folder's log file (nowhere for a remote folder).

    What ends the work early is noted there too.
    """
    log = logging.Logger("crossroads", logging.INFO)  # noqa: LOG001 (one a run: threads have theirs)
    handler = LogFile(folder / LOG, encoding="utf-8") if folder else logging.NullHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    log.addHandler(handler)
    try:
        yield log
    except KeyboardInterrupt:
        log.warning("interrupted")
        raise
    except BaseException:
        log.exception("ended early")
        raise
    finally:
        handler.close()


class LogFile(logging.FileHandler):
    """A log file; a line that finds no room on the disk is lost, and nothing else."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 (logging's own name)
        """Say nothing: what matters of a full disk is told by what has to be written."""

    def close(self) -> None:
        """Close the file, whether or not there is room for its last lines."""
        with suppress(OSError):
            super().close()
