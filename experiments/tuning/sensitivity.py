"""Sensitivity: which uncertain numbers an outcome, or a difference of scenarios, depends on.

Sobol' indices need a sample that grows with the number of inputs: a first pass over all inputs
keeps the strongest. Morris and PAWN take all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from SALib.analyze import morris as morris_analysis
from SALib.analyze import pawn as pawn_analysis
from SALib.analyze import sobol as sobol_analysis
from SALib.sample import morris as morris_sample
from SALib.sample import sobol as sobol_sample
from scipy.stats import qmc, rankdata

from experiments.figures.bars import MEANING
from experiments.record.measurement import rows_of
from experiments.tuning.responses import Responses, responses
from experiments.tuning.uncertain import uncertain
from scenarios.parameters import load_parameters

Floats = NDArray[np.float64]
METHODS = ("sobol", "morris", "pawn")
SCREENED = 4096
TAIL = 0.1
"""Part of the sample at either end of an input that a tornado compares."""
RESAMPLES = 100
PAIRS = 10
"""Interactions that are listed."""
SHOWN = 15
"""Inputs that are printed."""


@dataclass(frozen=True)
class Sensitivity:
    """Indices by outcome and input, interactions, and what moving each input does.

    `indices` has a row an outcome and input: columns `outcome`, `input`, `index` (total effect,
    mean absolute elementary effect or median PAWN distance), `low` and `high`, `first`, `at_low`
    and `at_high` (mean outcome in the input's lowest and highest tenth), `middle` (median outcome).

    `low` and `high` are a 95 % interval from resampling for Sobol' and Morris. For PAWN they are no
    interval: the least and the greatest distance over slices of the input. `first` is the first
    effect (Sobol'), the spread of elementary effects (Morris) or that greatest distance (PAWN).
    """

    method: str
    points: int
    indices: pd.DataFrame
    interactions: pd.DataFrame


def analysed(
    asked: Responses,
    method: str,
    inputs: int,
    base: int,
    executor: Executor | None = None,
    advance: Callable[[int], object] = lambda _: None,
) -> Sensitivity:
    """Sensitivity of outcomes to the strongest `inputs` (Sobol') or to all of them."""
    if method == "sobol":
        asked = replace(asked, names=strongest(asked, inputs, executor, advance))
    problem = problem_of(asked.names)
    unit = sampled(problem, method, base, asked.seed)
    found = responses(asked, unit, executor, advance)
    tables = [_analysed(problem, method, unit, values, asked.seed) for values in found]
    names = [each.text for each in asked.outcomes]
    indices = [table.assign(outcome=name) for (table, _), name in zip(tables, names, strict=True)]
    pairs = [table.assign(outcome=name) for (_, table), name in zip(tables, names, strict=True)]
    return Sensitivity(method, len(unit), pd.concat(indices), pd.concat(pairs))


def strongest(
    asked: Responses,
    count: int,
    executor: Executor | None = None,
    advance: Callable[[int], object] = lambda _: None,
) -> tuple[str, ...]:
    """The inputs whose ranks go most with any of the outcomes when all vary at once."""
    names = uncertain(load_parameters())
    sampler = qmc.Sobol(len(names), rng=asked.seed)
    unit = np.asarray(sampler.random(SCREENED))
    found = responses(replace(asked, names=names), unit, executor, advance)
    ranks = _standard(rankdata(unit, axis=0))
    strength = np.zeros(len(names))
    for values in found:
        strength = np.maximum(strength, np.abs(ranks.T @ _standard(rankdata(values))) / len(unit))
    kept = np.argsort(-strength)[:count]
    return tuple(names[place] for place in sorted(kept))


def _standard(values: Floats) -> Floats:
    spread = np.maximum(values.std(axis=0), 1e-12)
    return np.asarray((values - values.mean(axis=0)) / spread)


Problem = dict[str, object]


def problem_of(names: Sequence[str]) -> Problem:
    """SALib's description of inputs between 0 and 1."""
    return {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}


def sampled(problem: Problem, method: str, base: int, seed: int) -> Floats:
    """The sample that a method needs (point, input)."""
    if method == "sobol":
        return np.asarray(sobol_sample.sample(problem, base, seed=seed))
    if method == "morris":
        return np.asarray(morris_sample.sample(problem, max(base // 32, 4), seed=seed))
    return np.asarray(qmc.Sobol(len(list(problem["names"])), rng=seed).random(base * 8))  # type: ignore[call-overload]


def _analysed(
    problem: Problem, method: str, unit: Floats, values: Floats, seed: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    names = list(problem["names"])  # type: ignore[call-overload]
    ends = tails(unit, values)
    if values.min() == values.max():
        flat = pd.DataFrame({"input": names, "index": 0.0, "low": 0.0, "high": 0.0, "first": 0.0})
        return flat.join(ends), pd.DataFrame(columns=["one", "other", "index", "low", "high"])
    analyse = {"sobol": _sobol, "morris": _morris, "pawn": _pawn}[method]
    table, pairs = analyse(problem, unit, values, seed)
    return pd.DataFrame({"input": names}).join(table).join(ends), pairs


Tables = tuple[pd.DataFrame, pd.DataFrame]


def _sobol(problem: Problem, _unit: Floats, values: Floats, seed: int) -> Tables:
    """First and total effects and interactions of pairs, with bootstrap intervals."""
    centred = (values - values.mean()) / values.std()
    found = sobol_analysis.analyze(problem, centred, num_resamples=RESAMPLES, seed=seed)
    total, doubt = np.asarray(found["ST"]), np.asarray(found["ST_conf"])
    table = pd.DataFrame(
        {"index": total, "low": total - doubt, "high": total + doubt, "first": found["S1"],
         "first_doubt": found["S1_conf"]}
    )  # fmt: skip
    names = list(problem["names"])  # type: ignore[call-overload]
    # No pair explains more than either of its inputs has a hand in: the sample's error does.
    rows = [
        (names[i], names[j], found["S2"][i, j], found["S2_conf"][i, j])
        for i, j in combinations(range(len(names)), 2)
        if found["S2"][i, j] <= min(table["high"][i], table["high"][j])
    ]
    pairs = pd.DataFrame(rows, columns=["one", "other", "index", "doubt"])
    pairs = pairs.assign(low=pairs["index"] - pairs["doubt"], high=pairs["index"] + pairs["doubt"])
    return table, pairs.sort_values("index", ascending=False).head(PAIRS)


def _morris(problem: Problem, unit: Floats, values: Floats, seed: int) -> Tables:
    """Mean absolute elementary effects; `first` is their spread, large where inputs interact."""
    found = morris_analysis.analyze(problem, unit, values, num_resamples=RESAMPLES, seed=seed)
    size, doubt = np.asarray(found["mu_star"]), np.asarray(found["mu_star_conf"])
    table = pd.DataFrame(
        {"index": size, "low": size - doubt, "high": size + doubt, "first": found["sigma"]}
    )
    return table, pd.DataFrame()


def _pawn(problem: Problem, unit: Floats, values: Floats, seed: int) -> Tables:
    """Median, least and greatest distance of distributions over slices of an input."""
    found = pawn_analysis.analyze(problem, unit, values, S=10, seed=seed)
    table = pd.DataFrame(
        {"index": found["median"], "low": found["minimum"], "high": found["maximum"],
         "first": found["maximum"]}
    )  # fmt: skip
    return table, pd.DataFrame()


def tails(unit: Floats, values: Floats) -> pd.DataFrame:
    """Mean outcome in the lowest and in the highest tenth of every input."""
    low = unit <= np.quantile(unit, TAIL, axis=0)
    high = unit >= np.quantile(unit, 1 - TAIL, axis=0)
    return pd.DataFrame(
        {
            "at_low": (low * values[:, None]).sum(axis=0) / low.sum(axis=0),
            "at_high": (high * values[:, None]).sum(axis=0) / high.sum(axis=0),
            "middle": np.median(values),
        }
    )


def sensitivity_text(found: Sensitivity, what: str) -> str:
    """Indices in words and numbers, the strongest inputs first."""
    lines = [f"{what}: {found.method}, {found.points:,} points; {MEANING[found.method]}."]
    for name in dict.fromkeys(found.indices["outcome"]):
        part = found.indices[found.indices["outcome"] == name].nlargest(SHOWN, "index")
        if (part["index"] == 0).all():
            value = part["middle"].iloc[0]
            lines += [
                "",
                f"{name} does not vary: it is {value:.4g} at every point, so nothing moves it.",
            ]
            continue
        lines += [
            "",
            f"{name}",
            f"  {'':42}{'index':>7} {'95 %':>15}{'low end':>10}{'high end':>10}",
        ]
        lines += [
            f"  {row.input:42}{row.index_:>7.3f} [{row.low:>6.3f} {row.high:>6.3f}]"
            f"{row.at_low:>10.3f}{row.at_high:>10.3f}"
            for row in rows_of(part.rename(columns={"index": "index_"}))
        ]
        lines += _interactions(found, name)
    return "\n".join(lines)


def _interactions(found: Sensitivity, name: str) -> list[str]:
    if found.interactions.empty:
        return []
    part = found.interactions[found.interactions["outcome"] == name]
    sure = part[part["low"] > 0]
    if sure.empty:
        return ["  No interaction of two inputs is surely above zero."]
    return [
        "  Interactions surely above zero: "
        + ", ".join(
            f"{r.one} x {r.other} ({r.index_:.2f})"
            for r in rows_of(sure.rename(columns={"index": "index_"}))
        )
    ]
