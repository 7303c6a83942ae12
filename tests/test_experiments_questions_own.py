"""Questions of one's own: what is answered, from which quarter on, and what is refused."""

from __future__ import annotations

import re

import pytest

from experiments import run
from experiments.answers.query import ask


def test_one_s_own_question_is_answered_in_a_sentence(crossroads, outcomes):
    condition = "security CHN > RUS in TJK held 4 quarters by 2035-Q4"
    code, out, _ = crossroads("ask", outcomes.folder.address, condition)
    assert code == 0
    assert re.search(r"\d+(\.\d)? % \[\d+(\.\d)?–\d+(\.\d)? %\] of worlds under “", out)
    assert "48 worlds" in out


def test_a_question_that_cannot_be_read_is_refused_in_one_line(crossroads, outcomes):
    code, out, err = crossroads("ask", outcomes.folder.address, "securty CHN > RUS in TJK")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "[securty]" in err


def test_differences_between_scenarios_are_paired(outcomes):
    found = ask(outcomes, "rivalry > 0.35 at 2035")
    values = {(each.quantity, each.scenario): each.value for each in found.findings}
    gap = values["share of worlds", "frozen_ukraine"] - values["share of worlds", "baseline"]
    assert values["difference of shares", "frozen_ukraine"] == pytest.approx(gap, abs=1e-5)


def test_only_quarters_that_can_count_are_asked_for(tmp_path):
    late = run("baseline", worlds=2, record_from="2024-Q1", until="2026-Q4", out=tmp_path / "late",
               workers=1)  # fmt: skip
    asked = {
        "security CHN > RUS in TJK held 4 quarters by 2026-Q4": "",
        "security CHN > RUS in TJK held 4 quarters from 2024 by 2026": "",
        "security CHN > RUS in TJK held 4 quarters at 2024-Q2": "--record-from 2023-Q3 ",
        "rivalry > 0.4 from 2020 by 2026": "--record-from 2020-Q1 ",
    }
    for condition, command in asked.items():
        answer = ask(late, condition)
        assert bool(answer.needs) == bool(command), condition
        assert command in "".join(answer.needs), condition
    assert (
        "Missing in this folder: quarters before 2024-Q1; the command below adds them"
        in answer.text
    )


def test_an_answer_says_what_its_columns_are_and_hints_at_shares(outcomes):
    level = ask(outcomes, "influence RUS < 0.4 in KAZ by 2035").text
    assert "`influence`: influence of the power in the state: reliance weighted" in level
    assert "(0 to 1)" in level
    assert "column `share`" in level
    for text in ("influence RUS < CHN in KAZ", "share RUS < 0.4 in KAZ", "rivalry > 0.4"):
        assert "column `share`" not in ask(outcomes, text).text


def test_a_condition_is_looked_for_from_2024_on_unless_it_says_otherwise(outcomes):
    past = "russian_attention > 0.95"
    asked = {
        text: ask(outcomes, text, ["baseline"])
        for text in (past, f"{past} from 2024", f"{past} from 2000", f"{past} by 2010")
    }
    value = {text: found.findings[0].value for text, found in asked.items()}
    assert value[past] == value[f"{past} from 2024"] < value[f"{past} from 2000"]
    assert "looked for from 2024-Q4 to 2035-Q4" in asked[past].text
    assert "looked for from 2000-Q4 to 2010-Q4" in asked[f"{past} by 2010"].text
    assert "It is about 2035-Q4." in ask(outcomes, f"{past} at 2035").text


def test_what_is_so_from_the_first_quarter_on_is_said_to_be(outcomes):
    ((_, cells),) = ask(outcomes, "share RUS > 0.1 in KAZ", ["baseline"]).rows
    assert "100 % already in 2024-Q4" in cells


def test_a_change_between_scenarios_is_asked_for_as_a_share_of_worlds(outcomes):
    asked = "security RUS rises by 2 points in TJK at 2035 against baseline"
    found = ask(outcomes, asked)
    frame = outcomes.table("influence", state="TJK", power="RUS", quarter="2035-Q4",
                           columns=["security"])  # fmt: skip
    wide = frame.pivot_table(index="world", columns="scenario", values="security", observed=True)
    values = {each.scenario: each.value for each in found.findings}
    assert set(values) == {"frozen_ukraine", "afghanistan_instability"}
    for name, value in values.items():
        by_hand = float((wide[name] - wide["baseline"] >= 0.02).mean())
        assert value == pytest.approx(by_hand, abs=1e-6), name
    falls = ask(outcomes, asked.replace("rises", "falls"), ["frozen_ukraine"]).findings[0].value
    assert falls + values["frozen_ukraine"] <= 1


def test_a_change_names_the_scenario_that_it_is_against(crossroads, outcomes):
    change = "rivalry falls by 1 point at 2035"
    for words, what in (
        (change, "expected 'against' and a scenario"),
        (f"{change} against baselin", "did you mean 'baseline'"),
        ("rivalry > 0.4 against baseline", "go with 'rises by' or 'falls by'"),
        ("rivalry rises at 2035 against baseline", "expected 'by' and a number"),
    ):
        code, _, err = crossroads("ask", outcomes.folder.address, words)
        assert (code, err.count("\n")) == (2, 1)
        assert what in err, words
