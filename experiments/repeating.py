"""Computing a results folder again, to see whether the same numbers come out."""

from __future__ import annotations

from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from logging import getLogger

from experiments import manifest
from experiments.blocks import Record, Report, check
from experiments.dispatch import Means, dispatched
from experiments.progress import progress
from experiments.provenance import engine
from experiments.reading import Results, load


@dataclass
class Repetition:
    """What came of computing a folder again."""

    blocks: int = 0
    files: list[str] = field(default_factory=list)
    """Files that came out different."""
    engine: list[str] = field(default_factory=list)
    """What differs in code, libraries and machine."""

    @property
    def lines(self) -> list[str]:
        """What to tell a user."""
        if not self.files:
            whole = f"all {self.blocks} blocks" if self.blocks > 1 else "the one block"
            return [f"identical: {whole}"]
        found = [f"different: {name}" for name in self.files]
        return [*found, *(f"differs since then: {each}" for each in self.engine)]


def repeat(address: str, means: Means) -> Repetition:
    """Compute every block of a finished folder again and compare; nothing is written.

    Raises BadInput when it is no finished results folder.
    """
    results = load(address)
    found = Repetition(engine=list(_engine_differences(results)))
    packed = results.batch.packed()
    known = {
        each["block"]: Record(each["block"], each["files"]) for each in results.manifest["blocks"]
    }

    def task(executor: Executor, block: int) -> Future[Report]:
        return executor.submit(check, packed, block, known[block])

    total = sum(results.batch.runs(block) for block in known)
    with progress(total, quiet=means.quiet) as advance:
        for report in dispatched(task, known, means, getLogger("crossroads.rerun")):
            found.blocks += 1
            found.files += report.damaged
            advance(report)
    found.files.sort()
    return found


def _engine_differences(results: Results) -> list[str]:
    return list(manifest.differences(results.manifest["inputs"]["engine"], engine()))
