"""The summary of a batch that a person can read: who leads where, and how outcomes spread."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiments.answers.headlines import in_lines, records
from experiments.answers.robustness import fixed
from experiments.answers.tables import Lines, print_table, room, width
from experiments.design.asked import LEADER, Asked
from experiments.printing import say
from experiments.results.base import sharing
from experiments.results.cells import at_end, last_quarter
from experiments.results.estimates import percent, probability
from experiments.results.missing import ADDS, lack
from experiments.results.reading import Results
from experiments.results.text import capital, on_record, worlds_each
from experiments.store.columns import column
from scenarios.quarters import quarter_label
from scenarios.vocabulary import POWER_NAMES, POWERS, STATE_NAMES, STATES

OUTCOMES = ("rivalry", "cooperation", "coopetition", "stability", "hedging", "dependency_risk")
QUANTILES = (0.05, 0.5, 0.95)
Json = dict[str, Any]


def summarised(results: Results, *, verdicts: bool = True) -> Json:
    """Return the summary: leaders with shares of worlds, and quantiles, in the last quarter.

    With `verdicts` also for each headline whether it survives the spread of what is judged, and the
    parameters that this leaves out.
    """
    found = _shown(results, leads=True)
    return {
        "folder": results.folder.address,
        "scenarios": found["scenarios"],
        "worlds": results.size,
        "failed": len(results.failures),
        "shared": sharing(results),
        "record": on_record(results.batch.assumed.scenarios),
        **{key: found[key] for key in ("quarter", "leaders", "outcomes", "lacking")},
        "robust": records(results) if verdicts else [],
        "fixed": fixed(results) if verdicts else [],
    }


def asked_for(results: Results) -> Json:
    """Return what an experiment file asks for by `outcomes`, as `summarised` has it."""
    named = results.manifest.get("experiment", {}).get("outcomes") or ()
    return _shown(results, leads=any(name.partition(":")[0] == LEADER for name in named))


def _shown(results: Results, *, leads: bool) -> Json:
    """Return leaders, the outcomes of the experiment file or else OUTCOMES, and what is missing."""
    named = results.manifest.get("experiment", {}).get("outcomes") or OUTCOMES
    asked = [Asked.read(name) for name in named]
    wanted = {each.table for each in asked} | ({"influence"} if leads else set())
    missing = lack(results, tables=wanted)
    quarter = quarter_label(last_quarter(results))
    there = [each for each in asked if each.column != LEADER and each.table in results.tables]
    return {
        "scenarios": results.titles,
        "quarter": quarter,
        "leaders": list(_leaders(results)) if leads and "influence" in results.tables else [],
        "outcomes": [row for each in there for row in _quantiles(results, each, quarter)],
        "lacking": missing.aside if missing else [],
    }


def _leaders(results: Results) -> Iterator[Json]:
    """Yield a row a state, scenario and power, with share of worlds and interval, largest first."""
    shares = {name: at_end(results, name, "share") for name in results.scenarios}
    for (place, state), scenario in product(enumerate(STATES), results.scenarios):
        of_state = shares[scenario][place]
        failed = np.isnan(of_state).any(axis=0)
        first = np.where(failed, -1, np.nan_to_num(of_state).argmax(axis=0))
        rows: list[Json] = [
            {"scenario": scenario, "state": state}
            | _leading(np.where(failed, np.nan, first == at), power, results)
            for at, power in enumerate(POWERS)
        ]
        known = [row for row in rows if row["worlds"]]
        yield from sorted(known, key=lambda row: (-row["share_of_worlds"], row["power"]))


def _leading(holds: NDArray[np.float64], power: str, results: Results) -> Json:
    """Return how often a power leads: 1 in each world in which it does, NaN where that failed."""
    often = probability(holds, results.clusters)
    ends = {"share_of_worlds": often.value, "low": often.low, "high": often.high}
    return {"power": power, "led": int(np.nansum(holds)), "worlds": often.worlds, **ends}


def _quantiles(results: Results, asked: Asked, quarter: str) -> Iterator[Json]:
    """Yield the quantiles of an outcome in a quarter: a row a scenario, state and power."""
    frame = results.bands(
        asked.column, quantiles=QUANTILES, state=asked.state, power=asked.power, quarter=quarter
    )
    for row in frame.drop(columns="quarter").to_dict("records"):
        yield {"outcome": asked.column, **{str(key): value for key, value in row.items()}}


def print_summary(found: Json) -> None:
    """Print a summary as tables and lines."""
    said = worlds_each(found["worlds"], found["failed"], len(found["scenarios"]))
    print(f"{capital(said)}; last quarter {found['quarter']}")
    print(f"Worlds {found['record']}.")
    for name, title in found["scenarios"].items():
        print(f"  {name}: {title}")
    say([found["shared"]] if found["shared"] else [])
    print_outcomes(found)
    say(["", *in_lines(found["robust"], found["fixed"])], hang=4)


def print_outcomes(found: Json) -> None:
    """Print who leads where, and how outcomes spread over worlds, as far as a summary has them."""
    if found["leaders"]:
        title = f"Who has most influence in {found['quarter']}: % of worlds [95 % interval]"
        powers = [POWER_NAMES[power].removeprefix("the ").split()[0] for power in POWERS]
        print_table(title, ["", *powers], list(_leader_lines(found)))
    if found["outcomes"]:
        title = f"Median, and the range of nine worlds in ten, in {found['quarter']}"
        print_table(title, *_outcome_lines(found["outcomes"], list(found["scenarios"])))
        if any(row["outcome"] == "rivalry" for row in found["outcomes"]):
            say([f"rivalry: {column('rivalry').meaning}"])
    if found["lacking"]:
        say(["", *found["lacking"]], whole=[ADDS])


def _leader_lines(found: Json) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield how often each power leads: a line a state, or a scenario below each state."""
    cells: dict[tuple[str, str], dict[str, str]] = {}
    for row in found["leaders"]:
        ends = f"{100 * row['low']:.0f}–{100 * row['high']:.0f}"
        said = f"{percent(row['share_of_worlds'])[:-2]} [{ends}]" if row["led"] else ""
        cells.setdefault((row["state"], row["scenario"]), {})[row["power"]] = said
    several = len(found["scenarios"]) > 1
    for state in STATES:
        if several:
            yield STATE_NAMES[state], ()
        for name in found["scenarios"]:
            if of := cells.get((state, name)):
                named = f"  {name}" if several else STATE_NAMES[state]
                yield named, [of.get(power, "") for power in POWERS]


def _outcome_lines(rows: Sequence[Json], names: Sequence[str]) -> tuple[list[str], Lines]:
    """Return heads and lines of medians and ranges, scenarios beside or below each other."""
    cells: dict[tuple[str, str], dict[str, str]] = {}
    for row in rows:
        outcome = row["outcome"] + (f" ({POWER_NAMES[row['power']]})" if "power" in row else "")
        place = STATE_NAMES[row["state"]] if "state" in row else ""
        said = f"{row['q50']:.2f} ({row['q05']:.2f} to {row['q95']:.2f})"
        cells.setdefault((outcome, place), {})[row["scenario"]] = said
    beside: list[tuple[str, Sequence[str]]] = []
    below: list[tuple[str, Sequence[str]]] = []
    before = ""
    for (outcome, place), of in cells.items():
        beside += [(outcome, ())] if place and outcome != before else []
        before = outcome
        beside.append((f"  {place}" if place else outcome, [of.get(name, "") for name in names]))
        below.append((f"{outcome}, {place}" if place else outcome, ()))
        below += [(f"  {name}", [of[name]]) for name in names if name in of]
    heads = ["", *names]
    return (heads, beside) if width(heads, beside) <= room() else (["", ""], below)
