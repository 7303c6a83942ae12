"""Every lever pulls as the sources expect, and every claim has a rule and a row or a test."""

from __future__ import annotations

import ast
import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from experiments.answers.claims import Outcome, measure, signs
from experiments.answers.claims_text import findings, page
from experiments.cli import main
from scenarios.event_types import EVENT_TYPES, ORGANISATIONS
from scenarios.vocabulary import DRIVERS, STATES

ROOT = Path(__file__).parents[1]
TESTS = ("claims_history", "claims_decisions", "invariants")
CLAIMS, ROWS = signs()


@cache
def defined(path):
    """Names of all functions, classes and methods of a file, methods as Class.method."""
    names = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        if isinstance(node, ast.ClassDef):
            inner = (each for each in node.body if isinstance(each, ast.FunctionDef))
            names |= {f"{node.name}.{each.name}" for each in inner}
    return names


def test_there_are_the_43_claims():
    assert list(CLAIMS) == list(range(1, 44))


def test_every_claim_has_a_row_or_a_test():
    tests = {name for each in TESTS for name in defined(ROOT / "tests" / f"test_model_{each}.py")}
    tested = {int(name.split("_")[2]) for name in tests if name.startswith("test_claim_")}
    assert CLAIMS.keys() - tested - {number for row in ROWS for number in row.claims} == set()


def test_the_rules_of_claims_and_rows_exist():
    for rule in [rule for each in CLAIMS.values() for rule in each["rules"]] + [
        rule for row in ROWS for rule in row.rules
    ]:
        file, name = rule.split(":")
        assert name in defined(ROOT / file), rule


@pytest.mark.parametrize("name", DRIVERS)
def test_every_driver_has_a_row_for_each_power_and_state(name):
    rows = [row for row in ROWS if (row.kind, row.lever) == ("driver", name)]
    scope, states = DRIVERS[name].scope, set(DRIVERS[name].states)
    covered = {
        power: {state for row in rows if power in (row.powers or [None]) for state in row.states}
        for power in (DRIVERS[name].powers if scope == "power and state" else [None])
    }
    assert rows
    assert scope == "region" or all(found == states for found in covered.values())


@pytest.mark.parametrize("name", EVENT_TYPES)
def test_every_type_of_event_has_a_row_for_each_power_and_organisation(name):
    rows = [row for row in ROWS if (row.kind, row.lever) == ("event", name)]
    needs = EVENT_TYPES[name].needs
    assert rows
    assert "power" not in needs or {e for r in rows for e in r.powers} == {
        *EVENT_TYPES[name].powers
    }
    named = {each for row in rows for each in row.organisations}
    assert "organisation" not in needs or named == {*ORGANISATIONS}


@pytest.mark.slow
def test_levers_of_2024_pull_as_the_sources_expect():
    pulled = [row for row in ROWS if row.kind in {"driver", "event"} and 2024 in row.dates]
    rows = [replace(row, dates=(2024,)) for row in pulled if row.years <= 4]
    found = findings(measure(rows, 16))
    assert [f"{each.row.title}: {each.outcome.text}" for each in found if each.failed] == []


@pytest.mark.slow
def test_all_levers_pull_as_the_sources_expect_or_the_table_says_why_not():
    found = findings(measure(ROWS, 64))
    assert [f"{each.row.title}: {each.outcome.text}" for each in found if each.failed] == []
    needless = {each.row.title for each in found if each.row.disagrees}
    needless -= {each.row.title for each in found if each.missed and each.row.disagrees}
    assert needless == set()


RISING, FALLING = np.array([0.01, 0.02, 0.03]), np.array([-0.01, -0.02, -0.03])
NOTHING, WIDE = np.zeros(3), np.array([-0.5, 0.0, 0.5])


@pytest.mark.parametrize(
    ("expected", "verdicts"),
    [
        ("rise", ["holds", "fails", "fails", "unclear"]),
        ("fall", ["fails", "holds", "fails", "unclear"]),
        ("still", ["fails", "fails", "holds", "holds"]),
        ("not_rise", ["fails", "holds", "holds", "holds"]),
        ("not_fall", ["holds", "fails", "holds", "holds"]),
    ],
)
def test_a_verdict_follows_the_mean_and_its_interval(expected, verdicts):
    outcome = Outcome("", expected, "share", "RUS", 0.002, (), ())
    assert [outcome.holds(each) for each in (RISING, FALLING, NOTHING, WIDE)] == verdicts


def test_a_row_that_disagrees_says_why_at_the_head_of_the_page_and_does_not_fail():
    level = next(row for row in ROWS if row.kind == "level")
    wrong = replace(level.outcomes[-1], expected="rise", bound=0.9)
    row = replace(level, outcomes=(wrong,))
    contradicts = findings(measure([row], 2))
    assert contradicts[0].failed
    told = findings(measure([replace(row, disagrees="So it is meant.")], 2))
    assert not told[0].failed
    head = page(told, 2).split("## The claims")[0]
    assert "on purpose" in head
    assert "So it is meant." in head
    assert "on purpose" not in page(contradicts, 2)


def test_the_command_tells_the_spread_first_and_ends_with_1_where_a_lever_fails(capsys):
    code = main(["claims", "baseline in", "--worlds", "2"])
    out = capsys.readouterr().out
    assert code in {0, 1}
    assert out.startswith("the baseline in 2024 (claim 28, 30, 31; ")
    assert ": worlds +" in out
    main(["claims", "baseline in", "--worlds", "2", "--json"])
    found = json.loads(capsys.readouterr().out)
    assert code == any(each["fails"] for each in found)
    assert {each["state"] for each in found[0]["places"]} <= {*STATES, "region"}


@pytest.mark.parametrize(
    "words", [["nowhere"], ["baseline in", "--to", "x.md"], ["--to", "a/b.md"]]
)
def test_bad_input_is_one_line(capsys, words):
    assert main(["claims", *words]) == 2
    assert capsys.readouterr().err.count("\n") == 1
