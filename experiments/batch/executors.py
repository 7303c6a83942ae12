"""Where blocks are computed: in this process, in local processes, or by any executor given.

Local workers are started from a clean process (never a fork of this one), know no Ctrl-C, hold
one thread each and end when their parent does, however it ended.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from itertools import islice
from multiprocessing.connection import wait as wait_for
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

FRESH = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "PYTHONSAFEPATH": "1",
}
"""What workers are started with: one thread, and no imports from the current folder."""
FOREIGN_WINDOW = 64
"""Blocks under way at once with an executor whose size is unknown."""


class InProcess(Executor):
    """Runs what is submitted at once, in the calling thread."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Run the call and return its finished future; Ctrl-C goes through."""
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 (that is what a future is for)
            future.set_exception(error)
        return future


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextmanager
def local_workers(workers: int) -> Iterator[Executor]:
    """Give an executor of so many local processes (or this one); leave none behind.

    On Ctrl-C the workers are ended at once: a block is whole or it is not there.
    """
    if workers == 1:
        yield InProcess()
        return
    pool = ProcessPoolExecutor(workers, mp_context=_context(), initializer=_settle)
    try:
        with _unheard(signal.SIGINT), _environment(FRESH):
            pool.submit(os.getpid)
        yield pool
    except KeyboardInterrupt:
        for child in multiprocessing.active_children():
            child.terminate()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _context() -> multiprocessing.context.BaseContext:
    """Return the context whose workers start soonest without being forks of this process."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["experiments.batch.blocks", "model.ensemble"])
    return context


def warm_up() -> None:
    """Let the workers' imports begin while this process still reads its input."""
    if "forkserver" in multiprocessing.get_all_start_methods() and cores() > 1:
        from multiprocessing import forkserver

        _context()
        with _unheard(signal.SIGINT), _environment(FRESH):
            forkserver.ensure_running()


def _settle() -> None:
    """Make a fresh worker deaf to Ctrl-C, single-threaded and mortal."""
    import pyarrow as pa

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    pa.set_cpu_count(1)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Wait for the parent process to end, and end too."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait_for([parent.sentinel])
        os._exit(1)


@contextmanager
def _unheard(number: signal.Signals) -> Iterator[None]:
    """Ignore a signal for a while; processes started meanwhile ignore it from their first line."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(number, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(number, before)


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    """Set environment variables for the processes started meanwhile."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def in_window(
    submit: Callable[[int], Future[T]], blocks: Iterable[int], window: int
) -> Iterator[T]:
    """Yield results as they come, with at most `window` blocks under way.

    Whatever ends it early, blocks that nobody has begun are begun by nobody.
    """
    waiting, pending = iter(blocks), set[Future[T]]()
    try:
        while pending := pending.union(map(submit, islice(waiting, window - len(pending)))):
            done, pending = wait(pending, return_when=FIRST_COMPLETED)
            yield from (each.result() for each in done)
    finally:
        for each in pending:
            each.cancel()
