"""Figures of 10,000 worlds by 144 quarters: drawn in seconds, from a few columns at a time."""

from __future__ import annotations

import os
import time

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from experiments import load, manifest, run
from experiments.blocks import BLOCK
from experiments.cells import THREADS
from experiments.figures.catalogue import CATALOGUE, draw
from experiments.store import part_name

pytestmark = pytest.mark.slow
BLOCKS = 40
SECONDS = 5.0


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """A folder of 10,240 worlds: one block, linked under forty names."""
    folder = tmp_path_factory.mktemp("large") / "results"
    results = run("baseline", "frozen_ukraine", worlds=BLOCK, record_from="2000-Q1", out=folder)
    kept = dict(results.manifest)
    first = kept["blocks"][0]
    kept["blocks"] = [repeated(folder, results, first, block) for block in range(BLOCKS)]
    manifest.write(results.folder, kept)
    draw(results, "relations")  # so that imports are not counted as drawing
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
def test_a_figure_is_drawn_in_seconds(large, name):
    begun = spent()
    draw(large, name)
    assert spent() - begun < SECONDS


def spent():
    """Return the seconds that an idle machine would have taken: readers work side by side."""
    own = time.thread_time()
    return own + (time.process_time() - own) / THREADS


def test_no_more_than_two_columns_are_kept(large):
    draw(large, "influence")
    kept = vars(large)["_columns"]
    column = 144 * 20 * large.size * 4
    assert len(kept) <= 2
    assert sum(each.nbytes for each in kept.values()) <= 2 * column
