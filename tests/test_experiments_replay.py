"""Worlds told one by one: which are worth it, and how a replay begins."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest

from experiments import load, run
from experiments.conditions import holding


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
