"""Policy questions and one's own, from the command line and from Python."""

from __future__ import annotations

import json
import re
import shlex

import pytest

from experiments import load, run
from experiments.answers.answer import frame, ordered, unclear
from experiments.answers.questions import answers
from experiments.printing import say
from experiments.results.estimates import Difference, percent
from experiments.results.missing import command
from scenarios.scenario import Distribution


@pytest.fixture(scope="module")
def answered(outcomes):
    """The ten answers; the ninth runs worlds again, so once is enough."""
    return answers(outcomes)


def by_id(answered, number):
    return next(each for each in answered if each.id == number)


def test_all_ten_questions_are_answered_in_order(answered):
    found = answered
    assert [each.id for each in found] == [f"Q{number}" for number in range(1, 11)]
    assert all(each.text.endswith(".") for each in found)


def test_a_question_that_needs_more_says_which_command_adds_it(crossroads, outcomes):
    code, out, _ = crossroads("questions", outcomes.folder.address)
    assert code == 0
    assert re.search(r"crossroads run baseline .*kazakhstan_unrest_intervention --worlds 48 ", out)
    assert "--until 2040-Q4" in out


def test_answers_as_json_hold_numbers_with_intervals_and_worlds(answered):
    found = json.loads(json.dumps([each.as_json() for each in answered]))
    first = next(each for each in found[0]["findings"] if each["quantity"] == "share of worlds")
    assert 0 <= first["low"] <= first["value"] <= first["high"] <= 1
    assert first["worlds"] == 48


def test_numbers_behind_answers_are_a_frame(answered):
    table = frame(answered)
    assert {"question", "quantity", "scenario", "value", "low", "high"} <= set(table.columns)
    assert {"Q1", "Q2", "Q3", "Q4", "Q5", "Q6"} <= set(table["question"])


def test_the_effect_of_a_freeze_is_the_mean_paired_difference(outcomes, answered):
    found = by_id(answered, "Q4")
    rivalry = [each for each in found.findings if each.quantity.startswith("rivalry")][-1]
    table = outcomes.table("region", quarter="2035-Q4", columns=["rivalry"])
    wide = table.pivot_table(index="world", columns="scenario", values="rivalry", observed=True)
    gap = (wide["frozen_ukraine"] - wide["baseline"]).mean()
    assert rivalry.value == pytest.approx(gap, abs=1e-5)
    assert rivalry.low < gap < rivalry.high


def test_attacks_a_year_are_those_of_the_record(outcomes, answered):
    found = by_id(answered, "Q5")
    table = outcomes.table(
        "states",
        scenario="baseline",
        quarter=slice("2026-Q1", None),
        columns=["attacks_on_chinese_assets"],
    )
    by_hand = table["attacks_on_chinese_assets"].sum() / 48 / table["quarter"].nunique()
    assert found.findings[0].value == pytest.approx(by_hand, abs=1e-5)


def test_rivalry_has_one_unit_in_all_answers(answered):
    for number in ("Q4", "Q9"):
        answer = by_id(answered, number)
        said = [answer.text, *(each.words for each in answer.robust)]
        assert any("hundredths" in each for each in said)
        assert not any(re.search(r"[+−]0\.\d{3}", each) for each in said)


@pytest.fixture(scope="module")
def unrest(tmp_path_factory):
    """Worlds in which the alliance comes by its chance, and the same in which it comes for sure."""
    return run(
        "kazakhstan_unrest_war", "kazakhstan_unrest_intervention", worlds=48, until="2028-Q4",
        record_from="2026-Q4", tables=("influence",), out=tmp_path_factory.mktemp("unrest") / "two",
        workers=1,
    )  # fmt: skip


