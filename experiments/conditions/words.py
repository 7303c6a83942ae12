"""From the text of a condition to its words, each with its place; faults that point at it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from experiments.refusals import BadInput
from experiments.store.columns import TABLES
from experiments.store.labels import nearest_column
from scenarios.faults import nearest
from scenarios.vocabulary import POWERS, STATES, code_of

PATTERN = re.compile(
    r"(?:\s|,(?=\s|$))*(?:(?P<quarter>\d{4}-?Q\w+|\d{4}-\d\d-\d\d)"
    r"|(?P<number>(?:\d+\.?\d*|\.\d+)(?:E[-+]?\d+)?)(?P<percent>\s*(?:%|per\s*cent\b|points\b))?"
    r"|(?P<name>(?:regional[\s_]+powers|central[\s_]+asia)\b|[A-Za-z_]\w*)"
    r"|(?P<sign>>=|<=|==|!=|[-<>=≥≤+*/()]))",
    re.IGNORECASE,
)
ALIKE = {"≥": ">=", "≤": "<=", "==": "="}
LONG = 80
"""Characters on either side of a fault that are shown."""
COLUMN = "column of the results"
COLUMNS = tuple(name for table in TABLES.values() for name in table.names)
EXAMPLES = "expected one such as share, security, trade, threat or rivalry (see docs/results.md)"
SYNONYMS = {"region powers": "REG", "central asia": "region"}
"""Other words for what a condition names; `code_of` knows those for states and powers."""
PARTS = {
    **dict.fromkeys(("usa", "us", "america", "eu", "europe", "germany", "japan"), "WST"),
    **dict.fromkeys(("turkey", "türkiye", "iran", "india", "gulf"), "REG"),
}
"""Countries that people ask for, and the power that they are part of."""


@dataclass(frozen=True)
class Word:
    """A word of a condition: its kind, what it stands for, and where it begins and ends."""

    kind: str
    value: str
    start: int
    stop: int


def words_of(text: str) -> list[Word]:
    """Return the words of a condition, and a last one of kind `end`.

    >>> [(word.kind, word.value) for word in words_of("China >= 20 %")]
    [('name', 'CHN'), ('sign', '>='), ('number', '0.2'), ('end', '')]
    """
    found, place, told = [], 0, trimmed(text)
    while told[place:].strip():
        match = PATTERN.match(told, place)
        if match is None:
            at = place + len(text[place:]) - len(text[place:].lstrip())
            raise fault(text, at, at + 1, "this sign means nothing here")
        found.append(_word(match))
        place = match.end()
    return [*found, Word("end", "", len(text), len(text))]


def trimmed(text: str) -> str:
    """Return a condition without the signs that end a sentence."""
    return text.rstrip(" .,?!\n\t")


def _word(match: re.Match[str]) -> Word:
    kind = next(each for each in ("quarter", "number", "name", "sign") if match[each])
    value = match[kind]
    if kind == "number":
        value = f"{float(value) / 100:g}" if match["percent"] else value
    if kind == "name":
        called = re.sub(r"[\s_]+", " ", value.casefold())
        value = code_of(called) or SYNONYMS.get(called, value.lower())
    return Word(kind, ALIKE.get(value, value), match.start(kind), match.end())


def fault(text: str, start: int, stop: int, what: str) -> BadInput:
    """Return a refusal, in one line, that shows the place in the condition.

    >>> print(fault("threat > x", 9, 10, "expected a number"))
    condition, character 10: expected a number: threat > [x]
    """
    before, after = text[:start], text[stop:]
    before = f"...{before[-LONG:]}" if len(before) > LONG else before
    shown = f"{before}[{cut(text[start:stop])}]{cut(after)}".replace("\n", " ")
    return BadInput(f"condition, character {start + 1}: {what}: {shown}")


def cut(text: str) -> str:
    """Return the beginning of a long text."""
    return f"{text[:LONG]}..." if len(text) > LONG else text


def unknown(text: str, word: Word, kind: str, called: Mapping[str, str], *others: str) -> BadInput:
    """Return a refusal of a name, with the nearest code or name that there is."""
    if word.kind == "end":
        return fault(text, word.start, word.stop, f"expected a {kind} here")
    given = cut(text[word.start : word.stop])
    near = _near(given, called, others)
    if kind == "power" and (whole := PARTS.get(word.value)):
        near = f"it is part of {whole} ({called[whole]})"
    return fault(text, word.start, word.stop, f"'{given}' is no {kind}; {near}")


def _near(given: str, called: Mapping[str, str], others: Sequence[str]) -> str:
    """Return the nearest code, or else name; if none is near, the codes."""
    codes = [*called, *others]
    near = (nearest(given, each) for each in (codes, called.values()))
    return next((each for each in near if each.startswith("did")), nearest("", codes))


def unknown_column(text: str, word: Word) -> BadInput:
    """Return a refusal of what stands where a column should, with the nearest columns."""
    if word.kind == "end":
        what = f"expected a {COLUMN} here, as in 'security CHN > RUS in TJK by 2035'"
        return fault(text, word.start, word.stop, what)
    given = cut(text[word.start : word.stop])
    near = nearest_column(given, COLUMNS)
    what = f"'{given}' is no {COLUMN}; {near if near.startswith('did') else EXAMPLES}"
    if word.value in (*POWERS, *STATES):
        kind = "power" if word.value in POWERS else "state"
        example = f"share {given}" if kind == "power" else f"threat in {given}"
        what = f"'{given}' is a {kind}; write a column before it, such as '{example}'"
    return fault(text, word.start, word.stop, what)
