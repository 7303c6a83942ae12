"""What the sources expect of every lever, measured in the shipped baseline in paired worlds.

Expectations live in `scenarios/claims/signs.yaml`, whose head says how they are written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiments.progress import progress
from model.drivers import changed, steps_of
from model.ensemble import Request, simulate
from model.readings import REGION
from model.recorder import Recorded
from model.uncertainty import parameters_of_worlds
from scenarios.event_types import EVENT_TYPES, ORGANISATIONS
from scenarios.load import load_scenario
from scenarios.reading import read_document
from scenarios.scenario import Event, Scenario
from scenarios.vocabulary import DRIVERS, FIRST_YEAR, FLOWS, POWERS, STATES

FloatArray = NDArray[np.float64]
SIGNS = Path(__file__).parents[2] / "scenarios" / "claims" / "signs.yaml"
BASELINE = "baseline"
DATES = (2008, 2024, 2030)
EXPECTED = ("rise", "fall", "still", "not_rise", "not_fall")
LEAST, MOST = 0.0002, 0.002
"""What counts as a rise or a fall, and what as standing still, unless a row says otherwise."""
HALF = 0.5
COMPILED = 4096
"""Worlds of all scenarios from which on compiled code gains more than it takes to load."""
Period = tuple[int, int]
"""First and last quarter that are recorded of a group of scenarios that run together."""
Taken = dict[str, NDArray[np.float32]]
"""Columns at the end of a period, or a year's events over it: (..., worlds)."""

_OUTCOME = re.compile(
    r"(?P<column>\w+)( (?P<power>RUS|CHN|WST|REG|SELF|it))?( by (?P<by>[\d.]+))?"
    r"( in (?P<states>[A-Z]{3}( [A-Z]{3})*))?( at (?P<dates>\d{4}( \d{4})*))?"
)


@dataclass(frozen=True)
class Outcome:
    """What is expected of a column: to rise, fall or stand still, by how much, where, when."""

    text: str
    expected: str
    column: str
    power: str | None
    bound: float
    states: Sequence[str]
    dates: tuple[int, ...]

    def holds(self, values: FloatArray) -> str:
        """Say whether a change in paired worlds is the expected one: holds, fails or unclear."""
        mean, low, high = interval(values)
        if self.expected in {"fall", "not_rise"}:
            mean, low, high = -mean, -high, -low
        if self.expected in {"rise", "fall"}:
            if self.column in FLOWS and not values.any():
                return "unclear"
            right, open_ = mean >= self.bound and low > 0, high > max(self.bound, 0)
        elif self.expected == "still":
            right, open_ = abs(mean) <= self.bound, low < self.bound and high > -self.bound
        else:
            right, open_ = mean >= -self.bound, high > -self.bound
        return "holds" if right else "unclear" if open_ else "fails"


@dataclass(frozen=True)
class Row:
    """A lever, how it is pulled, and what the sources expect of it."""

    kind: str
    lever: str
    why: str
    source: str
    outcomes: tuple[Outcome, ...]
    claims: tuple[int, ...] = ()
    rules: tuple[str, ...] = ()
    states: Sequence[str] = ()
    powers: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    between: tuple[float, float] = (0.0, 1.0)
    both: bool = False
    together: bool = False
    size: float | None = None
    given: str | None = None
    years: float = 4
    dates: tuple[int, ...] = DATES
    disagrees: str = ""

    @property
    def title(self) -> str:
        """The lever in words.

        >>> signs()[1][0].title
        'more ukraine_conflict, 4 years later'
        """
        later = f", {self.years:g} years later" if self.years else ", in the same quarter"
        which = "".join(f" {each}" for each in (*self.organisations, *self.powers))
        if self.kind == "time":
            return "the baseline, {} to {}".format(*self.dates)
        if self.kind == "level":
            return f"the baseline in {self.dates[0]}"
        words = {"driver": f"more {self.lever}{which}", "event": f"{self.lever}{which}"}
        return words[self.kind] + later if self.kind in words else f"scenario {self.lever}"


@dataclass(frozen=True)
class Pull:
    """A lever pulled once: which scenario is held against which, and which way round."""

    row: Row
    date: int
    period: Period
    plus: str
    minus: str | tuple[Period, str]
    sign: float = 1.0
    states: Sequence[str] = STATES
    power: str | None = None


@dataclass(frozen=True)
class Measured:
    """An outcome of a pull in a state (or the region), its change by world, and the verdict."""

    row: Row
    outcome: Outcome
    date: int
    state: str
    power: str
    values: FloatArray
    verdict: str


def interval(values: FloatArray) -> tuple[float, float, float]:
    """Mean over worlds, with its 95 % interval.

    >>> interval(np.array([1.0, 1.0]))
    (1.0, 1.0, 1.0)
    """
    mean, half = float(values.mean()), float(1.96 * values.std() / np.sqrt(values.size))
    return mean, mean - half, mean + half


