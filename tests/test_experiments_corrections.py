"""What it takes to go on from the record: printed after a run, kept in folders, misfits listed."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from experiments import run
from experiments.answers.corrections import MISFIT, correction_lines, corrections
from experiments.answers.summary import summarised
from experiments.design.inputs import resolve
from experiments.design.wishes import Wishes
from experiments.report.tables import tables

ANCHORED = "title: From the record\nsummary: Early.\nanchor: {trade: 2001}\n"


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("anchored") / "early.yaml"
    path.write_text(ANCHORED, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def results(file):
    """The folder that the anchored file makes beside the baseline."""
    asked = {"worlds": 6, "until": "2002-Q4", "record_from": "2000-Q1", "workers": 1}
    return run(file, "baseline", out=file.parent / "results", **asked)


@pytest.fixture(scope="module")
def rows(results):
    return corrections(results.batch)


def test_a_run_prints_every_correction_and_names_the_misfits(crossroads, file, results, rows):
    words = ("--worlds", 6, "--until", "2002-Q4", "--record-from", "2000-Q1", "--workers", 1)
    ran = crossroads("run", file, "baseline", *words, "--out", results.folder.address)
    assert len(rows) == 8
    printed = re.findall(r"^  [A-Z]{3}    trade .*$", ran.out, flags=re.MULTILINE)
    assert len(printed) == len(rows)
    for row, line in zip(rows, printed, strict=True):
        outside = row["factor"] > MISFIT or row["factor"] < 1 / MISFIT
        assert line.endswith("misfit") == outside == row["misfit"]
        assert f"{row['factor']:.2f}" in line
    assert any(row["misfit"] for row in rows)
    assert "misfits, medians beyond a factor of 1.5 either way: " in ran.out


def test_corrections_are_those_of_the_worlds_in_the_folder(results, rows):
    """What the folder recorded at the year's end is what was observed, in every world."""
    late = [row for row in rows if row["year"] == 2001]
    assert late
    for row in late:
        where = {"state": row["state"], "quarter": "2001-Q4"}
        table = results.table("influence", scenario="early", **where)
        own = table[table["power"] == row["power"]]["trade"]
        assert own.to_numpy() == pytest.approx(row["observed"], abs=1e-6)
        assert row["low"] <= row["factor"] <= row["high"]


def test_the_model_before_is_what_the_plain_run_had(results, rows):
    row = next(row for row in rows if row["power"] == "CHN")
    where = {"state": row["state"], "quarter": f"{row['year']}-Q4"}
    table = results.table("influence", scenario="baseline", **where)
    assert row["model"] == pytest.approx(table[table["power"] == "CHN"]["trade"].median(), abs=1e-6)


def test_the_summary_says_it_in_words_and_as_json(crossroads, results, rows):
    text = crossroads("summary", results.folder.address).out
    assert "\n".join(correction_lines(rows)) in text
    answer = crossroads("summary", results.folder.address, "--json")
    assert json.loads(answer.out)["corrections"] == rows


def test_the_report_has_a_table_of_them(results):
    (table,) = [each for each in tables(results) if each.caption.startswith("Taken from")]
    assert len(table.rows) == 8
    assert all(len(row) == len(table.columns) for row in table.rows)


def test_rerun_and_replay_go_on_from_the_same_shares(crossroads, results):
    folder = results.folder.address
    assert crossroads("rerun", folder, "--workers", 1).out == "identical: the one block\n"
    answer = crossroads("replay", folder, "--scenario", "early", "--world", 3)
    assert "identical to the batch" in answer.out
    found = crossroads("replay", folder, "--scenario", "early", "--world", 3, "--json").out
    assert "on record KAZ trade CHN 0.060" in found
    anchors = results.manifest["inputs"]["scenarios"]["early"]["anchors"]
    assert results.batch.assumed.scenarios["early"].anchors
    assert {each["quarter"] for each in anchors} <= {"2000-Q4", "2001-Q4"}


def test_a_folder_without_anchors_says_nothing_of_them(outcomes):
    assert summarised(outcomes)["corrections"] == []


def test_a_run_that_ends_before_the_record_says_so(crossroads, tmp_path):
    words = ("--worlds", 2, "--until", "2003-Q4", "--record-from", "2003-Q1", "--workers", 1)
    answer = crossroads("run", "baseline_anchored", *words, "--out", tmp_path / "short")
    assert answer.code == 0
    line = "baseline_anchored: 10 shares on record end later and are not taken"
    assert answer.out.splitlines()[1:] == [line]
    assert (
        crossroads("run", "baseline_anchored", *words, "--quiet", "--out", tmp_path / "q").out == ""
    )


@pytest.mark.slow
def test_the_misfits_of_the_anchored_baseline_are_those_that_the_page_names():
    asked = Wishes.read(["baseline_anchored"], {"worlds": 256, "until": "2024-Q4"})
    misfits = [row for row in corrections(resolve(asked)) if row["misfit"]]
    assert [f"{row['state']} {row['power']}" for row in misfits] == [
        "TKM CHN", "TKM RUS", "KGZ CHN", "TJK CHN", "UZB RUS",
    ]  # fmt: skip
    page = (Path(__file__).parents[1] / "docs" / "model.md").read_text(encoding="utf-8")
    for row in misfits:
        assert f"{row['factor']:.2f}" in page
