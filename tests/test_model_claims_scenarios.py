"""Claims of the sources that scenarios show: a difference between paired worlds, by its sign.

The numbers are those of the rows in docs/claims.md. To be quick, the baseline starts anew in
2023-Q3 from the shares of 2000 and without debt; pulls count from there, so that sanctions and war
in force at that start pull on no choice.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from trial import (
    CHN,
    KAZ,
    KGZ,
    REG,
    RUS,
    TJK,
    UZB,
    WST,
    at,
    changed,
    event,
    library,
    run,
    with_events,
)

ALL = range(5)
SINCE = "2026-Q1"
START = "2023-Q3"


STRUCK = {
    "attack": [event("china_asset_attack", SINCE, state="TJK", size=3.0)],
    "joined": [event("membership_change", SINCE, state="UZB", organisation="EAEU", size=1.0)],
    "allied": [event("membership_change", SINCE, state="UZB", organisation="CSTO", size=1.0)],
    "line": [event("pipeline_opening", SINCE, state="KAZ", power="CHN", size=0.4)],
    "helped": [
        event("unrest", SINCE, state="KGZ"),
        event("csto_intervention", SINCE, state="KGZ"),
    ],
}
"""What happens in one quarter in those scenarios that differ by events alone."""


def scenarios():
    """The baseline started in 2023-Q3, and one change to it from 2026 on for each claim."""
    base = replace(library(), start=at(START))

    def since(**drivers):
        return changed(base, since=SINCE, **drivers)

    left_alone = changed(base, since=SINCE, attention_override=0.0)
    return {
        "baseline": base,
        "freeze": replace(library("frozen_ukraine"), start=at(START)),
        "afghan": replace(library("afghanistan_instability"), start=at(START)),
        "taliban": since(taliban_integration=1.0),
        "engaged": since(western_engagement=0.85, regional_engagement=0.85),
        "west": since(western_engagement=0.85),
        "regional": since(regional_engagement=1.0),
        "no_sanctions": since(sanctions=0.0),
        "strength": replace(library("strategic_autonomy"), start=at(START)),
        "calm": left_alone,
        "alone": with_events(event("unrest", SINCE, state="KGZ"), base=left_alone),
        **{name: with_events(*events, base=base) for name, events in STRUCK.items()},
    }


@pytest.fixture(scope="module")
def runs():
    """All of them in the same worlds."""
    return run(scenarios(), worlds=48, since="2024-Q1", until="2029-Q4")


@pytest.fixture(scope="module")
def effect(runs):
    """Mean effect of a scenario on a column in a quarter: `effect("freeze", column, quarter)`."""

    def difference(name, column, quarter, *place, against="baseline"):
        paired = runs[name].value(column, quarter, *place) - runs[against].value(
            column, quarter, *place
        )
        return float(paired.mean())

    return difference


def total(result, column):
    """Sum of a flow over states and quarters since 2026, mean over worlds."""
    return result[column][at(SINCE) - at("2024-Q1") :].sum(axis=(0, 1)).mean()


def test_claim_04_the_alliance_keeps_rivals_out(effect):
    assert effect("allied", "influence.security", "2029-Q4", UZB, CHN) < 0
    assert effect("allied", "influence.security", "2029-Q4", UZB, REG) < 0


def test_claim_05_joining_the_union_turns_trade_to_russia(effect):
    assert effect("joined", "influence.trade", "2028-Q4", UZB, RUS) > 0


def test_claim_09_shared_worries_bring_the_powers_together(effect):
    assert effect("afghan", "region.cooperation", "2029-Q4") > 0
    assert effect("no_sanctions", "region.cooperation", "2029-Q4") < 0


def test_claim_18_the_union_s_tariff_turns_trade_from_china(effect):
    assert effect("joined", "influence.trade", "2029-Q4", UZB, CHN) < 0


def test_claim_19_a_chinese_line_takes_energy_from_russia(effect):
    assert effect("line", "influence.energy", "2029-Q4", KAZ, CHN) > 0
    assert effect("line", "influence.energy", "2029-Q4", KAZ, RUS) < 0


@pytest.mark.parametrize("state", ALL)
def test_claim_23_wider_ties_lower_joint_dependence(effect, state):
    assert effect("engaged", "states.joint_dependence", "2029-Q4", state) < 0


def test_claim_26_a_freeze_turns_moscow_to_central_asia(effect):
    assert effect("freeze", "region.russian_attention", "2028-Q1") > 0
    assert effect("freeze", "influence.security", "2029-Q4", KAZ, RUS) > 0
    assert effect("freeze", "region.assertiveness_russia", "2029-Q4") > 0
    assert effect("freeze", "region.rivalry", "2029-Q4") > 0


def test_claim_29_an_attack_wears_the_norm_and_wakes_china(effect):
    assert effect("attack", "region.norm", SINCE) < 0
    assert effect("attack", "region.assertiveness_china", SINCE) > 0
    assert effect("attack", "influence.security", "2027-Q1", TJK, CHN) > 0


def test_claim_34_the_fear_of_afghanistan_helps_the_protector(effect):
    for state in (TJK, UZB, KGZ):
        assert effect("afghan", "states.threat", "2028-Q4", state) > 0
        assert effect("afghan", "influence.influence", "2028-Q4", state, RUS) > 0


def test_claim_35_integration_of_the_taliban_calms(runs, effect):
    for state in ALL:
        assert effect("taliban", "states.threat", "2029-Q4", state) < 0
    assert effect("taliban", "region.stability", "2029-Q4") > 0
    incidents = [total(runs[name], "states.incidents") for name in ("taliban", "baseline")]
    assert incidents[0] < incidents[1]


@pytest.mark.parametrize(("name", "power"), [("west", WST), ("regional", REG)])
@pytest.mark.parametrize("state", ALL)
def test_claim_36_engagement_brings_influence(effect, name, power, state):
    assert effect(name, "influence.influence", "2029-Q4", state, power) > 0


def test_claim_37_a_common_threat_and_chinese_diplomacy(runs, effect):
    assert effect("afghan", "region.cooperation", "2027-Q4") > 0
    base = runs["baseline"]
    share = [base.mean("influence.diplomacy", when, KGZ, CHN) for when in ("2024-Q1", "2029-Q4")]
    assert share[1] > share[0]


def test_claim_38_a_quiet_rear_raises_the_hazard_over_taiwan(effect):
    assert effect("afghan", "region.taiwan_hazard", "2028-Q4") < 0
    assert effect("taliban", "region.taiwan_hazard", "2028-Q4") > 0


def test_claim_38_the_hazard_rises_with_china_s_influence(runs):
    base = runs["baseline"]
    china = base["influence.share"][-1, :, CHN].mean(axis=0)
    assert np.corrcoef(china, base["region.taiwan_hazard"][-1])[0, 1] > 0


def test_claim_40_a_crisis_left_unanswered_costs_credibility(effect):
    column, place = "influence.credibility", (KGZ, RUS)
    assert effect("alone", column, SINCE, *place, against="calm") < 0
    assert effect("helped", column, SINCE, *place) > 0


@pytest.mark.parametrize("state", ALL)
def test_claim_43_own_capacity_and_wider_alliances_lower_the_risk(effect, state):
    assert effect("strength", "states.dependency_risk", "2029-Q4", state) < 0
    assert effect("strength", "states.autonomy", "2029-Q4", state) > 0
