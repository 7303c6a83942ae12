"""Reading a condition: words to claims.

    condition  claim [held N quarters|years] [from QUARTER] [by QUARTER | at QUARTER], where
               `since` is `from`, `until` is `by`, `after` and `before` leave their time out
    claim      part {or part};  part: single {and single};  single: [not] comparison | (claim)
    comparison sum > sum [in PLACE]  |  leader is [not] POWER in PLACE
               sum rises|falls by NUMBER [in PLACE], with `against SCENARIO` at the end
    sum        amount {+|- amount};  amount: NUMBER | NUMBER% | COLUMN [POWER] [in PLACE] | POWER
    PLACE      a state, `any state`, `every state` or `the region`

In a comparison a power alone stands for the column named before, and a place holds for both sides.
Nothing is ever executed as code.
"""

from __future__ import annotations

import re
from dataclasses import replace
from math import isinf
from typing import NoReturn

from experiments.answers.language import (
    ANY,
    CLAUSES,
    COLUMNS,
    COMPARING,
    EVERY,
    MOVING,
    REGION,
    Amount,
    Claim,
    Compared,
    Computed,
    Condition,
    Joined,
    Leads,
    Moves,
    Negated,
    Number,
    Quantity,
    Word,
    fault,
    forms,
    in_place,
    last_column,
    pointless,
    quantities,
    trimmed,
    unknown,
    unknown_column,
    words_of,
)
from experiments.errors import BadInput
from experiments.store.columns import table_of
from scenarios.quarters import YEAR, parse_quarter
from scenarios.reading import described
from scenarios.vocabulary import POWER_NAMES, POWERS, STATE_NAMES, STATES

MOST_WORDS = 200
"""So many can be read, however they are nested."""
PLACES = {"any": ANY, "every": EVERY, "all": EVERY, "region": REGION}
ANYWHERE = {"anywhere": ANY, "everywhere": EVERY}
FOLLOWING = ("and", "or", ")", "under", *CLAUSES)
"""What can stand after a comparison."""
EXPECTED = "expected 'and', 'or', 'held', 'from', 'by', 'at' or the end"
ALL_SHOWN = "an answer covers every scenario in the folder; leave 'under' and its name out"
SUGGESTED = "did you mean"
"""What a refusal says that has a suggestion already."""


def parse(text: str) -> Condition:
    """Read a condition; BadInput points at what is wrong, and offers forms that work.

    >>> parse("security CHN > RUS in TJK held 4 quarters by 2035-Q4").by
    143
    >>> parse("threat > 0.5 in KAS")
    Traceback (most recent call last):
    ...
    experiments.errors.BadInput: condition, character 17: 'KAS' is not a state; ...KAZ...
    """
    if not isinstance(text, str):
        raise BadInput(f"expected a condition, got {described(text)}")
    try:
        return Parser(text).condition()
    except BadInput as wrong:
        offered = [] if SUGGESTED in str(wrong) else [each for each in forms(text) if _works(each)]
        if not offered:
            raise
        raise BadInput(f"{wrong}; try: {' | '.join(offered)}") from None


def _works(text: str) -> bool:
    """Tell whether a condition can be read."""
    try:
        Parser(text).condition()
    except BadInput:
        return False
    return True