@lru_cache(maxsize=1)
def signs() -> tuple[dict[int, dict[str, Any]], list[Row]]:
    """The claims of the sources by number, and the rows of the table."""
    values = read_document(SIGNS, SIGNS.name).values
    claims = {int(number): claim for number, claim in values["claims"].items()}
    return claims, [_row(dict(raw)) for raw in values["rows"]]


def _row(raw: dict[str, Any]) -> Row:
    kind = next(each for each in ("driver", "event", "scenario", "time", "level") if each in raw)
    lever = raw.pop(kind)
    given: dict[str, Any] = {"kind": kind, "lever": str(lever)}
    if kind in {"time", "level"}:
        given["dates"] = tuple(lever) if kind == "time" else (lever,)
    if kind == "driver":
        driver = DRIVERS[lever]
        given["between"] = (driver.low, driver.high)
        given["states"] = () if driver.scope == "region" else driver.states
        given["powers"] = driver.powers if driver.scope == "power and state" else ()
    if kind == "event":
        needs = EVENT_TYPES[lever].needs
        given["states"] = EVENT_TYPES[lever].states if "state" in needs else ()
        given["powers"] = EVENT_TYPES[lever].powers if "power" in needs else ()
        given["organisations"] = ORGANISATIONS if "organisation" in needs else ()
    outcomes = [_outcome(text, each) for each in EXPECTED for text in raw.pop(each, ())]
    plural = {"power": "powers", "organisation": "organisations"}
    given |= {plural.get(key, key): _tupled(value) for key, value in raw.items()}
    return Row(outcomes=tuple(outcomes), **given)


def _tupled(value: Any) -> Any:  # noqa: ANN401 (whatever the file holds)
    return tuple(value) if isinstance(value, list) else value


def _outcome(text: str, expected: str) -> Outcome:
    found = _OUTCOME.fullmatch(text)
    if not found:
        msg = f"signs.yaml: '{text}' is no outcome"
        raise ValueError(msg)
    usual = LEAST if expected in {"rise", "fall"} else MOST
    return Outcome(
        text,
        expected,
        found["column"],
        found["power"],
        float(found["by"]) if found["by"] else usual,
        tuple((found["states"] or " ".join(STATES)).split()),
        tuple(int(each) for each in (found["dates"] or "").split()),
    )


def measure(
    rows: Sequence[Row], worlds: int, seed: int = 0, *, quiet: bool = True
) -> list[Measured]:
    """Pull the levers of some rows in the shipped baseline, in paired worlds."""
    groups: dict[Period, dict[str, Scenario]] = {}
    pulls = [pull for row in rows for pull in _pulls(row, groups)]
    columns = {outcome.column for row in rows for outcome in row.outcomes}
    taken: dict[tuple[Period, str], Taken] = {}
    with progress("levers", sum(map(len, groups.values())), quiet=quiet) as advance:
        for period, scenarios in groups.items():
            for name, recorded in _run(scenarios, worlds, seed, period):
                taken[period, name] = _taken(recorded, columns)
                advance(1)
    return [each for pull in pulls for each in _measured(pull, taken)]


def _run(
    scenarios: Mapping[str, Scenario], worlds: int, seed: int, period: Period
) -> Iterator[tuple[str, Recorded]]:
    members = np.arange(worlds)
    drawn = dict(vars(parameters_of_worlds({}, seed, members)))
    compiled = len(scenarios) * worlds >= COMPILED
    request = Request(seed, members, period[1], period[0], compiled=compiled)
    return simulate(scenarios, dict.fromkeys(scenarios, drawn), request)


def _taken(recorded: Recorded, columns: set[str]) -> Taken:
    every = {name: values for table in recorded.tables.values() for name, values in table.items()}
    return {
        name: 4 * every[name].mean(axis=0) if name in FLOWS else every[name][-1].copy()
        for name in columns
    }


def _measured(pull: Pull, taken: Mapping[tuple[Period, str], Taken]) -> Iterator[Measured]:
    plus = taken[pull.period, pull.plus]
    other = (pull.period, pull.minus) if isinstance(pull.minus, str) else pull.minus
    minus = taken[other] if other[1] else dict.fromkeys(plus, np.zeros(1, dtype=np.float32))
    for outcome in pull.row.outcomes:
        if outcome.dates and pull.date not in outcome.dates:
            continue
        change = pull.sign * (plus[outcome.column] - minus[outcome.column]).astype(float)
        power = pull.power if outcome.power == "it" else outcome.power
        if power == "SELF":
            change = -change.sum(axis=1)
        elif power:
            change = change[:, POWERS.index(power)]
        within = [state for state in outcome.states if state in pull.states]
        for state in ["region"] if outcome.column in REGION else within:
            values = change if state == "region" else change[STATES.index(state)]
            verdict = outcome.holds(values[np.isfinite(values)])
            yield Measured(pull.row, outcome, pull.date, state, power or "", values, verdict)


