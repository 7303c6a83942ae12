"""`crossroads facts`: the 14 facts, their verdicts, and what the exit code says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from experiments.answers import facts
from experiments.answers.facts import asked_of
from experiments.commands import model as command

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
KINDS = {
    "observed": ["C1", "C2", "C3", "C4", "C5", "C7", "C8", "C9", "C10", "C11"],
    "composite": ["C6"],
    "sign": ["C12", "C13", "C14"],
}


@pytest.fixture(scope="module")
def rows():
    """The facts from fewer worlds than the command takes."""
    return facts.judge(worlds=60)


def test_there_are_fourteen_facts_of_three_kinds(rows):
    assert [row["id"] for row in rows] == [f"C{number}" for number in range(1, 15)]
    for kind, ids in KINDS.items():
        assert [row["id"] for row in rows if row["kind"] == kind] == ids


def test_what_the_record_asks_for_holds(rows):
    """C3 and C7 stand at the ends of their ranges, so that chance decides in few worlds."""
    failed = {row["id"] for row in rows if row["forced"] and not row["pass"]}
    assert failed <= {"C3", "C7"}


def test_the_sign_facts_hold(rows):
    failed = {row["id"]: row["value"] for row in rows if row["kind"] == "sign" and not row["pass"]}
    assert failed == {}


def test_composites_have_no_verdict_and_the_others_have_that_of_their_checks(rows):
    for row in rows:
        checks = all(check["pass"] for check in row["checks"])
        assert row["pass"] is (None if row["kind"] == "composite" else checks)


def test_every_fact_can_be_written_as_json_with_the_keys_that_are_promised(rows):
    for row in json.loads(json.dumps(rows)):
        assert {"id", "kind", "fact", "target", "value", "pass", "checks"} <= row.keys()
        assert row["checks"] != []


def test_checks_of_what_was_put_in_and_of_what_can_hardly_fail_say_so(rows):
    said = [check["check"] for row in rows for check in row["checks"]]
    assert sum(each.startswith("set, not found: ") for each in said) == 1
    assert sum(each.startswith("says little, ") for each in said) == 2
    assert all(
        words in facts.facts_file()["caveats"]["observed"] for words in ("set, not", "little")
    )


def test_the_part_of_worlds_in_which_china_has_overtaken_only_grows(rows):
    early, late = (
        check["value"] for check in rows[0]["checks"] if "have crossed" in check["check"]
    )
    assert 0 <= early <= late <= 1


def test_the_exit_code_is_that_of_the_sign_facts(crossroads, monkeypatch, rows):
    monkeypatch.setattr(facts, "judge", lambda *_, **__: rows)
    answer = crossroads("facts", "--json")
    assert answer.code == 0
    assert json.loads(answer.out) == json.loads(json.dumps(rows))
    broken = [row | {"pass": False} if row["id"] == "C12" else row for row in rows]
    monkeypatch.setattr(facts, "judge", lambda *_, **__: broken)
    assert crossroads("facts", "--json").code == command.A_SIGN_FAILED
    misfit = [row | {"pass": False} if row["id"] == "C3" else row for row in rows]
    monkeypatch.setattr(facts, "judge", lambda *_, **__: misfit)
    assert crossroads("facts").code == 0


def test_what_is_printed_says_what_each_kind_is_worth_and_what_was_tried(
    crossroads, monkeypatch, rows
):
    failed = [check | {"pass": False} for check in rows[0]["checks"]]
    misfit = rows[0] | {"pass": False, "checks": failed, "tried": "a longer lever"}
    monkeypatch.setattr(facts, "judge", lambda *_, **__: [misfit, *rows[1:]])
    printed = crossroads("facts", "--worlds", 60).out
    for words in ("evidence", "judgement", "validates nothing", "MISFIT", "a longer lever"):
        assert words in printed


def test_the_last_line_counts_what_holds_and_the_first_explains_the_mark(
    crossroads, monkeypatch, rows
):
    passed = {"C5", "C7"}
    known = [row | {"pass": row["id"] in passed} for row in rows]
    monkeypatch.setattr(facts, "judge", lambda *_, **__: known)
    first, *_, last = crossroads("facts").out.splitlines()
    assert first.startswith("x: a check that misses its range")
    assert last == "Of 10 observed facts 2 hold; the record itself asks for 10."


@pytest.mark.slow
def test_readme_counts_the_facts_that_hold():
    assert facts.tally(facts.judge()) in " ".join(README.split())


def test_a_wrong_number_of_worlds_is_refused(crossroads):
    assert crossroads("facts", "--worlds", "none").code == 2


def test_shares_are_of_all_or_of_powers_and_targets_of_what_can_be_compared():
    asked = {"record": "trade", "state": ["TKM"], "power": "RUS", "years": [2003, 2007]}

    class Bare(facts.Evidence):
        """Evidence that runs nothing."""

        def __post_init__(self):
            self.weight = facts.np.ones(5)

    evidence = Bare(0, 0, [])
    path = facts.np.broadcast_to([0.3, 0.1, 0.05, 0.05], (4, 5, 4))
    evidence.means = {"baseline": {"influence.security": path}}
    arms = {"column": "influence.security", "state": "region", "power": "RUS"}
    arms |= {"from": "2000-Q1", "to": "2000-Q4"}
    assert facts.np.isclose(evidence.mean(arms), 0.3)
    assert facts.np.isclose(evidence.mean(arms | {"among": "powers"}), 0.6)
    assert facts.np.isnan(evidence.observed(asked))
    usable = asked | {"state": ["KAZ"], "power": "RUS", "years": [2009, 2011]}
    assert facts.np.isclose(evidence.observed(usable), (0.1739 + 0.1964) / 2, atol=0.002)


def test_every_value_of_the_file_names_something_that_exists(rows):
    columns = [each["column"] for each in asked_of(facts.facts_file()["facts"]) if "column" in each]
    assert len(columns) > 60
    assert all(
        check["value"] is not None and check["value"] == check["value"]
        for row in rows
        for check in row["checks"]
    )
