"""The page of a tuning: what the record identifies, what it doesn't, and how far to trust it."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.record.measurement import load_measurement, rows_of
from experiments.tuning.convergence import ENOUGH, GOOD_R_HAT, converged, convergence_text
from experiments.tuning.fit import Fit
from experiments.tuning.sampling import POSTERIOR, misjudged
from scenarios.parameters import load_parameters

Floats = NDArray[np.float64]
LEARNED, SOMEWHAT = 0.6, 0.85
"""Posterior spread over prior spread: below the first a parameter is identified."""
UNIFORM_SD = 12**-0.5
OUTER, PRESSED = 0.05, 0.1
"""A posterior presses against an end of its range: the outer part of it, and the mass in there."""
LARGE = {"log": 0.35, "deviation": 0.1, "plain": 0.2}


def learned(fit: Fit) -> pd.DataFrame:
    """A row a parameter: its range, the posterior, and how much narrower it is than the prior."""
    leaves, rows = load_parameters().leaves, []
    agreed = fit.diagnostics
    known = pd.DataFrame() if agreed is None else agreed.set_index("leaf")
    for name, values in fit.members.items():
        leaf = leaves[name]
        narrow = float(values.std() / (UNIFORM_SD * (leaf.high - leaf.low)))
        low, middle, high = np.quantile(values, [0.05, 0.5, 0.95])
        told = dict(known.loc[name]) if name in known.index else {}
        rows.append(
            {"leaf": name, "shipped": leaf.value, "low": leaf.low, "high": leaf.high,
             "q05": low, "median": middle, "q95": high, "best": fit.best[name],
             "narrowing": narrow, "r_hat": told.get("r_hat", np.nan),
             "effective": told.get("effective", np.nan), "tail": told.get("tail", np.nan),
             "pressed": pressed(values, leaf.low, leaf.high)}
        )  # fmt: skip
    return pd.DataFrame(rows)


def pressed(values: Floats, low: float, high: float) -> str:
    """Against which end of its range a posterior presses: `low`, `high`, both or none."""
    unit = (values - low) / (high - low)
    ends = {"low": (unit < OUTER).mean(), "high": (unit > 1 - OUTER).mean()}
    return " and ".join(name for name, mass in ends.items() if mass > PRESSED)


def written(fit: Fit, moved: pd.DataFrame, made_from: str) -> str:
    """The page, in Markdown."""
    table = learned(fit)
    parts = [
        f"# Tuned to the record up to {fit.until}",
        made_from,
        (
            f"{len(fit.figures)} figures; nothing after {fit.until} was used. What follows "
            "describes the fit. It is not skill: `crossroads backtest` and `crossroads score` "
            "judge forecasts of what was not used."
        ),
        "## History matching",
        _matching(fit),
        *(_one_point(table) if (table["narrowing"] == 0).all() else _identified(table)),
        "## Convergence",
        _convergence(fit),
        "## Links",
        "Slopes of the links that need only rise: "
        + ", ".join(f"{name} {slope:.2f}" for name, slope in fit.slopes.items() if slope != 1)
        + ". Their levels are free.",
        "## Misfits",
        _misfits(moved),
    ]
    return "\n\n".join(parts) + "\n"


def _identified(table: pd.DataFrame) -> list[str]:
    """What a posterior says: what is identified, narrowed, left open or pressed to an end."""
    return [
        "## What the record identifies",
        _table_of(table, table["narrowing"] < LEARNED),
        "## What it narrows a little",
        _table_of(table, table["narrowing"].between(LEARNED, SOMEWHAT)),
        "## What it leaves open",
        _open(table),
        "## What presses against the end of its range",
        _pressing(table),
    ]


def _one_point(table: pd.DataFrame) -> list[str]:
    """What a single point says, which is nothing about what the record identifies."""
    head = "| parameter | range | shipped | best |\n|-|-|-|-|\n"
    return [
        "## What the record identifies",
        (
            "This method finds one point, and one point identifies nothing: it has no spread to "
            "hold against the prior's. A method that draws a posterior says what is identified."
        ),
        "## The best point",
        head
        + "\n".join(
            f"| {row.leaf} | {row.low:.4g}–{row.high:.4g} | {row.shipped:.4g} | {row.best:.4g} |"
            for row in rows_of(table)
        ),
    ]


def _open(table: pd.DataFrame) -> str:
    left = ", ".join(table[table["narrowing"] > SOMEWHAT]["leaf"]) or "none"
    return (
        f"Of the parameters that move anything on record: {left}. All other parameters of the "
        "registry move nothing on record by much, or have no counterpart in it: finance, energy, "
        "technology, culture and labour have no series at all. They keep their ranges, and what "
        "rests on them is judgement."
    )


def _pressing(table: pd.DataFrame) -> str:
    found = table[table["pressed"] != ""]
    if found.empty:
        return "Nothing."
    named = ", ".join(f"{row.leaf} ({row.pressed})" for row in rows_of(found))
    return (
        f"{named}: more than {PRESSED:.0%} of the posterior lies in the outer {OUTER:.0%} of the "
        "range. There the range decides, which is judgement, and not the record, which would go "
        "further: either the range is too narrow, or the parameter makes up for something that "
        "the model leaves out."
    )


def _matching(fit: Fit) -> str:
    told = fit.matching
    relaxed = (
        " The cut-off of three standard deviations left next to nothing, so the least implausible "
        "points were kept: the model misfits the record somewhere, see below."
        if told["relaxed"]
        else ""
    )
    return (
        f"Of {told['points']:,} points of the prior {told['plausible']:,} "
        f"({told['share']:.1%}) are not ruled out by their third worst dyad.{relaxed}"
    )


def _table_of(table: pd.DataFrame, chosen: pd.Series[bool]) -> str:
    rows = table[chosen].sort_values("narrowing")
    if rows.empty:
        return "Nothing."
    head = "| parameter | range | shipped | 5 % | median | 95 % | spread left |\n|-|-|-|-|-|-|-|\n"
    return head + "\n".join(
        f"| {row.leaf} | {row.low:.4g}–{row.high:.4g} | {row.shipped:.4g} | {row.q05:.4g} "
        f"| {row.median:.4g} | {row.q95:.4g} | {row.narrowing:.0%} |"
        for row in rows_of(rows)
    )


def _convergence(fit: Fit) -> str:
    if fit.diagnostics is None:
        return "There are no chains: this method draws no posterior."
    found = fit.stages[POSTERIOR]
    advice = "" if converged(fit.diagnostics) else " Take more steps before relying on it."
    chains, steps = found["chains"].shape[:2]
    unseen = ", then ".join(f"{each:.2f}" for each in misjudged(fit.stages))
    return (
        f"The posterior {convergence_text(fit.diagnostics)}: every chain is judged by "
        f"itself; an R-hat below {GOOD_R_HAT} and sizes of {ENOUGH} are good.{advice} "
        f"{chains} chains of {steps} steps, a warm-up not counted. An emulator proposed each step "
        f"and the hindcast decided: it took {found['accepted'].mean():.0%} of what was proposed. "
        "The emulator's log-likelihood was off by (root mean square, but for a constant, on points "
        f"it had not seen): {unseen}. Sizes of noise are drawn from a sample of their range, by "
        "the likelihood of past changes."
    )


def _misfits(moved: pd.DataFrame) -> str:
    tools = load_measurement().instruments
    limit = np.array([LARGE[tools[name].transform] for name in moved["variable"]])
    tied = np.array([tools[name].slope_sd == 0 for name in moved["variable"]])
    large = moved[tied & (moved["correction"].abs() > limit)]
    head = (
        "Corrections that would move each series to its last observation within the tuning "
        "period, where they are large (log points; +0.35 is 40 % too low):\n\n"
    )
    if large.empty:
        return "No series ends the tuning period far from the record."
    return head + "\n".join(
        f"- {row.variable} {row.state} {row.partner} ({row.lens}, {row.year}): "
        f"{row.correction:+.2f}"
        for row in rows_of(large)
    )
