"""What two scenarios assume differently, in words."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from scenarios.behaviours import words
from scenarios.event_types import EVENT_TYPES
from scenarios.lists import listed
from scenarios.parameters import load_parameters
from scenarios.quarters import quarter_label
from scenarios.resolved import path_of, value_text
from scenarios.scenario import Cell, Event, Scenario
from scenarios.vocabulary import DRIVERS, POWER_NAMES, STATE_NAMES, Driver, cells_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

ALIKE = 1e-9
MANY = 4
"""More events of one type than this are told together."""


def differences(one: Scenario, other: Scenario) -> list[str]:
    """Sentences on what the first assumes compared with the second; none if nothing differs."""
    return [
        *_run(one, other),
        *(line for driver in DRIVERS.values() for line in _driver(one, other, driver)),
        *_events(one, other),
        *_behaviours(one, other),
        *_parameters(one, other),
    ]


def _run(one: Scenario, other: Scenario) -> Iterator[str]:
    for key, verb in (("start", "starts in"), ("end", "ends in")):
        mine, theirs = getattr(one, key), getattr(other, key)
        if mine != theirs:
            yield f"It {verb} {quarter_label(mine)} instead of {quarter_label(theirs)}."
    if one.free != other.free:
        said = "runs free of" if one.free else "goes through"
        yield f"It {said} the record; {other.name} does not."


def _driver(one: Scenario, other: Scenario, driver: Driver) -> Iterator[str]:
    """One sentence for all cells of a driver that differ in the same way."""
    said: dict[str, list[Cell]] = defaultdict(list)
    for cell in cells_of(driver):
        mine, theirs = path_of(one, cell), path_of(other, cell)
        sentence = path_difference(mine, theirs)
        if sentence:
            said[sentence].append(cell)
    for sentence, cells in said.items():
        yield f"{driver.name}{_where(cells)}: {sentence}"


def _where(cells: list[Cell]) -> str:
    if len(cells[0]) == 1:
        return ""
    states = listed(dict.fromkeys(STATE_NAMES[cell[1]] for cell in cells))
    powers = list(dict.fromkeys(POWER_NAMES[cell[2]] for cell in cells if cell[2:]))
    return f" of {states}" + (f" with {listed(powers)}" if powers else "")


def path_difference(mine: NDArray[np.float64], theirs: NDArray[np.float64]) -> str:
    """How a path differs from another, as the end of a sentence; empty if it doesn't.

    >>> path_difference(np.r_[0.0, 0.5, 0.5], np.zeros(3))
    'higher from 2000-Q2 on, by 0.5; at the end 0.5 instead of 0.'
    """
    gap = mine - theirs
    apart = np.flatnonzero(np.abs(gap) > ALIKE)
    if not apart.size:
        return ""
    largest = int(np.argmax(np.abs(gap)))
    last = len(gap) - 1
    until = "on" if apart[-1] == last else f"to {quarter_label(int(apart[-1]))}"
    span = f"{_direction(gap)} from {quarter_label(int(apart[0]))} {until}"
    steady = np.ptp(gap[apart]) <= ALIKE
    size = f"by {abs(gap[largest]):.3g}"
    size += "" if steady else f" at most ({quarter_label(largest)})"
    end = f"; at the end {mine[-1]:.3g} instead of {theirs[-1]:.3g}" if apart[-1] == last else ""
    return f"{span}, {size}{end}."


def _direction(gap: NDArray[np.float64]) -> str:
    if gap.min() >= -ALIKE:
        return "higher"
    return "lower" if gap.max() <= ALIKE else "now higher, now lower"


def _events(one: Scenario, other: Scenario) -> Iterator[str]:
    for scenario, reference in ((one, other), (other, one)):
        own = [event for event in scenario.events if event not in reference.events]
        groups: dict[str, list[Event]] = defaultdict(list)
        for event in own:
            groups[event.type].append(event)
        words = [each for group in groups.values() for each in _group_words(group)]
        if words:
            yield f"Events only in {scenario.name}: {'; '.join(words)}."


def _group_words(group: list[Event]) -> list[str]:
    if len(group) <= MANY:
        return [event_words(event) for event in group]
    states = dict.fromkeys(STATE_NAMES[event.state] for event in group if event.state)
    span = f"{quarter_label(group[0].quarter)} to {quarter_label(group[-1].quarter)}"
    where = f" in {listed(states)}" if states else ""
    return [f"{len(group)} times {group[0].type.replace('_', ' ')}{where}, {span}"]


def event_words(event: Event) -> str:
    """An event as one says it.

    >>> event_words(Event("unrest", 108, "KAZ", probability=0.5))
    'unrest in Kazakhstan, 2027-Q1, with probability 0.5'
    """
    words = event.type.replace("_", " ")
    words += f" in {STATE_NAMES[event.state]}" if event.state else ""
    words += f", {event.organisation}" if event.organisation else ""
    words += f", {POWER_NAMES[event.power]}" if event.power else ""
    words += f", {quarter_label(event.quarter)}"
    kind = EVENT_TYPES[event.type].size
    if kind and event.size is not None and event.size != kind.default:
        words += f", size {event.size:g}"
    return words + (f", with probability {event.probability:g}" if event.probability < 1 else "")


def _behaviours(one: Scenario, other: Scenario) -> Iterator[str]:
    if one.behaviours != other.behaviours:
        mine, theirs = words(one.behaviours) or "as usual", words(other.behaviours) or "as usual"
        yield f"Agents behave otherwise: {mine}; in {other.name}: {theirs}."


def _parameters(one: Scenario, other: Scenario) -> Iterator[str]:
    leaves = load_parameters().leaves
    for name in leaves:
        texts = [value_text(each.parameters.get(name, leaves[name].value)) for each in (one, other)]
        if texts[0] != texts[1]:
            yield f"{name}: {texts[0]} instead of {texts[1]}."
