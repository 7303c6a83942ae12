"""`Region` for those who come from Mesa: seeds, stepping, data collection and batches."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from inspect import signature
from pickle import dumps, loads

import mesa
import numpy as np
import pytest
from mesa.batchrunner import batch_run
from trial import CHN, at, library, run

from experiments.design.inputs import resolve
from experiments.design.spec import RunSpec
from model.ensemble import simulate
from model.region import Region
from scenarios.faults import FaultyInput

UNTIL = at("2003-Q4")
QUARTERS = ("2000-Q1", "2015-Q1")


class Collecting(Region):
    """A region that collects other things than Region itself."""

    def __init__(self, **asked):
        super().__init__(**asked)
        self.datacollector = mesa.DataCollector(
            model_reporters={
                "quarter": "quarter",
                "rivalry": lambda region: float(region.coopetition.rivalry[0]),
            },
            agent_reporters={"place": "index"},
        )


def stepped(quarters=UNTIL + 1, **asked):
    """Rivalry in each of the first quarters, by quarter and world."""
    region = Region(**asked)
    path = []
    for _ in range(quarters):
        region.step()
        path.append(region.coopetition.rivalry.copy())
    return np.array(path)


def test_a_region_stepped_by_hand_is_the_region_of_a_batch():
    path = stepped(worlds=1, rng=42, replicate=3)
    batch = run(library(), replicates=[3], seed=42, until=UNTIL)
    assert np.array_equal(path.astype(np.float32), batch["region.rivalry"])


OWN = """
title: Own numbers
extends: baseline
parameters:
  autonomy_strength: 16
  rivalry_assertive: {low: 0.3, high: 0.6}
"""


def test_what_a_scenario_sets_holds_in_a_region_as_in_a_batch(tmp_path):
    path = tmp_path / "own.yaml"
    path.write_text(OWN, encoding="utf-8")
    wishes = RunSpec((str(path),), worlds=5, seed=7, until="2003-Q4", record_from="2000-Q1")
    batch = resolve(wishes)
    rows = batch.assumed.design.rows(0, 5)
    values = {"own": batch.values_of(rows).of_scenario("own")}
    [(_, recorded)] = simulate(batch.assumed.scenarios, values, batch.request(rows))
    alone = stepped(spec=str(path), worlds=5, rng=7)
    assert np.array_equal(alone.astype(np.float32), recorded.tables["region"]["rivalry"])
    assert not np.array_equal(alone, stepped(worlds=5, rng=7))


def test_a_region_refuses_a_list_of_values(tmp_path):
    path = tmp_path / "list.yaml"
    path.write_text("title: L\nextends: baseline\nparameters: {autonomy_strength: [8, 12]}\n")
    with pytest.raises(ValueError, match="as a batch"):
        Region(spec=str(path))


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"worlds": 0}, "at least 1"),
        ({"worlds": True}, "at least 1"),
        ({"parameters": {"atention_cost": np.ones(1)}}, "did you mean 'attention_cost'"),
        ({"worlds": 3, "parameters": {"attention_cost": np.array([0.5, 0.6])}}, "shape"),
    ],
)
def test_what_no_region_can_have_is_refused_in_words(asked, said):
    with pytest.raises(ValueError, match=said):
        Region(**asked)


def test_a_number_given_holds_in_all_worlds():
    region = Region(worlds=2, rng=0, parameters={"attention_cost": np.array(0.3)})
    assert region.parameters.attention_cost.tolist() == [0.3]


def test_a_region_that_starts_late_inherits_roads_and_debt():
    early, late = (Region(spec=replace(library(), start=at(when))) for when in QUARTERS)
    assert (late.stocks.access[CHN] > early.stocks.access[CHN]).any()
    assert (late.stocks.debt > 0).all()
    assert not early.stocks.debt.any()
    assert not late.stocks.income.any()


def test_a_region_does_not_step_past_its_drivers():
    region = Region(spec=replace(library(), start=at("2040-Q4")), rng=0)
    region.step()
    with pytest.raises(IndexError, match="2040-Q4"):
        region.step()


@pytest.mark.parametrize("copied", [deepcopy, lambda region: loads(dumps(region))])  # noqa: S301
def test_a_copy_goes_on_as_the_region_would(copied):
    region = Region(worlds=2, rng=3)
    region.step()
    twin = copied(region)
    for each in (region, twin, region, twin):
        each.step()
    assert np.array_equal(region.coopetition.rivalry, twin.coopetition.rivalry)
    assert next(iter(twin.states)).five is twin.states is not region.states


def test_seed_zero_is_a_seed():
    zero = stepped(3, rng=0)
    assert np.array_equal(zero, stepped(3, rng=0))
    assert not np.array_equal(zero, stepped(3, rng=1))


def test_without_a_seed_every_region_has_luck_of_its_own():
    assert not np.array_equal(stepped(2, rng=None), stepped(2, rng=None))


def test_a_seed_sequence_serves_as_a_seed():
    sequence = np.random.SeedSequence(7)
    once, again = (stepped(2, rng=sequence) for _ in range(2))
    assert np.array_equal(once, again)
    assert not np.array_equal(once, stepped(2, rng=np.random.SeedSequence(8)))


def test_replicates_count_from_the_first():
    block = stepped(3, worlds=3, rng=1, replicate=10)
    assert np.array_equal(block[:, 2:], stepped(3, rng=1, replicate=12))


def test_the_agents_are_four_powers_and_five_states():
    region = Region(rng=1)
    codes = [agent.code for agent in region.agents]
    assert sorted(codes) == ["CHN", "KAZ", "KGZ", "REG", "RUS", "TJK", "TKM", "UZB", "WST"]


def test_a_region_stops_running_at_the_end_of_its_scenario():
    region = Region(rng=1)
    region.drivers.quarter = region.spec.end - 1
    region.step()
    assert (region.quarter, region.running) == (region.spec.end, False)


def test_mesa_collects_data_of_the_region_and_its_agents():
    region = Collecting(rng=42)
    for _ in range(4):
        region.step()
    collected = region.datacollector.get_model_vars_dataframe()
    assert list(collected["quarter"]) == [0, 1, 2, 3]
    assert np.array_equal(collected["rivalry"], stepped(4, rng=42).ravel())
    assert len(region.datacollector.get_agent_vars_dataframe()) == 4 * 9


def test_a_region_of_many_worlds_collects_arrays():
    region = Region(rng=42, worlds=3)
    region.step()
    collected = region.datacollector.get_model_vars_dataframe()
    assert collected["rivalry"][0].shape == (3,)


def in_batch(model, seeds, **asked):
    """Rows of Mesa's own batch runner, which takes seeds apart from Mesa 3.4 on."""
    apart = "rng" in signature(batch_run).parameters
    given = {"rng": seeds} if apart else {}
    asked = asked if apart else {**asked, "rng": seeds}
    return batch_run(
        model, asked, max_steps=4, data_collection_period=1, display_progress=False, **given
    )


def test_mesa_runs_batches_of_regions():
    rows = in_batch(Region, [42, 43], replicate=0, spec="frozen_ukraine")
    assert {row["rng"] for row in rows} == {42, 43}
    rivalry = [row["rivalry"] for row in rows if row["rng"] == 42]
    assert rivalry == list(stepped(len(rivalry), rng=42).ravel())


def test_mesa_runs_batches_of_models_made_from_a_region():
    rows = in_batch(Collecting, [1, 2])
    assert {row["rng"] for row in rows if "place" in row} == {1, 2}


def test_an_unknown_scenario_is_refused():
    with pytest.raises(FaultyInput):
        Region(spec="atlantis", rng=1)
