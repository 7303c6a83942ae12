"""The manifest: all that is needed to repeat a batch, and the list of what it wrote.

`inputs` is what the numbers depend on; two runs into one folder must agree in it. The rest says
who made the numbers (versions, machine, command line) and which files there are. The last line is
a checksum of all the others: what was edited by hand is no record of what was computed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from errno import EIO
from typing import Any, NotRequired

import numpy as np
from pydantic import TypeAdapter, ValidationError
from typing_extensions import TypedDict

from experiments.design.asked import Precision
from experiments.design.batch import BLOCK, Batch
from experiments.design.layout import Design
from experiments.design.own_agents import OwnAgent
from experiments.design.values import Assumptions
from experiments.errors import BadInput, extra
from experiments.results.expected import difference, expect_types
from experiments.results.provenance import engine
from experiments.store.folder import Folder, checksum
from scenarios.frame import Frame
from scenarios.frame import restored as restored_frame
from scenarios.quarters import parse_quarter, quarter_label
from scenarios.registry import Parameter, Registry, Spread
from scenarios.scenario import Behaviour, Distribution, Event, ParameterValue, Scenario, Uncertain
from scenarios.text import TABLE
from scenarios.vocabulary import LAST_YEAR

NAME = "manifest.json"
KIND = "results"
"""What the first line of a manifest says it is of."""
SEAL = "checksum"
"""The manifest's checksum of everything else in it."""
LAYOUT = 2
"""Version of the folder's layout."""
INPUTS = (
    *("scenarios", "parameters", "set", "design", "seed", "worlds", "until", "record_from"),
    *("every", "tables", "precision", "block", "engine"),
)
"""What every manifest says of what the numbers depend on."""
Json = dict[str, Any]


def stored(batch: Batch) -> Json:
    """Return a batch's inputs as they stand in the manifest."""
    design, assumed = batch.assumed.design, batch.assumed
    return {
        "scenarios": {name: _scenario(each) for name, each in assumed.scenarios.items()},
        "parameters": {name: _parameter(each) for name, each in assumed.registry.items()},
        "set": {name: _value(each) for name, each in assumed.given.items()},
        "design": _design(design),
        "seed": design.seed,
        "worlds": design.worlds,
        "until": quarter_label(batch.until),
        "record_from": quarter_label(batch.record_from),
        "every": batch.every,
        "tables": list(batch.tables),
        "precision": asdict(batch.precision) if batch.precision else None,
        "block": BLOCK,
        "layout": LAYOUT,
        **({"agents": {each.code: each.stored for each in own}} if (own := batch.agents) else {}),
        "engine": engine(),
        **({"extras": batch.frame.stored()} if batch.frame.extras else {}),
    }


def frame_of(inputs: Json) -> Frame:
    """Return the states and powers that a manifest speaks of."""
    return restored_frame(inputs.get("extras", ()))


def restored(inputs: Json) -> Batch:
    """Return the batch that a manifest describes, in blocks of the size that this version makes."""
    scenarios = {name: _scenario_from(name, each) for name, each in inputs["scenarios"].items()}
    registry = Registry({n: _parameter_from(n, each) for n, each in inputs["parameters"].items()})
    given = {name: _value_from(each) for name, each in inputs["set"].items()}
    asked = dict(inputs["design"])
    for name in ("table", "draws"):
        asked[name] = {leaf: np.array(values) for leaf, values in asked[name].items()}
    design = Design(inputs["seed"], inputs["worlds"], **{**asked, "ranges": tuple(asked["ranges"])})
    span = parse_quarter(inputs["until"]), parse_quarter(inputs["record_from"])
    assumed = Assumptions(registry, design, scenarios, given)
    precision = Precision(**inputs["precision"]) if inputs["precision"] else None
    agents = tuple(
        OwnAgent(
            code,
            each["class"],
            each["file"],
            each["sha256"],
            beside=tuple(each.get("beside", {}).items()),
        )
        for code, each in inputs.get("agents", {}).items()
    )
    shape = *span, inputs["every"], tuple(inputs["tables"])
    return Batch(assumed, *shape, precision, frame_of(inputs), agents)


def _design(design: Design) -> Json:
    found = {**asdict(replace(design, table={}, draws={}))}
    del found["seed"], found["worlds"]
    found |= {"ranges": list(design.ranges), "lists": dict(design.lists)}
    tables = {"table": design.table, "draws": design.draws}
    return found | {
        name: {leaf: values.tolist() for leaf, values in table.items()}
        for name, table in tables.items()
    }


