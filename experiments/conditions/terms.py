"""What a condition is made of, once it is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from experiments.store.columns import column, table_of

ANY, EVERY, REGION = "any", "every", "region"
"""Places that are no single state."""


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
class Reckoned:
    """Two amounts joined by + - * or /."""

    sign: str
    left: Amount
    right: Amount


Amount: TypeAlias = Number | Quantity | Reckoned


@dataclass(frozen=True)
class Compared:
    """Two amounts compared by > < >= <= = or !=."""

    sign: str
    left: Amount
    right: Amount


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


Claim: TypeAlias = Compared | Leads | Joined | Negated


@dataclass(frozen=True)
class Condition:
    """A claim and when it has to hold: quarters count from 2000-Q1, `held` counts quarters.

    With `at` it is about that quarter; otherwise it is met in the first of `held` quarters in a
    row that lie between `start` and `by` (by default all that is recorded).
    """

    text: str
    claim: Claim
    held: int = 1
    start: int | None = None
    by: int | None = None
    at: int | None = None


def quantities(part: Claim | Amount) -> list[Quantity]:
    """Return every quantity that a condition reads.

    >>> [each.power for each in quantities(Compared(">", Quantity("share", "CHN"), Number(0.5)))]
    ['CHN']
    """
    match part:
        case Quantity():
            return [part]
        case Negated(claim):
            return quantities(claim)
        case Compared(_, left, right) | Reckoned(_, left, right) | Joined(_, left, right):
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
    """Return an amount with a place where it lacks one."""
    match read:
        case Quantity(column, power, None) if "state" in table_of(column).keys:
            return Quantity(column, power, place)
        case Reckoned(sign, left, right):
            return Reckoned(sign, in_place(left, place), in_place(right, place))
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
        case Reckoned("-", Number(0.0), Number(value)):
            return -value
    return None
