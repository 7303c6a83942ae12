"""Reading a condition: words to claims.

    condition  claim [held N quarters|years] [from QUARTER] [by QUARTER | at QUARTER]
    claim      part {or part};  part: single {and single};  single: [not] comparison | (claim)
    comparison sum > sum [in PLACE]  |  leader is POWER in PLACE
    sum        amount {+|- amount};  amount: NUMBER | NUMBER% | COLUMN [POWER] [in PLACE] | POWER
    PLACE      a state, `any state`, `every state` or `the region`

In a comparison a power alone stands for the column named before, and a place holds for both sides.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NoReturn

from experiments.conditions.suggesting import forms
from experiments.conditions.terms import (
    ANY,
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
    in_place,
    last_column,
    pointless,
    quantities,
)
from experiments.conditions.words import (
    COLUMNS,
    Word,
    fault,
    unknown,
    unknown_column,
    words_of,
)
from experiments.refusals import BadInput
from experiments.results.columns import table_of
from scenarios.quarters import parse_quarter
from scenarios.reading import described
from scenarios.vocabulary import POWERS, STATES

COMPARING = (">", "<", ">=", "<=", "=", "!=")
PLACES = {"any": ANY, "every": EVERY, "all": EVERY, "region": REGION}
HELD = {"for": "held"}
YEAR = 4
MOST_WORDS = 200
"""So many can be read, and reckoned with, however they are nested."""
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


class Reader:
    """Reads one condition word by word."""

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

    def condition(self) -> Condition:
        """Read the whole."""
        read = Condition(self.text.strip(), self.claim())
        said = set[str]()
        while self.word.kind != "end":
            word = HELD.get(self.word.value, self.word.value)
            if word in said:
                self.refuse(f"'{word}' is said twice")
            said.add(word)
            read = self.clause(read)
        if read.at is not None and (read.by, read.start) != (None, None):
            raise BadInput(f"condition: 'at' cannot go with 'by' or 'from': {self.text}")
        return read

    def clause(self, read: Condition) -> Condition:
        """Read one of `held`, `from`, `by` and `at`."""
        word = self.take("held", "for", "from", "by", "at")
        if word is None:
            self.refuse("expected 'and', 'or', 'held', 'from', 'by', 'at' or the end")
        if word in {"held", "for"}:
            return replace(read, held=self.duration())
        quarter = self.quarter(closing=word != "from")
        if word == "from":
            return replace(read, start=quarter)
        return replace(read, by=quarter) if word == "by" else replace(read, at=quarter)

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

    def quarter(self, *, closing: bool) -> int:
        """Read a quarter or a year."""
        try:
            read = parse_quarter(self.text[self.word.start : self.word.stop], closing=closing)
        except ValueError:
            self.refuse("expected a quarter such as 2035-Q4, or a year, from 2000 to 2040")
        self.place += 1
        return read

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
        """Read what follows `leader`."""
        if not self.take("is", "="):
            self.refuse("expected 'is' after 'leader'")
        power = self.power()
        if not self.take("in"):
            self.refuse("expected 'in' and a state")
        return Leads(power, self.location())

    def power(self) -> str:
        """Read a power; `the West` is one."""
        self.take("the")
        if self.word.value not in POWERS:
            raise unknown(self.text, self.word, "power", POWERS)
        self.place += 1
        return self.words[self.place - 1].value

    def location(self) -> str:
        """Read a state, `any state`, `every state` or `the region`."""
        self.take("the")
        if self.word.value not in (*STATES, *PLACES):
            raise unknown(self.text, self.word, "state", (*STATES, "any", "every", "region"))
        place = self.word.value
        self.place += 1
        if PLACES.get(place) in {ANY, EVERY}:
            self.take("state", "states")
        return PLACES.get(place, place)

    def comparison(self) -> Claim:
        """Read two amounts and what compares them."""
        first = self.place
        left = self.sum(None)
        sign = self.take(*COMPARING)
        if sign is None:
            self.refuse("expected one of > < >= <= = !=")
        right = self.sum(last_column(left))
        last = self.location() if self.take("in") else None
        read = self.placed(Compared(sign, left, right), last, self.words[first])
        if said := pointless(read, last):
            raise fault(self.text, self.words[first].start, self.words[self.place - 1].stop, said)
        return read

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
