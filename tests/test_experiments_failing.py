"""Worlds that fail: listed, and without a trace in the others."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from folders import tables

from experiments import load
from experiments.batch.dispatch import Compute
from experiments.batch.run import carry_out
from experiments.design.inputs import resolve
from experiments.design.spec import RunSpec
from experiments.store.folder import Folder

SMALL = {"until": "2001-Q4", "record_from": "2001-Q3"}


def poisoned(worlds, ill):
    """A batch in which some worlds have a parameter that is no number."""
    wishes = RunSpec(("baseline",), worlds=worlds, settings={"attention_cost": 0.5}, **SMALL)
    batch = resolve(wishes)
    costs = np.full(worlds, 0.5)
    costs[ill] = np.nan
    design = replace(batch.assumed.design, table={"attention_cost": costs}, replicates=1)
    design = replace(design, replicates=1, samples=worlds, method="table")
    return replace(batch, assumed=replace(batch.assumed, design=design, given={}))


def test_a_hundred_failing_worlds_leave_the_others_as_they_were(tmp_path):
    ill = np.random.default_rng(0).choice(1000, 100, replace=False)
    well, sick = Folder(str(tmp_path / "well")), Folder(str(tmp_path / "sick"))
    carry_out(poisoned(1000, []), well, Compute(workers=1))
    outcome = carry_out(poisoned(1000, ill), sick, Compute(workers=1))
    assert outcome.failures == 100
    failures = load(sick.address).failures
    assert sorted(failures["world"]) == sorted(ill)
    assert set(failures["scenario"]) == {"baseline"}
    assert failures["quantity"].notna().all()
    assert (failures["quarter"] >= "2000-01-01").all()
    for table in ("influence", "states", "region"):
        one, two = (load(f.address).table(table) for f in (well, sick))
        sound = ~one["world"].isin(ill)
        pd.testing.assert_frame_equal(one[sound], two[sound])


def test_failing_worlds_are_kept_when_a_block_is_computed_again(tmp_path):
    folder = Folder(str(tmp_path / "sick"))
    batch = poisoned(300, [3, 280])
    carry_out(batch, folder, Compute(workers=1))
    before = tables(tmp_path / "sick")
    (tmp_path / "sick" / "region" / "scenario=baseline" / "block-00001.parquet").unlink()
    (tmp_path / "sick" / "worlds.parquet").unlink()
    assert carry_out(batch, folder, Compute(workers=1)).failures == 2
    assert tables(tmp_path / "sick") == before
