"""The commands about what is assumed: scenarios, check, show, diff, new, schema, parameters."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from experiments.cli import main
from scenarios.library import LIBRARY
from scenarios.load import load_scenario
from scenarios.parameters import load_parameters
from scenarios.posterior import load_posterior


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)


def said(capsys, *words: str, code: int = 0) -> tuple[str, str]:
    assert main(words) == code
    captured = capsys.readouterr()
    return captured.out, captured.err


def test_scenarios_are_listed_by_theme_with_their_summaries(capsys) -> None:
    out, err = said(capsys, "scenarios")
    themes = [line for line in out.splitlines() if line and not line.startswith(" ")]
    assert themes[0] == "Baseline"
    assert themes[-1] == "Counterfactual history"
    assert "  frozen_ukraine: Frozen conflict in Ukraine" in out.splitlines()
    assert "The front freezes in 2026" in out
    assert err == ""


def test_scenarios_are_listed_as_json(capsys) -> None:
    listed = json.loads(said(capsys, "scenarios", "--json")[0])
    assert len(listed) == 30
    assert {"name", "title", "summary", "theme"} <= set(listed[0])


def test_a_folder_of_ones_own_joins_the_library(capsys, tmp_path) -> None:
    own = tmp_path / "mine"
    own.mkdir()
    (own / "dear_oil.yaml").write_text("title: Dear oil\ndrivers: {oil_price: {scale: 1.2}}\n")
    (own / "notes.yaml").write_text("something: else\n")
    listed = json.loads(said(capsys, "scenarios", "--json", "--scenarios", "mine")[0])
    names = {each["name"]: each["file"] for each in listed}
    assert names["dear_oil"] == "mine/dear_oil.yaml"
    assert "notes" not in names
    assert "dear_oil" in said(capsys, "diff", "dear_oil", "baseline", "--scenarios", "mine")[0]


def test_the_current_folder_joins_the_library(capsys, tmp_path) -> None:
    (tmp_path / "dear_oil.yaml").write_text("title: Dear oil\ndrivers: {oil_price: 1.5}\n")
    assert "dear_oil: Dear oil  (dear_oil.yaml)" in said(capsys, "scenarios")[0]
    assert "higher" in said(capsys, "diff", "dear_oil", "baseline")[0]


def test_a_name_that_stands_for_two_files_is_refused(capsys, tmp_path) -> None:
    (tmp_path / "frozen_ukraine.yaml").write_text("title: Another\n")
    _, err = said(capsys, "diff", "frozen_ukraine", "baseline", code=2)
    assert "give the path of the one that is meant" in err
    assert said(capsys, "diff", "./frozen_ukraine.yaml", "baseline")[0]


def test_a_faulty_file_in_the_folder_is_told_beside_the_list(capsys, tmp_path) -> None:
    (tmp_path / "broken.yaml").write_text("title: Broken\ndrivers: {sanctons: 1}\n")
    out, err = said(capsys, "scenarios", code=2)
    assert "frozen_ukraine" in out
    fault, end = err.splitlines()
    assert fault.startswith("broken.yaml:2: nothing reads a driver 'sanctons'")
    assert end == "faults in broken.yaml; all other scenarios are listed above"


def test_check_is_silent_about_the_whole_library(capsys) -> None:
    files = [str(path) for path in (*LIBRARY.glob("*.yaml"), *LIBRARY.glob("batches/*.yaml"))]
    assert said(capsys, "check", *files) == ("", "")


def test_check_tells_the_faults_of_all_files(capsys, tmp_path) -> None:
    (tmp_path / "a.yaml").write_text("title: A\nnot: 1\n")
    (tmp_path / "b.yaml").write_text("titel: B\n")
    _, err = said(capsys, "check", "a.yaml", "b.yaml", "nowhere.yaml", code=2)
    assert [line.split(":")[0] for line in err.splitlines()] == [
        "a.yaml",
        "b.yaml",
        "b.yaml",
        "there is no file 'nowhere.yaml'",
    ]


def test_check_knows_parameters_files(capsys, tmp_path) -> None:
    (tmp_path / "mine.yaml").write_text("attention_cost: 0.6\n")
    assert said(capsys, "check", "mine.yaml") == ("", "")
    (tmp_path / "wrong.yaml").write_text("attention_cost: 60\n")
    assert "wrong.yaml:1:" in said(capsys, "check", "wrong.yaml", code=2)[1]


def test_a_scenario_may_bring_its_own_parameters(capsys, tmp_path) -> None:
    (tmp_path / "numbers.yaml").write_text("attention_cost: 0.6\n")
    (tmp_path / "mine.yaml").write_text("title: Mine\nparameters_file: numbers.yaml\n")
    assert load_scenario("mine").parameters_file == Path("numbers.yaml")
    assert "attention_cost: 0.6 instead of" in said(capsys, "diff", "mine", "baseline")[0]


def test_show_draws_and_prints_every_value_with_its_line(capsys, tmp_path) -> None:
    out, err = said(capsys, "show", "frozen_ukraine")
    assert [each.name for each in tmp_path.iterdir()] == ["results"]
    assert (tmp_path / "results/frozen_ukraine.png").read_bytes()[:4] == b"\x89PNG"
    assert err == f"drawn to {Path('results', 'frozen_ukraine.png')}\n"
    values = [line for line in out.splitlines() if line.startswith("    ") and "-Q" in line]
    assert len(values) > 100
    assert all(":" in line.split("#")[1] for line in values)
    (freeze,) = [line for line in values if "2027-Q1: 0.15" in line]
    assert freeze.endswith("frozen_ukraine.yaml:15")


def test_show_prints_a_file_that_loads(capsys, tmp_path) -> None:
    out, _ = said(capsys, "show", "attack_wave", "--to", "wave.svg")
    assert (tmp_path / "wave.svg").exists()
    (tmp_path / "again.yaml").write_text(out)
    assert load_scenario("again").events == load_scenario("attack_wave").events


@pytest.mark.parametrize(
    ("to", "why"),
    [("x.docx", "expected a name that ends in .png"), ("no/such/x.png", "there is no folder")],
)
def test_show_refuses_a_target_it_cannot_write(capsys, tmp_path, to, why) -> None:
    assert why in said(capsys, "show", "baseline", "--to", to, code=2)[1]
    assert list(tmp_path.iterdir()) == []


def test_diff_says_in_words_what_differs(capsys) -> None:
    out, _ = said(capsys, "diff", "frozen_ukraine", "baseline")
    first, war, sanctions = out.splitlines()
    assert first.startswith("frozen_ukraine (Frozen conflict in Ukraine), compared with baseline")
    war_words = "- ukraine_conflict: lower from 2026-Q2 on, by 0.85 at most (2027-Q1)"
    assert war == f"{war_words}; at the end 0.15 instead of 1."
    assert sanctions.endswith("(2029-Q1); at the end 0.6 instead of 1.")


def test_diff_tells_events_parameters_and_the_run_apart(capsys) -> None:
    events, _ = said(capsys, "diff", "history_no_pipelines", "kazakhstan_unrest_war")
    assert "Events only in history_no_pipelines" not in events
    assert "unrest in Kazakhstan, 2027-Q1." in events
    start, _ = said(capsys, "diff", "history_from_2010", "baseline")
    assert "It starts in 2010-Q1 instead of 2000-Q1." in start
    assert "initial_reliance.trade.KAZ.RUS: 0.185 instead of" in start


def test_diff_says_that_nothing_differs(capsys) -> None:
    assert "assume the same" in said(capsys, "diff", "baseline", "baseline")[0]


@pytest.mark.parametrize("parent", ["baseline", "frozen_ukraine", "history_from_2010"])
def test_a_new_scenario_passes_check_and_changes_nothing(capsys, parent) -> None:
    said(capsys, "new", "mine", "--extends", parent)
    assert said(capsys, "check", "mine.yaml") == ("", "")
    assert "assume the same" in said(capsys, "diff", "mine", parent)[0]


def test_what_the_template_suggests_is_good_once_uncommented(capsys, tmp_path) -> None:
    said(capsys, "new", "mine")
    text = (tmp_path / "mine.yaml").read_text()
    begin, rest = text.split("# drivers:\n")
    drivers = [line.removeprefix("#") for line in rest.split("\n\n")[0].splitlines()]
    (tmp_path / "mine.yaml").write_text("\n".join([begin, "drivers:", *drivers]))
    out, err = said(capsys, "check", "mine.yaml")
    assert out == ""
    assert all(": warning: " in line for line in err.splitlines())


@pytest.mark.parametrize("name", ["baseline", "../mine", "", "a b", "x" * 300])
def test_a_bad_name_for_a_new_scenario_is_refused(capsys, tmp_path, name) -> None:
    said(capsys, "new", name, code=2)
    assert list(tmp_path.iterdir()) == []


def test_new_never_overwrites(capsys, tmp_path) -> None:
    (tmp_path / "mine.yaml").write_text("title: Precious\n")
    assert "exists already" in said(capsys, "new", "mine", code=2)[1]
    assert (tmp_path / "mine.yaml").read_text() == "title: Precious\n"


def test_a_new_scenario_finds_a_parent_from_another_folder(capsys, tmp_path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "dear_oil.yaml").write_text("title: Dear oil\ndrivers: {oil_price: 2}\n")
    said(capsys, "new", "mine", "--extends", "dear_oil", "--scenarios", "own")
    assert said(capsys, "check", "mine.yaml") == ("", "")
    assert load_scenario("mine").drivers["oil_price"][0] == 2


def test_a_folder_that_is_not_there_is_told(capsys) -> None:
    for words in (["scenarios"], ["diff", "baseline", "baseline"], ["show", "baseline"]):
        assert (
            "there is no folder 'nowhere'"
            in said(capsys, *words, "--scenarios", "nowhere", code=2)[1]
        )


def test_new_needs_a_parent_that_exists(capsys, tmp_path) -> None:
    assert "did you mean" in said(capsys, "new", "mine", "--extends", "frozen_ukrane", code=2)[1]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", ["scenario", "experiment"])
def test_schema_prints_what_is_stored(capsys, kind) -> None:
    assert said(capsys, "schema", kind)[0] == (LIBRARY / f"{kind}.schema.json").read_text()


def test_schema_refuses_another_kind(capsys) -> None:
    assert "expected scenario or experiment" in said(capsys, "schema", "poem", code=2)[1]


def test_parameters_lists_every_number(capsys) -> None:
    listed = json.loads(said(capsys, "parameters", "--json")[0])
    assert {each["name"] for each in listed} == set(load_parameters().leaves)
    assert all(each["unit"] and each["source"] for each in listed)
    table, _ = said(capsys, "parameters")
    assert all(each["name"] in table for each in listed)
    counts = Counter(each["over_worlds"] for each in listed)
    assert table.splitlines()[-1].startswith(f"{counts['varies']} numbers vary over worlds, ")
    assert all(bool(each["exact"]) == (each["over_worlds"] == "exact") for each in listed)


def test_an_unknown_scenario_is_one_line_with_the_nearest_name(capsys) -> None:
    for command in ("show", "diff"):
        words = [command, "frozen_ukrane", *(["baseline"] if command == "diff" else [])]
        out, err = said(capsys, *words, code=2)
        assert err.count("\n") == 1
        assert "did you mean 'frozen_ukraine'?" in err
        assert out == ""


def test_a_bad_file_ends_the_process_with_2_and_no_traceback(tmp_path) -> None:
    (tmp_path / "bad.yaml").write_bytes(b"title: \xff\n")
    ended = subprocess.run(
        [sys.executable, "-m", "experiments", "check", "bad.yaml"],
        env={"PYTHONPATH": str(LIBRARY.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == "bad.yaml:1: the file is not UTF-8 from here on; save it as UTF-8\n"


def test_parameters_that_were_tuned_are_shown_as_worlds_draw_them(capsys):
    out, _ = said(capsys, "parameters", "--json")
    told = {each["name"]: each["posterior"] for each in json.loads(out)}
    members = load_posterior().members
    assert {name for name, tuned in told.items() if tuned} == set(members)
    leaf = next(iter(members))
    assert told[leaf]["q05"] < told[leaf]["q50"] < told[leaf]["q95"]


def test_parameters_with_a_word_lists_only_what_is_about_it(capsys):
    out, _ = said(capsys, "parameters", "Attention")
    assert "  attention_cost " in out
    assert len(out.splitlines()) < 60
    found = json.loads(said(capsys, "parameters", "attention", "cost", "--json")[0])
    assert {each["name"] for each in found} == {"attention_cost", "world_attention_cost"}
    _, err = said(capsys, "parameters", "atention_cost", code=2)
    assert err == "no parameter is about 'atention_cost'; did you mean 'attention_cost'?\n"


def test_show_says_last_what_differs_from_the_parent(capsys, tmp_path):
    out = said(capsys, "show", "frozen_ukraine")[0].splitlines()
    changes = out[out.index("# compared with baseline, which it extends:") + 1 :]
    assert changes[0].startswith("#   - ukraine_conflict: lower from ")
    assert all(line.startswith("#   - ") for line in changes)
    (tmp_path / "mine.yaml").write_text("title: Mine\nextends: frozen_ukraine\n")
    assert said(capsys, "show", "mine")[0].endswith("\n# the same as frozen_ukraine\n")
