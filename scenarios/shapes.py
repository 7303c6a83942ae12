"""The small types of scenario files: numbers, names, quarters and paths over time.

Each refuses what it does not take in words fit for a user, and says its JSON Schema.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from math import isfinite
from types import GenericAlias
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    create_model,
)
from pydantic_core import PydanticCustomError
from pydantic_core.core_schema import no_info_plain_validator_function

from scenarios.faults import is_unseen, nearest
from scenarios.lists import listed
from scenarios.quarters import parse_quarter
from scenarios.reading import described

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pydantic_core import CoreSchema

FORMS = ("step", "linear", "add", "scale")
"""Words for how knots are meant, or that amounts are relative to what is inherited."""
INHERITED = "inherited"
"""In the place of a knot's value: what is inherited at that quarter."""


VAST = 1e9
"""Numbers without bounds of their own may not pass this."""


class Strict(BaseModel):
    """No unknown keys, and no value taken for another."""

    model_config = ConfigDict(extra="forbid", strict=True)


@dataclass(frozen=True, eq=False)
class Checked:
    """Mark of a type: what a value must pass, and how JSON Schema says it."""

    check: Callable[[object], object]
    schema: Mapping[str, Any] = field(default_factory=dict)

    def __get_pydantic_core_schema__(self, *_: object) -> CoreSchema:
        """Tell pydantic how to check."""
        return no_info_plain_validator_function(self.check)

    def __get_pydantic_json_schema__(self, *_: object) -> dict[str, Any]:
        """Tell editors what is expected."""
        return dict(self.schema)


TAG = "\0"
"""How the name of a form begins where pydantic says in which one a fault is: no key begins so."""


def tag(form: str) -> str:
    """The name of a form of some value, unlike any key that a file could have."""
    return TAG + form


def mapping_of(key: Any, value: Any) -> Any:  # noqa: ANN401
    """The type of a mapping that says something."""
    return Annotated[GenericAlias(dict, (key, value)), BeforeValidator(some)]


def wrong(message: str) -> PydanticCustomError:
    """The error of a value, with its whole message."""
    return PydanticCustomError("wrong", "{message}", {"message": message})


def number(low: float, high: float, *, words: tuple[str, ...] = ()) -> Checked:
    """The type of a number within bounds, or of one of some words."""
    bounds = f"{low:.10g} to {high:.10g}"
    plain = "a number" if high >= VAST else f"a number from {bounds}"
    expected = listed([plain, *(f"'{each}'" for each in words)], "or")

    def check(value: object) -> object:
        if isinstance(value, str) and value in words:
            return value
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not isfinite(value):
            raise wrong(f"expected {expected}, got {described(value)}")
        if not low <= value <= high:
            raise wrong(f"{value:g} is outside {bounds}")
        return value

    schema: dict[str, Any] = {"type": "number"}
    schema |= {"minimum": low, "maximum": high} if high < VAST else {}
    if words:
        schema = {"anyOf": [schema, {"enum": list(words)}]}
    return Checked(check, schema)


def zero_or_one() -> Checked:
    """The type of a membership: 0 or 1."""

    def check(value: object) -> object:
        if value == INHERITED or (not isinstance(value, bool) and value in (0, 1)):
            return value
        raise wrong(f"expected 0 or 1, got {described(value)}")

    return Checked(check, {"enum": [0, 1, INHERITED]})


