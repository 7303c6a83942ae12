"""Whether headlines survive judgement, and what outcomes follow."""

from __future__ import annotations

import re

import numpy as np
import pytest

from experiments import figures, run
from experiments.answers.assumptions import assumptions, beyond_luck, influences, worded
from experiments.answers.headlines import Headline, frame, in_order, verdict, verdicts
from experiments.answers.robustness import LEAST, spread, spread_of
from experiments.results.clusters import Clusters
from experiments.results.estimates import mean, probability
from scenarios.parameters import load_parameters
from scenarios.vocabulary import STATE_NAMES

HALF = 0.5


def worlds_of(count, names=60, seed=0):
    """Assumptions that vary over so many worlds, and the spread they make."""
    draw = np.random.default_rng(seed).normal(size=(names, count))
    assumed = {f"a{place}": row for place, row in enumerate(draw)}
    return assumed, spread(assumed, np.zeros(count, dtype=int), np.arange(count))


def test_every_headline_says_whether_it_survives(outcomes):
    found = verdicts(outcomes)
    assert len(found) > 8
    assert all("survive" in each.said or "tie" in each.said for each in found)
    assert {"headline", "support", "survives", "assumption", "standing"} <= set(
        frame(outcomes).columns
    )


def test_a_headline_that_hangs_on_one_number_does_not_survive(outcomes):
    offer = assumptions(outcomes, "baseline")["world_offer_effect"]
    holds = (offer > np.quantile(offer, 0.3)).astype(float)
    found = verdict(outcomes, Headline("China wins", "baseline", holds))
    assert found.assumption == "world_offer_effect"
    assert found.standing == "falls"
    assert "hangs most on the effect of offers (0 % where that is low" in found.said


def test_a_headline_that_is_nearly_a_tie_in_a_fifth_does_not_survive_and_says_where(outcomes):
    offer = assumptions(outcomes, "baseline")["world_offer_effect"]
    holds = (offer > np.quantile(offer, 0.13)).astype(float)
    found = verdict(outcomes, Headline("China wins", "baseline", holds))
    assert (found.standing, found.survives) == ("close", False)
    assert found.assumption == "world_offer_effect"
    assert (found.low, found.high) == pytest.approx((0.3, 1), abs=0.11)
    assert "close to a tie where the effect of offers is low (" in found.said
    assert "; 100 % where it is high)" in found.said


def test_a_headline_that_always_holds_survives_and_hangs_on_nothing(outcomes):
    sky = Headline("The sky is above", "baseline", np.ones(48))
    found = verdict(outcomes, sky)
    assert found.survives
    assert found.assumption == ""
    assert found.said.endswith("it holds in every world.")


def test_the_share_of_a_ranking_is_that_of_worlds_with_all_of_it(outcomes):
    (found,) = (each for each in verdicts(outcomes) if "most in" in each.headline)
    table = outcomes.table("influence", scenario="baseline", quarter="2035-Q4", columns=["share"])
    wide = table.pivot_table(
        index=["world", "state"], columns="power", values="share", observed=True
    )
    lead = (wide["CHN"] - wide["RUS"]).unstack("state").rename(columns=STATE_NAMES)
    named = [lead[name] for name in STATE_NAMES.values() if f"in {name}" in found.headline]
    assert len(named) == found.headline.count(" in ") - 1
    others = lead.drop(columns=[each.name for each in named]).max(axis=1)
    first = max(named, key=lambda each: each.median())
    last = min(named, key=lambda each: each.median())
    whole = (first >= last) & (last > others) & (last > 0)
    assert found.support == pytest.approx(whole.mean())


def test_a_ranking_needs_its_order_and_that_china_is_ahead_at_all():
    lead = np.array([[0.3, 0.3, 0.1, -0.1], [0.2, -0.1, 0.2, -0.2], [-0.3, -0.3, -0.3, -0.3]])
    assert in_order(lead, [0, 1]).tolist() == [True, False, False, False]
    assert in_order(lead, [0]).tolist() == [True, True, False, False]
    assert in_order(lead, []).tolist() == [False, False, False, True]


def test_only_what_holds_in_every_world_is_said_to():
    point, replicate = np.divmod(np.arange(400), 4)
    draw = np.random.default_rng(3).normal(size=100)
    varied = spread({"by_point": draw[point]}, point, replicate)
    alike = varied.judge((replicate > 0).astype(float), HALF)
    assert (alike.detectable, alike.alike) == (0.0, False), "three worlds of four at every point"
    assert varied.judge(np.ones(400), HALF).alike


def test_chance_names_no_driver():
    named = 0
    for seed in range(40):
        _, varied = worlds_of(60, seed=seed)
        coin = np.random.default_rng(1000 + seed).random(60) < 0.7
        named += varied.judge(coin.astype(float), HALF).assumption != ""
    assert named <= 6, "of 40 coins no more than a few may seem to hang on something"


def test_a_real_driver_is_named_once_worlds_are_enough():
    for count, names in ((24, {""}), (600, {"a7"})):
        assumed, varied = worlds_of(count)
        luck = np.random.default_rng(5).normal(size=count)
        holds = (assumed["a7"] + luck > -1.2).astype(float)
        assert varied.judge(holds, HALF).assumption in names


def test_too_few_worlds_are_told_as_no_failure(crossroads, tmp_path):
    names = ("baseline", "frozen_ukraine")
    one = run(*names, worlds=1, record_from="2035-Q4", out=tmp_path / "one", workers=1)
    title = " ".join(figures.robustness(one).get_suptitle().split())
    many = len(verdicts(one))
    assert title.startswith("Whether headlines (who leads where, which way scenarios move ")
    assert title.endswith(f"too few worlds to tell ({many} of {many})")
    out = " ".join(crossroads("summary", one.folder.address).out.split())
    assert re.search(
        r"Whether directions .* survive .*: too few worlds to tell \((\d+) of \1\)", out
    )
    assert "0 of" not in out.split("Do headlines survive")[1]


