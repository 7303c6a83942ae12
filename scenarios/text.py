"""From a path to a text that can be YAML: size, kind of file, encoding, characters."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from scenarios.faults import Fault, FaultyInput, called

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LARGEST = 160 * 1024
"""Bytes; the largest file of the library has a third of it."""

ENOUGH = 20
"""Faults of one kind after which a file has been told enough."""

_UNREADABLE = re.compile(
    "[^\\t\\n\\r\\x20-\\x7e\\x85\\xa0-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]"
)
_INDENT = re.compile(r"[ ]*([^\S ])")


def read_text(path: Path, file: str) -> str:
    """The text of a regular, UTF-8 file that is not too large. Raises FaultyInput."""
    msg = _why_unreadable(path)
    if msg:
        raise FaultyInput([Fault(file, 1, msg)])
    try:
        data = path.read_bytes()
    except OSError as error:
        msg = f"cannot be read: {error.strerror or error}"
        raise FaultyInput([Fault(file, 1, msg)]) from None
    return decoded(data, file)


def decoded(data: bytes, file: str) -> str:
    """The text that the bytes of a file are in UTF-8. Raises FaultyInput."""
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


def _why_unreadable(path: Path) -> str:
    try:
        size = path.stat().st_size
        if path.is_dir():
            return "is a directory, not a file"
        if not path.is_file():
            return "is not a regular file"
        path.open("rb").close()
    except OSError as error:
        return f"cannot be read: {error.strerror or error}"
    if size > LARGEST:
        return f"has {size / 1e6:,.1f} MB; a file of this kind has {LARGEST // 1024} kB at most"
    return ""


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
