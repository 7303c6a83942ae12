"""The unit of work: one block of worlds through all scenarios, computed where it is asked for.

A worker receives the batch as bytes, the number of a block and the folder. It writes the block's
tables itself and, when they are whole, a small record with their checksums; only counts go back.
A block whose record and files agree is kept, so running again computes what is missing.
"""

from __future__ import annotations

import json
import os
import pickle
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.design.batch import Batch
from experiments.design.values import Values
from experiments.results.provenance import engine
from experiments.store.folder import WORKING, Content, Folder, checksum
from experiments.store.parts import encode_design, encoded_part, part_name

if TYPE_CHECKING:
    from model.histories import Histories
    from model.recorder import Failure

Failed = dict[str, Any]


@dataclass(frozen=True)
class BlockRecord:
    """What is known of a finished block.

    The checksums of its files and of its part of the design, and its failing worlds.
    """

    block: int
    files: dict[str, str]
    design: str = ""
    failures: list[Failed] = field(default_factory=list)


@dataclass(frozen=True)
class Report:
    """What goes back to the parent process about a block; worlds count in each scenario."""

    block: int
    worlds: int
    failures: int
    seconds: float
    damaged: tuple[str, ...] = ()
    """Files that were missing or not what the block's record says."""
    computed: bool = True
    different: tuple[str, ...] = ()
    """Files that come out otherwise when they are computed again."""


def record_name(block: int) -> str:
    """Return the name under which a finished block's record waits for the manifest."""
    return f"{WORKING}/block-{block:05d}.json"


def design_part(block: int) -> str:
    """Return the name under which a block's rows of worlds.parquet wait for the others."""
    return f"{WORKING}/worlds-{block:05d}.arrow"


@lru_cache(maxsize=1)
def _unpacked(packed: bytes) -> Batch:
    """Unpickle a batch once a process, not once a block."""
    batch: Batch = pickle.loads(packed)  # noqa: S301 (it comes from our own parent)
    return batch


def work(packed: bytes, block: int, folder: Folder, known: BlockRecord | None = None) -> Report:
    """Compute a block unless it is there and whole; `known` is its record in the manifest."""
    started = time.perf_counter()
    batch = _unpacked(packed)
    record = known or read_record(folder, block)
    damaged = _damaged(folder, record)
    computed = record is None or bool(damaged)
    if record is None or damaged:
        with batch.frame.used():
            record = compute(batch, block, folder)
    taken = time.perf_counter() - started
    return Report(block, batch.runs(block), len(record.failures), taken, damaged, computed)


def _damaged(folder: Folder, record: BlockRecord | None) -> tuple[str, ...]:
    """Return the files that are missing or not what the record says."""
    files = record.files if record else {}
    return tuple(name for name, expected in files.items() if not folder.holds(name, expected))


def compute(batch: Batch, block: int, folder: Folder) -> BlockRecord:
    """Run a block's worlds through all scenarios, write their tables and then the record."""
    from agents.asking import numbered

    values = batch.values(block)
    files: dict[str, str] = {}
    failures: list[Failed] = []
    with numbered(values.rows.world):
        for name, content, failed in parts(batch, block, values, histories()):
            files[name] = folder.write(name, content)
            failures += failed
    design = folder.write(design_part(block), encode_design(values.table()))
    record = BlockRecord(block, files, design, failures)
    folder.write(record_name(block), json.dumps(asdict(record)).encode())
    return record


def histories() -> Histories | None:
    """Where pasts that were run before are kept: CROSSROADS_CACHE, or a folder for caches.

    None if the variable is empty.
    """
    from model.histories import Histories

    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = os.environ.get("CROSSROADS_CACHE", str(Path(home) / "crossroads"))
    return Histories(Path(folder), json.dumps(engine())) if folder else None


def parts(
    batch: Batch, block: int, values: Values, histories: Histories | None = None
) -> Iterator[tuple[str, Content, list[Failed]]]:
    """Yield each of a block's parts as it is computed: its name, its bytes and the failing worlds.

    The bytes are lent: the next part takes their memory.
    The failing worlds of a scenario come with the first of its parts.
    """
    from model.ensemble import simulate  # only workers need Mesa, which is slow to import

    first, scenarios = int(values.rows.world[0]), batch.assumed.scenarios
    given = {name: values.of_scenario(name) for name in scenarios}
    request = batch.request(values.rows, histories)
    for scenario, recorded in simulate(scenarios, given, request):
        if batch.agents and recorded.failures:
            _blame(batch, values, scenario, max(each.quarter for each in recorded.failures))
        failed = [_failed(scenario, first, failure) for failure in recorded.failures]
        for table in batch.tables:
            quarters, numbers = list(recorded.quarters), recorded.tables[table]
            with encoded_part(table, first, quarters, numbers) as content:
                yield part_name(table, scenario, block), content, failed
            failed = []


def _blame(batch: Batch, values: Values, scenario: str, last: int) -> None:
    """Step a block of which worlds failed until a quarter, so that its agents are looked at.

    Raises AgentFault. Compiled code does not look at what agents of a user's own answer.
    """
    import numpy as np

    from model.noise import Noise
    from model.region import Region

    with np.errstate(all="ignore"):
        region = Region(
            spec=batch.assumed.scenarios[scenario],
            parameters=values.of_scenario(scenario),
            agents=batch.kinds,
            noise=Noise(batch.assumed.design.seed, values.rows.replicate),
        )
        region.step_to(last)


def check(packed: bytes, block: int, folder: Folder, known: BlockRecord) -> Report:
    """Compute a block again without writing, and name the files that are not what comes out.

    `known` is the block's record in the manifest. A file is damaged when the manifest has what
    comes out and the file has not.
    """
    from agents.asking import numbered

    started = time.perf_counter()
    batch = _unpacked(packed)
    again, failures = dict[str, str](), 0
    values = batch.values(block)
    with batch.frame.used(), numbered(values.rows.world):
        for name, content, failed in parts(batch, block, values):
            again[name] = checksum(content)
            failures += len(failed)
    damaged = {name for name, found in again.items() if not folder.holds(name, found)}
    different = {name for name, found in again.items() if known.files.get(name) != found}
    taken = time.perf_counter() - started
    told = tuple(sorted(damaged - different)), True, tuple(sorted(different))
    return Report(block, batch.runs(block), failures, taken, *told)


def read_record(folder: Folder, block: int) -> BlockRecord | None:
    """Return the record of a block that an unfinished run left, or None."""
    try:
        return BlockRecord(**json.loads(folder.read(record_name(block))))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def _failed(scenario: str, first: int, failure: Failure) -> Failed:
    """Return a failing world as a row of failures.parquet."""
    return {
        "scenario": scenario,
        "world": first + int(failure.world),
        "quarter": int(failure.quarter),
        "quantity": failure.quantity,
        "value": float(failure.value),
    }
