"""Figures of a tuning, of backtests and of scenario discovery."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from experiments.figures.palette import INK, SOFT
from experiments.figures.style import headline, new_figure
from experiments.tuning.discover import Discovery, curve
from experiments.tuning.fit import Fit
from experiments.tuning.scoring import CHANGE, within
from scenarios.parameters import load_parameters

if TYPE_CHECKING:
    from matplotlib.figure import Figure

BLUE, PALE, RED = "#1f5a99", "#c9d8e8", "#b3472e"
COLUMNS = 6
BINS = 24


def prior_and_posterior(fit: Fit) -> Figure:
    """A panel a parameter: its range, the posterior in it, the shipped value and the best point."""
    names = list(fit.members)
    leaves, rows = load_parameters().leaves, -(-len(names) // COLUMNS)
    figure = new_figure(13, 1.35 * rows + 1.0)
    axes = figure.subplots(rows, COLUMNS, squeeze=False).ravel()
    for axis, name in zip(axes, names, strict=False):
        leaf = leaves[name]
        edges = np.linspace(leaf.low, leaf.high, BINS)
        axis.axhspan(0, 1 / (leaf.high - leaf.low), color=PALE, lw=0)
        axis.hist(fit.members[name], edges, density=True, histtype="stepfilled", color=BLUE)
        axis.axvline(leaf.value, color=INK, lw=1, ls=":")
        axis.axvline(fit.best[name], color=RED, lw=1)
        axis.set_title(name, fontsize=7, weight="normal")
        axis.set_yticks([])
        axis.tick_params(labelsize=6)
    for axis in axes[len(names) :]:
        axis.set_axis_off()
    note = "Pale: prior. Blue: posterior. Dotted: the registry's value. Red: the best point."
    headline(figure, f"What the record up to {fit.until} says about the parameters", note)
    return figure


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


def reliability(scores: pd.DataFrame) -> Figure:
    """How often what happened lay in central intervals of each width, by variable and drivers."""
    levels = scores[~scores["variable"].str.endswith(CHANGE)]
    kinds = list(dict.fromkeys(levels["drivers"]))
    figure = new_figure(4.2 * len(kinds), 4.2)
    axes = figure.subplots(1, len(kinds), squeeze=False)[0]
    widths = np.linspace(0.05, 0.95, 19)
    for axis, kind in zip(axes, kinds, strict=True):
        axis.plot([0, 1], [0, 1], color=SOFT, lw=0.8)
        for name, part in levels[levels["drivers"] == kind].groupby("variable"):
            share = [within(part["rank"], width).mean() for width in widths]
            axis.plot(widths, share, lw=1.4, label=f"{str(name).replace('_', ' ')} ({len(part)})")
        axis.set(xlim=(0, 1), ylim=(0, 1.02), title=f"drivers {kind}", xlabel="width of interval")
        axis.set_ylabel("share of figures inside")
        axis.legend(fontsize=6.5, loc="lower right")
    headline(figure, "Reliability: on the diagonal, intervals hold what they promise")
    return figure
