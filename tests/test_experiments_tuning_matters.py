"""What matters: sensitivity finds the inputs that act, discovery the conditions that hold."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from experiments.cli import main
from experiments.errors import BadInput
from experiments.results.text import named
from experiments.tuning import prim, sensitivity
from experiments.tuning.discover import Cases, Discovery, boxed, discovered, draws_of
from experiments.tuning.discovery_text import as_found, in_words
from experiments.tuning.responses import Responses, output_of, responses
from scenarios.load import load_scenario

SIZE = 2000


@pytest.fixture(scope="module")
def planted():
    """Worlds in which something happens where the first input is high and the second low."""
    x = np.random.default_rng(0).random((SIZE, 5))
    y = (x[:, 0] > 0.7) & (x[:, 1] < 0.4)
    y ^= np.random.default_rng(1).random(SIZE) < 0.02
    return x, y


def test_prim_finds_a_planted_box_and_leaves_the_other_inputs_free(planted):
    x, y = planted
    boxes = prim.trajectory(x, y)
    box = prim.simplified(boxes[prim.chosen(boxes, x, y)], x, y)
    assert box.restricted == [0, 1]
    assert box.low[0] == pytest.approx(0.7, abs=0.05)
    assert box.high[1] == pytest.approx(0.4, abs=0.05)
    found = prim.quality(box, x, y)
    assert found.density > 0.9
    assert found.coverage > 0.7


def test_a_free_input_stays_free_beyond_what_was_seen(planted):
    x, y = planted
    box = prim.trajectory(x, y)[3]
    beyond = x + np.array([0, 0, 5, -5, 5])
    assert box.inside(beyond).sum() == box.inside(x).sum() > 0


def test_boxes_trade_coverage_for_density(planted):
    x, y = planted
    told = [prim.quality(box, x, y) for box in prim.trajectory(x, y)]
    assert told[0].coverage == 1
    assert told[0].density == pytest.approx(y.mean())
    assert told[-1].density > told[0].density
    assert all(a.mass >= b.mass for a, b in pairwise(told))


def test_prim_says_nothing_where_there_is_nothing_to_say():
    rng = np.random.default_rng(2)
    x, y = rng.random((400, 4)), rng.random(400) < 0.3
    fresh, again = rng.random((400, 4)), rng.random(400) < 0.3
    boxes = prim.trajectory(x, y)
    box = prim.simplified(boxes[prim.chosen(boxes, x, y)], x, y)
    assert prim.quality(box, fresh, again).density < 0.45


def test_a_tree_splits_where_the_box_is(planted):
    x, y = planted
    node = prim.grown(x, y)
    assert node.place in {0, 1}
    assert any("in " in line for line in prim.tree_lines(node, tuple("abcde")))


def test_splits_that_fresh_worlds_do_not_show_are_left_out(planted):
    x, y = planted
    node, rows = prim.grown(x, y), np.arange(len(y))
    assert prim.upheld(node, (x, y, rows)).place == node.place
    shuffled = np.random.default_rng(3).permutation(y)
    assert prim.upheld(node, (x, shuffled, rows)).below is None


NAMES = ("world_offer_effect", *(f"importance.trade.{number}" for number in range(299)))


@pytest.fixture(scope="module")
def crowded():
    """Worlds in which something common hangs on one of three hundred inputs."""
    rng = np.random.default_rng(3)
    x = rng.random((500, len(NAMES)))
    return Cases(x, NAMES, rng.random(500) < np.where(x[:, 0] < 0.25, 0.5, 0.95))


def test_one_input_among_hundreds_is_found_though_all_of_them_hide_it(crowded):
    _, box = boxed(crowded)
    assert box.restricted == [0]
    assert 0.15 < box.low[0] < 0.35


def found(cases, outcomes, **more):
    boxes, box = boxed(cases)
    node = prim.grown(cases.x, cases.y)
    told = Discovery("it", ("baseline", "frozen_ukraine"), cases, boxes, box, node, **more)
    return in_words(outcomes, told)


def test_words_name_the_scenarios_and_the_inputs_and_judge_leaves_on_fresh_worlds(
    crowded, outcomes
):
    lines = found(crowded, outcomes, fresh=crowded)
    assert "of 500 worlds, on average over “" in lines[0]
    assert "A world counts once where chance is reckoned" in lines[0]
    assert lines[2].startswith("  world_offer_effect (the effect of offers) at least 0.")
    leaves = [line for line in lines if " of these worlds (" in line]
    assert leaves
    for leaf in leaves:
        there, again = leaf.split("; of ")
        assert there.split("in ")[1].split(" %")[0] == again.split("in ")[1].split(" %")[0]


def test_a_box_that_fresh_worlds_do_not_show_is_not_told(crowded, outcomes):
    shuffled = replace(crowded, y=np.random.default_rng(6).permutation(crowded.y))
    lines = found(crowded, outcomes, fresh=shuffled)
    assert any(line.startswith("No box of inputs holds on 500 fresh worlds") for line in lines)
    assert "Most often where" not in lines


def test_where_no_box_holds_words_say_that_only_fresh_worlds_judge_the_tree(outcomes):
    rng = np.random.default_rng(5)
    none = Cases(rng.random((60, 4)), NAMES[:4], rng.random(60) < 0.5)
    lines = found(none, outcomes, fresh=None)
    assert any(line.startswith("No box of inputs stands up to chance") for line in lines)
    split = any(" at most " in line for line in lines)
    assert split == any("only fresh ones tell" in line for line in lines)


def test_a_world_under_several_scenarios_is_one_draw_of_chance():
    """Of chance alone a box is hardly ever found, though each world is there four times."""
    restricted = []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        x, y = rng.random((100, 4)), rng.random(100) < 0.5
        four = Cases(np.tile(x, (4, 1)), NAMES[:4], np.tile(y, 4), np.tile(np.arange(100), 4))
        once = Cases(x, NAMES[:4], y)
        assert four.worlds == once.worlds == 100
        restricted.append([len(boxed(each)[1].restricted) for each in (four, once)])
    four_times, one_time = np.array(restricted).T
    assert (four_times == one_time).mean() >= 0.9


def test_an_input_counts_as_often_as_it_was_drawn(designed):
    world = np.arange(designed.size)
    names = ("attention_cost", "importance.trade.UZB", "sanctions")
    point, replicate, driver = draws_of(designed, ["baseline"], names, world)
    assert [len(set(each)) for each in (point, replicate, driver)] == [12, 4, 48]


def test_four_replicates_tell_nothing_of_a_judgement_however_many_points_repeat_them():
    replicate = np.tile(np.arange(4), 50)
    x, y = np.array([0.1, 0.2, 0.8, 0.9])[replicate][:, np.newaxis], replicate >= 2
    assert boxed(Cases(x, NAMES[:1], y))[1].restricted == [0]
    shared = Cases(x, NAMES[:1], y, np.arange(200), (replicate,))
    assert boxed(shared)[1].restricted == []


def test_pooled_counts_are_counts_of_worlds(outcomes):
    rows = outcomes.table("influence", state="UZB", power="CHN", quarter="2035-Q4", columns="share")
    condition = f"share CHN > {rows['share'].median():.4f} in UZB at 2035"
    found = discovered(outcomes, condition, fresh=False)
    assert len(found.cases.y) == 3 * outcomes.size
    assert as_found(found)["worlds"] == found.cases.worlds == outcomes.size
    alone = discovered(outcomes, condition, scenarios=["baseline"], fresh=False)
    assert in_words(outcomes, alone)[0].endswith(
        f"{outcomes.size} worlds (those of {named(outcomes, 'baseline')})."
    )


def test_sobol_indices_find_what_was_put_in():
    problem = sensitivity.problem_of(["strong", "weak", "one", "other", "none"])
    unit = sensitivity.sampled(problem, "sobol", 256, 0)
    y = 4 * unit[:, 0] + unit[:, 1] + 6 * (unit[:, 2] - 0.5) * (unit[:, 3] - 0.5)
    table, pairs = sensitivity._analysed(problem, "sobol", unit, y, 0)
    assert table.set_index("input")["index"].idxmax() == "strong"
    assert abs(table.set_index("input").loc["none", "index"]) < 0.02
    first = pairs.iloc[0]
    assert {first["one"], first["other"]} == {"one", "other"}
    row = table.iloc[0]
    assert row["low"] < row["index"] < row["high"]
    assert row["at_low"] < row["middle"] < row["at_high"]


@pytest.mark.parametrize("method", ["morris", "pawn"])
def test_the_other_methods_rank_alike(method):
    problem = sensitivity.problem_of(["strong", "weak", "none"])
    unit = sensitivity.sampled(problem, method, 128, 0)
    table, _ = sensitivity._analysed(problem, method, unit, 3 * unit[:, 0] + unit[:, 1], 0)
    assert table.sort_values("index", ascending=False)["input"].tolist()[0] == "strong"


def test_an_outcome_that_never_moves_has_indices_of_zero():
    problem = sensitivity.problem_of(["a", "b"])
    unit = sensitivity.sampled(problem, "sobol", 16, 0)
    table, _ = sensitivity._analysed(problem, "sobol", unit, np.ones(len(unit)), 0)
    assert (table["index"] == 0).all()


def test_a_difference_between_equal_scenarios_is_zero():
    baseline = load_scenario("baseline")
    asked = Responses(
        baseline,
        baseline,
        (output_of("trade:KAZ:CHN"), output_of("rivalry")),
        5,
        ("remittance_trade",),
    )
    assert (responses(asked, np.array([[0.1], [0.9]])) == 0).all()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("securty:TJK:CHN", "did you mean 'security'"),
        ("security:TJK", "of which power"),
        ("rivalry:TJK", "of the whole region"),
        ("threat:CHN", "fits nothing"),
    ],
)
def test_an_outcome_that_cannot_be_read_is_refused(text, why):
    with pytest.raises(BadInput, match=why):
        output_of(text)


def test_wrong_options_end_with_two_and_one_line(capsys):
    for line in (
        ["sensitivity", "baseline", "--outcome", "rivalry", "--method", "sobl"],
        ["sensitivity", "baseline", "--outcome", "rivalry", "--base", "100"],
        ["backtest", "--origins", "2008,soon"],
        ["tune", "--until", "1990"],
        ["score", "--from", "2018", "--to", "2012"],
        ["score", "--seed", "-1"],
        ["backtest", "--origins", "2039"],
        ["backtest", "--origins", "2008,2008"],
        ["sensitivity", "baseline", "--outcome", "rivalry", "--minus", "baseline"],
        ["bench", "--rounds", "0"],
    ):
        assert main(line) == 2
        assert len(capsys.readouterr().err.strip().splitlines()) == 1


def test_scores_of_a_free_run_come_as_rows(capsys, tmp_path):
    file = tmp_path / "some.yaml"
    file.write_text("remittance_trade: 0.4\n")
    command = ["score", "--parameters", str(file), "--from", "2003", "--to", "2004",
               "--worlds", "32", "--workers", "1", "--json"]  # fmt: skip
    assert main(command) == 0
    rows = json.loads(capsys.readouterr().out)
    assert {row["origin"] for row in rows} == {2002}
    assert {row["horizon"] for row in rows} <= {1, 2, 3, 4}
    assert {row["drivers"] for row in rows} == {"actual"}
