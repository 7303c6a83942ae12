"""Folders that add a state or a power to the frame: found, read, and checked whole.

A folder holds `frame.yaml` (who is added), `tables.yaml` (its numbers in every table that has
states or powers) and, where there are any, `drivers.yaml` (a scenario's drivers),
`observations.csv` (its record) and `outline.geojson` (its place on maps).
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scenarios.addresses import as_path
from scenarios.faults import Fault, FaultyInput, nearest
from scenarios.frame import MOST, POWERS, STATES, Extra, Frame
from scenarios.reading import Document, described, document_of
from scenarios.registry import LABELS, Parameter, Registry
from scenarios.shares import SUM_OF_SHARES
from scenarios.text import read_text
from scenarios.vocabulary import DOMAINS

FloatArray = NDArray[np.float64]
SHIPPED = Path(__file__).with_name("extra")
FRAME, TABLES, DRIVERS = "frame.yaml", "tables.yaml", "drivers.yaml"
RECORD, OUTLINE = "observations.csv", "outline.geojson"
NEEDED, OPTIONAL = (FRAME, TABLES), (DRIVERS, RECORD, OUTLINE)
COLUMNS = ("year", "state", "partner", "variable", "value", "lens")
"""Columns that a record needs; `history/observations.csv` has more."""
KEYS = {"code", "name", "colour", "at"}
WIDTH = (0.5, 1.5)
"""Plausible range of a number that is added, against its value, where its table names none."""
REG = [*POWERS].index("REG")


def folder_of(name: str | Path) -> Path:
    """The folder of an extra. Raises FaultyInput where there is none."""
    path, shipped = as_path(name), SHIPPED / str(name)
    if re.fullmatch(r"\w+", str(name)) and shipped.is_dir():
        return shipped
    if path.is_dir():
        return path
    names = sorted(each.name for each in SHIPPED.iterdir() if each.is_dir())
    told = f"there is no folder '{name}' that adds a state or a power; {nearest(name, names)}"
    raise FaultyInput([Fault(str(name), 0, told)])


def read_extra(folder: Path) -> Extra:
    """A folder's texts, with who is added. Raises FaultyInput."""
    here = f"extra/{folder.name}" if folder.parent == SHIPPED else str(folder)
    texts, faults = dict[str, str](), list[Fault]()
    for file in (*NEEDED, *OPTIONAL):
        if file in NEEDED or (folder / file).exists():
            try:
                texts[file] = read_text(folder / file, f"{here}/{file}")
            except FaultyInput as wrong:
                faults += wrong.faults
    if faults:
        raise FaultyInput(faults)
    document = document_of(texts[FRAME], f"{here}/{FRAME}", "state: {code: AZE, name: Azerbaijan}")
    faults = [*document.repeated, *_wrong(document)]
    faults += [*_wrong_record(texts.get(RECORD, ""), f"{here}/{RECORD}")]
    faults += [*_wrong_outline(texts.get(OUTLINE, ""), f"{here}/{OUTLINE}")]
    if faults:
        raise FaultyInput(faults)
    kind = "state" if "state" in document.values else "power"
    who = document.values[kind]
    at = tuple(float(each) for each in who.get("at", (0, 0)))
    looks = {"colour": who.get("colour", ""), "at": at}
    given = {**looks, "texts": tuple(texts.items())}
    return Extra(here, kind, who["code"], who["name"], **given)  # type: ignore[arg-type]


def _wrong(document: Document) -> Iterator[Fault]:
    """What is wrong with a file that says who is added."""
    values = document.values
    for key in set(values) - {"title", "note", "sources", "state", "power"}:
        yield document.fault((key,), f"unknown key '{key}'; {nearest(key, ['state', 'power'])}")
    kinds = [key for key in ("state", "power") if key in values]
    if len(kinds) != 1:
        yield document.fault((), "expected either 'state' or 'power': a folder adds one")
        return
    kind, who = kinds[0], values[kinds[0]]
    if not isinstance(who, dict):
        yield document.fault((kind,), f"expected code and name, got {described(who)}")
        return
    for key in set(who) - KEYS:
        yield document.fault((kind, key), f"unknown key '{key}'; {nearest(key, KEYS)}")
    code, taken = who.get("code"), {**STATES, **POWERS}
    if not isinstance(code, str) or not re.fullmatch("[A-Z]{3}", code) or code in taken:
        told = f"expected a code of three capitals that no other has, got {described(code)}"
        yield document.fault((kind, "code"), told)
    if not isinstance(who.get("name"), str) or not who["name"].strip():
        yield document.fault((kind, "name"), f"expected a name, got {described(who.get('name'))}")
    at, colour = who.get("at", [0, 0]), who.get("colour", "#000000")
    if not (isinstance(at, list) and len(at) == 2 and all(map(_is_number, at))):  # noqa: PLR2004
        yield document.fault((kind, "at"), "expected [degrees east, degrees north]")
    if not re.fullmatch("#[0-9a-fA-F]{6}", str(colour)):
        yield document.fault((kind, "colour"), f"expected #rrggbb, got {described(colour)}")


