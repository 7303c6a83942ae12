"""Parameters as users set them: `NAME=VALUE`, `NAME=LOW:HIGH`, `NAME=A,B,C`, or from Python."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from experiments.refusals import BadInput
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
        expected = "expected NAME=VALUE, NAME=LOW:HIGH or NAME=A,B,C"
        raise BadInput(f"--set {word}: {expected}") from None


def _value(text: str) -> ParameterValue:
    if ":" in text:
        low, high = (float(part) for part in text.split(":"))
        if not low < high:
            raise ValueError
        return Distribution("uniform", low, high)
    several = tuple(float(part) for part in text.split(","))
    return several if len(several) > 1 else several[0]


def designed(registry: Registry, name: str, given: Any) -> ParameterValue:  # noqa: ANN401
    """Return a setting from Python, already checked, as the design takes it."""
    if isinstance(given, Mapping):
        return value_of(dict(given), registry.leaves[name])
    value: ParameterValue = tuple(given) if isinstance(given, list) else given
    return value
