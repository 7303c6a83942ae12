"""Reading the registry of parameters, and a user's file of other values laid over it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scenarios.faults import Fault, FaultyInput, nearest
from scenarios.frame import Frame, current, per_frame
from scenarios.reading import Document, Place, described, read_document
from scenarios.registry import LABELS, Parameter, Registry, Spread
from scenarios.shares import off_one, row_of
from scenarios.text import stamp

FloatArray = NDArray[np.float64]
REGISTRY_FILE = Path(__file__).with_name("parameters.yaml")

_KEYS = {
    *("value", "low", "high", "relative", "zero_high"),
    *("unit", "source", "about", "axes", "simplex", "spread", "exact", "before"),
}
EXAMPLE = "attention_cost: 0.5"
_MAY_STAND = ("value", "unit", "source", "about")
"""What an entry of a user's file may hold: a value, and what tells readers of it."""
_NEEDED = ("value", "unit", "source", "about")


def load_parameters(path: Path | str | None = None) -> Registry:
    """The shipped registry, with a user's file of other values laid over it if one is given.

    Such a file holds official names (of leaves or of whole tables) with their values; one that
    was edited since is read again. Raises FaultyInput.
    """
    return _shipped() if path is None else _laid_over(Path(path), stamp(Path(path)))


@per_frame()
def _shipped() -> Registry:
    if not current().extras:
        return _load(REGISTRY_FILE, {})
    from scenarios.extras import extended  # most runs add nothing

    with Frame().used():
        own = _shipped()
    return extended(own, current())


@per_frame(8)
def _laid_over(path: Path, _stamp: tuple[int, ...]) -> Registry:
    return _load(path, _shipped())


@lru_cache(maxsize=1)
def parameter_names() -> frozenset[str]:
    """Names of all parameters, read off the first column of their file.

    A worker that is handed its parameters need not read the rest, which takes half a second.
    """
    return frozenset(
        re.findall(r"^(\w+):", REGISTRY_FILE.read_text(encoding="utf-8"), re.MULTILINE)
    )


def _load(path: Path, base: Mapping[str, Parameter]) -> Registry:
    document = read_document(path, str(path) if base else path.name, EXAMPLE)
    reader = _Reader(document, dict(base))
    for name, entry in document.values.items():
        reader.read(name, entry)
    reader.check_shares()
    if reader.faults or document.repeated:
        raise FaultyInput([*document.repeated, *reader.faults])
    return Registry(reader.parameters)


class _Reader:
    """Collects parameters and faults from a document."""

    def __init__(self, document: Document, parameters: dict[str, Parameter]) -> None:
        self.document = document
        self.parameters = parameters
        self.overrides = bool(parameters)
        self.faults: list[Fault] = []
        self.laid: dict[str, str] = {}
        """For each leaf that an override gives: the name of the entry."""

    def fault(self, place: Place, message: str) -> None:
        self.faults.append(self.document.fault(place, message))

    def read(self, name: str, entry: Any) -> None:  # noqa: ANN401 (whatever the file holds)
        if self.overrides:
            self._override(name, entry)
        elif not isinstance(entry, dict) or any(key not in entry for key in _NEEDED):
            self.fault((name,), f"'{name}' needs {', '.join(_NEEDED)}")
        elif unknown := set(entry) - _KEYS:
            self.fault((name,), f"unknown key '{min(unknown)}'; {nearest(min(unknown), _KEYS)}")
        else:
            self.parameters[name] = self._parameter(name, entry)

    def _parameter(self, name: str, entry: dict[str, Any]) -> Parameter:
        axes = tuple(entry.get("axes", ()))
        value = self._table(entry["value"], axes, (name, "value"))
        if "relative" in entry:
            low, high = (np.asarray(value * each) for each in entry["relative"])
            high = np.where(value == 0, entry.get("zero_high", 0.0), high)
        else:
            low, high = (self._table(entry[key], axes, (name, key)) for key in ("low", "high"))
        spread = next((Spread(*each) for each in entry.get("spread", {}).items()), None)
        taught = entry.get("before", {}).items()
        before = next(((int(year), value) for year, value in taught), None)
        texts = {key: str(entry.get(key, "")) for key in ("unit", "source", "about", "exact")}
        simplex = bool(entry.get("simplex", False))
        return Parameter(
            name, axes, value, low, high, **texts, simplex=simplex, spread=spread, before=before
        )

    def _override(self, name: str, entry: Any) -> None:  # noqa: ANN401
        base, *labels = name.split(".")
        known = self.parameters.get(base)
        valid = known is not None and len(labels) <= len(known.axes)
        if known is None or not valid or not _labelled(labels, known.axes):
            self.fault((name,), Registry(self.parameters).unknown(name))
            return
        place = tuple(LABELS[a].index(b) for a, b in zip(known.axes, labels, strict=False))
        nested = isinstance(entry, dict) and "value" in entry
        for key in sorted(set(entry).difference(_MAY_STAND)) if nested else ():
            self.fault((name, key), f"{name}: {_not_to_be_set(key)}")
        table, before = known.value.copy(), len(self.faults)
        given = entry["value"] if nested else entry
        table[place] = self._table(given, known.axes[len(labels) :], (name,))
        if len(self.faults) == before:
            self.parameters[base] = replace(known, value=table)
            self._check_range((name,), table, known)
            names = np.array(known.leaf_names).reshape(table.shape)[place]
            self.laid |= dict.fromkeys(np.ravel(names).tolist(), name)

    def check_shares(self) -> None:
        """Tell rows of shares that do not add up to one, where the user laid a number into them."""
        registry = Registry(self.parameters)
        given = {leaf: registry.leaves[leaf].value for leaf in self.laid}
        for row, _, message in off_one(registry, given):
            entries = [entry for leaf, entry in self.laid.items() if row_of(leaf) == row]
            self.fault((entries[-1],), message)

    def _check_range(self, place: Place, table: FloatArray, known: Parameter) -> None:
        outside = ~((known.low <= table) & (table <= known.high))
        for leaf, value, bad in zip(known.leaves, table.ravel(), outside.ravel(), strict=True):
            if bad:
                expected = f"expected {leaf.low:g} to {leaf.high:g} ({leaf.unit})"
                self.fault(place, f"{leaf.name} = {value:g} is out of range; {expected}")

    def _table(self, given: Any, axes: tuple[str, ...], place: Place) -> FloatArray:  # noqa: ANN401
        shape = tuple(len(LABELS[axis]) for axis in axes)
        if isinstance(given, (int, float)) and not isinstance(given, bool):
            return np.full(shape, float(given))
        labels = LABELS[axes[0]] if axes else ()
        if isinstance(given, dict) and axes and set(given) == set(labels):
            given = [given[label] for label in labels]
        if isinstance(given, list) and axes and len(given) == len(labels):
            rows = [self._table(each, axes[1:], place) for each in given]
            return np.stack(rows)
        wanted = f"a number or one value each for {' '.join(labels)}" if axes else "a number"
        self.fault(place, f"expected {wanted}, got {described(given)}")
        return np.zeros(shape)


def _not_to_be_set(key: str) -> str:
    if key in _KEYS:
        return f"'{key}' is the registry's; a file of values says 'value'"
    return f"unknown key '{key}'; {nearest(key, _MAY_STAND)}"


def _labelled(labels: list[str], axes: tuple[str, ...]) -> bool:
    return all(label in LABELS[axis] for axis, label in zip(axes, labels, strict=False))
