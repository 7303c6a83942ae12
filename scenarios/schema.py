"""The shape of scenario and experiment files: which keys there are and what stands under them.

Pydantic models, extra keys forbidden. What a shape cannot say, such as the order of knots,
is checked in `scenarios.meaning`. The models that follow from the vocabulary are made on
first use, for importing must stay quick.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from types import GenericAlias
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag, create_model

from scenarios.behaviours import behaviour_type
from scenarios.event_types import EVENT_TYPES, ORGANISATIONS, EventType
from scenarios.faults import nearest
from scenarios.frame import per_frame
from scenarios.lists import listed
from scenarios.reading import described
from scenarios.shapes import (
    FORMS,
    Checked,
    Names,
    Number,
    Quarter,
    Range,
    Strict,
    Text,
    by_form,
    mapping_of,
    number,
    path_type,
    ranged,
    some,
    tag,
    word,
    wrong,
)
from scenarios.vocabulary import (
    DRIVERS,
    FREE,
    GONE_THROUGH,
    POWERS,
    STATES,
    Driver,
)

EVERY = "all"
"""In the place of a state: all states that the driver has."""


def is_membership(driver: Driver) -> bool:
    """Whether a driver is either 0 or 1."""
    return driver.unit == "0 or 1"


def is_one_path(driver: Driver, raw: object) -> bool:
    """Whether an entry is one path, which stands for all states where a driver has several."""
    if driver.scope == "region" or not driver.shared:
        return driver.scope == "region"
    names = (*STATES, EVERY)
    return not isinstance(raw, dict) or not any(
        each in names or (not each[:4].isdecimal() and each not in FORMS) for each in map(str, raw)
    )


def driver_type(driver: Driver) -> Any:  # noqa: ANN401
    """What may stand under a driver's name: a path, one per state, or one per state and power."""
    path = path_type(driver.low, driver.high, steps_only=driver.steps, whole=is_membership(driver))
    if driver.scope == "region":
        return path
    if driver.scope == "power and state":
        path = mapping_of(Annotated[Any, word(driver.powers, "power", POWERS)], path)
    states = mapping_of(Annotated[Any, word((*driver.states, EVERY), "state", STATES)], path)
    if not driver.shared:
        return states

    def form(value: object) -> str:
        return tag("region" if is_one_path(driver, value) else "states")

    either: Any = Annotated[path, Tag(tag("region"))] | Annotated[states, Tag(tag("states"))]
    return Annotated[either, Discriminator(form)]


def _driver_field(driver: Driver) -> tuple[Any, Any]:
    about = f"{driver.meaning} ({driver.unit}; from {driver.low:g} to {driver.high:g})"
    about += f"; {driver.anchors}" if driver.anchors else ""
    return driver_type(driver), Field(default=None, description=about)


Probability = ranged(Annotated[Any, number(0, 1)])


class Span(Strict):
    """The quarters that an event may fall into, all as likely: from `low` to `high`."""

    low: Quarter
    high: Quarter


When = by_form(("constant", Quarter), ("knots", Span))


def _event_model(kind: EventType) -> type[Strict]:
    """The model of one type of event, with exactly the keys that it takes."""
    types: dict[str, Any] = {
        "state": Annotated[Any, word(kind.states, "state", STATES)],
        "power": Annotated[Any, word(kind.powers, "power", POWERS)],
        "organisation": Annotated[Any, word(ORGANISATIONS, "organisation")],
    }
    if kind.size:
        about = f"{kind.size.meaning}; {kind.size.default:g} where left out"
        size = number(kind.size.low, kind.size.high)
        types["size"] = Annotated[ranged(Annotated[Any, size]), Field(description=about)]
    fields: dict[str, Any] = {
        "type": (Annotated[Literal[kind.name], Field(description=kind.meaning)], ...),
        "quarter": (When, ...),
        "probability": (Probability, Field(default=1, description="drawn in each world")),
    }
    fields |= {key: (types[key], ...) for key in kind.needs}
    fields |= {key: (types[key], None) for key in kind.permits}
    return create_model(f"Event_{kind.name}", __base__=Strict, __doc__=kind.meaning, **fields)


def _typed(value: object) -> object:
    if not isinstance(value, dict):
        raise wrong(f"expected an event such as {{type: unrest, ...}}, got {described(value)}")
    name = value.get("type")
    if name is None:
        raise wrong(f"an event needs a 'type': {listed(EVENT_TYPES, 'or')}")
    if not isinstance(name, str) or name not in EVENT_TYPES:
        raise wrong(f"unknown type of event {described(name)}; {nearest(name, EVENT_TYPES)}")
    return value


