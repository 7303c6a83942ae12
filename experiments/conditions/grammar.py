"""Reading a condition: words to claims.

    condition  claim [held N quarters|years] [from QUARTER] [by QUARTER | at QUARTER], where
               `since` is `from`, `until` is `by`, `after` and `before` leave their time out
    claim      part {or part};  part: single {and single};  single: [not] comparison | (claim)
    comparison sum > sum [in PLACE]  |  leader is [not] POWER in PLACE
    sum        amount {+|- amount};  amount: NUMBER | NUMBER% | COLUMN [POWER] [in PLACE] | POWER
    PLACE      a state, `any state`, `every state` or `the region`

In a comparison a power alone stands for the column named before, and a place holds for both sides.
"""

from __future__ import annotations

from experiments.conditions.amounts import ANYWHERE, Amounts
from experiments.conditions.suggesting import forms
from experiments.conditions.terms import (
    Claim,
    Compared,
    Condition,
    Joined,
    Leads,
    Negated,
    in_place,
    last_column,
    pointless,
    quantities,
)
from experiments.conditions.times import CLAUSES, EXPECTED, Times
from experiments.conditions.words import Word, fault, trimmed
from experiments.refusals import BadInput
from experiments.store.columns import table_of
from scenarios.reading import described

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
