"""What takes long to make, kept on disk for the next process, beside Python's compiled modules."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

PLACE = Path(__file__).parent / "__pycache__"
"""Where it waits."""
MOST = 40
"""Files that are kept; those not used for longest make room."""
MARK = 32
"""Bytes of the checksum that a file begins with."""


def kept(make: Callable[[], bytes], *about: str) -> bytes:
    """What `make` makes, unless some process has made it before; `about` says all it follows from.

    A folder that cannot be written to keeps nothing.
    """
    path = PLACE / f"kept-{hashlib.sha256(repr(about).encode()).hexdigest()[:24]}.bin"
    found = whole(path)
    if found is None:
        found = make()
        with suppress(OSError):
            keep(path, found)
    return found


def whole(path: Path) -> bytes | None:
    """The content of a file, or None where there is none or it is not whole."""
    try:
        content = path.read_bytes()
    except OSError:
        return None
    with suppress(OSError):
        path.touch()
    mark, found = content[:MARK], content[MARK:]
    return found if mark == marked(path, found) else None


def marked(path: Path, content: bytes) -> bytes:
    """The checksum of a file under its name: what was put under another's name is not whole."""
    return hashlib.sha256(path.name.encode() + content).digest()


def keep(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, and remove the oldest where there are too many."""
    path.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        apart = Path(folder) / path.name
        apart.write_bytes(marked(path, content) + content)
        apart.replace(path)
    for old in by_age(path.parent)[:-MOST]:
        old.unlink(missing_ok=True)


def by_age(folder: Path) -> list[Path]:
    """The files of a folder, those not used for longest first."""
    return sorted(folder.glob("kept-*.bin"), key=lambda each: each.stat().st_mtime)
