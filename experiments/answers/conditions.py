"""The worlds of a results folder in which a condition holds, and when it is first met.

The language is described in docs/questions.md; `parser.parse` reads it.
"""

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
    Computed,
    Condition,
    Joined,
    Leads,
    Moves,
    Negated,
    Number,
    Quantity,
    quantities,
)
from experiments.answers.parser import parse
from experiments.errors import BadInput
from experiments.results.cells import Cells, lived, numbers, regional, row_of
from experiments.results.clusters import Clusters
from experiments.results.estimates import Probability, probability
from experiments.results.passage import Curve, curve, first_passage
from experiments.results.reading import Results
from experiments.results.text import chosen_scenarios
from scenarios.quarters import YEAR, quarter_label
from scenarios.vocabulary import POWERS

Numbers = NDArray[np.float32]
Booleans = NDArray[np.bool_]
STATED = 3
"""Axes of an array that has states: rows, states, worlds."""
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
    """A condition is about a time of which too little is recorded for a scenario."""


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
        """Share of worlds that have met it by each quarter of the window."""
        last = self.known.sum(axis=0) - 1
        return curve(self.first, last, len(self.quarters), self.clusters)

    @property
    def probability(self) -> Probability:
        """In which share of worlds it is met; worlds that failed before are left out."""
        return probability(self.outcome, self.clusters)

    @property
    def already(self) -> Probability:
        """In which share of worlds it is met in the first quarter of the window."""
        begun = np.where(np.isfinite(self.outcome), self.first == 0, np.nan)
        return probability(begun, self.clusters)

    def quarter(self, row: int) -> str:
        """Return the name of a quarter of the window."""
        return quarter_label(int(self.quarters[row]))


def holding(results: Results, condition: str | Condition, scenario: str) -> Holding:
    """Return where and when a condition holds in a scenario of a results folder.

    Raises BadInput for a condition that cannot be read, or that asks for what is not recorded
    (NotRecorded where the time alone is the matter).
    """
    read = condition if isinstance(condition, Condition) else parse(condition)
    held = read.held
    if results.manifest["inputs"]["every"] == "year":
        held = -(-held // YEAR)
    against = None if read.against is None else chosen_scenarios(results, [read.against])[0]
    rows = _window(results, read, held, lived(results, scenario))
    reader = Reader(results, scenario, rows, against)
    holds = reader.claim(read.claim)
    known = ~np.logical_or.accumulate(~reader.known, axis=0)
    quarters = results.timeline[list(rows)]
    return Holding(read, scenario, quarters, holds & known, known, held, results.clusters)


def _window(results: Results, read: Condition, held: int, there: range) -> tuple[int, ...]:
    """Return the rows that a condition looks at, which must be as many as it has to hold for.

    A scenario that starts later than the record is looked at from its start.
    """
    quarters = results.timeline
    if read.at is not None:
        last = row_of(results, read.at)
        first = last + 1 - held
        enough = first >= there.start
    else:
        if read.by is not None and read.by > quarters[-1]:
            row_of(results, read.by)  # which says what is recorded
        by = len(quarters) if read.by is None else np.searchsorted(quarters, read.by, side="right")
        start = 0 if read.start is None else int(np.searchsorted(quarters, read.start))
        first, last = max(start, there.start), min(int(by), there.stop) - 1
        enough = last - first + 1 >= held
    if enough:
        return tuple(range(first, last + 1))
    ends = [quarter_label(int(quarters[there[place]])) for place in (0, -1)]
    unit = "years" if results.manifest["inputs"]["every"] == "year" else "quarters"
    little = "nothing" if held == 1 else f"less than {held} {unit}"
    span = " to ".join(dict.fromkeys(ends))
    raise NotRecorded(f"'{read.text}': {little} of that time is recorded here ({span} is)")


@dataclass
class Reader:
    """Computes claims and amounts for some rows of a scenario, reading each column once."""

    results: Results
    scenario: str
    rows: tuple[int, ...]
    against: str | None = None
    cache: dict[tuple[str, Cells], Numbers] = field(default_factory=dict)
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
                shares = [self.quantity(Quantity("share", each, place)) for each in POWERS]
                return self._over_states(
                    np.stack(shares).argmax(axis=0) == POWERS.index(power), claim
                )
            case Moves(amount, sign, size):
                own, self.scenario = self.scenario, self.against or self.scenario
                other = self.amount(amount)
                self.scenario = own
                gap = sign * (self.amount(amount) - other)
                return self._over_states(np.asarray(gap >= size), claim)
            case Compared(sign, left, right):
                found = np.asarray(SIGNS[sign](self.amount(left), self.amount(right)))
                return self._over_states(found, claim)

    def _over_states(self, found: Booleans, claim: Claim) -> Booleans:
        """Return whether it holds in any or in every state, where it is about several."""
        if found.ndim < STATED:
            return np.broadcast_to(found, self.known.shape)
        every = EVERY in {each.place for each in quantities(claim)}
        return np.asarray(found.all(axis=1) if every else found.any(axis=1))

    def amount(self, amount: Amount) -> Numbers:
        """Return an amount: (rows, worlds), with states between for any or every one."""
        match amount:
            case Number(value):
                return np.full((1, 1), value, dtype=np.float32)
            case Quantity():
                return self.quantity(amount)
            case Computed(sign, left, right):
                with np.errstate(divide="ignore", invalid="ignore"):  # by 0 is infinite or nothing
                    return np.asarray(SIGNS[sign](self.amount(left), self.amount(right)))

    def quantity(self, quantity: Quantity) -> Numbers:
        """Return a column's numbers, and note the worlds in which they are missing."""
        place = quantity.place
        single = None if place in {ANY, EVERY, REGION} else place
        cells = Cells(quantity.column, single, quantity.power, self.rows)
        key = self.scenario, cells
        if key not in self.cache:
            self.cache[key] = numbers(self.results, self.scenario, cells)
        found = self.cache[key]
        if place == REGION and found.ndim >= STATED:
            found = regional(self.results, found)
        finite = np.isfinite(found)
        self.known &= finite.all(axis=1) if finite.ndim >= STATED else finite
        return found
