"""Batches: the same bytes however they are computed, refused or resumed as one expects."""

from __future__ import annotations

import json
import os
import shutil
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import psutil
import pytest
from folders import tables

from experiments import load, run
from experiments.batch.blocks import work
from experiments.batch.differing import differences
from experiments.batch.executors import in_window, local_workers
from experiments.batch.locking import held
from experiments.design.batch import BLOCK
from experiments.design.inputs import resolve
from experiments.design.spec import RunSpec
from experiments.errors import BadInput
from experiments.results import provenance
from experiments.results.manifest import restored, stored
from experiments.store.folder import Folder
from scenarios.scenario import Distribution

SMALL = {"until": "2001-Q4", "record_from": "2001-Q3"}
TWO = ("baseline", "frozen_ukraine")
WORLDS = 2 * BLOCK + 10


def stamp(folder):
    """When each file was last written."""
    return {path.name: path.stat().st_mtime_ns for path in folder.rglob("*.parquet")}


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """A finished folder of three blocks and two scenarios."""
    folder = tmp_path_factory.mktemp("batch") / "done"
    run(*TWO, worlds=WORLDS, out=folder, workers=1, **SMALL)
    return folder


@pytest.fixture
def copy(done, tmp_path):
    """A copy of the finished folder that a test may damage."""
    return shutil.copytree(done, tmp_path / "copy")


def again(folder, **others):
    return run(*TWO, worlds=WORLDS, out=folder, **{"workers": 1, **SMALL, **others})


def test_the_folder_is_laid_out_as_promised(done):
    assert {path.name for path in done.iterdir()} == {
        *("manifest.json", "worlds.parquet", "failures.parquet"),
        *("influence", "states", "region", "run.log", ".lock"),
    }
    parts = {path.name for path in (done / "influence" / "scenario=baseline").iterdir()}
    assert parts == {f"block-0000{block}.parquet" for block in range(3)}


@pytest.mark.parametrize("workers", [2, 3])
def test_the_bytes_do_not_depend_on_the_number_of_workers(done, tmp_path, workers):
    again(tmp_path / "other", workers=workers)
    assert tables(tmp_path / "other") == tables(done)


def test_any_executor_will_do(done, tmp_path):
    with ThreadPoolExecutor(3) as executor:
        again(tmp_path / "other", executor=executor)
    assert tables(tmp_path / "other") == tables(done)


def test_a_world_is_the_same_in_a_batch_of_any_size(done, tmp_path):
    few = run("baseline", worlds=3, out=tmp_path / "few", workers=1, **SMALL).influence
    many = load(done).table("influence", scenario="baseline")
    many = many[many["world"] < 3]
    keys = ["world", "quarter", "state", "power"]
    one, two = (frame.sort_values(keys).set_index(keys) for frame in (few, many))
    pd.testing.assert_frame_equal(one.drop(columns="scenario"), two.drop(columns="scenario"))


def test_running_again_changes_nothing(copy):
    before = stamp(copy)
    manifest = (copy / "manifest.json").read_bytes()
    again(copy)
    assert stamp(copy) == before
    assert (copy / "manifest.json").read_bytes() == manifest


