"""The summary as terminals and pipes show it."""

from __future__ import annotations

import pytest

from experiments.outcomes import printed
from experiments.outcomes.summary import summarised
from scenarios.vocabulary import STATE_NAMES


@pytest.mark.parametrize("room", [80, 100, 120])
def test_no_cell_of_the_summary_is_broken(outcomes, capsys, monkeypatch, room):
    monkeypatch.setattr(printed, "_room", lambda: room)
    found = summarised(outcomes)
    printed.show(found)
    lines = capsys.readouterr().out.split("Do headlines")[0].splitlines()
    assert max(map(len, lines)) <= 100
    for state in STATE_NAMES.values():
        assert state in lines
    for scenario in outcomes.scenarios:
        rows = [line for line in lines if line.strip().startswith(f"{scenario}  ")]
        assert len(rows) >= len(STATE_NAMES)
        assert all(line.count("[") == line.count("]") for line in rows)


def test_a_pipe_gets_plain_lines(outcomes, crossroads):
    out = crossroads("summary", outcomes.folder.address).out
    assert not set("│┃━\x1b") & set(out)
    assert all(line == line.rstrip() for line in out.splitlines())


def test_one_scenario_takes_a_line_a_state(outcomes):
    found = summarised(outcomes)
    found["scenarios"] = {"baseline": found["scenarios"]["baseline"]}
    lines = dict(printed._leaders(found))
    assert list(lines) == list(STATE_NAMES.values())
    assert all(any(cells) for cells in lines.values())
