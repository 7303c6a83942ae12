"""The outcomes that scenarios are compared by, each one number a world, and what a change is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from experiments.errors import BadInput
from experiments.results.cells import Cells, numbers, regional
from experiments.results.estimates import mean, minus, quantiles
from experiments.results.reading import Results
from experiments.store.columns import by_name, table_of
from experiments.store.columns import column as column_of
from experiments.store.labels import nearest_column
from scenarios.vocabulary import DOMAIN_COLUMNS, DOMAINS, POWER_NAMES, POWERS, STATE_NAMES

Numbers = NDArray[np.float32]
SMALL = 0.05
"""Changes smaller than this, in points or hundredths, are not named: they round to nothing."""
PAIR = ("RUS", "CHN")


@dataclass(frozen=True)
class Outcome:
    """A column, of a power where it has one, of a state or of the region as a whole."""

    label: str
    column: str
    power: str | None = None
    state: str | None = None
    scale: float = 100.0
    unit: str = "points"

    @property
    def table(self) -> str:
        """The table that it is read from."""
        return table_of(self.column).name


HEADLINES = (
    Outcome("Russia's share of influence", "share", "RUS"),
    Outcome("China's share of influence", "share", "CHN"),
    Outcome("Russia's security share", "security", "RUS"),
    Outcome("China's security share", "security", "CHN"),
    Outcome("Russia's trade share", "trade", "RUS"),
    Outcome("China's trade share", "trade", "CHN"),
    Outcome("cooperation", "cooperation", unit="hundredths"),
    Outcome("competition", "competition", unit="hundredths"),
    Outcome("rivalry", "rivalry", unit="hundredths"),
    Outcome("hedging", "hedging", unit="hundredths"),
    Outcome("joint dependence", "joint_dependence"),
    Outcome("dependency risk", "dependency_risk", unit="hundredths"),
    Outcome("stability", "stability", unit="hundredths"),
)
"""Of the region as a whole, states weighted."""
OF_STATES = (
    ("autonomy", "autonomy"),
    ("hedging", "hedging"),
    ("joint_dependence", "joint dependence"),
    ("dependency_risk", "dependency risk"),
    ("threat", "threat"),
    ("debt_to_china", "debt to China"),
    ("remittances", "remittances"),
    ("bargaining_terms", "bargaining terms"),
)
"""Columns of a state that are shown beside who leads and where it relies on whom."""
PARTS = {"share", "autonomy", "joint_dependence", "debt_to_china", "remittances", *DOMAINS}
"""Columns that are shares of a whole, and so shown in per cent."""


def outcome_of(column: str, power: str | None = None, state: str | None = None) -> Outcome:
    """Return any column as an outcome, in its own unit: shares in points, indices as they are.

    Raises BadInput for a column that does not exist, one by power without it, or with a needless
    power or state.

    >>> outcome_of("security", "RUS", "TJK").label, outcome_of("rivalry").unit
    ("Russia's security share in Tajikistan", 'on a scale of 0 to 1')
    """
    found = by_name().get(column)
    if found is None:
        raise BadInput(f"unknown column '{column}'; {nearest_column(column, list(by_name()))}")
    keys = table_of(column).keys
    for kind, given in (("power", power), ("state", state)):
        if given is not None and kind not in keys:
            raise BadInput(f"'{column}' is not a number of each {kind}: leave out --{kind}")
    if power is None and "power" in keys:
        raise BadInput(f"'{column}' is a number of each power: expected --power RUS or another")
    part = "share of influence" if column == "share" else column.replace("_", " ")
    label = part.replace(" to china", " to China").replace("chinese", "Chinese")
    if power is not None:
        domain = column in DOMAIN_COLUMNS
        label = f"{possessive(power)} {label}{' share' if domain else ''}"
    where = f" in {STATE_NAMES[state]}" if state else ""
    share = power is not None and found.unit == "0-1" and column not in {"credibility", "basing"}
    if share or found.unit == "share of GDP":
        unit = "points" if share else "points of GDP"
        return Outcome(f"{label}{where}", column, power, state, 100.0, unit)
    scaled = found.unit in {"0-1", "index", "0.5-1"} and found.high is not None
    unit = f"on a scale of {found.low:g} to {found.high:g}" if scaled else found.unit
    unit = unit.replace("-", "−") if scaled else unit
    return Outcome(f"{label}{where}", column, power, state, 1.0, unit)


def possessive(power: str) -> str:
    """Return whose something is.

    >>> possessive("RUS"), possessive("REG")
    ("Russia's", "regional powers'")
    """
    name = POWER_NAMES[power]
    return f"{name}'" if name.endswith("s") else f"{name}'s"


def unit_of(name: str) -> str:
    """Return what a hundredth of a column is called: of a share it is a point.

    >>> unit_of("rivalry"), unit_of("autonomy")
    ('hundredths', 'points')
    """
    return next((each.unit for each in HEADLINES if each.column == name), "points")


def of_state(state: str) -> list[Outcome]:
    """Return the outcomes of a state: shares of influence, reliance, and its own columns."""
    return [
        *(Outcome(f"{possessive(p)} share of influence", "share", p, state) for p in POWERS),
        *(
            Outcome(f"{domain} reliance on {POWER_NAMES[power]}", domain, power, state)
            for domain in DOMAINS
            for power in PAIR
        ),
        *(Outcome(label, name, None, state, 100, unit_of(name)) for name, label in OF_STATES),
    ]


def shown_in(outcome: Outcome) -> tuple[str, float]:
    """Return the unit in which an outcome's level is shown, and what its column is multiplied by.

    >>> shown_in(HEADLINES[0]), shown_in(HEADLINES[-1])
    (('%', 100.0), ('−1 to 1', 1.0))
    """
    kind = column_of(outcome.column)
    if outcome.column in PARTS:
        return "% of GDP" if kind.unit == "share of GDP" else "%", 100.0
    ends = "" if kind.high is None else f"{kind.low:g} to {kind.high:g}"
    return minus(ends) or kind.unit, 1.0


def paths(
    results: Results, scenario: str, outcome: Outcome, rows: tuple[int, ...] | None = None
) -> Numbers:
    """Return an outcome in some recorded quarters or all: (quarters, worlds)."""
    cells = Cells(outcome.column, outcome.state, outcome.power, rows)
    found = numbers(results, scenario, cells)
    return regional(results, found) if found.ndim > 2 else found  # noqa: PLR2004 (has states)


def values(results: Results, scenario: str, outcome: Outcome, row: int | None = None) -> Numbers:
    """Return an outcome in one recorded quarter, by default the last: (worlds,)."""
    place = len(results.timeline) - 1 if row is None else row
    now: Numbers = paths(results, scenario, outcome, (place,))[0]
    return now


def leads(
    results: Results, scenario: str, state: str
) -> Iterator[tuple[str, NDArray[np.floating]]]:
    """Yield Russia and China with 1 where each has most influence: (quarters, worlds)."""
    shares = np.stack([numbers(results, scenario, Cells("share", state, p)) for p in POWERS])
    failed, first = np.isnan(shares).any(axis=0), np.nan_to_num(shares).argmax(axis=0)
    for power in PAIR:
        yield power, np.where(failed, np.nan, first == POWERS.index(power))


@dataclass(frozen=True)
class Change:
    """A number over worlds, as a rule a paired difference: its mean, its range, its precision.

    `low` and `high` are the quantiles over worlds at 5 and 95 %; `half` is half the 95 % interval
    of the mean, NaN where all worlds have one draw of luck.
    """

    value: float
    half: float
    low: float
    high: float
    worlds: int

    @property
    def clear(self) -> bool:
        """Whether the interval of the mean leaves out zero."""
        return abs(self.value) > self.half

    def said(self, unit: str = "", scale: float = 100, *, signed: bool = True) -> str:
        """Say the mean, then the range over worlds, then how well the mean is known.

        >>> Change(0.101, 0.002, 0.061, 0.152, 500).said("points")
        '+10.1 points (over worlds +6.1 to +15.2; mean known to ±0.2)'
        >>> Change(1.5, float("nan"), 1.5, 1.5, 1).said("a year", 1, signed=False)
        '1.5 a year (one world)'
        """
        if not self.worlds:
            return "unknown (every world failed)"
        number = self._written(unit, scale, signed=signed)
        if self.worlds == 1:
            return f"{number} (one world)"
        return f"{number} (over worlds {self.range(scale, signed=signed)}; {self.known(scale)})"

    def _written(self, unit: str, scale: float, *, signed: bool) -> str:
        sign = "+" if signed else ""
        number = minus(f"{scale * self.value:{sign}.{self.digits(scale)}f}")
        return f"{number} {unit}".rstrip()

    def range(self, scale: float = 100, *, signed: bool = True) -> str:
        """Say between which numbers nine worlds in ten lie."""
        form = f"{'+' if signed else ''}.{self.digits(scale)}f"
        return minus(f"{scale * self.low:{form}} to {scale * self.high:{form}}")

    def known(self, scale: float = 100) -> str:
        """Say how well the mean is known."""
        if not isfinite(self.half):
            return "one draw of luck: how well the mean is known cannot be said"
        return f"mean known to ±{abs(scale) * self.half:.{self.digits(scale)}f}"

    def digits(self, scale: float) -> int:
        """Return after how many digits numbers are cut: small ones keep more."""
        size = abs(scale) * max(abs(each) for each in (self.value, self.low, self.high))
        return 1 if size >= 1 or scale > 1 else 2 if size >= 0.1 else 3  # noqa: PLR2004


def precision(half: float, digits: int) -> str:
    """Return half the 95 % interval of a mean; one that rounds to nothing is below the last digit.

    >>> precision(0.24, 1), precision(0.02, 1), precision(float("nan"), 1)
    ('0.2', '<0.1', 'none')
    """
    if not isfinite(half):
        return "none"
    least = 10.0**-digits
    return f"<{least:.{digits}f}" if 0 < half < least / 2 else f"{half:.{digits}f}"


def change_of(results: Results, gap: NDArray[np.floating]) -> Change:
    """Return what a number a world says; worlds that failed (NaN) are left out."""
    found = mean(gap, results.clusters)
    low, high = (float(each) for each in quantiles(gap.astype(np.float64), (0.05, 0.95)))
    return Change(found.value, found.high - found.value, low, high, found.worlds)
