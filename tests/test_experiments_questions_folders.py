"""Folders that answer in part: small, late, designed, with failed worlds, unfinished."""

from __future__ import annotations

import numpy as np
import pytest

from experiments import load, run
from experiments.answers.comparison import compared
from experiments.answers.conditions import holding
from experiments.answers.query import ask
from experiments.design import inputs
from experiments.results.cells import sound
from scenarios.scenario import Distribution


def test_a_small_folder_is_answered_as_far_as_it_goes(crossroads, tmp_path):
    small = run(
        "baseline", worlds=4, until="2024-Q2", tables=("region",), out=tmp_path / "s", workers=1
    )
    code, out, _ = crossroads("questions", small.folder.address)
    assert code == 0
    assert out.count("Missing in this folder") >= 8
    code, out, _ = crossroads("questions", small.folder.address, "--full")
    assert out.count("crossroads run baseline") >= 8


def test_a_scenario_that_starts_late_is_asked_from_its_start(tmp_path):
    results = run(
        "baseline", "history_from_2010", worlds=6, record_from="2008-Q1", until="2012-Q4",
        every="year", out=tmp_path / "late", workers=1,
    )  # fmt: skip
    late = holding(results, "rivalry > 0", "history_from_2010")
    assert late.known.all()
    assert late.quarter(0) == "2010-Q4"
    both = ask(results, "rivalry > 0 held 2 years")
    assert [each.value for each in both.findings if each.quantity == "share of worlds"] == [1, 1]
    gap = compared(results, "history_from_2010", "baseline", split=False).over_time
    assert gap[gap["quarter"] < "2010-01-01"]["mean"].isna().all()
    assert gap[gap["quarter"] >= "2010-01-01"]["mean"].notna().all()


def test_a_design_says_that_its_worlds_share_luck(crossroads, tmp_path):
    spread = {"attention_cost": Distribution("uniform", 0.4, 0.6)}
    results = run(
        "baseline", points=4, replicates=2, settings=spread, until="2024-Q4", tables=("region",),
        out=tmp_path / "points", workers=1,
    )  # fmt: skip
    _, out, _ = crossroads("ask", results.folder.address, "rivalry > 0.3")
    assert "4 points by 2 replicates" in out
    assert "too few draws of judgement" in out


@pytest.mark.slow
def test_failed_worlds_are_counted_and_left_out(crossroads, tmp_path, monkeypatch):
    monkeypatch.setattr("experiments.design.inputs.resolve", ill)
    words = ("--worlds", 8, "--until", "2024-Q4", "--out", tmp_path / "sick", "--workers", 1)
    assert crossroads("run", "baseline", *words, "--quiet").code == 1
    sick = load(tmp_path / "sick")
    failed = len(set(sick.failures["world"]))
    assert 0 < failed < 8
    code, out, _ = crossroads("questions", sick.folder.address)
    assert code == 0
    assert f", {failed} failed." in out
    assert holding(sick, "rivalry > 0", "baseline").probability.worlds == 8 - failed
    words = ("explain", sick.folder.address, "--scenario", "baseline", "--state", "TJK")
    code, out, _ = crossroads(*words, "--domain", "security")
    assert (code, "nan" in out) == (0, False)
    assert len(sound(sick, "baseline")) == 8 - failed


def ill(wishes, resolve=inputs.resolve):
    """A batch in which some worlds cannot live."""
    batch = resolve(wishes)
    draws = {"attention_cost": np.array([0.5, np.nan])}
    object.__setattr__(batch.assumed.design, "draws", draws)
    return batch


def test_an_unfinished_folder_is_refused_in_one_line(crossroads, tmp_path):
    results = run("baseline", worlds=2, until="2024-Q4", out=tmp_path / "cut", workers=1)
    path = tmp_path / "cut" / "manifest.json"
    path.write_text("{}")
    for words in (("questions",), ("ask", "rivalry > 0"), ("compare", "a", "b"), ("summary",)):
        code, out, err = crossroads(words[0], results.folder.address, *words[1:])
        assert (code, out, err.count("\n")) == (2, "", 1)
