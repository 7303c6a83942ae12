"""What docs/questions.md says works as it is printed there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from experiments.answers.parser import parse
from experiments.answers.questions import QUESTIONS
from experiments.errors import BadInput
from scenarios.library import scenario_files

PAGE = Path(__file__).parents[1] / "docs" / "questions.md"


def test_the_page_s_conditions_can_be_read_and_its_fault_is_the_one_printed():
    text = PAGE.read_text(encoding="utf-8")
    asked = re.findall(r'crossroads ask DIR "(.+?)"', text)
    assert asked
    for condition in asked:
        assert parse(condition)
    (printed,) = re.findall(r"^    (condition, character .+)$", text, re.MULTILINE)
    with pytest.raises(BadInput) as refused:
        parse(printed.split(": ")[-1].replace("[", "").replace("]", ""))
    assert str(refused.value) == printed


def test_the_page_s_python_runs(outcomes):
    text = PAGE.read_text(encoding="utf-8").split("## From Python")[1]
    lines = [line.removeprefix("    ") for line in text.splitlines() if line.startswith("    ")]
    quick = [line for line in lines if not line.startswith(("results =", "explained("))]
    exec("\n".join(quick), {"results": outcomes})  # noqa: S102 (it is the page's own)
    assert len(lines) - len(quick) == 2


@pytest.mark.parametrize("name", ["Q7", "Q10"])
def test_the_page_names_the_scenarios_that_a_question_needs(outcomes, name):
    row = next(line for line in PAGE.read_text().splitlines() if line.startswith(f"| {name} |"))
    for scenario in re.findall(r"`(\w+)`", row):
        assert scenario in {each.stem for each in scenario_files()}
    (needed,) = QUESTIONS[int(name[1:]) - 1](outcomes).needs
    assert any(word in row for word in needed.split() if "_" in word)
