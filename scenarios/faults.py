"""Faults in what a user wrote: where, what, and what was expected instead."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from scenarios.lists import listed
from scenarios.vocabulary import code_of

if TYPE_CHECKING:
    from collections.abc import Iterable

MANY_NAMES = 30
"""Up to so many valid names are listed when none is near."""
PART, MOST = 3, 100
"""Letters of a part of a name by which it is found, and of a wrong name that are looked at."""
FEW, SOME = 5, 3
"""Most names that hold a part and are all told, and names told where there are many."""

BLANK = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0"
    "\ufe00\ufe01\ufe02\ufe03\ufe04\ufe05\ufe06\ufe07\ufe08\ufe09\ufe0a\ufe0b\ufe0c\ufe0d\ufe0e\ufe0f"
)
"""Letters and marks that leave the paper white."""


_CURLY = re.compile("(?<=')[\u2018-\u201f\u00ab\u00bb]|[\u2018-\u201f\u00ab\u00bb](?=')")
LONGEST = 1000
"""Characters of a message; names in files can be of any length."""


@dataclass(frozen=True, order=True)
class Fault:
    """One thing wrong with one line of a file; line 0 where there is no such file."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        """As printed: `file:line: message`, the message alone where there is no such file.

        >>> print(Fault("freeze.yaml", 7, "unknown key 'titel'"))
        freeze.yaml:7: unknown key 'titel'
        """
        place = f"{printable(self.file)}:{self.line}: " if self.line else ""
        return f"{place}{one_line(self.message)}"


def one_line(message: str) -> str:
    r"""A message as one line that any terminal can show, not longer than `LONGEST`.

    What cannot be seen in it, or passes for another sign, stands there by its code, and by name
    at the end.

    >>> one_line("unknown name 'a\nb'")
    "unknown name 'a b'"
    >>> print(one_line("unknown key '\xa0oil'"))
    unknown key '\xa0oil'; there is a no-break space (U+00A0)
    """
    line = re.sub(r"[ \t\n\r\f\v]+", " ", message).strip(" ")
    short = line if len(line) <= LONGEST else f"{line[:LONGEST]} ..."
    return printable(short) + unseen(short)


def unseen(text: str) -> str:
    """What stands in a text that nobody sees there, by name; nothing if all can be seen."""
    found = dict.fromkeys([each for each in text if is_unseen(each)] + _CURLY.findall(text))
    return f"; there is {listed([f'a {called(each)}' for each in found][:SOME])}" if found else ""


def called(sign: str) -> str:
    """What a sign is called, with its code.

    >>> called("\u043e")
    'cyrillic small letter o (U+043E)'
    """
    return f"{unicodedata.name(sign, 'control character').lower()} (U+{ord(sign):04X})"


def is_unseen(sign: str) -> bool:
    """Whether nobody can see a sign where it stands."""
    return not sign.isprintable() or sign in BLANK


def printable(text: str) -> str:
    """A text with what cannot be seen, such as line ends in a file's name, as its escape."""
    return "".join(
        each.encode("unicode_escape").decode() if is_unseen(each) else each for each in text
    )


class FaultyInput(ValueError):  # noqa: N818 (it is the input that is faulty, not the program)
    """Raised once with all faults of a file; prints as one line a fault."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        """Keep the faults in the order of files and lines, each once."""
        self.faults = sorted(set(faults))
        super().__init__("\n".join(str(fault) for fault in self.faults))

    def __reduce__(self) -> tuple[type[FaultyInput], tuple[list[Fault]]]:
        """Let the exception travel between processes."""
        return type(self), (self.faults,)


def nearest(given: object, valid: Iterable[str]) -> str:
    """What to write instead of a wrong name: those that hold it, the nearest, or the list.

    >>> nearest("oil", ["sanctions", "oil_price"]), nearest("sanctons", ["sanctions", "oil_price"])
    ("did you mean 'oil_price'?", "did you mean 'sanctions'?")
    >>> nearest("xyz", ["KGZ", "TJK"])
    'expected KGZ or TJK'
    >>> nearest("KZ", ["KGZ", "KAZ"]), nearest("Tajikistan", ["KGZ", "TJK"])
    ("did you mean 'KAZ'?", "did you mean 'TJK'?")
    >>> nearest("gain", [f"loss_{number}" for number in range(40)])
    'there are 40, such as loss_9, loss_8 and loss_7'
    """
    name, names = str(given)[:MOST].casefold(), list(valid)
    if (code := code_of(name)) in names:
        return f"did you mean {code!r}?"
    if meant := _alike(name, names, 0.85) or _holding(name, names) or _alike(name, names, 0.6):
        return f"did you mean {listed(map(repr, meant), 'or')}?{_other_script(str(given), meant)}"
    if len(names) <= MANY_NAMES:
        return f"expected {listed(names, 'or')}"
    return f"there are {len(names)}, such as {listed(_alike(name, names, 0.0, SOME))}"


def _other_script(given: str, meant: list[str]) -> str:
    """Which letters only look like those of the names that are meant; nothing if none do."""
    known = set("".join(meant))
    other = [sign for sign in dict.fromkeys(given) if sign.isalnum() and not sign.isascii()]
    told = [f"'{sign}' is {called(sign)}" for sign in other if sign not in known][:SOME]
    return f" {listed(told)}" if told else ""


def _alike(name: str, names: list[str], least: float, most: int = 1) -> list[str]:
    """The names that are most like another, and at least so much (0 to 1)."""
    folded = {each.casefold(): each for each in reversed(names)}
    return [folded[each] for each in get_close_matches(name, folded, n=most, cutoff=least)]


def _holding(part: str, names: list[str]) -> list[str]:
    """The names that hold a part, if they are few."""
    found = [each for each in names if len(part) >= PART and part in each.casefold()]
    return found if len(found) <= FEW else []