def test_a_title_says_what_was_counted_and_of_how_many_it_is_known(outcomes):
    standings = [each.standing for each in verdicts(outcomes)]
    title = " ".join(figures.robustness(outcomes).get_suptitle().split())
    assert "headlines (who leads where, which way scenarios move shares of influence" in title
    assert title.startswith(f"{standings.count('survives')} of {len(standings)} headlines (")
    assert title.count("too few worlds to tell") == ("unknown" in standings)


def test_the_axis_of_headlines_begins_below_one_half_and_all_that_is_drawn(outcomes):
    axes = figures.robustness(outcomes).axes[0]
    lowest = min(min(line.get_xdata()) for line in axes.lines)
    assert axes.get_xlim()[0] < lowest <= 0.5


def test_too_few_worlds_say_so_and_how_many_would_do():
    _, varied = worlds_of(40)
    holds = np.arange(40) % 10 < 7
    found = varied.judge(holds.astype(float), HALF)
    assert found.standing == "unknown"
    assert found.enough > 40


def test_a_near_tie_is_no_finding():
    _, varied = worlds_of(200)
    found = varied.judge((np.arange(200) % 2).astype(float), HALF)
    assert found.standing == "tie"


def test_an_effect_that_keeps_its_sign_survives_and_its_driver_is_told():
    assumed, varied = worlds_of(400)
    found = varied.judge(2 + np.tanh(assumed["a3"]), 0.0)
    assert (found.standing, found.assumption) == ("survives", "a3")
    assert 1 < found.low < 2 < found.high < 3
    assert varied.judge(0.2 + assumed["a3"], 0.0).standing == "falls"


@pytest.mark.parametrize(
    ("part", "standing"), [(0.2, "falls"), (0.45, "close"), (0.55, "close"), (0.75, "survives")]
)
def test_a_fifth_counts_with_its_whole_interval(part, standing):
    assumed, varied = worlds_of(400)
    rank = assumed["a5"].argsort().argsort()
    found = varied.judge(((rank >= 80) | (rank % 20 < 20 * part)).astype(float), HALF)
    assert (found.standing, found.assumption) == (standing, "a5")
    assert found.weakest is not None
    assert (found.weakest.high, found.weakest.value) == (False, pytest.approx(part))
    assert found.low == pytest.approx(part)


def test_what_is_named_is_what_puts_it_in_doubt_and_not_what_moves_it_most():
    assumed, varied = worlds_of(4000)
    number = 1 + np.where(assumed["a3"] > 1, 4, 0) - np.where(assumed["a5"] < -1, 3, 0)
    luck = np.random.default_rng(4).normal(size=4000)
    found = varied.judge(number + luck, 0.0)
    assert (found.standing, found.assumption) == ("falls", "a5")
    assert varied.judge(number + luck + 1, 0.0).assumption == "a3", "it survives"


def test_a_fifth_of_few_replicates_knows_little():
    lie, worlds = Clusters(40, 1, 10), np.arange(400)
    few = np.where(worlds % 10 < 2, np.tile(np.linspace(-1, 1, 10), 40), np.nan)
    assert few[np.isfinite(few)].size == 80
    assert mean(few, lie).high - mean(few, lie).value > 1, "two draws: Student's t is wide"
    assert probability(few < 0, lie).low < probability(few[few < 0] < 0).low


def test_worlds_of_one_draw_are_not_counted_as_several():
    point, replicate = np.divmod(np.arange(400), 4)
    draw = np.random.default_rng(2).normal(size=(100, 2))
    assumed = {"by_point": draw[point, 0], "by_replicate": draw[replicate, 1]}
    varied = spread(assumed, point, replicate)
    assert sorted(each.names for each in varied.groups) == [["by_point"], ["by_replicate"]]
    found = varied.judge((draw[point, 0] > -1).astype(float), HALF)
    assert found.standing in {"falls", "unknown"}
    assert found.detectable == np.inf, f"4 draws are fewer than {LEAST}"


def test_failed_worlds_are_left_out():
    assumed, varied = worlds_of(300)
    values = 1 + assumed["a0"]
    values[:30] = np.nan
    found = varied.judge(values, 0.0)
    assert found.worlds == 270
    assert found.value == pytest.approx(np.nanmean(values))


def test_what_varies_is_told_in_words(outcomes):
    registry = load_parameters()
    for name in spread_of(outcomes, "baseline").names:
        said = worded(name, registry)
        assert "_" not in said
        assert "{" not in said


def test_an_outcome_follows_the_assumption_that_makes_it():
    draw = np.random.default_rng(0).normal(size=(3, 400))
    assumed = {"a": draw[0], "b": draw[1]}
    outcome = (np.exp(-draw[1]) + 0.1 * draw[2]).astype(np.float32)
    first, second = influences(assumed, outcome)
    assert first.name == "b"
    assert first.value < -0.9
    assert first.low < first.value < first.high
    assert abs(second.value) < beyond_luck(400)


def test_rank_correlations_are_spearman_s():
    from scipy.stats import spearmanr

    draw = np.random.default_rng(1).normal(size=(2, 50))
    found = influences({"a": draw[0]}, draw[1].astype(np.float32))[0].value
    assert found == pytest.approx(spearmanr(draw[0], draw[1].astype(np.float32)).statistic)
