"""Reading when a condition has to hold: `held 4 quarters from 2026 by 2035-Q4`, `at 2035`."""

from __future__ import annotations

from dataclasses import replace

from experiments.conditions.cursor import Cursor
from experiments.conditions.terms import Condition
from experiments.refusals import BadInput
from scenarios.quarters import YEAR, parse_quarter

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
