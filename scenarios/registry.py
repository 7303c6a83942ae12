"""Parameters as they are known once read: every number with range, unit and source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from scenarios.faults import nearest
from scenarios.vocabulary import CONTESTED, DOMAINS, OPTIONS, POWERS, STATES, code_of, instead

FloatArray = NDArray[np.float64]

LABELS: dict[str, Sequence[str]] = {
    "domain": DOMAINS,
    "earned_domain": tuple(each for each in DOMAINS if each != "trade"),
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


@dataclass(frozen=True)
class Spread:
    """How judgement varies a parameter over worlds: `lognormal` or `dirichlet`.

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
    spread: str = "range"
    """How it varies over worlds where no posterior holds it: a kind of spread, its range, or ""."""
    exact: str = ""
    """Why it is the same in all worlds."""


@dataclass(frozen=True, eq=False)
class Parameter:
    """A number or a table of numbers; `value`, `low` and `high` have the shape of its axes.

    Over worlds it varies by its `spread`; without one, over its range; not at all if it is
    `exact`, which says why.
    """

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
    exact: str = ""
    before: tuple[int, float] | None = None
    """The first year whose figures taught the value, and what it was taken for until then."""

    @property
    def leaf_names(self) -> list[str]:
        """Official names in the order of `value.ravel()`.

        >>> from scenarios.parameters import load_parameters
        >>> load_parameters()["adjustment_speed"].leaf_names[-1]
        'adjustment_speed.labour'
        """
        labels = product(*(LABELS[axis] for axis in self.axes))
        return [".".join((self.name, *each)) for each in labels]

    @property
    def leaves(self) -> list[Leaf]:
        """Its numbers one by one."""
        tables = [each.ravel().tolist() for each in (self.value, self.low, self.high)]
        kind = "" if self.exact else self.spread.kind if self.spread else "range"
        texts = (self.unit, self.source, self.about, kind, self.exact)
        return [
            Leaf(name, value, low, high, *texts)
            for name, value, low, high in zip(self.leaf_names, *tables, strict=True)
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

    def as_of(self, year: int) -> Registry:
        """The registry as it was when figures of a year were the latest."""
        late = {
            name: replace(each, value=np.full_like(each.value, each.before[1]))
            for name, each in self.items()
            if each.before is not None and year < each.before[0]
        }
        return Registry({**self, **late}) if late else self

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
            raise KeyError(self.unknown(name))
        leaf = self.leaves[name]
        if not leaf.low <= value <= leaf.high:
            msg = f"{name} = {value:g} is outside {leaf.low:g} to {leaf.high:g} ({leaf.unit})"
            raise ValueError(msg)

    def unknown(self, name: str) -> str:
        """What to tell a user of a name that no number has: what it stands for, or the nearest."""
        if own := [leaf for leaf in self.leaves if leaf.startswith(f"{name}.")]:
            return f"'{name}' is a table; name one of its numbers, from {own[0]} to {own[-1]}"
        if told := instead(name):
            return told
        respelt = ".".join(code_of(part) or part for part in name.split("."))
        said = nearest(respelt, self.leaves if "." in name else self)
        command = "'crossroads parameters WORD' lists those of a word"
        more = "" if said.startswith("did") else f"; {command}"
        return f"unknown parameter '{name}'; {said}{more}"


class Numbers:
    """Named arrays with worlds last, read as attributes: parameters, or a quarter's drivers."""

    def __init__(self, **arrays: FloatArray) -> None:
        """Take the arrays under their names."""
        vars(self).update(arrays)

    if TYPE_CHECKING:  # every attribute is an array

        def __getattr__(self, name: str) -> FloatArray:
            """Return an array by its name."""
