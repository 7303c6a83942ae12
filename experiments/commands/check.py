"""The command that finds the faults of files."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated

import typer

from experiments.commands.options import AsJson, Extras, Folders
from experiments.exit_codes import BAD_INPUT, DONE
from scenarios.faults import Fault, FaultyInput
from scenarios.library import is_file
from scenarios.load import load_scenario, scenario_path


def check(
    files: Annotated[
        list[str],
        typer.Argument(metavar="FILE...", help="YAML files, scenarios, or folders for --with."),
    ],
    folders: Folders = None,
    *,
    extras: Extras = None,
    as_json: AsJson = False,
) -> int:
    """Say all that is wrong with scenario, experiment or parameters files; silent when good.

    A folder that adds a state or a power (docs/extending_states.md) is checked whole.

    What changes nothing is a warning, which ends with 0 all the same.
    """
    from scenarios.frames import frame_of

    places = tuple(folders or ())
    with frame_of(extras or ()).used():
        found = [_found_in(each, places) for each in files]
    faults = [fault for wrong, _ in found for fault in wrong]
    warnings = [each for _, warned in found for each in warned]
    if as_json:
        kinds = [*(("fault", each) for each in faults), *(("warning", each) for each in warnings)]
        print(json.dumps([{"kind": kind, **asdict(each)} for kind, each in kinds], indent=2))
        return BAD_INPUT if faults else DONE
    tell_warnings(warnings)
    if faults:
        raise FaultyInput(faults)
    return DONE


def tell_warnings(warnings: Iterable[Fault]) -> None:
    """Print what changes nothing, a line each, beside what is printed of results."""
    for each in warnings:
        print(replace(each, message=f"warning: {each.message}"), file=sys.stderr)


def _found_in(given: str, folders: tuple[Path, ...]) -> tuple[Sequence[Fault], Sequence[Fault]]:
    """Faults and warnings of a file."""
    from experiments.design.asked import outcome_faults
    from scenarios.experiment import is_experiment, load_experiment
    from scenarios.parameters import REGISTRY_FILE, load_parameters

    try:
        if Path(given).is_dir():
            from scenarios.frames import frame_of

            frame_of([Path(given)])
            return (), ()
        file = Path(given) if is_file(Path(given)) else scenario_path(given, folders)
        if file.resolve() == REGISTRY_FILE.resolve():
            load_parameters()
        elif is_experiment(file):
            return outcome_faults(file, load_experiment(file, folders=folders).outcomes), ()
        elif _holds_parameters(file):
            load_parameters(file)
        else:
            return (), load_scenario(file, folders=folders).warnings
    except FaultyInput as faulty:
        return faulty.faults, ()
    return (), ()


def _holds_parameters(file: Path) -> bool:
    """Whether a file's keys are names of parameters, so that it is a parameters file."""
    from scenarios.parameters import load_parameters
    from scenarios.reading import read_document

    keys = read_document(file, str(file)).values
    return "title" not in keys and any(key.split(".")[0] in load_parameters() for key in keys)
