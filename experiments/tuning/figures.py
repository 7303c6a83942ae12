"""Figures of a tuning, of backtests and of scenario discovery."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from experiments.figures.palette import INK, SOFT
from experiments.figures.style import headline, new_figure, page
from experiments.results.estimates import percent
from experiments.tuning.discover import Discovery, curve
from experiments.tuning.fit import Fit
from experiments.tuning.scoring import CHANGE, within
from scenarios.lists import listed
from scenarios.parameters import load_parameters

if TYPE_CHECKING:
    from matplotlib.axes import Axes
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


def worlds_and_box(found: Discovery) -> Figure:
    """Worlds in the plane of the two inputs that a box limits most, with the box; its trade-off."""
    x, y, box = found.cases.x, found.cases.y, found.box
    alone = ((x >= box.low) & (x <= box.high)).mean(axis=0)  # how much of all each limit leaves
    across, up = np.argsort(alone, kind="stable")[:2] if x.shape[1] > 1 else (0, 0)
    with page(10.4, 4.9) as figure:
        plane, way = figure.subplots(1, 2, width_ratios=[1.35, 1])
        for happened, colour, size in ((False, PALE, 9), (True, BLUE, 12)):
            shown = y == happened
            plane.scatter(x[shown, across], x[shown, up], s=size, color=colour, lw=0)
        plane.autoscale(enable=False)
        ends = [np.clip((box.low[n], box.high[n]), *lim)
                for n, lim in ((across, plane.get_xlim()), (up, plane.get_ylim()))]  # fmt: skip
        (left, right), (low, high) = ends
        plane.fill([left, right, right, left], [low, low, high, high], fill=False, ec=RED, lw=1.8)
        plane.set(xlabel=found.cases.names[across], ylabel=found.cases.names[up])
        plane.grid(visible=False)
        _trade_off(way, found)
        note = (
            "Left: worlds in which it happens (blue) and does not (pale), and the box, in the "
            "plane of the two inputs that it limits most. Right: every box on the way; coverage is "
            "the part of all cases in it, density the part of its worlds in which it happens; "
            "ring: this box, cross: on fresh worlds."
        )
        headline(figure, _finding(found), note)
    return figure


def _trade_off(axis: Axes, found: Discovery) -> None:
    """Draw coverage against density of every box on the way, and of the one that is shown."""
    table, own, held = curve(found), found.found, found.held
    axis.plot(table["coverage"], table["density"], "-o", color=SOFT, lw=0.8, ms=3.5)
    axis.scatter(own.coverage, own.density, s=90, facecolor="none", edgecolor=RED, lw=1.6)
    if held is not None:
        axis.scatter(held.coverage, held.density, s=60, marker="x", color=RED)
    axis.set(xlim=(-0.02, 1.03), ylim=(0, 1.03), xlabel="coverage", ylabel="density")


def _finding(found: Discovery) -> str:
    """Say how often it happens in the box, on these worlds and on fresh ones, and in all."""
    names = [found.cases.names[place] for place in found.box.restricted]
    if not names:
        return f"{found.condition}: nothing that varies tells where it happens"
    held = f" ({percent(found.held.density)} on fresh ones)" if found.held is not None else ""
    return (
        f"{found.condition}: in {percent(found.found.density)} of the worlds in a box of "
        f"{listed(names)}{held}, in {percent(float(found.cases.y.mean()))} of all"
    )


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
