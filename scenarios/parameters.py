"""The registry of parameters: every number of the model with range, unit and source."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from scenarios.faults import Fault, FaultyInput, nearest
from scenarios.reading import Document, Place, described, read_document
from scenarios.vocabulary import CONTESTED, DOMAINS, OPTIONS, POWERS, STATES

FloatArray = NDArray[np.float64]
REGISTRY_FILE = Path(__file__).with_name("parameters.yaml")

LABELS: dict[str, tuple[str, ...]] = {
    "domain": DOMAINS,
    "contested": CONTESTED,
    "relied_domain": ("finance", "technology", "culture", "diplomacy", "trade", "energy"),
    "bandwidth_domain": ("finance", "security", "diplomacy", "trade"),
    "dependence_domain": ("finance", "security", "trade"),
    "agreement": ("EAEU", "CSTO"),
    "asset": ("finance", "energy", "technology"),
    "state": STATES,
    "power": POWERS,
    "strategic": ("RUS", "CHN"),
    "option": OPTIONS,
}
"""The axes of tables and the labels along each."""

_KEYS = {
    *("value", "low", "high", "relative", "zero_high"),
    *("unit", "source", "about", "axes", "simplex", "spread"),
}
_NEEDED = ("value", "unit", "source", "about")


@dataclass(frozen=True)
class Spread:
    """How a parameter varies over worlds by default: `lognormal` or `dirichlet`.

    `size` is the standard deviation of the logarithm or the concentration.
    """

    kind: str
    size: float


@dataclass(frozen=True)
class Leaf:
    """One number of the registry under its official name, such as `adjustment_speed.trade`."""

    name: str
    value: float
    low: float
    high: float
    unit: str
    source: str
    about: str


@dataclass(frozen=True, eq=False)
class Parameter:
    """A number or a table of numbers; `value`, `low` and `high` have the shape of its axes."""

    name: str
    axes: tuple[str, ...]
    value: FloatArray
    low: FloatArray
    high: FloatArray
    unit: str
    source: str
    about: str
    simplex: bool = False
    spread: Spread | None = None

    @property
    def leaf_names(self) -> list[str]:
        """Official names in the order of `value.ravel()`.

        >>> load_parameters()["adjustment_speed"].leaf_names[-1]
        'adjustment_speed.labour'
        """
        labels = product(*(LABELS[axis] for axis in self.axes))
        return [".".join((self.name, *each)) for each in labels]

    @property
    def leaves(self) -> list[Leaf]:
        """Its numbers one by one."""
        cells = zip(
            self.leaf_names, self.value.ravel(), self.low.ravel(), self.high.ravel(), strict=True
        )
        return [
            Leaf(name, float(value), float(low), float(high), self.unit, self.source, self.about)
            for name, value, low, high in cells
        ]


class Registry(Mapping[str, Parameter]):
    """All parameters by name; `leaves` has every single number."""

    def __init__(self, parameters: Mapping[str, Parameter]) -> None:
        """Keep the parameters in the order given."""
        self._parameters = dict(parameters)

    def __getitem__(self, name: str) -> Parameter:
        """The parameter of that name."""
        return self._parameters[name]

    def __iter__(self) -> Iterator[str]:
        """Names in the order of the file."""
        return iter(self._parameters)

    def __len__(self) -> int:
        """How many parameters there are (a table counts once)."""
        return len(self._parameters)

    @cached_property
    def leaves(self) -> dict[str, Leaf]:
        """Every number under its official name."""
        return {leaf.name: leaf for each in self.values() for leaf in each.leaves}

    @cached_property
    def positions(self) -> dict[str, tuple[str, tuple[int, ...]]]:
        """Where each number stands: the name of its parameter and its place in the table."""
        return {
            name: (each.name, place)
            for each in self.values()
            for name, place in zip(each.leaf_names, np.ndindex(each.value.shape), strict=True)
        }

    def arrays(self) -> dict[str, FloatArray]:
        """Values with a last axis of one world, as the model takes them."""
        return {name: each.value[..., np.newaxis].copy() for name, each in self.items()}

    def replaced(
        self, arrays: Mapping[str, FloatArray], leaves: Mapping[str, FloatArray]
    ) -> dict[str, FloatArray]:
        """Arrays with some leaves replaced by a value a world, or by one for all worlds.

        Arrays without any of the leaves stay the same objects.
        """
        found, fresh = dict(arrays), set[str]()
        for leaf, values in leaves.items():
            name, place = self.positions[leaf]
            wide = max(found[name].shape[-1], values.size)
            if name not in fresh or found[name].shape[-1] < wide:
                axes = found[name].shape[:-1]
                found[name] = np.array(np.broadcast_to(found[name], (*axes, wide)))
                fresh.add(name)
            found[name][place] = values
        return found

    def with_values(self, values: Mapping[str, float]) -> Registry:
        """A copy with other values for some leaves.

        Raises KeyError for an unknown leaf and ValueError for a value outside its range.
        """
        changed = dict(self._parameters)
        for name, value in values.items():
            self.check(name, value)
            parameter, place = self.positions[name]
            table = changed[parameter].value.copy()
            table[place] = value
            changed[parameter] = replace(changed[parameter], value=table)
        return Registry(changed)

    def check(self, name: str, value: float) -> None:
        """Raise KeyError (unknown leaf) or ValueError (out of range), in words for a user."""
        if name not in self.leaves:
            msg = f"unknown parameter '{name}'; {nearest(name, self.leaves)}"
            raise KeyError(msg)
        leaf = self.leaves[name]
        if not leaf.low <= value <= leaf.high:
            msg = f"{name} = {value:g} is outside {leaf.low:g} to {leaf.high:g} ({leaf.unit})"
            raise ValueError(msg)


class Numbers:
    """Named arrays with worlds last, read as attributes: parameters, or a quarter's drivers."""

    def __init__(self, **arrays: FloatArray) -> None:
        """Take the arrays under their names."""
        vars(self).update(arrays)

    if TYPE_CHECKING:  # every attribute is an array

        def __getattr__(self, name: str) -> FloatArray:
            """Return an array by its name."""


