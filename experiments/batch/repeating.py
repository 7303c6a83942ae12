"""Computing a results folder again, to see whether its files are what comes out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from logging import getLogger
from typing import Any

from experiments.batch.blocks import BlockRecord, Report, check
from experiments.batch.differing import differences
from experiments.batch.dispatch import Compute, dispatched
from experiments.batch.finishing import worlds_again
from experiments.batch.progress import progress
from experiments.design.batch import BLOCK
from experiments.errors import BadInput
from experiments.results import manifest
from experiments.results.provenance import engine
from experiments.results.reading import Results, opened
from experiments.store.folder import FAILURES, WORLDS

HARMED = "its file is missing or was changed; the same `crossroads run` computes it again"


@dataclass
class Repetition:
    """What came of computing a folder again."""

    blocks: int = 0
    different: set[str] = field(default_factory=set)
    """Files that come out otherwise than the manifest has them."""
    damaged: set[str] = field(default_factory=set)
    """Files that come out as the manifest has them, and are not what is on the disk."""
    engine: list[str] = field(default_factory=list)
    """What differs in code, libraries and machine."""

    @property
    def identical(self) -> bool:
        """Whether every file is what comes out."""
        return not (self.different or self.damaged)

    @property
    def lines(self) -> list[str]:
        """What to tell a user."""
        if self.identical:
            whole = f"all {self.blocks} blocks" if self.blocks > 1 else "the one block"
            return [f"identical: {whole}"]
        harmed = [f"different: {name}: {HARMED}" for name in sorted(self.damaged)]
        found = [f"different: {name}" for name in sorted(self.different)]
        changed = self.engine if self.different else []
        return [*harmed, *found, *(f"differs since then: {each}" for each in changed)]


def repeat(address: str, means: Compute, agents: Mapping[str, Any] | None = None) -> Repetition:
    """Compute everything in a finished folder again and compare it with the files; write nothing.

    `agents` are those of a user's own that it was computed with, as `run` takes them.

    Raises BadInput when it is no finished results folder, or one whose files hold other worlds than
    this version would put into them.
    """
    results = opened(address, agents)
    size = results.manifest["inputs"]["block"]
    if size != BLOCK:
        told = f"{address}: written in blocks of {size} worlds by a version that made such"
        raise BadInput(f"{told}; this one makes blocks of {BLOCK}, and cannot compare its files")
    found = Repetition(engine=list(_engine_differences(results)))
    listed = {each["block"]: each for each in results.manifest["blocks"]}
    total = sum(map(results.batch.runs, listed))
    with progress(total, quiet=means.quiet) as advance:
        for report in _reports(results, listed, means):
            found.blocks += 1
            found.damaged.update(report.damaged)
            found.different.update(report.different)
            if report.failures != listed[report.block]["failures"]:
                found.different.add(FAILURES)
            advance(report)
    _compare_joined(results, found)
    return found


def _reports(
    results: Results, listed: dict[int, manifest.Json], means: Compute
) -> Iterator[Report]:
    """Yield what comes of each block as it is computed again."""
    packed = results.batch.packed()

    def task(executor: Executor, block: int) -> Future[Report]:
        known = BlockRecord(block, listed[block]["files"])
        return executor.submit(check, packed, block, results.folder, known)

    return dispatched(task, listed, means, getLogger("crossroads.rerun"))


def _compare_joined(results: Results, found: Repetition) -> None:
    """Compare what belongs to all blocks together."""
    sums = results.manifest["files"]
    if worlds_again(results.batch, found.blocks) != sums[WORLDS]:
        found.different.add(WORLDS)
    found.damaged |= {name for name, each in sums.items() if not results.folder.holds(name, each)}
    found.damaged -= found.different


def _engine_differences(results: Results) -> list[str]:
    return list(differences(results.manifest["inputs"]["engine"], engine()))
