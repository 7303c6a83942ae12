"""Figures and tables of sensitivity and scenario discovery."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from experiments.figures.palette import INK, SOFT
from experiments.figures.style import headline, new_figure
from experiments.tuning.discover import Discovery, curve
from experiments.tuning.measurement import rows_of
from experiments.tuning.sensitivity import Sensitivity

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BLUE, RED, PALE = "#1f5a99", "#b3472e", "#c9d8e8"
SHOWN = 15
MEANING = {
    "sobol": "total effect (part of the variance that an input has a hand in)",
    "morris": "mean absolute elementary effect, in units of the outcome over the whole range",
    "pawn": "median distance between the outcome's distribution and the same with the input known",
}


def tornado(found: Sensitivity, what: str) -> Figure:
    """A panel an outcome: the mean outcome at the low and the high end of the strongest inputs."""
    outcomes = list(dict.fromkeys(found.indices["outcome"]))
    figure = new_figure(7.2 * len(outcomes), 5.4)
    axes = figure.subplots(1, len(outcomes), squeeze=False)[0]
    for axis, name in zip(axes, outcomes, strict=True):
        part = found.indices[found.indices["outcome"] == name]
        _tornado(axis, part.nlargest(SHOWN, "index")[::-1], name)
    note = (
        f"Bars: mean outcome where an input lies in its lowest (red) and in its highest (blue) "
        f"tenth; line: the median. In brackets the index: {MEANING[found.method]}."
    )
    headline(figure, f"What {what} depends on", note)
    return figure


def _tornado(axis: Axes, part: pd.DataFrame, name: str) -> None:
    middle = float(part["middle"].iloc[0])
    place = np.arange(len(part))
    for column, colour in (("at_low", RED), ("at_high", BLUE)):
        axis.barh(place, part[column] - middle, left=middle, height=0.7, color=colour)
    axis.axvline(middle, color=INK, lw=0.8)
    labels = [f"{row.input} ({row.index_:.2f})" for row in rows_of(_renamed(part))]
    axis.set_yticks(place, labels, fontsize=7)
    axis.set_title(name)
    axis.grid(visible=True, axis="x")


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


def told(found: Sensitivity, what: str) -> str:
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
