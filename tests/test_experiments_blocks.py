"""Blocks: how many worlds are computed at once, which no number depends on."""

from __future__ import annotations

import pandas as pd

from experiments import run
from experiments.batch.blocks import BLOCK, LARGE, LARGE_BLOCK
from experiments.design.inputs import resolve
from experiments.design.wishes import Wishes


def asked(worlds, **wishes):
    """A batch of so many worlds."""
    return resolve(Wishes(("baseline",), worlds=worlds, until="2035-Q4", **wishes))


def test_a_large_batch_takes_large_blocks_of_compiled_code():
    small, large, careful = asked(LARGE - 1), asked(LARGE), asked(LARGE, precision=0.1)
    assert [each.block for each in (small, large, careful)] == [BLOCK, LARGE_BLOCK, BLOCK]
    rows = small.assumed.design.rows(0, 1)
    played = [each.request(rows).compiled for each in (small, large, careful)]
    assert played == [False, True, False]


def test_a_world_is_the_same_in_a_large_batch_as_in_a_small_one(tmp_path):
    span = {"until": "2001-Q1", "record_from": "2000-Q4", "tables": ("states",)}
    large = run("baseline", worlds=LARGE, out=tmp_path / "large", workers=1, **span)
    small = run("baseline", worlds=BLOCK, out=tmp_path / "small", workers=1, **span)
    same = large.states[large.states["world"] < BLOCK].reset_index(drop=True)
    pd.testing.assert_frame_equal(same, small.states)
