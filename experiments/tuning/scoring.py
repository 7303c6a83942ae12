"""Scores: CRPS and coverage of forecasts beside those of simple rules, with bootstrap intervals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypedDict

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.tuning.forecasting import Forecast

Floats = NDArray[np.float64]
COLUMNS = (
    "variable", "state", "partner", "origin", "horizon", "drivers", "n", "crps",
    "crps_persistence", "crps_drift", "crps_trend", "skill", "coverage50", "coverage90",
)  # fmt: skip
CHANGE = "_change"
"""Ending of the variable whose scores are those of changes within a dyad, in log points."""
RESAMPLES = 1000


class Scored(TypedDict):
    """One forecast with its scores; `bare` is the CRPS of persistence as a single number."""

    variable: str
    state: str
    partner: str
    lens: str
    origin: int
    year: int
    horizon: int
    drivers: str
    crps: float
    crps_persistence: float
    crps_drift: float
    crps_trend: float
    crps_bare: float
    rank: float
    """Part of the sample that lies below what happened: for coverage and reliability."""


def crps(sample: Floats, value: float) -> float:
    """Continuous ranked probability score of a sample (scoringrules), in the value's units."""
    if len(sample) == 1:
        return float(abs(sample[0] - value))
    import scoringrules  # compiles for seconds

    return float(scoringrules.crps_ensemble(value, sample, estimator="qd"))


def scored(found: Iterable[Forecast], drivers: str) -> pd.DataFrame:
    """Scores of forecasts: levels under the variable's name, changes under that plus `_change`."""
    rows: list[Scored] = []
    for each in found:
        rows.append(_row(each, drivers, "", each.value, each.sample, each.simple))
        rows.append(_row(each, drivers, CHANGE, each.change, each.changes, each.simple_changes))
    return pd.DataFrame(rows, columns=list(Scored.__annotations__))


def _row(
    each: Forecast,
    drivers: str,
    ending: str,
    value: float,
    sample: Floats,
    simple: dict[str, Floats],
) -> Scored:
    name, state, partner, lens = each.series
    return Scored(
        variable=name + ending,
        state=state,
        partner=partner,
        lens=lens,
        origin=each.origin,
        year=each.year,
        horizon=each.horizon,
        drivers=drivers,
        crps=crps(sample, value),
        crps_persistence=crps(simple["persistence"], value),
        crps_drift=crps(simple["drift"], value),
        crps_trend=crps(simple["trend"], value),
        crps_bare=crps(simple["bare"], value),
        rank=float(((sample < value).mean() + (sample <= value).mean()) / 2),
    )


def within(rank: pd.Series[float], coverage: float) -> pd.Series[float]:
    """1 where what happened lies in the central interval of that coverage, else 0."""
    return ((rank - 0.5).abs() <= coverage / 2).astype(float)


def table(scores: pd.DataFrame) -> pd.DataFrame:
    """One row for every variable, dyad, origin, horizon and drivers, with `COLUMNS` exactly."""
    keys = ["variable", "state", "partner", "origin", "horizon", "drivers"]
    return gathered(scores, keys)[list(COLUMNS)]


def gathered(scores: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """Mean scores by some columns, with skill and coverage."""
    marked = scores.assign(
        coverage50=within(scores["rank"], 0.5), coverage90=within(scores["rank"], 0.9), n=1
    )
    means = [name for name in marked if str(name).startswith(("crps", "coverage"))]
    grouped = marked.groupby(list(keys), sort=False)
    found = grouped[means].mean().join(grouped["n"].sum()).reset_index()
    return found.assign(skill=skill(found["crps"], found["crps_persistence"]))


def skill(own: Any, rule: Any) -> Any:  # noqa: ANN401 (numbers or columns)
    """1 − CRPS / CRPS of a rule: above zero, the forecast beats the rule.

    >>> float(skill(0.5, 1.0))
    0.5
    """
    return 1 - own / np.maximum(rule, 1e-12)


def summarised(scores: pd.DataFrame, seed: int = 0) -> pd.DataFrame:
    """Skill against each rule by variable and drivers, with 90 % intervals from resampled dyads."""
    rows = []
    for (variable, drivers), part in scores.groupby(["variable", "drivers"], sort=False):
        row: dict[str, Any] = {"variable": variable, "drivers": drivers, "n": len(part)}
        for rule in ("persistence", "drift", "trend", "bare"):
            low, high = resampled(part, f"crps_{rule}", seed)
            row[rule] = skill(part["crps"].sum(), part[f"crps_{rule}"].sum())
            row[f"{rule}_low"], row[f"{rule}_high"] = low, high
        row["coverage50"] = within(part["rank"], 0.5).mean()
        row["coverage90"] = within(part["rank"], 0.9).mean()
        rows.append(row)
    return pd.DataFrame(rows)


def resampled(part: pd.DataFrame, rule: str, seed: int) -> tuple[float, float]:
    """5 % and 95 % points of skill when whole dyads are drawn with replacement."""
    sums = part.groupby(["state", "partner"])[["crps", rule]].sum().to_numpy(float)
    drawn = np.random.default_rng(seed).integers(len(sums), size=(RESAMPLES, len(sums)))
    totals = sums[drawn].sum(axis=1)
    low, high = np.quantile(skill(totals[:, 0], totals[:, 1]), [0.05, 0.95])
    return float(low), float(high)


def records(scores: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows for JSON: plain numbers and texts, `COLUMNS` exactly."""
    found = table(scores).astype({"origin": int, "horizon": int, "n": int})
    return [
        {str(key): _plain(value) for key, value in row.items()} for row in found.to_dict("records")
    ]


def _plain(value: Any) -> Any:  # noqa: ANN401 (a cell of a table)
    if isinstance(value, float):
        return round(value, 6) if np.isfinite(value) else None
    return value
