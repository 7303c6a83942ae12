"""The worlds of a results folder in which a condition holds, and when it is first met."""

from __future__ import annotations

import operator
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from experiments.answers.language import (
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
    quantities,
)
from experiments.answers.parser import parse
from experiments.refusals import BadInput
from experiments.results.cells import Cells, lived, numbers, recorded, regional, row_of
from experiments.results.clusters import Clusters, clusters_of
from experiments.results.estimates import Probability, probability
from experiments.results.passage import Curve, curve, first_passage
from experiments.results.reading import Results
from scenarios.quarters import YEAR, quarter_label
from scenarios.vocabulary import POWERS

Numbers = NDArray[np.float32]
Booleans = NDArray[np.bool_]
SIGNS = {
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
    "=": operator.eq,
    "!=": operator.ne,
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}


class NotRecorded(BadInput):
    """A condition is about a time of which a scenario has too little on record."""


@dataclass(frozen=True)
class Holding:
    """A condition in one scenario: `quarters` of the window, `holds` and `known` by world in it.

    `holds` is (quarters, worlds); a world is `known` up to its failure. `held` counts rows.
    """

    condition: Condition
    scenario: str
    quarters: NDArray[np.int64]
    holds: Booleans
    known: Booleans
    held: int
    clusters: Clusters | None = None

    @cached_property
    def first(self) -> NDArray[np.int64]:
        """The row in which each world first meets the condition, -1 if it never does."""
        return first_passage(self.holds, self.held)

    @property
    def met(self) -> Booleans:
        """Whether each world meets the condition at any time in the window."""
        return self.first >= 0

    @property
    def outcome(self) -> NDArray[np.float64]:
        """1 for each world that meets it, 0 for one that does not, NaN for one that failed."""
        return np.where(self.known[-1] | self.met, self.met, np.nan)

    @property
    def curve(self) -> Curve:
        """Probability of having met it by each quarter of the window."""
        last = self.known.sum(axis=0) - 1
        return curve(self.first, last, len(self.quarters), self.clusters)

    @property
    def probability(self) -> Probability:
        """How likely it is to be met; worlds that failed before are left out."""
        return probability(self.outcome, self.clusters)

    def quarter(self, row: int | None) -> str | None:
        """Return the name of a quarter of the window."""
        return None if row is None else quarter_label(int(self.quarters[row]))


