"""Drivers: the scenario's paths and events, quarter by quarter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scenarios.quarters import quarter_label
from scenarios.registry import Numbers
from scenarios.scenario import Event, Scenario
from scenarios.vocabulary import DRIVERS, POWERS, QUARTERS, STATES

FloatArray = NDArray[np.float64]
Mask = FloatArray
"""1 in the worlds where an event happens, 0 elsewhere; length 1 where it is certain."""

STRIKING = (
    "unrest",
    "csto_intervention",
    "border_clash",
    "china_asset_attack",
    "debt_distress",
    "corridor_opening",
)
"""Types of events that strike states in the quarter in which they happen."""
NOISY = tuple(
    name
    for name, each in DRIVERS.items()
    if each.scope == "region" and (each.low, each.high) == (0, 1)
)
"""Drivers that optional noise disturbs: those of the whole region that lie in 0-1."""


@dataclass(frozen=True)
class Step:
    """A lasting change of a driver: a value set, or added to the path, where the mask is 1."""

    driver: str
    place: tuple[int, ...]
    size: FloatArray
    mask: Mask
    sets: bool


class Drivers:
    """The quarter that it is and the drivers' values in it.

    `now` and `first` hold an array for each driver, worlds last (length 1 where the worlds
    agree), and `year`, the years since 2000. `events` are this quarter's, with their masks.
    `course` has the drivers of every quarter as they will be if nothing further happens,
    quarters last, or is None once worlds differ.
    """

    def __init__(self, spec: Scenario, parameters: Numbers) -> None:
        """Stand before the scenario's first quarter."""
        self.parameters = parameters
        self.quarter = spec.start - 1
        self.steps: tuple[Step, ...] = ()
        self.disturbance: FloatArray | None = None
        self.events: list[tuple[Event, Mask]] = []
        self.follow(spec)
        self.now = self.first = self._at(spec.start)
        self.struck = self._struck()

    def follow(self, spec: Scenario) -> None:
        """Take the paths and events to come from a scenario that shares the past."""
        self.spec = spec
        self._paths = {
            name: path if by_world(name, path) else path[..., np.newaxis]
            for name, path in spec.drivers.items()
        }
        self.course = self._course()
        self.unstruck = no_roads()

    def advance(self, uniforms: FloatArray, shocks: FloatArray | None = None) -> None:
        """Go to the next quarter: read the paths, let the scenario's events happen.

        `uniforms` (5, worlds) decide on uncertain events; `shocks` disturb drivers if given.
        Raises IndexError after the last quarter that drivers have.
        """
        if self.quarter == QUARTERS - 1:
            message = (
                f"the drivers end in {quarter_label(self.quarter)}: there is nothing to step to"
            )
            raise IndexError(message)
        self.quarter += 1
        self.events = self._events(uniforms)
        steps = tuple(step for event, mask in self.events for step in steps_of(event, mask))
        if steps:
            self.steps += steps
            self.course = self._course()
        self.now, self.struck = self._at(self.quarter), self._struck()
        if shocks is not None:
            self._disturb(shocks)

    def past(self) -> Iterator[Numbers]:
        """Give the drivers of each quarter before the scenario's first."""
        return map(self._at, range(self.spec.start))

    def happening(self, kind: str) -> list[tuple[Event, Mask]]:
        """Return the quarter's events of a type, with the worlds in which they happen."""
        return [(event, mask) for event, mask in self.events if event.type == kind]

    def striking(self, kind: str) -> FloatArray:
        """Sizes of this quarter's events of a type by (state, worlds), added up.

        Corridors are by (power, state, worlds).
        """
        struck = self.unstruck if kind == "corridor_opening" else self.unstruck[0]
        for event, mask in self.happening(kind):
            place: tuple[int, ...] = (STATES.index(event.state or STATES[1]),)
            if kind == "corridor_opening":
                place = (POWERS.index(event.power or "CHN"), *place)
            size = sizes_of(event)
            added = np.zeros_like(struck, shape=(*struck.shape[:-1], size.size))
            added[place] = size
            struck = struck + added * mask
        return struck

    def _struck(self) -> Numbers:
        return Numbers(**{kind: self.striking(kind) for kind in STRIKING})

    def _events(self, uniforms: FloatArray) -> list[tuple[Event, Mask]]:
        due = [event for event in self.spec.events if event.quarter == self.quarter]
        certain = [event for event in due if event.probability >= 1]
        open_ = [event for event in due if event.probability < 1]
        return [(event, _where(event)) for event in certain] + [
            (event, (drawn < np.array(event.chances or event.probability)) * _where(event))
            for event, drawn in zip(open_, uniforms, strict=False)
        ]

    def _at(self, quarter: int) -> Numbers:
        values = {name: path[quarter] for name, path in self._paths.items()}
        return self._stepped(Numbers(**values, year=np.array([quarter / 4])))

    def _course(self) -> Numbers | None:
        disturbed = self.disturbance is not None
        if disturbed or any(each.size > 1 for s in self.steps for each in (s.mask, s.size)):
            return None
        if any(path.shape[-1] > 1 for path in self._paths.values()):
            return None
        values = {name: np.moveaxis(path, 0, -1) for name, path in self.spec.drivers.items()}
        return self._stepped(Numbers(**values, year=np.arange(QUARTERS) / 4))

    def _stepped(self, values: Numbers) -> Numbers:
        """Drivers after the lasting changes that events have made so far."""
        for step in self.steps:
            setattr(values, step.driver, changed(getattr(values, step.driver), step))
        return values

    def _disturb(self, shocks: FloatArray) -> None:
        p, self.course = self.parameters, None
        before = np.zeros_like(shocks) if self.disturbance is None else self.disturbance
        self.disturbance = p.driver_noise_persistence * before + p.driver_noise * shocks
        for name, moved in zip(NOISY, self.disturbance, strict=True):
            setattr(self.now, name, np.clip(getattr(self.now, name) + moved, 0, 1))