def _scenario(scenario: Scenario) -> Json:
    left = scenario.uncertain
    return {
        **{key: getattr(scenario, key) for key in ("title", "summary", "theme", "note", "file")},
        "sources": list(scenario.sources),
        "as_of": scenario.as_of,
        "start": quarter_label(scenario.start),
        "end": quarter_label(scenario.end),
        "drivers": {name: np.asarray(path).tolist() for name, path in scenario.drivers.items()},
        "events": [_event(event) for event in scenario.events],
        **({"behaviours": list(map(asdict, b))} if (b := scenario.behaviours) else {}),
        "free": scenario.free,
        "record_until": scenario.record_until,
        "parameters": {name: _value(each) for name, each in scenario.parameters.items()},
        **({"uncertain": {n: _open(u) for n, u in left.items()}} if left else {}),
    }


def _scenario_from(name: str, found: Json) -> Scenario:
    texts = {key: found[key] for key in ("title", "summary", "theme", "note", "file")}
    return Scenario(
        name=name,
        **texts,
        sources=tuple(found["sources"]),
        as_of=found.get("as_of", ""),
        start=parse_quarter(found["start"]),
        end=parse_quarter(found["end"]),
        drivers={driver: np.array(path, dtype=float) for driver, path in found["drivers"].items()},
        events=tuple(map(_event_from, found["events"])),
        behaviours=tuple(Behaviour(**each) for each in found.get("behaviours", ())),
        free=found.get("free", True),
        record_until=found.get("record_until", LAST_YEAR),
        parameters={leaf: _value_from(each) for leaf, each in found["parameters"].items()},
        uncertain={name: _open_from(each) for name, each in found.get("uncertain", {}).items()},
    )


def _event_from(found: Json) -> Event:
    given = {**found, "quarter": parse_quarter(found["quarter"])}
    if "drawn" in found:
        given |= {
            "until": parse_quarter(found["until"]),
            "drawn": tuple(map(tuple, found["drawn"])),
        }
    return Event(**given)


def _event(event: Event) -> Json:
    """An event as JSON; what worlds draw of it only where they do."""
    found = asdict(event) | {"quarter": quarter_label(event.quarter)}
    for key in ("worlds", "sizes", "chances"):
        del found[key]
    if event.drawn:
        return found | {"until": quarter_label(event.until), "drawn": list(map(list, event.drawn))}
    del found["until"], found["drawn"]
    return found


def _open(each: Uncertain) -> Json:
    slopes = {driver: slope.tolist() for driver, slope in each.slopes.items()}
    return {**asdict(replace(each, slopes={})), "slopes": slopes}


def _open_from(found: Json) -> Uncertain:
    slopes = {driver: np.array(slope) for driver, slope in found["slopes"].items()}
    return Uncertain(**{**found, "slopes": slopes})


def _parameter(parameter: Parameter) -> Json:
    texts = {
        key: getattr(parameter, key) for key in ("unit", "source", "about", "simplex", "exact")
    }
    arrays = {key: getattr(parameter, key).tolist() for key in ("value", "low", "high")}
    spread = asdict(parameter.spread) if parameter.spread else None
    return {"axes": list(parameter.axes), **arrays, **texts, "spread": spread}


def _parameter_from(name: str, found: Json) -> Parameter:
    arrays = {key: np.array(found[key], dtype=float) for key in ("value", "low", "high")}
    spread = Spread(**found["spread"]) if found["spread"] else None
    return Parameter(name, **{**found, **arrays, "axes": tuple(found["axes"]), "spread": spread})


def _value(given: ParameterValue) -> float | list[float] | Json:
    if isinstance(given, Distribution):
        return asdict(given)
    return list(given) if isinstance(given, tuple) else float(given)


def _value_from(found: float | list[float] | Json) -> ParameterValue:
    if isinstance(found, dict):
        return Distribution(**found)
    return tuple(found) if isinstance(found, list) else float(found)


def read(folder: Folder) -> Json | None:
    """Return a folder's manifest, or None where there is none.

    Raises BadInput when it is not JSON, not of results, of another layout, or changed since it
    was written.
    """
    text = _text(folder)
    if text is None:
        return None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if wrong := _wrong(found):
        raise BadInput(f"{folder.full_address(NAME)}: {wrong}")
    return dict(found)


def _text(folder: Folder) -> bytes | None:
    """Return the manifest as it is stored, None if there is none.

    Raises BadInput where the folder cannot be reached.
    """
    try:
        return folder.read(NAME, 2 * TABLE)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except ImportError as lacking:
        name = "s3" if folder.address.startswith(("s3:", "s3a:")) else ""
        todo = f"in a clone of Crossroads: {extra(name)}" if name else f"pip install {lacking.name}"
        raise BadInput(f"{folder.address}: its file system is not installed; {todo}") from None
    except Exception as wrong:
        if isinstance(wrong, OSError) and wrong.errno == EIO:
            raise
        said = " ".join(str(getattr(wrong, "strerror", None) or wrong).split())
        said = said or type(wrong).__name__
        raise BadInput(f"{folder.address}: cannot be reached ({said})") from None


