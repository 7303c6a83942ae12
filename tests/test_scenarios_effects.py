"""What each scenario of the library does, by its sign, on worlds that share their noise.

The expectations are those that the scenarios were written for: `docs/claims.md` has the claims.
A difference counts when it is more than three of its standard errors.
"""

from __future__ import annotations

import numpy as np
import pytest

from model.ensemble import Request, simulate
from scenarios.library import LIBRARY, scenario_files
from scenarios.load import load_scenario
from scenarios.parameters import load_parameters
from scenarios.quarters import parse_quarter
from scenarios.vocabulary import POWERS, STATES

WORLDS = 128
ERRORS = 3
UNTIL, HISTORY = "2032-Q4", "2023-Q4"
SIZE = np.array([0.36, 0.14, 0.16, 0.12, 0.22])
"""Weight of each state in a regional mean; any would do."""


@pytest.fixture(scope="session")  # a worker of xdist may leave this file and come back
def outcome():
    """All scenarios on the same worlds, and how to ask for one number a world."""
    library = [load_scenario(path) for path in scenario_files() if path.parent == LIBRARY]
    scenarios = {each.name: each for each in library if not each.uncertain}  # of known sign
    request = Request(
        seed=3,
        replicates=np.arange(WORLDS),
        until=parse_quarter(UNTIL),
        record_from=parse_quarter("2013-Q1"),
        every="year",
    )
    parameters = {name: numbers(each) for name, each in scenarios.items()}
    kept = {name: copied(each) for name, each in simulate(scenarios, parameters, request)}

    def ask(name, what, quarter):
        return column(kept[name], what, quarter)

    ask.failures = {name: each["failures"] for name, each in kept.items()}
    return ask


def numbers(scenario):
    """A scenario's own parameters as arrays, tables whole."""
    arrays = load_parameters().with_values(scenario.parameters).arrays()
    return {name: arrays[name] for name in {leaf.split(".")[0] for leaf in scenario.parameters}}


def copied(recorded):
    tables = {
        table: {name: values.copy() for name, values in columns.items()}
        for table, columns in recorded.tables.items()
    }
    quarters = list(recorded.quarters)
    return {"tables": tables, "quarters": quarters, "failures": list(recorded.failures)}


def column(kept, what, quarter):
    """`rivalry`, `threat`, `security:RUS` (regional means), `security:CHN:TJK`: one a world."""
    name, *keys = what.split(":")
    row = kept["quarters"].index(parse_quarter(quarter))
    (table,) = [table for table, columns in kept["tables"].items() if name in columns]
    values = kept["tables"][table][name][row]
    if table == "influence":
        values = values[:, POWERS.index(keys.pop(0))]
    if keys:
        return values[STATES.index(keys[0])]
    return values if table == "region" else (values * SIZE[:, None]).sum(axis=0)


def test_every_scenario_runs_and_no_world_fails(outcome) -> None:
    assert len(outcome.failures) == 29
    assert {name: failed for name, failed in outcome.failures.items() if failed} == {}


EFFECTS = {
    "frozen_ukraine": "+security:RUS +influence:RUS +assertiveness_russia +russian_attention"
    " +rivalry -cooperation -security:CHN",
    "freeze_without_relief": "+security:RUS +russian_attention +rivalry -security:CHN",
    "relief_without_freeze": "+rivalry +trade:RUS:KAZ -cooperation",
    "escalation": "-russian_attention -security:RUS +security:CHN -assertiveness_russia",
    "russian_decline": "-security:RUS -influence:RUS +influence:CHN -russian_attention",
    "afghanistan_instability": "+threat +attacks_on_chinese_assets +influence:RUS +influence:CHN"
    " +security:CHN:UZB +share:RUS:TJK +cooperation -norm -stability",
    "taliban_integration": "-threat -attacks_on_chinese_assets -influence:RUS +stability",
    "attack_wave": "+assertiveness_china +threat -norm",
    "freeze_and_afghanistan": "+security:RUS +threat +rivalry +influence:RUS",
    "taiwan_crisis": "-security:CHN -influence:CHN -rivalry",
    "taiwan_tension": "+security:CHN +influence:CHN +cooperation",
    "belt_and_road_retrenchment": "-influence:CHN -debt_to_china -security:CHN -joint_dependence",
    "perfect_storm": "+threat -influence:WST +influence:RUS +joint_dependence",
    "wider_engagement": "+influence:WST -influence:RUS -influence:CHN -joint_dependence"
    " -dependency_risk",
    "western_exit": "-influence:WST +influence:RUS +influence:CHN +joint_dependence",
    "strategic_autonomy": "+autonomy -joint_dependence -dependency_risk -influence:RUS"
    " -influence:CHN",
    "faster_growth": "+autonomy -dependency_risk -debt_to_china",
    "debt_distress": "-debt_to_china -influence:CHN +sinophobia",
}


