"""Tuning writes into folders of its own, and forked differences are those of two whole runs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from experiments.record.measurement import observed
from experiments.record.observations import load_record
from experiments.refusals import BadInput
from experiments.tuning.hindcast import hindcast_of, predict
from experiments.tuning.responses import Responses, output_of
from experiments.tuning.stages import WORKING, Stages, refuse_others
from scenarios.load import load_scenario

NAMES = ("attention_cost", "remittance_trade")
OUTCOMES = (output_of("security:TJK:CHN"), output_of("rivalry"))


def asked(name, minus=None, quarter=112):
    other = load_scenario(minus) if minus else None
    return Responses(load_scenario(name), other, OUTCOMES, quarter, NAMES)


@pytest.mark.parametrize("name", ["frozen_ukraine", "history_from_2010"])
def test_a_forked_difference_is_that_of_two_whole_runs(name):
    unit = np.random.default_rng(0).random((3, 2))
    forked = asked(name, "baseline").block(unit)
    assert np.array_equal(forked, asked(name).block(unit) - asked("baseline").block(unit))
    assert (forked != 0).any()


def test_a_hindcast_does_not_start_from_what_it_is_compared_with():
    figures = observed(load_record())
    near = figures[figures["year"] <= 2003].reset_index(drop=True)
    assert hindcast_of(near, "baseline").scenario.free


def test_a_played_hindcast_predicts_the_same_to_the_last_bit():
    figures = observed(load_record())
    hindcast = hindcast_of(figures[figures["year"] <= 2002].reset_index(drop=True))
    points = {"remittance_trade": np.linspace(0.3, 0.9, 7)}
    assert np.array_equal(
        predict(hindcast, points), predict(replace(hindcast, compiled=True), points)
    )


def test_a_folder_with_other_things_is_refused_and_left_alone(tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(BadInput, match="holds other things"):
        Stages(tmp_path, {"until": 2008})
    assert [each.name for each in tmp_path.iterdir()] == ["thesis.txt"]
    with pytest.raises(BadInput, match="is a file"):
        Stages(tmp_path / "thesis.txt", {"until": 2008})


def test_an_empty_a_new_and_an_own_folder_are_taken(tmp_path):
    Stages(tmp_path, {"until": 2008})
    Stages(tmp_path, {"until": 2008})
    before = sorted(tmp_path.rglob("*"))
    refuse_others(tmp_path, WORKING)
    refuse_others(tmp_path / "new", WORKING)
    assert before
    assert sorted(tmp_path.rglob("*")) == before
