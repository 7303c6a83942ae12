"""The events of a scenario: those inherited, less those left out, and its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from scenarios.event_types import EVENT_TYPES, FERGHANA, MOST_UNCERTAIN
from scenarios.faults import Fault
from scenarios.quarters import parse_quarter, quarter_label
from scenarios.scenario import Cell, Event, Origin, ParameterValue, Uncertain
from scenarios.settings import check_range, value_of
from scenarios.uncertain import leaf_of, of_event
from scenarios.vocabulary import POWERS, QUARTERS, STATES

if TYPE_CHECKING:
    from scenarios.reading import Layer

Placed = tuple[Event, Origin]
Drivers = Mapping[str, NDArray[np.float64]]
Origins = Mapping[Cell, Sequence[tuple[Origin, ...]]]
"""The lines that made the value of each quarter, by a driver's cell."""
HALF = 0.5
DRAWN = ("quarter", "size", "probability")
"""Keys of an event of which worlds may draw the value."""
_NOWHERE: list[tuple[Origin, ...]] = [()] * QUARTERS


class Happenings:
    """Events as they stand after the files laid so far."""

    def __init__(self) -> None:
        """Start with none."""
        self.events: list[Placed] = []
        self.faults: list[Fault] = []
        self.warnings: list[Fault] = []
        self.uncertain: dict[str, Uncertain] = {}
        self.ranges: dict[str, ParameterValue] = {}
        self.ranges_at: dict[str, Origin] = {}

    def add(self, layer: Layer) -> None:
        """Leave out what a file leaves out, then add its own."""
        for position, raw in layer.section("without_events").items():
            kept = [each for each in self.events if not _agrees(each[0], raw)]
            if len(kept) == len(self.events):
                message = "leaves out nothing: no inherited event agrees with this"
                self.faults.append(layer.document.fault(("without_events", position), message))
            self.events = kept
        for position, raw in layer.section("events").items():
            origin = Origin(layer.document.file, layer.document.line(("events", position)))
            self.events.append((self._open(event_of(raw), raw, origin), origin))

    def _open(self, event: Event, raw: dict[str, Any], origin: Origin) -> Event:
        """The event with what worlds draw of it noted, and the ranges that they draw from."""
        drawn = []
        for key in (key for key in DRAWN if isinstance(raw.get(key), dict)):
            name, number = of_event(event, key)
            given = {} if key == "quarter" else raw[key]
            said = check_range(leaf_of(name, number), given)
            if key == "quarter" and event.until <= event.quarter:
                said = ["quarter: low must lie before high"]
            self.faults += [Fault(origin.file, origin.line, each) for each in said]
            if name in self.uncertain:
                self.faults.append(Fault(origin.file, origin.line, f"{name} is drawn already"))
            if not said:
                self.uncertain[name], self.ranges_at[name] = number, origin
                self.ranges[name] = value_of(given, leaf_of(name, number))
                drawn.append((key, name))
        return replace(event, drawn=tuple(drawn))

    def open(self) -> dict[str, Uncertain]:
        """What worlds draw of the events that are left."""
        names = {name for event, _ in self.events for _, name in event.drawn}
        return {name: each for name, each in self.uncertain.items() if name in names}

    def settle(self, start: int, end: int, drivers: Drivers, origins: Origins, leaf: Layer) -> None:
        """Put the events in order and check what only makes sense with everything else.

        That an event lies outside the run is a fault in the file asked for (`leaf`) alone: what
        it inherits may lie before its start, and so may what a file tells that extends nothing.
        """
        self.events.sort(key=lambda each: each[0].quarter)
        for event, origin in self.events:
            own = origin.file == leaf.document.file
            message = _never(event, start, end) if own and leaf.parents else ""
            message = message or self._impossible(event, drivers)
            if message and own:
                self.faults.append(Fault(origin.file, origin.line, message))
            elif message:
                self.faults.append(_inherited(event, origin, message, leaf))
            elif own and (idle := self._idle(event, drivers, origins)):
                self.warnings.append(Fault(origin.file, origin.line, idle))
        self._twice()
        self._too_many()

    def _twice(self) -> None:
        """The same event a second time would be taken for a slip, or go unnoticed."""
        met: dict[tuple[object, ...], Origin] = {}
        for event, origin in self.events:
            key = (event.type, event.quarter, event.state, event.power, event.organisation)
            if key in met:
                message = f"this {event.type} happens already ({met[key]})"
                self.faults.append(Fault(origin.file, origin.line, message))
            met.setdefault(key, origin)

    def _impossible(self, event: Event, drivers: Drivers) -> str:
        """Why an event cannot happen, given drivers and earlier events."""
        when = quarter_label(event.quarter)
        if event.type == "csto_intervention":
            member = self._may_be_member("CSTO", event, drivers)
            stranger = f"{event.state} is not a member of the CSTO in {when}; nobody can intervene"
            return "" if True in member else stranger
        if event.type == "china_asset_attack" and event.size is not None and event.size % 1:
            return f"expected a whole number of attacks, got {event.size:g}"
        if event.type == "membership_change" and event.size not in (0, 1):
            return f"expected the size 1 (joins) or 0 (leaves), got {event.size:g}"
        return ""

    def _idle(self, event: Event, drivers: Drivers, origins: Origins) -> str:
        """What an event would bring about and is so already, with what to write instead."""
        state = STATES.index(event.state) if event.state else 0
        types: tuple[str, ...] = (event.type,)
        if event.type == "membership_change":
            cell: Cell = (f"{event.organisation}_membership".lower(), str(event.state))
            path, sought = drivers[cell[0]][:, state], bool(event.size)
            member, other = ("a member", "leaves") if sought else ("not a member", "joins")
            said = f"{event.state} is {member} of the {event.organisation}"
            instead = f"write 'size: {1 - sought:d}' if it {other}"
        elif event.type == "border_settlement":
            both = [STATES.index(each) for each in FERGHANA]
            cell = ("border_settled", FERGHANA[0])
            path, sought = drivers["border_settled"][:, both].min(axis=1), True
            said, instead = "the border is settled by then", "set border_settled to 0 before"
        elif event.type in {"base_opening", "base_closure"}:
            types, sought = ("base_opening", "base_closure"), event.type == "base_opening"
            cell = ("basing_consent", str(event.state), str(event.power))
            admitted = drivers[cell[0]][:, POWERS.index(str(event.power)), state]
            path = (admitted >= 1 if sought else admitted > 0).astype(float)
            word = "the largest base" if sought else "no base"
            said = f"{event.state} admits {word} of {event.power} by then"
            instead = f"set basing_consent {'lower' if sought else 'above 0'} before"
        else:
            return ""
        if self._may_stand(event, path, *types) != {sought}:
            return ""
        lines = [str(other) for _, other in self._earlier(event, types)]
        lines = lines or [str(line) for line in origins.get(cell, _NOWHERE)[event.quarter]]
        by = f" ({lines[-1]})" if lines else ""
        return f"changes nothing: {said}{by}; leave it out, or {instead}"

    def _may_be_member(self, organisation: str, event: Event, drivers: Drivers) -> set[bool]:
        path = drivers[f"{organisation.lower()}_membership"][:, STATES.index(str(event.state))]
        return self._may_stand(event, path, "membership_change")

    def _may_stand(self, event: Event, path: NDArray[np.float64], *types: str) -> set[bool]:
        """Whether something may be so, or not, when an event comes: by its path, or by others."""
        found = {bool(path[event.quarter] > HALF)}
        for other, _ in self._earlier(event, types):
            after = {other.type != "base_closure" and other.size != 0}
            found = after if other.probability == 1 else found | after
        return found

    def _earlier(self, event: Event, types: tuple[str, ...]) -> Iterator[Placed]:
        """The events of some types that came before an event, about the same."""
        organisation = event.organisation or ("CSTO" if "membership_change" in types else None)
        for other, origin in self.events:
            if other is event or other.quarter > event.quarter:
                return
            same = (other.state, other.power) == (event.state, event.power)
            if other.type in types and same and other.organisation == organisation:
                yield other, origin

    def _too_many(self) -> None:
        count: Counter[int] = Counter()
        for event, origin in self.events:
            span = range(event.quarter, max(event.quarter, event.until) + 1)
            count.update(span if event.probability < 1 else ())
            if event.probability < 1 and max(count[each] for each in span) > MOST_UNCERTAIN:
                message = (
                    f"{quarter_label(event.quarter)} has more than {MOST_UNCERTAIN} events "
                    "with a probability below 1; the model draws no more"
                )
                self.faults.append(Fault(origin.file, origin.line, message))


