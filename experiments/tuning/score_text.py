"""Scores in words: what was tested, how it went, and plainly where simple rules win."""

from __future__ import annotations

from math import isnan
from pathlib import Path

import pandas as pd

from experiments.design.inputs import POSTERIOR
from experiments.record.measurement import load_measurement, rows_of
from experiments.tuning.backtest import ACTUAL, FROZEN, Judged
from experiments.tuning.convergence import convergence_text
from experiments.tuning.scoring import CHANGE, gathered, summarised
from scenarios.posterior import load_posterior

HEAD = (
    "skill = 1 - CRPS / CRPS(rule): above 0 the model beats the rule. walk: a random walk for\n"
    "each dyad, whose steps are as large as its past changes and those of its variable; brackets:\n"
    "90 % interval from resampled dyads. persistence, drift, trend: as wide as past changes were.\n"
    "Names ending in _change: changes within a dyad, in logarithms: big and small count alike."
)
WIDE = (0.85, 0.95)
LARGE = {"log": 0.35, "deviation": 0.1, "plain": 0.2}
"""How far from the record the model has to be, without luck, to be called a misfit."""


def backtest_text(found: Judged) -> str:
    """The scores of a backtest, first overall, then where it fails."""
    origins = sorted(set(found.scores["origin"]))
    parts = [
        (
            f"Backtest from {', '.join(map(str, origins))}: tuned on what came before each; "
            "forecasts go on from the last figure of each series as luck does."
        ),
        (
            f"drivers {ACTUAL}: as they turned out, which nobody knew then; {FROZEN}: held where "
            "they stood at the origin."
        ),
        "\n".join(
            f"The posterior of {fit.until} {convergence_text(fit.diagnostics)}; its draws are "
            f"worth {fit.effective:.0f}."
            for fit in found.fits
        ),
        HEAD,
        tabled(found.scores),
        "Skill against the walk by origin:",
        by(found.scores, "origin"),
        "By horizon:",
        by(found.scores, "horizon"),
        simplex_text(found.simplexes),
        verdict(found.scores),
        corrections_text(found.corrections),
    ]
    return "\n\n".join(part for part in parts if part)


def score_text(found: Judged, parameters: Path | None, first: int, last: int) -> str:
    """The scores of given parameters over a period."""
    until = tuned_until(parameters, first)
    which = parameters.name if parameters else f"the shipped posterior of figures up to {until}"
    seen = until is not None and until >= first
    told = (
        f"NOT SKILL: these parameters were tuned on figures up to {until}, so this period is one "
        "that they have seen."
    )
    parts = [
        told if seen else "",
        (
            f"Forecasts of {first} to {last} with {which}; drivers as they turned out. Each "
            f"series goes on from its last figure before {first}, as luck does."
        ),
        HEAD,
        tabled(found.scores),
        simplex_text(found.simplexes),
        verdict(found.scores),
        corrections_text(found.corrections),
    ]
    return "\n\n".join(part for part in parts if part)


def tuned_until(parameters: Path | None, first: int) -> int | None:
    """The last year that a posterior was tuned on, if that is known.

    None stands for the shipped one that forecasts from the year `first` on.
    """
    if parameters is None or str(parameters) == POSTERIOR:
        return load_posterior(before=None if parameters else first).until
    if parameters.suffix != ".parquet":
        return None
    import pyarrow.parquet as pq

    told = pq.read_schema(parameters).metadata or {}
    return int(told[b"until"]) if b"until" in told else None


def tabled(scores: pd.DataFrame) -> str:
    """One line a variable and kind of drivers."""
    lines = [
        (
            f"{'':30}{'drivers':9}{'n':>4}  {'walk':>20} {'persist.':>8} {'drift':>7} "
            f"{'trend':>7}  {'in 50 %':>8} {'in 90 %':>8} {'(walk)':>7}"
        )
    ]
    lines += [
        f"{row.variable:30}{row.drivers:9}{row.n:>4}  {row.walk:>+6.2f} "
        f"[{row.low:+.2f} {row.high:+.2f}] {row.persistence:>+8.2f} {row.drift:>+7.2f} "
        f"{row.trend:>+7.2f}  {row.coverage50:>8.0%} {row.coverage90:>8.0%} {row.walk90:>7.0%}"
        for row in rows_of(summarised(scores))
    ]
    return "\n".join(lines)


