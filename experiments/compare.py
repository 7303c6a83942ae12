"""Comparing scenarios: what changes, for whom, when and through which channel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from experiments.cells import Cells, numbers, recorded
from experiments.channels import TOGETHER, TOTAL, Channel, channels
from experiments.estimates import means, minus, quantiles
from experiments.figures.wording import listed, quoted, shown, titles
from experiments.outcomes import HEADLINES, Outcome, paths
from experiments.reading import Results
from experiments.refusals import BadInput
from scenarios.quarters import quarter_date, quarter_label
from scenarios.vocabulary import DOMAINS, POWER_NAMES, STATE_NAMES, STATES

TWO = 2
MOST = 6
"""Outcomes that a paragraph names."""
PAIR = ("RUS", "CHN")


@dataclass(frozen=True)
class Comparison:
    """A scenario minus another, world by world.

    `over_time`: outcome, quarter, mean with its 95 % interval, q05, q50, q95 over worlds.
    `ranking`: state, domain, power and the mean change of reliance in the last quarter, largest
    first. `channels`: what each of the scenario's changes does alone, by outcome.
    """

    scenario: str
    against: str
    titles: dict[str, str]
    over_time: pd.DataFrame
    ranking: pd.DataFrame
    channels: dict[Outcome, list[Channel]] = field(default_factory=dict)
    worlds: int = 0

    @property
    def words(self) -> str:
        """What changes, for whom, when and how, in a paragraph."""
        name, other = (quoted(self.titles[each]) for each in (self.scenario, self.against))
        parts = [f"{name} against {other}, {self._when()}: {self._what()}."]
        if len(self.ranking):
            parts.append(f"It moves most {self._where()}.")
        parts += [
            each for each in (self._how("rivalry"), self._how("Russia's security share")) if each
        ]
        return minus(" ".join(parts))

    def _when(self) -> str:
        last = pd.Timestamp(self.over_time["quarter"].max())
        return f"by {last.year}"

    def _what(self) -> str:
        last = self.over_time[self.over_time["quarter"] == self.over_time["quarter"].max()]
        rows: list[dict[Any, Any]] = last.to_dict("records")
        said = [_changed(row) for row in rows if row["low"] > 0 or row["high"] < 0]
        return "; ".join(said[:MOST]) if said else "nothing that luck could not explain"

    def _where(self) -> str:
        top: list[dict[Any, Any]] = self.ranking.head(3).to_dict("records")
        return listed([_moved(each) for each in top])

    def _how(self, label: str) -> str:
        """Say through which channel an outcome changes."""
        outcome = next((each for each in self.channels if each.label == label), None)
        if outcome is None or len(self.channels[outcome]) <= TWO:
            return ""
        effects = {each.name: each.effect.value * outcome.scale for each in self.channels[outcome]}
        alone = [f"{n} alone {v:+.1f}" for n, v in effects.items() if n not in {TOTAL, TOGETHER}]
        return (
            f"Of the change in {label} ({effects[TOTAL]:+.1f} {outcome.unit}), {', '.join(alone)}, "
            f"and {effects[TOGETHER]:+.1f} comes of their going together."
        )


def _changed(row: dict[str, Any]) -> str:
    """Say how an outcome changed, with its interval and since when."""
    mean, low, high = (f"{row['scale'] * row[name]:+.1f}" for name in ("mean", "low", "high"))
    return f"{row['outcome']} {mean} [{low}, {high}] {row['unit']} (from {row['begins']})"


def _moved(row: dict[str, Any]) -> str:
    """Say which reliance of which state moved, and by how much."""
    where = f"{row['domain']} in {STATE_NAMES[row['state']]}"
    return f"{POWER_NAMES[row['power']]} in {where} ({100 * row['change']:+.1f} points)"


def compared(
    results: Results, scenario: str, against: str, *, split: bool = True, worlds: int = 256
) -> Comparison:
    """Compare a scenario with another of the same folder; `split` runs channels one by one.

    Raises BadInput for scenarios that are not in the folder, or for one compared with itself.
    """
    names = shown(results, [scenario, against])
    if scenario == against:
        raise BadInput(f"'{scenario}' cannot be compared with itself")
    outcomes = [each for each in HEADLINES if each.table in results.tables]
    return Comparison(
        scenario,
        against,
        {name: titles(results)[name] for name in names},
        pd.concat([_over_time(results, scenario, against, each) for each in outcomes]),
        _ranking(results, scenario, against) if "influence" in results.tables else pd.DataFrame(),
        channels(results, scenario, against, worlds) if split else {},
        results.size,
    )


def _over_time(results: Results, scenario: str, against: str, outcome: Outcome) -> pd.DataFrame:
    """Return the paired difference of an outcome, quarter by quarter."""
    rows = tuple(range(len(recorded(results))))
    gap = paths(results, scenario, outcome, rows) - paths(results, against, outcome, rows)
    middle, low, high = means(gap)
    ends = quantiles(gap, (0.05, 0.5, 0.95))
    clear = np.flatnonzero((low > 0) | (high < 0))
    begins = quarter_label(int(recorded(results)[clear[0]])) if clear.size else None
    return pd.DataFrame(
        {
            "outcome": outcome.label,
            "scale": outcome.scale,
            "unit": outcome.unit,
            "quarter": [pd.Timestamp(quarter_date(int(each))) for each in recorded(results)],
            "mean": middle,
            "low": low,
            "high": high,
            "q05": ends[0],
            "q50": ends[1],
            "q95": ends[2],
            "begins": begins,
        }
    )


def _ranking(results: Results, scenario: str, against: str) -> pd.DataFrame:
    """Return states and domains by how much reliance on Russia and China moves in the end."""
    last = (len(recorded(results)) - 1,)
    found = []
    for domain, power in product(DOMAINS, PAIR):
        cells = Cells(domain, power=power, rows=last)
        gap = numbers(results, scenario, cells)[0] - numbers(results, against, cells)[0]
        middle, low, high = means(gap)
        found += [
            {"state": s, "domain": domain, "power": power, "change": m, "low": lo, "high": hi}
            for s, m, lo, hi in zip(STATES, middle, low, high, strict=True)
        ]
    table = pd.DataFrame(found)
    return table.reindex(table["change"].abs().sort_values(ascending=False).index).reset_index(
        drop=True
    )


def compare_all(results: Results, names: Sequence[str], *, split: bool = True) -> list[Comparison]:
    """Compare each scenario with the last one named."""
    if len(names) < TWO:
        raise BadInput("name two scenarios or more: each is compared with the last")
    *several, last = names
    return [compared(results, each, last, split=split) for each in several]
