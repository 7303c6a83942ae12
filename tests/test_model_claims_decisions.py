"""Claims of the sources that decisions show: the same quarter, with one thing different.

The numbers are those of the rows in docs/claims.md.
"""

from __future__ import annotations

import numpy as np
import pytest
from trial import CHN, KAZ, KGZ, RUS, TJK, TKM, UZB, Moment

from agents.axes import DIPLOMACY, ENERGY, FINANCE, SECURITY, TECHNOLOGY, TRADE
from agents.rules import trade
from agents.rules.dependence import influence
from model.coopetition import cooperation_level
from model.incidents import exposure
from model.influence import bargaining_terms
from scenarios.parameters import load_parameters

ALL = range(5)


@pytest.fixture(scope="module")
def moment():
    """The region in early 2024."""
    return Moment("2024-Q1")


def test_claim_01_the_norm_keeps_china_out_of_security(moment):
    strong, weak = (moment.effort(norm=np.full(16, norm)) for norm in (0.95, 0.3))
    assert (strong[SECURITY, CHN] < weak[SECURITY, CHN]).all()


def test_claim_03_kazakhstan_gets_most_effort_and_energy_counts_in_turkmenistan(moment):
    spent = moment.effort()[:, [RUS, CHN]].sum(axis=(0, 1))
    assert int(np.argmax(spent)) == KAZ
    weight = moment.region.influence.weight[ENERGY].mean(axis=-1)
    assert int(np.argmax(weight)) == TKM


def reaction(moment, china_security=0.1, loss=0.0):
    """Russian assertiveness that China's security share and Russia's lost status call for."""
    region = moment.region
    held, lost = (np.full(16, each) for each in (china_security, loss))
    level = region.coopetition._russian_level(region.drivers.now, region.attention, held, lost)
    return level.mean()


def test_claim_08_russia_reacts_to_lost_influence_and_to_china_s_security_share(moment):
    assert reaction(moment, loss=0.2) > reaction(moment)
    assert reaction(moment, china_security=0.2) > reaction(moment)


def wanted(moment, chinese_part=0.3, **drivers):
    """Cooperation that circumstances call for."""
    seen = moment.seen({name: np.array([value]) for name, value in drivers.items()})
    none = np.zeros(16)
    part = np.full(16, chinese_part)
    return cooperation_level(seen.now, none, none, part, moment.region.parameters).mean()


def test_claim_16_western_engagement_unites_them_less_and_less(moment):
    gains = [
        wanted(moment, part, western_engagement=0.9) - wanted(moment, part, western_engagement=0.1)
        for part in (0.1, 0.2, 0.4, 0.6)
    ]
    assert gains == sorted(gains, reverse=True)


def test_tension_over_taiwan_restrains_china_and_russian_absence_invites_it(moment):
    between, china = moment.region.coopetition, np.full(16, 0.1)

    def level(tension, absence):
        seen = moment.seen({"taiwan_tension": np.array([tension])}).now
        return between._chinese_level(seen, np.full(16, absence), china).mean()

    assert level(0.9, 0.5) < level(0.1, 0.5)
    assert level(0.1, 0.9) > level(0.1, 0.2)


@pytest.mark.parametrize(("chinese_part", "sign"), [(0.1, 1), (0.7, -1)])
def test_claim_16_western_engagement_unites_them_only_while_china_is_small(
    moment, chinese_part, sign
):
    change = wanted(moment, chinese_part, western_engagement=0.9) - wanted(
        moment, chinese_part, western_engagement=0.1
    )
    assert sign * change > 0


def test_claim_12_cooperation_calms_rivalry(moment):
    between = moment.region.coopetition
    kept = dict(vars(between))
    between.cooperation = kept["cooperation"] + 0.2
    calmer = between._rivalry().mean()
    vars(between).update(kept)
    assert calmer < between._rivalry().mean()


@pytest.mark.parametrize("power", [RUS, CHN])
@pytest.mark.parametrize("domain", [FINANCE, SECURITY, TECHNOLOGY, TRADE])
def test_claim_13_states_pull_back_from_whom_they_lean_on(moment, power, domain):
    more = moment.outlook.influence_felt.copy()
    more[power] += 0.1
    change = moment.pull(influence_felt=more) - moment.pull()
    assert (change[domain, power] < 0).all()


