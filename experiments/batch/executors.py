"""Where blocks are computed: in this process, in local processes, or by any executor given.

Local workers are started from a clean process (never a fork of this one), know no Ctrl-C, hold
one thread each and end when their parent does, however it ended.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager, suppress
from itertools import islice
from multiprocessing.connection import wait as wait_for
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from experiments.errors import BadInput
from experiments.exit_codes import said_of
from experiments.machine import cores

__all__ = ["InProcess", "cores", "in_window", "local_workers", "warm_up"]

P = ParamSpec("P")
T = TypeVar("T")

FRESH = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "PYTHONSAFEPATH": "1",
}
"""What workers are started with: one thread, and no imports from the current folder."""
FORKS = "forkserver" in multiprocessing.get_all_start_methods()
"""Whether workers can be forks of a server that has imported what they need."""
LONGEST = 70
"""Bytes of a folder's name in which a socket can lie: systems take 104 with the socket's own."""
SHORT = ("/tmp", "/var/tmp", "/dev/shm")  # noqa: S108 (a folder in one, that nobody else may open)
"""Where sockets lie if the folder for temporary files has a longer name."""
SEMAPHORES, PREFIX = Path("/dev/shm"), "crossroads-"  # noqa: S108 (the system puts them there)
"""Where Linux keeps semaphores, and how those of a run begin: its process's number follows."""
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


@contextmanager
def local_workers(workers: int) -> Iterator[Executor]:
    """Give an executor of so many local processes (or this one); leave none behind.

    On Ctrl-C the workers are ended at once: a block is whole or it is not there. Where the system
    has no processes or semaphores to give, a line says so and this process computes.
    """
    pool = _pool(workers) if workers > 1 else None
    if pool is None:
        yield InProcess()
        return
    try:
        with _without_main():
            if FORKS:
                pool.submit(os.getpid)  # may wait for imports: Ctrl-C is heard meanwhile
            else:
                with _unheard(signal.SIGINT), _environment(FRESH):
                    pool.submit(os.getpid)
            yield pool
    except KeyboardInterrupt:
        _end_server()
        for child in multiprocessing.active_children():
            child.terminate()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _pool(workers: int) -> ProcessPoolExecutor | None:
    """Return a pool of processes; None, after saying so, where there can be none."""
    config: Any = multiprocessing.current_process()._config  # type: ignore[attr-defined]  # noqa: SLF001
    remove_orphans()
    config["semprefix"] = f"/{PREFIX}{os.getpid()}"
    try:
        warm_up()
        context = multiprocessing.get_context("forkserver" if FORKS else "spawn")
        return ProcessPoolExecutor(workers, mp_context=context, initializer=_settle)
    except (OSError, ImportError) as wrong:
        said = said_of(wrong) if isinstance(wrong, OSError) else str(wrong)
        print(
            f"no workers here ({said}; they need new processes and semaphores in {SEMAPHORES}): "
            "computing in this process, as with --workers 1",
            file=sys.stderr,
        )
        return None


def remove_orphans(at: Path = SEMAPHORES) -> None:
    """Remove the semaphores of runs that were killed with all their processes."""
    for each in at.glob(f"sem.{PREFIX}*"):
        owner = each.name.removeprefix(f"sem.{PREFIX}").split("-")[0]
        with suppress(OSError, ValueError):
            try:
                os.kill(int(owner), 0)
            except ProcessLookupError:
                each.unlink()


def warm_up() -> None:
    """Start the server that workers are forked from: its imports begin while input is read."""
    if FORKS:
        from multiprocessing import forkserver

        forkserver.set_forkserver_preload(["experiments.batch.blocks", "model.ensemble"])
        with _unheard(signal.SIGINT), _environment(FRESH), short_folder():
            forkserver.ensure_running()


@contextmanager
def short_folder() -> Iterator[None]:
    """Have the server's socket lie in a folder whose name leaves room for its own.

    Raises BadInput where there is none.
    """
    before, usual = tempfile.tempdir, tempfile.gettempdir()
    if len(os.fsencode(usual)) > LONGEST:
        short = next((each for each in SHORT if os.access(each, os.W_OK | os.X_OK)), None)
        if short is None:
            todo = "set TMPDIR to a folder with a shorter one, or compute with --workers 1"
            raise BadInput(f"{usual}: too long a name for what workers need there; {todo}")
        tempfile.tempdir = short
    try:
        yield
    finally:
        tempfile.tempdir = before


def _end_server() -> None:
    """End the server, which may still import: it would fork workers that nobody waits for."""
    if FORKS:
        from multiprocessing import forkserver

        server: Any = forkserver._forkserver  # noqa: SLF001 (it has no public name)
        if server._forkserver_pid is not None:  # noqa: SLF001
            with suppress(ProcessLookupError):
                os.kill(server._forkserver_pid, signal.SIGTERM)  # noqa: SLF001


@contextmanager
def _without_main() -> Iterator[None]:
    """Hide the file of the running script from processes started meanwhile.

    They need nothing of it, and would run it: a script without a guard, or one from a pipe,
    which has no file, would not get on.
    """
    main: Any = sys.modules["__main__"]
    spec, file = main.__spec__, vars(main).pop("__file__", None)
    main.__spec__ = None
    try:
        yield
    finally:
        main.__spec__ = spec
        if file is not None:
            main.__file__ = file


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

    Whatever ends it early, blocks that nobody has begun are begun by nobody; after an error it
    waits for the others, which write.
    """
    waiting, pending = iter(blocks), set[Future[T]]()
    try:
        while pending := pending.union(map(submit, islice(waiting, window - len(pending)))):
            done, pending = wait(pending, return_when=FIRST_COMPLETED)
            yield from (each.result() for each in done)
    except BaseException as ended:
        begun = [each for each in pending if not each.cancel()]
        if isinstance(ended, Exception):
            wait(begun)
        raise
