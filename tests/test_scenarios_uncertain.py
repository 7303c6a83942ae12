"""What may have happened by then, and what may not: events after uncertain ones."""

from __future__ import annotations

import pytest

from model.region import Region
from scenarios.faults import FaultyInput
from scenarios.load import load_scenario

OPEN = ("base_closure", "state: KGZ, power: RUS")
SETTLED = ("border_settlement", "")
LEAVES = ("membership_change", "state: KGZ, organisation: CSTO, size: 0")
JOINS = ("membership_change", "state: UZB, organisation: CSTO, size: 1")
TROOPS_KGZ = ("csto_intervention", "state: KGZ")
TROOPS_UZB = ("csto_intervention", "state: UZB")


def scenario(folder, *events):
    """A scenario with events, each of (type and keys, quarter, probability)."""
    lines = [
        f"  - {{type: {kind}, quarter: {quarter}, probability: {chance}, {keys}}}"
        for (kind, keys), quarter, chance in events
    ]
    path = folder / "mine.yaml"
    path.write_text("\n".join(["title: Mine", "extends: baseline", "events:", *lines]))
    return path


@pytest.mark.parametrize(
    "events",
    [
        [(OPEN, "2026-Q1", 0.1), (OPEN, "2030-Q1", 0.9)],
        [(SETTLED, "2023-Q1", 0.1), (SETTLED, "2024-Q1", 0.9)],
        [(LEAVES, "2026-Q1", 0.1), (LEAVES, "2030-Q1", 0.9)],
        [(LEAVES, "2026-Q1", 0.1), (TROOPS_KGZ, "2027-Q1", 1)],
        [(JOINS, "2026-Q1", 0.01), (TROOPS_UZB, "2027-Q1", 1)],
    ],
)
def test_what_an_uncertain_event_left_open_may_happen_later(events, tmp_path):
    assert len(load_scenario(scenario(tmp_path, *events)).events) >= len(events)


@pytest.mark.parametrize(
    ("events", "said"),
    [
        ([(LEAVES, "2026-Q1", 1), (TROOPS_KGZ, "2027-Q1", 1)], "KGZ is not a member of the CSTO"),
        ([(TROOPS_UZB, "2027-Q1", 0.5)], "UZB is not a member of the CSTO in 2027-Q1"),
    ],
)
def test_what_is_settled_in_every_world_is_a_fault(events, said, tmp_path):
    with pytest.raises(FaultyInput, match=said):
        load_scenario(scenario(tmp_path, *events))


@pytest.mark.parametrize(
    ("event", "first", "said"),
    [
        (OPEN, "2026-Q1", "KGZ admits no base of RUS by then"),
        (SETTLED, "2023-Q1", "the border is settled by then"),
        (LEAVES, "2026-Q1", "KGZ is not a member of the CSTO"),
    ],
)
def test_what_happened_already_in_every_world_is_a_warning(event, first, said, tmp_path):
    path = scenario(tmp_path, (event, first, 1), (event, "2030-Q1", 0.9))
    (warned,) = load_scenario(path).warnings
    assert warned.message.startswith(f"changes nothing: {said} ({path}:")


def test_attacks_come_in_whole_numbers(tmp_path):
    half = (("china_asset_attack", "state: KAZ, size: 2.5"), "2026-Q1", 1)
    with pytest.raises(FaultyInput, match=r"expected a whole number of attacks, got 2\.5"):
        load_scenario(scenario(tmp_path, half))


def test_troops_come_to_members_only(tmp_path):
    events = (JOINS, "2026-Q1", 0.5), (TROOPS_UZB, "2027-Q1", 1)
    region = Region(spec=load_scenario(scenario(tmp_path, *events)), worlds=40, rng=1)
    region.step_to(27 * 4)
    member, troops = region.drivers.now.csto_membership[4], region.crises.interventions[4]
    assert 0 < member.mean() < 1
    assert (troops == member).all()
