"""Designs: which worlds there are, and what varies over them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from experiments.design.inputs import resolve
from experiments.design.layout import Design
from experiments.design.spec import RunSpec
from experiments.design.values import Values
from experiments.errors import BadInput
from experiments.results.manifest import stored
from model.quantiles import quantile
from model.uncertainty import ranks
from scenarios.faults import FaultyInput
from scenarios.parameters import load_parameters
from scenarios.scenario import Distribution

RANGE = Distribution("uniform", 0.3, 0.8)
SHARES = {
    leaf.split(".")[1]: each.value
    for leaf, each in load_parameters().leaves.items()
    if leaf.startswith("domain_weight.")
}


def values(batch, start=0, stop=None):
    return Values(batch.assumed, batch.assumed.design.rows(start, stop or batch.worlds))


def test_a_replicate_draws_the_same_whatever_is_drawn_beside_it():
    together = ranks(5, "attention_cost", np.arange(1000))
    alone = [ranks(5, "attention_cost", np.array([replicate]))[0] for replicate in (0, 7, 999)]
    assert together[[0, 7, 999]].tolist() == alone


def test_ranks_are_uniform_and_differ_between_seeds_and_names():
    drawn = ranks(0, "attention_cost", np.arange(20_000))
    assert stats.kstest(drawn, "uniform").pvalue > 0.01
    assert not np.any(drawn == ranks(1, "attention_cost", np.arange(20_000)))
    assert abs(np.corrcoef(drawn, ranks(0, "loss_aversion", np.arange(20_000)))[0, 1]) < 0.02


@pytest.mark.parametrize(
    ("given", "peer"),
    [
        (Distribution("uniform", 1, 3), stats.uniform(1, 2)),
        (Distribution("triangular", 1, 4, mode=2), stats.triang(1 / 3, 1, 3)),
        (Distribution("normal", 0, 2, mean=1.5, sd=0.5), stats.truncnorm(-3, 1, 1.5, 0.5)),
    ],
)
def test_quantiles_are_those_of_scipy(given, peer):
    at = np.linspace(0.001, 0.999, 50)
    np.testing.assert_allclose(quantile(given, at), peer.ppf(at), rtol=1e-9)


def test_a_lognormal_value_has_the_mean_that_was_asked_for():
    wide = Distribution("lognormal", 0, 1e9, mean=2.0, sd=1.0)
    drawn = quantile(wide, (np.arange(200_000) + 0.5) / 200_000)
    assert drawn.mean() == pytest.approx(2.0, rel=1e-3)


@pytest.mark.parametrize("kind", ["uniform", "triangular", "normal", "lognormal"])
def test_values_stay_within_the_range(kind):
    given = Distribution(kind, 0.3, 0.8, mode=0.5, mean=0.7, sd=0.4)
    drawn = quantile(given, np.linspace(0, 1, 101))
    assert drawn.min() >= 0.3
    assert drawn.max() <= 0.8
    assert (np.diff(drawn) >= 0).all()


def test_by_default_every_world_is_a_replicate_of_one_point():
    rows = resolve(RunSpec(("baseline",), worlds=5)).assumed.design.rows(0, 5)
    assert rows.point.tolist() == [0, 0, 0, 0, 0]
    assert rows.replicate.tolist() == [0, 1, 2, 3, 4]


def test_points_are_crossed_with_replicates():
    batch = resolve(
        RunSpec(("baseline",), points=3, replicates=2, settings={"attention_cost": RANGE})
    )
    rows = batch.assumed.design.rows(0, batch.worlds)
    assert rows.point.tolist() == [0, 0, 1, 1, 2, 2]
    assert rows.replicate.tolist() == [0, 1, 0, 1, 0, 1]
    costs = values(batch).of_scenario("baseline")["attention_cost"]
    assert costs[0] == costs[1]
    assert len(set(costs.tolist())) == 3


@pytest.mark.parametrize("design", ["sobol", "lhs"])
def test_designs_fill_the_range_evenly(design):
    wishes = RunSpec(("baseline",), points=64, design=design, settings={"attention_cost": RANGE})
    costs = values(resolve(wishes)).of_scenario("baseline")["attention_cost"]
    counts, _ = np.histogram(costs, bins=8, range=(0.3, 0.8))
    assert counts.tolist() == [8] * 8


def test_a_grid_has_every_combination():
    both = {"attention_cost": RANGE, "loss_aversion": Distribution("uniform", 2, 4)}
    batch = resolve(RunSpec(("baseline",), points=3, design="grid", settings=both))
    assert batch.worlds == 9
    found = values(batch).of_scenario("baseline")
    pairs = set(zip(found["attention_cost"].tolist(), found["loss_aversion"].tolist(), strict=True))
    assert len(pairs) == 9
    assert {pair[0] for pair in pairs} == {0.3, 0.55, 0.8}


def test_lists_are_crossed_with_everything():
    settings = {"attention_cost": (0.4, 0.5, 0.6), "loss_aversion": (2.0, 3.0)}
    batch = resolve(RunSpec(("baseline",), worlds=4, settings=settings))
    assert batch.worlds == 24
    found = values(batch).of_scenario("baseline")
    pairs = set(zip(found["attention_cost"].tolist(), found["loss_aversion"].tolist(), strict=True))
    assert len(pairs) == 6


def test_a_table_of_points_is_taken_as_it_is(tmp_path):
    path = tmp_path / "points.csv"
    path.write_text("point,attention_cost,loss_aversion\n0,0.4,2.5\n1,0.6,3.5\n")
    batch = resolve(RunSpec(("baseline",), design=str(path), replicates=3))
    found = values(batch).of_scenario("baseline")
    assert found["attention_cost"].tolist() == [0.4] * 3 + [0.6] * 3
    assert found["loss_aversion"].tolist() == [2.5] * 3 + [3.5] * 3


def test_a_posterior_gives_every_replicate_one_of_its_rows(tmp_path):
    path = tmp_path / "posterior.csv"
    path.write_text("chain,attention_cost,loss_aversion\n0,0.4,2.4\n0,0.5,2.5\n1,0.6,2.6\n")
    batch = resolve(RunSpec(("baseline",), worlds=200, parameters=path))
    found = values(batch).of_scenario("baseline")
    np.testing.assert_allclose(found["loss_aversion"] - found["attention_cost"], 2.0)
    assert set(found["attention_cost"].tolist()) == {0.4, 0.5, 0.6}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("attention_cos\n0.4\n", "unknown parameter 'attention_cos'; did you mean"),
        ("attention_cost\n0.4\n7\n", "row 2: attention_cost = 7 is outside"),
        ("attention_cost\nmuch\n", "column 'attention_cost'"),
        ("world\n1\n", "expected a column a parameter"),
        ("", "not a table"),
    ],
)
def test_a_faulty_table_of_points_is_refused(tmp_path, text, message):
    path = tmp_path / "points.csv"
    path.write_text(text)
    with pytest.raises((BadInput, FaultyInput), match=message):
        resolve(RunSpec(("baseline",), design=str(path)))


def test_a_block_of_worlds_has_the_values_of_the_whole():
    batch = resolve(RunSpec(("baseline",), worlds=40, settings={"attention_cost": RANGE}))
    whole = values(batch).of_scenario("baseline")
    part = values(batch, 10, 30).of_scenario("baseline")
    assert whole.keys() == part.keys()
    for name, array in part.items():
        inner = whole[name][..., 10:30] if array.shape[-1] > 1 else whole[name]
        np.testing.assert_array_equal(inner, array)


def test_what_a_user_sets_is_stronger_than_the_judgement_of_worlds():
    given = {"domain_weight.security": 0.25, "domain_weight.trade": SHARES["trade"] - 0.03}
    batch = resolve(RunSpec(("baseline",), worlds=3, settings=given))
    for leaf, share in given.items():
        name, place = batch.assumed.registry.positions[leaf]
        assert values(batch).of_scenario("baseline")[name][place].tolist() == [share] * 3


def test_scenarios_that_set_nothing_share_their_arrays():
    found = values(resolve(RunSpec(("baseline", "frozen_ukraine"), worlds=3)))
    assert found.of_scenario("baseline") is found.of_scenario("frozen_ukraine")


def test_a_list_gives_each_point_one_of_its_values():
    design = Design(seed=0, worlds=4, replicates=2, lists={"attention_cost": 2})
    assert design.levels(design.rows(0, 4))["attention_cost"].tolist() == [0, 0, 1, 1]


@pytest.mark.parametrize("design", ["sobol", "lhs", "grid"])
def test_a_design_without_points_is_refused(design):
    with pytest.raises(BadInput, match=f"--design {design}: give the number of points"):
        resolve(RunSpec(("baseline",), design=design, settings={"attention_cost": RANGE}))


def test_points_are_a_sobol_sequence_unless_said_otherwise():
    wishes = RunSpec(("baseline",), points=4, settings={"attention_cost": RANGE})
    first, second = (
        resolve(each) for each in (wishes, wishes.model_copy(update={"design": "sobol"}))
    )
    assert stored(first) == stored(second)


def test_python_takes_a_range_as_a_scenario_file_has_it(tmp_path):
    written = {"low": 0.3, "high": 0.8}
    path = tmp_path / "mine.yaml"
    path.write_text("title: Mine\nparameters: {attention_cost: {low: 0.3, high: 0.8}}\n")
    of_file = resolve(RunSpec((path,), points=4)).assumed.scenarios["mine"]
    batch = resolve(RunSpec(("baseline",), points=4, settings={"attention_cost": written}))
    assert batch.assumed.given == dict(of_file.parameters) == {"attention_cost": RANGE}
