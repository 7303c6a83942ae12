"""Policy questions and one's own, from the command line and from Python."""

from __future__ import annotations

import json
import re

import pytest

from experiments import run
from experiments.questions import answers, ask, frame


def test_all_ten_questions_are_answered_in_order(outcomes):
    found = answers(outcomes)
    assert [each.id for each in found] == [f"Q{number}" for number in range(1, 11)]
    assert all(each.text.endswith(".") for each in found)


def test_a_question_that_needs_more_says_which_command_adds_it(crossroads, outcomes):
    code, out, _ = crossroads("questions", outcomes.folder.address)
    assert code == 0
    assert re.search(r"crossroads run baseline .*kazakhstan_unrest_war --worlds 48", out)
    assert "--until 2040-Q4" in out


def test_answers_as_json_hold_numbers_with_intervals_and_worlds(crossroads, outcomes):
    code, out, _ = crossroads("questions", outcomes.folder.address, "--json")
    found = json.loads(out)
    assert code == 0
    first = next(each for each in found[0]["findings"] if each["quantity"] == "probability")
    assert 0 <= first["low"] <= first["value"] <= first["high"] <= 1
    assert first["worlds"] == 48


def test_numbers_behind_answers_are_a_frame(outcomes):
    table = frame(answers(outcomes))
    assert {"question", "quantity", "scenario", "value", "low", "high"} <= set(table.columns)
    assert {"Q1", "Q2", "Q3", "Q4", "Q5", "Q6"} <= set(table["question"])


def test_the_effect_of_a_freeze_is_the_mean_paired_difference(outcomes):
    found = next(each for each in answers(outcomes) if each.id == "Q4")
    rivalry = [each for each in found.findings if each.quantity.startswith("rivalry")][-1]
    table = outcomes.table("region", quarter="2035-Q4", columns=["rivalry"])
    wide = table.pivot_table(index="world", columns="scenario", values="rivalry", observed=True)
    gap = (wide["frozen_ukraine"] - wide["baseline"]).mean()
    assert rivalry.value == pytest.approx(gap, abs=1e-5)
    assert rivalry.low < gap < rivalry.high


def test_attacks_a_year_are_those_of_the_record(outcomes):
    found = next(each for each in answers(outcomes) if each.id == "Q5")
    table = outcomes.table(
        "states",
        scenario="baseline",
        quarter=slice("2026-Q1", None),
        columns=["attacks_on_chinese_assets"],
    )
    by_hand = table["attacks_on_chinese_assets"].sum() / 48 / table["quarter"].nunique()
    assert found.findings[0].value == pytest.approx(by_hand, abs=1e-5)


def test_one_s_own_question_is_answered_in_a_sentence(crossroads, outcomes):
    condition = "security CHN > RUS in TJK held 4 quarters by 2035-Q4"
    code, out, _ = crossroads("ask", outcomes.folder.address, condition)
    assert code == 0
    assert re.search(r"\d+(\.\d)? % \[\d+(\.\d)?–\d+(\.\d)? %\] under “", out)
    assert "48 worlds" in out


def test_a_question_that_cannot_be_read_is_refused_in_one_line(crossroads, outcomes):
    code, out, err = crossroads("ask", outcomes.folder.address, "securty CHN > RUS in TJK")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "[securty]" in err


def test_differences_between_scenarios_are_paired(outcomes):
    found = ask(outcomes, "rivalry > 0.35 at 2035")
    values = {(each.quantity, each.scenario): each.value for each in found.findings}
    gap = values["probability", "frozen_ukraine"] - values["probability", "baseline"]
    assert values["difference of probabilities", "frozen_ukraine"] == pytest.approx(gap, abs=1e-5)


def test_a_small_folder_is_answered_as_far_as_it_goes(crossroads, tmp_path):
    small = run(
        "baseline", worlds=4, until="2024-Q2", tables=("region",), out=tmp_path / "s", workers=1
    )
    code, out, _ = crossroads("questions", small.folder.address)
    assert code == 0
    assert out.count("crossroads run baseline") >= 8


def test_intervention_is_judged_where_there_is_unrest(tmp_path):
    results = run(
        "baseline", "kazakhstan_unrest_war", worlds=64, record_from="2026-Q4", until="2028-Q2",
        tables=("influence",), out=tmp_path / "unrest", workers=1,
    )  # fmt: skip
    found = next(each for each in answers(results) if each.id == "Q7")
    credibility = found.findings[0]
    assert credibility.low > 0.05, "stepping in costs less credibility than staying away"
