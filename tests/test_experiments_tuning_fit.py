"""Fitting finds what made the data, and says how far it can be trusted."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import multivariate_t, norm, qmc

from agents.rules.choice import luck
from experiments.design.points import read_table
from experiments.errors import BadInput
from experiments.record.measurement import observed
from experiments.record.observations import load_record
from experiments.tuning import outputs
from experiments.tuning.convergence import converged, diagnosed
from experiments.tuning.fit import Budget, emulated, explored, fitted, thinned
from experiments.tuning.likelihood import (
    FADING,
    FREEDOM,
    LUCKS,
    SHAPES,
    Likelihood,
    groups_of,
    log_determinant,
    student,
)
from experiments.tuning.uncertain import tunable
from scenarios.parameters import load_parameters
from scenarios.posterior import MADE_FROM

TINY = Budget(screen=64, keep=3, points=64, rounds=1, chains=8, steps=40, members=24)


@pytest.fixture(scope="module")
def figures():
    found = observed(load_record())
    chosen = (found["variable"] == "trade_share") & (found["year"] <= 2003)
    return found[chosen].reset_index(drop=True)


@pytest.fixture(scope="module")
def fit(figures):
    return fitted(figures, 2002, TINY)


def test_luck_covaries_over_years_as_that_of_worlds_does():
    shape, rng = SHAPES[4], np.random.default_rng(0)
    lasting = passing = np.zeros(4000)
    quarters = []
    for _ in range(600):
        surprise = rng.standard_normal(4000)
        lasting = luck(lasting, surprise, shape.memory, shape.part)
        passing = luck(passing, surprise, FADING, 1 - shape.part)
        quarters.append(lasting + passing)
    years = np.array(quarters[400:]).reshape(50, 4, -1).mean(axis=1)
    found = [(years[:-5] * years[ago : 45 + ago]).mean() for ago in range(5)]
    assert found == pytest.approx(shape.covariances[:5], rel=0.05)


def test_misses_are_as_likely_as_a_student_law_says(figures):
    group = groups_of(figures)[0]
    factor, miss = group.factor(40), np.linspace(-0.2, 0.3, len(group.rows))
    found = student(((factor @ miss) ** 2).sum(), len(miss), log_determinant(factor))
    law = multivariate_t(np.zeros(len(miss)), group.covariance(40), df=FREEDOM)
    assert float(found) == pytest.approx(law.logpdf(miss))


def test_a_wrong_level_costs_less_than_a_wrong_move(figures):
    y, years = figures["y"].to_numpy(), figures["year"].to_numpy() - 2000.0
    predicted = np.stack([y, y + 0.6, y + 0.4 * (years - years.mean())], axis=1)
    right, level, move = Likelihood(groups_of(figures))(predicted)
    assert right > level > move


def test_an_emulator_learns_what_is_quadratic_and_chains_walk_on_it(figures):
    rng = np.random.default_rng(0)
    slopes = rng.normal(0, 0.05, (len(figures), 3))
    y = figures["y"].to_numpy()[:, None]

    def predict(points):
        return y + slopes @ (points - 0.5).T

    groups = groups_of(figures)
    points = rng.standard_normal((400, 3))
    likely = dict.fromkeys(["trade_share"], 40)
    emulator = emulated(points, predict(points), groups, likely)
    fresh = rng.standard_normal((5, 3))
    factors = [group.factor(40) for group in groups]
    true = sum(
        student(((f @ (g.y[:, None] - predict(fresh)[g.rows])) ** 2).sum(axis=0),
                len(g.rows), log_determinant(f))
        for g, f in zip(groups, factors, strict=True)
    )  # fmt: skip
    assert emulator(fresh) == pytest.approx(true, abs=0.5)
    chains = explored(emulator, points[:8], 1000, 0)
    assert converged(diagnosed("abc", chains))
    grid = rng.standard_normal((100_000, 3))
    weight = np.exp(emulator(grid) - emulator(grid).max())
    flat = chains.reshape(-1, 3)
    assert flat.mean(axis=0) == pytest.approx((weight @ grid) / weight.sum(), abs=0.1)
    assert thinned(chains, 100).shape == (100, 3)


def test_chains_that_start_where_nothing_can_be_come_to_an_end():
    chains = explored(lambda points: -(points**2).sum(axis=1), np.full((8, 2), 9.0), 200, 0)
    assert np.isfinite(chains).all()
    assert chains.std() == pytest.approx(3**-0.5, rel=0.2)


def test_chains_that_sit_apart_or_never_move_have_not_converged():
    rng = np.random.default_rng(0)
    apart = rng.standard_normal((4, 200, 1)) + np.arange(4)[:, None, None]
    assert not converged(diagnosed("a", apart))
    assert not converged(diagnosed("a", np.ones((4, 200, 1))))
    assert converged(diagnosed("a", rng.standard_normal((4, 500, 1))))


def test_first_shares_weights_luck_and_what_is_exact_are_not_tuned():
    registry = load_parameters()
    names = tunable(registry)
    assert "remittance_trade" in names
    assert not [n for n in names if n.startswith(("initial_reliance", "share_noise", "noise_"))]
    assert not [n for n in names if registry[registry.positions[n][0]].exact]


def test_a_fit_has_members_within_the_registrys_ranges_and_knows_no_later_year(fit, figures):
    registry = load_parameters()
    assert {"share_noise.trade", "noise_persistence", "noise_lasting_part"} <= fit.members.keys()
    for name, values in fit.members.items():
        assert len(values) == 24
        for value in values:
            registry.check(name, float(value))
    assert set(fit.best) == set(fit.members)
    assert fit.figures["year"].max() == 2002 < figures["year"].max()
    changed = figures.assign(y=figures["y"] + (figures["year"] > 2002))
    again = fitted(changed, 2002, TINY)
    assert all(np.array_equal(again.members[n], values) for n, values in fit.members.items())
    sizes = {LUCKS[place][1] for place in fit.lucks["trade_share"]}
    low = registry.leaves["share_noise.trade"].low
    expected = {round(max(each, low), 9) for each in sizes}
    assert expected == {round(each, 9) for each in fit.members["share_noise.trade"]}


def test_the_page_says_what_was_used_and_whether_it_converged(fit, tmp_path):
    page = outputs.page(fit, tmp_path / "mine.csv")
    assert "DID NOT CONVERGE" in page
    assert "mine.csv" in page
    assert f"{len(fit.figures)} figures of 2000 to 2002" in page
    assert "It is not skill" in page
    assert outputs.learned(fit)["narrowing"].notna().all()


def test_a_posterior_at_the_end_of_its_range_is_named():
    rng = np.random.default_rng(0)
    assert outputs.pressed(rng.uniform(2, 3, 1000), 2, 3) == ""
    assert outputs.pressed(2 + rng.exponential(0.1, 1000), 2, 3) == "low"
    assert outputs.pressed(3 - rng.exponential(0.1, 1000), 2, 3) == "high"


def test_a_posterior_can_be_read_by_run_and_so_can_the_best_point(fit, tmp_path):
    outputs.write(fit, tmp_path / "out")
    registry = load_parameters()
    table = read_table(tmp_path / "out" / outputs.POSTERIOR, registry)
    assert {name: values.tolist() for name, values in table.items()} == {
        name: values.tolist() for name, values in fit.members.items()
    }
    best = load_parameters(tmp_path / "out" / outputs.BEST).leaves
    assert all(best[name].value == pytest.approx(value) for name, value in fit.best.items())
    outputs.ship(fit, tmp_path)
    shipped = read_table(tmp_path / "2002.csv", registry)
    for name, values in shipped.items():
        assert values == pytest.approx(fit.members[name], rel=1e-5)
    assert shipped.keys() == fit.members.keys()
    first = (tmp_path / "2002.csv").read_text().partition("\n")[0]
    assert first.startswith(MADE_FROM)
    assert "Largest R-hat" in first


def test_a_folder_with_other_things_is_refused_and_left_alone(tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(BadInput, match="holds other things"):
        outputs.refuse_others(tmp_path, outputs.POSTERIOR)
    with pytest.raises(BadInput, match="is a file"):
        outputs.refuse_others(tmp_path / "thesis.txt", outputs.POSTERIOR)
    outputs.refuse_others(tmp_path / "new", outputs.POSTERIOR)
    assert [each.name for each in tmp_path.iterdir()] == ["thesis.txt"]


@pytest.mark.slow
def test_a_posterior_of_worlds_made_with_known_parameters_covers_these(monkeypatch):
    from experiments.tuning.fit import Fitting

    found = observed(load_record())
    chosen = found["variable"].isin(["trade_share", "remittances_received"])
    figures = found[chosen & (found["year"] <= 2014)].reset_index(drop=True)
    maker = Fitting(figures, 2014, replace(TINY, screen=256, keep=8))
    maker.prior = replace(maker.prior, names=maker.screened())
    rng, ranks, lasting = np.random.default_rng(3), [], LUCKS.index((2, 0.07))
    truths = norm.ppf(qmc.LatinHypercube(8, rng=3).random(3))  # few draws, but evenly beforehand
    for number, truth in enumerate(truths[:, np.newaxis]):
        y = maker.predicted("truth", truth)[:, 0].copy()
        for group in groups_of(figures):
            root = np.linalg.cholesky(group.covariance(lasting) + 1e-9 * np.eye(len(group.rows)))
            y[group.rows] += root @ rng.standard_normal(len(group.rows))
        made = figures.assign(y=y)
        budget = Budget(screen=256, keep=8, points=384, rounds=1, chains=16, steps=300, members=400)
        fitting = Fitting(made, 2014, budget, seed=number)
        monkeypatch.setattr(fitting, "screened", lambda: maker.prior.names)  # what differs is tuned
        members = fitting.run().members
        ranks += [(members[k] < true).mean() for k, true in maker.prior.points(truth).items()]
    inside = np.abs(np.array(ranks) - 0.5) <= 0.45
    assert len(ranks) == 3 * len(maker.prior.names)
    assert inside.mean() > 0.75  # of 24 numbers 90 % are meant to be; fewer are once in fifty times
