"""What a move of the model is worth is learnt from past moves alone, and from few with caution."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from experiments.record.measurement import load_measurement, observed
from experiments.record.observations import load_record
from experiments.tuning.forecasting import forecasts
from experiments.tuning.links import echo, links_of

ORIGIN = 2010
RNG = np.random.default_rng(3)


@pytest.fixture(scope="module")
def figures():
    return observed(load_record())


def chosen(figures, variable):
    return figures[figures["variable"] == variable].reset_index(drop=True)


def knowing(figures, slope=1.0):
    """Worlds that move as the record does, stretched, with a little noise."""
    y = figures["y"].to_numpy()[:, None] / slope
    return y + RNG.normal(0, 0.02, (len(figures), 64))


def walks(count=30, years=16, size=0.1):
    """Figures of a made-up variable: shares that walk at random, seen without error."""
    y = np.log(0.2) + np.cumsum(RNG.normal(0, size, (count, years)), axis=1)
    parts = [
        pd.DataFrame(
            {"variable": "trade_share", "state": f"S{i:02}", "partner": "RUS", "lens": "national",
             "year": np.arange(2000, 2000 + years), "value": np.exp(y[i]), "y": y[i],
             "error": 1e-6}
        )
        for i in range(count)
    ]  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def test_what_moves_with_the_record_is_believed_and_what_does_not_is_not(figures):
    part = chosen(figures, "fbic")
    most = load_measurement().instruments["fbic"].slope
    stirring = RNG.normal(0, 1, (len(part), 1)) + RNG.normal(0, 0.02, (len(part), 64))
    assert links_of(part, knowing(part, most), ORIGIN)["fbic"].slope == pytest.approx(most, abs=0.1)
    assert links_of(part, stirring, ORIGIN)["fbic"].slope < 0.1


def test_a_drift_that_all_share_is_no_evidence_for_a_link(figures):
    part = chosen(figures, "fbic")
    growing = np.repeat(0.3 * (part["year"].to_numpy(float)[:, None] - 2000), 8, axis=1)
    assert links_of(part, growing, ORIGIN)["fbic"].slope < 0.05


def test_nothing_after_the_origin_reaches_a_link(figures):
    worlds = knowing(figures)
    later = figures["year"] > ORIGIN
    changed = figures.assign(y=figures["y"] + later * 2.0, value=figures["value"] * (1 + later))
    other = np.where(later.to_numpy()[:, None], RNG.normal(size=worlds.shape), worlds)
    before, after = links_of(figures, worlds, ORIGIN), links_of(changed, other, ORIGIN)
    for name, link in before.items():
        assert (link.slope, link.momentum, link.power) == (
            after[name].slope, after[name].momentum, after[name].power,
        )  # fmt: skip
        assert np.array_equal(link.misses(), after[name].misses())


def test_intervals_are_as_wide_as_a_random_walk_is():
    figures = walks()
    still = np.zeros((len(figures), 32)) + RNG.normal(0, 0.01, 32)
    made = list(forecasts(figures, still, ORIGIN, 2014, "anchored"))
    inside = [
        np.quantile(each.sample, 0.05) <= each.value <= np.quantile(each.sample, 0.95)
        for each in made
    ]
    assert 0.8 < np.mean(inside) < 0.97
    widths = {each.horizon: np.std(each.changes) for each in made}
    assert widths[4] > 1.5 * widths[1]


def test_surprises_that_go_on_are_carried_on_and_fade():
    figures = walks(size=0.02)
    y = figures["y"].to_numpy().reshape(-1, 16)
    steps = np.zeros_like(y)
    for year in range(1, 16):
        steps[:, year] = 0.7 * steps[:, year - 1] + RNG.normal(0, 0.05, len(y))
    y = np.log(0.2) + np.cumsum(steps, axis=1)
    figures = figures.assign(y=y.ravel(), value=np.exp(y.ravel()))
    link = links_of(figures, np.zeros((len(figures), 8)), ORIGIN)["trade_share"]
    assert link.momentum == pytest.approx(0.7, abs=0.15)
    assert echo(0.5, 1) < echo(0.5, 4) < 1
    assert link.centre(0.0, 0.1, 0.0, 1) == pytest.approx(0.1 * link.momentum)
    assert link.centre(0.0, np.nan, np.nan, 4) == 0


def test_one_figure_is_enough_for_a_cautious_forecast(figures):
    part = chosen(figures, "trade_share").query("state == 'KAZ' and partner == 'CHN'")
    part = part[part["year"].isin([2010, 2012])].reset_index(drop=True)
    worlds = part["y"].to_numpy()[:, None] + RNG.normal(0, 0.05, (2, 64))
    (made,) = forecasts(part, worlds, ORIGIN, 2014, "anchored")
    assert links_of(part, worlds, ORIGIN)["trade_share"].slope == 1
    size, memory = load_measurement().instruments["trade_share"].discrepancy
    least = 2 * size**2 * (1 - np.exp(-2 / memory))
    assert np.var(made.changes) > 0.95 * least


@pytest.mark.parametrize("value", [0.0, 0.2])
def test_series_that_never_move_or_are_nothing_do_no_harm(value):
    flat = walks(3).assign(value=value)
    tool = load_measurement().instruments["trade_share"]
    flat = flat.assign(y=tool.forward(np.full(len(flat), value)))
    for each in forecasts(flat, np.zeros((len(flat), 16)), ORIGIN, 2014, "anchored"):
        assert np.isfinite(each.sample).all()
        assert np.isfinite(each.changes).all()


def test_small_shares_move_more_in_proportion():
    figures = walks(size=0.1)
    small = figures.assign(
        state="T" + figures["state"].str[1:],
        y=3 * (figures["y"] - np.log(0.2)) + np.log(0.02),
    )
    whole = pd.concat([figures, small.assign(value=np.exp(small["y"]))], ignore_index=True)
    link = links_of(whole, np.zeros((len(whole), 8)), ORIGIN)["trade_share"]
    assert link.power > 0.25
    none = replace(link, power=0.0)
    series = ("trade_share", "S00", "RUS", "national")
    assert link.variance(series, 1, 0.2, 0, 0) < none.variance(series, 1, 0.2, 0, 0)


def test_a_free_level_remembers_what_was_missed_lately_and_forgets_it(figures):
    part = chosen(figures, "trade_share").query("state == 'KAZ' and partner == 'CHN'")
    part = part[part["lens"] == "national"].reset_index(drop=True)
    late = part["year"].between(ORIGIN - 1, ORIGIN).to_numpy()
    truth = part["y"].to_numpy()[:, None] + RNG.normal(0, 0.01, (len(part), 64))
    lagging = truth - 0.3 * late[:, None]
    before = {each.year: each for each in forecasts(part, truth, ORIGIN, 2018, "free")}
    after = {each.year: each for each in forecasts(part, lagging, ORIGIN, 2018, "free")}
    moved = {year: np.log(np.median(after[year].sample) / np.median(before[year].sample))
             for year in after}  # fmt: skip
    assert 0.05 < moved[2011] < 0.3
    assert 0 < moved[2018] < 0.7 * moved[2011]
