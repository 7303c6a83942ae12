"""Which folder a batch goes to, and whether it may."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from experiments.addresses import refuse_results, refuse_unfit
from experiments.batch.differing import differences
from experiments.batch.progress import LOG
from experiments.design.batch import Batch
from experiments.errors import BadInput
from experiments.results import manifest
from experiments.store.folder import WORKING, Folder
from scenarios.experiment import Experiment

UNDER = "results"
"""The folder that holds folders nobody named."""
TOLD = 3
"""Differences that are told before the rest is counted."""
NAMED = 3
"""Scenarios that a folder is named after before the rest is counted."""


def refuse_others(folder: Folder, inputs: manifest.Json) -> manifest.Json | None:
    """Return the folder's manifest if it is of these inputs, None if it is empty or not there.

    Raises BadInput, naming what differs, when it is of others, when its manifest was changed by
    hand, or when it is no results folder at all.
    """
    if folder.local is not None:
        refuse_unfit(folder.local, folder.address)
        refuse_results(folder.local)
        if (log := folder.local / LOG).exists() and not log.is_file():
            raise BadInput(f"{log}: not a regular file; move it away")
    found = manifest.read(folder)
    if differing := others(folder, found, inputs):
        more = f" (and {len(differing) - TOLD} more)" if len(differing) > TOLD else ""
        what = "holds another batch" if found else "is not empty, and has no manifest.json"
        todo = "choose another --out, or remove that folder to run it anew"
        told = f"{'; '.join(differing[:TOLD])}{more}; {todo}"
        raise BadInput(f"{folder.address} {what}: {told}")
    if blocked := [name for name in folders_of(inputs) if folder.blocked(name)]:
        told = "a file lies where a folder of the results belongs; move it away"
        raise BadInput(*(f"{folder.full_address(name)}: {told}" for name in blocked))
    return found


def folders_of(inputs: manifest.Json) -> Iterator[str]:
    """Yield the names of the folders that a batch of these inputs writes into."""
    yield WORKING
    for table in inputs["tables"]:
        yield table
        yield from (f"{table}/scenario={name}" for name in inputs["scenarios"])


def others(folder: Folder, found: manifest.Json | None, inputs: manifest.Json) -> list[str]:
    """Say what in a folder is not of these inputs, a line each; none if it can be used."""
    if found is not None:
        return list(differences(found["inputs"], inputs))
    names = (name for name in folder.names("") if not name.startswith(".") and name != LOG)
    return [f"it holds {name}" for name in names]


def free_folder(batch: Batch, experiment: Experiment | None = None) -> Folder:
    """Return the folder that a batch gets when none is named: after its file or scenarios.

    If that holds another batch, a number is added: the same call finds its own folder again.
    """
    names = list(batch.assumed.scenarios)
    stem = "+".join(names if len(names) <= NAMED else [names[0], f"{len(names) - 1}-more"])
    stem = experiment.name if experiment else stem
    inputs = manifest.stored(batch)
    addresses = (f"{UNDER}/{stem}" + (f"-{n}" if n > 1 else "") for n in count(1))
    return next(folder for folder in map(Folder, addresses) if _is_free(folder, inputs))


def _is_free(folder: Folder, inputs: manifest.Json) -> bool:
    """Tell whether a folder is empty, not there, or of these inputs."""
    try:
        return not others(folder, manifest.read(folder), inputs)
    except BadInput:
        return False
