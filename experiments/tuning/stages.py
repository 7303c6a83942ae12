"""Stages of long work, each kept in a folder when done, so that an interrupted one goes on."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from experiments.refusals import BadInput

Arrays = dict[str, NDArray[Any]]
WORKING = ".tuning"
INPUTS = "inputs.json"


class Stages:
    """Results of stages by name, as arrays; without a folder nothing is kept."""

    def __init__(self, folder: Path | None, inputs: dict[str, Any] | None = None) -> None:
        """Open the folder.

        Raises BadInput if it holds stages made from other inputs, or things that are none.
        """
        self.folder = folder / WORKING if folder is not None else None
        if folder is not None and self.folder is not None:
            refuse_others(folder, WORKING)
            self.folder.mkdir(parents=True, exist_ok=True)
            self._agree(self.folder / INPUTS, inputs or {})

    def done(self, name: str, compute: Callable[[], Arrays]) -> Arrays:
        """The arrays of a stage: those kept from before, or computed and kept now."""
        if self.folder is None:
            return compute()
        file = self.folder / f"{name}.npz"
        if file.exists():
            with np.load(file, allow_pickle=False) as kept:
                return {key: kept[key] for key in kept.files}
        found = compute()
        fresh = file.with_suffix(".tmp.npz")
        np.savez(fresh, **cast("Any", found))
        fresh.replace(file)
        return found

    def _agree(self, file: Path, inputs: dict[str, Any]) -> None:
        now = json.loads(json.dumps(inputs))
        if not file.exists():
            fresh = file.with_suffix(".tmp")
            fresh.write_text(json.dumps(now, indent=1))
            fresh.replace(file)
            return
        before = json.loads(file.read_text())
        differing = sorted(key for key in {*now, *before} if now.get(key) != before.get(key))
        if differing:
            what = ", ".join(f"{key} ({before.get(key)} there)" for key in differing)
            where = os.fspath(file.parent.parent)
            raise BadInput(f"{where} holds a tuning with other inputs: {what}")


def refuse_others(folder: Path, own: str) -> None:
    """Refuse a folder that holds things, and among them none that match `own`."""
    if folder.is_file():
        raise BadInput(f"{folder} is a file; expected a folder")
    if folder.is_dir() and any(folder.iterdir()) and not any(folder.glob(own)):
        raise BadInput(f"{folder} holds other things; expected a folder of its own")
