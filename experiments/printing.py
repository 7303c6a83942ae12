"""Printing prose: wrapped to a person's terminal, a line each into pipes and files."""

from __future__ import annotations

import sys
from collections.abc import Iterable

LEAST = 40
"""Narrower terminals than this are written to as if they were so wide."""


def say(lines: Iterable[str], *, whole: Iterable[str] = ()) -> None:
    """Print lines of prose; on a terminal each is wrapped, with its indent kept.

    Lines that begin with one of `whole` hold commands to be copied: these stay whole.
    """
    keep = tuple(whole)
    if not sys.stdout.isatty():
        for line in lines:
            print(line)
        return
    from rich.console import Console  # slow to import

    width = max(Console().width, LEAST)
    for line in lines:
        for part in [line] if keep and line.startswith(keep) else wrapped(line, width):
            print(part)


def wrapped(line: str, width: int) -> list[str]:
    """Return a line broken at spaces and indented alike.

    >>> wrapped("  one two three", 10)
    ['  one two', '  three']
    """
    from rich.console import Console
    from rich.text import Text

    body = line.lstrip()
    if not body:
        return [""]
    indent = len(line) - len(body)
    room = max(width - indent, 1)
    broken = Text(body).wrap(Console(width=room), room)
    return [" " * indent + part.plain.rstrip() for part in broken]
