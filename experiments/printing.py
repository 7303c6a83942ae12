"""Printing, wherever it goes: prose is wrapped on a terminal, a line each into pipes and files."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from typing import Any

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


def drop_output() -> None:
    """Let what is still to be printed go nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class Output:
    """The standard output; where it fails, the error says whose it is."""

    def __init__(self, stream: Any) -> None:  # noqa: ANN401 (whatever stands for the output)
        """Wrap a stream, once."""
        self.stream: Any = stream.stream if isinstance(stream, Output) else stream

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 (a stream can hold anything)
        """Return what the stream itself has."""
        return getattr(self.stream, name)

    def write(self, text: str) -> int:
        """Print a text and return how long it is."""
        length: int = self._told(self.stream.write, text)
        return length

    def flush(self) -> None:
        """Hand on what is buffered."""
        self._told(self.stream.flush)

    @staticmethod
    def _told(act: Any, *given: str) -> Any:  # noqa: ANN401 (whatever a stream gives back)
        try:
            return act(*given)
        except OSError as wrong:
            wrong.filename = "standard output"
            raise


def make_printable() -> None:
    """Let output be printed wherever it goes: signs it has none for as "?", closed ones nowhere.

    What fails says that it is the output that does.
    """
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    told: Any = Output(sys.stdout)
    sys.stdout = told