def holding(results: Results, condition: str | Condition, scenario: str) -> Holding:
    """Return where and when a condition holds in a scenario of a results folder.

    Raises BadInput for a condition that cannot be read, or that asks for what is not recorded
    (NotRecorded where the time alone is the matter).
    """
    read = condition if isinstance(condition, Condition) else parse(condition)
    held = read.held
    if results.manifest["inputs"]["every"] == "year":
        held = -(-held // YEAR)
    rows, held = _window(results, read, held, lived(results, scenario))
    known = np.ones((len(rows), 1), dtype=bool)
    reader = Reader(results, scenario, rows)
    holds = reader.claim(read.claim)
    known = known & ~np.logical_or.accumulate(~reader.known, axis=0)
    return Holding(
        read,
        scenario,
        recorded(results)[list(rows)],
        holds & known,
        known,
        held,
        clusters_of(results),
    )


def _window(
    results: Results, read: Condition, held: int, lived: range
) -> tuple[tuple[int, ...], int]:
    """Return the rows that a condition looks at, and for how many of them it must hold.

    A scenario that starts later than the record is looked at from its start.
    """
    if read.at is not None:
        last = row_of(results, read.at)
        if last + 1 - lived.start < held:
            raise _short(results, read, held, lived)
        return tuple(range(last + 1 - held, last + 1)), held
    there = recorded(results)
    first = 0 if read.start is None else int(np.searchsorted(there, read.start))
    first = max(first, lived.start)
    last = len(there) - 1 if read.by is None else _row_by(results, read.by)
    last = min(last, lived.stop - 1)
    if last - first + 1 < held:
        raise _short(results, read, held, lived)
    return tuple(range(first, last + 1)), held


def _short(results: Results, read: Condition, held: int, lived: range) -> NotRecorded:
    """Return the refusal of a time of which too little is recorded, with what is."""
    there = recorded(results)[lived.start : lived.stop]
    first, last = quarter_label(int(there[0])), quarter_label(int(there[-1]))
    unit = "years" if results.manifest["inputs"]["every"] == "year" else "quarters"
    little = "nothing" if held == 1 else f"less than {held} {unit}"
    span = first if first == last else f"{first} to {last}"
    return NotRecorded(f"'{read.text}': {little} of that time is recorded here ({span} is)")


def _row_by(results: Results, quarter: int) -> int:
    """Return the last recorded row up to a quarter, which must not lie beyond the record."""
    there = recorded(results)
    if quarter > there[-1]:
        row_of(results, quarter)
    return int(np.searchsorted(there, quarter, side="right")) - 1


@dataclass
class Reader:
    """Works out claims and amounts for some rows of a scenario, reading each column once."""

    results: Results
    scenario: str
    rows: tuple[int, ...]
    kept: dict[Cells, Numbers] = field(default_factory=dict)
    known: Booleans = field(init=False)

    def __post_init__(self) -> None:
        """Count every world as known until a number of it is missing."""
        self.known = np.ones((len(self.rows), self.results.size), dtype=bool)

    def claim(self, claim: Claim) -> Booleans:
        """Return whether a claim holds: (rows, worlds)."""
        match claim:
            case Negated(inner):
                return ~self.claim(inner)
            case Joined("and", left, right):
                return self.claim(left) & self.claim(right)
            case Joined(_, left, right):
                return self.claim(left) | self.claim(right)
            case Leads(power, place):
                return self.leads(power, place)
            case Compared():
                return self.compared(claim)

    def compared(self, claim: Compared) -> Booleans:
        """Return whether a comparison holds; over states where it is about any or every one."""
        left, right = self.amount(claim.left), self.amount(claim.right)
        found: Booleans = np.asarray(SIGNS[claim.sign](left, right))
        return self._over_states(found, claim)

    def _over_states(self, found: Booleans, claim: Compared) -> Booleans:
        if found.ndim == 1:
            found = np.broadcast_to(found, self.known.shape)
        if found.ndim <= 2:  # noqa: PLR2004 (rows and worlds)
            return found
        every = EVERY in {each.place for each in quantities(claim)}
        return np.asarray(found.all(axis=1) if every else found.any(axis=1))

    def leads(self, power: str, place: str) -> Booleans:
        """Return whether a power has the largest influence."""
        all_of_them = np.stack([self.quantity(Quantity("share", each, place)) for each in POWERS])
        found: Booleans = all_of_them.argmax(axis=0) == POWERS.index(power)
        if place in {ANY, EVERY}:
            return np.asarray(found.any(axis=1) if place == ANY else found.all(axis=1))
        return found

    def amount(self, amount: Amount) -> Numbers:
        """Return an amount: (rows, worlds), with states between for any or every one."""
        match amount:
            case Number(value):
                return np.full((1, 1), value, dtype=np.float32)
            case Quantity():
                return self.quantity(amount)
            case Reckoned(sign, left, right):
                with np.errstate(divide="ignore", invalid="ignore"):  # by 0 is infinite or nothing
                    return np.asarray(SIGNS[sign](self.amount(left), self.amount(right)))

    def quantity(self, quantity: Quantity) -> Numbers:
        """Return a column's numbers, and note the worlds in which they are missing."""
        place = quantity.place
        single = None if place in {ANY, EVERY, REGION} else place
        cells = Cells(quantity.column, single, quantity.power, self.rows)
        if cells not in self.kept:
            self.kept[cells] = numbers(self.results, self.scenario, cells)
        found = self.kept[cells]
        if place == REGION and found.ndim > 2:  # noqa: PLR2004 (rows, states, worlds)
            found = regional(self.results, found)
        self._note(found)
        return found

    def _note(self, found: Numbers) -> None:
        finite = np.isfinite(found)
        self.known &= finite.all(axis=1) if finite.ndim > 2 else finite  # noqa: PLR2004
