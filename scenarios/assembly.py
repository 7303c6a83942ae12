"""Lays the statements of one file after another over each other, keeping every value's origin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from scenarios.faults import Fault
from scenarios.paths import (
    Statement,
    first_outside,
    governing,
    lay,
    out_of_order,
    read_statement,
)
from scenarios.quarters import quarter_label
from scenarios.record import read_record
from scenarios.scenario import Cell, Origin, ParameterValue, Uncertain
from scenarios.schema import EVERY, is_one_path
from scenarios.settings import check_range, value_of
from scenarios.shapes import FORMS
from scenarios.uncertain import AT, leaf_of, of_knot, slope_after
from scenarios.vocabulary import DRIVERS, POWERS, QUARTERS, STATES, Driver, cells_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scenarios.reading import Layer, Place

Origins = tuple[Origin, ...]


class Assembly:
    """The paths of all drivers as they stand after the files laid so far."""

    def __init__(self) -> None:
        """Start with nothing said: memberships, pipelines and consents at 0."""
        self.paths: dict[Cell, NDArray[np.float64]] = {}
        self.origins: dict[Cell, list[Origins]] = {}
        self.faults: list[Fault] = []
        self.warnings: list[Fault] = []
        """Of the file laid last: paths that leave everything as it was."""
        self.uncertain: dict[str, Uncertain] = {}
        self.ranges: dict[str, ParameterValue] = {}
        self.ranges_at: dict[str, Origin] = {}
        self._slopes: dict[str, dict[Cell, NDArray[np.float64]]] = {}
        """What one unit more of each uncertain value adds to the paths of cells."""

    def branched(self) -> Assembly:
        """Another that goes on from here."""
        branch = Assembly()
        for name, each in vars(self).items():
            setattr(branch, name, each.copy())
        return branch

    def add(self, layer: Layer) -> None:
        """Lay a file's record and then its drivers over what is there."""
        before, self.warnings = (dict(self.paths), dict(self.origins)), []
        record, faults = read_record(layer)
        self.faults += faults
        for name, (statement, origins) in record.items():
            self._lay((name,), statement, origins)
        for name, raw in layer.section("drivers").items():
            stated: dict[Place, list[Cell]] = {}
            for cell, each, place in _cells(DRIVERS[name], raw):
                self._state(layer, cell, each, place)
                stated.setdefault(place, []).append(cell)
            for place, cells in stated.items():
                kept = [
                    one in before[0] and np.array_equal(before[0][one], self.paths[one])
                    for one in cells
                ]
                if all(kept):
                    self._warn(layer, place, cells[0], before[1])
        self.faults = list(dict.fromkeys(self.faults))  # one path may stand for several cells

    def _state(self, layer: Layer, cell: Cell, raw: Any, place: Place) -> None:  # noqa: ANN401
        driver = DRIVERS[cell[0]]
        statement = read_statement(raw, place, steps=driver.steps)
        label = (cell[0], *(str(key) for key in place[2:] if key not in FORMS))
        statement = self._drawn(layer, label, statement)
        wrong = self._wrong(layer, cell, statement)
        if wrong:
            self.faults += wrong
            return
        origins = [
            Origin(layer.document.file, layer.document.line(_place(statement, knot.key)))
            for knot in statement.knots
        ]
        self._lay(cell, statement, origins, label)
        outside = first_outside(self.paths[cell], driver.low, driver.high)
        if outside:
            message = f"{cell[0]} would be {outside}, outside {driver.low:g} to {driver.high:g}"
            self.faults.append(layer.document.fault(place, message))

    def _warn(
        self, layer: Layer, place: Place, cell: Cell, before: dict[Cell, list[Origins]]
    ) -> None:
        """Say that a path changes nothing, with the line that made it so."""
        raw = layer.document.values
        for key in place:
            raw = raw[key]  # type: ignore[index]
        first = read_statement(raw, place, steps=DRIVERS[cell[0]].steps).first
        lines = "".join(f" ({line})" for line in before[cell][first][-1:])
        value = f"{self.paths[cell][first]:g} in {quarter_label(first)}"
        message = f"{' '.join(cell)} changes nothing: it is {value} and goes on the same already"
        told = f"{message}{lines}; leave it out, or give another value"
        self.warnings.append(layer.document.fault(place, told))

    def _wrong(self, layer: Layer, cell: Cell, statement: Statement) -> list[Fault]:
        faults = [
            layer.document.fault(
                _place(statement, later.key),
                f"{cell[0]}: {quarter_label(later.quarter)} stands after "
                f"{quarter_label(earlier.quarter)}; knots go forward in time",
            )
            for earlier, later in out_of_order(statement)
        ]
        relative = [knot for knot in statement.knots if knot.value is None]
        driver = DRIVERS[cell[0]]
        nothing = cell not in self.paths and (driver.scope == "region" or driver.shared)
        if nothing and (relative or statement.operation != "replace"):
            message = f"nothing is inherited for {cell[0]}"
            faults.append(layer.document.fault(statement.place, message))
        return faults

    def _drawn(self, layer: Layer, label: Cell, statement: Statement) -> Statement:
        """The statement with a value in the middle of each range that worlds draw from."""
        knots = []
        for knot in statement.knots:
            if knot.drawn is not None:
                name, number = of_knot(label, knot.quarter, 0.0)
                said = check_range(leaf_of(name, number), knot.drawn)
                place = _place(statement, knot.key)
                self.faults += [layer.document.fault(place, each) for each in said]
                low, high = (knot.drawn.get(key, getattr(number, key)) for key in ("low", "high"))
                knot = replace(knot, value=(low + high) / 2)  # noqa: PLW2901
                if not said:
                    number = replace(number, value=(low + high) / 2)
                    self.uncertain[name] = number
                    self.ranges[name] = value_of(knot.drawn, leaf_of(name, number))
                    self.ranges_at[name] = Origin(layer.document.file, layer.document.line(place))
            knots.append(knot)
        return replace(statement, knots=tuple(knots))

    def _move(self, cell: Cell, statement: Statement, label: Cell) -> None:
        """Lay a statement over what uncertain values add to a cell's path, before the path."""
        for name, slopes in self._slopes.items():
            if cell in slopes:
                self._slopes[name] = {**slopes, cell: slope_after(statement, slopes[cell])}
        for place, knot in enumerate(statement.knots):
            if knot.drawn is not None:
                name = of_knot(label, knot.quarter, 0.0)[0]
                slope = slope_after(statement, np.zeros(QUARTERS), at=place)
                slopes = self._slopes.get(name, {})
                self._slopes[name] = {**slopes, cell: slopes.get(cell, 0.0) + slope}

    def open(self) -> dict[str, Uncertain]:
        """What is left open, with what it adds to drivers; less what later files made certain."""
        found = {}
        for name, each in self.uncertain.items():
            driver = DRIVERS[name.partition(AT)[0].partition(".")[0]]
            own = self._slopes.get(name, {})
            if any(slope.any() for slope in own.values()):
                slope = self._laid_out(driver, own)
                found[name] = replace(each, slopes={driver.name: slope})
        return found

    def _lay(
        self, cell: Cell, statement: Statement, origins: list[Origin], label: Cell = ()
    ) -> None:
        known, driver = cell in self.paths, DRIVERS[cell[0]]
        whole = driver.scope == "region" or driver.shared
        self._move(cell, statement, label)
        before = self.paths.get(cell, np.zeros(QUARTERS))
        path = lay(statement, before)
        first = statement.first
        if not known and whole:
            path[:first] = path[first]
        old = self.origins.get(cell, [(origins[0],)] * QUARTERS if whole else _NONE)
        single = [(origin,) for origin in origins]
        added: list[Origins] = [single[position] for position in governing(statement).tolist()]
        if statement.operation != "replace":
            added = [(*was, *new) for was, new in zip(old[first:], added, strict=True)]
        self.paths[cell] = path
        self.origins[cell] = [*old[:first], *added]

    def arrays(self) -> dict[str, NDArray[np.float64]]:
        """The drivers as the model takes them, read-only; clipped to the last digit."""
        return {name: self._array(driver) for name, driver in DRIVERS.items()}

    def _array(self, driver: Driver) -> NDArray[np.float64]:
        array = np.clip(self._laid_out(driver, self.paths), driver.low, driver.high)
        array.setflags(write=False)
        return array

    def _laid_out(
        self, driver: Driver, paths: dict[Cell, NDArray[np.float64]]
    ) -> NDArray[np.float64]:
        """Paths of cells as an array of the driver's shape, quarters first."""
        zero = np.zeros(QUARTERS)
        cells = [paths.get(cell, zero) for cell in cells_of(driver)]
        shape = {
            "region": (),
            "state": (len(STATES),),
            "power and state": (len(POWERS), len(STATES)),
        }
        return np.stack(cells, axis=-1).reshape(QUARTERS, *shape[driver.scope])