def event_of(raw: dict[str, Any]) -> Event:
    """An event of good shape, with its type's size where none is given."""
    size = EVENT_TYPES[raw["type"]].size
    given = raw.get("size", size.default if size else None)
    given = _middle(given, size.low, size.high) if size and isinstance(given, dict) else given
    chance = raw.get("probability", 1)
    chance = _middle(chance, 0.0, 1.0) if isinstance(chance, dict) else chance
    span = raw["quarter"] if isinstance(raw["quarter"], dict) else {}
    return Event(
        raw["type"],
        parse_quarter(span.get("low", raw["quarter"]) if span else raw["quarter"]),
        raw.get("state"),
        raw.get("power"),
        raw.get("organisation"),
        None if given is None else float(given),
        float(chance),
        parse_quarter(span["high"], closing=True) if span else 0,
    )


def _middle(given: dict[str, Any], low: float, high: float) -> float:
    return float(given.get("low", low) + given.get("high", high)) / 2


def _never(event: Event, start: int, end: int) -> str:
    if event.probability == 0:
        return "never happens: its probability is 0"
    if event.until > end:
        return f"may never happen: {quarter_label(event.until)} lies after {quarter_label(end)}"
    if not start <= event.quarter <= end:
        run = f"{quarter_label(start)} to {quarter_label(end)}"
        return f"never happens: {quarter_label(event.quarter)} lies outside the run, {run}"
    return ""


def _inherited(event: Event, origin: Origin, message: str, leaf: Layer) -> Fault:
    """An inherited event has become impossible: a fault of the file that made it so."""
    told = f"the inherited {event.type} ({origin}) cannot happen: {message}; see without_events"
    return leaf.document.fault(("drivers", "csto_membership"), told)


def _agrees(event: Event, raw: dict[str, Any]) -> bool:
    quarter = raw.get("quarter")
    return (
        event.type == raw["type"]
        and (quarter is None or event.quarter == parse_quarter(quarter))
        and raw.get("state", event.state) == event.state
    )
