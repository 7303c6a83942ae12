"""Paths through the record: they meet the figures, and know nothing that came later."""

from __future__ import annotations

import numpy as np
import pytest

from model.smoothing import coefficients, smoothed
from scenarios.observed import Figure, figures, followed
from scenarios.vocabulary import DOMAINS, OPTIONS, STATES

WORLDS = 4000


def figure(year, log_odds, error=0.1, **other):
    given = {"change": False, "first": year, "last": year} | other
    return Figure("trade", "KAZ", "CHN", log_odds=log_odds, error=error, line=1, **given)


def walked(path, first, seed=0):
    luck = np.random.default_rng(seed)
    x, found = np.full(WORLDS, first), []
    for level, memory, spread in zip(path.level, path.memory, path.spread, strict=True):
        x = level + memory * x + spread * luck.standard_normal(WORLDS)
        found.append(x)
    return np.stack(found)


def test_walking_forward_draws_from_all_paths_that_agree_with_the_figures():
    own, step, entry = [figure(2000, -2.0), figure(2001, -1.5, 0.2), figure(2003, -1.0)], 0.15, 1.0
    variances = np.array([entry**2, *[step**2] * 15])
    walk = np.minimum.outer(np.cumsum(variances), np.cumsum(variances))
    seen = np.zeros((6, 16))
    seen[np.arange(6), [1, 2, 5, 6, 13, 14]] = 1
    noise = np.diag(np.repeat([2 * each.error**2 for each in own], 2))
    gain = walk @ seen.T @ np.linalg.inv(seen @ walk @ seen.T + noise)
    expected = -2.2 + gain @ (np.repeat([each.log_odds for each in own], 2) + 2.2)
    spread = np.sqrt(np.diag(walk - gain @ seen @ walk))
    drawn = walked(smoothed(own, step), -2.2)
    assert np.allclose(drawn.mean(axis=1), expected, atol=4 * spread.max() / np.sqrt(WORLDS))
    assert np.allclose(drawn.std(axis=1), spread, rtol=0.05)


def test_only_changes_count_of_figures_that_are_meant_so():
    own = [figure(year, 3.0 + 0.2 * (year - 2000), change=True) for year in range(2000, 2006)]
    drawn = walked(smoothed(own, 0.1), 0.0)
    assert drawn[-1].mean() == pytest.approx(0.9, abs=0.15)


def test_what_was_observed_later_is_not_known():
    early, whole = coefficients(2010), coefficients()
    assert len(early) == 4 * 11
    assert len(whole) > len(early)
    alone = coefficients(2010, start=40)
    assert set(alone[:40]) == {None}
    assert alone[40].seen.any()


def test_each_quarter_goes_through_the_figures_of_its_year():
    kyrgyz = DOMAINS.index("trade"), OPTIONS.index("CHN"), STATES.index("KGZ"), 0
    luck, x, found = np.random.default_rng(1), np.full(WORLDS, -2.4), []
    for quarter in coefficients():
        level, memory, spread = (
            each[kyrgyz] for each in (quarter.level, quarter.memory, quarter.spread)
        )
        x = level + memory * x + spread * luck.standard_normal(WORLDS)
        found.append(1 / (1 + np.exp(-x)))
    years = np.mean(np.reshape(found[:92], (23, 4, WORLDS)), axis=(1, 2))
    own = [each for each in figures() if each.domain == "trade"]
    seen = [f for f in own if (f.state, f.option) == ("KGZ", "CHN")]
    shares = np.array([1 / (1 + np.exp(-each.log_odds)) for each in seen])
    assert np.abs(years - shares).max() < 0.03
    assert np.abs(years - shares).mean() < 0.01


def test_a_whole_of_shares_is_marked_where_all_options_are_seen():
    trade, kyrgyz = DOMAINS.index("trade"), STATES.index("KGZ")
    whole = [quarter.whole[trade, 0, kyrgyz, 0] for quarter in coefficients()]
    assert whole == [1.0] * 92 + [0.0] * 4
    assert set(followed()) >= {"trade", "energy", "finance", "culture", "security", "diplomacy"}
