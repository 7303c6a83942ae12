"""The summary of a batch that a person can read: who leads where, and how outcomes spread."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.answers.verdicts import in_lines, records
from experiments.design.asked import LEADER, Asked
from experiments.printing import say
from experiments.results.cells import at_end, last_quarter
from experiments.results.clusters import clusters_of, sharing
from experiments.results.estimates import percent, probability
from experiments.results.lacking import ADDS, lack
from experiments.results.reading import Results
from experiments.results.selection import Selection
from experiments.results.wording import capital, on_record, titles, worlds_each
from experiments.store.columns import column
from scenarios.quarters import quarter_label
from scenarios.vocabulary import POWER_NAMES, POWERS, STATE_NAMES, STATES

if TYPE_CHECKING:
    from rich.table import Table

OUTCOMES = ("rivalry", "cooperation", "coopetition", "stability", "hedging", "dependency_risk")
QUANTILES = (0.05, 0.5, 0.95)
Json = dict[str, Any]


def summarised(results: Results) -> Json:
    """Return the summary: leaders with probabilities, and quantiles, in the last quarter.

    And for each headline whether it survives the spread of what is judged.
    """
    quarter = quarter_label(last_quarter(results))
    return {
        "folder": results.folder.address,
        "scenarios": titles(results),
        "worlds": results.size,
        "failed": len(results.failures),
        "shared": sharing(results),
        "record": on_record(results.batch.assumed.scenarios),
        "quarter": quarter,
        "leaders": list(_leaders(results)) if "influence" in results.tables else [],
        "outcomes": _outcomes(results, quarter, _asked(results)),
        "lacking": _lacking(results, leads=True),
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


Lines = list[tuple[str, Sequence[str]]]
"""Lines of a table: a name, and the cells that follow; a name without cells heads what is below."""
PIPE = 100
"""Columns that a table may take where no terminal says how many there are."""
BETWEEN = 2


def print_summary(found: Json) -> None:
    """Print a summary as tables and lines."""
    said = worlds_each(found["worlds"], found["failed"], len(found["scenarios"]))
    print(f"{capital(said)}; last quarter {found['quarter']}")
    print(f"Worlds {found['record']}.")
    for name, title in found["scenarios"].items():
        print(f"  {name}: {title}")
    say([found["shared"]] if found["shared"] else [])
    print_outcomes(found)
    say(["", *in_lines(found["robust"])], hang=4)


def print_outcomes(found: Json) -> None:
    """Print who leads where, and how outcomes spread over worlds, as far as a summary has them."""
    if found["leaders"]:
        title = f"Who has most influence in {found['quarter']}: % of worlds [95 % interval]"
        powers = [POWER_NAMES[power].removeprefix("the ").split()[0] for power in POWERS]
        print_table(title, ["", *powers], list(_leader_lines(found)))
    if found["outcomes"]:
        print_table(*_outcome_lines(found))
        if any(row["outcome"] == "rivalry" for row in found["outcomes"]):
            say([f"rivalry: {column('rivalry').meaning}"])
    if found["lacking"]:
        say(["", *found["lacking"]], whole=[ADDS])


def _leader_lines(found: Json) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield how often each power leads: a line a state, or a scenario below each state."""
    cells: dict[tuple[str, str], dict[str, str]] = {}
    for row in found["leaders"]:
        said = (
            f"{percent(row['probability'])[:-2]} [{100 * row['low']:.0f}–{100 * row['high']:.0f}]"
        )
        of = cells.setdefault((row["state"], row["scenario"]), {})
        of[row["power"]] = said if row["led"] else ""
    several = len(found["scenarios"]) > 1
    for state in STATES:
        if several:
            yield STATE_NAMES[state], ()
        for name in found["scenarios"]:
            of = cells.get((state, name), {})
            if of:
                named = f"  {name}" if several else STATE_NAMES[state]
                yield named, [of.get(power, "") for power in POWERS]


def _outcome_lines(found: Json) -> tuple[str, list[str], Lines]:
    """Return title, heads and lines of medians and ranges, scenarios beside or below each other."""
    title = f"Median and 90 % range in {found['quarter']}"
    names, cells = list(found["scenarios"]), _ranges(found["outcomes"])
    beside = list(_beside(cells, names))
    if _wide(["", *names], beside) <= _room():
        return title, ["", *names], beside
    return title, ["", ""], list(_below(cells, names))


def _ranges(rows: Iterable[Json]) -> dict[tuple[str, str], dict[str, str]]:
    """Return what is said of each outcome and place, by scenario."""
    cells: dict[tuple[str, str], dict[str, str]] = {}
    for row in rows:
        outcome = row["outcome"] + (f" ({POWER_NAMES[row['power']]})" if "power" in row else "")
        said = f"{row['q50']:.2f} [{row['q05']:.2f}–{row['q95']:.2f}]"
        place = STATE_NAMES[row["state"]] if "state" in row else ""
        cells.setdefault((outcome, place), {})[row["scenario"]] = said
    return cells


def _beside(
    cells: Mapping[tuple[str, str], Mapping[str, str]], names: Sequence[str]
) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield a line an outcome and place, scenarios beside each other."""
    before = ""
    for (outcome, place), by_scenario in cells.items():
        if place and outcome != before:
            yield outcome, ()
        before = outcome
        yield f"  {place}" if place else outcome, [by_scenario.get(name, "") for name in names]


def _below(
    cells: Mapping[tuple[str, str], Mapping[str, str]], names: Sequence[str]
) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield a line a scenario below each outcome and place."""
    for (outcome, place), by_scenario in cells.items():
        yield f"{outcome}, {place}" if place else outcome, ()
        yield from ((f"  {name}", [by_scenario[name]]) for name in names if name in by_scenario)


def _room() -> int:
    """Return how many columns there are."""
    if not sys.stdout.isatty():
        return PIPE
    from rich.console import Console

    return Console().width


def fits(heads: Sequence[str], lines: Lines) -> bool:
    """Tell whether a table needs no folding; into a pipe none does."""
    return not sys.stdout.isatty() or _wide(heads, lines) <= _room()


def _wide(heads: Sequence[str], lines: Lines) -> int:
    """Return how wide a table is."""
    rows = [heads, *([name, *cells] for name, cells in lines if cells)]
    widths = [max(map(len, cells)) for cells in zip(*rows, strict=True)]
    return max(sum(widths) + BETWEEN * (len(widths) - 1), *(len(name) for name, _ in lines))


def print_table(title: str, heads: Sequence[str], lines: Lines) -> None:
    """Print a table: in colour on a terminal, as plain lines into a pipe."""
    from rich.console import Console

    wide = _wide(heads, lines)
    width = None if sys.stdout.isatty() else max(wide, PIPE)
    console = Console(highlight=False, markup=False, emoji=False, width=width)
    with console.capture() as captured:
        console.print(_table(heads, lines))
    said = captured.get().splitlines()
    print("", title, *(each.rstrip() for each in said if each.strip()), sep="\n")


def _table(heads: Sequence[str], lines: Lines) -> Table:
    """Return a table without rules; what does not fit is folded."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, BETWEEN, 0, 0), header_style="bold")
    for head in heads:
        table.add_column(head, overflow="fold")
    for name, cells in lines:
        style = None if cells or name.startswith(" ") else "bold"
        table.add_row(name, *cells, style=style)
    return table
