"""docs/claims.md names a rule and a test for each of the 43 claims, and all of them exist."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TABLE = ROOT / "docs" / "claims.md"
LINE = r"^\| *(\d+) *\|(?P<claim>[^|]+)\|(?P<rules>[^|]+)\|(?P<tests>[^|]+)\|$"
ROW = re.compile(LINE, re.MULTILINE)
CODE = re.compile(r"`([^`]+)`")
FILES = {
    "history": "test_model_claims_history.py",
    "scenarios": "test_model_claims_scenarios.py",
    "decisions": "test_model_claims_decisions.py",
    "invariants": "test_model_invariants.py",
}
ROWS = list(ROW.finditer(TABLE.read_text(encoding="utf-8")))


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


def test_there_is_a_row_for_each_of_the_claims():
    assert [int(row[1]) for row in ROWS] == list(range(1, 44))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"claim_{row[1]}")
def test_the_rules_of_a_claim_exist(row):
    rules = CODE.findall(row["rules"])
    assert rules
    for rule in rules:
        file, name = rule.split(":")
        assert name in defined(ROOT / file), rule


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"claim_{row[1]}")
def test_the_tests_of_a_claim_exist(row):
    number = f"claim_{int(row[1]):02d}_"
    found = []
    for part in row["tests"].split(";"):
        where, names = part.strip().split(":", 1)
        tests = CODE.findall(names)
        assert tests, part
        assert set(tests) <= defined(ROOT / "tests" / FILES[where]), part
        found += tests
    assert any(number in name for name in found)


def test_rules_named_below_the_table_exist():
    for rule in re.findall(r"`((?:agents|model)/[\w/]+\.py:[\w.]+)`", TABLE.read_text()):
        file, name = rule.split(":")
        assert name in defined(ROOT / file), rule


def test_every_test_of_a_claim_is_named_in_the_table():
    named = set(CODE.findall(TABLE.read_text(encoding="utf-8")))
    written = {
        name
        for file in FILES.values()
        for name in defined(ROOT / "tests" / file)
        if name.startswith("test_claim_")
    }
    assert written - named == set()
