"""Scores: CRPS and coverage of forecasts beside those of simple rules, with bootstrap intervals.

The rule to beat is the walk: a random walk for each dyad, in logarithms of shares, whose step is
learned from past changes of that dyad and, pooled, of its variable.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import multivariate_normal, norm

from experiments.record.measurement import load_measurement
from experiments.tuning.forecasting import Forecast

Floats = NDArray[np.float64]
RULES = ("walk", "persistence", "drift", "trend")
KEYS = ("variable", "state", "partner", "origin", "horizon", "drivers")
COLUMNS = (
    *KEYS, "n", "crps", *(f"crps_{rule}" for rule in RULES), "skill", "skill_walk",
    "coverage50", "coverage90",
)  # fmt: skip
CHANGE = "_change"
"""Ending of the variable whose scores are those of changes within a dyad, in log points."""
REST = "SELF"
"""The option that is whatever the others leave: no coordinate of its own."""
WHOLE = 3
"""Partners of a simplex, at least, that have to be on record besides the rest."""
RESAMPLES = 1000


def scored(found: Iterable[Forecast], drivers: str) -> pd.DataFrame:
    """Scores of forecasts: levels under the variable's name, changes under that plus `_change`."""
    import scoringrules as rules  # compiles for seconds

    rows = []
    for each in found:
        name, state, partner, lens = each.series
        (centre, size), log = each.rules["walk"], _is_log(name)
        below = ((each.sample < each.y).mean() + (each.sample <= each.y).mean()) / 2
        shared = {
            "state": state, "partner": partner, "lens": lens, "origin": each.origin,
            "year": each.year, "horizon": each.year - each.since, "drivers": drivers,
            "rank": below, "rank_walk": norm.cdf((each.y - centre) / size),
            "moved": each.y - each.last, "foreseen": np.median(each.sample) - each.last,
        }  # fmt: skip
        levels = {
            f"crps_{rule}": float(rules.crps_normal(each.value, *law))
            for rule, law in each.levels.items()
        }
        middle = np.log(each.value) + centre - each.y if log else each.level(centre)
        law = rules.crps_lognormal if log else rules.crps_normal
        scale = 1.0 if log else load_measurement().instruments[name].scale
        levels["crps_walk"] = float(law(each.value, middle, size / scale))
        own = rules.crps_ensemble(each.value, each.level(each.sample), estimator="qd")
        rows.append({"variable": name, **shared, "crps": float(own), **levels})
        changes = {
            f"crps_{rule}": float(rules.crps_normal(each.y, *law))
            for rule, law in each.rules.items()
        }
        own = rules.crps_ensemble(each.y, each.sample, estimator="qd")
        rows.append({"variable": name + CHANGE, **shared, "crps": float(own), **changes})
    return pd.DataFrame(rows)


def _is_log(variable: str) -> bool:
    return load_measurement().instruments[variable].transform == "log"


def simplexes(found: Iterable[Forecast], drivers: str) -> Iterator[dict[str, Any]]:
    """Log scores of whole compositions: of a state's shares in one year, forecast together.

    A row has the logarithm of the density, normal in logarithms of shares, that the model and the
    walk gave to what happened, for each composition whose partners are all on record.
    """

    def together(each: Forecast) -> tuple[Any, ...]:
        name, state, _, lens = each.series
        return name, state, lens, each.origin, each.year

    for (name, state, _, origin, year), group in groupby(sorted(found, key=together), together):
        parts = [each for each in group if each.series[2] != REST]
        if len(parts) <= WHOLE or not _is_log(name):
            continue
        sample, y = np.stack([each.sample for each in parts]), [each.y for each in parts]
        own = multivariate_normal(sample.mean(axis=1), np.cov(sample)).logpdf(y)
        walk = sum(norm.logpdf(each.y, *each.rules["walk"]) for each in parts)
        yield {
            "variable": name, "state": state, "origin": origin, "year": year, "drivers": drivers,
            "log_score": float(own), "log_score_walk": float(walk),
        }  # fmt: skip


def within(rank: pd.Series[float], coverage: float) -> pd.Series[float]:
    """1 where what happened lies in the central interval of that coverage, else 0."""
    return ((rank - 0.5).abs() <= coverage / 2).astype(float)


def gathered(scores: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """Mean scores by some columns, with skill and coverage."""
    marked = scores.assign(
        coverage50=within(scores["rank"], 0.5), coverage90=within(scores["rank"], 0.9), n=1
    )
    means = [name for name in marked if str(name).startswith(("crps", "coverage"))]
    grouped = marked.groupby(list(keys), sort=False)
    found = grouped[means].mean().join(grouped["n"].sum()).reset_index()
    return found.assign(
        skill=skill(found["crps"], found["crps_persistence"]),
        skill_walk=skill(found["crps"], found["crps_walk"]),
    )


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
        row["low"], row["high"] = resampled(part, "crps_walk", seed)
        row |= {rule: skill(part["crps"].sum(), part[f"crps_{rule}"].sum()) for rule in RULES}
        row["coverage50"] = within(part["rank"], 0.5).mean()
        row["coverage90"] = within(part["rank"], 0.9).mean()
        row["walk90"] = within(part["rank_walk"], 0.9).mean()
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
    """Rows for JSON: one a variable, dyad, origin, horizon and drivers, with `COLUMNS` exactly."""
    found = gathered(scores, KEYS)[list(COLUMNS)].astype({"origin": int, "horizon": int, "n": int})
    return [
        {str(key): _plain(value) for key, value in row.items()} for row in found.to_dict("records")
    ]


def _plain(value: Any) -> Any:  # noqa: ANN401 (a cell of a table)
    if isinstance(value, float):
        return round(value, 6) if np.isfinite(value) else None
    return value
