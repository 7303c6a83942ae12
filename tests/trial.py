"""Short runs for the tests of the model: scenarios changed on the spot, results by column."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np

from model.ensemble import Request, simulate
from model.region import Region
from scenarios.load import load_scenario
from scenarios.parameters import load_parameters
from scenarios.quarters import parse_quarter
from scenarios.scenario import Event

KAZ, KGZ, TJK, TKM, UZB = range(5)
RUS, CHN, WST, REG = range(4)
END = 163


@cache
def library(name="baseline"):
    """A shipped scenario, loaded once."""
    return load_scenario(name)


def at(quarter):
    """Index of a quarter written as text."""
    return parse_quarter(quarter)


def changed(base=None, *, name="changed", since="2000-Q1", events=None, **drivers):
    """A scenario with drivers set to a number, or moved by a function, from a quarter on.

    `events` replaces those of the base from that quarter on; None keeps them.
    """
    base = base or library()
    first = at(since)
    paths = dict(base.drivers)
    for driver, value in drivers.items():
        path = paths[driver].copy()
        path[first:] = value(path[first:]) if callable(value) else value
        paths[driver] = path
    kept = base.events
    if events is not None:
        earlier = [event for event in base.events if event.quarter < first]
        kept = tuple(sorted([*earlier, *events], key=lambda event: event.quarter))
    return replace(base, name=name, drivers=paths, events=kept)


def with_events(*events, base=None):
    """A scenario with more events."""
    base = base or library()
    return replace(base, events=tuple(sorted([*base.events, *events], key=lambda e: e.quarter)))


def event(kind, quarter, **keys):
    """An event at a quarter written as text."""
    return Event(kind, at(quarter), **keys)


def frozen(base=None, quarter=0):
    """A scenario in which every driver stays what it is in one quarter and nobody grows."""
    base = base or library()
    paths = {
        name: np.broadcast_to(path[quarter], path.shape) for name, path in base.drivers.items()
    }
    still = {name: np.zeros_like(paths[name]) for name in ("china_growth", "russia_growth")}
    return replace(base, name="frozen", drivers=paths | still, events=(), free=True)


def run(  # noqa: PLR0913 (a run has many sides)
    scenarios,
    *,
    worlds=8,
    replicates=None,
    seed=0,
    until=END,
    since=0,
    every="quarter",
    parameters=None,
    tables=("influence", "states", "region"),
):
    """Results of scenarios by name, each a `Result`; a single scenario gives one Result."""
    single = not isinstance(scenarios, dict)
    asked = {"only": scenarios} if single else scenarios
    replicates = np.arange(worlds) if replicates is None else np.asarray(replicates)
    until, since = (at(q) if isinstance(q, str) else q for q in (until, since))
    request = Request(seed, replicates, until, since, every, tuple(tables))
    given = dict.fromkeys(asked, parameters or {})
    results = {name: Result(recorded) for name, recorded in simulate(asked, given, request)}
    return results["only"] if single else results


class Result:
    """A copy of what was recorded: `result["states.threat"]`, and means of it by quarter."""

    def __init__(self, recorded):
        self.quarters = recorded.quarters.copy()
        self.failures = list(recorded.failures)
        self.columns = {
            f"{table}.{name}": values.copy()
            for table, columns in recorded.tables.items()
            for name, values in columns.items()
        }

    def __getitem__(self, column):
        return self.columns[column]

    def row(self, quarter):
        """Row of a quarter."""
        return int(np.flatnonzero(self.quarters == at(quarter))[0])

    def value(self, column, quarter, *place):
        """Values of a column in a quarter, by world; place is (state, power) or (state,) or ()."""
        return self[column][self.row(quarter)][place].astype(float)

    def mean(self, column, quarter, *place):
        """Mean over worlds of a column in a quarter."""
        return float(self.value(column, quarter, *place).mean())


def differing(one, other, *, ours=slice(None), theirs=slice(None), rows=slice(None)):
    """Columns in which two results are not the same to the last bit."""
    assert one.columns.keys() == other.columns.keys()
    return [
        name
        for name, values in one.columns.items()
        if not np.array_equal(
            values[rows][..., ours], other[name][rows][..., theirs], equal_nan=True
        )
    ]


def drawn_parameters(worlds, seed=1):
    """Every number of the registry drawn within its range, anew for each world."""
    generator = np.random.default_rng(seed)
    return {
        name: _drawn(parameter, generator.random((*parameter.value.shape, worlds)))
        for name, parameter in load_parameters().items()
    }


def _drawn(parameter, uniform):
    low, high = (bound[..., np.newaxis] for bound in (parameter.low, parameter.high))
    if parameter.simplex:
        table = parameter.value[..., np.newaxis] * (0.5 + uniform)
        return table / table.sum(axis=-2, keepdims=True)
    return low + (high - low) * uniform


def only(parameters, *worlds):
    """The parameters of some worlds."""
    return {name: values[..., list(worlds)] for name, values in parameters.items()}


class Moment:
    """A region stopped in a quarter: what would its agents do if one thing were different?"""

    def __init__(self, quarter, *, start="2020-Q1", worlds=16, seed=0):
        spec = replace(library(), start=at(start))
        self.region = Region(spec=spec, worlds=worlds, rng=seed)
        while self.region.quarter < at(quarter):
            self.region.step()
        self.outlook = self.region.outlook()
        self.outlook.offers = self.region.powers.standing

    def seen(self, drivers=None, **different):
        """What agents see, with some of it different; drivers are those of the quarter."""
        now = type(self.outlook.now)(**(vars(self.outlook.now) | (drivers or {})))
        return replace(self.outlook, now=now, **different)

    def effort(self, drivers=None, **different):
        """Effort of each power (contested domain, power, state), mean over worlds."""
        powers = self.region.powers
        kept = dict(vars(powers))
        outlook = self.seen(drivers, **different)
        powers.budget(outlook)
        powers.offer(outlook)
        spent = powers.spent.mean(axis=-1)
        vars(powers).update(kept)
        return spent

    def pull(self, drivers=None, **different):
        """Pull on the states' choices (domain, option, state), mean over worlds."""
        return self.region.states.pull(self.seen(drivers, **different)).mean(axis=-1)
