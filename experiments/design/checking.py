"""What no batch can have, whoever asks for it: all that is wrong, at once and before anything."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from numbers import Real
from pathlib import Path
from typing import Any, TypeVar

from experiments.design.layout import Floats
from experiments.design.settings import written
from experiments.design.wishes import Wishes
from experiments.refusals import BadInput, wrong_count
from experiments.store.columns import TABLES
from scenarios.counts import BOUNDS
from scenarios.faults import FaultyInput, nearest
from scenarios.quarters import INTERVALS, parse_quarter
from scenarios.reading import described
from scenarios.registry import Registry
from scenarios.scenario import Distribution, ParameterValue, Scenario
from scenarios.settings import check, wrong_keys
from scenarios.shares import off_one
from scenarios.vocabulary import FREE, GONE_THROUGH

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


def wrong_choices(wishes: Wishes) -> Iterator[str]:
    """Yield what is wrong with options by themselves: numbers, names, and what stands for them."""
    if not wishes.scenarios:
        yield "no scenario given; `crossroads scenarios` lists them"
    for given in wishes.scenarios:
        if not isinstance(given, str | Path | Scenario):
            yield f"expected a scenario's name or path, got {described(given)}"
    for name, bounds in BOUNDS.items():
        if (given := getattr(wishes, name)) is not None or name == "seed":
            yield from wrong_count(f"--{name.replace('_', '-')}", given, *bounds)
    if wishes.record not in (None, FREE, GONE_THROUGH):
        yield f"--record {wishes.record}: expected {FREE} or {GONE_THROUGH}"
    if wishes.every not in INTERVALS:
        yield f"--every {wishes.every}: expected quarter or year"
    yield from _wrong_kinds(wishes)
    yield from _wrong_tables(wishes.tables)
    for name in ("until", "record_from"):
        try:
            parse_quarter(getattr(wishes, name))
        except ValueError as wrong:
            yield f"--{name.replace('_', '-')}: {wrong}"


def _wrong_kinds(wishes: Wishes) -> Iterator[str]:
    """Yield options for which something stands that none of their kind is."""
    if wishes.precision is not None and not _is_number(wishes.precision):
        yield f"--precision: expected a number, got {described(wishes.precision)}"
    for name in ("parameters", "design"):
        if not isinstance(given := getattr(wishes, name), str | Path | None):
            yield f"--{name}: expected a name or a path, got {described(given)}"
    if not isinstance(wishes.outcome, str):
        yield f"--outcome: expected COLUMN[:STATE[:POWER]], got {described(wishes.outcome)}"
    if not isinstance(wishes.settings, Mapping):
        got = described(wishes.settings)
        yield f"settings: expected a mapping of parameters to values, got {got}"
    yield from _wrong_folders(wishes.folders)


def _wrong_folders(folders: Any) -> Iterator[str]:  # noqa: ANN401 (whatever Python hands over)
    """Yield what is wrong with the folders in which scenarios are looked for."""
    if isinstance(folders, str | bytes) or not isinstance(folders, Iterable):
        yield f"folders: expected a list of folders, got {described(folders)}"
        return
    for each in folders:
        if not isinstance(each, str | Path):
            yield f"folders: expected a folder, got {described(each)}"


def _wrong_tables(tables: Any) -> Iterator[str]:  # noqa: ANN401 (whatever Python hands over)
    if isinstance(tables, str | bytes) or not isinstance(tables, Iterable):
        yield f"--tables: expected a list of names such as ('region',), got {described(tables)}"
        return
    if not tables:
        yield f"--tables is empty: expected some of {', '.join(TABLES)}"
    for each in tables:
        if not isinstance(each, str):
            yield f"--tables: expected names of tables, got {described(each)}"
        elif each not in TABLES:
            yield f"unknown table '{each}'; {nearest(each, TABLES)}"


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
