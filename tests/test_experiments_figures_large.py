"""Figures of 10,000 worlds by 144 quarters: drawn from a few columns, of a few quarters, at a time.

How long they take is in docs/figures.md: a busy machine tells nothing of it.
"""

from __future__ import annotations

import os
import tracemalloc

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from experiments import load, run
from experiments.design.batch import BLOCK
from experiments.figures.catalogue import CATALOGUE, draw
from experiments.results import manifest
from experiments.results.cells import KEPT
from experiments.store.columns import LABELS, TABLES
from experiments.store.parts import part_name
from scenarios.scenario import Distribution

pytestmark = pytest.mark.slow
BLOCKS = 40
MOST = 350_000_000
"""Bytes that a figure may hold at once: the folder's numbers are ten times as many."""


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """A folder of 10,240 worlds: one block, linked under forty names."""
    folder = tmp_path_factory.mktemp("large") / "results"
    results = run(
        "baseline", "frozen_ukraine", worlds=BLOCK, record_from="2000-Q1", out=folder,
        settings={"attention_cost": Distribution("uniform", 0.3, 0.8)},
    )  # fmt: skip
    kept = dict(results.manifest)
    first = kept["blocks"][0]
    kept["blocks"] = [repeated(folder, results, first, block) for block in range(BLOCKS)]
    manifest.write(results.folder, kept)
    worlds = pq.read_table(folder / "worlds.parquet")
    pq.write_table(pa.concat_tables([worlds] * BLOCKS), folder / "worlds.parquet")
    return load(folder)


def repeated(folder, results, first, block):
    """Link the first block's files under another block's names, and return its entry."""
    names = {}
    for scenario in results.scenarios:
        for table in results.tables:
            name = part_name(table, scenario, block)
            if block:
                os.link(folder / part_name(table, scenario, 0), folder / name)
            names[name] = ""
    return {**first, "block": block, "worlds": [block * BLOCK, (block + 1) * BLOCK], "files": names}


@pytest.mark.parametrize("name", CATALOGUE)
def test_a_figure_never_holds_the_whole_folder(large, name):
    tracemalloc.start()
    draw(large, name)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < MOST < whole(large) / 10


def whole(results):
    """Return the bytes of all numbers in a folder."""
    cells = sum(
        len(table.columns) * int(np.prod([len(LABELS[key]) for key in table.keys] or [1]))
        for table in TABLES.values()
    )
    return 4 * cells * len(results.timeline) * results.size * len(results.scenarios)


def test_columns_are_kept_within_bounds(large):
    draw(large, "influence")
    *before, _ = (each.nbytes for each in vars(large)["_columns"].values())
    assert sum(before) <= KEPT
