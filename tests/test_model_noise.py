"""Luck: a world's and a state's own, whoever else is there."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest

from model.noise import BLOCK, RUN, Draw, Noise, Streams
from model.uncertainty import draw_judgement
from scenarios.parameters import load_parameters
from scenarios.registry import Registry
from scenarios.vocabulary import STATES

SUBSETS = ([2], [2, 8], range(BLOCK), [8, 700, 2, 301, 2], range(250, 262))


@pytest.mark.parametrize("replicates", SUBSETS, ids=str)
def test_a_world_has_its_luck_alone_in_any_block_order_or_subset(replicates):
    many = Noise(3, np.array(replicates)).quarter(5)
    for place, replicate in enumerate(replicates):
        alone = Noise(3, np.array([replicate])).quarter(5)
        for each in fields(Draw):
            drawn, own = getattr(many, each.name), getattr(alone, each.name)
            assert np.array_equal(drawn[..., place], own[..., 0]), (replicate, each.name)


def test_worlds_seeds_quarters_and_states_differ_in_luck():
    noise = Noise(3, np.array([2, 8, 258]))
    draws = [noise.quarter(0).shares.copy(), noise.quarter(1).shares]
    draws += [Noise(4, np.array([2, 8, 258])).quarter(0).shares]
    numbers = np.concatenate([each.ravel() for each in draws])
    assert len(np.unique(numbers)) == numbers.size


def test_every_number_is_drawn_and_has_its_distribution():
    noise, replicates = Noise(1, np.arange(2 * BLOCK)), 2 * BLOCK
    draw = noise.quarter(3)
    assert draw.normals.shape == (209, replicates)
    assert draw.uniforms.shape == (26, replicates)
    assert np.abs(draw.normals.mean(axis=1)).max() < 5 / np.sqrt(replicates)
    assert np.abs(draw.normals.std(axis=1) - 1).max() < 5 / np.sqrt(2 * replicates)
    assert np.abs(draw.uniforms.mean(axis=1) - 0.5).max() < 5 / np.sqrt(12 * replicates)
    assert draw.uniforms.min() >= 0
    assert draw.uniforms.max() < 1


def test_a_state_more_leaves_the_luck_of_the_others_as_it_is():
    five, six = (Noise(3, np.arange(7), states=each) for each in (STATES, ("AFG", *STATES)))
    for index in range(3):
        own, wider = five.quarter(index), six.quarter(index)
        assert wider.shares.shape == (8, 5, 6, 7)
        assert np.array_equal(wider.shares[:, :, 1:], own.shares)
        assert np.array_equal(wider.incidents[:, 1:], own.incidents)
        for name in ("moods", "unrest", "interventions"):
            assert np.array_equal(getattr(wider, name)[1:], getattr(own, name)), name
        for name in ("growth", "clash", "events"):
            assert np.array_equal(getattr(wider, name), getattr(own, name)), name


def test_noise_on_drivers_leaves_all_other_luck_as_it_is():
    plain, disturbed = (Noise(3, np.arange(4)) for _ in range(2))
    shocks = disturbed.on_drivers(2, 9)
    assert shocks.shape == (9, 4)
    assert np.array_equal(disturbed.quarter(2).normals, plain.quarter(2).normals)
    assert np.array_equal(Noise(3, np.array([3])).on_drivers(2, 9)[:, 0], shocks[:, 3])


def test_noise_keeps_what_forks_will_ask_for_again_and_forgets_the_past():
    first, kept_from = Noise(3, np.array([2])), RUN + 1
    noise = Noise(3, np.array([2]), kept_from)
    noise.quarter(3 * RUN)
    for index in (kept_from, 2 * RUN, 3 * RUN):
        assert np.array_equal(noise.quarter(index).shares, first.quarter(index).shares)
    with pytest.raises(KeyError):
        noise.quarter(kept_from - 1)


def test_the_luck_of_a_run_stays_in_memory_and_that_before_it_makes_room():
    noise = Noise(3, np.array([2]), kept_from=100)
    draws = [noise.quarter(index).normals for index in range(3 * RUN)]
    assert len({each.ctypes.data for each in draws}) == RUN


def test_a_parameter_more_leaves_the_judgement_of_the_others_as_it_is():
    registry = load_parameters()
    first = next(each for each in registry.values() if not each.exact)
    fewer = Registry({**registry, first.name: replace(first, exact="left out")})
    whole, others = (draw_judgement(each, 5, range(20)) for each in (registry, fewer))
    assert others.keys() == whole.keys() - {first.name}
    assert all(np.array_equal(whole[name], others[name]) for name in others)


def test_streams_are_read_on_and_in_blocks_of_their_own():
    def drawn(generator):
        return generator.random(BLOCK)

    once, streams = Streams(9, [BLOCK]).read("KAZ", drawn), Streams(9, [0, BLOCK])
    first, second = (streams.read("KAZ", drawn) for _ in range(2))
    assert first[1] == once[0]
    assert len({*first, *second}) == 4
