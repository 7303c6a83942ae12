"""What scenarios leave open: values at a quarter, and quarters, sizes and chances of events."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from experiments import run
from model.region import Region
from scenarios.load import load_scenario
from scenarios.quarters import parse_quarter
from scenarios.resolved import resolved_text
from scenarios.uncertain import realised, stated

OPEN = """title: Open
drivers:
  sanctions: {2026-Q1: 0.8, 2029-Q1: {low: 0.2, high: 1}}
  basing_consent: {UZB: {RUS: {2027-Q1: {low: 0, high: 1}}}}
events:
  - {type: unrest, quarter: {low: 2027-Q1, high: 2028-Q4}, state: KAZ}
  - {type: border_clash, quarter: 2028-Q1, state: KGZ, probability: {low: 0.2, high: 0.9}}
  - {type: migration_crackdown, quarter: 2027-Q2, size: {low: 0.1, high: 0.6}}
"""
SANCTIONS, UNREST = "sanctions@2029-Q1", "unrest.KAZ@2027-Q1.quarter"


@pytest.fixture
def left_open(tmp_path):
    path = tmp_path / "left_open.yaml"
    path.write_text(OPEN)
    return path


@pytest.fixture
def batch(left_open, tmp_path):
    return run("baseline", left_open, worlds=24, until="2029-Q4", out=tmp_path / "runs", workers=1)


def test_a_file_says_what_each_world_draws(left_open):
    found = load_scenario(left_open)
    assert list(found.uncertain) == [
        SANCTIONS,
        "basing_consent.UZB.RUS@2027-Q1",
        UNREST,
        "border_clash.KGZ@2028-Q1.probability",
        "migration_crackdown@2027-Q2.size",
    ]
    slope = found.uncertain[SANCTIONS].slopes["sanctions"]
    path = found.drivers["sanctions"]
    assert path[[104, 116, 150]].tolist() == [0.8, 0.6, 0.6]
    assert slope[[103, 104, 110, 116, 150]].tolist() == [0, 0, 0.5, 1, 1]


def test_what_is_written_out_leaves_the_same_open(left_open, tmp_path):
    found = load_scenario(left_open)
    (tmp_path / "again.yaml").write_text(resolved_text(found))
    again = load_scenario(tmp_path / "again.yaml")
    assert again.parameters == found.parameters
    for name, each in found.uncertain.items():
        for driver, slope in each.slopes.items():
            assert np.allclose(slope, again.uncertain[name].slopes[driver], atol=1e-12)


@pytest.mark.usefixtures("left_open")
def test_a_later_file_closes_what_an_earlier_one_left_open(tmp_path):
    own = tmp_path / "closed.yaml"
    own.write_text("title: Closed\nextends: left_open\ndrivers: {sanctions: {2026-Q1: 0.7}}\n")
    found = load_scenario(own)
    assert SANCTIONS not in found.uncertain
    assert UNREST in found.uncertain


def test_worlds_have_the_paths_and_events_that_they_drew(left_open):
    found = load_scenario(left_open)
    drawn = {name: np.full(2, each.value) for name, each in found.uncertain.items()}
    drawn[SANCTIONS], drawn[UNREST] = np.array([0.2, 1.0]), np.array([2027.1, 2028.99])
    had = realised(found, drawn)
    assert np.allclose(had.drivers["sanctions"][116], [0.2, 1.0])
    assert np.allclose(had.drivers["sanctions"][110], [0.5, 0.9])
    assert (had.drivers["sanctions"][:104, 0] == found.drivers["sanctions"][:104]).all()
    unrest = [each for each in had.events if each.type == "unrest" and each.quarter > 104]
    where = {each.quarter: each.worlds for each in unrest if any(each.worlds)}
    assert where == {108: (True, False), 115: (False, True)}
    assert [each.quarter for each in unrest] == list(range(108, 116))


def test_a_batch_writes_down_what_worlds_drew_and_is_the_same_again(batch):
    worlds = batch.worlds.reset_index()
    drawn = worlds[f"left_open/{SANCTIONS}"]
    assert drawn.between(0.2, 1).all()
    assert drawn.nunique() == len(worlds)
    states = batch.states[batch.states.scenario == "left_open"]
    at = states[states.state == "KAZ"].set_index(["quarter", "world"]).unrest
    quarters = np.floor((worlds[f"left_open/{UNREST}"] - 2000) * 4).astype(int)
    for world, quarter in zip(worlds.world, quarters, strict=True):
        year, which = divmod(int(quarter), 4)
        assert at[pd.Timestamp(2000 + year, 3 * which + 1, 1), world] > 0


def test_a_world_alone_is_the_world_of_the_batch(batch, left_open):
    region = Region(spec=load_scenario(left_open), worlds=1, rng=0, replicate=7)
    region.step_to(parse_quarter("2029-Q4"))
    row = batch.influence.query("scenario == 'left_open' and world == 7")
    last = row[row.quarter == row.quarter.max()].set_index(["power", "state"]).share.astype("f4")
    share = region.influence.share[..., 0].astype("f4")
    assert last["RUS", "KAZ"] == share[0, 0]


def test_quarters_before_the_first_open_one_are_those_of_the_baseline(batch):
    past = batch.influence[batch.influence.quarter < "2026-01-01"]
    one, other = (past[past.scenario == name] for name in ("baseline", "left_open"))
    columns = [name for name in one if name != "scenario"]
    assert one[columns].reset_index(drop=True).equals(other[columns].reset_index(drop=True))


@pytest.mark.slow
def test_played_worlds_are_stepped_worlds(left_open, tmp_path, monkeypatch):
    asked = {"worlds": 24, "until": "2029-Q4", "workers": 1}
    stepped = run("baseline", left_open, out=tmp_path / "stepped", **asked)
    monkeypatch.setattr("experiments.design.batch.MANY", 1)
    played = run("baseline", left_open, out=tmp_path / "played", **asked)
    for table in ("influence", "states", "region"):
        assert getattr(played, table).equals(getattr(stepped, table))


def test_an_option_leaves_a_driver_open_in_every_scenario(crossroads, tmp_path):
    out = tmp_path / "out"
    words = ["run", "baseline", "frozen_ukraine", "--worlds", "6", "--until", "2029-Q4"]
    asked = [*words, "--set", f"{SANCTIONS}=0.2:1", "--out", str(out), "--workers", "1"]
    assert crossroads(*asked).code == 0
    assert crossroads("rerun", str(out)).code == 0
    assert f"{SANCTIONS}" in pd.read_parquet(out / "worlds.parquet")


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ("sanctions@2029-Q1=0:7", "sanctions@2029-Q1 = 7 is outside 0 to 1"),
        ("sanctions@2029-Q9=0:1", "'2029-Q9' is not a quarter"),
        ("sanktions@2029-Q1=0:1", "did you mean 'sanctions'"),
        ("basing_consent@2029-Q1=0:1", "basing_consent.STATE.POWER@QUARTER"),
    ],
)
def test_what_cannot_be_left_open_is_told(crossroads, tmp_path, setting, told):
    answer = crossroads("run", "baseline", "--set", setting, "--out", str(tmp_path / "no"))
    assert (answer.code, (tmp_path / "no").exists()) == (2, False)
    assert told in answer.err


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("drivers: {sanctions: {2029-Q1: {low: 0.2, high: 3}}}", "3 is outside 0 to 1"),
        ("drivers: {sanctions: {2029-Q1: {low: 0.9, high: 0.3}}}", "must lie below high"),
        ("drivers: {sanctions: {2029-Q1: {lo: 0.9}}}", "did you mean 'low'"),
        ("events: [{type: unrest, state: KAZ, quarter: {low: 2029-Q1, high: 2028-Q1}}]", "low"),
    ],
)
def test_faults_of_what_is_left_open_have_their_line(crossroads, tmp_path, line, told):
    (tmp_path / "wrong.yaml").write_text(f"title: Wrong\n{line}\n")
    answer = crossroads("check", str(tmp_path / "wrong.yaml"))
    assert answer.code == 2
    assert "wrong.yaml:2: " in answer.err
    assert told in answer.err


def test_a_name_already_left_open_is_not_stated_again():
    opened = stated(load_scenario("baseline"), SANCTIONS)
    again = stated(opened, "sanctions@2030-Q1")
    assert again.uncertain[SANCTIONS].slopes["sanctions"][[116, 119, 120]].tolist() == [1, 1, 0]
