"""Reading amounts: `share CHN in UZB - share RUS in UZB`, numbers, powers and places."""

from __future__ import annotations

from experiments.conditions.cursor import Cursor
from experiments.conditions.terms import (
    ANY,
    EVERY,
    REGION,
    Amount,
    Number,
    Quantity,
    Reckoned,
    last_column,
)
from experiments.conditions.words import COLUMNS, unknown, unknown_column
from experiments.store.columns import table_of
from scenarios.vocabulary import POWER_NAMES, POWERS, STATE_NAMES, STATES

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
