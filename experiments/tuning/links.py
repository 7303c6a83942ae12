"""What a move of the model has been worth in each observed variable, and what it missed.

One estimator serves every variable. From moves within series up to the origin it learns

- the *slope*: how much of a move of the model shows in the record. Each partner's common drift is
  taken out first, for any two things that grow go together. It is drawn towards 1 where the
  declaration says that the two are the same thing, and towards 0 (nothing follows) where the link
  need only rise; it never exceeds what is declared.
- the *momentum*: how much of what the model missed in one year goes on in the next.
- the *spread*: how far past moves were from what slope and momentum make of the model. Squares
  shrink with a power of the level, for shares move less in proportion the larger they are.

A slope and a momentum of zero are persistence, with a spread.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.record.measurement import Instrument, load_measurement
from experiments.tuning.moves import Moves, Past, Series, past_of

Floats = NDArray[np.float64]
NEAR = 4
"""Years over which moves teach slope, momentum and the power of the level."""
POWERS = np.linspace(0, 1, 9)
SAME = 0.2
"""Standard deviation of the slope where model and record are the same thing."""
FADING = 0.3
"""Standard deviation of the momentum, around none."""
LONGEST = 0.9
POOLED = 6.0
"""Misses of all series weigh as much as so many of a series' own ..."""
MODELLED = 3.0
"""... and the spread of the worlds as much as so many."""
TINY = 1e-12


@dataclass(frozen=True)
class Link:
    """What is known of one variable at an origin."""

    tool: Instrument
    slope: float
    momentum: float
    power: float
    past: Past

    def centre(self, model: float, before: float, model_before: float, years: int) -> float:
        """The expected change over so many years.

        `model` is the change of the median world over them; `before` and `model_before` are the
        changes in the year before (NaN where that is not on record).
        """
        missed = before - self.slope * model_before
        return self.slope * model + float(echo(self.momentum, years) * np.nan_to_num(missed))

    def misses(self) -> Floats:
        """What this rule would have missed of every past move."""
        each = self.past.moves
        left = np.nan_to_num(each.before - self.slope * each.model_before)
        return each.change - self.slope * each.model - echo(self.momentum, each.years) * left

    def variance(
        self, series: Series, years: int, level: float, worlds: float, error: float
    ) -> float:
        """Variance of a change over so many years, from past misses of the nearest span.

        `worlds` and `error` are the variances of the worlds and of the figures, `level` the last
        value. Worlds that agree are no surer than the declaration says that the model may be.
        """
        moves, own = self.past.moves, error + max(worlds, self._left_out(years))
        spans = moves.years[moves.years <= years]
        if not len(spans):
            return own
        near = moves.years == spans.max()
        square = self.misses() ** 2 * (moves.level / level) ** (2 * self.power)
        square, weight = square[near] * years / spans.max(), moves.weight[near]
        mine = moves.series[near] == self.past.numbers.get(series, -1)
        total = (weight * square)[mine].sum() + POOLED * np.average(square, weights=weight)
        return float((total + MODELLED * own) / (weight[mine].sum() + POOLED + MODELLED))

    def _left_out(self, years: int) -> float:
        """What the declaration says that the model leaves out of a change."""
        size, memory = self.tool.discrepancy
        return float(2 * size**2 * (1 - np.exp(-years / memory)))


def links_of(figures: pd.DataFrame, worlds: Floats, origin: int) -> dict[str, Link]:
    """A link for every variable, from rows up to the origin; `worlds` is (row, worlds)."""
    tools = load_measurement().instruments
    median = np.median(worlds, axis=1)
    return {
        name: _link(tools[name], past) for name, past in past_of(figures, median, origin).items()
    }


def _link(tool: Instrument, past: Past) -> Link:
    near = past.moves.where(past.moves.years <= NEAR)
    power = _power(near) if tool.transform == "log" else 0.0
    slope = _slope(near, tool, power)
    return Link(tool, slope, _momentum(near, slope, power), power, past)


def echo(momentum: float, years: float | Floats) -> Floats:
    """How much of last year's surprise is added over so many years: it fades every year.

    >>> float(echo(0.5, 2))
    0.75
    """
    return np.asarray(momentum * (1 - momentum**years) / (1 - momentum))


def _power(moves: Moves) -> float:
    """The power of the level that makes past changes most even, by likelihood."""
    if not len(moves.years):
        return 0.0
    weight, level = moves.weight / moves.years, np.log(moves.level)

    def likelihood(power: float) -> float:
        even = (moves.change * np.exp(power * level)) ** 2 / moves.years
        scale = np.log(np.average(even, weights=weight) + TINY) / 2
        return float(power * np.average(level, weights=weight) - scale)

    return float(max(POWERS, key=likelihood))


def _slope(moves: Moves, tool: Instrument, power: float) -> float:
    """Least squares through the origin on what partners' drifts leave, drawn to its prior."""
    centre, size = (1.0, SAME) if tool.slope_sd == 0 else (0.0, tool.slope)
    if not len(moves.years):
        return centre
    even = moves.level ** (2 * power) * moves.weight / moves.years
    off = moves.change - tool.slope * moves.model
    scale = np.average(off**2 * even / moves.weight, weights=moves.weight / moves.years) + TINY
    sure = even / moves.years / scale / NEAR  # moves over one to four years tell the same story
    x, y = (_without_drift(each, moves, sure) for each in (moves.model, moves.change))
    found = ((sure * x * y).sum() + centre / size**2) / ((sure * x * x).sum() + 1 / size**2)
    return float(np.clip(found, 0, tool.slope))


def _without_drift(change: Floats, moves: Moves, sure: Floats) -> Floats:
    """Changes without the yearly drift that all series of a partner have in common."""
    left = change.copy()
    for partner in np.unique(moves.partner):
        mine, years = moves.partner == partner, moves.years
        pull = (sure * years)[mine]
        left[mine] -= years[mine] * (pull @ change[mine]) / (pull @ years[mine])
    return left


def _momentum(moves: Moves, slope: float, power: float) -> float:
    """How much of a year's surprise comes again in the next, drawn to none."""
    one = moves.where((moves.years == 1) & np.isfinite(moves.before))
    if not len(one.years):
        return 0.0
    weight = one.weight * one.level ** (2 * power)
    now, before = one.change - slope * one.model, one.before - slope * one.model_before
    scale = (weight * now**2).mean() + TINY
    found = (weight * now * before).sum() / ((weight * before**2).sum() + scale / FADING**2)
    return float(np.clip(found, 0, LONGEST))
