"""Commands that make outcomes legible: plot, questions, ask, explain, compare, report."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from experiments.addresses import folder_for
from experiments.commands.options import Agents, AsJson, Only, ResultsFolder, loaded
from experiments.errors import BadInput
from experiments.exit_codes import BAD_INPUT, DONE, SOME_WORLDS_FAILED
from experiments.store.folder import Folder

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from experiments.answers.comparison import Comparison
    from experiments.figures.catalogue import Subject

Needed = Annotated[str | None, typer.Argument(metavar="DIR", help="A results folder.")]
Figures = Annotated[
    list[str] | None,
    typer.Argument(metavar="FIGURE...", help="Which figures (all it allows but the annex)."),
]
To = Annotated[
    Path | None, typer.Option(metavar="DIR", help="Where to put them (DIR/figures, or ./figures).")
]
Drawn = Annotated[
    Path | None, typer.Option(metavar="DIR", help="Draw a figure too, into this folder.")
]
Formats = Annotated[str, typer.Option("--format", help="png, svg, pdf; commas between.")]
Listed = Annotated[bool, typer.Option("--list", help="List the figures that there are.")]
State = Annotated[str | None, typer.Option(metavar="X", help="Only this state.")]
OfColumn = Annotated[
    str | None, typer.Option("--column", metavar="C", help="Any column of the tables.")
]
OfPower = Annotated[
    str | None, typer.Option("--power", metavar="P", help="Of this power, where it is one of each.")
]
Axes = Annotated[
    list[str] | None,
    typer.Option("--axis", metavar="NAME", help="A parameter on an axis of `response`."),
]


def plot(
    folder: Needed = None,
    figure: Figures = None,
    *,
    to: To = None,
    kinds: Formats = "png,svg",
    scenario: Only = None,
    state: State = None,
    column: OfColumn = None,
    power: OfPower = None,
    axis: Axes = None,
    listed: Listed = False,
) -> None:
    """Draw figures of a results folder; without FIGURE, all that the folder allows."""
    from experiments.figures.catalogue import CATALOGUE, Subject
    from experiments.store.labels import label_of

    if listed:
        for name, entry in CATALOGUE.items():
            print(f"{name:<12} {entry.shows}{' (annex)' * entry.annex}")
        return
    code = None if state is None else label_of("state", state)
    whose = None if power is None else label_of("power", power)
    subject = Subject(tuple(scenario or ()), code, column, whose, tuple(axis or ()))
    address = _needed(folder)
    where = folder_for(to, own=Folder(address).local)
    _draw(address, figure or [], where, _formats(kinds), subject)


def _needed(folder: str | None) -> str:
    if folder is None:
        raise BadInput("which results folder? crossroads plot DIR [FIGURE...]")
    return folder


def _formats(kinds: str) -> list[str]:
    from experiments.figures.style import FORMATS
    from scenarios.faults import nearest

    asked = [each.strip().lower() for each in kinds.split(",") if each.strip()]
    for each in asked:
        if each not in FORMATS:
            raise BadInput(f"--format: no '{each}'; {nearest(each, FORMATS)}")
    if not asked:
        raise BadInput(f"--format is empty; {nearest('', FORMATS)}")
    return asked


def _draw(
    address: str,
    names: list[str],
    to: Path | None,
    formats: list[str],
    subject: Subject,
) -> None:
    """Draw figures and print the files; then say which could not be drawn, and why."""
    from experiments.figures.catalogue import chosen, draw_all, left_out
    from experiments.results.reading import load

    results = load(address)
    local = results.folder.local
    where = to or (local / "figures" if local else Path("figures"))
    faults = []
    for drawn in draw_all(results, chosen(results, names, subject), where, formats, subject):
        print(*drawn.files, sep="\n", end="\n" if drawn.files else "", flush=True)
        faults += [drawn] if drawn.wrong else []
    said = [each.said for each in faults] + ([] if names or subject.asked else left_out(results))
    print(*said, sep="\n", end="\n" if said else "", file=sys.stderr)
    if faults:
        bad = all(isinstance(each.wrong, BadInput) for each in faults)
        raise typer.Exit(BAD_INPUT if bad else SOME_WORLDS_FAILED)


def questions(
    folder: ResultsFolder,
    full: Annotated[
        bool, typer.Option("--full", help="All scenarios, robustness, and what would add to each.")
    ] = False,
    agents: Agents = None,
    as_json: AsJson = False,
) -> None:
    """Answer the ten policy questions: a sentence each, and a table of numbers and spread."""
    from experiments.answers.questions import answers, printed
    from experiments.printing import say
    from experiments.results.missing import ADDS

    results = loaded(folder, agents)
    found = answers(results)
    if as_json:
        print(json.dumps([each.as_json() for each in found], indent=1, ensure_ascii=False))
    else:
        say(printed(found, results, full=full), whole=["      ", ADDS])


def ask(
    folder: ResultsFolder,
    condition: Annotated[str, typer.Argument(metavar='"CONDITION"', help="See docs/questions.md.")],
    with_examples: Annotated[
        bool, typer.Option("--examples", help="Name worlds of either kind, to be replayed.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Say in how many worlds it is so: "security CHN > RUS in TJK held 4 quarters by 2035-Q4"."""
    from experiments.answers.query import ask as answered
    from experiments.answers.query import example_lines, examples
    from experiments.printing import say
    from experiments.results.base import sharing
    from experiments.results.missing import ADDS
    from experiments.results.reading import load
    from experiments.results.text import capital, worlds_of

    results = load(folder)
    found = answered(results, condition)
    picked = examples(results, condition) if with_examples and found.findings else []
    if as_json:
        data = found.as_json() | ({"examples": picked} if with_examples else {})
        print(json.dumps(data, indent=1, ensure_ascii=False))
    else:
        rests = f"{capital(worlds_of(results))}. {sharing(results)}".rstrip()
        shown = [found.text, *found.lines(full=True)[2:], *([rests] if found.findings else [])]
        whole = ["    crossroads", "      ", ADDS]  # commands and tables
        say([*shown, *example_lines(results, picked)], whole=whole)


