"""Comparing scenarios: what changes, for whom, when and through which channel."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from itertools import product
from math import isfinite
from typing import Any

import numpy as np
import pandas as pd

from experiments.answers.channels import Channel, channels
from experiments.answers.outcomes import HEADLINES, SMALL, Outcome, levels, paths, values
from experiments.answers.verdicts import in_words, judged
from experiments.refusals import BadInput
from experiments.results.cells import at_end, recorded, row_of, sound
from experiments.results.clusters import clusters_of, sharing
from experiments.results.estimates import Difference, change_in, clear_since, means, quantiles
from experiments.results.reading import Results
from experiments.results.wording import chosen_scenarios, titles
from scenarios.quarters import parse_quarter, quarter_date, quarter_label
from scenarios.vocabulary import DOMAINS, STATES

TWO = 2
PAIR = ("RUS", "CHN")


@dataclass(frozen=True)
class Steadiness:
    """How the direction of a change fares: one of STANDINGS, and the same in words."""

    standing: str
    words: str


@dataclass(frozen=True)
class Comparison:
    """A scenario minus another, world by world.

    `over_time`: outcome, quarter, mean with its 95 % interval, q05, q50, q95 over worlds.
    `ranking`: state, domain, power and the mean change of reliance in the last quarter with its
    interval, largest first; `states`: the same of the powers' shares of influence in each state.
    `channels`: what each of the scenario's changes does alone, by outcome. `robust`: by outcome,
    how the direction of its change fares under the spread of judgement. `shared` says what worlds
    share that are not independent. `levels`: outcomes side by side, of the region or of a state
    in one quarter.
    """

    scenario: str
    against: str
    titles: dict[str, str]
    over_time: pd.DataFrame
    ranking: pd.DataFrame
    states: pd.DataFrame = field(default_factory=pd.DataFrame)
    channels: dict[Outcome, list[Channel]] = field(default_factory=dict)
    robust: dict[str, Steadiness] = field(default_factory=dict)
    worlds: int = 0
    shared: str = ""
    levels: pd.DataFrame = field(default_factory=pd.DataFrame)

    @property
    def words(self) -> str:
        """What changes, for whom, when, how and how surely, in a paragraph."""
        return " ".join(self.lines)

    @property
    def lines(self) -> list[str]:
        """The same, a line each."""
        from experiments.answers.comparison_text import comparison_lines

        return comparison_lines(self)


def compared(
    results: Results,
    scenario: str,
    against: str,
    *,
    split: bool = True,
    worlds: int = 256,
    state: str | None = None,
    at: str | None = None,
) -> Comparison:
    """Compare a scenario with another of the same folder; `split` runs channels one by one.

    `levels` are of the region or of a `state` (a code), in the quarter `at`, by default the last.
    Raises BadInput for scenarios or quarters that are not in the folder, for a state's numbers
    where its tables are not, or for a scenario compared with itself.
    """
    names = chosen_scenarios(results, [scenario, against])
    if scenario == against:
        raise BadInput(f"'{scenario}' cannot be compared with itself")
    if state is not None and set(results.tables) == {"region"}:
        raise BadInput("--state: this folder holds only the table of the region")
    row = -1 if at is None else _row_at(results, at)
    outcomes = [each for each in HEADLINES if each.table in results.tables]
    return Comparison(
        scenario,
        against,
        {name: titles(results)[name] for name in names},
        pd.concat([_over_time(results, scenario, against, each) for each in outcomes]),
        _ranking(results, scenario, against, DOMAINS),
        _ranking(results, scenario, against, ("share",)),
        channels(results, scenario, against, worlds) if split else {},
        {each.label: steady for each, steady in _steady(results, scenario, against, outcomes)},
        sound(results, *names).size,
        sharing(results),
        levels(results, scenario, against, state, row),
    )


def _row_at(results: Results, at: str) -> int:
    """Return the place of a quarter that was asked for; of a year it is the last."""
    try:
        return row_of(results, parse_quarter(at, closing=True))
    except ValueError as wrong:  # BadInput is one too
        raise BadInput(f"--at: {wrong}") from None


def _over_time(results: Results, scenario: str, against: str, outcome: Outcome) -> pd.DataFrame:
    """Return the paired difference of an outcome, quarter by quarter."""
    gap = paths(results, scenario, outcome) - paths(results, against, outcome)
    middle, low, high = means(gap, clusters_of(results))
    ends = quantiles(gap, (0.05, 0.5, 0.95))
    begun = clear_since(middle, low, high, SMALL / abs(outcome.scale))
    begins = None if begun is None else quarter_label(int(recorded(results)[begun]))
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


def _steady(
    results: Results, scenario: str, against: str, outcomes: Sequence[Outcome]
) -> Iterator[tuple[Outcome, Steadiness]]:
    """Yield how the direction of each change in the last quarter fares under judgement."""
    for each in outcomes:
        gap = values(results, scenario, each) - values(results, against, each)
        if abs(each.scale * float(np.nanmean(gap))) >= SMALL:
            found = judged(results, scenario, gap, 0.0)
            words = in_words(results, found, change_in(each.scale, each.unit)).rstrip(".")
            yield each, Steadiness(found.standing, words)


def _ranking(results: Results, scenario: str, against: str, columns: Sequence[str]) -> pd.DataFrame:
    """Return states and domains by how much columns of Russia and China move in the end."""
    if "influence" not in results.tables:
        return pd.DataFrame()
    found = []
    for domain, power in product(columns, PAIR):
        one, other = (at_end(results, name, domain, power) for name in (scenario, against))
        gap = one - other
        middle, low, high = means(gap, clusters_of(results))
        found += [
            {"state": s, "domain": domain, "power": power, "change": m, "low": lo, "high": hi}
            for s, m, lo, hi in zip(STATES, middle, low, high, strict=True)
        ]
    table = pd.DataFrame(found)
    order = table["change"].abs().sort_values(ascending=False, kind="stable").index
    return table.reindex(order).reset_index(drop=True)


def compare_all(
    results: Results,
    names: Sequence[str],
    *,
    split: bool = True,
    state: str | None = None,
    at: str | None = None,
) -> list[Comparison]:
    """Compare each scenario with the last one named; the rest is as `compared` has it."""
    if len(names) < TWO:
        raise BadInput("name two scenarios or more: each is compared with the last")
    *several, last = names
    return [compared(results, each, last, split=split, state=state, at=at) for each in several]


FEW = 20
"""Rows of the ranking that are told."""


def as_data(found: Comparison) -> dict[str, Any]:
    """Return a comparison as JSON has it: words, the last quarter, rankings, channels, levels."""
    last = found.over_time[found.over_time["quarter"] == found.over_time["quarter"].max()]
    return {
        "scenario": found.scenario,
        "against": found.against,
        "words": found.words,
        "worlds": found.worlds,
        "shared": found.shared,
        "outcomes": _records(last),
        "ranking": _records(found.ranking.head(FEW)),
        "states": _records(found.states),
        "channels": {
            outcome.label: [{"channel": each.name, **_numbers(each.effect)} for each in several]
            for outcome, several in found.channels.items()
        },
        "levels": _records(found.levels),
        "robust": {name: asdict(each) for name, each in found.robust.items()},
    }


def _numbers(effect: Difference) -> dict[str, float | None]:
    """Return an estimate's numbers; None for ends that one world cannot give."""
    return {name: value if isfinite(value) else None for name, value in asdict(effect).items()}


def _records(table: Any) -> list[dict[str, Any]]:  # noqa: ANN401 (a frame)
    records: list[dict[str, Any]] = json.loads(table.to_json(orient="records", date_format="iso"))
    return records