def sizes_of(event: Event) -> FloatArray:
    """An event's size in each world, 1 where it has none."""
    return np.array(event.sizes or [1.0 if event.size is None else event.size], dtype=float)


def _where(event: Event) -> Mask:
    """1 in the worlds in which an event may happen."""
    return np.array(event.worlds, dtype=float) if event.worlds else np.ones(1)


def by_world(name: str, path: FloatArray) -> bool:
    """Whether a driver's path has a last axis of worlds."""
    return path.ndim > 1 + ("region", "state", "power and state").index(DRIVERS[name].scope)


def no_roads() -> FloatArray:
    """No access opened in any world, by power and state."""
    return np.zeros((len(POWERS), len(STATES), 1))


def changed(values: FloatArray, step: Step) -> FloatArray:
    """A driver's values after a lasting change, within its range.

    >>> step = Step("sanctions", (), np.array([0.25]), np.array([1.0, 0.0]), sets=False)
    >>> changed(np.array([0.5]), step)
    array([0.75, 0.5 ])
    """
    driver = DRIVERS[step.driver]
    widest = max(values.shape[-1], step.mask.shape[-1], step.size.size)
    result = np.broadcast_to(values, (*values.shape[:-1], widest)).copy()
    here = result[step.place]
    target = step.size if step.sets else here + step.size
    result[step.place] = np.clip(here + step.mask * (target - here), driver.low, driver.high)
    return result


def steps_of(event: Event, mask: Mask) -> list[Step]:
    """The lasting changes of drivers that an event makes; none for most types."""
    state = STATES.index(event.state) if event.state else 0
    place: tuple[int, ...] = (POWERS.index(event.power), state) if event.power else (state,)
    size = sizes_of(event)
    if event.type == "membership_change":
        return [Step(f"{event.organisation}_membership".lower(), place, size, mask, sets=True)]
    if event.type == "border_settlement":
        both = [STATES.index(each) for each in DRIVERS["border_settled"].states]
        return [Step("border_settled", (each,), np.ones(1), mask, sets=True) for each in both]
    if event.type == "taliban_recognition":
        recognised = [Step("taliban_integration", (), size, mask, sets=False)]
        if event.power:
            ties = (POWERS.index(event.power),)
            recognised.append(Step("kabul_ties", ties, np.ones(1), mask, sets=True))
        return recognised
    simple = {
        "migration_crackdown": ("migration_openness", (), -size, False),
        "pipeline_opening": ("pipeline_capacity", place, size, False),
        "base_opening": ("basing_consent", place, size, False),
        "base_closure": ("basing_consent", place, np.zeros(1), True),
    }
    if event.type not in simple:
        return []
    driver, where, amount, sets = simple[event.type]
    return [Step(driver, where, amount, mask, sets)]
