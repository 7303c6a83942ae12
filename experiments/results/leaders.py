"""Who leads where: the power with the largest influence in a state, and how often over worlds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from experiments.design.asked import LEADER, Asked
from experiments.store.columns import TABLES
from scenarios.vocabulary import POWERS

if TYPE_CHECKING:
    import duckdb

Z95 = 1.959963984540054


def wilson(successes: float, trials: float) -> tuple[float, float]:
    """Return the 95 % interval of a probability (Wilson 1927).

    >>> [round(each, 3) for each in wilson(0, 100)]
    [0.0, 0.037]
    """
    if not trials:
        return 0.0, 1.0
    share, z2 = successes / trials, Z95**2 / trials
    middle = (share + z2 / 2) / (1 + z2)
    half = Z95 / (1 + z2) * sqrt(share * (1 - share) / trials + z2 / 4 / trials)
    return max(0.0, min(middle - half, share)), min(1.0, max(middle + half, share))


def leaders(connection: duckdb.DuckDBPyConnection, source: str, quarter: date) -> pd.DataFrame:
    """Return how often each power leads in each state in a quarter.

    A row is a scenario, state and power, with `led` of `worlds` and the probability with its 95 %
    interval. `source` is the influence table as DuckDB reads it; failed worlds are left out.
    """
    query = f"""
        with first as (
            select scenario, state, world, arg_max(power, share) as power from {source}
            where quarter = ? and isfinite(share) group by all),
        counted as (select scenario, state, power, count(*) as led from first group by all),
        every as (select scenario, state, count(*) as worlds from first group by all)
        select scenario, state, power, coalesce(led, 0) as led, worlds
        from every cross join (select unnest(?) as power) left join counted
        using (scenario, state, power) order by all"""  # noqa: S608 (the source is our own)
    frame = connection.execute(query, [quarter, list(POWERS)]).df()
    ends = [wilson(*each) for each in zip(frame["led"], frame["worlds"], strict=True)]
    frame["probability"] = frame["led"] / frame["worlds"]
    frame[["low", "high"]] = np.array(ends).reshape(-1, 2)
    return frame


def half_width(
    connection: duckdb.DuckDBPyConnection, source: str, quarter: date, asked: Asked
) -> float:
    """Return half the widest 95 % interval of an outcome over scenarios (states, powers).

    It is infinite where no world has a number.
    """
    if asked.column == LEADER:
        frame = leaders(connection, source, quarter)
        for key, label in (("state", asked.state), ("power", asked.power)):
            frame = frame[frame[key] == label] if label else frame
        if frame.empty:
            return float("inf")
        return float((frame["high"] - frame["low"]).max() / 2)
    keys = ["scenario", *TABLES[asked.table].keys]
    terms = [("state", asked.state), ("power", asked.power)]
    where = " and ".join(["true", *(f"{key} = ?" for key, label in terms if label)])
    query = f"""
        select {Z95} * max(deviation / sqrt(n)) from (
            select stddev({asked.column}) as deviation, count(*) as n from {source}
            where quarter = ? and isfinite({asked.column}) and {where}
            group by {", ".join(keys)})"""  # noqa: S608 (column and keys are checked)
    given: Sequence[object] = [quarter, *(label for _, label in terms if label)]
    (found,) = connection.execute(query, given).fetchone() or (None,)
    return float("inf") if found is None else float(found)