@pytest.mark.parametrize("harm", ["truncated", "damaged", "removed"])
def test_a_harmed_file_is_noticed_and_computed_again(copy, done, harm, capfd):
    path = copy / "states" / "scenario=frozen_ukraine" / "block-00001.parquet"
    content = bytearray(path.read_bytes())
    if harm == "removed":
        path.unlink()
    else:
        content[len(content) // 2] ^= 1
        path.write_bytes(content[:100] if harm == "truncated" else content)
    untouched = stamp(copy / "region" / "scenario=baseline")
    again(copy)
    assert tables(copy) == tables(done)
    said = capfd.readouterr().err
    assert "states/scenario=frozen_ukraine/block-00001.parquet is missing or damaged" in said
    now = stamp(copy / "region" / "scenario=baseline")
    assert [now[name] == untouched[name] for name in sorted(now)] == [True, False, True]


@pytest.mark.parametrize("name", ["worlds.parquet", "failures.parquet"])
def test_harmed_files_of_the_whole_batch_are_made_again(copy, done, name):
    (copy / name).write_bytes(b"PAR1")
    again(copy)
    assert tables(copy) == tables(done)


def test_other_inputs_are_refused_and_named(copy):
    with pytest.raises(BadInput, match="seed: 0 there, 1 here"):
        again(copy, seed=1)
    with pytest.raises(BadInput, match=r"set\.attention_cost: nothing there, 0\.5 here"):
        again(copy, settings={"attention_cost": 0.5})
    with pytest.raises(BadInput, match="until"):
        again(copy, until="2002-Q4")


def test_a_folder_of_something_else_is_refused(tmp_path):
    (tmp_path / "thesis.txt").write_text("precious")
    with pytest.raises(BadInput, match=r"has no manifest\.json: it holds thesis\.txt"):
        again(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_second_process_in_the_same_folder_is_refused(copy):
    with held(Folder(str(copy))), pytest.raises(BadInput, match="another process"):
        again(copy)


def test_a_manifest_restores_the_batch(done):
    inputs = json.loads((done / "manifest.json").read_text())["inputs"]
    batch = restored(inputs)
    assert list(differences(json.loads(json.dumps(stored(batch))), inputs)) == []


@pytest.mark.slow
def test_a_manifest_of_everything_restores_the_batch(tmp_path):
    (tmp_path / "points.csv").write_text("attention_cost\n0.4\n0.6\n")
    wishes = RunSpec(
        ("kazakhstan_unrest_war",),
        design=str(tmp_path / "points.csv"),
        settings={"loss_aversion": (2.5, 3.0), "currency": Distribution("uniform", 0.2, 1)},
        replicates=3,
        every="year",
        tables=("region",),
    )
    batch = resolve(wishes)
    inputs = json.loads(json.dumps(stored(batch)))
    assert stored(restored(inputs)) == stored(batch)
    for name, array in batch.values(0).of_scenario("kazakhstan_unrest_war").items():
        again = restored(inputs).values(0).of_scenario("kazakhstan_unrest_war")[name]
        np.testing.assert_array_equal(again, array)


def test_the_manifest_says_where_numbers_come_from(done):
    manifest = json.loads((done / "manifest.json").read_text())
    assert manifest["origin"]["versions"]["numpy"] == np.__version__
    assert manifest["inputs"]["engine"]["instructions"]
    assert manifest["origin"]["command_line"]
    assert len(manifest["blocks"]) == 3
    assert manifest["blocks"][2]["worlds"] == [2 * BLOCK, WORLDS]
    assert len(manifest["blocks"][0]["files"]) == 6


@pytest.mark.slow
def test_lost_workers_are_replaced(done, tmp_path, monkeypatch):
    """The second block ends its worker the first time that it is tried."""
    monkeypatch.setattr("experiments.batch.run.work", partial(fatal_once, tmp_path / "mark"))
    again(tmp_path / "out", workers=2)
    assert (tmp_path / "mark").exists()
    assert tables(tmp_path / "out") == tables(done)


def fatal_once(mark, packed, block, folder, known):
    """Compute a block, or end this process at once if it is the first to reach block 1."""
    if block == 1 and not mark.exists():
        mark.touch()
        os._exit(9)
    return work(packed, block, folder, known)


def test_blocks_that_nobody_has_begun_are_given_up_with_the_run():
    futures = [Future() for _ in range(9)]
    futures[1].set_exception(OSError("lost"))
    with pytest.raises(OSError, match="lost"):
        list(in_window(futures.__getitem__, range(9), 4))
    assert [each.cancelled() for each in futures] == [True, False, True, True, *[False] * 5]


def test_workers_do_not_outlive_their_executor():
    with local_workers(2) as executor:
        ids = {executor.submit(os.getpid).result() for _ in range(4)}
        assert os.getpid() not in ids
    assert not any(psutil.pid_exists(each) for each in ids)


def test_precision_adds_worlds_until_the_interval_is_narrow(tmp_path):
    asked = {"precision": 0.02, "outcome": "leader:UZB", **SMALL}
    results = run("baseline", out=tmp_path / "out", workers=1, **asked)
    assert results.size % BLOCK == 0
    assert 4 * BLOCK <= results.size < 4000
    again_ = run("baseline", out=tmp_path / "out", workers=2, **asked)
    assert again_.size == results.size


@pytest.mark.parametrize("worlds", [40, 1100])
def test_a_precision_that_was_tried_for_is_told_as_it_is_in_the_end(worlds, tmp_path, crossroads):
    asked = ("--precision", 0.0001, "--outcome", "rivalry", "--tables", "region")
    span = ("--until", "2000-Q2", "--record-from", "2000-Q2")
    folder = tmp_path / "out"
    said = crossroads(
        "run", "baseline", "--worlds", worlds, *asked, *span, "--workers", 1, "--out", folder
    ).out
    last = load(folder).table("region")["rivalry"].to_numpy(float)
    half = 1.96 * last.std(ddof=1) / len(last) ** 0.5
    assert f"precision not reached: +/- {half:.4f} with {worlds:,} worlds a scenario" in said


def test_a_folder_is_named_after_its_scenarios(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    first = run("baseline", worlds=2, workers=1, **SMALL)
    other = run("baseline", worlds=3, workers=1, **SMALL)
    assert first.folder.address == "results/baseline"
    assert other.folder.address == "results/baseline-2"
    assert run("baseline", worlds=3, workers=1, **SMALL).folder == other.folder


@pytest.mark.parametrize(
    "name", ["observed.py", "effort.py", "vocabulary.py", "registry.py", "values.py", "parts.py"]
)
def test_the_state_of_the_code_is_that_of_every_file_that_makes_numbers(name, monkeypatch):
    before, read_bytes = provenance.code_digest(), Path.read_bytes
    assert provenance.code_digest() == before
    monkeypatch.setattr(
        Path, "read_bytes", lambda path: read_bytes(path) + (path.name == name) * b"#"
    )
    assert provenance.code_digest() != before