def _quarter(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise wrong(f"expected a quarter such as 2026-Q1, got {described(value)}")
    try:
        parse_quarter(value)
    except ValueError as error:
        raise wrong(str(error)) from None
    return value


_QUARTER_SCHEMA = {
    "type": ["string", "integer"],
    "pattern": r"^\d{4}(-?[Qq][1-4]|-\d{2}-\d{2})?$",
    "description": "a quarter such as 2026-Q1; also a year or an ISO date",
}
Quarter = Annotated[Any, Checked(_quarter, _QUARTER_SCHEMA)]


def word(names: Sequence[str], what: str, others: Sequence[str] = ()) -> Checked:
    """The type of a name out of a list; `others` are right elsewhere, but not here."""

    def check(value: object) -> object:
        if not isinstance(value, str):
            raise wrong(f"expected a {what}, got {described(value)}")
        if value in others and value not in names:
            raise wrong(f"{value} cannot stand here; expected {listed(names, 'or')}")
        if value not in names:
            raise wrong(f"unknown {what} '{value}'; {nearest(value, names)}")
        return value

    # The pattern is for keys, of which editors would take any name otherwise.
    return Checked(check, {"enum": list(names), "pattern": f"^({'|'.join(names)})$"})


def some(value: object) -> object:
    """The value, if it is not an empty mapping or list."""
    if value is None or (isinstance(value, (dict, list, tuple)) and not value):
        raise wrong("nothing stands here; leave the key out or say what belongs here")
    return value


KINDS = ("uniform", "triangular", "normal", "lognormal")
Number = Annotated[Any, number(-VAST, VAST)]


class Range(Strict):
    """A range over worlds; normal and lognormal are cut off at low and high."""

    low: Number = Field(default=None, description="lowest value; the registry's if left out")
    high: Number = Field(default=None, description="highest value; the registry's if left out")
    distribution: Annotated[Any, word(KINDS, "distribution")] = Field(
        default="uniform", description="how values spread between low and high"
    )
    mode: Number = Field(default=None, description="peak of a triangular distribution")
    mean: Number = Field(default=None, description="mean of a normal or lognormal value")
    sd: Number = Field(default=None, description="standard deviation of that value")


def ranged(plain: Any) -> Any:  # noqa: ANN401
    """The type of a value that may be a range instead, out of which worlds draw."""
    either: Any = (
        Annotated[plain, Tag(tag("constant"))]
        | Annotated[Range, BeforeValidator(some), Tag(tag("range"))]
    )
    form = lambda value: tag("range" if isinstance(value, dict) else "constant")  # noqa: E731
    return Annotated[either, Discriminator(form)]


def _knots(value_type: Any) -> Any:  # noqa: ANN401
    return mapping_of(Quarter, value_type)


@cache
def amount_type() -> Any:  # noqa: ANN401
    """What `add` and `scale` take: a number, knots, or knots as steps."""
    plain = Annotated[Any, number(-VAST, VAST)]
    knots = _knots(plain)
    step = create_model("StepAmount", __base__=Strict, step=(knots, ...))
    linear = create_model("LinearAmount", __base__=Strict, linear=(knots, ...))
    return by_form(("constant", plain), ("step", step), ("linear", linear), ("knots", knots))


def by_form(*forms: tuple[str, Any]) -> Any:  # noqa: ANN401
    """A union in which the value itself shows which form it has."""
    names = [name for name, _ in forms]

    def form(value: object) -> str:
        if not isinstance(value, dict):
            return tag("constant")
        return tag(next((key for key in value if key in names), "knots"))

    union: Any = Annotated[forms[0][1], Tag(tag(names[0]))]
    for name, kind in forms[1:]:
        union = union | Annotated[kind, Tag(tag(name))]
    return Annotated[union, Discriminator(form)]


def _plain_knots(value: object) -> object:
    """The value, if it doesn't ask for a form that a membership cannot have."""
    for form in FORMS:
        if isinstance(value, dict) and form in value:
            raise wrong(f"'{form}' cannot stand here; these knots are steps by themselves")
    return value


@cache
def path_type(low: float, high: float, *, steps_only: bool, whole: bool) -> Any:  # noqa: ANN401
    """The path of one driver: a constant, knots, steps, or relative to what is inherited.

    `whole`: steps of 0 and 1 alone.
    """
    if steps_only:
        plain = number(low, high, words=(INHERITED,))
        member: Any = Annotated[Any, zero_or_one()] if whole else ranged(Annotated[Any, plain])
        knots = by_form(("constant", member), ("knots", _knots(member)))
        return Annotated[knots, BeforeValidator(_plain_knots)]
    value: Any = ranged(Annotated[Any, number(low, high, words=(INHERITED,))])
    name = f"{low:g}To{high:g}".replace("-", "Minus").replace(".", "p")
    step = create_model(f"Step{name}", __base__=Strict, step=(_knots(value), ...))
    linear = create_model(f"Linear{name}", __base__=Strict, linear=(_knots(value), ...))
    add = create_model("Add", __base__=Strict, add=(amount_type(), ...))
    scale = create_model("Scale", __base__=Strict, scale=(amount_type(), ...))
    return by_form(
        ("constant", Annotated[Any, number(low, high)]),
        ("step", step),
        ("linear", linear),
        ("add", add),
        ("scale", scale),
        ("knots", _knots(value)),
    )


def is_text(value: object) -> object:
    """The value, if it is a text that says something."""
    if not isinstance(value, str):
        raise wrong(f"expected text, got {described(value)}")
    if all(map(is_unseen, value.replace(" ", ""))):
        raise wrong(
            f"expected text, got {'nothing that can be seen' * bool(value.strip()) or 'nothing'}"
        )
    return value


Text = Annotated[Any, Checked(is_text, {"type": "string"})]


def one_or_more(value: object) -> object:
    """The value, if it is a text or a list of texts."""
    for each in value if isinstance(value, list) else [value]:
        is_text(each)
    return value


_TEXTS = {"type": "array", "items": {"type": "string"}}
Names = Annotated[Any, Checked(one_or_more, {"anyOf": [{"type": "string"}, _TEXTS]})]
"""One name or a list of names."""
