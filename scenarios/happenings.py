"""The events of a scenario: those inherited, less those left out, and its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from scenarios.event_types import EVENT_TYPES, FERGHANA, MOST_UNCERTAIN
from scenarios.faults import Fault
from scenarios.quarters import parse_quarter, quarter_label
from scenarios.scenario import Event, Origin
from scenarios.vocabulary import POWERS, STATES

if TYPE_CHECKING:
    from scenarios.lineage import Layer

Placed = tuple[Event, Origin]
Drivers = Mapping[str, NDArray[np.float64]]
HALF = 0.5


class Happenings:
    """Events as they stand after the files laid so far."""

    def __init__(self) -> None:
        """Start with none."""
        self.events: list[Placed] = []
        self.faults: list[Fault] = []

    def add(self, layer: Layer) -> None:
        """Leave out what a file leaves out, then add its own."""
        for position, raw in layer.section("without_events").items():
            kept = [each for each in self.events if not _agrees(each[0], raw)]
            if len(kept) == len(self.events):
                message = "leaves out nothing: no inherited event agrees with this"
                self.faults.append(layer.document.fault(("without_events", position), message))
            self.events = kept
        for position, raw in layer.section("events").items():
            line = layer.document.line(("events", position))
            self.events.append((event_of(raw), Origin(layer.document.file, line)))

    def settle(self, start: int, end: int, drivers: Drivers, leaf: Layer) -> None:
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
        """Why an event cannot happen or changes nothing, given drivers and earlier events."""
        when = quarter_label(event.quarter)
        if event.type == "csto_intervention":
            member = self._may_be_member("CSTO", event, drivers)
            stranger = f"{event.state} is not a member of the CSTO in {when}; nobody can intervene"
            return "" if True in member else stranger
        if event.type == "china_asset_attack" and event.size is not None and event.size % 1:
            return f"expected a whole number of attacks, got {event.size:g}"
        if event.type == "membership_change":
            if event.size not in (0, 1):
                return f"expected the size 1 (joins) or 0 (leaves), got {event.size:g}"
            member = self._may_be_member(str(event.organisation), event, drivers)
            already = "a member" if event.size else "not a member"
            nothing = f"changes nothing: {event.state} is {already} of the {event.organisation}"
            return nothing if member == {bool(event.size)} else ""
        return self._idle(event, drivers)

    def _idle(self, event: Event, drivers: Drivers) -> str:
        """Why a base or a settled border is there, or not there, already."""
        if event.type == "border_settlement":
            settled = drivers["border_settled"][:, [STATES.index(each) for each in FERGHANA]]
            there = self._may_stand(event, settled.min(axis=1), event.type)
            return "changes nothing: the border is settled by then" if there == {True} else ""
        if event.type not in {"base_opening", "base_closure"}:
            return ""
        power, state = POWERS.index(str(event.power)), STATES.index(str(event.state))
        admitted, opening = drivers["basing_consent"][:, power, state], event.type == "base_opening"
        reached = (admitted >= 1 if opening else admitted > 0).astype(float)
        stands = self._may_stand(event, reached, "base_opening", "base_closure")
        if stands != {opening}:
            return ""
        word = "admits the largest base" if opening else "admits no base"
        return f"changes nothing: {event.state} {word} of {event.power} by then"

    def _may_be_member(self, organisation: str, event: Event, drivers: Drivers) -> set[bool]:
        path = drivers[f"{organisation.lower()}_membership"][:, STATES.index(str(event.state))]
        return self._may_stand(event, path, "membership_change")

    def _may_stand(self, event: Event, path: NDArray[np.float64], *types: str) -> set[bool]:
        """Whether something may be so, or not, when an event comes: by its path, or by others."""
        found = {bool(path[event.quarter] > HALF)}
        organisation = event.organisation or ("CSTO" if "membership_change" in types else None)
        for other, _ in self.events:
            if other is event or other.quarter > event.quarter:
                break
            same = (other.state, other.power) == (event.state, event.power)
            if other.type in types and same and other.organisation == organisation:
                after = {other.type != "base_closure" and other.size != 0}
                found = after if other.probability == 1 else found | after
        return found

    def _too_many(self) -> None:
        count: Counter[int] = Counter()
        for event, origin in self.events:
            count[event.quarter] += event.probability < 1
            if event.probability < 1 and count[event.quarter] > MOST_UNCERTAIN:
                message = (
                    f"{quarter_label(event.quarter)} has more than {MOST_UNCERTAIN} events "
                    "with a probability below 1; the model draws no more"
                )
                self.faults.append(Fault(origin.file, origin.line, message))


def event_of(raw: dict[str, Any]) -> Event:
    """An event of good shape, with its type's size where none is given."""
    size = EVENT_TYPES[raw["type"]].size
    given = raw.get("size", size.default if size else None)
    return Event(
        raw["type"],
        parse_quarter(raw["quarter"]),
        raw.get("state"),
        raw.get("power"),
        raw.get("organisation"),
        None if given is None else float(given),
        float(raw.get("probability", 1)),
    )


def _never(event: Event, start: int, end: int) -> str:
    if event.probability == 0:
        return "never happens: its probability is 0"
    if not start <= event.quarter <= end:
        run = f"{quarter_label(start)} to {quarter_label(end)}"
        return f"never happens: {quarter_label(event.quarter)} lies outside the run, {run}"
    return ""


def _inherited(event: Event, origin: Origin, message: str, leaf: Layer) -> Fault:
    """An inherited event has become impossible: a fault of the file that made it so."""
    driver = f"{(event.organisation or 'CSTO').lower()}_membership"
    if event.type.startswith(("base", "border")):
        driver = "basing_consent" if event.type.startswith("base") else "border_settled"
    told = f"the inherited {event.type} ({origin}) cannot happen: {message}; see without_events"
    return leaf.document.fault(("drivers", driver), told)


def _agrees(event: Event, raw: dict[str, Any]) -> bool:
    quarter = raw.get("quarter")
    return (
        event.type == raw["type"]
        and (quarter is None or event.quarter == parse_quarter(quarter))
        and raw.get("state", event.state) == event.state
    )
