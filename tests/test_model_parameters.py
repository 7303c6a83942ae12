"""Every number of the registry moves something that is recorded: none is dead."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from trial import at, changed, event, library, run, with_events

from model.uncertainty import parameters_of_worlds
from scenarios.parameters import load_parameters, parameter_names
from scenarios.scenario import Behaviour

UNTIL = "2026-Q4"
UNUSUAL = {"driver_noise": 0.03, "attention_cost": 0.8, "world_attention_cost": 1.6}
"""Noise on drivers is off by default, and attention is hardly ever as low as it can get."""
STATES = ("KAZ", "KGZ", "TJK", "TKM", "UZB")
BEHAVIOURS = tuple(
    Behaviour(agent, name, at(quarter))
    for agent, name, quarter in (
        ("RUS", "withdrawing", "2008-Q1"),
        ("CHN", "anticipating", "2016-Q1"),
        ("RUS", "answering", "2024-Q1"),
        ("KAZ", "bandwagoning", "2024-Q1"),
        ("TKM", "imitating", "2024-Q1"),
        ("UZB", "coordinating", "2024-Q1"),
    )
)
"""One of each, once there is no record any more but for two powers in the past."""
LUCK = 24
"""Replicates in which those numbers are tried that only tip rare events."""


@pytest.fixture(scope="module")
def registry():
    """All numbers, some of them where they are seldom."""
    return load_parameters().with_values(UNUSUAL)


def eventful():
    """A region in which everything happens: each event, each membership, each threat."""
    both = [
        event(kind, quarter, state=state)
        for state in STATES
        for kind, quarter in (
            ("debt_distress", "2016-Q1"),
            ("unrest", "2012-Q2"),
            ("unrest", "2022-Q2"),
        )
    ]
    both += [event("china_asset_attack", "2015-Q1", state=state, size=3.0) for state in STATES]
    clashes = [event("border_clash", quarter) for quarter in ("2013-Q1", "2023-Q1")]
    busy = replace(with_events(*both, *clashes, base=library()), behaviours=BEHAVIOURS)
    return changed(
        busy,
        name="eventful",
        since="2008-Q1",
        belt_and_road=lambda path: np.minimum(path + 0.8, 2.0),
        taiwan_tension=lambda path: np.where(np.indices(path.shape)[0] % 16 < 8, 0.95, 0.3),
        own_capacity=1.0,
        border_closure=lambda path: np.where(np.indices(path.shape)[0] % 12 < 4, 1.0, 0.0),
        secondary_sanctions=0.5,
        sco_role=1.0,
        cooperation_of_five=1.0,
        coercion=lambda path: np.where(np.indices(path.shape)[0] < 20, 0.5, 0.0),
        culture_policy=0.5,
        technology_policy=-0.5,
        kabul_ties=lambda path: np.where(np.indices(path.shape)[1] == 0, 1.0, 0.0),
        afghanistan_instability=1.0,
        taliban_integration=0.5,
        migration_openness=0.6,
        western_engagement=1.0,
        regional_engagement=1.0,
        pipeline_capacity=lambda path: np.clip(1 - path, 0, 1),
        basing_consent=lambda path: np.where(np.indices(path.shape)[0] % 16 < 8, 0.1, 0.8),
        border_settled=lambda path: np.where(np.indices(path.shape)[0] > 40, 1.0, 0.0),
    )


def moved(registry, leaves, share):
    """Parameters of a world for each leaf, moved there by a share of the way to a bound.

    A positive share leads to the high bound, a negative one to the low; the last world has none
    moved. Shares stay shares.
    """
    arrays = {
        name: np.repeat(values, len(leaves) + 1, axis=-1)
        for name, values in registry.arrays().items()
    }
    for world, name in enumerate(leaves):
        leaf, (parameter, place) = registry.leaves[name], registry.positions[name]
        bound = leaf.high if share > 0 else leaf.low
        table = arrays[parameter][..., world]
        table[place] += abs(share) * (bound - leaf.value)
        if registry[parameter].simplex:
            arrays[parameter][..., world] = table / table.sum(axis=-1, keepdims=True)
    return arrays


def dead(registry, leaves, share, replicates):
    """Those of some leaves whose move changes nothing recorded in any of the replicates."""
    one, many = moved(registry, leaves, share), len(replicates)
    parameters = {name: np.tile(values, many) for name, values in one.items()}
    members = np.repeat(replicates, len(leaves) + 1)
    result = run(eventful(), replicates=members, until=UNTIL, parameters=parameters, every="year")
    assert result.failures == []
    alive = np.zeros(len(leaves), dtype=bool)
    for values in result.columns.values():
        worlds = values.reshape(-1, many, len(leaves) + 1)
        alive |= (worlds[..., :-1] != worlds[..., -1:]).any(axis=(0, 1))
    return [leaf for leaf, moves in zip(leaves, alive, strict=True) if not moves]


@pytest.mark.slow
def test_moving_any_number_moves_something_that_is_recorded(registry):
    left = dead(registry, list(registry.leaves), 0.9, [0])
    left = dead(registry, left, -0.9, [0])
    for share in (1.0, -1.0):
        left = dead(registry, left, share, range(1, LUCK)) if left else left
    assert left == []


def test_every_number_lies_within_its_range_and_says_where_it_comes_from():
    for leaf in load_parameters().leaves.values():
        assert leaf.low <= leaf.value <= leaf.high, leaf.name
        assert leaf.unit
        assert leaf.source
        assert leaf.about


def test_what_later_years_taught_is_not_known_before_them():
    known, before = load_parameters(), load_parameters().as_of(2019)
    taught = [name for name in known if not np.array_equal(known[name].value, before[name].value)]
    assert taught == ["sanctions_transit", "sanctions_reexport", "border_closure_trade"]
    assert float(known.as_of(2021)["border_closure_trade"].value) == 0.8
    assert known.as_of(2022) is known
    drawn = parameters_of_worlds({}, 0, range(400), until=2018).sanctions_transit
    assert abs(np.median(drawn) - 0.3) < 0.05
    assert drawn.std() > 0.2


def test_every_number_can_move():
    assert [leaf.name for leaf in load_parameters().leaves.values() if leaf.low >= leaf.high] == []


def test_parameters_of_a_world_move_that_world_alone(registry):
    arrays = moved(registry, ["attention_cost", "initial_reliance.trade.KAZ.RUS"], -0.5)
    shares = arrays["initial_reliance"]
    assert list(arrays["attention_cost"]) == [0.55, 0.8, 0.8]
    assert np.allclose(shares.sum(axis=-2), 1)
    assert not np.array_equal(shares[..., 1], shares[..., 2])
    assert np.array_equal(shares[..., 0], shares[..., 2])


def test_names_can_be_had_without_reading_the_registry():
    assert parameter_names() == set(load_parameters())
