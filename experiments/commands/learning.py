"""Commands that say what matters: sensitivity, discover."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from experiments.addresses import as_path, folder_for, refuse_foreign
from experiments.commands.options import Agents, AsJson, ResultsFolder, loaded
from experiments.commands.tuning import Quiet, Seed, Workers, known, least_of, workers_of
from experiments.errors import BadInput
from experiments.store.folder import Folder

if TYPE_CHECKING:
    from experiments.tuning.responses import Responses

LEAST_QUARTER = 4
WRITES = {"indices.csv": "input,index", "interactions.csv": "one,other,index"}
"""Tables that `sensitivity` writes, and columns by which they are known."""


def sensitivity(
    scenario: Annotated[str, typer.Argument(metavar="SCENARIO", help="A name or a file.")],
    *,
    outcome: Annotated[
        list[str], typer.Option(metavar="COLUMN[:STATE[:POWER]]", help="May be given again.")
    ],
    minus: Annotated[
        str | None, typer.Option(metavar="SCENARIO", help="Of the difference to this scenario.")
    ] = None,
    at: Annotated[str, typer.Option(metavar="QUARTER")] = "2035-Q4",
    method: Annotated[str, typer.Option(help="sobol, morris or pawn.")] = "sobol",
    inputs: Annotated[int, typer.Option(help="Inputs of Sobol' indices, the strongest.")] = 40,
    base: Annotated[int, typer.Option(help="Size of the sample, a power of two.")] = 256,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Put tables and the figure here.")
    ] = None,
    as_json: AsJson = False,
    seed: Seed = 0,
    workers: Workers = None,
    quiet: Quiet = False,
) -> None:
    """Say which uncertain numbers an outcome, or a difference of scenarios, depends on."""
    from experiments.progress import progress
    from experiments.tuning.sensitivity import METHODS, SCREENED, analysed, sensitivity_text

    known(method, METHODS, "--method")
    least_of(inputs=(inputs, 2), base=(base, 16))
    if base & (base - 1):
        raise BadInput(f"--base {base}: expected a power of two, such as 256")
    if out is not None:
        out = folder_for(out, "--out", own=as_path(out).parent)
    if out is not None:
        for name, columns in WRITES.items():
            refuse_foreign(out / name, columns)
    asked = _asked(scenario, minus, outcome, at, seed)
    points = base * (2 * inputs + 2) + SCREENED if method == "sobol" else 0
    with workers_of(workers) as executor, progress(method, points, quiet=quiet) as advance:
        found = analysed(asked, method, inputs, base, executor, advance)
    what = f"{scenario} minus {minus}, {at}" if minus else f"{scenario}, {at}"
    if out is not None:
        _keep(found, what, out)
    if as_json:
        print(found.indices.to_json(orient="records", indent=1))
    else:
        print(sensitivity_text(found, what))


def _asked(scenario: str, minus: str | None, outcomes: list[str], at: str, seed: int) -> Responses:
    from experiments.tuning.responses import Responses, output_of
    from experiments.tuning.uncertain import uncertain
    from scenarios.load import load_scenario
    from scenarios.parameters import load_parameters
    from scenarios.quarters import parse_quarter

    if minus == scenario:
        raise BadInput(f"--minus {minus}: the difference to itself is 0")
    try:
        quarter = parse_quarter(at, closing=True)
    except ValueError as wrong:
        raise BadInput(f"--at: {wrong}") from None
    spec = load_scenario(scenario)
    if not spec.start + LEAST_QUARTER <= quarter <= spec.end:
        raise BadInput(f"--at {at}: outside of scenario '{scenario}'")
    other = load_scenario(minus) if minus else None
    if left := [name for each in (spec, other) if each for name in each.uncertain]:
        raise BadInput(f"{left[0]} is left open: run the scenario and ask `discover`, or fix it")
    names = uncertain(load_parameters())
    return Responses(spec, other, tuple(output_of(each) for each in outcomes), quarter, names, seed)


def _keep(found: object, what: str, out: Path) -> None:
    """Write the tables and the tornado."""
    from experiments.figures.bars import measured
    from experiments.figures.style import save
    from experiments.tuning.sensitivity import Sensitivity

    if not isinstance(found, Sensitivity):
        return
    out.mkdir(parents=True, exist_ok=True)
    indices = found.indices.assign(what=what, method=found.method)
    indices.to_csv(out / "indices.csv", index=False)
    if not found.interactions.empty:
        found.interactions.to_csv(out / "interactions.csv", index=False)
    save(measured(indices), out, "tornado")


def discover(
    folder: ResultsFolder,
    *,
    when: Annotated[str, typer.Option(metavar='"CONDITION"', help="See docs/questions.md.")],
    scenario: Annotated[
        list[str] | None, typer.Option(help="Only of these (all: a world counts once); repeatable.")
    ] = None,
    fresh: Annotated[bool, typer.Option(help="Judge the box on as many worlds again.")] = True,
    to: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where to put the figure (DIR/figures).")
    ] = None,
    agents: Agents = None,
    as_json: AsJson = False,
    workers: Workers = None,
) -> None:
    """Say under which conditions something happens, in words, and whether that holds up."""
    from experiments.figures.style import save
    from experiments.printing import say
    from experiments.tuning.discover import discovered
    from experiments.tuning.discovery_text import as_found, in_words
    from experiments.tuning.figures import worlds_and_box

    where = folder_for(to, own=Folder(folder).local)
    results = loaded(folder, agents)
    found = discovered(results, when, scenarios=scenario, fresh=fresh, workers=workers)
    local = results.folder.local
    place = where or (local / "figures" if local else Path("figures"))
    save(worlds_and_box(found), place, "discover")
    if as_json:
        print(json.dumps({"condition": when, **as_found(found)}, indent=1, ensure_ascii=False))
    else:
        say(in_words(results, found), hang=4)
