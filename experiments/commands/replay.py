"""The command that shows one world quarter by quarter."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from textwrap import fill
from typing import TYPE_CHECKING, Annotated, Any

import typer

from experiments.commands.options import Agents, ResultsFolder, loaded
from experiments.exit_codes import DONE, SOME_WORLDS_FAILED

if TYPE_CHECKING:
    from experiments.batch.replay import Which
    from experiments.results.reading import Results

Scenario = Annotated[str, typer.Option(help="A scenario of the folder.")]
World = Annotated[int, typer.Option(help="Number of the world.")]
From = Annotated[str | None, typer.Option("--from", help="First quarter to tell (first recorded).")]
Until = Annotated[str | None, typer.Option(help="Last quarter to tell (last recorded).")]
FELT = 0.01
"""Drivers that move by less in a quarter are not printed."""
WIDTH = 150
"""Characters a line of the table; a narrower terminal gets paragraphs."""
HEADINGS = ("quarter", "drivers that moved", "what happened", "most effort", "shifts")
AsJson = Annotated[bool, typer.Option("--json", help="Everything, as JSON lines.")]


def replay(
    folder: ResultsFolder,
    scenario: Scenario,
    world: World,
    first: From = None,
    until: Until = None,
    agents: Agents = None,
    as_json: AsJson = False,
) -> int:
    """Run one world of a batch again, alone, and tell it quarter by quarter.

    Exit code 1 where it is not what the batch recorded; `crossroads rerun` says what else is not.
    """
    from experiments.batch.replay import Which, agrees, replayed

    results = loaded(folder, agents)
    inputs = results.manifest["inputs"]
    which = Which(scenario, world, *_span(first or inputs["record_from"], until or inputs["until"]))
    quarters = list(replayed(results, which))
    same = agrees(results, which, quarters)
    if as_json:
        print(*map(json.dumps, quarters), sep="\n", end="\n" if quarters else "")
    else:
        print_world(results, which, quarters)
        print(_held_against(results, same=same))
    return SOME_WORLDS_FAILED if same is False else DONE


def _span(first: str, until: str) -> tuple[int, int]:
    """Return the quarters to tell; a wrong one is bad input."""
    from experiments.errors import BadInput
    from scenarios.quarters import parse_quarter

    try:
        span = parse_quarter(first), parse_quarter(until, closing=True)
    except ValueError as wrong:
        raise BadInput(str(wrong)) from None
    if span[0] > span[1]:
        raise BadInput(f"--from {first} is after --until {until}: nothing would be told")
    return span


def print_world(results: Results, which: Which, quarters: list[dict[str, Any]]) -> None:
    """Print a world's story and its quarters."""
    from experiments.batch.replay import failure
    from experiments.batch.replay_text import story
    from experiments.printing import say

    print(f"World {which.world} of {which.scenario}")
    say([*story(quarters), ""], hang=4)
    _print_quarters(quarters)
    said = failure(results, which)
    say(["", *_glossary(quarters), *([said] if said else [])])


def _held_against(results: Results, *, same: bool | None) -> str:
    """Say whether the world came out as in the batch."""
    if same is not None:
        return "identical to the batch" if same else "DIFFERENT from what the batch recorded"
    lacks = "none of these quarters is recorded here"
    if "influence" not in results.tables:
        lacks = "this folder lacks the table influence"
    return f"not held against the batch: {lacks}"


def _print_quarters(quarters: list[dict[str, Any]]) -> None:
    """Print the quarters as a table, or one below the other where it would be too wide."""
    from rich.console import Console
    from rich.table import Table

    table = Table(show_lines=True)
    for heading in HEADINGS:
        table.add_column(heading, no_wrap=True)
    rows = [_row(quarter) for quarter in quarters]
    for row in rows:
        table.add_row(*row)
    width = None if sys.stdout.isatty() else WIDTH
    console = Console(highlight=False, markup=False, emoji=False, width=width)
    room = console.options.update(width=10 * WIDTH)
    wide = console.measure(table, options=room).maximum > console.width
    told = "\n\n".join(paragraph(row, console.width) for row in rows) if wide else table
    with console.capture() as captured:  # printed by rich, a reader who leaves would be an error
        console.print(told)
    print(captured.get(), end="")


def _glossary(quarters: list[dict[str, Any]]) -> Iterator[str]:
    """Yield what the columns of the table are, and how much a power has to spend."""
    if not quarters:
        return
    from scenarios.vocabulary import POWER_NAMES

    means = quarters[-1]["means"].items()
    spent = ", ".join(f"{POWER_NAMES[power]} {value:.2f}" for power, value in means)
    yield (
        "Most effort: the four largest sums that powers spend on a state in a domain in the "
        f"quarter, in effort units (in the last quarter all of a power's make: {spent})."
    )
    yield "Shifts: the four largest changes of a state's reliance in the quarter, in points."


def paragraph(row: list[str], width: int) -> str:
    """Return a quarter's cells below each other, for terminals too narrow for the table.

    >>> print(paragraph(["2024-Q1", "", "incident KGZ", "RUS in KAZ: security 0.13", ""], 60))
    2024-Q1
      what happened: incident KGZ
      most effort: RUS in KAZ: security 0.13
    """
    told = [
        fill(
            f"{heading}: {'; '.join(cell.splitlines())}",
            width,
            initial_indent="  ",
            subsequent_indent="    ",
        )
        for heading, cell in zip(HEADINGS[1:], row[1:], strict=True)
        if cell
    ]
    return "\n".join([row[0], *told])


def _row(quarter: dict[str, Any]) -> list[str]:
    """Return a quarter's cells: what is worth telling of it, a line each."""
    from experiments.batch.replay import largest

    pairs = quarter["moved"].items()
    moved = [
        f"{name} {old:.2f} -> {new:.2f}" for name, (old, new) in pairs if abs(new - old) > FELT
    ]
    efforts = [f"{_read(name)} {value:.2f}" for name, value in largest(quarter["efforts"])]
    shifts = [f"{_read(name)} {100 * value:+.1f}" for name, value in largest(quarter["shifts"])]
    cells = (moved, quarter["events"], efforts, shifts)
    return [quarter["quarter"], *("\n".join(each) for each in cells)]


def _read(name: str) -> str:
    """Return a cell's name as one reads it.

    >>> _read("security.CHN.TJK")
    'CHN in TJK: security'
    """
    domain, who, state = name.split(".")
    return f"{who} in {state}: {domain}"
