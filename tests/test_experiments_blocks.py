"""Blocks: how many worlds are computed at once, which no number depends on."""

from __future__ import annotations

import pandas as pd

from experiments import run
from experiments.batch.blocks import BLOCK, LARGE, LARGE_BLOCK
from experiments.design.inputs import resolve
from experiments.design.wishes import Wishes

TWO, EARLY = ("baseline", "frozen_ukraine"), ("baseline", "history_no_war")
"""Scenarios that part in 2026, and in 2014: luck is kept from then on."""


def asked(worlds, *names, **wishes):
    """A batch over many quarters."""
    return resolve(Wishes(names or ("baseline",), worlds=worlds, until="2035-Q4", **wishes))


def test_a_large_batch_takes_large_blocks_where_memory_allows():
    assert asked(LARGE - 1).block == BLOCK
    assert asked(LARGE).block == LARGE_BLOCK
    assert asked(LARGE, *TWO, record_from="2000-Q1").block == LARGE_BLOCK
    assert asked(LARGE, *EARLY, record_from="2000-Q1").block == BLOCK
    assert asked(LARGE, *EARLY).block == LARGE_BLOCK


def test_a_world_is_the_same_in_a_large_batch_as_in_a_small_one(tmp_path):
    span = {"until": "2001-Q1", "record_from": "2000-Q4", "tables": ("states",)}
    large = run("baseline", worlds=LARGE, out=tmp_path / "large", workers=1, **span)
    small = run("baseline", worlds=BLOCK, out=tmp_path / "small", workers=1, **span)
    same = large.states[large.states["world"] < BLOCK].reset_index(drop=True)
    pd.testing.assert_frame_equal(same, small.states)
