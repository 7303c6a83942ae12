"""Events do what their type says, from their quarter on and not before."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from trial import (
    CHN,
    KAZ,
    KGZ,
    RUS,
    TJK,
    TKM,
    UZB,
    WST,
    at,
    differing,
    event,
    library,
    run,
    with_events,
)

from scenarios.event_types import EVENT_TYPES
from scenarios.parameters import load_parameters

QUARTER = "2018-Q2"
CASES = {
    "china_asset_attack": ({"state": "UZB", "size": 2.0}, "states.threat", (UZB,), 1),
    "unrest": ({"state": "UZB"}, "states.unrest", (UZB,), 1),
    "csto_intervention": ({"state": "KGZ"}, "influence.credibility", (KGZ, RUS), 1),
    "border_clash": ({}, "influence.credibility", (TJK, RUS), -1),
    "border_settlement": ({}, "influence.credibility", (KGZ, RUS), 1),
    "taliban_recognition": ({"size": 0.5}, "states.threat", (TJK,), -1),
    "pipeline_opening": (
        {"state": "KAZ", "power": "CHN", "size": 0.5},
        "influence.energy",
        (KAZ, CHN),
        1,
    ),
    "corridor_opening": ({"state": "UZB", "size": 0.4}, "influence.trade", (UZB, CHN), 1),
    "debt_distress": ({"state": "KGZ"}, "states.debt_to_china", (KGZ,), -1),
    "base_opening": ({"state": "UZB", "power": "RUS"}, "influence.basing", (UZB, RUS), 1),
    "base_closure": ({"state": "TJK", "power": "RUS"}, "influence.basing", (TJK, RUS), -1),
    "membership_change": (
        {"state": "UZB", "organisation": "EAEU", "size": 1.0},
        "influence.trade",
        (UZB, RUS),
        1,
    ),
    "migration_crackdown": ({"size": 0.4}, "states.remittances", (TJK,), -1),
}

PAGE = (Path(__file__).parents[1] / "docs" / "scenarios.md").read_text(encoding="utf-8")
DONE = {
    kind: cells
    for kind, *cells in re.findall(
        r"^\| `(\w+)` \| [^|]+ \| ([^|]+) \| ([^|]+) \|$",
        PAGE.split("| seen in | not in |")[1].split("\n## ")[0],
        re.MULTILINE,
    )
}
"""What the page on scenarios says of each type: where it is seen, and where it is not."""


@pytest.fixture(scope="module")
def runs():
    """The baseline from 2017 and, for each type of event, the same with one such event."""
    base = replace(library(), start=at("2017-Q1"), free=True)
    spec = {"baseline": base}
    for kind, (keys, *_) in CASES.items():
        spec[kind] = with_events(event(kind, QUARTER, **keys), base=base)
    return run(spec, worlds=48, since="2017-Q1", until="2020-Q1")


def test_every_type_of_event_is_tried():
    assert CASES.keys() == EVENT_TYPES.keys()


@pytest.mark.parametrize("kind", CASES)
def test_an_event_changes_nothing_before_its_quarter(runs, kind):
    rows = slice(0, at(QUARTER) - at("2017-Q1"))
    assert differing(runs["baseline"], runs[kind], rows=rows) == []


@pytest.mark.parametrize("kind", CASES)
def test_an_event_moves_what_it_should_in_the_direction_it_should(runs, kind):
    _, column, place, sign = CASES[kind]
    rows = slice(at(QUARTER) - at("2017-Q1"), None)
    before, after = (runs[name][column][rows][:, *place] for name in ("baseline", kind))
    assert sign * (after - before).mean() > 0


def named(cell):
    return re.findall(r"`(\w+)`(?! \(CSTO\))", cell)


def test_the_page_on_scenarios_says_what_every_event_does():
    assert DONE.keys() == EVENT_TYPES.keys()


@pytest.mark.parametrize("kind", CASES)
def test_the_page_on_scenarios_names_columns_that_an_event_moves_and_leaves(runs, kind):
    seen, spared = map(named, DONE[kind])
    quarter = at(QUARTER) - at("2017-Q1")
    moved, at_once = (
        {each.split(".")[1] for each in differing(runs["baseline"], runs[kind], rows=slice(*rows))}
        for rows in ((quarter, quarter + 8), (quarter, quarter + 1))
    )
    assert set(seen) <= moved
    assert set(spared).isdisjoint(at_once)
    assert spared


def test_an_attack_counts_as_an_incident_and_as_an_attack(runs):
    for column in ("states.incidents", "states.attacks_on_chinese_assets"):
        struck = runs["china_asset_attack"].value(column, QUARTER, UZB)
        assert (struck == runs["baseline"].value(column, QUARTER, UZB) + 2).all()


def test_unrest_happens_in_every_world_and_only_then(runs):
    assert runs["unrest"].value("states.unrest", QUARTER, UZB).min() == 1
    later = slice(at(QUARTER) + 1 - at("2017-Q1"), None)
    calm, stirred = (runs[name]["states.unrest"][later] for name in ("baseline", "unrest"))
    assert np.array_equal(calm, stirred)


def test_a_part_of_restructured_debt_is_written_off(runs):
    relief = load_parameters()["distress_relief"]
    before, after = (
        runs[name].value("states.debt_to_china", QUARTER, KGZ)
        for name in ("baseline", "debt_distress")
    )
    assert (after < before).all()
    assert after.min() >= 0
    left = after / before
    assert 1 - relief.high - 0.01 < left.min() < left.max() < 1 - relief.low + 0.01
    assert left.mean() == pytest.approx(1 - relief.value, abs=0.06)


def test_restructured_debt_leaves_resentment(runs):
    moods = [runs[name].mean("states.sinophobia", QUARTER, KGZ) for name in runs][:1]
    assert runs["debt_distress"].mean("states.sinophobia", QUARTER, KGZ) > moods[0] + 0.01


def test_restructured_debt_exposes_chinese_assets():
    base = replace(library(), start=at("2017-Q1"), free=True)
    calm = {"incident_memory": np.array([0.0])}
    spec = {
        "debt_distress": with_events(event("debt_distress", QUARTER, state="KGZ"), base=base),
        "baseline": base,
    }
    results = run(spec, worlds=2, since="2017-Q1", until=QUARTER, parameters=calm)
    efforts = [each.mean("region.norm", QUARTER) for each in results.values()]
    assert efforts[0] < efforts[1]


def test_an_uncertain_event_happens_in_as_many_worlds_as_it_should():
    base = replace(library(), start=at("2017-Q1"), free=True)
    attack = event("china_asset_attack", QUARTER, state="TKM", size=3.0, probability=0.3)
    both = {"baseline": base, "uncertain": with_events(attack, base=base)}
    results = run(both, worlds=256, since=QUARTER, until=QUARTER)
    struck = [each["states.attacks_on_chinese_assets"][0, TKM] for each in results.values()]
    assert set(struck[1] - struck[0]) == {0, 3}
    assert 0.2 < (struck[1] > struck[0]).mean() < 0.4


def test_five_uncertain_events_in_a_quarter_are_drawn_apart():
    base = replace(library(), start=at("2017-Q1"), free=True)
    five = [
        event("base_opening", QUARTER, state=state, power="WST", probability=0.5)
        for state in ("KAZ", "KGZ", "TJK", "TKM", "UZB")
    ]
    result = run(with_events(*five, base=base), worlds=64, since=QUARTER, until="2019-Q4")
    opened = result["influence.basing"][-1, :, WST] > result["influence.basing"][0, :, WST]
    assert len({tuple(row) for row in opened[[KAZ, KGZ, TJK, TKM, UZB]]}) > 1


def test_leaving_the_alliance_lets_rivals_in():
    base = replace(library(), start=at("2017-Q1"), free=True)
    left = event("membership_change", QUARTER, state="KAZ", organisation="CSTO", size=0.0)
    results = run(
        {"baseline": base, "left": with_events(left, base=base)},
        worlds=16,
        since="2020-Q1",
        until="2020-Q1",
    )
    held = [each.mean("influence.security", "2020-Q1", KAZ, CHN) for each in results.values()]
    assert held[1] > held[0]


def test_noise_on_drivers_is_optional_and_stays_in_range():
    base = replace(library(), start=at("2023-Q1"))
    asked = {"worlds": 6, "since": "2023-Q1", "until": "2026-Q4"}
    noisy = {"driver_noise": np.array([0.06])}
    calm, disturbed = run(base, **asked), run(base, parameters=noisy, **asked)
    attention = disturbed["region.russian_attention"]
    assert np.ptp(calm["region.russian_attention"], axis=-1).max() >= 0
    assert not np.array_equal(calm["region.russian_attention"], attention)
    assert 0 <= attention.min() <= attention.max() <= 1
    alone = run(base, parameters=noisy, **(asked | {"replicates": [4]}))
    assert differing(alone, disturbed, theirs=[4]) == []


def test_the_unrest_of_january_2022_is_met_by_the_alliance():
    base = replace(library(), start=at("2021-Q4"))
    result = run(base, worlds=8, since="2021-Q4", until="2022-Q1")
    assert result.value("states.unrest", "2022-Q1", KAZ).min() == 1
    credibility = [
        result.value("influence.credibility", quarter, KAZ, RUS)
        for quarter in ("2021-Q4", "2022-Q1")
    ]
    assert (credibility[1] > credibility[0]).all()
