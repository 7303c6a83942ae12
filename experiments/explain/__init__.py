"""Why a state moved and why a power spent where it did: the terms of their own rules, in shares.

from experiments import load
from experiments.explain import explained

explanation = explained(load("results/first"), "frozen_ukraine", "UZB", against="baseline")
print(explanation.words("security"))
explanation.moves  # a frame: quarter, domain, option, term, value, low, high
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__all__ = ["Explanation", "explained"]


def __getattr__(name: str) -> Any:  # noqa: ANN401 (a module can hold anything)
    """Import what is asked for when it is first asked for."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module("experiments.explain.explanation"), name)
