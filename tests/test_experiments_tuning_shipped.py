"""The shipped posterior: of use, within range, and what worlds are made of by default."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.design.inputs import resolve
from experiments.design.points import read_table
from experiments.design.spec import RunSpec
from experiments.tuning.backtest import members_of
from experiments.tuning.score_text import tuned_until
from model.region import Region
from model.uncertainty import draw_parameters
from scenarios.parameters import load_parameters
from scenarios.posterior import FOLDER, load_posterior
from scenarios.quarters import parse_quarter

YEARS = sorted(int(file.stem) for file in FOLDER.glob("*.csv"))
LATEST = FOLDER / f"{YEARS[-1]}.csv"


def drawn(**asked):
    """The draws of a batch of baseline."""
    return resolve(RunSpec(("baseline",), worlds=8, **asked)).assumed.design.draws


def test_the_posterior_has_500_members_within_the_registrys_ranges():
    table, registry = load_posterior().members, load_parameters()
    assert len(next(iter(table.values()))) >= 500
    assert len(table) > 10
    varied = {name: values for name, values in table.items() if "noise" not in name}
    assert all(np.unique(values).size > 50 for values in varied.values())
    for leaf, values in table.items():
        assert registry.leaves[leaf].low <= values.min()
        assert values.max() <= registry.leaves[leaf].high


def test_the_posterior_says_from_which_data_and_code_it_was_made():
    for year in YEARS:
        assert load_posterior(before=year + 1).until == year
        assert "code state" in load_posterior(before=year + 1).made_from
        assert (FOLDER / f"{year}.csv").stat().st_size < 250_000


def test_worlds_draw_from_the_one_that_knows_most():
    assert load_posterior().until == max(YEARS)


def test_what_is_scored_by_default_does_not_know_the_period():
    assert tuned_until(None, first=max(YEARS)) < max(YEARS)
    assert tuned_until(None, first=max(YEARS) + 1) == max(YEARS)
    assert members_of(None, max(YEARS)).keys() != load_posterior().members.keys()


def test_its_file_is_a_table_of_draws_like_any_other():
    read = read_table(LATEST, load_parameters())
    assert {leaf: values.tolist() for leaf, values in read.items()} == {
        leaf: values.tolist() for leaf, values in load_posterior().members.items()
    }


@pytest.mark.parametrize("asked", [{}, {"parameters": "posterior"}, {"parameters": LATEST}])
def test_run_draws_from_it_unless_told_otherwise(asked):
    assert set(drawn(**asked)) == set(load_posterior().members)


def test_the_registrys_values_alone_can_be_asked_for():
    assert not drawn(parameters="registry")


def test_a_world_takes_all_its_leaves_from_one_member():
    made = draw_parameters(load_parameters(), load_posterior().members, 3, range(40))
    members, where = load_posterior().members, load_parameters().positions
    table = np.stack(list(members.values()), axis=1).tolist()
    taken = [made[name][at] for name, at in (where[leaf] for leaf in members)]
    assert all(row in table for row in np.stack(taken, axis=1).tolist())


def test_a_region_by_itself_is_a_world_of_a_default_batch():
    batch = resolve(RunSpec(("frozen_ukraine",), worlds=6, until="2003-Q4", record_from="2003-Q4"))
    given = batch.values_of(batch.assumed.design.rows(4, 5)).of_scenario("frozen_ukraine")
    one, other = (
        Region(spec="frozen_ukraine", rng=0, replicate=4, parameters=parameters)
        for parameters in (None, given)
    )
    for region in (one, other):
        while region.quarter < parse_quarter("2003-Q4"):
            region.step()
    assert one.influence.value.tobytes() == other.influence.value.tobytes()


def test_what_is_set_by_hand_is_stronger():
    leaf = next(iter(load_posterior().members))
    middle = load_parameters().leaves[leaf].value
    batch = resolve(RunSpec(("baseline",), worlds=3, settings={leaf: middle}))
    name, at = batch.assumed.registry.positions[leaf]
    given = batch.values_of(batch.assumed.design.rows(0, 3)).of_scenario("baseline")
    assert (given[name][at] == middle).all()