def _wrong_record(text: str, file: str) -> Iterator[Fault]:
    """What is wrong with a table of observations."""
    lines = csv.DictReader(StringIO(text))
    lacking = [each for each in COLUMNS if text and each not in (lines.fieldnames or ())]
    if lacking:
        yield Fault(file, 1, f"no column '{lacking[0]}'; expected {', '.join(COLUMNS)}")
        return
    for row in lines:
        for name, kind in (("year", int), ("value", float)):
            try:
                kind(row[name])
            except (ValueError, TypeError):
                yield Fault(file, lines.line_num, f"{name}: expected a number, got '{row[name]}'")


def _wrong_outline(text: str, file: str) -> Iterator[Fault]:
    try:
        if text:
            _ = [[ring[0] for ring in each] for each in json.loads(text)["coordinates"]]
    except (ValueError, TypeError, KeyError, IndexError):
        yield Fault(file, 1, "expected a GeoJSON geometry of type MultiPolygon")


def clashes(extras: Sequence[Extra]) -> Iterator[Fault]:
    """Codes that come twice, and more than sums can take."""
    codes = [each.code for each in extras]
    for each in extras:
        if codes.count(each.code) > 1:
            yield Fault(each.name, 0, f"{each.code} is added twice")
    most = {"state": MOST - len(STATES), "power": MOST - 1 - len(POWERS)}
    for kind, many in most.items():
        if sum(each.kind == kind for each in extras) > many:
            yield Fault(extras[-1].name, 0, f"at most {many} {kind}s can be added")


def extended(own: Registry, frame: Frame) -> Registry:
    """The registry with the numbers of those whom a frame adds. Raises FaultyInput."""
    parameters, faults = dict(own), list[Fault]()
    for extra in frame.extras:
        with Frame(tuple(frame.extras[: frame.extras.index(extra)])).used():
            tables = _Tables(extra, [*frame.labels("state")])
            axes = {"state"} if extra.kind == "state" else {"power", "option"}
            wanted = {name: each for name, each in parameters.items() if axes & {*each.axes}}
            tables.check_names(wanted)
            for name in wanted.keys() & tables.document.values.keys():
                parameters[name] = tables.widened(parameters[name])
        faults += tables.faults
    if faults:
        raise FaultyInput(faults)
    return Registry(parameters)


