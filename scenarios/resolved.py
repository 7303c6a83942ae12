"""A scenario written out in full: every path, event and parameter, with the line it comes from."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from scenarios.behaviours import written
from scenarios.quarters import parse_quarter, quarter_label
from scenarios.scenario import Cell, Distribution, Event, Origin, ParameterValue, Scenario
from scenarios.uncertain import AT, place_of
from scenarios.vocabulary import DRIVERS, FREE, GONE_THROUGH, STATES, Driver, cells_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

BEND = 1e-11
"""A smaller change of slope between two quarters is rounding, not a knot."""
COMMENT_COLUMN = 44


def resolved_text(scenario: Scenario) -> str:
    """The scenario as one YAML file that extends nothing; loading it gives the same paths.

    Every value has its origin beside it as a comment: the file and line that says it. Where a
    file adds to or scales what it inherits, all lines that made the value are named.
    """
    lines = [f"# {scenario.name}, written out; beside each value stands where it comes from"]
    lines += [f"title: {_quoted(scenario.title)}"]
    texts = {"summary": scenario.summary, "theme": scenario.theme, "note": scenario.note}
    texts["as_of"] = scenario.as_of
    lines += [f"{key}: {_quoted(text)}" for key, text in texts.items() if text]
    if scenario.sources:
        lines += ["sources:", *(f"  - {_quoted(each)}" for each in scenario.sources)]
    lines += ["extends: []", *_run(scenario)]
    lines += ["drivers:"]
    for driver in DRIVERS.values():
        lines += _driver(scenario, driver)
    lines += [*_events(scenario), *_behaviours(scenario), *_parameters(scenario)]
    return "\n".join(lines) + "\n"


def _run(scenario: Scenario) -> Iterator[str]:
    for key, quarter in (("start", scenario.start), ("end", scenario.end)):
        if key in scenario.origins_of:
            yield _beside(f"{key}: {quarter_label(quarter)}", (scenario.origins_of[key],))
    if "record" in scenario.origins_of:
        said = FREE if scenario.free else GONE_THROUGH
        yield _beside(f"record: {said}", (scenario.origins_of["record"],))


def _driver(scenario: Scenario, driver: Driver) -> Iterator[str]:
    stated = [cell for cell in cells_of(driver) if scenario.origins[cell][-1]]
    if not stated:
        return
    first, *others = (path_of(scenario, cell) for cell in stated)
    alike = len(stated) == len(driver.states) and all(np.array_equal(first, one) for one in others)
    if driver.scope == "region" or (driver.shared and alike):
        yield from _path(scenario, stated[0], f"  {driver.name}:")
        return
    yield f"  {driver.name}:"
    for state in STATES:
        own = [cell for cell in stated if cell[1] == state]
        if driver.scope == "state":
            for cell in own:
                yield from _path(scenario, cell, f"    {state}:")
        elif own:
            yield f"    {state}:"
            for cell in own:
                yield from _path(scenario, cell, f"      {cell[2]}:")


def path_of(scenario: Scenario, cell: Cell) -> NDArray[np.float64]:
    """The path of one cell, shape (164,)."""
    return scenario.drivers[cell[0]][(slice(None), *place_of(cell))]


def _path(scenario: Scenario, cell: Cell, key: str) -> Iterator[str]:
    path, origins = path_of(scenario, cell), scenario.origins[cell]
    knots, steps = knots_of(path)
    drawn = _open(scenario, cell)
    knots = sorted({*knots, *drawn, *(knot for each in drawn.values() for knot in each[1])})
    indent = " " * (len(key) - len(key.lstrip()) + 2)
    if len(knots) == 1:
        yield _beside(f"{key} {_number(path[0])}", origins[0])
        return
    yield key
    if steps and not DRIVERS[cell[0]].steps:
        yield f"{indent}step:"
        indent += "  "
    for knot in knots:
        said = drawn[knot][0] if knot in drawn else _number(path[knot])
        yield _beside(f"{indent}{quarter_label(knot)}: {said}", origins[knot])


def _open(scenario: Scenario, cell: Cell) -> dict[int, tuple[str, list[int]]]:
    """Each quarter whose value worlds draw: its range as text, and the knots of what it moves."""
    found = {}
    for name, each in scenario.uncertain.items():
        slope = each.slopes.get(cell[0])
        own = None if slope is None else slope[(slice(None), *place_of(cell))]
        if own is not None and own.any():
            quarter = parse_quarter(name.partition(AT)[2])
            found[quarter] = value_text(scenario.parameters[name]), knots_of(own)[0]
    return found


def knots_of(path: NDArray[np.float64]) -> tuple[list[int], bool]:
    """The fewest knots that give a path, and whether they are steps.

    >>> knots_of(np.array([0.0, 0, 1, 2, 3, 3]))
    ([0, 1, 4], False)
    """
    changes = np.flatnonzero(np.diff(path)) + 1
    steps = [0, *changes.tolist()]
    bends = (np.flatnonzero(np.abs(np.diff(path, 2)) > BEND) + 1).tolist()
    last = [len(path) - 1] if abs(path[-1] - path[-2]) > BEND else []
    bent = [0, *bends, *last]
    return (steps, True) if len(steps) <= len(bent) else (bent, False)


def _events(scenario: Scenario) -> Iterator[str]:
    if scenario.events:
        yield "events:"
    for event, origin in zip(scenario.events, scenario.event_origins, strict=True):
        yield _beside(f"  - {{{', '.join(_keys(event, scenario))}}}", (origin,))


def _keys(event: Event, scenario: Scenario) -> Iterator[str]:
    drawn = dict(event.drawn)
    yield f"type: {event.type}"
    first, last = quarter_label(event.quarter), quarter_label(event.until)
    yield f"quarter: {{low: {first}, high: {last}}}" if "quarter" in drawn else f"quarter: {first}"
    for key in ("state", "power", "organisation"):
        if getattr(event, key):
            yield f"{key}: {getattr(event, key)}"
    if event.size is not None and "size" not in drawn:
        yield f"size: {_number(event.size)}"
    if event.probability < 1 and "probability" not in drawn:
        yield f"probability: {_number(event.probability)}"
    for key in ("size", "probability"):
        if key in drawn:
            yield f"{key}: {value_text(scenario.parameters[drawn[key]])}"


def _behaviours(scenario: Scenario) -> Iterator[str]:
    said = written(scenario.behaviours)
    if said:
        yield "behaviour:"
    for agent, names in said.items():
        yield _beside(f"  {agent}: {names}", (scenario.origins_of[f"behaviour.{agent}"],))


def _parameters(scenario: Scenario) -> Iterator[str]:
    own = {k: v for k, v in scenario.parameters.items() if k not in scenario.uncertain}
    if own:
        yield "parameters:"
    for name, value in own.items():
        yield _beside(f"  {name}: {value_text(value)}", (scenario.origins_of[name],))


def value_text(value: ParameterValue) -> str:
    """A parameter's value as a scenario file writes it.

    >>> value_text(Distribution("uniform", 0.3, 0.8))
    '{low: 0.3, high: 0.8}'
    """
    if isinstance(value, tuple):
        return f"[{', '.join(_number(each) for each in value)}]"
    if not isinstance(value, Distribution):
        return _number(value)
    keys = {"low": value.low, "high": value.high}
    extra = {"mode": value.mode, "mean": value.mean, "sd": value.sd}
    keys |= {key: each for key, each in extra.items() if each is not None}
    said = [f"{key}: {_number(each)}" for key, each in keys.items()]
    kind = [] if value.kind == "uniform" else [f"distribution: {value.kind}"]
    return f"{{{', '.join(said + kind)}}}"


def _number(value: Any) -> str:  # noqa: ANN401 (float or NumPy's)
    """A number without the noise of adding: twelve digits.

    >>> _number(0.1 + 0.2), _number(1.0)
    ('0.3', '1')
    """
    return f"{float(value):.12g}"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _beside(text: str, origins: tuple[Origin, ...]) -> str:
    where = ", then ".join(str(each) for each in origins) or "nothing said: 0"
    return f"{text:<{COMMENT_COLUMN}} # {where}"
