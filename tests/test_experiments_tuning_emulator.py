"""The emulator says what the hindcast would, as far as a polynomial can."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.record.measurement import observed
from experiments.record.observations import load_record
from experiments.tuning.emulator import condense, emulated, features, terms
from experiments.tuning.likelihood import likelihood_of

LEAVES = 4


@pytest.fixture(scope="module")
def figures():
    """Figures that are compared as they are, and others by links whose slope is fitted."""
    found = observed(load_record())
    chosen = found["variable"].isin(["trade_share", "fbic"]) & (found["year"] <= 2004)
    return found[chosen].reset_index(drop=True)


@pytest.fixture(scope="module")
def likelihood(figures):
    rng = np.random.default_rng(0)
    worlds = figures["y"].to_numpy()[:, None] + rng.normal(0, 0.1, (len(figures), 256))
    return likelihood_of(figures, worlds)


@pytest.fixture(scope="module")
def predict(figures):
    """A model: figures that are quadratic in the unit point."""
    rng = np.random.default_rng(1)
    slopes = rng.normal(0, 0.2, (len(figures), LEAVES))
    bends = rng.normal(0, 0.1, (len(figures), LEAVES, LEAVES))

    def predicted(unit):
        off = unit - 0.5
        bent = np.einsum("fij,pi,pj->fp", bends, off, off)
        return figures["y"].to_numpy()[:, None] + slopes @ off.T + bent

    return predicted


def points(count, seed):
    return np.random.default_rng(seed).random((count, LEAVES))


def test_as_many_terms_as_are_announced():
    for leaves in (1, 2, 7):
        assert features(np.full((3, leaves), 0.3)).shape == (3, terms(leaves))


def test_a_few_directions_are_as_likely_as_all_figures(likelihood, predict):
    predicted = predict(points(200, 0))
    directions, condensed = condense(likelihood, predicted)
    assert len(directions) < len(predicted) / 2
    assert condensed(directions @ predicted) == pytest.approx(likelihood(predicted), abs=0.1)


def test_points_that_were_not_fitted_are_met(likelihood, predict):
    emulator = emulated(points(300, 0), predict(points(300, 0)), likelihood)
    unseen = points(100, 1)
    assert emulator(unseen) == pytest.approx(likelihood(predict(unseen)), abs=0.5)


def test_points_at_which_the_model_fails_teach_nothing(likelihood, predict):
    unit = points(300, 0)
    broken = predict(unit)
    broken[3, :10] = np.nan
    emulator, without = (
        emulated(unit, broken, likelihood), emulated(unit[10:], broken[:, 10:], likelihood)
    )  # fmt: skip
    assert np.array_equal(emulator.weights, without.weights)
