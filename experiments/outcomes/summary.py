"""The summary of a batch that a person can read: who leads where, and how outcomes spread."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.design.asked import LEADER, Asked
from experiments.outcomes.robust import records
from experiments.results.cells import at_end, last_quarter
from experiments.results.clusters import clusters_of, sharing
from experiments.results.estimates import probability
from experiments.results.lacking import lack
from experiments.results.reading import Results
from experiments.results.selection import Selection
from experiments.results.wording import titles
from scenarios.quarters import quarter_label
from scenarios.vocabulary import POWERS, STATES

OUTCOMES = ("rivalry", "cooperation", "coopetition", "stability", "hedging", "dependency_risk")
QUANTILES = (0.05, 0.5, 0.95)
Json = dict[str, Any]


def summarised(results: Results) -> Json:
    """Return the summary: leaders with probabilities, and quantiles, in the last quarter.

    And the corrections of scenarios that go on from the record, and for each headline whether it
    survives the spread of what is judged.
    """
    quarter = quarter_label(last_quarter(results))
    return {
        "folder": results.folder.address,
        "scenarios": titles(results),
        "worlds": results.size,
        "failed": len(results.failures),
        "shared": sharing(results),
        "quarter": quarter,
        "leaders": list(_leaders(results)) if "influence" in results.tables else [],
        "outcomes": _outcomes(results, quarter, _asked(results)),
        "lacking": _lacking(results, leads=True),
        "corrections": _corrections(results),
        "robust": records(results),
    }


def asked_for(results: Results) -> Json:
    """Return what an experiment file asks for by `outcomes`, as `summarised` has it."""
    named = results.manifest.get("experiment", {}).get("outcomes") or ()
    leads = any(name.partition(":")[0] == LEADER for name in named)
    quarter = quarter_label(last_quarter(results))
    return {
        "scenarios": titles(results),
        "quarter": quarter,
        "leaders": list(_leaders(results)) if leads and "influence" in results.tables else [],
        "outcomes": _outcomes(results, quarter, _asked(results)),
        "lacking": _lacking(results, leads=leads),
    }


def _lacking(results: Results, *, leads: bool) -> list[str]:
    """Say which tables are not there of what is told, and which command adds them."""
    tables = {each.table for each in _named(results)}
    missing = lack(results, tables=tables | ({"influence"} if leads else set()))
    return missing.aside if missing else []


def _corrections(results: Results) -> list[Json]:
    """Return what anchored scenarios were corrected by; the model is imported only for them."""
    if not any(spec.anchors for spec in results.batch.assumed.scenarios.values()):
        return []
    from experiments.outcomes.corrections import corrections

    return corrections(results.batch)


def _leaders(results: Results) -> Iterator[Json]:
    """Yield a row a state, scenario and power, with probability and interval, likeliest first."""
    shares = {name: at_end(results, name, "share") for name in results.scenarios}
    for (place, state), scenario in product(enumerate(STATES), results.scenarios):
        of_state = shares[scenario][place]
        failed = np.isnan(of_state).any(axis=0)
        first = np.where(failed, -1, np.nan_to_num(of_state).argmax(axis=0))
        rows = [_leading(np.where(failed, np.nan, first == at), power, results)
                for at, power in enumerate(POWERS)]  # fmt: skip
        named = {"scenario": scenario, "state": state}
        yield from sorted((named | row for row in rows if row["worlds"]), key=_least_likely)


def _leading(holds: NDArray[np.float64], power: str, results: Results) -> Json:
    """Return how often a power leads: 1 in each world in which it does, NaN where that failed."""
    often = probability(holds, clusters_of(results))
    ends = {"probability": often.value, "low": often.low, "high": often.high}
    return {"power": power, "led": int(np.nansum(holds)), "worlds": often.worlds, **ends}


def _least_likely(row: Json) -> tuple[float, str]:
    return -row["probability"], row["power"]


def _named(results: Results) -> list[Asked]:
    """Return the outcomes of interest: those of the experiment file, or the headline ones."""
    named = results.manifest.get("experiment", {}).get("outcomes") or OUTCOMES
    return [Asked.read(name) for name in named]


def _asked(results: Results) -> list[Asked]:
    """Return those of them that are columns, as far as their tables are there."""
    named = _named(results)
    return [each for each in named if each.column != LEADER and each.table in results.tables]


def _outcomes(results: Results, quarter: str, asked: list[Asked]) -> list[Json]:
    """Return the quantiles of outcomes in a quarter."""
    rows: list[Json] = []
    for each in asked:
        where = Selection(state=each.state, power=each.power, quarter=quarter)
        frame = results.bands(each.column, quantiles=QUANTILES, **where)
        rows += [{"outcome": each.column, **row} for row in _rows(frame.drop(columns="quarter"))]
    return rows


def _rows(frame: pd.DataFrame) -> list[Json]:
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]
