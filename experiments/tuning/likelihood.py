"""How well predictions fit the record, with errors that belong together counted together.

Figures of one state, partner and variable share their luck from year to year. Their covariance
has four parts: the model's own spread over worlds (noise and judgement), what the model is known
to leave out (a discrepancy that fades over some years), an offset of each lens, and the error of
each figure. A link that need only rise has a slope that is fitted for every point, within its
prior.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.record.measurement import DYAD, Instrument, load_measurement

Floats = NDArray[np.float64]
STEEPEST = 3.0


@dataclass(frozen=True)
class Group:
    """The figures of one dyad: rows in the table of figures, and what is expected of them."""

    variable: str
    rows: NDArray[np.int64]
    y: Floats
    precision: Floats
    logdet: float
    variance: Floats
    """Variance of each figure by itself."""


@dataclass(frozen=True)
class Likelihood:
    """Log-likelihood of predictions (figure, points), by dyads that are independent."""

    groups: tuple[Group, ...]

    def __call__(self, predicted: Floats) -> Floats:
        """The log-likelihood of every point."""
        return cast("Floats", sum(found for _, found in self.parts(predicted)))

    def parts(self, predicted: Floats) -> Iterator[tuple[str, Floats]]:
        """The log-likelihood by variable."""
        for name in dict.fromkeys(group.variable for group in self.groups):
            tool = load_measurement().instruments[name]
            mine = [group for group in self.groups if group.variable == name]
            yield name, _of_variable(mine, predicted, tool)

    def slopes(self, predicted: Floats) -> dict[str, Floats]:
        """The slope of every link for every point; 1 where the link is the identity."""
        found = {}
        for name in dict.fromkeys(group.variable for group in self.groups):
            tool = load_measurement().instruments[name]
            mine = [group for group in self.groups if group.variable == name]
            found[name] = _slope(*_sums(mine, predicted), tool)
        return found


def _sums(groups: list[Group], predicted: Floats) -> tuple[Floats, Floats, float]:
    """Quadratic forms x'Px and x'Py (by point) and y'Py, summed over dyads."""
    xx = np.zeros(predicted.shape[1])
    xy = np.zeros(predicted.shape[1])
    yy = 0.0
    for each in groups:
        x = predicted[each.rows]
        px = each.precision @ x
        xx += (x * px).sum(axis=0)
        xy += each.y @ px
        yy += float(each.y @ each.precision @ each.y)
    return xx, xy, yy


def _slope(xx: Floats, xy: Floats, _yy: float, tool: Instrument) -> Floats:
    if tool.slope_sd == 0:
        return np.full_like(xx, tool.slope)
    weight = 1 / tool.slope_sd**2
    return np.clip((xy + weight * tool.slope) / (xx + weight), 0, STEEPEST)


def _of_variable(groups: list[Group], predicted: Floats, tool: Instrument) -> Floats:
    xx, xy, yy = _sums(groups, predicted)
    slope = _slope(xx, xy, yy, tool)
    misfit = yy - 2 * slope * xy + slope**2 * xx
    if tool.slope_sd > 0:
        misfit = misfit + ((slope - tool.slope) / tool.slope_sd) ** 2
    logdet = sum(group.logdet for group in groups)
    found = -0.5 * (misfit + logdet)
    return np.where(np.isfinite(found), found, -np.inf)


def likelihood_of(figures: pd.DataFrame, worlds: Floats, *, discrepant: bool = True) -> Likelihood:
    """The likelihood of figures; `worlds` (figure, worlds) shows how the model itself spreads.

    `figures` has the columns of `measurement.observed` and a plain index. Without `discrepant`
    nothing is allowed for what the model leaves out: noise must then explain all misfit.
    """
    tools = load_measurement().instruments
    groups = []
    for key, part in figures.groupby(DYAD, sort=False):
        tool = tools[str(key[0])]
        rows = part.index.to_numpy(np.int64)
        spread = np.atleast_2d(np.cov(worlds[rows])) * max(tool.slope, 0.0) ** 2
        covariance = spread + error_covariance(part, tool, discrepant=discrepant)
        precision = np.asarray(np.linalg.inv(covariance), dtype=np.float64)
        logdet = float(np.linalg.slogdet(covariance)[1])
        y = part["y"].to_numpy(float)
        groups.append(Group(str(key[0]), rows, y, precision, logdet, np.diag(covariance).copy()))
    return Likelihood(tuple(groups))


def error_covariance(part: pd.DataFrame, tool: Instrument, *, discrepant: bool = True) -> Floats:
    """Covariance of a dyad's figures that is not the model's: error, offsets and discrepancy."""
    year = part["year"].to_numpy(float)
    lens = part["lens"].to_numpy(str)
    size, memory = tool.discrepancy
    found = np.diag(part["error"].to_numpy(float) ** 2)
    if discrepant:
        found = found + size**2 * np.exp(-np.abs(year[:, None] - year[None, :]) / memory)
    state, partner = part["state"].iloc[0], part["partner"].iloc[0]
    offsets = np.array([tool.offset_of(state, partner, each) for each in lens])
    same = lens[:, None] == lens[None, :]
    return found + np.where(same, offsets[:, None] * offsets[None, :], 0.0)
