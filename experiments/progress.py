"""Bars on a terminal for work that takes long."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Advance = Callable[[int], object]
"""Counts so much as done."""
Step = Callable[[str], object]
"""Says what is being done next."""


@contextmanager
def steps(total: int) -> Iterator[Step]:
    """Show a bar of things that are done one after another on a terminal's error stream.

    Nothing where that is piped. Each call says what comes next and counts what came before; the
    bar is gone in the end.
    """
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich import progress as bars  # slow to import
    from rich.console import Console

    columns = (bars.BarColumn(), bars.MofNCompleteColumn(), bars.TextColumn("{task.description}"))
    console = Console(stderr=True)
    with bars.Progress(
        *columns, console=console, transient=True, redirect_stdout=False, redirect_stderr=False
    ) as shown:
        task = shown.add_task("", total=total, completed=-1)
        yield lambda name: shown.update(task, advance=1, description=name)


@contextmanager
def progress(title: str, total: int, *, quiet: bool) -> Iterator[Advance]:
    """A bar on a terminal's error stream; nothing when quiet or piped."""
    if quiet or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich import progress as bars
    from rich.console import Console

    columns = (
        bars.TextColumn("{task.description}"),
        bars.BarColumn(),
        bars.MofNCompleteColumn(),
        bars.TimeRemainingColumn(),
    )
    with bars.Progress(*columns, console=Console(stderr=True)) as shown:
        task = shown.add_task(title, total=total)
        yield lambda step: shown.advance(task, step)