def by(scores: pd.DataFrame, column: str) -> str:
    """Skill against the walk by a column, one line a variable and kind of drivers."""
    cells = gathered(scores, ["variable", "drivers", column])
    table = cells.pivot_table(index=["variable", "drivers"], columns=column, values="skill_walk")
    head = f"{'':39}" + "".join(f"{name:>8}" for name in table.columns)
    lines = [
        f"{name:30}{drivers:9}"
        + "".join(f"{'' if isnan(value) else format(value, '+.2f'):>8}" for value in row)
        for (name, drivers), row in zip(table.index, table.to_numpy(), strict=True)
    ]
    return "\n".join([head, *lines])


def simplex_text(found: pd.DataFrame) -> str:
    """Log scores of whole compositions beside the walk's."""
    if found.empty:
        return ""
    grouped = found.assign(n=1).groupby(["variable", "drivers", "state"], sort=False)
    means = grouped.agg({"log_score": "mean", "log_score_walk": "mean", "n": "sum"}).reset_index()
    lines = [
        f"  {row.variable} {row.state}, drivers {row.drivers}: {row.log_score:+.2f}, walk "
        f"{row.log_score_walk:+.2f} ({row.n} years)"
        for row in rows_of(means)
    ]
    head = "All partners of a state together, mean log density of what happened (more is better):"
    return "\n".join([head, *lines])


def verdict(scores: pd.DataFrame) -> str:
    """Where the walk wins, and where intervals do not hold what they promise."""
    whole = summarised(scores)
    lines = [
        f"The walk wins: {row.variable}, drivers {row.drivers} ({row.walk:+.2f})"
        for row in rows_of(whole[whole["walk"] <= 0])
    ] or ["The walk wins nowhere over all dyads together."]
    cells = gathered(scores[~scores["variable"].str.endswith(CHANGE)],
                     ["variable", "state", "partner", "drivers"])  # fmt: skip
    worse = cells[(cells["skill_walk"] <= 0) & (cells["drivers"] == ACTUAL)]
    if len(worse):
        named = ", ".join(
            f"{row.variable} {row.state} {row.partner} ({row.skill_walk:+.2f})".replace("  ", " ")
            for row in rows_of(worse)
        )
        lines.append(f"Single dyads in which it wins (drivers {ACTUAL}): {named}")
    off = whole[~whole["coverage90"].between(*WIDE)]
    lines += [
        f"90 % intervals too {'narrow' if row.coverage90 < WIDE[0] else 'wide'}: {row.variable}, "
        f"drivers {row.drivers} ({row.coverage90:.0%} of {row.n} inside)"
        for row in rows_of(off)
    ]
    return "\n".join(lines)


def corrections_text(moved: pd.DataFrame) -> str:
    """How far the model without luck is from each series' last figure; large gaps are misfits."""
    tools, mine = load_measurement().instruments, moved[moved["drivers"] == ACTUAL]
    tied = [tools[name].slope_sd == 0 for name in mine["variable"]]
    mine = mine[tied]
    limit = [LARGE[tools[name].transform] for name in mine["variable"]]
    large = mine[mine["correction"].abs() > limit].sort_values("correction", key=abs)
    lines = [
        f"  {row.origin}: {row.variable} {row.state} {row.partner} ({row.lens}, {row.year}): "
        f"{row.correction:+.2f}".replace("  (", " (")
        for row in rows_of(large[::-1])
    ]
    head = (
        f"What luck has to explain at the origin: {len(mine)} series, median size "
        f"{mine['correction'].abs().median():.2f} (log points; arms and votes: points)."
    )
    return "\n".join([head, "Misfits:" if lines else "No misfits.", *lines])
