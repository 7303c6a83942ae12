"""A results folder: whole files under relative names, on a disk or in any fsspec store."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from errno import EISDIR
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, BinaryIO

from experiments.addresses import as_path
from experiments.errors import BadInput
from scenarios.addresses import ELSEWHERE, HERE
from scenarios.text import content_of

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem
    from pyarrow.fs import FileSystem

REMOTE = re.compile(r"(?!file:|local:)[A-Za-z][A-Za-z0-9+.-]*://")
"""How addresses of other places than this machine's disks begin."""
WORKING = ".working"
"""Where a batch keeps what only matters until it is finished."""
TEMPORARY = ".part"
WORLDS, FAILURES = "worlds.parquet", "failures.parquet"
MUCH = 1 << 29
"""Bytes that a process may leave in the system's memory of files: what is written is often read."""


Content = bytes | memoryview


def checksum(content: Content) -> str:
    """Return the SHA-256 that the manifest and the block records carry; `sha256sum` agrees."""
    return hashlib.sha256(content).hexdigest()


@dataclass(frozen=True)
class Folder:
    """A place for result files; picklable, so that workers write what they compute.

    On a disk a file is written under a temporary name and renamed. An object store has no
    rename, but it shows an object only once all of it has arrived, which is as good.
    """

    address: str

    def __post_init__(self) -> None:
        """Read the address: `~` is a home folder; BadInput for one that no file could hold."""
        text = self.address
        if REMOTE.match(text) and text.isprintable():
            return
        if ELSEWHERE.match(text) and not text.startswith(HERE):
            raise BadInput(f"{text!a}: expected {text.replace(':/', '://', 1)!a}")
        object.__setattr__(self, "address", str(as_path(text)))

    @property
    def local(self) -> Path | None:
        """The folder's path, or None when it is not on this machine's disks."""
        return None if REMOTE.match(self.address) else Path(self.address)

    @property
    def shared(self) -> bool:
        """Whether other processes see what is written."""
        return not self.address.startswith("memory://")

    def read(self, name: str, most: int = sys.maxsize) -> bytes:
        """Return the content of a file of `most` bytes at most; raises FileNotFoundError."""
        if self.local is not None:
            return content_of(self.local / name, most)
        content: bytes = self._remote().cat_file(self.path(name))
        return content

    def write(self, name: str, content: Content) -> str:
        """Write a whole file, replacing any of that name, and return its checksum."""
        if self.local is None:
            self._remote().pipe_file(self.path(name), bytes(content))
        else:
            with _renamed(self.local, name) as temporary:
                temporary.write_bytes(content)
            PAGE_CACHE.grow(self.local / name, len(content))
        return checksum(content)

    @contextmanager
    def stream(self, name: str) -> Iterator[Hashed]:
        """Give a file to write piece by piece; it appears whole, or not at all."""
        if self.local is None:
            with TemporaryDirectory() as apart:
                whole = Path(apart) / "whole"
                with whole.open("wb") as file:
                    yield Hashed(file)
                self._remote().put_file(str(whole), self.path(name))
            return
        with _renamed(self.local, name) as temporary, temporary.open("wb") as file:
            yield Hashed(file)

    def holds(self, name: str, expected: str) -> bool:
        """Tell whether the file is there with the expected checksum; a pipe is none."""
        if self.local is not None and not (self.local / name).is_file():
            return False
        try:
            return checksum(self.read(name)) == expected
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            return False

    def exists(self, name: str = "") -> bool:
        """Tell whether the file (or the folder itself) is there."""
        if self.local is not None:
            return (self.local / name).exists()
        return bool(self._remote().exists(self.path(name)))

    def blocked(self, name: str) -> bool:
        """Tell whether something that is no folder lies where a folder of that name belongs."""
        place = self.local / name if self.local is not None else None
        return place is not None and os.path.lexists(place) and not place.is_dir()

    def names(self, under: str) -> list[str]:
        """Return the sorted names of the files directly in a folder; none if it is not there."""
        if self.local is not None:
            place = self.local / under
            return sorted(each.name for each in place.iterdir()) if place.is_dir() else []
        try:
            found = self._remote().ls(self.path(under), detail=False, refresh=True)
        except FileNotFoundError:
            return []
        return sorted(each.rstrip("/").rsplit("/", 1)[-1] for each in found)

    def remove(self, name: str) -> None:
        """Remove a file or a folder with all in it; nothing happens if it is not there."""
        if self.local is None:
            if self.exists(name):
                self._remote().rm(self.path(name), recursive=True)
        elif (self.local / name).is_dir():
            shutil.rmtree(self.local / name)
        else:
            (self.local / name).unlink(missing_ok=True)

    def path(self, name: str) -> str:
        """Return a file's full path in the folder's file system."""
        if self.local is not None:
            return str(self.local / name)
        return f"{self.address.split('://', 1)[1].rstrip('/')}/{name}".rstrip("/")

    def full_address(self, name: str) -> str:
        """Return a file's address as other tools read it: a path, or with its protocol."""
        if self.local is not None:
            return str(self.local / name)
        return f"{self.address.rstrip('/')}/{name}"

    def arrow(self) -> FileSystem:
        """Return the file system that holds the folder, as Arrow reads `path` by it.

        A path with it is a name and nothing else: no pattern, no address, no values in it.
        """
        from pyarrow.fs import FSSpecHandler, LocalFileSystem, PyFileSystem

        if self.local is not None:
            return LocalFileSystem()
        return PyFileSystem(FSSpecHandler(self._remote()))

    def _remote(self) -> AbstractFileSystem:
        from fsspec.core import url_to_fs

        return url_to_fs(self.address)[0]


