"""What the README says of the model, held against the model."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from paper_pages import own_scenario

from experiments import load, run
from experiments.answers.headlines import leading, verdict
from model.ensemble import Request, simulate
from scenarios.load import load_scenario
from scenarios.parameters import load_parameters
from scenarios.quarters import parse_quarter
from scenarios.vocabulary import POWER_NAMES, POWERS, STATE_NAMES, STATES

README = Path(__file__).parents[1] / "README.md"
ROW = re.compile(r"^\| (\w+) \| (\w+) \| (\d+) % \| (\d+) % \| (\d+) % \| (.*) \|$", re.MULTILINE)
LAST = parse_quarter("2035-Q4")
WORLDS = 192
SLACK = 0.1
"""Two standard errors of a half at so many worlds, and the rounding."""


def shares(parameters):
    """Shares of influence in 2035-Q4 under the baseline: (state, power, worlds)."""
    request = Request(0, np.arange(WORLDS), LAST, LAST, tables=("influence",))
    worlds = simulate({"baseline": load_scenario("baseline")}, {"baseline": parameters}, request)
    return next(worlds)[1].tables["influence"]["share"][-1].copy()


@pytest.fixture(scope="module")
def rows():
    found = {row[0]: row[1:] for row in ROW.findall(README.read_text(encoding="utf-8"))}
    assert set(found) == {STATE_NAMES[state] for state in STATES}
    return found


@pytest.mark.parametrize(("column", "judged"), [(1, False), (2, True)])
def test_the_table_of_leaders_is_what_the_model_says(rows, column, judged):
    found = shares({} if judged else load_parameters().arrays())
    for state, own in zip(STATES, found, strict=True):
        row = rows[STATE_NAMES[state]]
        leader = [POWER_NAMES[power] for power in POWERS].index(row[0])
        often = float((own.argmax(axis=0) == leader).mean())
        assert often == pytest.approx(int(row[column]) / 100, abs=SLACK), state


def test_the_table_says_how_often_a_whole_ranking_is_kept(rows):
    for state, own in zip(STATES, shares({}), strict=True):
        rankings = np.argsort(-own, axis=0).T
        _, counts = np.unique(rankings, axis=0, return_counts=True)
        kept = counts.max() / WORLDS
        assert kept == pytest.approx(int(rows[STATE_NAMES[state]][3]) / 100, abs=SLACK), state


def test_the_table_gives_the_verdicts_that_a_summary_gives(rows, tmp_path):
    found = run(
        "baseline", worlds=500, record_from="2035-Q4", tables=("influence",), until="2035-Q4",
        out=tmp_path / "first", workers=1,
    )  # fmt: skip
    for state, headline in zip(STATES, leading(found, "baseline"), strict=True):
        said = verdict(found, headline)
        written = rows[STATE_NAMES[state]][-1]
        assert (written == "leader survives") is said.survives, said
        assert ("close to a tie" in written) is (said.standing == "close"), said


def test_the_five_minutes_end_in_what_they_say(crossroads, tmp_path, monkeypatch):
    commands = re.findall(r"^    crossroads (.*)$", README.read_text("utf-8"), re.MULTILINE)
    (ran,) = [each for each in commands if "mine.yaml" in each]
    (compared,) = [each for each in commands if each.startswith("compare")]
    monkeypatch.chdir(tmp_path)
    Path("mine.yaml").write_text(own_scenario(), encoding="utf-8")
    assert crossroads("check", "mine") == (0, "", "")
    assert crossroads(*ran.split(), "--worlds", "64", "--workers", "1", "--quiet").code == 0
    table = pd.read_csv(StringIO(crossroads(*compared.split(), "--format", "csv").out))
    change = table.set_index("outcome")["change"]
    russia, china = (change[f"security reliance on {power}"] for power in ("Russia", "China"))
    assert russia == pytest.approx(-10, abs=1)
    assert china / -russia == pytest.approx(2 / 3, abs=0.1)
    assert table.set_index("outcome")["scenario_level"]["Russia leads"] > 90


def test_the_first_range_gives_every_world_luck_of_its_own_and_a_figure(
    crossroads, tmp_path, monkeypatch
):
    text = README.read_text(encoding="utf-8")
    (ran,) = re.findall(r"^    crossroads (run .* --set .*)$", text, re.MULTILINE)
    (drawn,) = re.findall(r"^    crossroads (plot .* response)$", text, re.MULTILINE)
    monkeypatch.chdir(tmp_path)
    small = ("--worlds", "40", "--until", "2024-Q4", "--workers", "1", "--quiet")
    assert crossroads(*ran.split(), *small).code == 0
    folder = ran.split()[-1]
    assert load(folder).worlds["replicate"].nunique() == 40
    assert crossroads(*drawn.split(), "--format", "png").out.split() == [
        str(Path(folder, "figures", "response.png"))
    ]
