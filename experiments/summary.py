"""The summary of a batch that a person can read: who leads where, and how outcomes spread."""

from __future__ import annotations

from typing import Any

import pandas as pd

from experiments.bands import connected, source
from experiments.columns import column
from experiments.leaders import leaders
from experiments.reading import Results
from scenarios.quarters import parse_quarter, quarter_date, quarter_label
from scenarios.vocabulary import POWER_NAMES, STATE_NAMES

OUTCOMES = ("rivalry", "cooperation", "coopetition", "stability")
STATE_OUTCOMES = ("hedging", "dependency_risk", "joint_dependence", "threat")
QUANTILES = (0.05, 0.5, 0.95)
Json = dict[str, Any]


def summarised(results: Results) -> Json:
    """Return the summary: leaders with probabilities, and quantiles, in the last quarter."""
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
        "outcomes": _outcomes(results, quarter_label(quarter)),
    }


def _leaders(results: Results, quarter: int) -> list[Json]:
    """Return a row a scenario, state and power, with probability and interval."""
    with connected(results.folder) as connection:
        parts = source(results.folder, results.files("influence"))
        frame = leaders(connection, parts, quarter_date(quarter))
    place = {name: number for number, name in enumerate(results.scenarios)}
    rows = _rows(frame)
    return sorted(rows, key=lambda row: (row["state"], place[row["scenario"]], -row["probability"]))


def _outcomes(results: Results, quarter: str) -> list[Json]:
    """Return the quantiles of the headline columns in a quarter."""
    rows: list[Json] = []
    for table, names in (("region", OUTCOMES), ("states", STATE_OUTCOMES)):
        for name in names if table in results.tables else ():
            frame = results.bands(name, quarter=quarter, quantiles=QUANTILES)
            frame = frame.drop(columns="quarter")
            rows += [{"outcome": name, **row} for row in _rows(frame)]
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


def _leaders_table(found: Json) -> Any:  # noqa: ANN401 (rich is imported late)
    """Return the table of who leads where, the most likely first."""
    from rich.table import Table

    title = f"Who has most influence in {found['quarter']}: probability [95 % interval]"
    table = Table(title=title, title_justify="left", title_style="bold")
    for heading in ("state", *found["scenarios"]):
        table.add_column(heading)
    for state in dict.fromkeys(row["state"] for row in found["leaders"]):
        cells = (_cell(found["leaders"], state, name) for name in found["scenarios"])
        table.add_row(STATE_NAMES[state], *cells)
    return table


def _cell(rows: list[Json], state: str, scenario: str) -> str:
    """Return the powers that lead in at least one world, one a line."""
    led = [r for r in rows if r["state"] == state and r["scenario"] == scenario and r["led"]]
    return "\n".join(
        f"{POWER_NAMES[row['power']]} {row['probability']:.0%}"
        f" [{100 * row['low']:.0f}-{100 * row['high']:.0f}]"
        for row in led
    )


def _outcomes_table(found: Json) -> Any:  # noqa: ANN401 (as above)
    """Return the table of medians and 90 % ranges."""
    from rich.table import Table

    title = f"Median and 90 % range in {found['quarter']}"
    table = Table(title=title, title_justify="left", title_style="bold")
    for heading in ("outcome", "state", *found["scenarios"]):
        table.add_column(heading)
    cells: dict[tuple[str, str], dict[str, str]] = {}
    for row in found["outcomes"]:
        key = (row["outcome"], STATE_NAMES.get(row.get("state", ""), ""))
        text = f"{row['q50']:.2f} [{row['q05']:.2f}, {row['q95']:.2f}]"
        cells.setdefault(key, {})[row["scenario"]] = text
    for (name, state), by_scenario in cells.items():
        table.add_row(name, state, *(by_scenario.get(each, "") for each in found["scenarios"]))
    table.caption = f"rivalry: {column('rivalry').meaning}"
    return table
