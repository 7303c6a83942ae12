"""Whether headlines survive judgement, and what outcomes follow."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.assumptions import assumptions, beyond_luck, influences
from experiments.robust import Headline, _verdict, fifths, frame, verdicts


def test_every_headline_says_whether_it_survives(outcomes):
    found = verdicts(outcomes)
    assert len(found) > 8
    assert all("survive" in each.said for each in found)
    assert {"headline", "support", "survives", "assumption"} <= set(frame(outcomes).columns)


def test_a_headline_that_hangs_on_one_number_does_not_survive(outcomes):
    offer = assumptions(outcomes, "baseline")["world_offer_effect"]
    holds = (offer > np.quantile(offer, 0.3)).astype(float)
    found = _verdict(Headline("China wins", "baseline", holds), fifths(outcomes, "baseline"))
    assert found.assumption == "world_offer_effect"
    assert not found.survives


def test_a_headline_that_always_holds_survives_and_hangs_on_nothing(outcomes):
    sky = Headline("The sky is above", "baseline", np.ones(48))
    found = _verdict(sky, fifths(outcomes, "baseline"))
    assert found.survives
    assert found.assumption == ""


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
