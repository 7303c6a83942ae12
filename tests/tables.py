"""The tables of docs/tables.md, made from what the code reads: `make pages` writes them."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from paper_pages import rows

from model.region import Region
from scenarios.event_types import EVENT_TYPES
from scenarios.library import scenario_files
from scenarios.load import load_scenario
from scenarios.parameters import load_parameters
from scenarios.posterior import load_posterior
from scenarios.reading import read_document
from scenarios.registry import Parameter
from scenarios.vocabulary import DRIVERS, POWER_NAMES, STATE_NAMES

PAGE = Path(__file__).parents[1] / "docs" / "tables.md"
OWNERS = ("states", "powers", "stocks", "incidents", "crises", "influence", "coopetition")
HEAD = """\
# Tables of the model

Agents, state variables, drivers, events, scenarios and parameters, as the code reads them.
`make pages` writes this page, a test compares it with the code.
[The model](model.md) says what they do.

"""
STATE_NOTE = """\
What changes from one quarter to the next, by who holds it, as the code's own descriptions have it.
Shapes are of one world; every array has a last axis of parallel worlds.

"""
PARAMETER_NOTE = """\
Of a table of numbers the least and the greatest value are given. *Tuned*: the shipped posterior
holds it or parts of it; *varies*: drawn for each world (over its range, or by the spread that is
named); *exact*: the same in all worlds. `crossroads parameters NAME` prints every single number.

"""


def page() -> str:
    """Return the page."""
    region = Region(worlds=2, rng=0)
    parts = [
        ("Agents", rows(("code", "agent", "class", "what it does"), *agents(region))),
        ("State variables", STATE_NOTE + "\n".join(states(region))),
        ("Drivers", rows(("driver", "meaning", "range", "unit", "by"), *drivers())),
        ("Events", rows(("event", "what it does"), *events())),
        ("Scenarios", rows(("scenario", "extends", "title", "what it assumes"), *scenarios())),
        ("Parameters", PARAMETER_NOTE + rows(
            ("parameter", "value", "range", "unit", "over worlds", "meaning", "source"),
            *parameters(),
        )),
    ]  # fmt: skip
    return HEAD + "\n".join(f"## {title}\n\n{text}" for title, text in parts)


def described(thing: object) -> str:
    """Return a docstring as one paragraph that a table can hold."""
    return " ".join((inspect.getdoc(thing) or "").split()).replace("|", "or")


def agents(region: Region) -> Iterator[tuple[object, ...]]:
    """Yield a row an agent."""
    for agent in region.agents:
        kind = type(agent)
        where = f"`{kind.__module__.replace('.', '/')}.py:{kind.__name__}`"
        yield agent.code, {**STATE_NAMES, **POWER_NAMES}[agent.code], where, described(kind)


def states(region: Region) -> Iterator[str]:
    """Yield a paragraph and a table for each owner of state."""
    before = {name: dict(vars(getattr(region, name))) for name in OWNERS}
    for _ in range(8):
        region.step()
    for name in OWNERS:
        owner = getattr(region, name)
        table = [
            (f"`{key}`", " × ".join(map(str, value.shape[:-1])) or "one number")
            for key, value in sorted(vars(owner).items())
            if isinstance(value, np.ndarray) and _moved(before[name].get(key), value)
        ]
        kind = type(owner)
        where = f"`{kind.__module__.replace('.', '/')}.py:{kind.__name__}`"
        yield f"**{where}.** {described(kind)}\n\n{rows(('variable', 'shape'), *table)}"


def _moved(before: Any, now: np.ndarray) -> bool:
    if not isinstance(before, np.ndarray):
        return before is None
    return before.shape != now.shape or not np.array_equal(before, now, equal_nan=True)


def drivers() -> Iterator[tuple[object, ...]]:
    """Yield a row a driver."""
    for name, each in DRIVERS.items():
        yield f"`{name}`", each.meaning, f"{each.low:g} to {each.high:g}", each.unit, each.scope


def events() -> Iterator[tuple[object, ...]]:
    """Yield a row a type of event."""
    for name, kind in EVENT_TYPES.items():
        yield f"`{name}`", " ".join(str(kind.meaning).split())


def scenarios() -> Iterator[tuple[object, ...]]:
    """Yield a row a scenario of the library."""
    for path in scenario_files():
        spec, given = load_scenario(path.stem), read_document(path, path.name).values
        extends = f"`{given['extends']}`" if "extends" in given else ""
        yield f"`{path.stem}`", extends, spec.title, " ".join(spec.summary.split())


def parameters() -> Iterator[tuple[object, ...]]:
    """Yield a row a parameter, in the order of the file."""
    tuned = {name.partition(".")[0] for name in load_posterior().members}
    for name, each in load_parameters().items():
        source = re.sub(r"\s+", " ", each.source).replace("|", "or")
        yield (
            f"`{name}`", _span(each.value, each.value), _span(each.low, each.high), each.unit,
            _varies(each, tuned=name in tuned), each.about.replace("|", "or"), source,
        )  # fmt: skip


def _span(low: np.ndarray, high: np.ndarray) -> str:
    ends = f"{low.min():.4g}", f"{high.max():.4g}"
    return ends[0] if ends[0] == ends[1] else " to ".join(ends)


def _varies(each: Parameter, *, tuned: bool) -> str:
    if tuned:
        return "tuned"
    if each.exact:
        return f"exact: {each.exact}"
    return f"varies ({each.spread.kind})" if each.spread else "varies"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