@dataclass
class PageCache:
    """What this process leaves in the system's memory of files.

    A large batch would fill it and crowd out all else: once a process has written `MUCH`, it asks
    the system to write each file out, and with the next to let go of it.
    """

    size: int = 0
    last: Path | None = None

    def grow(self, path: Path, size: int) -> None:
        """Note a file that was written, and let go of the one before."""
        self.size += size
        if self.size > MUCH and hasattr(os, "posix_fadvise"):
            for each in filter(None, (self.last, path)):
                with suppress(OSError), each.open("rb") as file:
                    os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
            self.last = path


PAGE_CACHE = PageCache()


class Hashed:
    """A binary file that keeps the checksum of what was written to it."""

    closed = False

    def __init__(self, file: BinaryIO) -> None:
        """Wrap an open file."""
        self._file = file
        self._hash = hashlib.sha256()

    def write(self, content: bytes) -> int:
        """Write on."""
        self._hash.update(content)
        return self._file.write(content)

    def flush(self) -> None:
        """Hand on what is buffered."""
        self._file.flush()

    @property
    def checksum(self) -> str:
        """Checksum of everything written so far."""
        return self._hash.hexdigest()


@contextmanager
def whole(target: Path, temporary: Path | None = None) -> Iterator[Path]:
    """Give a temporary path that gets the target's name at the end.

    A failure leaves nothing behind, and what was there before as it was; it names the target.
    """
    fresh = temporary or target.with_name(f".{target.name}{TEMPORARY}")
    try:
        yield fresh
        fresh.replace(target)
    except BaseException as ended:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
        if isinstance(ended, OSError) and ended.filename == str(fresh):
            ended.filename = str(target)
        raise


@contextmanager
def _renamed(folder: Path, name: str) -> Iterator[Path]:
    """Give a temporary path for a file of a results folder, apart from what others write."""
    target, working = folder / name, folder / WORKING
    working.mkdir(parents=True, exist_ok=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.is_dir():
        raise IsADirectoryError(EISDIR, "a folder where a file belongs", str(target))
    writer = f"{os.getpid()}-{threading.get_ident()}"
    temporary = working / f"{checksum(name.encode())[:16]}.{writer}{TEMPORARY}"
    with whole(target, temporary):
        yield temporary
