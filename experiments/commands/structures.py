"""The command that runs scenarios under every behaviour."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from experiments.commands.options import AsJson, Extras, Folders
from experiments.exit_codes import DONE


def compare_structures(
    scenarios: Annotated[list[str], typer.Argument(metavar="SCENARIO...")],
    *,
    worlds: Annotated[int, typer.Option(min=2, help="Worlds in each scenario.")] = 256,
    seed: Annotated[int, typer.Option(min=0, help="Seed of all random draws.")] = 0,
    until: Annotated[str, typer.Option(help="Last quarter to simulate.")] = "2035-Q4",
    folders: Folders = None,
    extras: Extras = None,
    workers: Annotated[int | None, typer.Option(help="Processes (one per core).")] = None,
    as_json: AsJson = False,
) -> int:
    """Run scenarios under every behaviour, and say which headlines hold however agents behave.

    Each behaviour (docs/scenarios.md) is taken up in 2024-Q1 by whom it suits, of the states by
    all, in the same worlds.
    """
    from experiments.answers.structures import compared_structures, lines
    from experiments.batch.dispatch import Compute
    from experiments.printing import say

    places: tuple[str | Path, ...] = tuple(folders or ())
    options = {"worlds": worlds, "seed": seed, "until": until, "folders": places}
    options["extras"] = tuple(extras or ())
    found = compared_structures(scenarios, options, Compute(workers, None, quiet=True))
    if as_json:
        told = [each.as_json() for each in found]
        print(json.dumps(told, indent=1, ensure_ascii=False))
    else:
        say(lines(found, worlds), hang=4)
    return DONE
