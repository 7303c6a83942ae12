"""What scenarios leave open: values of drivers and details of events that each world draws."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from scenarios.event_types import EVENT_TYPES
from scenarios.faults import nearest
from scenarios.paths import lay
from scenarios.quarters import YEAR, parse_quarter, quarter_label
from scenarios.registry import Leaf, Parameter, Registry
from scenarios.scenario import Uncertain
from scenarios.vocabulary import DRIVERS, FIRST_YEAR, POWERS, STATES, cells_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from scenarios.paths import Statement
    from scenarios.scenario import Cell, Event, Scenario

    Floats = NDArray[np.float64]

AT = "@"
"""Part of every uncertain name, such as `sanctions@2029-Q1`, and of no parameter's."""
WHY = "a scenario says how it varies"


def parameter_of(name: str, number: Uncertain) -> Parameter:
    """The number as a batch's registry has it: it varies only as a scenario or user says."""
    value, low, high = map(np.array, (number.value, number.low, number.high))
    return Parameter(name, (), value, low, high, number.unit, WHY, number.about, exact=WHY)


def leaf_of(name: str, number: Uncertain) -> Leaf:
    """The number as parameters are checked."""
    return parameter_of(name, number).leaves[0]


def of_knot(cell: Cell, quarter: int, value: float) -> tuple[str, Uncertain]:
    """The name and the range of a driver's value at a quarter; `cell` may say `all` for a state."""
    driver = DRIVERS[cell[0]]
    about = f"{driver.meaning}, as set in {quarter_label(quarter)}"
    name = f"{'.'.join(cell)}{AT}{quarter_label(quarter)}"
    return name, Uncertain(driver.low, driver.high, value, driver.unit, about)


def of_event(event: Event, key: str) -> tuple[str, Uncertain]:
    """The name and the range of a detail of an event that worlds draw."""
    whom = [each for each in (event.state, event.power, event.organisation) if each]
    name = f"{'.'.join([event.type, *whom])}{AT}{quarter_label(event.quarter)}.{key}"
    about = f"{key} of an event of type {event.type}"
    if key == "quarter":
        low, high = (FIRST_YEAR + each / YEAR for each in (event.quarter, event.until + 1))
        return name, Uncertain(low, high, (low + high) / 2, "year and part of a year", about)
    size = EVENT_TYPES[event.type].size if key == "size" else None
    low, high, unit = (size.low, size.high, size.meaning) if size else (0.0, 1.0, "probability")
    return name, Uncertain(low, high, (low + high) / 2, unit, about)


def slope_after(statement: Statement, before: Floats, at: int | None = None) -> Floats:
    """What one unit more of an uncertain number adds to a path once a statement is laid over it.

    `at` is the position of the number's own knot, where it stands in this statement.

    >>> from scenarios.paths import Knot, Statement
    >>> from scenarios.vocabulary import QUARTERS
    >>> ramp = Statement((Knot(1, None), Knot(3, 0.5)), ())
    >>> slope_after(ramp, np.zeros(QUARTERS), at=1)[:5].tolist()
    [0.0, 0.0, 0.5, 1.0, 1.0]
    """
    if statement.operation == "scale":
        return lay(statement, before)
    knots = tuple(
        replace(knot, value=None if knot.value is None else float(place == at))
        for place, knot in enumerate(statement.knots)
    )
    return lay(replace(statement, knots=knots), before)


def stated(scenario: Scenario, name: str) -> Scenario:
    """The scenario with an uncertain value, from a quarter on, that it does not have itself.

    Raises ValueError where no driver and quarter, or no cell of the driver, has the name.
    """
    label, _, when = name.partition(AT)
    cell, quarter = tuple(label.split(".")), parse_quarter(when)
    driver = DRIVERS.get(cell[0])
    if driver is not None and driver.shared and len(cell) == 1:
        cell = (*cell, "all")
    places = [] if driver is None else [each for each in cells_of(driver) if _is_of(each, cell)]
    if driver is None or not places:
        if driver is None:
            message = f"nothing reads a driver '{cell[0]}'; {nearest(cell[0], DRIVERS)}"
            raise ValueError(message)
        form = {"region": "", "state": ".STATE", "power and state": ".STATE.POWER"}[driver.scope]
        message = f"expected {driver.name}{form}{AT}QUARTER; STATE may be all"
        raise ValueError(message)
    first = scenario.drivers[cell[0]][(quarter, *place_of(places[0]))]
    _, number = of_knot(cell, quarter, float(first))
    paths, slope = scenario.drivers[cell[0]].copy(), np.zeros_like(scenario.drivers[cell[0]])
    others = {n: {d: s.copy() for d, s in u.slopes.items()} for n, u in scenario.uncertain.items()}
    for place in places:
        index = (slice(quarter, None), *place_of(place))
        paths[index], slope[index] = number.value, 1.0
        for slopes in others.values():
            if cell[0] in slopes:
                slopes[cell[0]][index] = 0.0
    uncertain = {n: replace(u, slopes=others[n]) for n, u in scenario.uncertain.items()}
    uncertain[name] = replace(number, slopes={cell[0]: slope})
    return replace(scenario, drivers={**scenario.drivers, cell[0]: paths}, uncertain=uncertain)


