"""Printing prose: wrapped to a person's terminal, a line each into pipes and files."""

from __future__ import annotations

import sys
from collections.abc import Iterable

LEAST = 40
"""Narrower terminals than this are written to as if they were so wide."""


def say(lines: Iterable[str], *, whole: Iterable[str] = (), hang: int = 0) -> None:
    """Print lines of prose; on a terminal each is wrapped, with its indent kept.

    What follows a line's first part hangs further in by `hang`. Lines that begin with one of
    `whole` hold commands to be copied: these stay whole.
    """
    keep = tuple(whole)
    if not sys.stdout.isatty():
        for line in lines:
            print(line)
        return
    from rich.console import Console  # slow to import

    width = max(Console().width, LEAST)
    for line in lines:
        for part in [line] if keep and line.startswith(keep) else wrapped(line, width, hang):
            print(part)


def wrapped(line: str, width: int, hang: int = 0) -> list[str]:
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
    room = max(width - indent - hang, 1)
    broken = Text(body).wrap(Console(width=room), room)
    margins = [" " * indent, *[" " * (indent + hang)] * len(broken)]
    return [margin + part.plain.rstrip() for margin, part in zip(margins, broken, strict=False)]