def explain(
    folder: ResultsFolder,
    *,
    state: Annotated[str, typer.Option(metavar="X", help="Tajikistan or TJK, for one.")],
    scenario: Annotated[
        str | None, typer.Option(metavar="S", help="A scenario in the folder (of one: that).")
    ] = None,
    domain: Annotated[str | None, typer.Option(metavar="D", help="A domain (all).")] = None,
    against: Annotated[
        str | None,
        typer.Option(metavar="B", help="Another scenario (the baseline), or start: since 2000."),
    ] = None,
    worlds: Annotated[int, typer.Option(min=1, help="Worlds to run again.")] = 16,
    to: Drawn = None,
    agents: Agents = None,
    as_json: AsJson = False,
) -> None:
    """Say which terms moved a state's choice, and why the powers spent there."""
    from experiments.answers.explanation_text import as_data, explanation_lines, explanation_of
    from experiments.printing import say
    from experiments.store.labels import label_of

    where, results = folder_for(to, own=Folder(folder).local), loaded(folder, agents)
    about = None if domain is None else label_of("domain", domain)
    found = explanation_of(results, (scenario, state, against), worlds)
    if as_json:
        print(json.dumps(as_data(found, about), indent=1, ensure_ascii=False))
    else:
        say(explanation_lines(results, found, about), hang=4)
    if where:
        from experiments.figures.waterfall import waterfall

        subject = about or found.most_moved()
        name = f"explain_{found.scenario}_{found.state}_{subject}"
        _save(waterfall(found, subject), where, name, as_json=as_json)


def compare(
    folder: ResultsFolder,
    scenarios: Annotated[
        list[str], typer.Argument(metavar="A B [C ...]", help="Each minus the last.")
    ],
    *,
    split: Annotated[
        bool, typer.Option("--channels/--no-channels", help="Run each change of A alone.")
    ] = True,
    state: Annotated[
        str | None, typer.Option(metavar="X", help="Levels of this state, not of the region.")
    ] = None,
    at: Annotated[
        str | None, typer.Option(metavar="QUARTER", help="Levels in this quarter (the last).")
    ] = None,
    kind: Annotated[
        str, typer.Option("--format", metavar="F", help="table, csv, xlsx, md or latex.")
    ] = "table",
    to: Drawn = None,
    agents: Agents = None,
    as_json: AsJson = False,
) -> None:
    """Say what changes from one scenario to another, for whom, when and through which channel."""
    from experiments.answers.comparison import compare_all
    from experiments.answers.comparison_text import as_data, print_comparison, write_table
    from experiments.answers.tables import format_of
    from experiments.printing import say
    from experiments.results.missing import ADDS, lack
    from experiments.store.columns import TABLES
    from experiments.store.labels import label_of

    where = folder_for(to, own=Folder(folder).local)
    code = None if state is None else label_of("state", state)
    shown = format_of(kind) == "table"
    split = split and ((shown and code is None) or as_json or to is not None)
    results = loaded(folder, agents)
    found = compare_all(results, scenarios, split=split, state=code, at=at)
    if as_json:
        print(json.dumps([as_data(each) for each in found], indent=1, ensure_ascii=False))
    elif not shown:
        write_table(results, found, kind, where)
    else:
        for each in found:
            print_comparison(each)
        if missing := lack(results, tables=TABLES):
            say(["", *missing.aside], whole=[ADDS])
    if where:
        _draw_comparisons(found, where, as_json=as_json)


def _draw_comparisons(found: Sequence[Comparison], folder: Path, *, as_json: bool) -> None:
    """Draw each comparison into a folder."""
    from experiments.figures.comparison import comparison

    for each in found:
        name = f"compare_{each.scenario}_{each.against}"
        _save(comparison(each), folder, name, as_json=as_json)


def _save(figure: Figure, folder: Path, name: str, *, as_json: bool) -> None:
    """Write a figure and name its files, beside JSON on the error stream: JSON stands alone."""
    from experiments.figures.style import save

    for path in save(figure, folder, name):
        print(path, file=sys.stderr if as_json else sys.stdout)


def report(
    folder: ResultsFolder,
    to: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The file (DIR/report.html).")
    ] = None,
    agents: Agents = None,
) -> int:
    """Write one self-contained page: findings, figures, tables, assumptions, method, manifest.

    Exit code 1 where a figure could not be drawn; the page says which.
    """
    from experiments.report.build import build

    page, undrawn = build(loaded(folder, agents), to)
    print(page, flush=True)
    for each in undrawn:
        print(each, file=sys.stderr)
    return SOME_WORLDS_FAILED if undrawn else DONE
