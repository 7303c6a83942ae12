"""The summary of a batch that a person can read: who leads where, and how outcomes spread."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from experiments.design.asked import LEADER, Asked
from experiments.outcomes.robust import in_lines, records
from experiments.printing import say
from experiments.results.bands import connected, source
from experiments.results.columns import column
from experiments.results.estimates import percent
from experiments.results.leaders import leaders
from experiments.results.reading import Results
from scenarios.quarters import parse_quarter, quarter_date, quarter_label
from scenarios.vocabulary import POWER_NAMES, STATE_NAMES

if TYPE_CHECKING:
    from rich.table import Table

OUTCOMES = ("rivalry", "cooperation", "coopetition", "stability", "hedging", "dependency_risk")
QUANTILES = (0.05, 0.5, 0.95)
SIDE_BY_SIDE = 4
"""Scenarios that stand in columns of their own; more stand below each other."""
Json = dict[str, Any]


def summarised(results: Results) -> Json:
    """Return the summary: leaders with probabilities, and quantiles, in the last quarter.

    And the corrections of scenarios that go on from the record, and for each headline whether it
    survives the spread of what is judged.
    """
    inputs = results.manifest["inputs"]
    last = results.quarters()[-1]
    quarter = parse_quarter(f"{last.year}-Q{last.quarter}")
    return {
        "folder": results.folder.address,
        "scenarios": {n: each["title"] for n, each in inputs["scenarios"].items()},
        "worlds": results.size,
        "failed": len(results.failures),
        "quarter": quarter_label(quarter),
        "leaders": _leaders(results, quarter) if "influence" in results.tables else [],
        "outcomes": _outcomes(results, quarter_label(quarter), _asked(results)),
        "corrections": _corrections(results),
        "robust": records(results),
    }


def _corrections(results: Results) -> list[Json]:
    """Return what anchored scenarios were corrected by; the model is imported only for them."""
    if not any(spec.anchors for spec in results.batch.assumed.scenarios.values()):
        return []
    from experiments.outcomes.corrections import corrections

    return corrections(results.batch)


def _leaders(results: Results, quarter: int) -> list[Json]:
    """Return a row a scenario, state and power, with probability and interval."""
    with connected(results.folder) as connection:
        parts = source(results.folder, results.files("influence"))
        frame = leaders(connection, parts, quarter_date(quarter))
    place = {name: number for number, name in enumerate(results.scenarios)}
    rows = _rows(frame)
    return sorted(rows, key=lambda row: (row["state"], place[row["scenario"]], -row["probability"]))


def _asked(results: Results) -> list[Asked]:
    """Return the outcomes of interest: those of the experiment file, or the headline ones."""
    named = results.manifest.get("experiment", {}).get("outcomes") or OUTCOMES
    asked = [Asked.read(name) for name in named if name != LEADER]
    return [each for each in asked if each.column != LEADER and each.table in results.tables]


def _outcomes(results: Results, quarter: str, asked: list[Asked]) -> list[Json]:
    """Return the quantiles of outcomes in a quarter."""
    rows: list[Json] = []
    for each in asked:
        where = {
            key: label for key, label in (("state", each.state), ("power", each.power)) if label
        }
        frame = results.bands(each.column, quarter=quarter, quantiles=QUANTILES, **where)
        rows += [{"outcome": each.column, **row} for row in _rows(frame.drop(columns="quarter"))]
    return rows


def _rows(frame: pd.DataFrame) -> list[Json]:
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]


def show(found: Json) -> None:
    """Print a summary as tables."""
    from rich.console import Console

    console = Console(highlight=False)
    failed = f", {found['failed']} failed" if found["failed"] else ""
    console.print(f"{found['worlds']:,} worlds a scenario{failed}; last quarter {found['quarter']}")
    for name, title in found["scenarios"].items():
        console.print(f"  {name}: {title}")
    if found["leaders"]:
        console.print(_leaders_table(found))
    if found["outcomes"]:
        console.print(_outcomes_table(found))
    if found["corrections"]:
        from experiments.outcomes.corrections import told

        console.print("\n".join(told(found["corrections"])), markup=False, soft_wrap=True)
    say(in_lines(found["robust"]), hang=4)


def _leaders_table(found: Json) -> Table:
    """Return the table of who leads where, the most likely first."""
    title = f"Who has most influence in {found['quarter']}: probability [95 % interval]"
    cells: dict[tuple[str, str], dict[str, str]] = {}
    for row in found["leaders"]:
        by_scenario = cells.setdefault((STATE_NAMES[row["state"]], ""), {})
        before = by_scenario.get(row["scenario"], "")
        by_scenario[row["scenario"]] = "\n".join(filter(None, (before, _led(row))))
    return _laid_out(title, "state", cells, list(found["scenarios"]))


def _led(row: Json) -> str:
    """Return how likely a power leads; nothing if it does in no world."""
    interval = f"[{100 * row['low']:.0f}–{100 * row['high']:.0f}]"
    often = percent(row["probability"])
    return f"{POWER_NAMES[row['power']]} {often} {interval}" if row["led"] else ""


def _outcomes_table(found: Json) -> Table:
    """Return the table of medians and 90 % ranges."""
    title = f"Median and 90 % range in {found['quarter']}"
    cells: dict[tuple[str, str], dict[str, str]] = {}
    for row in found["outcomes"]:
        outcome = row["outcome"] + (f" ({POWER_NAMES[row['power']]})" if "power" in row else "")
        of_outcome = cells.setdefault((outcome, ""), {})
        text = f"{row['q50']:.2f} [{row['q05']:.2f}–{row['q95']:.2f}]"
        # States stand below their outcome, not beside it: the table then fits into 80 columns.
        state = f"  {STATE_NAMES[row['state']]}" if "state" in row else ""
        line = cells.setdefault((outcome, state), {}) if state else of_outcome
        line[row["scenario"]] = text
    table = _laid_out(title, "outcome", cells, list(found["scenarios"]))
    table.caption = f"rivalry: {column('rivalry').meaning}"
    return table


def _laid_out(
    title: str, heading: str, cells: Mapping[tuple[str, str], Json], scenarios: list[str]
) -> Table:
    """Return cells side by side for a few scenarios, one below the other for many."""
    from rich.table import Table

    table = Table(title=title, title_justify="left", title_style="bold")
    wide = len(scenarios) <= SIDE_BY_SIDE
    for each in (heading, *(scenarios if wide else ["scenario", ""])):
        table.add_column(each, overflow="fold")
    for (above, below), by_scenario in cells.items():
        named = below or above
        if wide or not by_scenario:
            table.add_row(named, *(by_scenario.get(name, "") for name in scenarios if by_scenario))
            continue
        for name in scenarios:
            table.add_row(named, name, by_scenario.get(name, "").replace("\n", ", "))
        table.add_section()
    return table
