"""The tables of a report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from experiments.answers.assumptions import worded
from experiments.answers.headlines import Verdict
from experiments.answers.summary import summarised
from experiments.results.estimates import percent
from experiments.results.reading import Results
from experiments.store.columns import column
from scenarios.vocabulary import POWER_NAMES, STATE_NAMES

STANDS = {
    "survives": "survives",
    "close": "close to a tie in a fifth",
    "falls": "does not survive",
    "tie": "a near tie",
    "unknown": "too few worlds to tell",
}
"""How a headline fares, in a cell."""


@dataclass(frozen=True)
class Table:
    """A table as the page shows it: the first cell of a row names it."""

    caption: str
    columns: list[str]
    rows: list[list[str]]


def tables(results: Results) -> list[Table]:
    """Return who leads where, and how the headline outcomes spread."""
    found = summarised(results)
    names = results.titles
    made = [_leaders(found, names), _outcomes(found, names)]
    return [each for each in made if each.rows]


def robustness(results: Results, verdicts: Sequence[Verdict]) -> Table:
    """Return which headline survives the spread of judgement, and what moves it most."""
    registry = results.batch.assumed.registry
    rows = []
    for each in verdicts:
        moved = bool(each.assumption) and percent(each.low) != percent(each.high)
        ends = [percent(each.low), percent(each.high)] if moved else ["", ""]
        most = worded(each.assumption, registry) if moved else "none clearly"
        rows.append([each.headline, percent(each.support), STANDS[each.standing], most, *ends])
    columns = ["headline", "worlds", "stands", "moved by", "if that is low", "if high"]
    caption = "Which headline survives: share of worlds in which it holds, and in the outer fifths"
    return Table(caption, columns, rows)


def _leaders(found: dict[str, Any], names: dict[str, str]) -> Table:
    """Return the probability that each power has most influence, by state and scenario."""
    cells: dict[tuple[str, str], dict[str, str]] = {}
    for row in found["leaders"]:
        if row["led"]:
            ends = f"{100 * row['low']:.0f}–{100 * row['high']:.0f}"
            said = f"{percent(row['share_of_worlds'])} [{ends}]"
            key = (STATE_NAMES[row["state"]], POWER_NAMES[row["power"]])
            cells.setdefault(key, {})[row["scenario"]] = said
    rows = [
        [f"{state}: {power}", *(each.get(name, "0 %") for name in names)]
        for (state, power), each in sorted(cells.items())
    ]
    caption = f"Who has most influence in {found['quarter']}: share of worlds [95 % interval]"
    return Table(caption, ["state and power", *names.values()], rows)


def _outcomes(found: dict[str, Any], names: dict[str, str]) -> Table:
    """Return medians and 90 % ranges."""
    cells: dict[tuple[str, str], dict[str, str]] = {}
    for row in found["outcomes"]:
        key = (row["outcome"], STATE_NAMES.get(row.get("state", ""), "region"))
        said = f"{row['q50']:.2f} [{row['q05']:.2f}, {row['q95']:.2f}]"
        cells.setdefault(key, {})[row["scenario"]] = said
    rows = [
        [
            f"{name.replace('_', ' ')}, {where} ({column(name).unit})",
            *(each.get(n, "") for n in names),
        ]
        for (name, where), each in cells.items()
    ]
    caption = f"Median and 90 % range over worlds in {found['quarter']}"
    return Table(caption, ["outcome", *names.values()], rows)
