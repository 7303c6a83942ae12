"""Commands that compute: run and rerun a batch."""

from __future__ import annotations

import os
from shlex import quote
from typing import TYPE_CHECKING, Annotated, Any

import typer

from experiments.commands.check import tell_warnings
from experiments.commands.computing import cluster, prepare, saying_what_ended
from experiments.commands.options import Agents, ResultsFolder, takes_options
from experiments.design.own_agents import read_agents
from experiments.design.settings import read_settings
from experiments.exit_codes import DONE, SOME_WORLDS_FAILED

if TYPE_CHECKING:
    from experiments.batch.run import Tally
    from experiments.design.batch import Batch
    from experiments.store.folder import Folder

GAVE_WAY = 1
"""Exit code when something outside gave way: a full disk, lost workers."""

Scenarios = Annotated[list[str], typer.Argument(metavar="SCENARIO...|EXPERIMENT.yaml")]
Out = Annotated[str | None, typer.Option(help="Results folder, or an address such as s3://...")]
Workers = Annotated[int | None, typer.Option(help="Processes (one per core); 1: in this process.")]
Dask = Annotated[str | None, typer.Option(metavar="ADDRESS", help="Compute on this Dask cluster.")]
NoCache = Annotated[
    bool, typer.Option("--no-cache", help="Recompute every past; ignore the cache.")
]
Quiet = Annotated[bool, typer.Option("--quiet", help="Print errors only.")]


def run(
    scenarios: Scenarios,
    *,
    out: Out = None,
    workers: Workers = None,
    dask: Dask = None,
    no_cache: NoCache = False,
    quiet: Quiet = False,
    **options: Any,  # noqa: ANN401 (the fields of `RunSpec`)
) -> int:
    """Run scenarios in many worlds and write what happens to a results folder.

    The same command again goes on with what is missing. Exit codes: 0 done, 1 some worlds failed
    or something outside gave way (what is finished is kept), 2 bad input, 130 interrupted.
    """
    prepare(workers, dask)
    if no_cache:
        os.environ["CROSSROADS_CACHE"] = ""  # processes that compute inherit it
    given = {name: each for name, each in options.items() if each not in (None, [])}
    for name, read in (("tables", parts_of), ("settings", read_settings), ("agents", read_agents)):
        if name in given:
            given[name] = read(given[name])
    from experiments.batch.dispatch import Compute
    from experiments.batch.output_folder import free_folder
    from experiments.batch.run import carry_out
    from experiments.design.inputs import resolve
    from experiments.design.spec import read_spec
    from experiments.store.folder import Folder

    spec, experiment = read_spec(scenarios, given)
    batch = resolve(spec)
    tell_warnings(
        each for scenario in batch.assumed.scenarios.values() for each in scenario.warnings
    )
    folder = Folder(out) if out is not None else free_folder(batch, experiment)
    done = None
    with cluster(dask) as executor, saying_what_ended(folder):
        done = carry_out(batch, folder, Compute(workers, executor, quiet), experiment)
    if done is None:
        return GAVE_WAY
    code = report(batch, folder, done, quiet=quiet)
    if not quiet and experiment and experiment.outcomes:
        tell_outcomes(folder)
    return code


takes_options(run)


def parts_of(listed: str) -> tuple[str, ...]:
    """Return what stands between commas.

    >>> parts_of("states, region,")
    ('states', 'region')
    """
    return tuple(part.strip() for part in listed.split(",") if part.strip())


def report(batch: Batch, folder: Folder, done: Tally, *, quiet: bool) -> int:
    """Say how a run went and return its exit code; failing worlds are told even when quiet."""
    from experiments.results.text import capital, of_worlds, on_record

    if not quiet:
        kept = f" ({done.kept} of {done.blocks} blocks were there)" if done.kept else ""
        print(f"{capital(of_worlds(done.worlds))} in {done.seconds:.1f} s{kept}: {folder.address}")
        print(f"Worlds {on_record(batch.assumed.scenarios)}.")
    if batch.precision and done.half_width is not None:
        reached = "reached" if done.half_width <= batch.precision.half_width else "not reached"
        worlds = of_worlds(done.worlds // len(batch.assumed.scenarios))
        print(f"precision {reached}: +/- {done.half_width:.4f} with {worlds} a scenario")
    if done.failures:
        failed = f"{done.failures:,} of {of_worlds(done.worlds)} failed (failures.parquet)"
        print(f"{failed}; see the first: {replay_of_first(folder)}")
    return SOME_WORLDS_FAILED if done.failures else DONE


def replay_of_first(folder: Folder) -> str:
    """Return the command that tells the first failing world of a folder."""
    from experiments.results.reading import opened

    row = opened(folder.address).failures.iloc[0]
    which = f"--scenario {quote(str(row['scenario']))} --world {row['world']}"
    return f"crossroads replay {quote(folder.address)} {which}"


def tell_outcomes(folder: Folder) -> None:
    """Print what an experiment file asks for by `outcomes`."""
    from experiments.answers.summary import asked_for, print_outcomes
    from experiments.results.reading import load

    print_outcomes(asked_for(load(folder.address)))


def rerun(
    folder: ResultsFolder,
    agents: Agents = None,
    workers: Workers = None,
    dask: Dask = None,
    quiet: Quiet = False,
) -> int:
    """Compute a results folder again, writing nothing, and say whether every block is identical.

    Blocks are compared with the files as they are, and with the manifest.
    """
    prepare(workers, dask)
    from experiments.batch.dispatch import Compute
    from experiments.batch.repeating import repeat

    with cluster(dask) as executor:
        again = repeat(folder, Compute(workers, executor, quiet), read_agents(agents or ()))
    for line in again.lines:
        print(line)
    return DONE if again.identical else SOME_WORLDS_FAILED
