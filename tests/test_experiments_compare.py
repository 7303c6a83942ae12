"""Comparing scenarios: paired differences, channels, rankings."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import numpy as np
import openpyxl
import pandas as pd
import pytest

from experiments import run
from experiments.answers.channels import INTERACTION, TOTAL
from experiments.answers.comparison import changes, compare_all, compared, levels
from experiments.answers.comparison_text import print_comparison, sentences
from experiments.answers.outcomes import HEADLINES, of_state
from experiments.answers.tables import write_workbook
from experiments.errors import BadInput
from experiments.figures.comparison import comparison
from scenarios.load import load_scenario
from scenarios.quarters import parse_quarter
from scenarios.vocabulary import STATES

RIVALRY = next(each for each in HEADLINES if each.label == "rivalry")
SECURITY = next(each for each in HEADLINES if each.label == "Russia's security share")


@pytest.fixture(scope="module")
def freeze(outcomes):
    return compared(outcomes, "frozen_ukraine", "baseline")


def test_differences_over_time_are_paired(outcomes, freeze):
    table = outcomes.table("region", columns=["rivalry"])
    wide = table.pivot_table(
        index=["quarter", "world"], columns="scenario", values="rivalry", observed=True
    )
    gap = (wide["frozen_ukraine"] - wide["baseline"]).groupby("quarter").mean()
    own = freeze.over_time.query("outcome == 'rivalry'").set_index("quarter")["mean"]
    assert np.allclose(own, gap, atol=1e-6)


def test_nothing_differs_before_the_scenarios_part(freeze):
    early = freeze.over_time[freeze.over_time["quarter"] < "2026-01-01"]
    assert early[["mean", "q05", "q95"]].abs().to_numpy().max() == 0


def test_channels_add_up_to_the_whole(freeze):
    for several in freeze.channels.values():
        effects = {each.name: each.effect.value for each in several}
        whole = effects.pop(TOTAL)
        assert sum(effects.values()) == pytest.approx(whole, abs=1e-6)
        assert INTERACTION in effects


def test_the_whole_of_the_channels_is_what_the_folder_holds(outcomes, freeze):
    whole = next(each for each in freeze.channels[RIVALRY] if each.name == TOTAL).effect.value
    last = freeze.over_time.query("outcome == 'rivalry'")["mean"].iloc[-1]
    assert whole == pytest.approx(last, abs=1e-5)
    assert outcomes.size == 48


def test_freed_attention_alone_is_the_library_s_freeze_without_relief(tmp_path, freeze):
    results = run(
        "baseline", "freeze_without_relief", worlds=48, record_from="2035-Q4",
        out=tmp_path / "attention", workers=1,
    )  # fmt: skip
    alone = compared(results, "freeze_without_relief", "baseline", split=False).over_time
    attention = next(e for e in freeze.channels[RIVALRY] if e.name.startswith("freed attention"))
    assert attention.effect.value == pytest.approx(
        float(alone.query("outcome == 'rivalry'")["mean"].iloc[0]), abs=1e-5
    )


def test_attention_moves_security_and_relief_moves_rivalry(freeze):
    def part(outcome, name):
        found = {each.name: each.effect.value for each in freeze.channels[outcome]}
        return next(value for key, value in found.items() if name in key) / found[TOTAL]

    assert part(SECURITY, "attention") > 0.7
    assert part(RIVALRY, "eased sanctions") > part(RIVALRY, "attention")


def test_the_ranking_is_by_size(freeze):
    sizes = freeze.ranking["change"].abs().to_numpy()
    assert (np.diff(sizes) <= 0).all()


def test_each_scenario_is_compared_with_the_last(outcomes):
    found = compare_all(
        outcomes, ["frozen_ukraine", "afghanistan_instability", "baseline"], split=False
    )
    assert [(each.scenario, each.against) for each in found] == [
        ("frozen_ukraine", "baseline"), ("afghanistan_instability", "baseline"),
    ]  # fmt: skip


def test_a_scenario_is_not_compared_with_itself(outcomes):
    with pytest.raises(BadInput, match="with itself"):
        compared(outcomes, "baseline", "baseline")


@pytest.mark.slow
def test_the_command_speaks_and_draws(crossroads, outcomes, tmp_path):
    folder = outcomes.folder.address
    code, out, _ = crossroads("compare", folder, "frozen_ukraine", "baseline", "--to", tmp_path)
    assert code == 0
    assert "alone" in out
    assert (tmp_path / "compare_frozen_ukraine_baseline.png").exists()
    code, out, _ = crossroads(
        "compare", folder, "frozen_ukraine", "baseline", "--json", "--no-channels"
    )
    assert json.loads(out)[0]["ranking"][0]["state"]
    assert crossroads("compare", folder, "baseline").code == 2


def test_directions_are_held_against_judgement(freeze):
    assert freeze.robust["rivalry"].standing in {"survives", "unknown"}
    assert "directions of change survive the spread of judgement" in sentences(freeze)[2]
    assert "the direction survives" in freeze.robust["rivalry"].words


def test_the_range_over_worlds_comes_before_the_precision_of_the_mean(outcomes, freeze):
    row = freeze.levels.set_index("outcome").loc["rivalry"]
    frame = outcomes.table("region", quarter="2035-Q4", columns=["rivalry"])
    wide = frame.pivot_table(index="world", columns="scenario", values="rivalry", observed=True)
    gap = wide["frozen_ukraine"] - wide["baseline"]
    assert row["q05"] == pytest.approx(gap.quantile(0.05), abs=1e-5)
    assert row["q95"] == pytest.approx(gap.quantile(0.95), abs=1e-5)
    assert row["q05"] < row["low"] < row["change"] < row["high"] < row["q95"]


def test_what_no_world_varies_is_named_where_directions_are_said_to_survive(freeze):
    assert "driver_noise" in freeze.fixed
    assert f"Not covered: {len(freeze.fixed)} parameters" in sentences(freeze)[2]


def test_the_balance_of_each_state_is_ranked(freeze):
    assert len(freeze.states) == 10
    assert freeze.states["change"].abs().is_monotonic_decreasing
    assert (freeze.states["low"] <= freeze.states["change"]).all()


def test_one_world_gives_no_interval_and_says_so(crossroads, tmp_path):
    late = [
        replace(load_scenario(name), start=parse_quarter("2025-Q1"))
        for name in ("baseline", "frozen_ukraine")
    ]
    results = run(
        *late, worlds=1, record_from="2028-Q4", until="2028-Q4", out=tmp_path / "one", workers=1
    )
    text = " ".join(sentences(compared(results, "frozen_ukraine", "baseline", split=False)))
    assert "±" not in text
    words = ("compare", results.folder.address, "frozen_ukraine", "baseline", "--json")
    code, out, _ = crossroads(*words)
    (found,) = json.loads(out, parse_constant=pytest.fail)
    assert code == 0
    assert "One world gives no interval" in found["words"]
    assert found["outcomes"][0]["low"] is None
    assert found["channels"]["rivalry"][0]["low"] is None


def test_json_stands_alone_where_figures_are_drawn(crossroads, tmp_path):
    names = ("frozen_ukraine", "baseline")
    results = run(
        *names, worlds=3, until="2028-Q4", tables=("region",), out=tmp_path / "one", workers=1
    )
    words = ("compare", results.folder.address, *names, "--no-channels", "--json")
    code, out, err = crossroads(*words, "--to", tmp_path / "drawn")
    assert code == 0
    assert json.loads(out)[0]["scenario"] == "frozen_ukraine"
    assert str(tmp_path / "drawn") in err
    title = comparison(compared(results, *names, split=False)).get_suptitle()
    assert "most" in title or "luck" in title


def test_levels_of_a_state_are_means_over_worlds_in_the_asked_quarter(outcomes):
    table = levels(outcomes, "frozen_ukraine", "baseline", "UZB", 30).set_index("outcome")
    row = table.loc["trade reliance on China"]
    frame = outcomes.table("influence", state="UZB", power="CHN", quarter="2030-Q4",
                           columns=["trade"])  # fmt: skip
    own = 100 * frame.groupby("scenario", observed=True)["trade"].mean()
    assert row["quarter"] == "2030-Q4"
    assert row["level"] == pytest.approx(own["frozen_ukraine"], abs=1e-3)
    assert row["reference"] == pytest.approx(own["baseline"], abs=1e-3)
    assert row["change"] == pytest.approx(row["level"] - row["reference"], abs=1e-3)
    assert row["low"] <= row["change"] <= row["high"]
    leads = table.loc["China leads", ["level", "reference"]].to_numpy(dtype=float)
    assert ((leads >= 0) & (leads <= 100)).all()


def test_compare_of_a_state_prints_its_table_and_one_sentence(crossroads, outcomes):
    words = ("compare", outcomes.folder.address, "frozen_ukraine", "baseline")
    code, out, _ = crossroads(*words, "--state", "uzbekistan", "--at", "2030")
    assert code == 0
    assert "Uzbekistan, 2030-Q4, 48 worlds" in out
    assert "security reliance on Russia" in out
    first, robust = out.split("\n\n")[-1].splitlines()
    assert "differ clearly" in first
    assert robust.startswith("Robust?")
    assert crossroads(*words, "--state", "Poland").code == 2
    assert crossroads(*words, "--at", "soon").err.startswith("--at: 'soon' is not a quarter")
    assert crossroads(*words, "--at", "1999").code == 2


def test_default_words_are_a_table_channels_and_at_most_three_short_sentences(crossroads, outcomes):
    out = crossroads("compare", outcomes.folder.address, "frozen_ukraine", "baseline").out
    *tables, words = out.split("\n\n")
    assert "run again in 48 of 48 worlds" in tables[1]
    assert 1 <= len(words.splitlines()) <= 3
    assert all(len(line) < 340 for line in words.splitlines())


def test_directions_are_right_in_words_whichever_is_named_first(crossroads, outcomes):
    folder = outcomes.folder.address
    out = crossroads("compare", folder, "frozen_ukraine", "baseline").out
    assert "freed attention (war in Ukraine) alone" in out
    assert "differ clearly: under “Frozen conflict in Ukraine”, " in out
    first = out.split("differ clearly: ")[1].splitlines()[0]
    out = crossroads("compare", folder, "baseline", "frozen_ukraine").out
    assert "bound attention (war in Ukraine) alone" in out
    assert "tighter sanctions alone" in out
    assert "freed" not in out
    assert "differ clearly: under “A long war in Ukraine”, " in out
    turned = out.split("differ clearly: ")[1].splitlines()[0]
    ways = {"higher": "lower", "lower": "higher", "more": "fewer", "fewer": "more"}
    assert [ways.get(word) for word in first.split() if word in ways] == [
        word for word in turned.split() if word in ways
    ]


def test_a_figure_says_that_its_panels_are_of_the_region(freeze):
    named = {axes.get_title("left") for axes in comparison(freeze).axes}
    assert {"Region: rivalry", "Region: through which channel", "Reliance on China"} <= named


def test_json_of_compare_has_the_levels(crossroads, outcomes):
    words = ("compare", outcomes.folder.address, "frozen_ukraine", "baseline", "--no-channels")
    (found,) = json.loads(crossroads(*words, "--json", "--state", "KAZ").out)
    assert {each["state"] for each in found["levels"]} == {"KAZ"}
    assert {"outcome", "level", "reference", "change", "low", "high", "unit"} <= set(
        found["levels"][0]
    )


def test_a_narrow_terminal_gets_the_numbers_whole_and_no_dates(outcomes, monkeypatch, capsys):
    found = compared(outcomes, "frozen_ukraine", "baseline", split=False)
    monkeypatch.setattr("experiments.answers.comparison_text.fits", lambda *_: False)
    print_comparison(found)
    out = capsys.readouterr().out
    assert "clear from" not in out
    assert "Russia's security share" in out


def test_a_change_is_clear_from_the_same_quarter_on_in_words_and_in_the_table(outcomes):
    found = compared(outcomes, "frozen_ukraine", "baseline", split=False)
    last = found.over_time.groupby("outcome").last()["begins"].fillna("")
    table = found.levels.set_index("outcome")["since"]
    assert last.to_dict() == table.to_dict()
    assert len({*last} - {""}) > 0


def test_a_share_of_influence_is_never_called_influence():
    of_all = {*HEADLINES, *of_state("KAZ")}
    shares = [each.label for each in of_all if each.column == "share"]
    assert all(label.endswith("share of influence") for label in shares)
    assert "regional powers' share of influence" in shares


def test_a_table_of_changes_is_written_for_other_programs(crossroads, outcomes):
    words = ("compare", outcomes.folder.address, "frozen_ukraine", "baseline")
    table = pd.read_csv(io.StringIO(crossroads(*words, "--format", "csv").out))
    own = changes(outcomes, compare_all(outcomes, ["frozen_ukraine", "baseline"], split=False))
    assert list(table.columns) == list(own.columns)
    assert np.allclose(table["change"], own["change"], rtol=1e-4, atol=1e-7)
    markdown = crossroads(*words, "--format", "md").out
    assert markdown.count("\n") == len(own) + 2
    assert crossroads(*words, "--format", "latex").out.startswith("\\begin{tabular}")
    assert crossroads(*words, "--format", "excel").err.startswith("--format: no 'excel'")
    code, _, err = crossroads(*words, "--format", "xlsx")
    assert (code, "--to DIR" in err) == (2, True)


def test_texts_that_look_like_formulas_stay_texts_in_workbooks(tmp_path):
    frame = pd.DataFrame({"title": ["=1+1", "@x", "plain"], "change": [-0.5, 12.3, 0.0]})
    write_workbook(tmp_path / "t.xlsx", {"changes": frame})
    sheet = openpyxl.load_workbook(tmp_path / "t.xlsx")["changes"]
    assert [cell.data_type for cell in sheet["A"]] == ["s"] * 4
    assert sheet["A2"].value == "=1+1"
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:B4")


def test_changes_of_a_folder_are_of_every_scenario_and_place(outcomes):
    table = changes(outcomes)
    assert set(table["scenario"]) == {"frozen_ukraine", "afghanistan_instability"}
    assert set(table["state"]) == {"region", *STATES}
    assert (table["reference_scenario"] == "baseline").all()
