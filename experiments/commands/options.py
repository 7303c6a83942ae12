"""Arguments and options that several commands have, so that they read alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from inspect import Parameter, signature
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from experiments.results.reading import Results

ResultsFolder = Annotated[str, typer.Argument(metavar="DIR", help="A results folder.")]
AsJson = Annotated[bool, typer.Option("--json", help="As JSON instead of words.")]
Folders = Annotated[
    list[Path] | None,
    typer.Option("--scenarios", metavar="DIR", help="Look for scenarios here too."),
]
Extras = Annotated[
    list[str] | None,
    typer.Option("--with", metavar="NAME|DIR", help="Add a state or power, as for run."),
]
Only = Annotated[
    list[str] | None, typer.Option(metavar="S", help="Only these scenarios; repeatable.")
]
Agents = Annotated[
    list[str] | None,
    typer.Option(
        "--agents",
        metavar="CODE=FILE:CLASS",
        help="Code of your own agent; it must match the checksum in the folder.",
    ),
]
KINDS = {"integer": int, "number": float}


def loaded(folder: str, agents: Iterable[str] | None) -> Results:
    """Open a results folder, with the code of agents of a user's own where a command runs it."""
    from experiments.design.own_agents import read_agents
    from experiments.results.reading import load

    return load(folder, agents=read_agents(agents or ()))


def takes_options(command: Callable[..., Any]) -> None:
    """Give a command the fields of `RunSpec` as options, in the place of its last keywords."""
    from experiments.design.spec import RunSpec

    given = signature(command, eval_str=True)
    arguments, *others, _ = given.parameters.values()
    properties = RunSpec.model_json_schema()["properties"]
    options = [_option(name, each) for name, each in properties.items() if name != "scenarios"]
    parameters = [arguments, *options, *others]
    command.__signature__ = given.replace(parameters=parameters)  # type: ignore[attr-defined]
    command.__annotations__ = {each.name: each.annotation for each in parameters}


def _option(name: str, schema: dict[str, Any]) -> Parameter:
    """Return an option as typer reads it, from its JSON Schema."""
    kind: Any = KINDS.get(str(schema.get("type")), str)
    if "option" in schema:
        kind = list[str]
    words = [schema["option"]] if "option" in schema else []
    metavar = schema.get("metavar") or "|".join(schema.get("enum", ())) or None
    option = typer.Option(*words, metavar=metavar, help=schema["description"])
    annotation = Annotated[kind | None, option]
    return Parameter(name, Parameter.KEYWORD_ONLY, default=None, annotation=annotation)
