"""What a condition is made of, its words, and faults that point at them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeAlias

from experiments.errors import BadInput
from experiments.store.columns import TABLES, column, table_of
from experiments.store.labels import nearest_column
from scenarios.faults import nearest
from scenarios.vocabulary import POWERS, STATES, code_of

ANY, EVERY, REGION = "any", "every", "region"
"""Places that are no single state."""
COMPARING = (">", "<", ">=", "<=", "=", "!=")
MOVING = {"rises": 1, "rise": 1, "grows": 1, "falls": -1, "fall": -1, "drops": -1}
CLAUSES = {
    "held": "held",
    "for": "held",
    "at": "at",
    "from": "from",
    "since": "from",
    "after": "from",
    "by": "by",
    "until": "by",
    "before": "by",
    "against": "against",
}
"""Words that a clause begins with, and which clause it is."""
MOST_FORMS = 3
"""Forms that are offered, nearest first."""
LONGEST = 14
"""Words of a text that is still one comparison, whatever is missing in it."""
LEADING = re.compile(r"lead|ahead|first|most|domina|strong", re.IGNORECASE)


@dataclass(frozen=True)
class Number:
    """A number."""

    value: float


@dataclass(frozen=True)
class Quantity:
    """A column of the results, of a power and in a place where its table has them."""

    column: str
    power: str | None = None
    place: str | None = None


@dataclass(frozen=True)
class Computed:
    """Two amounts joined by + - * or /."""

    sign: str
    left: Amount
    right: Amount


Amount: TypeAlias = Number | Quantity | Computed


@dataclass(frozen=True)
class Compared:
    """Two amounts compared by > < >= <= = or !=."""

    sign: str
    left: Amount
    right: Amount


@dataclass(frozen=True)
class Moves:
    """An amount is larger (`sign` 1) or smaller (-1) by so much than in another scenario."""

    amount: Amount
    sign: int
    size: float


@dataclass(frozen=True)
class Leads:
    """A power has the largest influence of all in a place."""

    power: str
    place: str


@dataclass(frozen=True)
class Joined:
    """Two claims joined by `and` or `or`."""

    word: str
    left: Claim
    right: Claim


@dataclass(frozen=True)
class Negated:
    """The contrary of a claim."""

    claim: Claim


Claim: TypeAlias = Compared | Moves | Leads | Joined | Negated


@dataclass(frozen=True)
class Condition:
    """A claim and when it has to hold: quarters count from 2000-Q1, `held` counts quarters.

    With `at` it is about that quarter; otherwise it is met in the first of `held` quarters in a
    row that lie between `start` and `by` (by default all that is recorded). `against` is the
    scenario that it is about as well, where it is about a change.
    """

    text: str
    claim: Claim
    held: int = 1
    start: int | None = None
    by: int | None = None
    at: int | None = None
    against: str | None = None


def quantities(part: Claim | Amount) -> list[Quantity]:
    """Return every quantity that a condition reads.

    >>> [each.power for each in quantities(Compared(">", Quantity("share", "CHN"), Number(0.5)))]
    ['CHN']
    """
    match part:
        case Quantity():
            return [part]
        case Negated(inner) | Moves(inner):
            return quantities(inner)
        case Compared(_, left, right) | Computed(_, left, right) | Joined(_, left, right):
            return quantities(left) + quantities(right)
        case Leads(power, place):
            return [Quantity("share", power, place)]
        case Number():
            return []


def last_column(read: Amount) -> str | None:
    """Return the column that an amount named last."""
    named = quantities(read)
    return named[-1].column if named else None


def in_place(read: Amount, place: str | None) -> Amount:
    """Return an amount with a place where it has none."""
    match read:
        case Quantity(column, power, None) if "state" in table_of(column).keys:
            return Quantity(column, power, place)
        case Computed(sign, left, right):
            return Computed(sign, in_place(left, place), in_place(right, place))
    return read


def pointless(read: Compared, last: str | None) -> str | None:
    """Say why a comparison cannot be meant: it holds always or never, or its place is of nothing.

    >>> pointless(Compared(">", Quantity("security", "CHN", "KAZ"), Number(20)), None)
    "'security' lies between 0 and 1 (20 % is 0.2)"
    """
    named = quantities(read)
    if not named:
        return "expected a column of the results on one side"
    if read.left == read.right:
        return "this compares a thing with itself"
    stated = any("state" in table_of(each.column).keys for each in named)
    if last not in {None, REGION} and not stated:
        return f"'{named[0].column}' is of the whole region; leave the place out"
    return _beyond(read.left, read.right) or _beyond(read.right, read.left)


def _beyond(amount: Amount, other: Amount) -> str | None:
    """Say which numbers a column can have, if it is compared with one that it cannot."""
    number = _number(other)
    if not isinstance(amount, Quantity) or number is None:
        return None
    kind = column(amount.column)
    if kind.low <= number and (kind.high is None or number <= kind.high):
        return None
    if kind.high is None:
        return f"'{kind.name}' is never below {kind.low:g}"
    percent = " (20 % is 0.2)" if kind.unit == "0-1" else ""
    return f"'{kind.name}' lies between {kind.low:g} and {kind.high:g}{percent}"


def _number(amount: Amount) -> float | None:
    match amount:
        case Number(value):
            return value
        case Computed("-", Number(0.0), Number(value)):
            return -value
    return None


PATTERN = re.compile(
    r"(?:\s|,(?=\s|$))*(?:(?P<quarter>[0-9]{4}-?Q\w+|[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"|(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:E[-+]?[0-9]+)?)(?P<percent>\s*(?:%|per\s*cent\b|points?\b))?"
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
    found, place, whole = [], 0, trimmed(text)
    while whole[place:].strip():
        match = PATTERN.match(whole, place)
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
    """Return a refusal of a name, with the nearest code or name that exists."""
    if word.kind == "end":
        return fault(text, word.start, word.stop, f"expected a {kind} here")
    given = cut(text[word.start : word.stop])
    near = _near(given, called, others)
    if kind == "power" and (whole := PARTS.get(word.value)):
        near = f"it is part of {whole} ({called[whole]})"
    return fault(text, word.start, word.stop, f"'{given}' is not a {kind}; {near}")


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
    what = f"'{given}' is not a {COLUMN}; {near if near.startswith('did') else EXAMPLES}"
    if word.value in (*POWERS, *STATES):
        kind = "power" if word.value in POWERS else "state"
        example = f"share {given}" if kind == "power" else f"threat in {given}"
        what = f"'{given}' is a {kind}; write a column before it, such as '{example}'"
    return fault(text, word.start, word.stop, what)


def forms(text: str) -> list[str]:
    """Return conditions that are near to a text; none for one that says too little, or too much.

    >>> forms("Russia leads in KAZ at 2035")
    ['leader is RUS in KAZ at 2035', 'share RUS > 0.5 in KAZ at 2035']
    >>> forms("threat in Tajikistan")
    ['threat > 0.5 in TJK']
    """
    try:
        words = words_of(text)[:-1]
    except BadInput:
        return []
    values = [word.value for word in words]
    if len(words) > LONGEST or {"and", "or", "not", "(", *MOVING} & set(values):
        return []
    head = next((at for at, value in enumerate(values) if value in CLAUSES), len(words))
    tail = f" {trimmed(text[words[head].start :])}" if head < len(words) else ""
    found = dict.fromkeys(_forms(text, words[:head]))
    return [f"{each}{tail}" for each in islice(found, MOST_FORMS)]


def _forms(text: str, words: list[Word]) -> Iterator[str]:
    """Yield comparisons of the powers, columns and places that are named."""
    named = [word.value for word in words]
    powers = [each for each in named if each in POWERS]
    columns = [each for each in named if each in COLUMNS]
    place = next((each for each in named if each in STATES), "")
    where = f" in {place}" if place else " in the region" if "region" in named else " in any state"
    level = next((word.value for word in words if word.kind == "number"), "")
    if powers and not set(COMPARING) & set(named) and (not columns or LEADING.search(text)):
        yield f"leader is {powers[0]}{where}"
    for name in columns or (["share"] if powers else []):
        keys, kind = table_of(name).keys, column(name)
        place = where if "state" in keys else ""
        over = level or ("0" if kind.high is None else f"{(kind.low + kind.high) / 2:g}")
        if "power" in keys and len(powers) > 1:
            yield f"{name} {powers[0]} > {powers[1]}{place}"
        who = f" {(powers or ['CHN'])[0]}" if "power" in keys else ""
        yield f"{name}{who} > {over}{place}"