_NONE: list[Origins] = [()] * QUARTERS


def _place(statement: Statement, key: str | None) -> Place:
    return statement.place if key is None else (*statement.place, key)


def _cells(driver: Driver, raw: Any) -> list[tuple[Cell, Any, Place]]:  # noqa: ANN401
    """The cells that an entry speaks of: `all` first, so that a state of its own wins."""
    start: Place = ("drivers", driver.name)
    if driver.scope == "region":
        return [((driver.name,), raw, start)]
    cells: dict[Cell, tuple[Any, Place]] = {}
    if is_one_path(driver, raw):
        return [((driver.name, state), raw, start) for state in driver.states]
    for state in (EVERY, *driver.states):
        if state in raw:
            each = driver.states if state == EVERY else (state,)
            cells |= _of_states(driver, each, raw[state], (*start, state))
    return [(cell, value, place) for cell, (value, place) in cells.items()]


def _of_states(
    driver: Driver,
    states: Sequence[str],
    raw: Any,  # noqa: ANN401
    place: Place,
) -> dict[Cell, tuple[Any, Place]]:
    if driver.scope == "state":
        return {(driver.name, state): (raw, place) for state in states}
    return {
        (driver.name, state, power): (each, (*place, power))
        for state in states
        for power, each in raw.items()
    }
