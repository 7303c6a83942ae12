"""Explanations as asked for: of which scenario, against what, beside what all worlds have."""

from __future__ import annotations

import json
import re

import pytest

from experiments import run
from experiments.answers.comparison import compared
from experiments.answers.explanation import explained
from experiments.answers.explanation_text import explanation_lines, explanation_of
from experiments.errors import BadInput


def test_a_scenario_is_explained_against_the_baseline_unless_asked_since_its_start(
    crossroads, early
):
    words = ("--scenario", "history_calm_afghanistan", "--state", "TJK", "--worlds", "1", "--json")
    against = []
    for more in ((), ("--against", "start"), ("--against", "baseline")):
        code, out, _ = crossroads("explain", early.folder.address, *words, *more)
        assert code == 0
        against.append(json.loads(out))
    assert [each["against"] for each in against] == ["baseline", None, "baseline"]
    assert against[0] == against[2]
    assert "since 2000" in against[1]["words"]["trade"]


def test_the_baseline_itself_is_explained_since_its_start(crossroads, early):
    words = ("--scenario", "baseline", "--state", "TJK", "--worlds", "1", "--json")
    assert json.loads(crossroads("explain", early.folder.address, *words).out)["against"] is None


def test_a_scenario_that_is_not_named_is_refused_with_those_that_there_are(crossroads, early):
    code, _, err = crossroads("explain", early.folder.address, "--state", "TJK")
    assert (code, err.count("\n")) == (2, 1)
    assert "baseline or history_calm_afghanistan" in err


@pytest.mark.slow
def test_what_all_worlds_have_is_told_beside_the_few_that_are_run_again(crossroads, early):
    words = ("--scenario", "history_calm_afghanistan", "--state", "TJK", "--domain", "security")
    _, out, _ = crossroads("explain", early.folder.address, *words, "--worlds", 1)
    table = compared(early, words[1], "baseline", split=False, state="TJK").levels
    row = table.set_index("outcome").loc["security reliance on Russia"]
    whole = " ".join(out.replace("−", "-").split())
    assert whole.startswith("Tajikistan, security, 2003-Q4, over all 3 worlds: change of reliance ")
    assert "What follows is of 1 of them" in whole
    assert ", in one world: reliance on Russia is " in whole
    said = re.search(r"on Russia (\S+) points \(over worlds", whole)[1]
    assert float(said) == pytest.approx(row["change"], abs=0.051)
    _, out, _ = crossroads("explain", early.folder.address, *words, "--worlds", 3)
    assert out.startswith("Means over 3 worlds, run again.")
    assert "over all" not in out


def test_scenarios_that_do_not_begin_together_are_not_held_against_each_other(tmp_path):
    path = tmp_path / "late.yaml"
    path.write_text("title: Late\nextends: baseline\nstart: 2001-Q1\n")
    late = run("baseline", path, worlds=1, until="2001-Q4", record_from="2001-Q1",
               out=tmp_path / "r", workers=1)  # fmt: skip
    with pytest.raises(BadInput, match="do not begin together"):
        explained(late, "late", "UZB", "baseline")
    since_start = explanation_of(late, ("late", "UZB", None), 1)
    assert "since 2001" in explanation_lines(late, since_start, None)[1]
