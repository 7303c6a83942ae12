"""The idea of the engine: a world's trajectory is its own, whatever else is simulated with it."""

from __future__ import annotations

import numpy as np
import pytest
from trial import at, changed, differing, drawn_parameters, library, only, run

from model.region import Region
from scenarios.parameters import load_parameters
from scenarios.scenario import Event

WORLD = 5
BLOCKS = {
    "two": [5, 6],
    "seven": range(7),
    "sixty_four": range(64),
    "unordered": [40, 5, 3, 99],
}


@pytest.fixture(scope="module")
def block():
    """A block of 256 worlds through the unrest of 2022 and the attack of 2024."""
    return run(library(), worlds=256, until="2025-Q4")


def test_a_world_alone_is_the_world_in_a_block(block):
    alone = run(library(), replicates=[WORLD], until="2025-Q4")
    assert differing(alone, block, theirs=[WORLD]) == []


@pytest.mark.parametrize("members", BLOCKS.values(), ids=BLOCKS)
def test_a_world_is_the_same_whatever_the_block_size(block, members):
    members = list(members)
    small = run(library(), replicates=members, until="2006-Q4")
    rows = slice(0, at("2006-Q4") + 1)
    for name, values in small.columns.items():
        assert np.array_equal(values, block[name][rows][..., members]), name


def test_a_world_alone_is_the_world_in_a_block_under_another_offset():
    many = run(library(), replicates=range(1000, 1019), seed=3, until="2005-Q4")
    alone = run(library(), replicates=[1011], seed=3, until="2005-Q4")
    assert differing(alone, many, theirs=[11]) == []


@pytest.mark.parametrize("members", [[9], [9, 10], range(7, 14), range(64)])
def test_worlds_with_parameters_of_their_own_are_the_same_alone_and_in_a_block(members):
    parameters, members = drawn_parameters(65), list(members)
    many = run(library(), worlds=65, parameters=parameters, until="2006-Q4")
    few = run(library(), replicates=members, parameters=only(parameters, *members), until="2006-Q4")
    assert differing(few, many, theirs=members) == []


def test_an_exponent_given_to_each_world_is_one_given_to_all():
    concavity = {"effort_concavity": np.array([0.5, 0.4, 0.5])}
    many = Region(worlds=3, rng=2, parameters=concavity)
    one = Region(worlds=1, replicate=2, rng=2, parameters={"effort_concavity": np.array([0.5])})
    for region in (many, one):
        region.step_to(at("2004-Q4"))
    assert many.reliance[..., 2:].tobytes() == one.reliance.tobytes()


def test_a_parameter_given_to_each_world_is_the_parameter_given_to_all():
    registry = load_parameters().arrays()
    wide = {name: np.repeat(values, 6, axis=-1) for name, values in registry.items()}
    each = run(library(), worlds=6, parameters=wide, until="2010-Q4")
    for_all = run(library(), worlds=6, parameters=registry, until="2010-Q4")
    assert differing(each, for_all) == []


@pytest.mark.parametrize("name", ["attention_cost", "initial_reliance", "domain_weight"])
def test_a_poisoned_world_fails_alone(name):
    sound = {name: np.repeat(load_parameters().arrays()[name], 6, axis=-1)}
    poisoned = {name: sound[name].copy()}
    poisoned[name][..., 2] = np.nan
    before = run(library(), worlds=6, parameters=sound, until="2002-Q4")
    after = run(library(), worlds=6, parameters=poisoned, until="2002-Q4")
    others = [0, 1, 3, 4, 5]
    assert differing(before, after, ours=others, theirs=others) == []
    assert before.failures == []
    (failure,) = after.failures
    assert (failure.world, failure.quarter) == (2, 0)
    assert np.isnan(failure.value)


def test_worlds_permuted_are_results_permuted():
    order = [4, 0, 6, 2, 1, 5, 3]
    parameters = drawn_parameters(7)
    straight = run(library(), worlds=7, parameters=parameters, until="2006-Q4")
    permuted = run(
        library(), replicates=order, parameters=only(parameters, *order), until="2006-Q4"
    )
    assert differing(permuted, straight, theirs=order) == []


def test_drivers_and_events_changed_from_a_quarter_on_leave_everything_before_it_alone():
    moved = dict.fromkeys(library().drivers, lambda path: np.where(path > 0.5, 0.31, 0.87))
    attack = Event("china_asset_attack", at("2010-Q1"), state="TJK")
    other = changed(since="2010-Q1", events=[attack], **moved)
    before, after = (run(each, worlds=3, until="2010-Q4") for each in (library(), other))
    assert differing(before, after, rows=slice(0, at("2010-Q1"))) == []
    assert differing(before, after, rows=slice(at("2010-Q1"), None)) != []


def test_running_longer_leaves_what_came_before_alone(block):
    short = run(library(), worlds=3, until="2003-Q4")
    for name, values in short.columns.items():
        assert np.array_equal(values, block[name][: len(values)][..., :3]), name


def test_what_is_recorded_does_not_change_what_happens(block):
    late = run(library(), worlds=4, since="2004-Q1", until="2004-Q4", tables=["states"])
    rows = slice(at("2004-Q1"), at("2004-Q4") + 1)
    for name, values in late.columns.items():
        assert np.array_equal(values, block[name][rows][..., :4]), name


def test_every_year_levels_are_those_of_the_fourth_quarter_and_flows_are_sums(block):
    yearly = run(library(), worlds=64, every="year", until="2009-Q4")
    assert list(yearly.quarters) == list(range(3, 40, 4))
    for name, values in yearly.columns.items():
        quarterly = block[name][:40][..., :64]
        flow = name.split(".")[1] in ("incidents", "attacks_on_chinese_assets", "unrest")
        summed = quarterly.reshape(10, 4, *quarterly.shape[1:]).sum(axis=1)
        assert np.array_equal(values, summed if flow else quarterly[3::4]), name
