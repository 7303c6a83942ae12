"""From a path to bytes and to a text that can be YAML: kind of file, size, encoding, characters."""

from __future__ import annotations

import os
import re
from errno import EINVAL, EISDIR, EOVERFLOW
from itertools import islice
from stat import S_ISDIR, S_ISREG
from typing import TYPE_CHECKING

from scenarios.faults import Fault, FaultyInput, called

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LARGEST = 160 * 1024
"""Bytes of what people write; the largest file of the library has a third of it."""
TABLE = 1 << 28
"""Bytes of a table that a program may have written."""

ENOUGH = 20
"""Faults of one kind after which a file has been told enough."""

_UNREADABLE = re.compile(
    "[^\\t\\n\\r\\x20-\\x7e\\x85\\xa0-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]"
)
_INDENT = re.compile(r"[ ]*([^\S ])")


def content_of(path: Path, most: int = LARGEST) -> bytes:
    """The bytes of a regular file, `most` at most: whatever the path is, this ends.

    Raises OSError, which says in words what is wrong; a pipe or a device is not waited for.
    """
    found = path.stat()
    if S_ISDIR(found.st_mode):
        raise IsADirectoryError(EISDIR, "a directory, not a file", str(path))
    if not S_ISREG(found.st_mode):
        raise OSError(EINVAL, "not a regular file", str(path))
    if found.st_size <= most:
        with open(path, "rb", opener=_at_once) as stream:
            content = stream.read(max(found.st_size, min(LARGEST, most)) + 1) or b""
        if len(content) <= most:
            return content
    least = f"{most // 1024} kB" if most < TABLE else f"{most / 1e6:,.0f} MB"
    told = f"{found.st_size / 1e6:,.1f} MB; a file of this kind has {least} at most"
    raise OSError(EOVERFLOW, told, str(path))


def _at_once(path: str, flags: int) -> int:
    """Open a file that has become a pipe meanwhile, too, without waiting for its writer."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def read_text(path: Path, file: str, most: int = LARGEST) -> str:
    """The text of a regular, UTF-8 file that is not too large. Raises FaultyInput."""
    try:
        data = content_of(path, most)
    except OSError as error:
        msg = f"cannot be read: {error.strerror or error}"
        raise FaultyInput([Fault(file, 1, msg)]) from None
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in data[:4]:
        raise FaultyInput([Fault(file, 1, "the file is UTF-16 or UTF-32; save it as UTF-8")])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        msg = "the file is not UTF-8 from here on; save it as UTF-8"
        raise FaultyInput([Fault(file, line, msg)]) from None


def stamp(path: Path) -> tuple[int, ...]:
    """What changes when a file is edited; zeros where there is none."""
    try:
        stat = path.stat()
    except OSError:
        return (0, 0, 0)
    return stat.st_mtime_ns, stat.st_size, stat.st_ino


def unreadable(text: str) -> str:
    """What is said of the first character that no text file may hold; nothing if there is none."""
    found = _UNREADABLE.search(text)
    if not found:
        return ""
    name = "a NUL byte" if found[0] == "\0" else f"the control character U+{ord(found[0]):04X}"
    return f"{name} does not belong in a text file"


def characters(text: str, file: str) -> list[Fault]:
    """The first character of a file that no text file may hold."""
    found = _UNREADABLE.search(text)
    if not found:
        return []
    line = text.count("\n", 0, found.start()) + 1
    return [Fault(file, line, unreadable(found[0]))]


def _indents(text: str, file: str) -> Iterator[Fault]:
    """Lines that something else than spaces indents."""
    for number, line in enumerate(text.split("\n"), start=1):
        if (found := _INDENT.match(line)) and line.strip():
            sign = "tab" if found[1] == "\t" else called(found[1])
            yield Fault(file, number, f"a {sign} indents this line; use spaces")


def unsuitable(text: str, file: str) -> list[Fault]:
    """Characters and tabs that no YAML file may have."""
    return [*characters(text, file), *islice(_indents(text, file), ENOUGH)]