def test_intervention_is_judged_in_worlds_that_differ_in_it_alone(unrest):
    found = by_id(answers(unrest), "Q7")
    table = unrest.table("influence", state="KAZ", power="RUS", columns=["credibility", "security"])
    wide = table.pivot_table(
        index=["quarter", "world"], columns="scenario", values="credibility", observed=True
    )
    gap = wide["kazakhstan_unrest_intervention"] - wide["kazakhstan_unrest_war"]
    stayed = gap.loc["2027-01-01"] != 0
    assert 0 < stayed.sum() < 48, "by its chance the alliance comes in some worlds, not in all"
    assert (gap.loc[:, stayed[~stayed].index] == 0).all(), "where it came anyway nothing differs"
    assert found.findings[0].worlds == stayed.sum()
    assert found.findings[0].value == pytest.approx(gap.loc["2028-01-01"][stayed].mean(), abs=1e-5)
    assert found.findings[0].low > 0.05
    assert found.text.startswith("Two fixed numbers decide it")
    assert "in no rule of the model" in found.note


def test_every_answer_says_whether_it_survives_judgement(answered):
    for each in answered:
        assert bool(each.robust) != bool(each.needs) or each.id in {"Q1", "Q2"}, each.id
        assert all(said.words.endswith(".") for said in each.robust)


def test_the_channels_of_a_freeze_add_up(answered):
    found = by_id(answered, "Q9")
    parts = {each.quantity: each.value for each in found.findings}
    rivalry = {name: value for name, value in parts.items() if name.startswith("rivalry")}
    whole = rivalry.pop("rivalry: all changes")
    assert sum(rivalry.values()) == pytest.approx(whole, abs=1e-5)
    assert len(rivalry) == 3


NEEDED = {
    "Q4": "frozen_ukraine", "Q7": "kazakhstan_unrest_intervention", "Q8": "wider_engagement",
    "Q9": "frozen_ukraine", "Q10": "faster_growth",
}  # fmt: skip


def test_one_scenario_to_2026_says_for_each_question_what_is_missing(crossroads, tmp_path):
    short = run(
        "baseline", worlds=12, until="2026-Q4", out=tmp_path / "short", every="year", workers=1
    )
    code, out, _ = crossroads("questions", short.folder.address, "--json")
    found = {each["id"]: each for each in json.loads(out)}
    assert code == 0
    assert len(found) == 10
    for number, scenario in NEEDED.items():
        (command,) = found[number]["needs"]
        assert scenario in command.split()
        assert "--every year" in command
    for number in ("Q1", "Q2"):
        assert "--until 2040-Q4" in found[number]["needs"][0]


def test_a_command_that_adds_something_keeps_the_folder_s_own_settings(tmp_path):
    range_of = {"attention_cost": Distribution("uniform", 0.4, 0.6)}
    results = run(
        "baseline", points=4, replicates=2, settings=range_of, until="2024-Q4",
        out=tmp_path / "points", workers=1,
    )  # fmt: skip
    said = command(results, ["frozen_ukraine"], until="2035-Q4")
    assert said.startswith("crossroads run baseline frozen_ukraine --points 4 --replicates 2 ")
    assert "--set attention_cost=0.4:0.6 --out " in said
    assert said.endswith("points+frozen_ukraine-to-2035-Q4")


