"""The hindcast says of every figure what the model itself says, and fast."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from experiments.record.measurement import observed
from experiments.record.observations import load_record
from experiments.tuning.hindcast import (
    hindcast_of,
    luck_of,
    predict,
    predict_worlds,
)
from experiments.tuning.luck import CommonNoise
from experiments.tuning.uncertain import Inputs, uncertain
from model.region import Region
from model.uncertainty import draw_members
from scenarios.parameters import load_parameters
from scenarios.posterior import load_posterior
from scenarios.vocabulary import DOMAINS


@pytest.fixture(scope="module")
def figures():
    found = observed(load_record())
    return found[found["year"] <= 2003].reset_index(drop=True)


def test_a_paired_world_is_the_world_that_a_region_would_run(figures):
    members = draw_members(load_posterior().members, 0, range(2))
    worlds = predict_worlds(hindcast_of(figures), members, 2)
    region = Region(worlds=2, rng=0)
    trade = []
    for _ in range(16):
        region.step()
        trade.append(region.reliance[DOMAINS.index("trade"), 1, 0])
    place = figures.query(
        "variable == 'trade_share' and state == 'KAZ' and partner == 'CHN' and year == 2002"
    ).index[0]
    assert np.allclose(worlds[place], np.log(np.mean(trade[8:12], axis=0)), rtol=1e-9)


def test_points_do_not_depend_on_how_they_are_cut_into_blocks(figures):
    hindcast = hindcast_of(figures)
    points = {"remittance_trade": np.linspace(0.3, 0.9, 70)}
    whole = predict(hindcast, points)
    alone = predict(hindcast, {"remittance_trade": points["remittance_trade"][68:]})
    assert np.array_equal(whole[:, 68:], alone)


def test_points_differ_by_their_parameters_alone(figures):
    same = predict(hindcast_of(figures), {"remittance_trade": np.array([0.4, 0.4, 0.8])})
    assert np.array_equal(same[:, 0], same[:, 1])
    assert not np.array_equal(same[:, 0], same[:, 2])


def test_mirrored_luck_cancels():
    noise = CommonNoise(luck_of(0, (0, 1)), 3, mirrored=True)
    draw = noise.quarter(0)
    assert draw.growth.shape[-1] == 12
    assert np.allclose(draw.shares.mean(axis=-1), 0)
    assert np.array_equal(draw.unrest[..., 0] + draw.unrest[..., 2], np.ones(5))


def test_mirrored_means_are_near_what_happens_without_noise(figures):
    changes = {name: leaf.low for name, leaf in load_parameters().leaves.items()
               if name.startswith("share_noise")}  # fmt: skip
    loud = predict(hindcast_of(figures), {})
    quiet = predict(replace(hindcast_of(figures), changes=changes), {})
    trade = figures["variable"] == "trade_share"
    assert np.abs(loud - quiet)[trade].mean() < 0.03


def test_shares_stay_shares_when_judgement_becomes_an_input():
    registry = load_parameters()
    names = [name for name in uncertain(registry) if name.startswith("initial_reliance.trade.KAZ")]
    unit = np.random.default_rng(0).random((7, len(names)))
    table = Inputs(tuple(names), registry).arrays(unit)["initial_reliance"]
    assert table.shape == (*registry["initial_reliance"].value.shape, 7)
    assert np.allclose(table.sum(axis=-2), 1)


def test_inputs_in_the_middle_are_the_registrys_values_where_ranges_are_even():
    registry = load_parameters()
    name = "world_offer_effect"
    table = Inputs((name,), registry).arrays(np.array([[0.5], [0.0], [1.0]]))[name]
    leaf = registry.leaves[name]
    assert table[0] == pytest.approx(leaf.value)
    assert leaf.low <= table[1] < table[0] < table[2] <= leaf.high


@pytest.mark.slow
def test_thousands_of_points_of_2000_to_2015_are_predicted_block_by_block():
    from experiments.batch.executors import cores, local_workers
    from experiments.tuning.prior import box

    figures = observed(load_record())
    figures = figures[figures["year"] <= 2015].reset_index(drop=True)
    prior = box(["remittance_trade", "access_trade"], load_parameters())
    unit = prior.sample(4_000, 0)
    with local_workers(min(cores(), 2)) as executor:
        hindcast = replace(hindcast_of(figures), replicates=(0,))
        found = predict(hindcast, prior.points(unit), executor)
    assert found.shape == (len(figures), 4_000)
    assert np.isfinite(found).all()
