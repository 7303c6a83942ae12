"""Parameters as users set them: `NAME=VALUE`, `NAME=LOW:HIGH`, `NAME=A,B,C`, or from Python."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from experiments.errors import BadInput, as_float
from scenarios.registry import Registry
from scenarios.scenario import Distribution, ParameterValue
from scenarios.settings import value_of


def read_settings(words: Iterable[str]) -> dict[str, ParameterValue]:
    """Return what each word sets: a number, a range (uniform) or a list to cross.

    >>> read_settings(["attention_cost=0.5", "loss_aversion=1:3"])
    {'attention_cost': 0.5, 'loss_aversion': Distribution(kind='uniform', low=1.0, high=3.0, ...)}
    """
    found: dict[str, ParameterValue] = {}
    wrong: list[str] = []
    for word in words:
        try:
            name, value = _setting(word)
        except BadInput as refused:
            wrong.append(str(refused))
            continue
        if name in found:
            wrong.append(f"--set {name}: given twice; a list to cross is {name}=A,B")
        found[name] = value
    if wrong:
        raise BadInput(*wrong)
    return found


def _setting(word: str) -> tuple[str, ParameterValue]:
    name, sign, text = (part.strip() for part in word.partition("="))
    try:
        if not (name and sign):
            raise ValueError  # noqa: TRY301 (told below, with the other ways to be wrong)
        return name, _value(text)
    except ValueError:
        expected = "expected NAME=VALUE, NAME=LOW:HIGH (LOW the lower) or NAME=A,B,C"
        raise BadInput(f"--set {word}: {expected}") from None


def _value(text: str) -> ParameterValue:
    if ":" in text:
        low, high = map(_number, text.split(":"))
        if not low < high:
            raise ValueError
        return Distribution("uniform", low, high)
    several = tuple(map(_number, text.split(",")))
    return several if len(several) > 1 else several[0]


def _number(text: str) -> float:
    """Return a number as files write it: Python takes `0_5` and other digits too."""
    if "_" in text or not text.isascii():
        raise ValueError
    return float(text)


def in_floats(given: Any) -> Any:  # noqa: ANN401 (whatever Python hands over)
    """Return a setting from Python with all its numbers as Python's own, which files can hold.

    >>> import numpy as np
    >>> in_floats([np.float32(0.5), 2]), in_floats(Distribution("uniform", 1, np.int64(3))).high
    ((0.5, 2.0), 3.0)
    """
    if isinstance(given, list | tuple | range) or getattr(given, "ndim", 0) == 1:
        return tuple(map(as_float, given))
    if isinstance(given, Mapping):
        return {key: as_float(each) for key, each in given.items()}
    if isinstance(given, Distribution):
        return replace(given, **{key: as_float(each) for key, each in vars(given).items()})
    return as_float(given)


def written(given: Distribution) -> dict[str, Any]:
    """Return a distribution as scenario files write it.

    >>> written(Distribution("uniform", 1.0, 3.0))
    {'distribution': 'uniform', 'low': 1.0, 'high': 3.0}
    """
    found = {key: each for key, each in vars(given).items() if each is not None}
    return {"distribution": found.pop("kind"), **found}


def designed(registry: Registry, name: str, given: Any) -> ParameterValue:  # noqa: ANN401
    """Return a setting from Python, already checked, as the design takes it."""
    value: ParameterValue = (
        value_of(given, registry.leaves[name]) if isinstance(given, Mapping) else given
    )
    return value
