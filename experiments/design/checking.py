"""What no batch can have, whoever asks for it: all that is wrong, at once and before anything."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from numbers import Real
from typing import Any, TypeVar

from experiments.design.layout import Floats
from experiments.design.settings import written
from experiments.errors import BadInput
from scenarios.faults import FaultyInput
from scenarios.reading import described
from scenarios.registry import Registry
from scenarios.scenario import Distribution, ParameterValue, Scenario
from scenarios.settings import check, wrong_keys
from scenarios.shares import off_one

T = TypeVar("T")
RANGE = "a range such as {'low': 1, 'high': 2}"


def refuse(faults: Iterable[str]) -> None:
    """Raise BadInput with all that is wrong, if anything is."""
    if found := list(dict.fromkeys(faults)):
        raise BadInput(*found)


def all_of(makers: Iterable[Callable[[], T]], faults: Iterable[str]) -> list[T]:
    """Return what all give; raise what is wrong with any, and other faults, at once."""
    raised, found = list[BadInput | FaultyInput](), list[T]()
    for maker in makers:
        try:
            found.append(maker())
        except (BadInput, FaultyInput) as wrong:
            raised.append(wrong)
    others = list(faults)
    if len(raised) == 1 and not others:
        raise raised[0]
    refuse([*(line for wrong in raised for line in str(wrong).splitlines()), *others])
    return found


def wrong_values(values: Mapping[str, object], registry: Registry) -> Iterator[str]:
    """Yield what is wrong with parameters that a user sets: names, kinds, ranges, lists."""
    for name, given in values.items():
        of = _wrong_range if isinstance(given, Mapping) else _wrong_value
        yield from of(str(name), given, registry)


def _wrong_range(name: str, given: Any, registry: Registry) -> Iterator[str]:  # noqa: ANN401
    """Yield what is wrong with a range that is written as in a scenario."""
    wrong = wrong_keys(dict(given)) or check(registry, name, dict(given))
    yield from (each if name in each else f"{name}: {each}" for each in wrong)


def _wrong_value(name: str, given: object, registry: Registry) -> Iterator[str]:
    numbers = _extremes(given)
    if not numbers or not all(map(_is_number, numbers)):
        numbers = ()
        yield f"{name}: expected a number, {RANGE} or a list of numbers, got {_said(given)}"
    if len(set(numbers)) < len(numbers) and not isinstance(given, Distribution):
        yield f"{name}: the list names a value twice"
    outside = []
    for number in numbers or ((0.0,) if name not in registry.leaves else ()):
        try:
            registry.check(name, number)
        except (KeyError, ValueError) as wrong:
            outside.append(str(wrong.args[0]))
    yield from outside
    if isinstance(given, Distribution) and numbers and not outside:
        yield from _wrong_range(name, written(given), registry)
    if name in registry.leaves and not isinstance(given, Real) and _is_share(name, registry):
        yield f"{name} is a share of a row that adds up to 1; give it a number"


def _extremes(given: Any) -> tuple[Any, ...]:  # noqa: ANN401 (whatever Python hands over)
    if isinstance(given, Distribution):
        return (given.low, given.high)
    return given if isinstance(given, tuple) else (given,)


def _is_number(given: object) -> bool:
    return isinstance(given, Real) and not isinstance(given, bool)


def _said(given: object) -> str:
    return f"a list with {given!r}" if isinstance(given, tuple) and given else described(given)


def _is_share(name: str, registry: Registry) -> bool:
    return registry[registry.positions[name][0]].simplex


def uneven_shares(
    registry: Registry,
    scenarios: Mapping[str, Scenario],
    settings: Mapping[str, ParameterValue],
    *tables: Mapping[str, Floats],
) -> Iterator[str]:
    """Yield rows of shares that do not add up to one once all that is given is laid together."""
    for scenario in scenarios.values():
        said = {**scenario.parameters, **settings}
        numbers = {name: float(each) for name, each in said.items() if isinstance(each, Real)}
        for table in tables:
            for _, _, message in off_one(registry, {**table, **numbers}):
                yield message
