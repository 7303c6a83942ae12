"""The command that finds the faults of files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from experiments.commands.options import Folders
from scenarios.faults import Fault, FaultyInput
from scenarios.library import is_file
from scenarios.load import load_scenario, scenario_path


def check(
    files: Annotated[
        list[str], typer.Argument(metavar="FILE...", help="YAML files, or scenarios by name.")
    ],
    folders: Folders = None,
) -> None:
    """Say all that is wrong with scenario, experiment or parameters files; silent when good."""
    places = tuple(folders or ())
    faults = [fault for each in files for fault in _faults_of(each, places)]
    if faults:
        raise FaultyInput(faults)


def _faults_of(given: str, folders: tuple[Path, ...]) -> list[Fault]:
    from experiments.design.asked import outcome_faults
    from scenarios.experiment import is_experiment, load_experiment
    from scenarios.parameters import REGISTRY_FILE, load_parameters

    try:
        file = Path(given) if is_file(Path(given)) else scenario_path(given, folders)
        if file.resolve() == REGISTRY_FILE.resolve():
            load_parameters()
        elif is_experiment(file):
            return outcome_faults(file, load_experiment(file, folders=folders).outcomes)
        elif _holds_parameters(file):
            load_parameters(file)
        else:
            load_scenario(file, folders=folders)
    except FaultyInput as faulty:
        return faulty.faults
    return []


def _holds_parameters(file: Path) -> bool:
    """Whether a file's keys are names of parameters, so that it is a parameters file."""
    from scenarios.parameters import load_parameters
    from scenarios.reading import read_document

    keys = read_document(file, str(file)).values
    return "title" not in keys and any(key.split(".")[0] in load_parameters() for key in keys)
