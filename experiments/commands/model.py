"""Commands about the model itself: facts."""

from __future__ import annotations

import json
from textwrap import fill
from typing import Annotated, Any

import typer

from experiments.commands.options import AsJson
from experiments.exit_codes import DONE

A_SIGN_FAILED = 1
"""Exit code when a sign fact does not hold: the code contradicts the claims it is built on."""

LEGEND = "x: a check that misses its range, in brackets; a fact holds if all its checks do"
WIDTH, INDENT = 100, " " * 7


def facts(
    as_json: AsJson = False,
    worlds: Annotated[int, typer.Option(min=2, help="Worlds to run.")] = 1000,
    seed: Annotated[int, typer.Option(min=0, help="Seed of all random draws.")] = 0,
    parameters: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="As for run. [default: the shipped posterior]"),
    ] = None,
) -> int:
    """Hold the model against the 14 calibration facts.

    Exit codes: 0 the sign facts hold, 1 one of them does not. Misfits of observed facts are
    printed, and counted at the end, but end with 0 too; composites have no verdict, for they are
    judgement.
    """
    from experiments.answers.facts import judge

    rows = judge(worlds, seed, parameters, quiet=False)
    if as_json:
        print(json.dumps(rows, indent=1))
    else:
        print_facts(rows, worlds)
    broken = [row for row in rows if row["kind"] == "sign" and not row["pass"]]
    return A_SIGN_FAILED if broken else DONE


def print_facts(rows: list[dict[str, Any]], worlds: int) -> None:
    """Print facts by kind, with what their kind is worth, and misfits with what was tried."""
    from experiments.answers.facts import facts_file, tally

    print(LEGEND, end="\n\n")
    for kind, caveat in facts_file()["caveats"].items():
        print(f"{kind} facts ({caveat}); means over {worlds} worlds")
        for row in (each for each in rows if each["kind"] == kind):
            print_fact(row)
        print()
    print(tally(rows))


def print_fact(row: dict[str, Any]) -> None:
    """Print one fact with its checks."""
    from experiments.answers.facts import as_printed

    verdict = {True: "holds", False: "MISFIT", None: "reported"}[row["pass"]]
    forced = " (its figures are in the record)" if row["forced"] else ""
    print(f"  {row['id']:4}{verdict:9} {row['fact']}{forced}")
    for check in row["checks"]:
        mark = " " if check["pass"] else "x"
        print(f"     {mark} {check['check']}: {as_printed(check['value'])} ({check['target']})")
    if row["tried"] and not all(check["pass"] for check in row["checks"]):
        print(
            fill(f"tried: {row['tried']}", WIDTH, initial_indent=INDENT, subsequent_indent=INDENT)
        )