class Parser:
    """A place in a condition: the word that comes next, and what can be read from there on."""

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
        return self.next() if self.word.kind != "end" and self.word.value in values else None

    def next(self) -> str:
        """Go on, and return the word that was next."""
        self.place += 1
        return self.words[self.place - 1].value

    def refuse(self, what: str) -> NoReturn:
        """Raise the fault that something else was expected here."""
        raise fault(self.text, self.word.start, self.word.stop, what)

    # -- when it has to hold ---------------------------------------------------------------------

    def condition(self) -> Condition:
        """Read the whole: a claim, then clauses, none of which may be said twice."""
        read = Condition(trimmed(self.text).strip(), self.claim())
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
        if read.against is None and has_moves(read.claim):
            self.refuse("expected 'against' and a scenario, as in 'against baseline'")
        return read

    def clause(self, read: Condition) -> Condition:
        """Read one clause; `before` and `after` leave out the time that they name."""
        word = self.take(*CLAUSES)
        if word is None:
            self.refuse(ALL_SHOWN if self.word.value == "under" else EXPECTED)
        if CLAUSES[word] == "against":
            return replace(read, against=self.scenario(read))
        if CLAUSES[word] == "held":
            return replace(read, held=self.duration())
        if CLAUSES[word] == "from":
            later = word == "after"
            return replace(read, start=self.quarter(closing=later, shift=later))
        if word == "at":
            return replace(read, at=self.quarter(closing=True))
        return replace(read, by=self.quarter(closing=word != "before", shift=-(word == "before")))

    def scenario(self, read: Condition) -> str:
        """Read the name of a scenario, as it is written."""
        if self.word.kind == "end" or not has_moves(read.claim):
            self.refuse("'against' and a scenario go with 'rises by' or 'falls by'")
        start = self.word.start
        self.next()
        while self.word.kind != "end" and self.word.start == self.words[self.place - 1].stop:
            self.next()
        return self.text[start : self.words[self.place - 1].stop]

    def duration(self) -> int:
        """Read how long, as a number of quarters."""
        if self.word.kind != "number" or not re.fullmatch("[1-9][0-9]{0,3}", self.word.value):
            self.refuse("expected a whole number of quarters or years")
        count = int(self.next())
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
        self.next()
        return read + shift

    # -- what has to hold ------------------------------------------------------------------------

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
        if not self.opens_claim():
            return self.comparison()
        self.next()
        read = self.claim()
        if not self.take(")"):
            self.refuse("expected ')'")
        return read

    def opens_claim(self) -> bool:
        """Whether a bracket opens here that holds a comparison, not an amount."""
        if self.word.value != "(":
            return False
        depth = 0
        for word in self.words[self.place :]:
            depth += (word.value == "(") - (word.value == ")")
            if depth == 0:
                return False
            if word.value in {*COMPARING, *MOVING, "leader", "not"}:
                return True
        return False

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
        """Read two amounts and what compares them, or an amount that rises or falls."""
        first = self.word
        left = self.sum(None)
        if moving := self.take(*MOVING):
            return self.moves(left, MOVING[moving], first)
        sign = self.take(*COMPARING)
        if sign is None:
            self.refuse("expected one of > < >= <= = !=")
        right = self.sum(last_column(left))
        last = self.last_place()
        read = Compared(sign, left, right)
        place = self.place_of(read, last, first)
        read = Compared(sign, in_place(left, place), in_place(right, place))
        if said := pointless(read, last):
            raise fault(self.text, first.start, self.words[self.place - 1].stop, said)
        return read

    def moves(self, amount: Amount, sign: int, first: Word) -> Claim:
        """Read by how much an amount has to rise or fall, and where."""
        if not quantities(amount):
            self.refuse("expected a column of the results before it")
        if not self.take("by") or self.word.kind != "number":
            self.refuse("expected 'by' and a number, as in 'rises by 5 points'")
        size = float(self.next())
        read = Moves(amount, sign, size)
        place = self.place_of(read, self.last_place(), first)
        return replace(read, amount=in_place(amount, place))

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

    def place_of(self, read: Claim, last: str | None, first: Word) -> str | None:
        """Return the place that stands last, or that one side names; refuse to guess."""
        places = {each.place for each in quantities(read) if each.place is not None}
        only = last or (places.pop() if len(places) == 1 else None)
        for each in quantities(read):
            if "state" in table_of(each.column).keys and not (each.place or only):
                stop = self.words[self.place - 1].stop
                what = f"where? '{each.column}' needs 'in' and a state, or 'in any state'"
                raise fault(self.text, first.start, stop, what)
        return only

    # -- what is compared ------------------------------------------------------------------------

    def sum(self, column: str | None) -> Amount:
        """Read amounts joined by + and -."""
        read = self.product(column)
        while sign := self.take("+", "-"):
            read = Computed(sign, read, self.product(last_column(read) or column))
        return read

    def product(self, column: str | None) -> Amount:
        """Read amounts joined by * and /."""
        read = self.amount(column)
        while sign := self.take("*", "/"):
            word = self.word
            by = self.amount(last_column(read) or column)
            if (sign, by) == ("/", Number(0.0)):
                raise fault(self.text, word.start, word.stop, "a division by zero")
            read = Computed(sign, read, by)
        return read

    def amount(self, column: str | None) -> Amount:
        """Read a number, a quantity or a sum in brackets."""
        if self.take("-"):
            return Computed("-", Number(0.0), self.amount(column))
        if self.take("("):
            read = self.sum(column)
            if not self.take(")"):
                self.refuse("expected ')'")
            return read
        if self.word.kind == "number":
            if isinf(float(self.word.value)):
                self.refuse("expected a number of fewer digits")
            return Number(float(self.next()))
        return self.quantity(column)

    def quantity(self, column: str | None) -> Quantity:
        """Read a column with its power and place; a power alone repeats the column."""
        if column is not None:
            self.take("the")
        word = self.word
        if word.value in COLUMNS:
            column = self.next()
        elif word.value not in POWERS or column is None:
            raise unknown_column(self.text, word)
        keys = table_of(column).keys
        power = self.power() if "power" in keys else None
        place = self.location() if "state" in keys and self.take("in") else None
        return Quantity(column, power, place)

    def power(self) -> str:
        """Read a power; `the West` is one."""
        self.take("the")
        if self.word.value not in POWERS:
            raise unknown(
                self.text, self.word, "power", {power: POWER_NAMES[power] for power in POWERS}
            )
        return self.next()

    def location(self) -> str:
        """Read a state, `any state`, `every state` or `the region`."""
        self.take("the")
        if self.word.kind in {"quarter", "number"}:
            self.refuse("a time goes with 'at', or with 'from' and 'by'")
        if self.word.value not in (*STATES, *PLACES):
            raise unknown(self.text, self.word, "state", STATE_NAMES, "any", "every", "region")
        place = self.next()
        if PLACES.get(place) in {ANY, EVERY}:
            self.take("state", "states")
        return PLACES.get(place, place)


def has_moves(claim: Claim) -> bool:
    """Tell whether a claim is about what rises or falls against another scenario."""
    match claim:
        case Moves():
            return True
        case Negated(inner):
            return has_moves(inner)
        case Joined(_, left, right):
            return has_moves(left) or has_moves(right)
    return False
