"""Figures and tables of sensitivity and scenario discovery."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from experiments.figures.bars import MEANING
from experiments.figures.palette import INK, SOFT
from experiments.figures.style import headline, new_figure
from experiments.record.measurement import rows_of
from experiments.tuning.discover import Discovery, curve
from experiments.tuning.sensitivity import Sensitivity

if TYPE_CHECKING:
    from matplotlib.figure import Figure

RED = "#b3472e"
SHOWN = 15


def _renamed(part: pd.DataFrame) -> pd.DataFrame:
    return part.rename(columns={"index": "index_"})


def trade_off(found: Discovery) -> Figure:
    """Coverage against density of every box on the way, and of the one that is told."""
    table, own = curve(found), found.found
    figure = new_figure(6.2, 4.6)
    axis = figure.subplots()
    axis.plot(table["coverage"], table["density"], color=SOFT, lw=0.8)
    dots = axis.scatter(table["coverage"], table["density"], c=table["restricted"], s=22,
                        cmap="Blues", edgecolor=INK, lw=0.3)  # fmt: skip
    axis.scatter(own.coverage, own.density, s=90, facecolor="none", edgecolor=RED, lw=1.6)
    held = found.held
    if held is not None:
        axis.scatter(held.coverage, held.density, s=60, marker="x", color=RED)
    figure.colorbar(dots, ax=axis, label="inputs restricted")
    axis.set(xlim=(-0.02, 1.03), ylim=(0, 1.03), xlabel="coverage", ylabel="density")
    note = "Ring: the box that is told, without what may be chance; cross: on fresh worlds."
    headline(figure, found.condition, note)
    return figure


def sensitivity_text(found: Sensitivity, what: str) -> str:
    """Indices in words and numbers, the strongest inputs first."""
    lines = [f"{what}: {found.method}, {found.points:,} points; {MEANING[found.method]}."]
    for name in dict.fromkeys(found.indices["outcome"]):
        part = found.indices[found.indices["outcome"] == name].nlargest(SHOWN, "index")
        lines += [
            "",
            f"{name}",
            f"  {'':42}{'index':>7} {'95 %':>15}{'low end':>10}{'high end':>10}",
        ]
        lines += [
            f"  {row.input:42}{row.index_:>7.3f} [{row.low:>6.3f} {row.high:>6.3f}]"
            f"{row.at_low:>10.3f}{row.at_high:>10.3f}"
            for row in rows_of(_renamed(part))
        ]
        lines += _interactions(found, name)
    return "\n".join(lines)


def _interactions(found: Sensitivity, name: str) -> list[str]:
    if found.interactions.empty:
        return []
    part = found.interactions[found.interactions["outcome"] == name]
    sure = part[part["low"] > 0]
    if sure.empty:
        return ["  No interaction of two inputs is surely above zero."]
    return [
        "  Interactions surely above zero: "
        + ", ".join(f"{r.one} x {r.other} ({r.index_:.2f})" for r in rows_of(_renamed(sure)))
    ]
