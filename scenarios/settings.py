"""The parameters that scenario files set: numbers, ranges and lists within the registry."""

from __future__ import annotations

from math import isclose
from typing import TYPE_CHECKING, Any

from scenarios.faults import Fault, FaultyInput, nearest
from scenarios.library import relative_name
from scenarios.parameters import load_parameters
from scenarios.reading import read_document
from scenarios.registry import Registry
from scenarios.scenario import Distribution, Origin, ParameterValue
from scenarios.shares import off_one, row_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pydantic_core import ErrorDetails

    from scenarios.reading import Layer
    from scenarios.registry import Leaf

DRAWS = (".csv", ".parquet")
ROUNDING = 1e-9
"""Bounds are products, so 0.91 may stand as 0.9099999999999999 in the registry."""


class Settings:
    """Parameters as they stand after the files laid so far; later ones win, name by name."""

    def __init__(self, *, of_experiment: bool = False) -> None:
        """Start with nothing set.

        The parameters file of an experiment is the ground its scenarios stand on: it is checked
        but sets nothing here, and it may be a table of draws.
        """
        self.of_experiment = of_experiment
        self.values: dict[str, ParameterValue] = {}
        self.origins: dict[str, Origin] = {}
        self.file: Path | None = None
        self.faults: list[Fault] = []
        self._layers: list[Layer] = []

    def add(self, layer: Layer) -> None:
        """Note what a file sets."""
        self._layers.append(layer)

    def settle(self) -> None:
        """Check everything noted; a file's own entries are stronger than its parameters file."""
        for layer in self._layers:
            if file := layer.said("parameters_file"):
                self._take_over(layer, layer.path.parent / file)
            for name, raw in layer.section("parameters").items():
                self._take(layer, name, raw)
        if self.values:
            self._check_shares(load_parameters())

    def _take(self, layer: Layer, name: str, raw: Any) -> None:  # noqa: ANN401
        origin = Origin(layer.document.file, layer.document.line(("parameters", name)))
        said = check(load_parameters(), name, raw)
        named = [each if name in each else f"{name}: {each}" for each in said]
        self.faults += [Fault(origin.file, origin.line, each) for each in named]
        if not said:
            self.values[name] = value_of(raw, load_parameters().leaves[name])
            self.origins[name] = origin

    def _take_over(self, layer: Layer, path: Path) -> None:
        """What a file of parameters says counts as set by the scenario that brings it."""
        if not path.is_file():
            message = f"there is no file '{path.name}' beside this one"
            self.faults.append(layer.document.fault(("parameters_file",), message))
            return
        self.file = path
        if self.of_experiment and path.suffix in DRAWS:
            return
        try:
            leaves = load_parameters(path).leaves
            document = read_document(path, relative_name(path))
        except FaultyInput as faulty:
            self.faults += faulty.faults
            return
        for name, leaf in leaves.items() if not self.of_experiment else ():
            parts = name.split(".")
            keys = [".".join(parts[:count]) for count in range(len(parts), 0, -1)]
            key = next((key for key in keys if key in document.values), None)
            if key:
                self.values[name] = leaf.value
                self.origins[name] = Origin(document.file, document.line((key,)))

    def _check_shares(self, registry: Registry) -> None:
        """Shares of one row must add up to one, or all worlds would begin with nonsense."""
        numbers = {key: value for key, value in self.values.items() if isinstance(value, float)}
        for row, _, message in off_one(registry, numbers):
            origin = [self.origins[name] for name in self.origins if row_of(name) == row][-1]
            self.faults.append(Fault(origin.file, origin.line, message))


def check(registry: Registry, name: str, raw: Any) -> list[str]:  # noqa: ANN401
    """What is wrong with a parameter's entry, in words."""
    if name not in registry.leaves:
        return [registry.unknown(name)]
    leaf = registry.leaves[name]
    share = registry[registry.positions[name][0]].simplex
    if share and not isinstance(raw, (int, float)):
        return [f"{name} is a share of a row that adds up to 1; give it a number"]
    if isinstance(raw, dict):
        return check_range(leaf, raw)
    numbers: Sequence[float] = raw if isinstance(raw, list) else [raw]
    wrong = [_outside(leaf, each) for each in numbers if _is_outside(leaf, each)]
    twice = ["the list names a value twice"] if len(set(numbers)) < len(numbers) else []
    return wrong + twice


