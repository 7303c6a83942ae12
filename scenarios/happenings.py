"""The events of a scenario: those inherited, less those left out, and its own."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from scenarios.event_types import EVENT_TYPES, MOST_UNCERTAIN
from scenarios.faults import Fault
from scenarios.quarters import parse_quarter, quarter_label
from scenarios.scenario import Event, Origin
from scenarios.vocabulary import STATES

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from scenarios.lineage import Layer

Placed = tuple[Event, Origin]
MEMBER = 0.5


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

    def settle(
        self, start: int, end: int, drivers: Mapping[str, NDArray[np.float64]], leaf: Layer
    ) -> None:
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

    def _impossible(self, event: Event, drivers: Mapping[str, NDArray[np.float64]]) -> str:
        when = quarter_label(event.quarter)
        if event.type == "csto_intervention" and not self._member(event, "CSTO", drivers):
            return f"{event.state} is not a member of the CSTO in {when}; nobody can intervene"
        if event.type == "membership_change":
            if event.size not in (0, 1):
                return f"expected the size 1 (joins) or 0 (leaves), got {event.size:g}"
            if self._member(event, str(event.organisation), drivers) == bool(event.size):
                already = "a member" if event.size else "not a member"
                return f"changes nothing: {event.state} is {already} of the {event.organisation}"
        return ""

    def _member(
        self, event: Event, organisation: str, drivers: Mapping[str, NDArray[np.float64]]
    ) -> bool:
        """Whether the event's state is a member then, after earlier certain changes."""
        paths = drivers[f"{organisation.lower()}_membership"]
        member = bool(paths[event.quarter, STATES.index(str(event.state))] > MEMBER)
        for other, _ in self.events:
            if other is event or other.quarter > event.quarter:
                break
            same = (other.state, other.organisation) == (event.state, organisation)
            if other.type == "membership_change" and same and other.probability > 0:
                member = bool(other.size)
        return member

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
    organisation = (event.organisation or "CSTO").lower()
    told = f"the inherited {event.type} ({origin}) cannot happen: {message}; see without_events"
    return leaf.document.fault(("drivers", f"{organisation}_membership"), told)


def _agrees(event: Event, raw: dict[str, Any]) -> bool:
    quarter = raw.get("quarter")
    return (
        event.type == raw["type"]
        and (quarter is None or event.quarter == parse_quarter(quarter))
        and raw.get("state", event.state) == event.state
    )
