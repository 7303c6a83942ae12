"""The headline outcomes that scenarios are compared by, each one number a world."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.refusals import BadInput
from experiments.results.cells import Cells, numbers, recorded, regional
from experiments.results.clusters import clusters_of
from experiments.results.estimates import clear_since, mean, means
from experiments.results.reading import Results
from experiments.store.columns import by_name, table_of
from experiments.store.columns import column as column_of
from experiments.store.labels import nearest_column
from scenarios.quarters import quarter_label
from scenarios.vocabulary import DOMAIN_COLUMNS, DOMAINS, POWER_NAMES, POWERS, STATE_NAMES

Numbers = NDArray[np.float32]
SMALL = 0.05
"""Changes smaller than this, in points or hundredths, are not named: they round to nothing."""


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


def unit_of(column: str) -> str:
    """Return what a hundredth of a column is called: of a share it is a point.

    >>> unit_of("rivalry"), unit_of("autonomy")
    ('hundredths', 'points')
    """
    return next((each.unit for each in HEADLINES if each.column == column), "points")


def paths(
    results: Results, scenario: str, outcome: Outcome, rows: tuple[int, ...] | None = None
) -> Numbers:
    """Return an outcome in some recorded quarters or all: (quarters, worlds)."""
    cells = Cells(outcome.column, outcome.state, outcome.power, rows)
    found = numbers(results, scenario, cells)
    return regional(results, found) if found.ndim > 2 else found  # noqa: PLR2004 (has states)


def values(results: Results, scenario: str, outcome: Outcome, row: int | None = None) -> Numbers:
    """Return an outcome in one recorded quarter, by default the last: (worlds,)."""
    place = len(recorded(results)) - 1 if row is None else row
    now: Numbers = paths(results, scenario, outcome, (place,))[0]
    return now


PAIR = ("RUS", "CHN")
LEVELLED = (
    ("autonomy", "autonomy"),
    ("hedging", "hedging"),
    ("joint_dependence", "joint dependence"),
    ("dependency_risk", "dependency risk"),
    ("threat", "threat"),
    ("debt_to_china", "debt to China"),
    ("remittances", "remittances"),
    ("bargaining_terms", "bargaining terms"),
)
"""Columns of a state that are told beside who leads and where it relies on whom."""
SHARES = {"0-1", "share of GDP"}
"""Units of columns that are told in per cent where they are shares of something."""
PARTS = {"share", "autonomy", "joint_dependence", "debt_to_china", "remittances", *DOMAINS}
"""Columns that are shares of a whole."""


def levels(
    results: Results, scenario: str, against: str, state: str | None = None, row: int = -1
) -> pd.DataFrame:
    """Return a row an outcome: its mean in either scenario, the change with its 95 % interval.

    Columns: outcome, state, quarter, level, reference, change, low, high, unit, since. Numbers are
    in `unit`: per cent, changes then in points, or the column's own. `since` is the quarter from
    which on the change has been clear in its direction, '' where it is not clear. `row` is a
    recorded quarter's place; worlds that failed in either scenario are left out.
    """
    there = recorded(results)
    found = []
    for label, unit, scale, pair in _both(results, scenario, against, state):
        gap = pair[0] - pair[1]
        middle, low, high = (scale * each for each in means(gap, clusters_of(results)))
        known = np.isfinite(gap[row])
        begun = clear_since(middle, low, high, SMALL * (1 if scale > 1 else 0.01), row)
        found.append(
            {
                "outcome": label,
                "state": state,
                "quarter": quarter_label(int(there[row])),
                "level": mean(scale * pair[0][row][known]).value,
                "reference": mean(scale * pair[1][row][known]).value,
                "change": middle[row],
                "low": low[row],
                "high": high[row],
                "unit": unit,
                "since": "" if begun is None else quarter_label(int(there[begun])),
            }
        )
    return pd.DataFrame(found)


def _both(
    results: Results, scenario: str, against: str, state: str | None
) -> Iterator[tuple[str, str, float, tuple[Numbers, Numbers]]]:
    """Yield outcomes: label, unit, scale, and (quarters, worlds) of both scenarios."""
    if state is not None and "influence" in results.tables:
        led = [_leading(results, each, state) for each in (scenario, against)]
        for power in PAIR:
            place = POWERS.index(power)
            pair = tuple(np.where(each < 0, np.nan, each == place) for each in led)
            yield f"{POWER_NAMES[power]} leads", "% of worlds", 100.0, (pair[0], pair[1])
    for each in HEADLINES if state is None else of_state(state):
        if each.table in results.tables:
            one, other = (paths(results, name, each) for name in (scenario, against))
            yield each.label, *_unit(each), (one, other)


def _leading(results: Results, scenario: str, state: str) -> Numbers:
    """Return which power has most influence in a state: (quarters, worlds); -1 where it failed."""
    shares = np.stack([numbers(results, scenario, Cells("share", state, p)) for p in POWERS])
    failed = np.isnan(shares).any(axis=0)
    return np.where(failed, -1, np.nan_to_num(shares).argmax(axis=0))


def of_state(state: str) -> list[Outcome]:
    """Return what is told of a state: shares of influence, reliance, and its own columns."""
    named = [(POWER_NAMES[power], power) for power in POWERS]
    influence = [
        Outcome(f"{_whose(name)} share of influence", "share", power, state)
        for name, power in named
    ]
    reliance = [
        Outcome(f"{domain} reliance on {POWER_NAMES[power]}", domain, power, state)
        for domain in DOMAINS
        for power in PAIR
    ]
    return [*influence, *reliance, *(Outcome(label, name, None, state) for name, label in LEVELLED)]


def _whose(name: str) -> str:
    """Return a power's name as an owner's.

    >>> _whose("Russia"), _whose("regional powers")
    ("Russia's", "regional powers'")
    """
    return f"{name}'" if name.endswith("s") else f"{name}'s"


def _unit(outcome: Outcome) -> tuple[str, float]:
    """Return the unit in which an outcome is told, and what its column is multiplied by.

    >>> _unit(HEADLINES[0])
    ('%', 100.0)
    """
    kind = column_of(outcome.column)
    if outcome.column in PARTS and kind.unit in SHARES:
        return "% of GDP" if kind.unit == "share of GDP" else "%", 100.0
    ends = "" if kind.high is None else f"{kind.low:g} to {kind.high:g}"
    return ends or kind.unit, 1.0
