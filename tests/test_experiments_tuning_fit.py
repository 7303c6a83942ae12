"""Fitting finds what made the data, stage by stage, and says how far it can be trusted."""

from __future__ import annotations

import shutil
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from experiments.design.inputs import read_table
from experiments.record.measurement import observed
from experiments.record.observations import load_record
from experiments.refusals import BadInput
from experiments.tuning.budget import Budget
from experiments.tuning.fit import fitted
from experiments.tuning.forecasting import corrections
from experiments.tuning.hindcast import hindcast_of, predict_worlds
from experiments.tuning.likelihood import likelihood_of
from experiments.tuning.matching import implausibility, matched
from experiments.tuning.noise import changes_of
from experiments.tuning.optimum import optimised
from experiments.tuning.outputs import best_file, write_posterior
from experiments.tuning.page import learned, pressed, written
from experiments.tuning.prior import box, candidates
from experiments.tuning.stages import WORKING, Stages
from scenarios.parameters import load_parameters

TINY = Budget(
    points=32, screen=64, keep=3, generations=2, population=16, noise=1, refits=1, moves=5,
    chains=8, steps=20, members=24, pairs=1,
)  # fmt: skip


@pytest.fixture(scope="module")
def figures():
    found = observed(load_record())
    chosen = (found["variable"] == "trade_share") & (found["year"] <= 2003)
    return found[chosen].reset_index(drop=True)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("tuning")


@pytest.fixture(scope="module")
def fit(figures, folder):
    return fitted(figures, 2002, TINY, folder=folder)


def corrections_of(fit):
    """How far each series of a fit has to be moved, from a few worlds."""
    worlds = predict_worlds(hindcast_of(fit.figures), fit.members, 8)
    return corrections(fit.figures, worlds, fit.slopes, fit.until)


def bowl(unit):
    return -0.5 * (((unit - 0.6) / 0.08) ** 2).sum(axis=1)


def test_optimisation_finds_the_top_of_a_hill():
    best, history = optimised(bowl, np.full(3, 0.2), 40, 16)
    assert best == pytest.approx(0.6, abs=0.02)
    assert (np.diff(history) >= 0).all()


def test_points_near_the_record_are_likelier_and_less_implausible(figures):
    rng = np.random.default_rng(0)
    worlds = figures["y"].to_numpy()[:, None] + rng.normal(0, 0.1, (len(figures), 256))
    likelihood = likelihood_of(figures, worlds)
    off = np.array([0.0, 1.0]) * np.linspace(-1, 1, len(figures))[:, None]
    predicted = figures["y"].to_numpy()[:, None] + off
    near, far = likelihood(predicted)
    assert near > far
    assert (implausibility(predicted, likelihood)[:, 0] < 1).all()


def test_history_matching_keeps_a_few_points_when_all_are_implausible():
    found = matched(np.full((5, 100), 9.0) + np.arange(100) / 100)
    assert found.relaxed
    assert found.plausible.sum() == 32


def test_a_range_of_noise_is_judged_by_changes_within_a_lens(figures):
    changes = changes_of(figures)
    years = figures["year"].to_numpy()
    apart = years[changes.later] - years[changes.earlier]
    assert set(apart) == {1, 2, 3}
    assert np.allclose(changes.weight, 1 / apart)
    rng = np.random.default_rng(0)
    calm, right = rng.normal(0, 0.01, (len(figures), 64)), rng.normal(0, 0.2, (len(figures), 64))
    assert changes.likelihood(right) > changes.likelihood(calm)


def test_initial_shares_weights_and_noise_are_no_candidates():
    registry = load_parameters()
    names = candidates(registry)
    assert "remittance_trade" in names
    started = ("initial_reliance", "domain_weight", "share_noise", "world_")
    assert not [name for name in names if name.startswith(started)]
    prior = box(names, registry)
    points = prior.points(np.array([[0.0] * len(names), [1.0] * len(names)]))
    for name, values in points.items():
        registry.check(name, values[0])
        registry.check(name, values[1])


def test_a_fit_has_members_within_the_registrys_ranges(fit):
    registry = load_parameters()
    assert len(fit.members) > 3
    for name, values in fit.members.items():
        assert len(values) == 24
        for value in values:
            registry.check(name, float(value))
    assert set(fit.best) == set(fit.members)
    assert learned(fit)["narrowing"].notna().all()


def test_a_fit_that_was_interrupted_goes_on_to_the_same_end(figures, fit, folder, tmp_path):
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    for name in ("posterior-0", "noise"):
        (tmp_path / WORKING / f"{name}.npz").unlink()
    again = fitted(figures, 2002, TINY, folder=tmp_path)
    assert again.members.keys() == fit.members.keys()
    for name, values in again.members.items():
        assert values == pytest.approx(fit.members[name], abs=1e-9)


def test_a_posterior_at_the_end_of_its_range_is_named():
    rng = np.random.default_rng(0)
    assert pressed(rng.uniform(2, 3, 1000), 2, 3) == ""
    assert pressed(2 + rng.exponential(0.1, 1000), 2, 3) == "low"
    assert pressed(3 - rng.exponential(0.1, 1000), 2, 3) == "high"


def test_the_page_says_whether_the_posterior_converged(fit):
    page = written(fit, corrections_of(fit), "made")
    assert "DID NOT CONVERGE" in page
    assert "it took" in page
    assert "it had not seen" in page


def test_the_page_of_one_point_says_that_it_identifies_nothing(fit):
    row = {"variable": "trade_share", "state": "KAZ", "partner": "CHN", "lens": "", "year": 2002}
    moved = pd.DataFrame([{**row, "correction": 0.0}])
    point = {name: values[:1] for name, values in fit.members.items()}
    page = written(replace(fit, members=point, diagnostics=None), moved, "")
    assert "one point identifies nothing" in page
    assert "spread left" not in page
    assert all(f"| {name} |" in page for name in point)
    assert "one point identifies nothing" not in written(fit, moved, "")


def test_figures_after_the_last_year_do_not_reach_the_fit(fit, figures):
    assert fit.figures["year"].max() == 2002 < figures["year"].max()


def test_a_posterior_can_be_read_by_run_and_so_can_the_best_point(fit, tmp_path):
    write_posterior(fit, tmp_path / "posterior.parquet")
    table = read_table(tmp_path / "posterior.parquet", load_parameters())
    assert {name: values.tolist() for name, values in table.items()} == {
        name: values.tolist() for name, values in fit.members.items()
    }
    (tmp_path / "best.yaml").write_text(best_file(fit))
    best = load_parameters(tmp_path / "best.yaml").leaves
    assert all(best[name].value == pytest.approx(value) for name, value in fit.best.items())


def test_stages_are_computed_once_and_other_inputs_refused(tmp_path):
    calls = []

    def compute():
        calls.append(1)
        return {"x": np.arange(3)}

    for _ in range(2):
        found = Stages(tmp_path, {"until": 2015}).done("one", compute)
    assert found["x"].tolist() == [0, 1, 2]
    assert len(calls) == 1
    with pytest.raises(BadInput, match=r"other inputs: until \(2015 there\)"):
        Stages(tmp_path, {"until": 2014})
