"""The hindcast says of every figure what the model says of it without luck."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from experiments.record.measurement import observed
from experiments.record.observations import load_record
from experiments.tuning.hindcast import Quiet, hindcast_of, predict
from experiments.tuning.responses import Responses, output_of
from experiments.tuning.uncertain import Inputs, uncertain
from model.region import Region
from scenarios.load import load_scenario
from scenarios.parameters import load_parameters
from scenarios.vocabulary import DOMAINS

OUTCOMES = (output_of("security:TJK:CHN"), output_of("rivalry"))
SOME = {"remittance_trade": np.linspace(0.3, 0.9, 7)}


@pytest.fixture(scope="module")
def figures():
    found = observed(load_record())
    return found[found["year"] <= 2003].reset_index(drop=True)


def test_a_point_is_the_mean_of_two_worlds_of_a_region_without_shocks(figures):
    quiet, registry = Quiet(0, np.zeros(2, dtype=np.int64)), load_parameters()
    spec = replace(load_scenario("baseline"), free=True)
    region = Region(spec=spec, noise=quiet, parameters=registry.arrays())
    trade = []
    for _ in range(12):
        region.step()
        trade.append(region.reliance[DOMAINS.index("trade"), 1, 0] + np.zeros(2))
    keys = {"variable": "trade_share", "state": "KAZ", "partner": "CHN", "year": 2002}
    place = figures.index[(figures[list(keys)] == list(keys.values())).all(axis=1)][0]
    expected = np.log(np.mean(trade[8:12], axis=0)).mean()
    shipped = {"remittance_trade": np.array([registry.leaves["remittance_trade"].value])}
    assert predict(hindcast_of(figures), shipped)[place] == pytest.approx(expected)


def test_points_do_not_depend_on_how_they_are_cut_into_blocks(figures):
    hindcast = hindcast_of(figures)
    points = {"remittance_trade": np.linspace(0.3, 0.9, 130)}
    whole = predict(hindcast, points)
    alone = predict(hindcast, {"remittance_trade": points["remittance_trade"][128:]})
    assert np.array_equal(whole[:, 128:], alone)


def test_points_differ_by_their_parameters_alone(figures):
    same = predict(hindcast_of(figures), {"remittance_trade": np.array([0.4, 0.4, 0.8])})
    assert np.array_equal(same[:, 0], same[:, 1])
    assert not np.array_equal(same[:, 0], same[:, 2])


def test_a_played_hindcast_predicts_the_same_to_the_last_bit(figures):
    hindcast = hindcast_of(figures)
    assert np.array_equal(hindcast.block(SOME), replace(hindcast, compiled=True).block(SOME))


def test_luck_is_quiet_but_for_events_and_their_mirror_image():
    draw = Quiet(0, np.zeros(6, dtype=np.int64)).quarter(0)
    assert not draw.shares.any()
    assert np.array_equal(draw.unrest[..., 0] + draw.unrest[..., 1], np.ones(5))
    assert np.array_equal(draw.unrest[..., 0], draw.unrest[..., 4])


def test_a_hindcast_does_not_go_through_what_it_is_compared_with(figures):
    assert hindcast_of(figures).scenario.free


@pytest.mark.parametrize("name", ["frozen_ukraine", "history_from_2010"])
def test_a_forked_difference_is_that_of_two_whole_runs(name):
    def asked(name, minus=None):
        other = load_scenario(minus) if minus else None
        names = ("attention_cost", "remittance_trade")
        return Responses(load_scenario(name), other, OUTCOMES, 112, names)

    unit = np.random.default_rng(0).random((3, 2))
    forked = asked(name, "baseline").block(unit)
    assert np.array_equal(forked, asked(name).block(unit) - asked("baseline").block(unit))
    assert (forked != 0).any()


def test_shares_stay_shares_when_judgement_becomes_an_input():
    registry = load_parameters()
    names = [name for name in uncertain(registry) if name.startswith("initial_reliance.trade.KAZ")]
    unit = np.random.default_rng(0).random((7, len(names)))
    table = Inputs(tuple(names), registry).arrays(unit)["initial_reliance"]
    assert table.shape == (*registry["initial_reliance"].value.shape, 7)
    assert np.allclose(table.sum(axis=-2), 1)


@pytest.mark.parametrize("name", ["world_offer_effect", "remittance_trade"])
def test_inputs_in_the_middle_are_the_registrys_values(name):
    registry = load_parameters()
    table = Inputs((name,), registry).arrays(np.array([[0.5], [0.0], [1.0]]))[name]
    leaf = registry.leaves[name]
    assert table[0] == pytest.approx(leaf.value)
    assert leaf.low <= table[1] < table[0] < table[2] <= leaf.high
    found = Inputs((name,), registry).points(np.zeros((1, 1)))[name]
    assert found == pytest.approx(leaf.value)
