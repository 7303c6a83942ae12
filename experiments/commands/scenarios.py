"""Commands about what is assumed: scenarios, show, diff, new, schema."""

from __future__ import annotations

import json
import os
import textwrap
from pathlib import Path
from typing import Annotated

import typer

from experiments.addresses import file_for
from experiments.commands.options import AsJson, Folders
from experiments.errors import BadInput
from experiments.exit_codes import BAD_INPUT, DONE
from scenarios.contents import all_scenarios
from scenarios.faults import printable
from scenarios.library import LIBRARY, find_scenario
from scenarios.lineage import read_layer
from scenarios.lists import listed
from scenarios.load import load_scenario
from scenarios.scenario import Scenario

WIDTH = 96
PICTURES = "results"
"""Where a picture goes that nobody asked to be elsewhere: with all else that is made, not kept."""

Name = Annotated[str, typer.Argument(metavar="SCENARIO", help="A name in the library or a path.")]


def list_scenarios(*, as_json: AsJson = False, folders: Folders = None) -> int:
    """List all scenarios by theme: the library's, those of DIR and of the current folder.

    Files with faults are told on the error stream, and the exit code is 2.
    """
    try:
        found, faulty = all_scenarios(tuple(folders or ()))
    except ValueError as wrong:
        raise BadInput(str(wrong)) from None
    if as_json:
        print(json.dumps(found, indent=2, ensure_ascii=False))
    else:
        print("\n".join(_listing(found)))
    for fault in faulty:
        typer.echo(str(fault), err=True)
    if faulty:
        files = listed(sorted({printable(fault.file) for fault in faulty}))
        typer.echo(f"faults in {files}; all other scenarios are listed above", err=True)
    return BAD_INPUT if faulty else DONE


def _listing(found: list[dict[str, str]]) -> list[str]:
    lines: list[str] = []
    theme = ""
    for each in found:
        if each["theme"] != theme:
            theme = each["theme"]
            lines += ["", theme] if lines else [theme]
        where = f"  ({each['file']})" if each["file"] else ""
        lines.append(f"  {each['name']}: {each['title']}{where}")
        lines += textwrap.wrap(
            each["summary"], WIDTH, initial_indent="    ", subsequent_indent="    "
        )
    return lines


def show(
    scenario: Name,
    to: Annotated[Path | None, typer.Option(help="Where the picture goes (PNG, SVG, PDF).")] = None,
    full: Annotated[bool, typer.Option("--full", help="Draw drivers that do not differ.")] = False,
    folders: Folders = None,
) -> None:
    """Draw drivers that differ from the baseline; print every value with its file and line.

    What differs from the scenario that it extends stands last, as comments. The picture is
    written to --to, by default results/NAME.png.
    """
    from scenarios.resolved import resolved_text

    places = tuple(folders or ())
    found = load_scenario(scenario, folders=places)
    target = file_for(to or Path(PICTURES, f"{found.name}.png"), (".png", ".svg", ".pdf"))
    _draw(found, target, full=full)
    print(resolved_text(found), end="")
    print(*(f"# {each}" for each in _changes(scenario, found, places)), sep="\n")
    typer.echo(f"drawn to {target}", err=True)


def _changes(asked: str, scenario: Scenario, folders: tuple[Path, ...]) -> list[str]:
    """Say what a scenario assumes differently from each that it extends, a line each."""
    from scenarios.differences import differences

    path = find_scenario(asked, folders)
    named = read_layer(path).said("extends") or []
    lines = []
    for each in [named] if isinstance(named, str) else named:
        parent = load_scenario(str(each), folders=(path.parent, *folders))
        told = differences(scenario, parent)
        lines += [f"compared with {parent.name}, which it extends:" if told else ""]
        lines += [f"  - {line}" for line in told] or [f"the same as {parent.name}"]
    return [each for each in lines if each] or ["extends nothing"]


def _draw(scenario: Scenario, target: Path, *, full: bool) -> None:
    from experiments.figures.drivers import draw_drivers
    from experiments.figures.style import write

    figure = draw_drivers(scenario, load_scenario(LIBRARY / "baseline.yaml"), full=full)
    if target.parent == Path(PICTURES):
        target.parent.mkdir(exist_ok=True)
    if not target.parent.is_dir():
        raise BadInput(f"there is no folder '{target.parent}'")
    write(figure, target, dpi=110)


def diff(
    one: Annotated[str, typer.Argument(metavar="A", help="A scenario.")],
    other: Annotated[str, typer.Argument(metavar="B", help="What it is compared with.")],
    folders: Folders = None,
) -> None:
    """Say in words what scenario A assumes differently from scenario B."""
    from scenarios.differences import differences

    places = tuple(folders or ())
    mine, theirs = load_scenario(one, folders=places), load_scenario(other, folders=places)
    lines = differences(mine, theirs)
    if not lines:
        print(f"{mine.name} and {theirs.name} assume the same.")
        return
    print(f"{mine.name} ({mine.title}), compared with {theirs.name} ({theirs.title}):")
    print("\n".join(f"- {line}" for line in lines))


def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of the new scenario.")],
    extends: Annotated[str, typer.Option(help="The scenario that it changes.")] = "baseline",
    folders: Folders = None,
) -> None:
    """Write NAME.yaml here: a commented scenario that changes nothing yet."""
    from scenarios.template import template, why_not_named

    target = Path(f"{name}.yaml")
    if message := why_not_named(name):
        raise BadInput(message)
    if os.path.lexists(target):
        raise BadInput(f"{target} exists already")
    places = tuple(folders or ())
    parent = load_scenario(extends, folders=places)
    named = _as_seen(extends, find_scenario(extends, places))
    target.write_text(template(name, parent, named, Path.cwd()), encoding="utf-8")
    print(f"{target} is written; it extends {named}")


def _as_seen(extends: str, path: Path) -> str:
    """The parent as a file in the current folder can name it: by name where that is enough."""
    known = path.resolve().parent in {LIBRARY.resolve(), Path.cwd()}
    return extends if known else str(path)


def schema(
    kind: Annotated[str, typer.Argument(help="scenario or experiment")] = "scenario",
) -> None:
    """Print the JSON Schema of scenario (or experiment) files, for editors."""
    from scenarios.json_schema import EXPERIMENT, SCENARIO, schema_text

    if kind not in {SCENARIO, EXPERIMENT}:
        raise BadInput(f"unknown kind '{kind}'; expected {SCENARIO} or {EXPERIMENT}")
    print(schema_text(kind), end="")
