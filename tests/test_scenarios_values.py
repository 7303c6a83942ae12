"""A user's file of values: what it may hold, and every fault of it told once."""

from __future__ import annotations

import pytest

from scenarios.faults import FaultyInput
from scenarios.parameters import load_parameters


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("attention_cost:\n", ["1: expected a number, got nothing"]),
        (
            "attention_cost: .nan\n",
            ["1: attention_cost = nan is out of range; expected 0.3 to 0.8"],
        ),
        ("attention_cost: " + "9" * 400, ["is too large a number"]),
        ("", ["1: the file is empty; expected at least 'attention_cost: 0.5'"]),
        (
            "attention_cost: {value: 0.5, foo: 3, low: 99}\n",
            [
                "1: attention_cost: 'low' is the registry's; a file of values says 'value'",
                "1: attention_cost: unknown key 'foo'; expected value, unit, source or about",
            ],
        ),
        (
            "attention_cost: 9\nloss_aversn: 3\ninitial_reliance.trade.KAZ.RUS: 0.9\n",
            [
                "1: attention_cost = 9 is out of range",
                "2: unknown parameter 'loss_aversn'; did you mean 'loss_aversion'?",
                "3: the shares initial_reliance.trade.KAZ add up to 1.608; expected 1",
            ],
        ),
    ],
)
def test_every_fault_of_a_file_of_values_is_told_once(tmp_path, text, lines):
    path = tmp_path / "values.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FaultyInput) as refused:
        load_parameters(path)
    found = str(refused.value).splitlines()
    assert len(found) == len(lines)
    assert all(wanted in line for wanted, line in zip(lines, found, strict=True))


def test_a_file_of_values_may_say_where_they_come_from(tmp_path):
    path = tmp_path / "values.yaml"
    path.write_text("attention_cost: {value: 0.6, source: a survey}\n", encoding="utf-8")
    assert load_parameters(path).leaves["attention_cost"].value == 0.6
