"""Who computes a batch for a command, and what ends it from outside."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, Executor
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from experiments.batch.executors import cores, warm_up
from experiments.errors import BadInput, extra
from experiments.exit_codes import BAD_PATH, said_of

if TYPE_CHECKING:
    from experiments.store.folder import Folder

LOST = "workers keep being lost (out of memory?)"


def prepare(workers: int | None, dask: str | None) -> None:
    """Have local workers start, if there will be any, while input is read."""
    if dask is not None and workers is not None:
        raise BadInput("--workers and --dask: expected one of them; a cluster has its own workers")
    if dask is None and (workers or cores()) > 1:
        with suppress(OSError):  # where it cannot be, the run says so
            warm_up()


@contextmanager
def cluster(address: str | None) -> Iterator[Executor | None]:
    """Give the executor of a Dask cluster, or None when no address is given."""
    if address is None:
        yield None
        return
    try:
        from distributed import Client
    except ImportError:
        raise BadInput(f"--dask needs, in a clone of Crossroads: {extra('cluster')}") from None
    try:
        client: Any = Client(address, timeout="10s")  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as wrong:
        raise BadInput(f"--dask {address}: no scheduler answers there ({wrong})") from None
    with client:
        yield client.get_executor(pure=False)


@contextmanager
def saying_what_ended(folder: Folder) -> Iterator[None]:
    """Say in one line what ended a run from outside, and that nothing finished is lost."""
    try:
        yield
    except KeyboardInterrupt:
        print(
            f"interrupted; the same command goes on from what is in {folder.address}",
            file=sys.stderr,
        )
        raise
    except (BrokenExecutor, OSError) as wrong:
        if isinstance(wrong, BAD_PATH):
            where = "" if wrong.filename else f"{folder.address}: "
            raise BadInput(f"{where}{said_of(wrong)}") from None
        what = said_of(wrong) if isinstance(wrong, OSError) else LOST
        print(f"{what}; the same command goes on from what is in {folder.address}", file=sys.stderr)
