"""Scores in words: what was tested, how it went, and plainly where simple rules win."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from experiments.design.inputs import POSTERIOR
from experiments.record.measurement import rows_of
from experiments.tuning.backtest import ACTUAL, FROZEN, Backtest
from experiments.tuning.convergence import convergence_text
from experiments.tuning.score import Score
from experiments.tuning.scoring import CHANGE, gathered, summarised
from scenarios.posterior import load_posterior

HEAD = (
    "skill = 1 - CRPS / CRPS(rule): above 0 the model beats the rule. Brackets: 90 % interval\n"
    "from resampling dyads. persistence, drift, trend: simple rules, as wide as past changes\n"
    "were; bare: persistence as a single number. Names ending in _change: changes within a dyad,\n"
    "in log points (UN votes: points of agreement), so that big and small dyads count alike."
)
WIDE = (0.85, 0.95)
LARGE = 0.35


def backtest_text(found: Backtest) -> str:
    """The scores of a backtest, first overall, then where it fails."""
    origins = sorted(set(found.scores["origin"]))
    parts = [
        (
            f"Backtest from {', '.join(map(str, origins))}: tuned on what came before each, "
            "anchored at the last observation."
        ),
        (
            f"drivers {ACTUAL}: as they turned out, which nobody knew then; {FROZEN}: held where "
            "they stood at the origin."
        ),
        "\n".join(
            f"The posterior of {fit.until} {convergence_text(fit.diagnostics)}."
            for fit in found.fits
            if fit.diagnostics is not None
        ),
        HEAD,
        tabled(found.scores),
        "By horizon (skill against persistence):",
        by(found.scores, "horizon"),
        verdict(found.scores),
        corrections_text(found.corrections[found.corrections["drivers"] == ACTUAL]),
    ]
    return "\n\n".join(part for part in parts if part)


def score_text(found: Score, parameters: Path | None, first: int, last: int) -> str:
    """The scores of a free run over a period."""
    until = tuned_until(parameters, first)
    which = parameters.name if parameters else f"the shipped posterior of figures up to {until}"
    parts = [
        (
            f"{_seen(until, first)}Free run of baseline from 2000 with {which}, against {first} "
            f"to {last}; drivers as they turned out."
        ),
        (
            "Levels: the free run itself, with the offset of each lens and what the model lately "
            f"left out (it fades), as far as figures before {first} show them. Changes: since the "
            f"last figure before {first}."
        ),
        HEAD,
        tabled(found.scores),
        verdict(found.scores),
        corrections_text(found.corrections),
    ]
    return "\n\n".join(parts)


def _seen(until: int | None, first: int) -> str:
    """Say that parameters have seen the period that they are judged on, if so."""
    if until is None or until < first:
        return ""
    return (
        f"NOT SKILL: these parameters were tuned on figures up to {until}, so this period is "
        "one that they have seen.\n\n"
    )


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
            f"{'':30}{'drivers':9}{'n':>4}  {'persistence':>20} {'drift':>7} {'trend':>7} "
            f"{'bare':>7}  {'in 50 %':>8} {'in 90 %':>8}"
        )
    ]
    lines += [
        f"{row.variable:30}{row.drivers:9}{row.n:>4}  {row.persistence:>+6.2f} "
        f"[{row.persistence_low:+.2f} {row.persistence_high:+.2f}] {row.drift:>+7.2f} "
        f"{row.trend:>+7.2f} {row.bare:>+7.2f}  {row.coverage50:>8.0%} {row.coverage90:>8.0%}"
        for row in rows_of(summarised(scores))
    ]
    return "\n".join(lines)


def by(scores: pd.DataFrame, column: str) -> str:
    """Skill against persistence by a column, one line a variable and kind of drivers."""
    cells = gathered(scores, ["variable", "drivers", column])
    table = cells.pivot_table(index=["variable", "drivers"], columns=column, values="skill")
    head = f"{'':39}" + "".join(f"{name:>8}" for name in table.columns)
    lines = [
        f"{name:30}{drivers:9}"
        + "".join(f"{'' if np.isnan(value) else format(value, '+.2f'):>8}" for value in row)
        for (name, drivers), row in zip(table.index, table.to_numpy(), strict=True)
    ]
    return "\n".join([head, *lines])


def verdict(scores: pd.DataFrame) -> str:
    """Where persistence wins, and where intervals do not hold what they promise."""
    whole = summarised(scores)
    lost = whole[whole["persistence"] <= 0]
    lines = [
        f"Persistence wins: {row.variable}, drivers {row.drivers} ({row.persistence:+.2f})"
        for row in rows_of(lost)
    ] or ["Persistence wins nowhere over all dyads together."]
    cells = gathered(scores[~scores["variable"].str.endswith(CHANGE)],
                     ["variable", "state", "partner", "drivers"])  # fmt: skip
    worse = cells[(cells["skill"] <= 0) & (cells["drivers"] == ACTUAL)]
    if len(worse):
        named = ", ".join(
            f"{row.variable} {row.state} {row.partner} ({row.skill:+.2f})".replace("  ", " ")
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
    """How far series had to be moved to their last observation; large ones are misfits."""
    large = moved[moved["correction"].abs() > LARGE].sort_values("correction", key=abs)
    lines = [
        f"  {row.variable} {row.state} {row.partner} ({row.lens}, {row.year}): "
        f"{row.correction:+.2f}".replace("  (", " (")
        for row in rows_of(large[::-1])
    ]
    head = (
        f"Corrections at the last observation: {len(moved)} series, median size "
        f"{moved['correction'].abs().median():.2f} (log points; UN votes: points)."
    )
    return "\n".join([head, "Misfits (above 0.35):" if lines else "None above 0.35.", *lines])