def _wrong(found: object) -> str:
    """Say why something that was read is no manifest to rely on; nothing if it is one."""
    if not isinstance(found, dict) or found.get("crossroads") != KIND:
        return "damaged, or no manifest of results; bring a copy of it back, or remove the folder"
    inputs = found.get("inputs")
    layout = inputs.get("layout", LAYOUT) if isinstance(inputs, dict) else LAYOUT
    if layout != LAYOUT:
        return f"layout {layout} of another version of Crossroads; expected layout {LAYOUT}"
    if found.get(SEAL) != sealed(found):
        return "changed since it was written (its checksum is not of what it says)"
    lacking = [name for name in INPUTS if name not in (inputs or {})]
    if lacking or found.get("blocks") == []:
        return f"does not say {lacking[0] if lacking else 'which blocks there are'}"
    if found[SEAL] not in SOUND and (unlike := _unlike(found)):
        return unlike
    SOUND.add(found[SEAL])
    return ""


SOUND: set[str] = set()
"""Checksums of manifests that this process has found to be as runs write them."""


class _Block(TypedDict):
    """A block as the manifest lists it."""

    block: int
    worlds: list[int]
    failures: int
    files: dict[str, str]


class _Rest(TypedDict):
    """What a manifest says beside the inputs, some of it only when the batch is finished."""

    times: dict[str, Any]
    origin: dict[str, Any]
    files: NotRequired[dict[str, str]]
    blocks: NotRequired[list[_Block]]
    experiment: NotRequired[dict[str, Any]]


def _unlike(found: Json) -> str:
    """Say what in a manifest cannot be read as it was written; nothing if all of it can.

    Its checksum may well be right: of a manifest that something else wrote. What is made of the
    inputs has to be of the types that it declares, and has to be written as the same inputs again.
    """
    inputs = found["inputs"]
    try:
        TypeAdapter(_Rest).validate_python(found, strict=True)
        with frame_of(inputs).used():
            batch = restored(inputs)
            expect_types(batch)
            again = stored(batch)
    except ValidationError as error:
        first = error.errors()[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg'].lower()}"
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        said = " ".join(str(error).split())[:200]
        return f"its inputs are not what a run writes ({type(error).__name__}: {said})"
    free = ("engine", "block", "layout")
    rest = {key: each for key, each in inputs.items() if key in again and key not in free}
    place = difference(rest, again, "inputs")
    return f"{place}: not what a run writes" if place else ""


def sealed(manifest: Json) -> str:
    """Return the checksum of all that a manifest says, however it is laid out.

    >>> sealed({"a": 1, "b": 2}) == sealed({"b": 2, "a": 1, "checksum": "of the rest"})
    True
    """
    rest = {key: value for key, value in manifest.items() if key != SEAL}
    return checksum(json.dumps(rest, sort_keys=True).encode())


def write(folder: Folder, manifest: Json) -> None:
    """Write the manifest, and its seal, so that people can read it."""
    rest = {key: value for key, value in manifest.items() if key != SEAL}
    shown, plain = texts(rest)
    seal = f',\n {json.dumps(SEAL)}: "{checksum(plain.encode())}"\n}}\n'
    folder.write(NAME, (shown.removesuffix("\n}") + seal).encode())


def texts(value: object, indent: str = "") -> tuple[str, str]:
    """Return JSON to be read, and JSON to be sealed, which is as `json.dumps` sorts it.

    The first has one line an entry, but a list of numbers on one line whatever its length. Lists
    are encoded once for both: in some manifests there are a million numbers.

    >>> shown, plain = texts({"b": {"c": None}, "a": [1, 2]})
    >>> print(shown)
    {
     "b": {
      "c": null
     },
     "a": [1, 2]
    }
    >>> plain
    '{"a": [1, 2], "b": {"c": null}}'
    """
    deeper = indent + " "
    if isinstance(value, Mapping) and value:
        parts = {key: texts(each, deeper) for key, each in value.items()}
        lines = (f"{deeper}{json.dumps(key)}: {shown}" for key, (shown, _) in parts.items())
        plain = (f"{json.dumps(key)}: {parts[key][1]}" for key in sorted(parts))
        return "{\n" + ",\n".join(lines) + f"\n{indent}}}", "{" + ", ".join(plain) + "}"
    plainly = json.dumps(value)
    if "{" in plainly:  # within lists keys are sorted too, to be sealed
        several = value if isinstance(value, list) and isinstance(value[0], Mapping) else None
        lines = (deeper + json.dumps(each) for each in several or ())
        shown = "[\n" + ",\n".join(lines) + f"\n{indent}]" if several else plainly
        return shown, json.dumps(value, sort_keys=True)
    return plainly, plainly
