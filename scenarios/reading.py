"""From the bytes of a YAML file to plain values with the line of every one.

Nothing here knows what a scenario is. Whatever the file holds, reading ends in bounded time
and memory, with a document or with faults.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scenarios.faults import Fault, FaultyInput
from scenarios.text import ENOUGH, read_text, unreadable, unsuitable

if TYPE_CHECKING:
    from collections.abc import Callable

    from ruamel.yaml.error import MarkedYAMLError

OURS = Path(__file__).parent
"""Where files lie that come with the project: LibYAML reads them, seven times as fast. Others
are read by Python's parser, which knows YAML 1.2 and says better what is wrong."""
DEEPEST = 12
OPEN = 1000
"""Brackets that may stand open at a time: what a parser takes for them grows with their square."""
LONGEST_SHOWN = 56
MOST_VALUES = 20_000
TITLE = "title: ..."

Place = tuple[str | int, ...]
"""Where a value stands: the keys and positions that lead to it."""


@dataclass
class Document:
    """A YAML file's values, and the line on which each key or list item stands."""

    file: str
    values: dict[str, Any]
    lines: dict[Place, int] = field(default_factory=dict)
    repeated: list[Fault] = field(default_factory=list)
    """Faults that leave the rest of the document usable, such as keys that come twice."""

    def line(self, place: Place) -> int:
        """The line of a place, or of the nearest place around it that has one."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)

    def fault(self, place: Place, message: str) -> Fault:
        """A fault at a place."""
        return Fault(self.file, self.line(place), message)


def read_document(path: Path, file: str, example: str = TITLE) -> Document:
    """Read a YAML 1.2 file whose top is a mapping; `file` is its name in messages.

    `example` is what such a file could hold, for those who left it empty.

    Keys are text as written; values are text, numbers, booleans, None, lists and dicts.
    Raises FaultyInput.
    """
    pure = not path.is_relative_to(OURS)
    return document_of(read_text(path, file), file, example, pure=pure)


def document_of(text: str, file: str, example: str = TITLE, *, pure: bool = True) -> Document:
    """Read a YAML 1.2 text whose top is a mapping; `pure` is without LibYAML."""
    faults = unsuitable(text, file)
    if faults:
        raise FaultyInput(faults)
    node = _compose(text, file, pure=pure)
    if node is None:
        only = "is empty" if not text.strip() else "holds nothing but comments"
        raise FaultyInput([Fault(file, 1, f"the file {only}; expected at least '{example}'")])
    document = Document(file, {})
    values = _Walk(document).value(node, ())
    if not isinstance(values, dict):
        msg = f"expected keys such as '{example}', got {described(values)}"
        raise FaultyInput([Fault(file, node.start_mark.line + 1, msg)])
    document.values = values
    return document


def _compose(text: str, file: str, *, pure: bool) -> Any:  # noqa: ANN401 (a node of ruamel, or None)
    import warnings

    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    depth = 0
    for found in re.finditer(r"[\[\]{}]", text):
        depth += 1 if found[0] in "[{" else -1
        if depth > OPEN:
            line = text.count("\n", 0, found.start()) + 1
            raise FaultyInput([Fault(file, line, _TOO_DEEP)])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return YAML(typ="safe", pure=pure).compose(text)
        except MarkedYAMLError as error:
            raise FaultyInput([_syntax(error, file, len(text.splitlines()))]) from None
        except RecursionError:
            raise FaultyInput([Fault(file, _deep_line(text), _TOO_DEEP)]) from None
        except (YAMLError, ValueError, AttributeError, KeyError, AssertionError) as error:
            msg = f"is not YAML: {' '.join(str(error).split())}"
            raise FaultyInput([Fault(file, 1, msg)]) from None


_TOO_DEEP = f"nested more than {DEEPEST} levels deep"


_SAID = {
    "found another document": "a second document begins here; a file holds one",
    "mapping values are not allowed": "a ': ' where none can be; put a text that has one in quotes",
    "end of stream": "a quote is not closed",
    "<stream end>": "a bracket or brace is not closed",
    "<block end>": "the indentation does not fit the lines above",
    "could not find expected ':'": "expected 'key: value'",
}
"""What the parser says, and what a user can do with."""
_BEGINS = ("end of stream", "<stream end>")
"""Where the fault lies at the beginning of what was read, not at its end."""


def _syntax(error: MarkedYAMLError, file: str, lines: int) -> Fault:
    said = " ".join(str(error.problem or error.context or "cannot be read").split())
    known = next((key for key in _SAID if key in said), "")
    marks = [error.problem_mark, error.context_mark]
    mark = next((each for each in marks[:: -1 if known in _BEGINS else 1] if each), None)
    line = 1 if mark is None else min(mark.line + 1, lines)
    return Fault(file, line, f"is not YAML: {_SAID.get(known, said)}")


def _deep_line(text: str) -> int:
    from ruamel.yaml import YAML
    from ruamel.yaml.events import CollectionEndEvent, CollectionStartEvent

    depth = 0
    for event in YAML(typ="safe", pure=True).parse(text):
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        if depth > DEEPEST:
            return int(event.start_mark.line) + 1
    return 1


def _integer(text: str) -> int:
    plain = text.replace("_", "")
    return int(plain, 0) if plain.lstrip("+-")[:2] in {"0x", "0o", "0b"} else int(plain)


def _float(text: str) -> float:
    plain = text.replace("_", "").lower()
    return float(plain.replace(".inf", "inf").replace(".nan", "nan"))


_PLAIN: dict[str, Callable[[str], object]] = {
    "int": _integer,
    "float": _float,
    "bool": lambda text: text.lower() in {"true", "yes", "on", "y"},
    "null": lambda _text: None,
}


class _Walk:
    """Turns nodes into values, noting lines, and gives up on what is too deep or too many."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.count = 0

    def value(self, node: Any, place: Place) -> Any:  # noqa: ANN401
        self.count += 1
        if self.count > MOST_VALUES:
            self._stop(node, f"more than {MOST_VALUES:,} values (aliases count each time)")
        if len(place) > DEEPEST:
            self._stop(node, _TOO_DEEP)
        self.document.lines.setdefault(place, node.start_mark.line + 1)
        if node.id != "scalar" and not node.tag.endswith((":map", ":seq")):
            self._stop(node, f"the tag '{node.tag}' has no meaning here")
        if node.id == "mapping":
            return self._mapping(node, place)
        if node.id == "sequence":
            return [self.value(each, (*place, i)) for i, each in enumerate(node.value)]
        return self._scalar(node)

    def _mapping(self, node: Any, place: Place) -> dict[str, Any]:  # noqa: ANN401
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            key = key_node.value
            if not isinstance(key, str) or not key:
                self._stop(key_node, "a key must be a plain word")
            if key_node.tag.endswith(":merge"):
                self._stop(
                    key_node, "merge keys ('<<') are not taken; write out what they stand for"
                )
            self._note_unreadable(key_node)
            if key in result:
                first = self.document.lines[(*place, key)]
                msg = f"'{key}' stands here a second time; the first is on line {first}"
                self.document.repeated.append(Fault(self.document.file, line, msg))
                if len(self.document.repeated) >= ENOUGH:
                    raise FaultyInput(self.document.repeated)
                continue
            self.document.lines[(*place, key)] = line
            result[key] = self.value(value_node, (*place, key))
        return result

    def _scalar(self, node: Any) -> Any:  # noqa: ANN401
        kind = node.tag.rsplit(":", 1)[-1] if node.tag.startswith("tag:yaml.org,2002:") else ""
        if kind in {"str", "timestamp", "merge", "value"}:
            self._note_unreadable(node)
            return node.value
        if kind not in _PLAIN:
            self._stop(node, f"the tag '{node.tag}' has no meaning here")
        try:
            value = _PLAIN[kind](node.value)
            if isinstance(value, int):
                float(value)  # whatever reckons with it
        except ValueError:
            self._stop(node, f"{described(node.value)} is not a number")
        except OverflowError:
            self._stop(node, f"{described(node.value)} is too large a number")
        return value

    def _note_unreadable(self, node: Any) -> None:  # noqa: ANN401
        """Note a character that came as an escape and would be refused as it is."""
        message = unreadable(node.value)
        if message:
            line = node.start_mark.line + 1
            self.document.repeated.append(Fault(self.document.file, line, message))

    def _stop(self, node: Any, message: str) -> Any:  # noqa: ANN401
        raise FaultyInput([Fault(self.document.file, node.start_mark.line + 1, message)])


