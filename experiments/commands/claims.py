"""The command that pulls every lever and holds what happens against the sources."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from experiments.commands.options import AsJson
from experiments.exit_codes import DONE

A_SIGN_FAILED = 1
"""Exit code when a lever pulls the wrong way and the table does not say why."""


def claims(
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="[WORD...]", help="Only levers whose name or why has these (all)."),
    ] = None,
    *,
    as_json: AsJson = False,
    worlds: Annotated[int, typer.Option(min=2, help="Worlds to run.")] = 64,
    seed: Annotated[int, typer.Option(min=0, help="Seed of all random draws.")] = 0,
    to: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the page docs/claims.md here.")
    ] = None,
) -> int:
    """Pull every lever in the shipped baseline and hold the effects against the sources' claims.

    Exit codes: 0 all levers pull as the sources expect, or the table says why not; 1 some do not.
    """
    from experiments.answers.claims import measure, signs
    from experiments.answers.claims_text import findings, lines, page
    from experiments.errors import BadInput

    wanted = [word.casefold() for word in words or []]
    rows = [row for row in signs()[1] if all(word in _text(row) for word in wanted)]
    if not rows:
        raise BadInput(f"no lever is about '{' '.join(wanted)}'; without a word all are pulled")
    if to and (wanted or to.is_dir() or not to.parent.is_dir()):
        said = "leave out the words" if wanted else "expected a file in a folder that exists"
        raise BadInput(f"--to {to}: writes the page of all levers; {said}")
    found = findings(measure(rows, worlds, seed, quiet=False))
    if as_json:
        print(json.dumps([each.as_json() for each in found], indent=1))
    elif not to:
        print("\n".join(lines(found)))
    if to:
        to.write_text(page(found, worlds), encoding="utf-8")
    return A_SIGN_FAILED if any(each.failed for each in found) else DONE


def _text(row: object) -> str:
    return f"{getattr(row, 'title', '')} {getattr(row, 'why', '')}".casefold()
