"""How worlds are computed, on which no number depends."""

from __future__ import annotations

import pandas as pd

from experiments import run
from experiments.design import batch
from experiments.design.batch import BLOCK, MANY
from experiments.design.inputs import resolve
from experiments.design.spec import RunSpec


def asked(worlds, scenarios=("baseline",)):
    """A batch of so many worlds."""
    return resolve(RunSpec(scenarios, worlds=worlds, until="2035-Q4"))


def test_many_worlds_counting_each_scenarios_are_played_by_compiled_code():
    few, many = asked(MANY - 1), asked(MANY)
    two = asked(MANY // 2, scenarios=("baseline", "frozen_ukraine"))
    rows = few.assumed.design.rows(0, 1)
    assert [each.request(rows).compiled for each in (few, many, two)] == [False, True, True]


def test_every_block_of_a_process_has_the_numbers_of_its_own_worlds(tmp_path, monkeypatch):
    span = {"until": "2001-Q2", "record_from": "2000-Q4", "tables": ("states",)}
    played = run(
        "baseline", "frozen_ukraine", worlds=MANY, out=tmp_path / "played", workers=1, **span
    )
    monkeypatch.setattr(batch, "MANY", 10 * MANY)
    plain = run(
        "baseline", "frozen_ukraine", worlds=MANY, out=tmp_path / "plain", workers=1, **span
    )
    assert played.manifest["blocks"] == plain.manifest["blocks"]


def test_a_world_is_the_same_in_a_large_batch_as_in_a_small_one(tmp_path):
    span = {"until": "2001-Q1", "record_from": "2000-Q4", "tables": ("states",)}
    large = run("baseline", worlds=MANY, out=tmp_path / "large", workers=1, **span)
    small = run("baseline", worlds=BLOCK, out=tmp_path / "small", workers=1, **span)
    same = large.states[large.states["world"] < BLOCK].reset_index(drop=True)
    pd.testing.assert_frame_equal(same, small.states)
