"""The commands around a batch: run, rerun, replay, summary, export, bench."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest

from experiments import load
from experiments.batch.blocks import Report
from experiments.batch.progress import Tally, progress
from experiments.batch.run import carry_out
from experiments.bench.models import EverythingRegion
from experiments.bench.speed import floor_us
from experiments.design.inputs import resolve
from experiments.results import manifest
from experiments.store.columns import TABLES
from experiments.store.folder import Folder

SMALL = ("--until", "2002-Q4", "--record-from", "2002-Q1", "--workers", "1")
TWO = ("baseline", "frozen_ukraine")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    from experiments.cli import main

    place = tmp_path_factory.mktemp("commands") / "out"
    assert main(["run", *TWO, "--worlds", "300", "--out", str(place), *SMALL]) == 0
    return place


@pytest.fixture
def copy(folder, tmp_path):
    return shutil.copytree(folder, tmp_path / "copy")


def test_run_says_in_two_lines_what_it_did(crossroads, tmp_path):
    answer = crossroads("run", "baseline", "--worlds", 3, "--out", tmp_path / "out", *SMALL)
    assert answer.code == 0
    assert answer.out.startswith("3 worlds in ")
    first, second = answer.out.splitlines()
    assert first.endswith(f" s: {tmp_path / 'out'}")
    assert second.startswith("Worlds go through the record to 2023")
    assert answer.err == ""


def test_run_is_silent_when_asked_to_be(crossroads, tmp_path):
    out = tmp_path / "out"
    answer = crossroads("run", "baseline", "--worlds", 3, "--out", out, "--quiet", *SMALL)
    assert answer == (0, "", "")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["basline"], "there is no scenario 'basline'; did you mean 'baseline'?"),
        (["baseline", "--set", "attention_cos=0.5"], "did you mean 'attention_cost'?"),
        (["baseline", "--set", "attention_cost"], "expected NAME=VALUE, NAME=LOW:HIGH"),
        (["baseline", "--set", "attention_cost=9"], "attention_cost = 9 is outside"),
        (["baseline", "--worlds", "none"], "worlds"),
        (["baseline", "--worlds", "0"], "--worlds: expected 1 or more, got 0"),
        (["baseline", "--every", "month"], "every"),
        (["baseline", "--until", "2050"], "beyond the horizon"),
        (["baseline", "--precision", "0.01", "--outcome", "rivalry:KAZ"], "has no state"),
        (["baseline", "--precision", "0.1", "--outcome", "share:KAZ:RUS:x"], "expected COLUMN["),
        (["baseline", "--outcome", "rivalry"], "give both"),
        (["baseline", "--set", "norm_rate=1", "--set", "norm_rate=2"], "given twice"),
        (["baseline", "--workers", "0"], "--workers: expected 1 or more, got 0"),
        (["baseline", "--workers", "-1"], "--workers: expected 1 or more, got -1"),
        (["baseline", "--worlds", "3000000000"], "at most 2,147,483,647"),
        (["baseline", "--worlds", "8", "--replicates", "2"], "makes 2, not 8"),
        (["baseline", "--design", "sobol"], "give the number of points"),
        (["baseline", "baseline"], "'baseline' is named twice"),
        (["baseline", "--every", "year", "--until", "2024-Q3"], "no year ends from 2024-Q1"),
        (
            ["baseline", "--every", "year", "--until", "2026-Q2", "--precision", "0.1"],
            "expected --until the end of a year",
        ),
    ],
)
def test_bad_input_is_one_line_and_writes_nothing(crossroads, tmp_path, words, said):
    answer = crossroads("run", *words, "--out", tmp_path / "out")
    assert answer.code == 2
    assert said in answer.err
    assert len(answer.err.strip().splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_an_experiment_file_is_a_whole_batch(crossroads, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "try.yaml").write_text(
        "title: A try\nscenarios: [baseline, frozen_ukraine]\nworlds: 5\n"
        "until: 2027-Q4\nevery: year\ntables: [region, influence]\n"
        "parameters: {attention_cost: {low: 0.4, high: 0.7}}\n"
        "outcomes: [rivalry, 'share:UZB:CHN']\n"
    )
    answer = crossroads("run", "try.yaml", "--seed", 4, "--workers", 1)
    assert (answer.code, answer.err) == (0, "")
    kept = manifest.read(Folder(str(tmp_path / "results/try")))
    assert kept["inputs"]["seed"] == 4
    assert kept["inputs"]["worlds"] == 5
    assert kept["experiment"]["title"] == "A try"
    found = json.loads(crossroads("summary", "results/try", "--json").out)
    assert {row["outcome"] for row in found["outcomes"]} == {"rivalry", "share"}


def test_failing_worlds_give_exit_code_1_and_say_how_to_see_one(crossroads, tmp_path, monkeypatch):
    def ill(wishes):
        batch = resolve(wishes)
        draws = {"attention_cost": np.array([0.5, np.nan])}
        object.__setattr__(batch.assumed.design, "draws", draws)
        return batch

    monkeypatch.setattr("experiments.design.inputs.resolve", ill)
    out = tmp_path / "out"
    answer = crossroads("run", "baseline", "--worlds", 40, "--out", out, "--quiet", *SMALL)
    assert answer.code == 1
    last = answer.out.strip().splitlines()[-1]
    assert " of 40 worlds failed" in last
    assert 0 < int(last.split()[0]) < 40
    monkeypatch.undo()
    summary = crossroads("summary", out)
    assert f"{last.split()[0]} failed" in summary.out
    first = int(load(out).failures["world"].iloc[0])
    told = f"crossroads replay {out} --scenario baseline --world {first}"
    assert last.endswith(told)
    replay = crossroads(*told.split()[1:])
    assert "failed in 2000-Q1: influence = nan" in replay.out
    assert "identical to the batch" in replay.out


def test_rerun_says_that_all_is_identical(crossroads, folder):
    answer = crossroads("rerun", folder, "--workers", 1)
    assert answer == (0, "identical: all 2 blocks\n", "")


def test_rerun_names_what_comes_out_otherwise(crossroads, copy):
    kept = manifest.read(Folder(str(copy)))
    kept["inputs"]["seed"] = 1
    kept["inputs"]["engine"]["numpy"] = "1.0"
    manifest.write(Folder(str(copy)), kept)
    answer = crossroads("rerun", copy, "--workers", 1)
    assert answer.code == 1
    assert "different: influence/scenario=baseline/block-00000.parquet\n" in answer.out
    assert "different: worlds.parquet\n" in answer.out
    assert 'differs since then: numpy: "1.0" there' in answer.out


@pytest.mark.parametrize("name", ["region/scenario=baseline/block-00001.parquet", "worlds.parquet"])
def test_rerun_names_a_file_that_was_changed_or_lost(crossroads, copy, name):
    content = bytearray((copy / name).read_bytes())
    content[len(content) // 2] ^= 1
    (copy / name).write_bytes(content)
    lost = copy / "states/scenario=frozen_ukraine/block-00000.parquet"
    lost.unlink()
    answer = crossroads("rerun", copy, "--workers", 1)
    assert answer.code == 1
    said = answer.out.splitlines()
    both = sorted([name, "states/scenario=frozen_ukraine/block-00000.parquet"])
    assert [line.split(": ")[1] for line in said] == both
    assert all("its file is missing or was changed" in line for line in said)
    assert not lost.exists()


def test_rerun_of_a_folder_in_blocks_of_another_size_is_refused(crossroads, copy):
    kept = manifest.read(Folder(str(copy)))
    kept["inputs"]["block"] = 1024
    manifest.write(Folder(str(copy)), kept)
    answer = crossroads("rerun", copy, "--workers", 1)
    assert answer.code == 2
    assert "written in blocks of 1024 worlds by a version that made such" in answer.err


def test_rerun_of_something_else_is_refused(crossroads, tmp_path):
    answer = crossroads("rerun", tmp_path)
    assert answer.code == 2
    assert "not a results folder" in answer.err


@pytest.mark.parametrize("world", [0, 299])
def test_a_replayed_world_is_the_one_of_the_batch(crossroads, folder, world):
    answer = crossroads("replay", folder, "--scenario", "frozen_ukraine", "--world", world)
    assert answer.code == 0
    assert "2002-Q4" in answer.out
    assert answer.out.strip().endswith("identical to the batch")


def test_a_replay_tells_every_quarter_in_full(crossroads, folder):
    words = ("--scenario", "baseline", "--world", 5, "--from", "2001-Q1", "--json")
    answer = crossroads("replay", folder, *words)
    quarters = [json.loads(line) for line in answer.out.splitlines()]
    assert [each["quarter"] for each in quarters][::7] == ["2001-Q1", "2002-Q4"]
    for each in quarters:
        assert sum(each["reliance"][f"trade.{o}.KAZ"] for o in ("RUS", "CHN", "WST", "REG", "SELF"))
        spent = sum(value for name, value in each["efforts"].items() if ".CHN." in name)
        assert spent == pytest.approx(each["means"]["CHN"])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--scenario", "frozen", "--world", "1"), "did you mean 'frozen_ukraine'?"),
        (("--scenario", "baseline", "--world", "300"), "they are 0 to 299"),
        (("--scenario", "baseline", "--world", "1", "--from", "soon"), "is not a quarter"),
        (("--scenario", "baseline", "--world", "1", "--from", "2030"), "nothing would be told"),
    ],
)
def test_a_replay_of_what_there_is_not_is_refused(crossroads, folder, words, said):
    answer = crossroads("replay", folder, *words)
    assert answer.code == 2
    assert said in answer.err


def test_the_summary_says_who_leads_where(crossroads, folder):
    answer = crossroads("summary", folder)
    assert answer.code == 0
    assert "Who has most influence in 2002-Q4" in answer.out
    assert "Kazakhstan" in answer.out
    found = json.loads(crossroads("summary", folder, "--json").out)
    for state in ("KAZ", "KGZ", "TJK", "TKM", "UZB"):
        for name in TWO:
            led = [r for r in found["leaders"] if (r["state"], r["scenario"]) == (state, name)]
            assert sum(row["led"] for row in led) == 300
            assert all(row["low"] <= row["share_of_worlds"] <= row["high"] for row in led)


def test_the_summary_of_many_scenarios_stays_narrow(crossroads, tmp_path):
    names = ["baseline", "frozen_ukraine", "western_exit", "taiwan_crisis", "perfect_storm"]
    crossroads("run", *names, "--worlds", 2, "--out", tmp_path / "out", *SMALL)
    answer = crossroads("summary", tmp_path / "out")
    tables, prose = answer.out.split("Do headlines survive", 1)
    assert max(map(len, tables.splitlines())) <= 100
    assert "perfect_storm" in tables
    assert "│" not in prose, "prose may be a line each where it is piped, tables may not"


@pytest.mark.slow
def test_export_names_what_it_wrote(crossroads, folder, tmp_path):
    answer = crossroads("export", folder, "--to", tmp_path / "out", "--format", "csv")
    assert answer.code == 0
    assert f"{tmp_path / 'out' / 'region.csv'}" in answer.out.splitlines()


def test_the_progress_bar_is_for_terminals_only(capsys):
    with progress(10, quiet=False) as advance:
        advance(None)
    assert capsys.readouterr() == ("", "")


def test_progress_counts_computing_alone_towards_the_rate():
    tally = Tally(1000)
    there = Report(0, worlds=200, failures=0, seconds=0.1, computed=False)
    assert tally.add(there, 100.0)["rate"] == "already there"
    block = Report(1, worlds=200, failures=3, seconds=2.0)
    shown = tally.add(block, 110.0)
    assert shown["rate"] == "100 a second, 0:00:06 left"
    assert shown["failed"] == ", 3 failed"
    assert tally.add(block, 111.0)["rate"] == "133 a second, 0:00:03 left"


def test_the_floor_is_measured():
    assert 0.1 < floor_us(quarters=2) < 1000


def test_the_region_that_mesa_runs_collects_every_number_of_the_tables():
    region = EverythingRegion()
    region.step()
    cells = {"influence": 20, "states": 5, "region": 1}
    wanted = sum(cells[name] * len(table.names) for name, table in TABLES.items())
    assert len(region.datacollector.model_vars) == wanted


@pytest.mark.slow
def test_bench_gives_the_keys_that_were_agreed(crossroads):
    answer = crossroads("bench", "--json", "--rounds", 1)
    found = json.loads(answer.out)
    assert set(found) == {
        *("us_per_world_quarter", "mesa_batch_run_us", "mesa_batch_run_all_us", "batch_us"),
        *("floor_us", "ratio_to_mesa_batch_run", "ratio_to_mesa_batch_run_all", "ratio_to_floor"),
    }
    assert set(found["us_per_world_quarter"]) == {"1", "16", "64", "256", "1024"}
    assert found["ratio_to_mesa_batch_run"] > 10


def test_a_batch_can_be_carried_out_without_the_command_line(tmp_path):
    from experiments.batch.dispatch import Compute
    from experiments.design.spec import RunSpec
    from experiments.store.folder import Folder

    batch = resolve(RunSpec(("baseline",), worlds=2, until="2000-Q4", record_from="2000-Q1"))
    outcome = carry_out(batch, Folder(str(tmp_path / "out")), Compute(workers=1))
    assert (outcome.worlds, outcome.failures, outcome.computed) == (2, 0, 1)