@lru_cache(maxsize=8)
def load_parameters(path: Path | str | None = None) -> Registry:
    """The shipped registry, with a user's file of other values laid over it if one is given.

    Such a file holds official names (of leaves or of whole tables) with their values.
    Raises FaultyInput.
    """
    shipped = _load(REGISTRY_FILE, {})
    return shipped if path is None else _load(Path(path), shipped)


@lru_cache(maxsize=1)
def parameter_names() -> frozenset[str]:
    """Names of all parameters, read off the first column of their file.

    A worker that is handed its parameters need not read the rest, which takes half a second.
    """
    return frozenset(
        re.findall(r"^(\w+):", REGISTRY_FILE.read_text(encoding="utf-8"), re.MULTILINE)
    )


def _load(path: Path, base: Mapping[str, Parameter]) -> Registry:
    document = read_document(path, str(path) if base else path.name)
    reader = _Reader(document, dict(base))
    for name, entry in document.values.items():
        reader.read(name, entry)
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
        texts = {key: str(entry[key]) for key in ("unit", "source", "about")}
        simplex = bool(entry.get("simplex", False))
        return Parameter(name, axes, value, low, high, **texts, simplex=simplex, spread=spread)

    def _override(self, name: str, entry: Any) -> None:  # noqa: ANN401
        base, *labels = name.split(".")
        known = self.parameters.get(base)
        valid = known is not None and len(labels) <= len(known.axes)
        if known is None or not valid or not _labelled(labels, known.axes):
            names = Registry(self.parameters).leaves
            self.fault((name,), f"unknown parameter '{name}'; {nearest(name, names)}")
            return
        place = tuple(LABELS[a].index(b) for a, b in zip(known.axes, labels, strict=False))
        nested = isinstance(entry, dict) and "value" in entry
        given = entry["value"] if nested else entry
        table = known.value.copy()
        table[place] = self._table(given, known.axes[len(labels) :], (name,))
        self.parameters[base] = replace(known, value=table)
        self._check_range((name,), table, known)

    def _check_range(self, place: Place, table: FloatArray, known: Parameter) -> None:
        outside = (table < known.low) | (table > known.high)
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


def _labelled(labels: list[str], axes: tuple[str, ...]) -> bool:
    return all(label in LABELS[axis] for axis, label in zip(axes, labels, strict=False))
