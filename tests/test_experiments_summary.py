"""The summary as terminals and pipes show it."""

from __future__ import annotations

from pathlib import Path

import pytest

from experiments.answers import summary as printed
from experiments.answers.summary import summarised
from scenarios.vocabulary import STATE_NAMES


@pytest.mark.parametrize("room", [80, 100, 120])
def test_no_cell_of_the_summary_is_broken(outcomes, capsys, monkeypatch, room):
    monkeypatch.setattr(printed, "room", lambda: room)
    found = summarised(outcomes)
    printed.print_summary(found)
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
    lines = dict(printed._leader_lines(found))
    assert list(lines) == list(STATE_NAMES.values())
    assert all(any(cells) for cells in lines.values())


def test_a_run_prints_the_outcomes_that_its_experiment_file_asks_for(
    crossroads, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    words = "title: Mine\nscenarios: [baseline]\nworlds: 6\nuntil: 2024-Q4\n"
    Path("mine.yaml").write_text(f"{words}outcomes: ['share:UZB:CHN']\n")
    out = crossroads("run", "mine.yaml", "--out", "mine", "--workers", 1).out
    assert "Median, and the range of nine worlds in ten, in 2024-Q4" in out
    assert "share (China)" in out
    assert "Uzbekistan" in out
    assert "Who has most influence" not in out
    assert "rivalry" not in out
    assert "rivalry: temperature" not in crossroads("summary", "mine").out
    quiet = crossroads("run", "mine.yaml", "--out", "mine", "--workers", 1, "--quiet")
    assert quiet == (0, "", "")


def test_the_summary_says_what_rivalry_is_where_it_shows_it(outcomes, crossroads):
    assert "rivalry: temperature" in crossroads("summary", outcomes.folder.address).out