def _is_of(cell: Cell, asked: Cell) -> bool:
    return len(cell) == len(asked) and all(
        each in {one, "all"} for each, one in zip(asked, cell, strict=True)
    )


def place_of(cell: Cell) -> tuple[Any, ...]:
    """Where a cell stands in a driver's array, after the quarters."""
    if len(cell) == 1:
        return ()
    state = STATES.index(cell[1])
    return (state,) if len(cell) == 2 else (POWERS.index(cell[2]), state)  # noqa: PLR2004


def with_open(registry: Registry, scenarios: Iterable[Scenario]) -> Registry:
    """The registry with the numbers that scenarios leave open, which are then drawn as others."""
    found: dict[str, Parameter] = {}
    for name, each in (pair for scenario in scenarios for pair in scenario.uncertain.items()):
        met, own = found.get(name), parameter_of(name, each)
        if met is not None:
            low, high = np.minimum(met.low, own.low), np.maximum(met.high, own.high)
            own = replace(own, low=low, high=high)
        found[name] = own
    return Registry({**registry, **found}) if found else registry


def realised(scenario: Scenario, numbers: Mapping[str, Floats]) -> Scenario:
    """The scenario as some worlds have it, with nothing left open.

    `numbers` holds what the worlds drew, by name, shape (worlds,) or (1,). Drivers that differ
    over worlds get a last axis of worlds. What lies before the first open quarter stays as it is.
    """
    if not scenario.uncertain:
        return scenario
    drivers = dict(scenario.drivers)
    for name, each in scenario.uncertain.items():
        moved = numbers[name] - each.value
        for driver, slope in each.slopes.items():
            path = drivers[driver]
            path = path if path.ndim > slope.ndim else path[..., np.newaxis]
            drivers[driver] = path + slope[..., np.newaxis] * moved
    for name, path in drivers.items():
        if path.ndim > scenario.drivers[name].ndim:
            within = np.clip(path, DRIVERS[name].low, DRIVERS[name].high)
            drivers[name] = within[..., 0] if within.shape[-1] == 1 else within
    events = [one for each in scenario.events for one in _happening(each, numbers)]
    events.sort(key=lambda each: (each.quarter, bool(each.drawn)))
    kept = {k: v for k, v in scenario.parameters.items() if k not in scenario.uncertain}
    events = [replace(each, drawn=()) for each in events]
    return replace(scenario, drivers=drivers, events=tuple(events), parameters=kept, uncertain={})


def realised_all(
    scenarios: Mapping[str, Scenario], numbers: Mapping[str, Mapping[str, Floats]]
) -> tuple[dict[str, Scenario], dict[str, Mapping[str, Floats]]]:
    """Scenarios as worlds have them, and the parameters that are then left, by scenario."""
    had = {name: realised(each, numbers[name]) for name, each in scenarios.items()}
    return had, {name: certain(each) for name, each in numbers.items()}


def certain(numbers: Mapping[str, Floats]) -> Mapping[str, Floats]:
    """Parameters without what scenarios leave open, which their drivers and events hold."""
    if not any(AT in name for name in numbers):
        return numbers
    return {name: each for name, each in numbers.items() if AT not in name}


def _happening(event: Event, numbers: Mapping[str, Floats]) -> list[Event]:
    """An event as worlds have it: one for each quarter that it may fall into."""
    values = {key: numbers[name] for key, name in event.drawn}
    if "size" in values:
        event = replace(event, sizes=tuple(values["size"].tolist()))
    if "probability" in values:
        event = replace(event, chances=tuple(values["probability"].tolist()))
    if "quarter" not in values:
        return [event]
    drawn = np.floor((values["quarter"] - FIRST_YEAR) * YEAR).astype(int)
    return [
        replace(event, quarter=quarter, worlds=tuple((drawn == quarter).tolist()))
        for quarter in range(event.quarter, event.until + 1)
    ]
