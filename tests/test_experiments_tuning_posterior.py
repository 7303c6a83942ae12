"""Chains reach the true posterior however wrong the emulator, and are judged one by one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from scipy.stats import qmc

from experiments.tuning.convergence import converged, diagnosed
from experiments.tuning.posterior import Walk, covariance_root, explored, sampled, thinned

CENTRE = np.array([0.95, 0.5, 0.3])
COVARIANCE = np.array([[0.04, 0.02, 0.0], [0.02, 0.03, -0.01], [0.0, -0.01, 0.02]])


def quadratic(unit):
    """A correlated Gaussian, which the unit cube cuts."""
    off = unit - CENTRE
    return -0.5 * (off @ np.linalg.inv(COVARIANCE) * off).sum(axis=1)


def truth(unit):
    """The same, bent."""
    return quadratic(unit) - 8 * (unit[:, 2] - unit[:, 1] ** 2) ** 2


def elsewhere(unit):
    """An emulator that is wrong on purpose: off centre, and too wide."""
    return 0.7 * quadratic(unit + 0.04)


def starts(chains):
    return np.random.default_rng(0).random((chains, 3))


@pytest.fixture(scope="module")
def exact():
    """Points all over the cube and their true weights."""
    unit = qmc.Sobol(3, rng=0).random_base2(16)
    weight = np.exp(truth(unit))
    return unit, weight / weight.sum()


@pytest.fixture(scope="module", params=[truth, quadratic, elsewhere])
def drawn(request):
    """Chains and what is said of them."""
    walk, _, ends = explored(request.param, starts(64), 12)
    ends = sampled(truth, walk, ends, 30, warming=True).chains[:, -1]
    chains = sampled(truth, walk, ends, 250, seed=1).chains
    return chains, diagnosed("abc", chains)


def test_chains_converge_whatever_the_emulator(drawn):
    assert converged(drawn[1])


def test_means_and_deviations_are_those_of_the_truth(drawn, exact):
    (chains, told), (unit, weight) = drawn, exact
    mean = weight @ unit
    deviation = np.sqrt(weight @ (unit - mean) ** 2)
    error = deviation / np.sqrt(told["effective"].to_numpy())
    draws = chains.reshape(-1, 3)
    assert (np.abs(draws.mean(axis=0) - mean) < 4 * error).all()
    assert (np.abs(draws.std(axis=0) - deviation) < 4 * error).all()


@pytest.mark.parametrize("share", [0.05, 0.5, 0.95])
def test_quantiles_are_those_of_the_truth(drawn, exact, share):
    (chains, told), (unit, weight) = drawn, exact
    error = np.sqrt(share * (1 - share) / told["tail"].to_numpy())
    for place, found in enumerate(np.quantile(chains.reshape(-1, 3), share, axis=0)):
        assert weight[unit[:, place] < found].sum() == pytest.approx(share, abs=4 * error[place])


def test_a_perfect_emulator_is_never_refused_and_a_wrong_one_is():
    jump = covariance_root(starts(64))
    right = sampled(truth, Walk(truth, jump, 5), starts(64), 20)
    wrong = sampled(truth, Walk(elsewhere, jump, 5), starts(64), 20)
    assert right.accepted.all()
    assert np.abs(right.misjudged).max() < 1e-9
    assert 0.1 < wrong.accepted.mean() < 0.9
    assert wrong.misjudged.std() > 0.3


def test_chains_leave_points_that_cannot_be_and_never_go_there():
    def half(unit):
        return np.where(unit[:, 0] < 0.5, -np.inf, truth(unit))

    walk = Walk(quadratic, covariance_root(starts(64)), 10)
    found = sampled(half, walk, starts(64), 60)
    assert (found.chains[:, 30:, 0] >= 0.5).all()


def test_workers_share_chains_and_change_nothing():
    walk = Walk(quadratic, covariance_root(starts(70)), 5)
    alone = sampled(truth, walk, starts(70), 5)
    with ThreadPoolExecutor(2) as executor:
        shared = sampled(truth, walk, starts(70), 5, executor=executor)
    assert np.array_equal(alone.chains, shared.chains)


def test_chains_that_never_move_have_not_converged():
    still = np.repeat(np.random.default_rng(0).random((64, 1, 2)), 200, axis=1)
    found = diagnosed("ab", still)
    assert (found["r_hat"] > 10).all()
    assert not converged(found)


def test_chains_that_hardly_move_have_not_converged():
    rng = np.random.default_rng(0)
    slow = rng.random((64, 1, 1)) + 0.01 * rng.standard_normal((64, 200, 1)).cumsum(axis=1)
    assert not converged(diagnosed("a", slow))


def test_chains_of_one_value_have_not_converged():
    assert not converged(diagnosed("a", np.full((8, 100, 1), 0.5)))


def test_chains_that_sit_apart_have_not_converged():
    rng = np.random.default_rng(0)
    apart = rng.normal(0, 0.01, (4, 400, 1)) + np.array([0.2, 0.8, 0.2, 0.8])[:, None, None]
    assert not converged(diagnosed("a", apart))


def test_chains_of_different_widths_have_not_converged():
    rng = np.random.default_rng(0)
    widths = np.array([0.1, 0.3, 0.1, 0.3])[:, None, None]
    assert not converged(diagnosed("a", widths * rng.standard_normal((4, 1000, 1))))


def test_independent_draws_have_converged_unless_there_are_few():
    rng = np.random.default_rng(0)
    assert converged(diagnosed("ab", rng.random((8, 400, 2))))
    assert not converged(diagnosed("ab", rng.random((4, 50, 2))))


def test_members_are_spread_evenly_over_steps():
    chains = np.broadcast_to(np.arange(100.0)[None, :, None], (8, 100, 1))
    draws = thinned(chains, 200)
    assert draws.shape == (200, 1)
    assert np.unique(draws).size == 100