def described(value: object) -> str:
    """A value as a message calls it.

    >>> described(True), described([1]), described("x"), described(None)
    ('the boolean true', 'a list', "'x'", 'nothing')
    """
    if isinstance(value, bool):
        return f"the boolean {str(value).lower()}"
    if value is None:
        return "nothing"
    if isinstance(value, (list, tuple)):
        return "a list"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, int) and abs(value) >= 10**LONGEST_SHOWN:
        return "a number of very many digits"
    text = str(value) if isinstance(value, (int, float)) else f"'{value}'"
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}...'"


ROOT = "baseline"
"""What a file extends that does not say."""


@dataclass(frozen=True)
class Layer:
    """One file of a scenario, its shape checked; places in `unusable` are to be passed over."""

    path: Path
    document: Document
    faults: tuple[Fault, ...]
    unusable: frozenset[Place]

    def section(self, key: str) -> dict[Any, Any]:
        """The good entries of a section by key, or by position where it is a list."""
        raw = self.document.values.get(key)
        entries = dict(enumerate(raw)) if isinstance(raw, list) else raw
        if (key,) in self.unusable or not isinstance(entries, dict):
            return {}
        bad = {place[1] for place in self.unusable if place[0] == key and len(place) > 1}
        return {name: entry for name, entry in entries.items() if name not in bad}

    def said(self, key: str) -> Any:  # noqa: ANN401
        """What stands under a key of the top, None where nothing good does."""
        bad = any(place[0] == key for place in self.unusable)
        return None if bad else self.document.values.get(key)

    @property
    def parents(self) -> tuple[str, ...]:
        """Names or paths of the scenarios that the file extends."""
        said = self.said("extends")
        if said is None:
            return (ROOT,)
        return tuple(said) if isinstance(said, list) else (said,)