def wrong_keys(raw: dict[str, Any]) -> list[str]:
    """What is wrong with the keys of a range and the kind of their values, in words.

    >>> wrong_keys({"lo": 1, "high": "x"})
    ["high: expected a number, got 'x'", "unknown key 'lo'; did you mean 'low'?"]
    """
    from pydantic import ValidationError

    from scenarios.shapes import Range

    try:
        Range.model_validate(raw)
    except ValidationError as error:
        return [_of_key(str(each["loc"][-1]), each) for each in error.errors(include_url=False)]
    return [] if raw else ["expected a range with low and high, got nothing"]


def _of_key(key: str, error: ErrorDetails) -> str:
    if error["type"] == "extra_forbidden":
        from scenarios.shapes import Range

        return f"unknown key '{key}'; {nearest(key, Range.model_fields)}"
    return f"{key}: {error['msg']}"


def _outside(leaf: Leaf, value: float) -> str:
    return f"{value:g} is outside {leaf.low:g} to {leaf.high:g} ({leaf.name}, {leaf.unit})"


def check_range(leaf: Leaf, raw: dict[str, Any]) -> list[str]:
    """What is wrong with a range of good shape, in words."""
    kind = raw.get("distribution", "uniform")
    low, high = raw.get("low", leaf.low), raw.get("high", leaf.high)
    given = [raw[key] for key in ("low", "high") if key in raw]
    wrong = [_outside(leaf, each) for each in given if _is_outside(leaf, each)]
    if low >= high:
        wrong.append(f"low ({low:g}) must lie below high ({high:g})")
    wrong += [f"'{key}' says nothing of a {kind} distribution" for key in _idle(kind, raw)]
    if not wrong and "mode" in raw and not low <= raw["mode"] <= high:
        wrong.append(f"mode ({raw['mode']:g}) must lie between {low:g} and {high:g}")
    if kind in {"normal", "lognormal"}:
        wrong += _wrong_spread(kind, raw, low, high)
    return wrong


def _is_outside(leaf: Leaf, value: float) -> bool:
    """Whether a value leaves the range by more than its last digits."""
    return not isclose(value, within(leaf, value), rel_tol=ROUNDING)


def within(leaf: Leaf, value: float) -> float:
    """The value, or the end of the parameter's range that it passes."""
    return float(min(max(value, leaf.low), leaf.high))


def _idle(kind: str, raw: dict[str, Any]) -> list[str]:
    used = {"triangular": {"mode"}, "normal": {"mean", "sd"}, "lognormal": {"mean", "sd"}}
    return [key for key in ("mode", "mean", "sd") if key in raw and key not in used.get(kind, ())]


def _wrong_spread(kind: str, raw: dict[str, Any], low: float, high: float) -> list[str]:
    wrong = []
    if "sd" in raw and raw["sd"] <= 0:
        wrong.append(f"sd ({raw['sd']:g}) must be above 0")
    if "mean" in raw and not low <= raw["mean"] <= high:
        wrong.append(f"mean ({raw['mean']:g}) must lie between {low:g} and {high:g}")
    if kind == "lognormal" and (low < 0 or raw.get("mean", high) <= 0):
        wrong.append("a lognormal value, its low and its mean are above 0")
    return wrong


QUARTER_OF_RANGE = 4
"""Where no sd is given, low and high lie two standard deviations from the middle."""


def value_of(raw: Any, leaf: Leaf) -> ParameterValue:  # noqa: ANN401
    """A good entry as the design takes it."""
    if isinstance(raw, list):
        return tuple(within(leaf, each) for each in raw)
    if not isinstance(raw, dict):
        return within(leaf, raw)
    kind = raw.get("distribution", "uniform")
    low, high = within(leaf, raw.get("low", leaf.low)), within(leaf, raw.get("high", leaf.high))
    middle = leaf.value if low < leaf.value < high else (low + high) / 2
    mode = float(raw.get("mode", middle)) if kind == "triangular" else None
    bell = kind in {"normal", "lognormal"}
    mean = float(raw.get("mean", middle)) if bell else None
    sd = float(raw.get("sd", (high - low) / QUARTER_OF_RANGE)) if bell else None
    return Distribution(kind, low, high, mode, mean, sd)