@pytest.mark.parametrize(
    ("name", "effect"),
    [(name, effect) for name, effects in EFFECTS.items() for effect in effects.split()],
)
def test_a_scenario_moves_the_region_as_expected(outcome, name, effect) -> None:
    quarter = "2028-Q4" if effect == "+sinophobia" else UNTIL
    assert_moved(outcome, (name, "baseline"), effect, quarter)


HISTORIES = {
    "history_no_war": "+influence:RUS -cooperation +russian_attention",
    "history_no_belt_and_road": "-influence:CHN -debt_to_china -security:CHN -finance:CHN:TJK",
    "history_west_stays": "+influence:WST -influence:RUS -influence:CHN -joint_dependence",
    "history_no_eaeu": "-labour:RUS:KGZ -influence:RUS:KGZ",
    "history_no_pipelines": "-energy:CHN:TKM +energy:RUS:TKM -energy:CHN:UZB -influence:CHN",
    "history_calm_afghanistan": "-threat -attacks_on_chinese_assets -security:CHN -influence:RUS",
}


@pytest.mark.parametrize(
    ("name", "effect"),
    [(name, effect) for name, effects in HISTORIES.items() for effect in effects.split()],
)
def test_another_past_leads_to_another_2023(outcome, name, effect) -> None:
    assert_moved(outcome, (name, "baseline"), effect, HISTORY)


def assert_moved(outcome, pair, effect, quarter) -> None:
    """Assert the sign of a mean paired difference, beyond its error."""
    sign, what = effect[0], effect[1:]
    one, other = (outcome(name, what, quarter) for name in pair)
    gap = (one - other) * (1 if sign == "+" else -1)
    error = gap.std() / np.sqrt(len(gap))
    assert gap.mean() > ERRORS * error, f"{gap.mean():.5f} with an error of {error:.5f}"


def test_unrest_costs_a_busy_russia_credibility_and_earns_a_free_one_some(outcome) -> None:
    what = ("credibility:RUS:KAZ", "2027-Q4")
    busy = outcome("kazakhstan_unrest_war", *what) - outcome("baseline", *what)
    free = outcome("kazakhstan_unrest_freeze", *what) - outcome("frozen_ukraine", *what)
    assert busy.mean() < 0 < free.mean()
    assert (free - busy).mean() > ERRORS * (free - busy).std() / np.sqrt(WORLDS)


def test_a_freeze_works_on_security_by_attention_and_on_rivalry_by_sanctions(outcome) -> None:
    def gap(name, what):
        return (outcome(name, what, UNTIL) - outcome("baseline", what, UNTIL)).mean()

    attention, relief = "freeze_without_relief", "relief_without_freeze"
    assert gap(attention, "security:RUS") > 3 * gap(relief, "security:RUS")
    assert gap(relief, "rivalry") > 3 * gap(attention, "rivalry")


def test_after_a_freeze_china_still_means_more_for_security_than_in_2024(outcome) -> None:
    then = outcome("frozen_ukraine", "security:CHN", "2024-Q4")
    assert outcome("frozen_ukraine", "security:CHN", UNTIL).mean() > then.mean()


def test_afghan_turmoil_brings_far_more_attacks_on_chinese_assets(outcome) -> None:
    calm, shaken = (
        sum(outcome(name, "attacks_on_chinese_assets", f"{year}-Q4").mean() for year in years)
        for name, years in (
            ("baseline", range(2027, 2033)),
            ("afghanistan_instability", range(2027, 2033)),
        )
    )
    assert shaken > 1.3 * calm


def test_a_wave_of_attacks_is_seen_in_its_year(outcome) -> None:
    extra = outcome("attack_wave", "attacks_on_chinese_assets:TJK", "2026-Q4") - outcome(
        "baseline", "attacks_on_chinese_assets:TJK", "2026-Q4"
    )
    assert extra.mean() > 2


def test_the_restart_of_2010_keeps_near_what_was_observed_and_still_turns_to_china(outcome) -> None:
    early = outcome("history_from_2010", "trade:CHN:KAZ", "2013-Q4").mean()
    late = outcome("history_from_2010", "trade:CHN:KAZ", UNTIL).mean()
    assert abs(early - 0.155) < 0.06
    assert late > early


def test_scenarios_agree_until_they_part(outcome) -> None:
    for name in EFFECTS:
        for what in ("rivalry", "influence:CHN", "threat"):
            same = outcome(name, what, "2025-Q4") == outcome("baseline", what, "2025-Q4")
            assert same.all(), (name, what)


def test_an_alliance_that_comes_earns_credibility_where_nobody_would_have_come(outcome) -> None:
    what = ("credibility:RUS:KAZ", "2028-Q4")
    gained = outcome("kazakhstan_unrest_intervention", *what) - outcome(
        "kazakhstan_unrest_war", *what
    )
    assert gained.min() == 0, "where it came anyway, nothing may differ"
    assert 0.5 < (gained > 0.02).mean() < 1
