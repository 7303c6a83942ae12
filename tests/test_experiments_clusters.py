"""Worlds that share a point or a replicate: how well they know the model's answer."""

from __future__ import annotations

import json

import numpy as np
import pytest

from experiments import run
from experiments.answers.query import ask
from experiments.results.base import sharing
from experiments.results.clusters import Clusters
from experiments.results.estimates import mean, means, probability
from scenarios.scenario import Distribution

SPREAD = {"attention_cost": Distribution("uniform", 0.4, 0.6)}


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    return run(
        "baseline", "frozen_ukraine", points=8, replicates=4, settings=SPREAD, until="2028-Q4",
        every="year", out=tmp_path_factory.mktemp("points") / "out", workers=1,
    )  # fmt: skip


def crossed(points, replicates, scatter, seed=0):
    """Return 2,000 designs whose true mean is 0: (designs, worlds)."""
    luck, (of_point, of_replicate, own) = np.random.default_rng(seed), scatter
    whole = of_point * luck.normal(size=(2000, points, 1))
    whole = whole + of_replicate * luck.normal(size=(2000, 1, replicates))
    return (whole + own * luck.normal(size=(2000, points, replicates))).reshape(2000, -1)


@pytest.mark.parametrize("scatter", [(0.3, 1, 0.3), (1, 0.1, 0.3), (1, 1, 1), (0, 0, 1)])
def test_intervals_hold_the_truth_as_often_as_they_say(scatter):
    lie, found = Clusters(32, 1, 12), crossed(32, 12, scatter)
    _, low, high = means(found, lie)
    assert 0.93 < ((low <= 0) & (high >= 0)).mean() <= 0.99


def test_intervals_of_single_worlds_would_be_too_narrow():
    found = crossed(32, 12, (0.3, 1, 0.3))
    _, low, high = means(found)
    assert ((low <= 0) & (high >= 0)).mean() < 0.5


def test_a_share_rests_on_as_many_draws_as_differ():
    lie, worlds = Clusters(16, 1, 8), np.arange(16 * 8)
    by_replicate, alternating = worlds % 8 < 2, (worlds + worlds // 8) % 4 == 0
    assert lie.trials(by_replicate) < 8
    assert lie.trials(alternating) > 16
    assert lie.trials(worlds >= 0) == 8
    assert probability(by_replicate, lie).low < probability(by_replicate).low
    assert probability(by_replicate, lie).value == 0.25


def test_points_of_a_grid_are_no_draws():
    worlds = np.repeat(np.arange(4.0), 8) + np.tile(np.linspace(-0.1, 0.1, 8), 4)
    assert mean(worlds, Clusters(1, 4, 8)).high < 1.6
    assert mean(worlds, Clusters(4, 1, 8)).high > 2.5


def test_worlds_that_failed_are_left_out_and_one_draw_gives_no_interval():
    lie, worlds = Clusters(4, 1, 4), np.arange(16.0)
    worlds[3] = np.nan
    found = mean(worlds, lie)
    assert found.worlds == 15
    assert found.low < found.value < found.high
    assert "no interval: one draw of luck" in mean(worlds[4:8], Clusters(1, 4, 1)).said()


def test_a_folder_knows_how_its_worlds_lie(results, outcomes):
    assert results.clusters == Clusters(8, 1, 4)
    assert outcomes.clusters is None
    assert sharing(outcomes) == ""


def test_values_of_a_list_are_no_draws(tmp_path):
    lists = run(
        "baseline", worlds=3, settings={"attention_cost": (0.4, 0.5)}, until="2024-Q4",
        out=tmp_path / "lists", workers=1,
    )  # fmt: skip
    assert lists.clusters == Clusters(1, 2, 3)
    assert "how replicates scatter" in sharing(lists)


def test_every_command_says_it_and_takes_the_same_intervals(results, crossroads):
    where = results.folder.address
    (often, *_) = ask(results, "leader is CHN in UZB at 2028").findings
    summary = json.loads(crossroads("summary", where, "--json").out)
    (led,) = [
        row for row in summary["leaders"]
        if (row["scenario"], row["state"], row["power"]) == ("baseline", "UZB", "CHN")
    ]  # fmt: skip
    assert (led["low"], led["high"]) == pytest.approx((often.low, often.high), abs=1e-6)
    assert led["high"] - led["low"] > 0.2
    words = ("compare", where, "frozen_ukraine", "baseline", "--no-channels")
    for said in (("summary", where), ("questions", where), ("ask", where, "rivalry > 0.3"), words):
        assert "8 points by 4 replicates" in crossroads(*said).out, said
