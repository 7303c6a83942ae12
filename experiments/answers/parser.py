"""Going through the words of a condition, one by one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import NoReturn

from experiments.answers.language import (
    ANY,
    COLUMNS,
    EVERY,
    REGION,
    Amount,
    Claim,
    Compared,
    Condition,
    Joined,
    Leads,
    Negated,
    Number,
    Quantity,
    Reckoned,
    Word,
    fault,
    in_place,
    last_column,
    pointless,
    quantities,
    trimmed,
    unknown,
    unknown_column,
    words_of,
)
from experiments.refusals import BadInput
from experiments.store.columns import column, table_of
from scenarios.quarters import YEAR, parse_quarter
from scenarios.reading import described
from scenarios.vocabulary import POWER_NAMES, POWERS, STATE_NAMES, STATES

MOST_WORDS = 200
"""So many can be read, and reckoned with, however they are nested."""


class Cursor:
    """A place in a condition: the word that comes next, and refusals that point at it."""

    def __init__(self, text: str) -> None:
        """Split the text into words and stand before the first."""
        self.text, self.words, self.place = text, words_of(text), 0
        if len(self.words) > MOST_WORDS:
            word = self.words[MOST_WORDS]
            raise fault(text, word.start, word.stop, f"a condition has {MOST_WORDS} words at most")

    @property
    def word(self) -> Word:
        """The word that comes next."""
        return self.words[self.place]

    def take(self, *values: str) -> str | None:
        """Go on if the next word is one of these, and return it."""
        if self.word.kind != "end" and self.word.value in values:
            self.place += 1
            return self.words[self.place - 1].value
        return None

    def refuse(self, what: str) -> NoReturn:
        """Raise the fault that something else was expected here."""
        raise fault(self.text, self.word.start, self.word.stop, what)


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
}
"""Words that a clause of time begins with, and which clause it is."""
EXPECTED = "expected 'and', 'or', 'held', 'from', 'by', 'at' or the end"
ALL_TOLD = "an answer tells of every scenario in the folder; leave 'under' and its name out"


class Times(Cursor):
    """Reads the clauses that follow a claim."""

    def dated(self, read: Condition) -> Condition:
        """Read all clauses, none of which may be said twice."""
        said = set[str]()
        while self.word.kind != "end":
            word = CLAUSES.get(self.word.value, self.word.value)
            if word in said:
                self.refuse(f"'{word}' is said twice")
            said.add(word)
            read = self.clause(read)
        if read.at is not None and (read.by, read.start) != (None, None):
            raise BadInput(f"condition: 'at' cannot go with 'by' or 'from': {self.text}")
        if read.start is not None and read.by is not None and read.start > read.by:
            raise BadInput(f"condition: it begins after it ends: {self.text}")
        return read

    def clause(self, read: Condition) -> Condition:
        """Read one clause; `before` and `after` leave out the time that they name."""
        word = self.take(*CLAUSES)
        if word is None:
            self.refuse(ALL_TOLD if self.word.value == "under" else EXPECTED)
        if CLAUSES[word] == "held":
            return replace(read, held=self.duration())
        if CLAUSES[word] == "from":
            later = word == "after"
            return replace(read, start=self.quarter(closing=later, shift=later))
        if word == "at":
            return replace(read, at=self.quarter(closing=True))
        return replace(read, by=self.quarter(closing=word != "before", shift=-(word == "before")))

    def duration(self) -> int:
        """Read how long, as a number of quarters."""
        if self.word.kind != "number" or not self.word.value.isdigit() or self.word.value == "0":
            self.refuse("expected a whole number of quarters or years")
        count = int(self.word.value)
        self.place += 1
        unit = self.take("quarter", "quarters", "year", "years")
        if unit is None:
            self.refuse("expected 'quarters' or 'years'")
        return count * YEAR if unit.startswith("year") else count

    def quarter(self, *, closing: bool, shift: int = 0) -> int:
        """Read a quarter or a year, and return it or the one so many quarters later."""
        try:
            read = parse_quarter(self.text[self.word.start : self.word.stop], closing=closing)
        except ValueError:
            self.refuse("expected a quarter such as 2035-Q4, or a year, from 2000 to 2040")
        self.place += 1
        return read + shift


CALLED_POWERS = {power: POWER_NAMES[power] for power in POWERS}

PLACES = {"any": ANY, "every": EVERY, "all": EVERY, "region": REGION}
ANYWHERE = {"anywhere": ANY, "everywhere": EVERY}


class Amounts(Cursor):
    """Reads what is compared."""

    def power(self) -> str:
        """Read a power; `the West` is one."""
        self.take("the")
        if self.word.value not in POWERS:
            raise unknown(self.text, self.word, "power", CALLED_POWERS)
        self.place += 1
        return self.words[self.place - 1].value

    def location(self) -> str:
        """Read a state, `any state`, `every state` or `the region`."""
        self.take("the")
        if self.word.kind in {"quarter", "number"}:
            self.refuse("a time goes with 'at', or with 'from' and 'by'")
        if self.word.value not in (*STATES, *PLACES):
            raise unknown(self.text, self.word, "state", STATE_NAMES, "any", "every", "region")
        place = self.word.value
        self.place += 1
        if PLACES.get(place) in {ANY, EVERY}:
            self.take("state", "states")
        return PLACES.get(place, place)

    def sum(self, column: str | None) -> Amount:
        """Read amounts joined by + and -."""
        read = self.product(column)
        while sign := self.take("+", "-"):
            read = Reckoned(sign, read, self.product(last_column(read) or column))
        return read

    def product(self, column: str | None) -> Amount:
        """Read amounts joined by * and /."""
        read = self.amount(column)
        while sign := self.take("*", "/"):
            read = Reckoned(sign, read, self.amount(last_column(read) or column))
        return read

    def amount(self, column: str | None) -> Amount:
        """Read a number, a quantity or a sum in brackets."""
        if self.take("-"):
            return Reckoned("-", Number(0.0), self.amount(column))
        if self.take("("):
            read = self.sum(column)
            if not self.take(")"):
                self.refuse("expected ')'")
            return read
        if self.word.kind == "number":
            self.place += 1
            return Number(float(self.words[self.place - 1].value))
        return self.quantity(column)

    def quantity(self, column: str | None) -> Quantity:
        """Read a column with its power and place; a power alone repeats the column."""
        if column is not None:
            self.take("the")
        word = self.word
        if word.value in COLUMNS:
            column = word.value
            self.place += 1
        elif word.value not in POWERS or column is None:
            raise unknown_column(self.text, word)
        keys = table_of(column).keys
        power = self.power() if "power" in keys else None
        place = self.location() if "state" in keys and self.take("in") else None
        return Quantity(column, power, place)


MOST = 3
"""Forms that are offered, nearest first."""
LONGEST = 14
"""Words of a text that is still one comparison, whatever it lacks."""
TAILS = CLAUSES.keys()
LEADS = re.compile(r"lead|ahead|first|most|domina|strong", re.IGNORECASE)


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
    if len(words) > LONGEST or {"and", "or", "not", "("} & set(values):
        return []
    head = next((at for at, value in enumerate(values) if value in TAILS), len(words))
    tail = f" {trimmed(text[words[head].start :])}" if head < len(words) else ""
    found = dict.fromkeys(_forms(text, words[:head]))
    return [f"{each}{tail}" for each in islice(found, MOST)]


def _forms(text: str, words: list[Word]) -> Iterator[str]:
    """Yield comparisons of the powers, columns and places that are named."""
    named = [word.value for word in words]
    powers = [each for each in named if each in POWERS]
    columns = [each for each in named if each in COLUMNS]
    place = next((each for each in named if each in STATES), "")
    where = f" in {place}" if place else " in the region" if "region" in named else " in any state"
    level = next((word.value for word in words if word.kind == "number"), "")
    held = {">", "<", ">=", "<=", "=", "!="} & set(named)
    if powers and not held and (not columns or LEADS.search(text)):
        yield f"leader is {powers[0]}{where}"
    for each in columns or (["share"] if powers else []):
        yield from _compared(each, powers, where, level)


def _compared(name: str, powers: list[str], where: str, level: str) -> Iterator[str]:
    """Yield what a column can be held against: another power, or a number."""
    keys = table_of(name).keys
    place = where if "state" in keys else ""
    if "power" not in keys:
        yield f"{name} > {level or _middle(name)}{place}"
        return
    if len(powers) > 1:
        yield f"{name} {powers[0]} > {powers[1]}{place}"
    yield f"{name} {(powers or ['CHN'])[0]} > {level or _middle(name)}{place}"


def _middle(name: str) -> str:
    """Return a number that a column can be above."""
    kind = column(name)
    return "0" if kind.high is None else f"{(kind.low + kind.high) / 2:g}"


COMPARING = (">", "<", ">=", "<=", "=", "!=")
FOLLOWING = ("and", "or", ")", "under", *CLAUSES)
"""What can stand after a comparison."""
SUGGESTED = "did you mean"
"""What a refusal says that has a suggestion already."""


def parse(text: str) -> Condition:
    """Read a condition; BadInput points at what is wrong, and offers forms that work.

    >>> parse("security CHN > RUS in TJK held 4 quarters by 2035-Q4").by
    143
    >>> parse("threat > 0.5 in KAS")
    Traceback (most recent call last):
    ...
    experiments.refusals.BadInput: condition, character 17: 'KAS' is no state; ...KAZ...
    """
    if not isinstance(text, str):
        raise BadInput(f"expected a condition, got {described(text)}")
    try:
        return Reader(text).condition()
    except BadInput as wrong:
        offered = [] if SUGGESTED in str(wrong) else [each for each in forms(text) if _works(each)]
        if not offered:
            raise
        raise BadInput(f"{wrong}; try: {' | '.join(offered)}") from None


def _works(text: str) -> bool:
    """Tell whether a condition can be read."""
    try:
        Reader(text).condition()
    except BadInput:
        return False
    return True


class Reader(Times, Amounts):
    """Reads one condition: its claims, and when they have to hold."""

    def condition(self) -> Condition:
        """Read the whole."""
        return self.dated(Condition(trimmed(self.text).strip(), self.claim()))

    def claim(self) -> Claim:
        """Read claims joined by `or`."""
        read = self.part()
        while self.take("or"):
            read = Joined("or", read, self.part())
        return read

    def part(self) -> Claim:
        """Read claims joined by `and`."""
        read = self.single()
        while self.take("and"):
            read = Joined("and", read, self.single())
        return read

    def single(self) -> Claim:
        """Read a comparison, a claim in brackets or the contrary of one."""
        if self.take("not"):
            return Negated(self.single())
        if self.take("leader"):
            return self.leads()
        return self.in_brackets() if self.opens_claim() else self.comparison()

    def opens_claim(self) -> bool:
        """Whether a bracket opens here that holds a comparison, not an amount."""
        if self.word.value != "(":
            return False
        depth = 0
        for word in self.words[self.place :]:
            depth += (word.value == "(") - (word.value == ")")
            if depth == 0:
                return False
            if word.value in COMPARING or word.value in {"leader", "not"}:
                return True
        return False

    def in_brackets(self) -> Claim:
        """Read a claim in brackets."""
        self.place += 1
        read = self.claim()
        if not self.take(")"):
            self.refuse("expected ')'")
        return read

    def leads(self) -> Claim:
        """Read what follows `leader`: `is POWER in PLACE`, or `is not`."""
        if not self.take("is", "="):
            self.refuse("expected 'is' after 'leader'")
        denied = self.take("not") is not None
        power = self.power()
        if not self.take("in"):
            self.refuse("expected 'in' and a state")
        read = Leads(power, self.location())
        return Negated(read) if denied else read

    def comparison(self) -> Claim:
        """Read two amounts and what compares them."""
        first = self.place
        left = self.sum(None)
        sign = self.take(*COMPARING)
        if sign is None:
            self.refuse("expected one of > < >= <= = !=")
        right = self.sum(last_column(left))
        last = self.last_place()
        read = self.placed(Compared(sign, left, right), last, self.words[first])
        if said := pointless(read, last):
            raise fault(self.text, self.words[first].start, self.words[self.place - 1].stop, said)
        return read

    def last_place(self) -> str | None:
        """Read the place that stands last, if one does; refuse what cannot stand after it."""
        if word := self.take(*ANYWHERE):
            return ANYWHERE[word]
        place = self.location() if self.take("in") else None
        if self.word.value in COMPARING:
            self.refuse("a comparison has one sign; join two of them by 'and'")
        if self.word.kind != "end" and self.word.value not in FOLLOWING:
            self.refuse(EXPECTED)
        return place

    def placed(self, read: Compared, last: str | None, first: Word) -> Compared:
        """Give the place that stands last, or that one side names, to all; refuse to guess."""
        places = {each.place for each in quantities(read) if each.place is not None}
        only = last or (places.pop() if len(places) == 1 else None)
        filled = Compared(read.sign, in_place(read.left, only), in_place(read.right, only))
        for each in quantities(filled):
            if "state" in table_of(each.column).keys and each.place is None:
                stop = self.words[self.place - 1].stop
                what = f"where? '{each.column}' needs 'in' and a state, or 'in any state'"
                raise fault(self.text, first.start, stop, what)
        return filled
