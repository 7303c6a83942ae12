"""Headlines under every behaviour: which hold, and what the others hang on."""

from __future__ import annotations

import json

import pytest

from experiments.answers.headlines import Verdict
from experiments.answers.structures import STRUCTURES, Held, lines, with_behaviour
from experiments.cli import main
from scenarios.behaviours import AFTER_RECORD
from scenarios.load import load_scenario
from scenarios.vocabulary import STATES


def verdict(support):
    return Verdict("China leads", "baseline", support, "", 0.0, 0.0, 64, "survives", "")


def test_a_headline_names_the_structures_without_it():
    every = dict.fromkeys(STRUCTURES, verdict(0.8)) | {"answering": verdict(0.6)}
    firm = Held("China leads", "baseline", every)
    assert firm.said == "China leads (60 % to 80 % of worlds)"
    some = {name: each for name, each in every.items() if name not in {"answering", "imitating"}}
    loose = Held("China leads", "baseline", some)
    assert loose.said == "China leads (80 % of worlds): not with answering or imitating"
    assert lines([firm, loose], 64)[0].startswith("1 of 2 headlines hold however agents behave")
    assert loose.as_json()["structures"]["answering"] is None


def test_a_structure_is_stronger_than_what_a_scenario_says_of_the_same_agents():
    first = with_behaviour(load_scenario("baseline"), "imitating", STATES)
    both = with_behaviour(first, "withdrawing", ("RUS",))
    assert {each.agent for each in both.behaviours} == {*STATES, "RUS"}
    again = with_behaviour(both, "coordinating", STATES)
    assert {each.name for each in again.behaviours} == {"coordinating", "withdrawing"}
    assert {each.quarter for each in again.behaviours} == {AFTER_RECORD}


@pytest.mark.slow  # runs seven batches
def test_the_command_says_which_headlines_hold(tmp_path, capsys):
    path = tmp_path / "short.yaml"
    path.write_text("title: A few quarters\nstart: 2022-Q1\n", encoding="utf-8")
    words = ["compare-structures", str(path), "--worlds", "32", "--until", "2028-Q4"]
    assert main([*words, "--workers", "1", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found
    assert all(each["structures"].keys() == STRUCTURES.keys() for each in found)
    assert all(each["structures"]["usual"]["support"] > 0.5 for each in found)
    assert main(["compare-structures", "baselin"]) == 2