class _Tables:
    """The numbers of one who is added."""

    def __init__(self, extra: Extra, states: Sequence[str]) -> None:
        self.extra, self.states = extra, states
        self.document = document_of(extra.text(TABLES), f"{extra.name}/{TABLES}", "state_weight:")
        self.faults = list(self.document.repeated)

    def check_names(self, wanted: Mapping[str, Parameter]) -> None:
        """Tell tables that are missing, and those that nobody asked for."""
        said = self.document.values
        for name in set(said) - set(wanted):
            self.fault(name, f"no table '{name}' here; {nearest(name, wanted)}")
        for name in sorted(set(wanted) - set(said)):
            axes = " by ".join(self.others(wanted[name])) or "one number"
            self.fault((), f"'{name}' is missing: {wanted[name].about} ({axes})")

    def others(self, parameter: Parameter) -> list[str]:
        """The axes along which its numbers lie."""
        return [each for each in parameter.axes if each not in self.own_axis(parameter)]

    def own_axis(self, parameter: Parameter) -> set[str]:
        """The axis that gets longer."""
        own = ("state",) if self.extra.kind == "state" else ("power", "option")
        return set(own) & {*parameter.axes}

    def fault(self, place: Any, message: str) -> None:  # noqa: ANN401 (a key, or a place)
        """Note a fault."""
        self.faults.append(
            self.document.fault(place if isinstance(place, tuple) else (place,), message)
        )

    def widened(self, parameter: Parameter) -> Parameter:
        """A parameter with the numbers of the one who is added."""
        entry = self.document.values[parameter.name]
        if not isinstance(entry, dict) or not entry.get("source") or "value" not in entry:
            self.fault(parameter.name, f"{parameter.name}: expected 'value' and 'source'")
            return parameter
        for key in set(entry) - {"value", "low", "high", "source"}:
            told = f"unknown key '{key}'; {nearest(key, ['value', 'low', 'high', 'source'])}"
            self.fault((parameter.name, key), told)
        before = len(self.faults)
        value = self.read(parameter, "value")
        lows = [self.read(parameter, each) if each in entry else None for each in ("low", "high")]
        if len(self.faults) > before:
            return parameter
        low, high = (
            value * width if given is None else given
            for width, given in zip(WIDTH, lows, strict=True)
        )
        if parameter.simplex:
            low, high = np.zeros_like(value), np.ones_like(value)
        return self.joined(parameter, value, low, high, f"{entry['source']}")

    def joined(
        self, parameter: Parameter, value: FloatArray, low: FloatArray, high: FloatArray, why: str
    ) -> Parameter:
        """Put the numbers at the end of their axis; those of options before a state's own."""
        (axis,) = self.own_axis(parameter)
        at = parameter.axes.index(axis)
        place = parameter.value.shape[at] - (axis == "option")
        old = parameter.value
        if parameter.simplex and axis == "option":
            old = self.less_regional(parameter, value)
        elif parameter.simplex and parameter.axes == ("state",):
            old = old * (1 - value)
        elif parameter.simplex and axis == "state":
            self.check_rows(parameter, value)
        tables = ((old, value), (parameter.low, low), (parameter.high, high))
        wide = [np.insert(was, place, new, axis=at) for was, new in tables]
        source = f"{parameter.source}; {self.extra.label}: {why}"
        return replace(parameter, value=wide[0], low=wide[1], high=wide[2], source=source)

    def less_regional(self, parameter: Parameter, value: FloatArray) -> FloatArray:
        """Shares of options with those of a power that is added taken off the regional powers."""
        old = parameter.value.copy()
        old[..., REG] -= value
        for domain, state in np.argwhere(old[..., REG] < -SUM_OF_SHARES):
            told = f"{value[domain, state]:g} is more than the regional powers have there"
            place = (parameter.name, "value", DOMAINS[domain], self.states[state])
            self.fault(place, f"{'.'.join(map(str, place[2:]))}: {told}")
        old[..., REG] = np.maximum(old[..., REG], 0)
        return old

    def check_rows(self, parameter: Parameter, value: FloatArray) -> None:
        """Tell rows of shares that do not add up to one."""
        sums = np.atleast_1d(value.sum(axis=-1))
        for row in np.flatnonzero(np.abs(sums - 1) > SUM_OF_SHARES):
            label = LABELS[parameter.axes[0]][int(row)]
            told = f"the shares {parameter.name}.{label} add up to {sums[row]:.4g}; expected 1"
            self.fault((parameter.name, "value", label), told)

    def read(self, parameter: Parameter, key: str) -> FloatArray:
        """The numbers under a key, by the axes that remain."""
        given = self.document.values[parameter.name][key]
        return self.array(given, self.others(parameter), (parameter.name, key))

    def array(self, given: Any, axes: Sequence[str], place: tuple[Any, ...]) -> FloatArray:  # noqa: ANN401
        """Numbers from nested lists or mappings; one number stands for all."""
        labels = [*LABELS[axes[0]]] if axes else []
        shape = tuple(len(LABELS[axis]) for axis in axes)
        if _is_number(given):
            return np.full(shape, float(given))
        if isinstance(given, dict) and axes:
            others = {
                each for each in given if axes[0] == "state" and re.fullmatch("[A-Z]{3}", each)
            }
            if set(labels) <= set(given) <= {*labels, *others}:
                rows = [self.array(given[each], axes[1:], (*place, each)) for each in labels]
                return np.stack(rows)
        if isinstance(given, list) and axes and len(given) == len(labels):
            rows = [
                self.array(each, axes[1:], (*place, number)) for number, each in enumerate(given)
            ]
            return np.stack(rows)
        wanted = f"a number, or one each for {' '.join(labels)}" if axes else "a number"
        self.fault(place, f"{place[0]}: expected {wanted}, got {described(given)}")
        return np.zeros(shape)


def _is_number(given: object) -> bool:
    return isinstance(given, int | float) and not isinstance(given, bool)


def observed_rows(frame: Frame) -> Iterator[dict[str, Any]]:
    """Observations of those whom a frame adds, with the lines of their files."""
    for extra in frame.extras:
        lines = csv.DictReader(StringIO(extra.text(RECORD)))
        for row in lines:
            numbers = {"year": int(row["year"]), "value": float(row["value"])}
            yield {**row, **numbers, "line": lines.line_num}


def outlines(frame: Frame) -> dict[str, Any]:
    """Polygons of those whom a frame adds and whose folder has an outline, by code."""
    return {
        each.code: json.loads(each.text(OUTLINE))["coordinates"]
        for each in frame.extras
        if each.text(OUTLINE)
    }
