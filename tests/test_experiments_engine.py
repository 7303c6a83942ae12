"""The engine against the rules in NumPy: whole runs are the same to the last bit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from engine_places import laid_out_by
from engine_runs import differing, kept, ran
from trial import at, event, library, with_events

from model.engine import player, work
from model.engine.player import Player
from model.engine.program import program_of
from model.engine.quarter import arrays, parts, traced
from model.ensemble import Request, simulate
from model.noise import RUN
from model.recorder import Recorder
from model.region import Region
from scenarios.parameters import load_parameters

SHIPPED = (
    "baseline",
    "frozen_ukraine",
    "attack_wave",
    "kazakhstan_unrest_war",
    "history_from_2010",
)
MOST = 70
"""Worlds that take more than one round through a run of quarters, and do not fill the last."""


@pytest.mark.parametrize(
    ("worlds", "every"),
    [
        (24, "quarter"),
        pytest.param(1, "quarter", marks=pytest.mark.slow),
        pytest.param(7, "year", marks=pytest.mark.slow),
        pytest.param(MOST, "year", marks=pytest.mark.slow),
    ],
)
def test_a_played_run_has_the_bytes_of_a_plain_one(worlds, every, monkeypatch):
    monkeypatch.setattr(work, "TOGETHER", 3)
    span = {"until": "2028-Q4", "record_from": "2000-Q1"}
    assert differing(SHIPPED, worlds, every=every, **span) == []


@pytest.mark.parametrize("until", ["2027-Q2", "2027-Q4", "2028-Q1"])
def test_a_run_may_end_in_the_middle_of_the_quarters_read_at_once(until):
    assert at("2027-Q4") % RUN == RUN - 1
    assert differing(("baseline", "frozen_ukraine"), 9, until=until, record_from="2026-Q3") == []


@pytest.mark.parametrize("worlds", [1, 9])
def test_noise_on_drivers_is_played_and_only_what_was_asked_for_is_kept(worlds):
    noisy = {"settings": {"driver_noise": 0.05}, "tables": ("region",)}
    assert differing(("baseline",), worlds, until="2003-Q2", record_from="2000-Q1", **noisy) == []


UNSURE = {
    "pipeline_opening": {"state": "TKM", "size": 0.4},
    "unrest": {"state": "KAZ"},
}


@pytest.mark.parametrize("kind", UNSURE)
def test_an_event_that_happens_in_some_worlds_only_is_played(kind, monkeypatch):
    monkeypatch.setattr(player, "PROGRAMS", {})  # in a process that has met no such quarter
    unsure = event(kind, "2001-Q3", probability=0.5, **UNSURE[kind])
    span = {"until": "2004-Q4", "record_from": "2000-Q1"}
    assert differing((replace(with_events(unsure), name="unsure"),), 9, **span) == []


def test_events_that_part_scenarios_and_worlds_are_played():
    unsure = with_events(
        *(event(kind, "2003-Q2", probability=0.5, **UNSURE[kind]) for kind in UNSURE)
    )
    given = (library(), replace(unsure, name="unsure"))
    assert differing(given, 9, until="2005-Q4", record_from="2000-Q1") == []


def both(scenarios, parameters, worlds, **asked):
    """What is kept of scenarios with parameters of their own: played, and plain."""
    asked = {"until": at("2006-Q1"), "record_from": 0, **asked}
    given = dict.fromkeys(scenarios, parameters)
    return [
        {name: (kept(each), copied(each)) for name, each in simulate(scenarios, given, request)}
        for request in (
            Request(3, np.arange(worlds), **asked, compiled=compiled) for compiled in (True, False)
        )
    ]


def copied(recorded):
    """Columns as they are now, worlds last."""
    return {
        (table, name): numbers.copy()
        for table, each in recorded.tables.items()
        for name, numbers in each.items()
    }


def test_a_scenario_that_ends_early_is_played_to_its_end():
    early = replace(library(), name="early", end=at("2004-Q2"))
    played, plain = both({"early": early, "baseline": library()}, {}, 9)
    assert {name: each[0] for name, each in played.items()} == {
        name: each[0] for name, each in plain.items()
    }


NOISE, GROWTH = {1: 20.0, 3: 1000.0, 4: 60.0, 9: 1e5}, {5: np.inf, 6: 1e300}
"""Parameters with which worlds go wrong: in the first quarters, in the middle, or not at all."""


def wrong_parameters(worlds):
    """Parameters as the registry has them, but for some worlds."""
    registry = load_parameters()
    found = {
        name: np.repeat(registry[name].value.reshape(-1, 1), worlds, axis=1)
        for name in ("income_noise", "remittance_growth")
    }
    for name, odd in zip(found, (NOISE, GROWTH), strict=True):
        for world, number in odd.items():
            found[name][:, world] = number
    found["remittance_growth"] = found["remittance_growth"][0]
    return found


def test_worlds_that_go_wrong_are_reported_as_without_the_player():
    given = {name: library(name) for name in ("baseline", "frozen_ukraine")}
    played, plain = both(given, wrong_parameters(12), 12, until=at("2012-Q4"))
    for name, (bytes_, columns) in plain.items():
        assert played[name][0]["failed"] == bytes_["failed"]
        for key, numbers in columns.items():
            assert np.array_equal(played[name][1][key], numbers, equal_nan=True), key
    failed = [part.split(",")[0] for part in plain["baseline"][0]["failed"].split("quarter=")[1:]]
    assert len({int(each) % RUN for each in failed} - {RUN - 1}) > 1
    assert max(map(int, failed)) > RUN


def test_worlds_that_go_wrong_leave_the_bits_of_others_alone():
    odd = {*NOISE, *GROWTH}
    wrong, right = (
        both({"baseline": library()}, given, 12, until=at("2012-Q4"))[0]["baseline"][1]
        for given in (wrong_parameters(12), well(wrong_parameters(12)))
    )
    others = [world for world in range(12) if world not in odd]
    assert wrong.keys() == right.keys()
    for key, numbers in right.items():
        assert numbers[..., others].tobytes() == wrong[key][..., others].tobytes(), key


def well(parameters):
    """Parameters of which no world goes wrong: those of the first."""
    return {name: np.repeat(each[..., :1], 12, axis=-1) for name, each in parameters.items()}


def region_of(worlds, every="quarter", **changed):
    """A region that has a recorder, and parameters of its own."""
    recorder = Recorder(worlds, 0, at("2010-Q4"), every)
    spec = library("attack_wave")
    region = Region(spec=spec, worlds=worlds, rng=4, recorder=recorder, parameters=changed)
    return region, recorder


@pytest.mark.parametrize(("worlds", "every"), [(1, "quarter"), (9, "year")])
@pytest.mark.parametrize("quarter", [13, 15, 16])
def test_a_region_that_was_played_holds_what_one_that_stepped_holds(worlds, every, quarter):
    assert otherwise_when_played(worlds, every, quarter) == []


@pytest.mark.parametrize("worlds", [1, 9])
@pytest.mark.parametrize("concavity", [[0.5], np.linspace(0.4, 0.6, 9)])
def test_roots_are_the_same_wherever_exponents_are_kept(worlds, concavity):
    changed = {"effort_concavity": np.resize(concavity, worlds)}
    assert otherwise_when_played(worlds, "quarter", 16, **changed) == []


def otherwise_when_played(worlds, every, quarter, **changed):
    """What a region holds to other bits, or in another way, if it was played to a quarter."""
    with np.errstate(all="ignore"):
        both = [region_of(worlds, every, **changed) for _ in range(2)]
        (stepped, own), (played, other) = both
        stepped.step_to(quarter)
        Player(played, other).step_to(quarter)
    meant, found = (dict(arrays(parts(*each))) for each in ((stepped, own), (played, other)))
    assert played.quarter == quarter
    assert found.keys() == meant.keys()
    return [key for key, array in meant.items() if held(found[key]) != held(array)]


def held(array):
    """All that makes an array what it is."""
    return type(array), array.shape, array.tobytes()


def test_a_region_that_was_played_can_step_on_by_itself_and_be_played_again():
    with np.errstate(all="ignore"):
        (stepped, own), (played, other) = region_of(9), region_of(9)
        stepped.step_to(30)
        carried = Player(played, other)
        carried.step_to(10)
        played.step_to(13)
        carried.step_to(30)
    assert kept(own.recorded()) == kept(other.recorded())


@pytest.mark.parametrize(("worlds", "every"), [(1, "quarter"), (3, "year")])
def test_every_value_of_a_quarter_is_where_it_is_read(worlds, every):
    def quarter():
        region, recorder = region_of(worlds, every)
        region.step()
        region.advance()
        recorder.open(region.quarter)
        assert program_of(traced(region, recorder))

    with np.errstate(all="ignore"):
        places = laid_out_by(quarter)
    assert places.play() == []
    assert len(places.values) > 5000
    assert len(places.stages) > 2


def test_almost_all_quarters_are_played(monkeypatch):
    responded, respond = [], Region.respond
    noted = lambda region: (responded.append(region.quarter), respond(region))[1]  # noqa: E731
    monkeypatch.setattr(Region, "respond", noted)
    span = {"until": "2035-Q4", "record_from": "2000-Q1", "compiled": True}
    ran(("baseline", "frozen_ukraine"), 24, **span)
    assert len(responded) <= 10
    responded.clear()
    ran(("baseline", "frozen_ukraine"), 24, **span)
    assert len(responded) <= 4
