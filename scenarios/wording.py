"""What pydantic says of a document, in the words of this project and with the line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scenarios.event_types import EVENT_TYPES
from scenarios.faults import nearest
from scenarios.lists import listed
from scenarios.reading import described
from scenarios.shapes import TAG, Range, tag
from scenarios.vocabulary import DRIVERS, POWERS, STATES

if TYPE_CHECKING:
    from pydantic import BaseModel
    from pydantic_core import ErrorDetails

    from scenarios.faults import Fault
    from scenarios.reading import Document, Place

MEANT = {"remittances": "migration_openness"}
"""Outcomes that one may take for drivers, and the driver that moves each."""
EXPECTED = {
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
}


def check_shape(document: Document, model: type[BaseModel]) -> tuple[list[Fault], set[Place]]:
    """All faults in the shape of a document, and the places that cannot be used."""
    from pydantic import ValidationError

    try:
        model.model_validate(document.values)
    except ValidationError as error:
        wrong = error.errors(include_url=False)
        places = [_place(document, each) for each in wrong]
        faults = [
            document.fault(place, _message(document, model, place, each))
            for place, each in zip(places, wrong, strict=True)
        ]
        return faults, set(places)
    return [], set()


def _place(document: Document, error: ErrorDetails) -> Place:
    """Where in the document: pydantic's location without the names of forms.

    It says `[key]` where a key itself is wrong; a file may have a key of that name, too.
    """
    place: list[str | int] = []
    here: Any = document.values
    for part in error["loc"]:
        named = isinstance(here, dict) and part in here
        if not named and (str(part).startswith(TAG) or part == "[key]"):
            continue
        place.append(part)
        here = here[part] if named or (isinstance(part, int) and isinstance(here, list)) else None
    return tuple(place)


def _message(document: Document, model: type[BaseModel], place: Place, error: ErrorDetails) -> str:
    kind = error["type"]
    if kind == "missing":
        return _missing(document, place)
    if kind == "extra_forbidden":
        return _unknown(document, model, place, error)
    message = _other_form(place, kind, error["input"]) if kind in EXPECTED else error["msg"]
    about = _subject(place)
    return f"{about}: {message}" if about and about not in message else message


def _subject(place: Place) -> str:
    """What a message is about: the driver, parameter or key; nothing for items of a list."""
    words = [str(part) for part in place if not isinstance(part, int)]
    if words[0] == "drivers" and len(words) > 1:
        names = [word for word in words[1:] if word in (*DRIVERS, *STATES, *POWERS, "all")]
        return " ".join(names) or words[0]
    if words[0] in {"parameters", "behaviour"} and len(words) > 1:
        return words[1]
    return words[-1] if isinstance(place[-1], str) else ""


def _missing(document: Document, place: Place) -> str:
    *around, key = place
    if around and around[0] == "events":
        kind = document.values["events"][around[1]]["type"]
        return f"an event of type {kind} needs '{key}'"
    return f"'{key}' is missing"


def _unknown(document: Document, model: type[BaseModel], place: Place, error: ErrorDetails) -> str:
    section, key = place[0], str(place[-1])
    if place == ("anchor",):
        return "anchor: worlds go through the record by themselves; 'record: free' opts out"
    if len(place) == 1:
        return f"unknown key '{key}'; {nearest(key, model.model_fields)}"
    if section == "drivers" and len(place) == 2:  # noqa: PLR2004
        return f"nothing reads a driver '{key}'; {_meant(key)}"
    if section == "drivers":
        form = next(str(part) for part in reversed(error["loc"][:-1]) if str(part).startswith(TAG))
        beside = f"'{key}' cannot stand beside '{form.removeprefix(TAG)}'"
        keys = f"unknown key '{key}'; {nearest(key, Range.model_fields)}"
        return keys if form == tag("range") else beside
    if section == "events":
        kind = EVENT_TYPES[document.values["events"][place[1]]["type"]]
        return f"unknown key '{key}'; an event of type {kind.name} takes {listed(kind.keys)}"
    return f"unknown key '{key}'; {nearest(key, _keys_at(model, place[:-1]))}"


def _meant(key: str) -> str:
    """What to write instead of a driver that there is not."""
    from scenarios.parameters import load_parameters

    if key in load_parameters():
        return "it is a parameter: write it under 'parameters'"
    return f"did you mean '{MEANT[key]}'?" if key in MEANT else nearest(key, DRIVERS)


def _keys_at(model: Any, place: Place) -> list[str]:  # noqa: ANN401
    """The keys that the entries of a section have."""
    from scenarios import schema
    from scenarios.behaviours import behaviour_type

    entries: dict[str, type[BaseModel]] = {
        "record": schema.Record,
        "without_events": schema.LeftOut,
        "parameters": Range,
        "behaviour": behaviour_type(),
    }
    return list(entries.get(str(place[0]), model).model_fields)


def _other_form(place: Place, kind: str, value: object) -> str:
    driver = DRIVERS.get(str(place[1])) if place[0] == "drivers" and len(place) > 1 else None
    expected = EXPECTED[kind]
    if driver and driver.scope == "state":
        expected = f"a path for each state, such as {{{driver.states[0]}: ...}}"
    if driver and driver.scope == "power and state":
        expected = "a path for each state and power, such as {KAZ: {CHN: ...}}"
    return f"expected {expected}, got {described(value)}"
