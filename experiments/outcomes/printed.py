"""The summary of a batch as terminals show it, in 80 columns as in more, and as pipes get it."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from experiments.outcomes.robust import in_lines
from experiments.printing import say
from experiments.results.estimates import percent
from experiments.results.lacking import ADDS
from experiments.results.wording import capital, worlds_each
from experiments.store.columns import column
from scenarios.vocabulary import POWER_NAMES, POWERS, STATE_NAMES, STATES

if TYPE_CHECKING:
    from rich.table import Table

Json = dict[str, Any]
Lines = list[tuple[str, Sequence[str]]]
"""Lines of a table: a name, and the cells that follow; a name without cells heads what is below."""
PIPE = 100
"""Columns that a table may take where no terminal says how many there are."""
BETWEEN = 2


def print_summary(found: Json) -> None:
    """Print a summary as tables and lines."""
    said = worlds_each(found["worlds"], found["failed"], len(found["scenarios"]))
    print(f"{capital(said)}; last quarter {found['quarter']}")
    for name, title in found["scenarios"].items():
        print(f"  {name}: {title}")
    say([found["shared"]] if found["shared"] else [])
    print_outcomes(found)
    if found["corrections"]:
        from experiments.outcomes.corrections import correction_lines

        say(["", *correction_lines(found["corrections"])])
    say(["", *in_lines(found["robust"])], hang=4)


def print_outcomes(found: Json) -> None:
    """Print who leads where, and how outcomes spread over worlds, as far as a summary has them."""
    if found["leaders"]:
        title = f"Who has most influence in {found['quarter']}: % of worlds [95 % interval]"
        powers = [POWER_NAMES[power].removeprefix("the ").split()[0] for power in POWERS]
        print_table(title, ["", *powers], list(_leaders(found)))
    if found["outcomes"]:
        print_table(*_outcomes(found))
        if any(row["outcome"] == "rivalry" for row in found["outcomes"]):
            say([f"rivalry: {column('rivalry').meaning}"])
    if found["lacking"]:
        say(["", *found["lacking"]], whole=[ADDS])


def _leaders(found: Json) -> Iterator[tuple[str, Sequence[str]]]:
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


def _outcomes(found: Json) -> tuple[str, list[str], Lines]:
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
