"""Figures of a tuning: what was learned of each parameter, and how the record is met."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.figures.palette import INK, SOFT
from experiments.figures.style import headline, new_figure, save, styled
from experiments.record.measurement import load_measurement
from experiments.tuning.fit import Fit
from scenarios.parameters import load_parameters
from scenarios.vocabulary import STATES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Floats = NDArray[np.float64]
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


def fits(
    figures: pd.DataFrame, worlds: Floats, slopes: dict[str, float], until: int, variable: str
) -> Figure:
    """A panel a dyad: the record with its errors, and the range of 90 % of the worlds."""
    tool = load_measurement().instruments[variable]
    mine = figures[figures["variable"] == variable]
    partners = [each for each in tool.partners if each in set(mine["partner"])]
    figure = new_figure(13, 2.1 * len(partners) + 0.9)
    axes = figure.subplots(len(partners), len(STATES), squeeze=False, sharex=True)
    for row, partner in enumerate(partners):
        for column, state in enumerate(STATES):
            part = mine[(mine["partner"] == partner) & (mine["state"] == state)]
            _fit(axes[row, column], part, slopes.get(variable, 1.0) * worlds, until)
            axes[row, column].set_title(f"{state} {partner}".strip(), fontsize=8)
    note = (
        f"Dots: the record, with two errors of one figure (open: mirror figures). Band: 90 % of "
        f"worlds of a free run; line: their median. To the right of the line, nothing was tuned "
        f"(after {until}). Where levels are free (all but shares and stocks), the band is moved "
        "to the record's mean before that line."
    )
    headline(figure, f"{variable.replace('_', ' ').capitalize()}: record and model", note)
    return figure


def _fit(axis: Axes, part: pd.DataFrame, x: Floats, until: int) -> None:
    if part.empty:
        axis.set_axis_off()
        return
    tool = load_measurement().instruments[part["variable"].iloc[0]]
    mine = x[part.index]
    past = (part["year"] <= until).to_numpy()
    if tool.slope_sd > 0 and past.any():
        gap = part["y"].to_numpy(float) - np.median(mine, axis=1)
        mine = mine + gap[past].mean()
    low, middle, high = (tool.back(np.quantile(mine, q, axis=1)) for q in (0.05, 0.5, 0.95))
    order = np.argsort(part["year"].to_numpy(), kind="stable")
    year = part["year"].to_numpy(float)[order]
    axis.fill_between(year, low[order], high[order], color=PALE, lw=0)
    axis.plot(year, middle[order], color=BLUE, lw=1.2)
    y, error = part["y"].to_numpy(float), 2 * part["error"].to_numpy(float)
    ends = np.abs([tool.back(y - error) - part["value"], tool.back(y + error) - part["value"]])
    mirror = (part["lens"] != "national").to_numpy()
    for chosen, face in ((~mirror, INK), (mirror, "white")):
        axis.errorbar(
            part["year"][chosen], part["value"][chosen], ends[:, chosen],
            fmt="o", ms=2.6, mfc=face, color=INK, elinewidth=0.6, mew=0.6,
        )  # fmt: skip
    axis.axvline(until + 0.5, color=SOFT, lw=0.8)
    axis.tick_params(labelsize=7)


def reliability(scores: pd.DataFrame) -> Figure:
    """How often what happened lay in central intervals of each width, by variable and drivers."""
    from experiments.tuning.scoring import CHANGE, within

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


def draw(fit: Fit, figures: pd.DataFrame, worlds: Floats, folder: Path) -> None:
    """All figures of a tuning."""
    with styled():
        save(prior_and_posterior(fit), folder, "prior_and_posterior")
        for variable in dict.fromkeys(figures["variable"]):
            found = fits(figures, worlds, fit.slopes, fit.until, variable)
            save(found, folder, f"fit_{variable}")
