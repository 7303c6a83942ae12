"""One process a results folder: the lock is the operating system's and dies with its holder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from errno import ENOSPC

from experiments.errors import BadInput
from experiments.store.folder import Folder

LOCK = ".lock"


@contextmanager
def held(folder: Folder) -> Iterator[None]:
    """Hold the folder; raise BadInput if another process does or nothing can be written there.

    An object store knows no locks. There two processes with the same inputs write the same
    objects, and one with other inputs is refused by the manifest.
    """
    if folder.local is None:
        yield
        return
    from filelock import FileLock, Timeout

    lock = FileLock(folder.local / LOCK)
    try:
        folder.local.mkdir(parents=True, exist_ok=True)
        lock.acquire(blocking=False)
    except Timeout:
        raise BadInput(f"{folder.address}: another process is running into this folder") from None
    except OSError as wrong:
        if wrong.errno == ENOSPC:
            raise
        raise BadInput(f"{folder.address}: no place for results ({wrong.strerror})") from None
    try:
        yield
    finally:
        lock.release()