def test_claim_15_organisations_pull_where_the_joint_share_falls_short(moment):
    states = moment.region.states
    kept = states.reliance
    states.reliance = kept.copy()
    states.reliance[DIPLOMACY, [RUS, CHN]] *= 0.5
    pulled = moment.pull()[DIPLOMACY]
    states.reliance = kept
    gain = (pulled - moment.pull()[DIPLOMACY])[[RUS, CHN]]
    assert (gain[:, [KAZ, KGZ, TJK, UZB]] > 0).all()


def test_claim_17_debt_puts_off_more_chinese_finance(moment):
    change = moment.pull(debt=moment.outlook.debt + 0.5) - moment.pull()
    assert (change[FINANCE, CHN] < 0).all()


def test_claim_18_roads_bring_trade_to_china_and_the_union_brings_it_to_russia(moment):
    region, outlook = moment.region, moment.outlook
    built = outlook.access.copy()
    built[CHN] += 0.2
    members = moment.seen({"eaeu_membership": np.ones((5, 1))}).now
    p, first = region.parameters, outlook.first
    pull = [trade.circumstances(each, first, p)[RUS] for each in (outlook.now, members)]
    assert (trade.access_pull(built, outlook.access, p)[CHN] > 0).all()
    assert (pull[1][[TJK, TKM, UZB]] > pull[0][[TJK, TKM, UZB]]).all()


def test_claim_22_leaning_on_one_power_worsens_the_terms():
    weight = load_parameters()["domain_weight"].value[:, np.newaxis]
    even = np.full((8, 5, 5, 1), 0.2)
    leaning = even.copy()
    leaning[:, RUS] = 0.6
    rivals, friends = np.zeros(1), np.ones(1)
    terms = [
        bargaining_terms(held, weight, cooperation, np.zeros(1))
        for held, cooperation in ((even, rivals), (even, friends), (leaning, rivals))
    ]
    assert (terms[1] < terms[0]).all()
    assert (terms[2] < terms[0]).all()


def test_claim_25_effort_goes_where_a_share_was_lost(moment):
    powers = moment.region.powers
    kept = powers.reference
    powers.reference = kept.copy()
    powers.reference[TECHNOLOGY, RUS, UZB] += 0.2
    tilted = moment.effort()
    powers.reference = kept
    assert tilted[TECHNOLOGY, RUS, UZB] > moment.effort()[TECHNOLOGY, RUS, UZB]


def test_claim_27_lost_ground_in_security_angers_russia_more_than_in_trade(moment):
    region = moment.region
    now = region.reliance
    answers = {}
    for domain in (SECURITY, TRADE):
        moved = now.copy()
        moved[domain, RUS] -= 0.02
        moved[domain, CHN] += 0.02
        lost = influence(now - moved, region.influence.weight)
        part = (lost[RUS] / region.influence.value[RUS]).mean()
        china = moved[SECURITY, CHN].mean()
        answers[domain] = reaction(moment, china_security=china, loss=part)
    assert answers[SECURITY] > answers[TRADE] > reaction(moment, now[SECURITY, CHN].mean())


def test_claim_32_more_energy_assets_mean_more_security_effort(moment):
    region = moment.region
    held = region.reliance.copy()
    held[ENERGY, CHN, KAZ] += 0.2
    more = moment.effort(exposure=exposure(held, region.parameters))
    assert more[SECURITY, CHN, KAZ] > moment.effort()[SECURITY, CHN, KAZ]


def test_claim_41_security_buys_finance_and_energy_and_more_so_under_threat(moment):
    states = moment.region.states
    kept = states.reliance
    gains = []
    for threat in (0.2, 0.8):
        felt = np.full((5, 16), threat)
        before = states.favour(moment.seen(threat=felt))
        states.reliance = kept.copy()
        states.reliance[SECURITY, CHN] += 0.1
        after = states.favour(moment.seen(threat=felt))
        states.reliance = kept
        gains.append((after - before)[[FINANCE, ENERGY], CHN].mean(axis=-1))
    assert (gains[0] > 0).all()
    assert (gains[1] > gains[0]).all()


def test_claim_42_an_assertive_russia_presses_in_every_domain(moment):
    calm, assertive = (
        moment.effort(assertiveness=np.concatenate([np.full((1, 16), level), np.zeros((3, 16))]))
        for level in (0.0, 0.6)
    )
    spent = [each[:, RUS].sum(axis=-1) for each in (calm, assertive)]
    assert (spent[1] > spent[0]).all()
