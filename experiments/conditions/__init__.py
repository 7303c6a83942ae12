"""Conditions on worlds, in words: `security CHN > RUS in TJK held 4 quarters by 2035-Q4`.

`parse` reads one, `holding` finds the worlds of a results folder in which it holds. The language
is described in docs/questions.md; nothing in it is ever executed as code.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from experiments.conditions.grammar import parse
from experiments.conditions.terms import Condition

if TYPE_CHECKING:
    from experiments.conditions.worlds import Holding, holding

__all__ = ["Condition", "Holding", "holding", "parse"]


def __getattr__(name: str) -> Any:  # noqa: ANN401 (a module can hold anything)
    """Import what reads results when it is first asked for."""
    if name in {"Holding", "holding"}:
        return getattr(import_module("experiments.conditions.worlds"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
