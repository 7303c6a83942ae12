"""What the page looks at: an outcome, of a power, in a state and year; levels and changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiments.answers.outcomes import Outcome, outcome_of
from experiments.dashboard.worlds import Answer
from experiments.figures.palette import POWER, SCENARIO, SHORT_POWER
from experiments.results.cells import Floats
from experiments.results.estimates import means, minus, quantiles
from experiments.store.columns import TABLES, column, table_of
from scenarios.quarters import year_of
from scenarios.vocabulary import POWER_NAMES, POWERS, STATE_NAMES, STATES

Array = NDArray[Any]
ALL = "all four powers"


@dataclass(frozen=True)
class Bands:
    """What a chart shows, each (quarter, line): a line, a band and a narrower one around it."""

    low: Array
    inner_low: Array
    middle: Array
    inner_high: Array
    high: Array


@dataclass(frozen=True)
class Lines:
    """Lines of a chart in their own unit: what each is called, its colour and dashes, its bands."""

    names: tuple[str, ...]
    colours: tuple[str, ...]
    dashes: tuple[Any, ...]
    bands: Bands
    digits: int
    signed: bool

    def said(self, row: int, line: int) -> str:
        """Say a number with its 90 % of worlds.

        >>> one = np.array([[1.0]])
        >>> Lines(("a",), ("",), ("",), Bands(one - 2, one, one, one, one + 1), 1, True).said(0, 0)
        '+1.0 (−1.0 to +2.0)'
        """
        form = f"{'+' if self.signed else ''}.{self.digits}f"
        ends = (self.bands.middle, self.bands.low, self.bands.high)
        middle, low, high = (f"{float(each[row, line]):{form}}" for each in ends)
        return minus(f"{middle} ({low} to {high})")


@dataclass(frozen=True)
class View:
    """What is looked at; `power` is None for all four, or where an outcome has none."""

    column: str = "share"
    power: str | None = None
    state: str = STATES[0]
    year: int = 2035

    @property
    def by_power(self) -> bool:
        """Whether lines are powers; they are scenarios otherwise."""
        return self.power is None and "power" in table_of(self.column).keys

    @property
    def outcome(self) -> Outcome:
        """The outcome, of Russia where lines are powers."""
        by_state = "state" in table_of(self.column).keys
        power = "RUS" if self.by_power else self.power
        return outcome_of(self.column, power, self.state if by_state else None)

    @property
    def label(self) -> str:
        """What is looked at, in words."""
        if not self.by_power:
            return self.outcome.label
        what = "share of influence" if self.column == "share" else self.column.replace("_", " ")
        return f"{what} in {STATE_NAMES[self.state]}"

    @property
    def digits(self) -> int:
        """Digits behind the point that its numbers have."""
        return 1 if abs(self.outcome.scale) > 1 else 2

    def read(self, answer: Answer, scenario: str) -> Floats:
        """Return the outcome in its unit: (quarter, line, worlds), one line or one a power."""
        found, keys = answer.tables[scenario][self.column], table_of(self.column).keys
        found = found[:, STATES.index(self.state)] if "state" in keys else found
        if "power" in keys:
            found = found if self.power is None else found[:, [POWERS.index(self.power)]]
        else:
            found = found[:, np.newaxis]
        scaled: Floats = self.outcome.scale * found
        return scaled

    def row(self, answer: Answer) -> int:
        """Return the row of the year's last quarter."""
        return int(np.flatnonzero(year_of(answer.quarters) == self.year)[-1])

    def levels(self, answer: Answer) -> Lines:
        """Return the median, 25-75 % and 5-95 % of worlds: of powers, or of scenarios."""
        names = list(answer.tables)[:1] if self.by_power else list(answer.tables)
        read = np.concatenate([self.read(answer, name) for name in names], axis=1)
        return self._lines(answer, names, Bands(*quantiles(read)), signed=False)

    def changes(self, answer: Answer) -> Lines:
        """Return the first scenario minus another: the mean, its 95 % interval, 5-95 % of worlds.

        Lines are powers against the second scenario, or else the other scenarios.
        """
        first, *others = answer.tables
        against = (others[:1] if self.by_power else others) or [first]
        read = self.read(answer, first)
        gap = np.concatenate([read - self.read(answer, name) for name in against], axis=1)
        middle, low, high = means(gap)
        ends = quantiles(gap, (0.05, 0.95))
        return self._lines(answer, against, Bands(ends[0], low, middle, high, ends[1]), signed=True)

    def _lines(self, answer: Answer, names: Sequence[str], bands: Bands, *, signed: bool) -> Lines:
        if self.by_power:
            strokes = [POWER[power] for power in POWERS]
            called = [SHORT_POWER[power] for power in POWERS]
        else:
            strokes = [SCENARIO[list(answer.tables).index(name)] for name in names]
            called = [answer.titles[name] for name in names]
        return Lines(
            tuple(called), tuple(each.colour for each in strokes),
            tuple(each.dashes for each in strokes), bands, self.digits, signed,
        )  # fmt: skip


def choices() -> dict[str, dict[str, str]]:
    """Return the outcomes that can be chosen, by table, under what they are called."""
    titles = {"influence": "By power", "states": "Of the state", "region": "Russia and China"}
    called = {"share": "share of influence", "influence": "influence itself"}
    return {
        titles[name]: {called.get(each, each.replace("_", " ")): each for each in table.names}
        for name, table in TABLES.items()
    }


def powers() -> dict[str, str]:
    """Return the choice of a power; '' stands for all four."""
    return {ALL: ""} | {POWER_NAMES[power].removeprefix("the "): power for power in POWERS}


def meaning(view: View) -> str:
    """Return what an outcome means and its unit, in a line."""
    found = column(view.column)
    return f"{found.meaning[:1].upper()}{found.meaning[1:]} ({found.ranged})."