def test_the_command_that_a_question_gives_makes_the_folder_that_answers_it(
    crossroads, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    run("baseline", worlds=4, until="2024-Q4", tables=("states",), out="a b", workers=1)
    said = command(load("a b"), ["wider_engagement"])
    assert crossroads(*shlex.split(said)[1:], "--workers", 1).code == 0
    assert load("a b").scenarios == ["baseline"]
    assert load("a b+wider_engagement").scenarios == ["baseline", "wider_engagement"]
    assert load("a b+wider_engagement").tables == ["influence", "states", "region"]
    assert command(load("a b")).endswith("--out 'a b-all-tables'")


def test_of_many_scenarios_the_reference_comes_first_then_those_that_differ_most(outcomes):
    sizes = {"s1": 0.51, "baseline": 0.5, **{f"s{n}": (n / 10) ** 2 for n in range(2, 9)}}
    assert ordered(outcomes, sizes)[:3] == ["baseline", "s2", "s3"]
    few = {"s1": 0.51, "baseline": 0.5, "s2": 0.9}
    assert ordered(outcomes, few) == ["baseline", "s1", "s2"]


def test_a_difference_that_is_not_clear_is_said_not_to_be():
    assert unclear(Difference(0.1, -0.1, 0.3, 50)) == "not clearly different"
    assert unclear(Difference(0.1, 0.05, 0.15, 50)) == unclear(None) == ""


def test_ten_answers_fit_a_screen_and_say_where_robustness_fails(crossroads, outcomes, answered):
    out = crossroads("questions", outcomes.folder.address).out
    assert len(out.splitlines()) <= 60
    failing = sum(s.standing in {"falls", "close"} for each in answered for s in each.robust)
    assert out.count("Robust?") == failing
    full = crossroads("questions", outcomes.folder.address, "--full").out
    assert full.count("Robust?") == sum(len(each.robust) for each in answered)


def test_effects_show_the_range_over_worlds_before_the_precision_of_the_mean(outcomes, answered):
    answer = by_id(answered, "Q4")
    assert answer.heads == ("change", "5–95 % of worlds", "mean ±")
    last = [each for each in answer.findings if each.quantity.startswith("rivalry")][-1]
    table = outcomes.table("region", quarter="2035-Q4", columns=["rivalry"])
    wide = table.pivot_table(index="world", columns="scenario", values="rivalry", observed=True)
    gap = wide["frozen_ukraine"] - wide["baseline"]
    assert last.q05 == pytest.approx(gap.quantile(0.05), abs=1e-5)
    assert last.q95 == pytest.approx(gap.quantile(0.95), abs=1e-5)
    assert last.q05 < last.low < last.high < last.q95


def test_only_states_that_were_not_dependent_by_2025_can_become_the_first(outcomes, answered):
    found = {each.where: each.value for each in by_id(answered, "Q6").findings
             if each.scenario == "baseline"}  # fmt: skip
    frame = outcomes.table("states", scenario="baseline", columns=["joint_dependence"])
    wide = frame.pivot_table(index=["world", "quarter"], columns="state",
                             values="joint_dependence", observed=True) > 0.8  # fmt: skip
    year = wide.index.get_level_values("quarter").year
    before = wide[year == 2025].groupby("world").any()
    later = wide[year > 2025].groupby("world").any()
    newly = later & ~before
    assert found["none"] == pytest.approx(float((~newly.any(axis=1)).mean()), abs=1e-6)


def test_prose_is_wrapped_for_people_and_whole_in_pipes(monkeypatch, capsys):
    say(["    " + "word " * 40, "    To know more: " + "x " * 80], whole=["    To know more:"])
    assert [len(line) > 100 for line in capsys.readouterr().out.splitlines()] == [True, True]
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.setenv("COLUMNS", "60")
    say(["    " + "word " * 40, "    To know more: " + "x " * 80], whole=["    To know more:"])
    *prose, command_line = capsys.readouterr().out.splitlines()
    assert all(len(line) <= 60 and line.startswith("    word") for line in prose)
    assert command_line.startswith("    To know more:")


def test_who_leads_from_the_start_is_not_told_as_passing_without_saying_so(outcomes, answered):
    answer = by_id(answered, "Q2")
    table = outcomes.table("influence", scenario="baseline", quarter="2024-Q4")
    table = table[table["state"] == "TKM"].pivot(index="world", columns="power", values="influence")
    ahead = float((table["CHN"] > table["RUS"]).mean())
    (told,) = (
        each for each in answer.findings
        if (each.quantity, each.where) == ("share of worlds already", "TKM")
    )  # fmt: skip
    assert told.when == "in 2024-Q4"
    assert told.value == pytest.approx(ahead, abs=0.05), "held for a year, and so no more often"
    assert told.value <= ahead + 1e-6
    name, cells = answer.rows[1]
    assert name.strip() == "already in 2024-Q4"
    assert cells[answer.heads.index("TKM")] == percent(told.value)
