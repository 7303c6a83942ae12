"""Faults in what a user wrote: where, what, and what was expected instead."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

MANY_NAMES = 30
"""Up to so many valid names are listed when none is near."""


LONGEST = 1000
"""Characters of a message; names in files can be of any length."""


@dataclass(frozen=True, order=True)
class Fault:
    """One thing wrong with one line of a file."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        """As printed: `file:line: message`.

        >>> print(Fault("freeze.yaml", 7, "unknown key 'titel'"))
        freeze.yaml:7: unknown key 'titel'
        """
        return f"{printable(self.file)}:{self.line}: {one_line(self.message)}"


def one_line(message: str) -> str:
    r"""A message as one line that any terminal can show, not longer than `LONGEST`.

    >>> one_line("unknown name 'a\nb'")
    "unknown name 'a b'"
    """
    line = printable(" ".join(message.split()))
    return line if len(line) <= LONGEST else f"{line[:LONGEST]} ..."


def printable(text: str) -> str:
    """A text with what cannot be printed, such as line ends in a file's name, as its escape."""
    escaped = (
        each if each.isprintable() else each.encode("unicode_escape").decode() for each in text
    )
    return text if text.isprintable() else "".join(escaped)


class FaultyInput(Exception):  # noqa: N818 (it is the input that is faulty, not the program)
    """Raised once with all faults of a file; prints as one line a fault."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        """Keep the faults in the order of files and lines, each once."""
        self.faults = sorted(set(faults))
        super().__init__("\n".join(str(fault) for fault in self.faults))

    def __reduce__(self) -> tuple[type[FaultyInput], tuple[list[Fault]]]:
        """Let the exception travel between processes."""
        return type(self), (self.faults,)


def nearest(given: object, valid: Iterable[str]) -> str:
    """What to write instead of a wrong name: the nearest valid one, or the list of them.

    >>> nearest("sanctons", ["sanctions", "oil_price"])
    "did you mean 'sanctions'?"
    >>> nearest("xyz", ["KGZ", "TJK"])
    'expected KGZ or TJK'
    """
    name, names = str(given), list(valid)
    folded = {each.casefold(): each for each in reversed(names)}
    near = get_close_matches(name.casefold(), folded, n=1, cutoff=0.6)
    if near:
        return f"did you mean '{folded[near[0]]}'?"
    return f"expected {listed(names)}" if len(names) <= MANY_NAMES else f"there are {len(names)}"


def listed(names: Iterable[str], last: str = "or") -> str:
    """Names as one reads them out.

    >>> listed(["a", "b", "c"])
    'a, b or c'
    """
    *most, final = names
    return f"{', '.join(most)} {last} {final}" if most else final
