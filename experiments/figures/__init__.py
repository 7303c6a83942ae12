"""Figures of a results folder, each a function from `Results` to a matplotlib figure.

    from experiments import load
    from experiments.figures import influence, save

    save(influence(load("results/first")), Path("figures"), "influence")

`CATALOGUE` lists all of them; they are imported when first asked for.
"""

from __future__ import annotations

from typing import Any

from experiments.figures.catalogue import CATALOGUE, drawable

__all__ = ["CATALOGUE", "drawable", "save"]


def __getattr__(name: str) -> Any:  # noqa: ANN401 (a module can hold anything)
    """Import a figure when it is first asked for."""
    if name in CATALOGUE:
        return CATALOGUE[name].function
    if name == "save":
        from experiments.figures.style import save

        return save
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
