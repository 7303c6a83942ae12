"""Files of a results folder that are missing, cut short, exchanged or changed on the disk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from io import SEEK_END
from pathlib import Path
from stat import S_ISREG
from typing import TYPE_CHECKING

from experiments.errors import BadInput
from experiments.results.manifest import Json
from experiments.store.folder import checksum

if TYPE_CHECKING:
    from experiments.store.folder import Folder

CHECKED = 64 * 1024**2
"""Bytes: folders up to this size are held against their checksums when they are opened."""
PARQUET = b"PAR1"
"""How every whole Parquet file ends."""


def refuse_damaged(folder: Folder, found: Json) -> None:
    """Raise BadInput when files of a folder on a disk are missing or damaged.

    A folder of up to `CHECKED` bytes is read whole, once a process; in a larger one files are
    only looked at, so that a change in the middle of one is noticed when it is read, or by rerun.
    """
    if folder.local is None:
        return
    files = _checksums(found)
    small = sum(_size(folder.local / name) for name in files) <= CHECKED
    _refuse(folder, _changed(folder.local, files) if small else _cut(folder.local, files))


@contextmanager
def telling(folder: Folder, found: Json) -> Iterator[None]:
    """Name the damaged files if reading fails because of them; other failures stay as they are."""
    try:
        yield
    except Exception:
        if folder.local is not None:
            _refuse(folder, _changed(folder.local, _checksums(found)))
        raise


def _refuse(folder: Folder, damaged: list[str]) -> None:
    if damaged:
        more = f" and {len(damaged) - 1} more files are" if len(damaged) > 1 else " is"
        again = "the same `crossroads run` computes what is lost"
        raise BadInput(f"{folder.address}: {damaged[0]}{more} missing or damaged; {again}")


def _checksums(found: Json) -> dict[str, str]:
    """Return the files that a manifest lists, with their checksums."""
    blocks = (each["files"] for each in found["blocks"])
    return {name: each for files in (*blocks, found["files"]) for name, each in files.items()}


def _changed(place: Path, files: Mapping[str, str]) -> list[str]:
    return [name for name, expected in files.items() if _sum(place / name) != expected]


def _cut(place: Path, files: Mapping[str, str]) -> list[str]:
    return [name for name in files if not _ends_well(place / name)]


def _sum(path: Path) -> str:
    """Return a file's checksum; an empty text where it cannot be read."""
    try:
        stat = path.stat()
        if not S_ISREG(stat.st_mode):
            return ""
        return _sum_of(path.absolute(), stat.st_size, stat.st_mtime_ns)
    except OSError:
        return ""


@lru_cache(maxsize=10_000)
def _sum_of(path: Path, _size: int, _changed: int) -> str:
    return checksum(path.read_bytes())


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _ends_well(path: Path) -> bool:
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            file.seek(-len(PARQUET), SEEK_END)
            return file.read() == PARQUET
    except OSError:
        return False
