"""Worlds told one by one: which are worth it, and how a replay begins."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest

from experiments import load, run
from experiments.answers.conditions import holding
from model import influence as measures


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("replay") / "out"
    span = {"until": "2002-Q4", "record_from": "2002-Q1"}
    run("baseline", "frozen_ukraine", worlds=40, out=place, workers=1, **span)
    return place


def test_a_replay_begins_with_who_led_where_and_says_what_effort_is(crossroads, folder):
    words = ("--scenario", "baseline", "--world", 5, "--from", "2001-Q1")
    lines = crossroads("replay", folder, *words).out.splitlines()
    assert lines[0] == "World 5 of baseline"
    assert lines[1].startswith("2001-Q1: ")
    assert " in Kazakhstan" in lines[1]
    assert lines[2].startswith("2002-Q4: ")
    assert any(
        "effort units (in the last quarter all of a power's make: Russia " in x for x in lines
    )


def test_examples_name_worlds_of_either_kind_with_a_command_that_tells_of_one(crossroads, folder):
    asked = ("ask", folder, "leader is RUS in KAZ and incidents > 0 in TJK by 2002", "--examples")
    out = crossroads(*asked).out
    (found, _) = json.loads(crossroads(*asked, "--json").out)["examples"]
    assert f"worlds in which it holds: {', '.join(map(str, found['holds'][:2]))}" in out
    met = holding(load(folder), asked[2], found["scenario"]).met
    assert all(met[found["holds"]])
    assert not any(met[found["holds_not"]])
    assert found["commands"][0] in out
    assert crossroads(*shlex.split(found["commands"][0])[1:]).code == 0


def test_an_event_of_the_scenario_is_told_once(crossroads, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    events = "{type: unrest, quarter: 2001-Q2, state: KGZ}, {type: border_clash, quarter: 2001-Q3}"
    Path("mine.yaml").write_text(f"title: M\nextends: baseline\nevents: [{events}]\n")
    run("mine.yaml", worlds=2, until="2001-Q4", record_from="2001-Q1", out="mine", workers=1)
    words = ("replay", "mine", "--scenario", "mine", "--world", 0, "--json")
    quarters = [json.loads(line) for line in crossroads(*words).out.splitlines()]
    assert quarters[1]["events"].count("unrest KGZ") == 1
    assert [each for each in quarters[2]["events"] if "clash" in each] == ["border clash KGZ TJK"]


def test_a_world_that_comes_out_otherwise_is_exit_code_1(crossroads, folder, monkeypatch):
    words = ("replay", folder, "--scenario", "baseline", "--world", 3)
    code, out, _ = crossroads(*words)
    assert (code, out.strip().splitlines()[-1]) == (0, "identical to the batch")
    own = measures.fixed_weight
    monkeypatch.setattr(measures, "fixed_weight", lambda given: 1.001 * own(given))
    code, out, _ = crossroads(*words)
    assert (code, out.strip().splitlines()[-1]) == (1, "DIFFERENT from what the batch recorded")
    assert crossroads(*words, "--json").code == 1


def test_a_world_is_held_against_the_last_quarter_that_is_recorded(crossroads, tmp_path):
    run("baseline", worlds=2, until="2002-Q2", record_from="2001-Q1", every="year",
        out=tmp_path / "r", workers=1)  # fmt: skip
    words = ("replay", tmp_path / "r", "--scenario", "baseline", "--world", 1)
    assert crossroads(*words).out.endswith("identical to the batch\n")
    code, out, _ = crossroads(*words, "--from", "2000-Q1", "--until", "2001-Q3")
    assert code == 0
    assert out.endswith("not held against the batch: none of these quarters is recorded here\n")
