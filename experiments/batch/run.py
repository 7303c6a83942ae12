"""Running a batch: blocks of worlds in any order, anywhere, into one folder, nothing lost.

`run` is what people call. A block is finished when its files and its record are whole; the
manifest lists the blocks once all are. Whatever ends a run early, the same call goes on from the
blocks that are there.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from concurrent.futures import Executor, Future
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from logging import Logger
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.batch import finishing
from experiments.batch.blocks import BlockRecord, Report, work
from experiments.batch.dispatch import Compute, dispatched, tell
from experiments.batch.locking import held
from experiments.batch.output_folder import folders_of, free_folder, refuse_others
from experiments.batch.precision import measured, stages
from experiments.batch.progress import LOG, log_file, progress
from experiments.design.batch import Batch
from experiments.design.inputs import resolve
from experiments.design.spec import read_spec
from experiments.errors import BadInput
from experiments.results import manifest
from experiments.results.provenance import origin
from experiments.store.folder import TEMPORARY, WORKING, Folder
from scenarios.experiment import Experiment
from scenarios.faults import FaultyInput
from scenarios.reading import described
from scenarios.scenario import Scenario

if TYPE_CHECKING:
    from experiments.results.reading import Results


def run(
    *scenarios: str | Path | Scenario,
    out: str | Path | None = None,
    workers: int | None = None,
    executor: Executor | None = None,
    quiet: bool = True,
    **options: Any,  # noqa: ANN401 (the fields of `RunSpec`)
) -> Results:
    """Run scenarios and return what they gave, lazily read from the results folder.

    `scenarios` are names in the library, paths of scenario files, or scenarios; or one path of an
    experiment file. `out` is a folder
    or any fsspec address; without it the folder is named after the scenarios, under `results/`.
    Blocks are computed by local processes (`workers`, by default one a core; 1 computes here), or
    by any `concurrent.futures.Executor`. The other keywords are the fields of `RunSpec`: worlds,
    seed, until, record_from, every, tables, settings, parameters, points, replicates, design,
    precision, outcome, agents (by code, classes or FILE:CLASS), folders, and `extras`: states and
    powers to add.

    Raises FaultyInput or BadInput (a ValueError) before anything is written.

    >>> run("baseline", worlds=4, until="2026-Q4", out=getfixture("tmp_path") / "small")
    Results('...small': 1 scenario, 4 worlds, 2024-Q1 to 2026-Q4)
    """
    from experiments.results.reading import load

    if not isinstance(out, str | Path | None):
        raise BadInput(f"out: expected a folder, got {described(out)}")
    means = Compute(workers, executor, quiet)
    spec, experiment = read_spec(scenarios, options)
    batch = resolve(spec)
    folder = Folder(str(out)) if out is not None else free_folder(batch, experiment)
    carry_out(batch, folder, means, experiment)
    return load(folder.address)


@dataclass
class Tally:
    """How a run went: worlds count in each scenario, `computed` and `kept` are blocks."""

    blocks: int = 0
    worlds: int = 0
    failures: int = 0
    computed: int = 0
    kept: int = 0
    half_width: float | None = None
    started: float = field(default_factory=time.perf_counter)

    def add(self, report: Report) -> None:
        """Count a block in."""
        self.blocks += 1
        self.worlds += report.worlds
        self.failures += report.failures
        self.computed += report.computed
        self.kept += not report.computed

    @property
    def seconds(self) -> float:
        """Time since the run started."""
        return time.perf_counter() - self.started


def carry_out(
    batch: Batch, folder: Folder, means: Compute, experiment: Experiment | None = None
) -> Tally:
    """Compute what is missing of a batch in its folder, and finish the folder.

    `experiment` is the file that asked for the batch, for the record. Raises BadInput, before
    anything is written, when the folder holds something else or another process is running
    into it.
    """
    with batch.frame.used():
        return _carried_out(batch, folder, means, experiment)


def _carried_out(
    batch: Batch, folder: Folder, means: Compute, experiment: Experiment | None
) -> Tally:
    inputs = manifest.stored(batch)
    refuse_others(folder, inputs)
    alone = any(each.here_alone for each in batch.agents)
    if means.executor is None and (alone or not folder.shared):
        means = replace(means, workers=1)
    made = not folder.exists()
    with ExitStack() as stack:
        stack.enter_context(held(folder))
        found = refuse_others(folder, inputs)
        log = stack.enter_context(log_file(folder.local))
        begun = found or begin(folder, inputs, experiment)
        log.info("started: %s", " ".join(sys.argv))
        clear(folder)
        known = finishing.known_records(folder, found)
        with nullcontext() if found else undone(folder, inputs, made=made):
            outcome = _compute(batch, folder, known, means, log)
        _finish(batch, folder, known, begun, outcome, log)
        log.info("finished: %d worlds, %d failed", outcome.worlds, outcome.failures)
    return outcome


def begin(folder: Folder, inputs: manifest.Json, experiment: Experiment | None) -> manifest.Json:
    """Write the manifest of a batch that is about to start, and return it."""
    times = {"started": _now(), "finished": None, "seconds": 0.0}
    begun = {"crossroads": manifest.KIND, "times": times, "origin": origin()}
    if experiment:
        names = ("name", "title", "note", "outcomes")
        begun["experiment"] = {name: getattr(experiment, name) for name in names}
    begun["inputs"] = inputs
    manifest.write(folder, begun)
    return begun


@contextmanager
def undone(folder: Folder, inputs: manifest.Json, *, made: bool) -> Iterator[None]:
    """Remove what was written, and the folder if it was made, where it is input that ends a run.

    That is an agent of a user's own which fails: the folder would go on with no other.
    """
    try:
        yield
    except (FaultyInput, BadInput):
        written = {each.partition("/")[0] for each in folders_of(inputs)}
        for name in ("",) if made else (*written, manifest.NAME, LOG):
            folder.remove(name)
        raise


def clear(folder: Folder) -> None:
    """Remove what a killed run left half written."""
    for name in folder.names(WORKING):
        if name.endswith(TEMPORARY):
            folder.remove(f"{WORKING}/{name}")


def _compute(
    batch: Batch, folder: Folder, known: dict[int, BlockRecord], means: Compute, log: Logger
) -> Tally:
    """Have every block computed that is not there and whole."""
    outcome = Tally()
    worlds = None if batch.precision else sum(map(batch.runs, range(batch.blocks)))
    with progress(worlds, quiet=means.quiet) as advance:
        for report in _reports(batch, folder, known, means, log, outcome):
            outcome.add(report)
            advance(report)
            _note(report, log)
    return outcome


def _reports(
    batch: Batch,
    folder: Folder,
    known: dict[int, BlockRecord],
    means: Compute,
    log: Logger,
    outcome: Tally,
) -> Iterator[Report]:
    """Yield the blocks' reports, stage by stage if it is a precision that ends the batch."""
    packed, scenarios = batch.packed(), list(batch.assumed.scenarios)

    def task(executor: Executor, block: int) -> Future[Report]:
        return executor.submit(work, packed, block, folder, known.get(block))

    def reached(blocks: int) -> float:
        wanted = batch.precision
        if wanted is None:
            return 0.0
        outcome.half_width = measured(folder, scenarios, batch.until, blocks, wanted)
        log.info("%d blocks: +/- %.4f", blocks, outcome.half_width)
        return outcome.half_width

    for blocks in stages(batch.blocks, batch.precision, reached):
        yield from dispatched(task, blocks, means, log)


def _note(report: Report, log: Logger) -> None:
    """Note a block in the log, and aloud when a file of it was damaged."""
    for name in report.damaged:
        tell(f"{name} is missing or damaged: its block was computed again", log)
    done = "computed" if report.computed else "kept"
    log.info(
        "block %d %s: %d worlds in all scenarios, %.2f s",
        report.block,
        done,
        report.worlds,
        report.seconds,
    )


def _finish(
    batch: Batch,
    folder: Folder,
    known: dict[int, BlockRecord],
    begun: manifest.Json,
    outcome: Tally,
    log: Logger,
) -> None:
    """Write what belongs to all blocks together, unless nothing changed."""
    for name in (damaged := finishing.damaged(folder, begun)):
        tell(f"{name} is missing or damaged: it was made again", log)
    if outcome.computed or damaged or "files" not in begun:
        files = finishing.finish(batch, folder, known, outcome.blocks)
        seconds = round(begun["times"]["seconds"] + outcome.seconds, 3)
        times = begun["times"] | {"finished": _now(), "seconds": seconds}
        manifest.write(folder, begun | {"times": times, **files})
    finishing.tidy(folder)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