def _tag_of_type(value: Any) -> str:  # noqa: ANN401
    return tag(value["type"])


def _event_type() -> Any:  # noqa: ANN401
    first, *others = EVENT_TYPES.values()
    union: Any = Annotated[_event_model(first), Tag(tag(first.name))]
    for kind in others:
        union = union | Annotated[_event_model(kind), Tag(tag(kind.name))]
    return Annotated[union, Discriminator(_tag_of_type), BeforeValidator(_typed)]


class LeftOut(Strict):
    """Inherited events to leave out: those that agree in all keys given."""

    type: Annotated[Any, word(tuple(EVENT_TYPES), "type of event")]
    quarter: Quarter = None
    state: Annotated[Any, word(STATES, "state")] = None


def parameter_type() -> Any:  # noqa: ANN401
    """What may stand under a parameter's name: a number, a list or a range."""
    fixed = Annotated[Number, Tag(tag("constant"))]
    crossed = Annotated[list[Number], BeforeValidator(some), Tag(tag("list"))]
    ranged = Annotated[Range, BeforeValidator(some), Tag(tag("range"))]
    forms: dict[type, str] = {list: tag("list"), dict: tag("range")}
    return Annotated[
        fixed | crossed | ranged,
        Discriminator(lambda value: forms.get(type(value), tag("constant"))),
    ]


DriverName = Annotated[Any, word(tuple(DRIVERS), "driver")]


class Record(Strict):
    """The observed record that drivers start from: a table of yearly values."""

    file: Text = Field(description="table with the columns year, driver and value")
    years: list[DriverName] = Field(
        default=[], description="drivers whose value of a year holds for its four quarters"
    )
    middles: list[DriverName] = Field(
        default=[], description="drivers whose value of a year stands at its third quarter"
    )
    late: dict[DriverName, list[Quarter]] = Field(
        default={}, description="quarters from which on, and not before, their year's value holds"
    )


def _date(value: object) -> object:
    with suppress(ValueError):
        return date.fromisoformat(str(value)).isoformat()
    raise wrong(f"expected a date such as 2025-12-31, got {described(value)}")


class ScenarioFile(Strict):
    """What a scenario changes in those that it extends."""

    title: Text = Field(description="a few words for lists and figures")
    summary: Text = Field(default="", description="two or three sentences")
    theme: Text = Field(default="", description="heading under which the scenario is listed")
    extends: Names = Field(
        default="baseline", description="the scenarios that this one changes; later ones win"
    )
    note: Text = Field(default="", description="free text")
    sources: list[Text] = Field(default=[], description="where the assumptions come from")
    as_of: Annotated[Any, Checked(_date, {"type": "string", "format": "date"})] = Field(
        default=None, description="date up to which dated facts are in it, such as 2025-12-31"
    )
    start: Quarter = Field(default=None, description="first quarter that is run")
    end: Quarter = Field(default=None, description="last quarter that is run")
    record: Any = Field(
        default=None,
        description="observed drivers; or whether reliance goes through what was observed",
    )
    parameters_file: Text = Field(default="", description="a parameters file of its own")
    drivers: Any = Field(default={}, description="paths of what no agent decides")
    events: Any = Field(default=[], description="what happens in one quarter")
    without_events: Annotated[list[LeftOut], BeforeValidator(some)] = Field(
        default=[], description="inherited events to leave out"
    )
    behaviour: Any = Field(
        default={},
        description="how agents decide, where that is not as usual: name, or at quarters",
    )
    parameters: Any = Field(
        default={}, description="a number (fixed), a range (over worlds) or a list (crossed)"
    )


@per_frame()
def scenario_file() -> type[ScenarioFile]:
    """The model of a scenario file, with every driver, event and parameter typed."""
    fields: dict[str, Any] = {name: _driver_field(each) for name, each in DRIVERS.items()}
    about = {key: field.description for key, field in ScenarioFile.model_fields.items()}
    drivers = create_model("Drivers", __base__=Strict, **fields)
    typed = {
        "drivers": drivers,
        "events": GenericAlias(list, (_event_type(),)),
        "record": by_form(
            ("constant", Annotated[Any, word((FREE, GONE_THROUGH), "record")]),
            ("knots", Annotated[Record, BeforeValidator(some)]),
        ),
        "behaviour": behaviour_type(),
        "parameters": mapping_of(Text, parameter_type()),
    }
    sections: Any = {
        key: (Annotated[kind, BeforeValidator(some)], Field(default=None, description=about[key]))
        for key, kind in typed.items()
    }
    return create_model("Scenario", __base__=ScenarioFile, __doc__=ScenarioFile.__doc__, **sections)