def _pulls(row: Row, groups: dict[Period, dict[str, Scenario]]) -> Iterator[Pull]:
    """Every way to pull a row's lever; the scenarios that it takes are added to the groups."""
    base = load_scenario(BASELINE)
    if row.kind in {"scenario", "time", "level"}:
        ends = {year: (at, at) for year in row.dates for at in [_quarter(year) + 3]}
        for period in ends.values():
            groups.setdefault(period, {})[BASELINE] = base
        last = row.dates[-1]
        if row.kind == "time":
            yield Pull(row, last, ends[last], BASELINE, (ends[row.dates[0]], BASELINE))
        elif row.kind == "level":
            yield Pull(row, last, ends[last], BASELINE, "")
        else:
            for year, period in ends.items():
                groups[period][row.lever] = load_scenario(row.lever)
                yield Pull(row, year, period, row.lever, BASELINE)
        return
    each = [(state,) for state in row.states]
    moved = [row.states] if row.together or not each else each
    ways = product(row.dates, moved, row.powers or (None,), row.organisations or (None,))
    for year, states, power, organisation in ways:
        begin = _quarter(year)
        group = groups.setdefault((begin, begin + round(4 * row.years)), {BASELINE: base})
        find = _driven if row.kind == "driver" else _struck
        yield from find(row, year, group, states, (power, organisation))


def _quarter(year: int) -> int:
    return 4 * (year - FIRST_YEAR)


def _driven(
    row: Row,
    year: int,
    group: dict[str, Scenario],
    states: Sequence[str],
    named: tuple[str | None, str | None],
) -> Iterator[Pull]:
    """A driver set to one end of its range from a quarter on."""
    begin, power = _quarter(year), named[0]
    place: tuple[Any, ...] = ([STATES.index(each) for each in states],) if states else ()
    place = (POWERS.index(power), *place) if power else place
    now = float(np.mean(group[BASELINE].drivers[row.lever][(begin, *place)]))
    low, high = row.between
    names = {}
    for value in (low, high):
        path = group[BASELINE].drivers[row.lever].copy()
        path[(slice(begin, None), *place)] = value
        name = names[value] = f"{row.lever} {power} {states} {value:g}"
        drivers = {**group[BASELINE].drivers, row.lever: path}
        group[name] = replace(group[BASELINE], name=name, drivers=drivers)
    up = high - now >= now - low
    unused = () if row.both else (names[low] if up else names[high],)
    for name in unused:
        del group[name]
    sign = 1.0 if up or row.both else -1.0
    plus = names[high] if up or row.both else names[low]
    minus = names[low] if row.both else BASELINE
    yield Pull(
        row, year, (begin, begin + round(4 * row.years)), plus, minus, sign, states or STATES, power
    )


def _struck(
    row: Row,
    year: int,
    group: dict[str, Scenario],
    states: Sequence[str],
    named: tuple[str | None, str | None],
) -> Iterator[Pull]:
    """An event in a quarter, unless it would change nothing there."""
    begin, (power, organisation), base = _quarter(year), named, group[BASELINE]
    state = states[0] if states else None
    sign, usual = 1.0, EVENT_TYPES[row.lever].size
    size = row.size if row.size is not None else usual.default if usual else None
    if organisation and state:
        member = base.drivers[f"{organisation.lower()}_membership"][begin, STATES.index(state)]
        size, sign = 1 - member, 1 - 2 * member
    event = Event(row.lever, begin, state, power, organisation, size)
    if _idle(event, base):
        return
    both = [Event(row.given, begin, state)] if row.given else []
    minus = f"{row.given} {state}" if row.given else BASELINE
    name = f"{row.lever} {state} {power} {organisation} {size}"
    for each, events in ((minus, both), (name, [*both, event])):
        ordered = tuple(sorted([*base.events, *events], key=lambda one: one.quarter))
        group[each] = replace(base, name=each, events=ordered)
    period = (begin, begin + round(4 * row.years))
    yield Pull(row, year, period, name, minus, sign, states or STATES, power)


def _idle(event: Event, base: Scenario) -> bool:
    """Whether an event changes nothing: what it would bring about is so already."""
    steps = steps_of(event, np.ones(1))
    now = {name: path[event.quarter][..., np.newaxis] for name, path in base.drivers.items()}
    if event.type == "csto_intervention":
        return bool(now["csto_membership"][STATES.index(str(event.state))] < HALF)
    same = [np.array_equal(now[each.driver], changed(now[each.driver], each)) for each in steps]
    return bool(steps) and all(same)
