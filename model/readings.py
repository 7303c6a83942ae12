"""Readings: what the three tables of results say of a quarter."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from operator import add, attrgetter

import numpy as np

from agents.axes import CHN, POWERS, RUS, Shaped, StateWorlds, Worlds
from agents.rules.dependence import over_domains
from model.influence import (
    capacity,
    contestation,
    dependency_risk,
    division_of_labour,
    hedging,
    leading_two,
)
from model.region import Region
from scenarios.vocabulary import DOMAIN_COLUMNS, DOMAINS

Readings = dict[str, Shaped]


def influence_readings(region: Region) -> Readings:
    """Columns of the table `influence`: (power, state, worlds)."""
    held = region.influence
    return {
        "influence": held.value,
        "share": held.share,
        **{name: region.reliance[DOMAINS.index(name), POWERS] for name in DOMAIN_COLUMNS},
        "capacity": capacity(region.reliance, held.weight, agreements(region), *held.per_domain),
        "credibility": region.crises.credibility,
        "basing": region.stocks.basing,
    }


def agreements(region: Region) -> StateWorlds:
    """Bandwidth that formal agreements give Russia, by state."""
    union, alliance = region.parameters.capacity_agreement
    now = region.drivers.now
    return union * now.eaeu_membership + alliance * now.csto_membership


def states_readings(region: Region) -> Readings:
    """Columns of the table `states`: (state, worlds)."""
    p, stocks, held = region.parameters, region.stocks, region.influence
    first, second = leading_two(held.share)
    joint = held.share[RUS] + held.share[CHN]
    relied = held.total / over_domains(held.weight)
    terms = held.terms
    return {
        "threat": region.incidents.threat,
        "incidents": region.incidents.count,
        "attacks_on_chinese_assets": region.incidents.attacks,
        "unrest": region.crises.unrest,
        "debt_to_china": stocks.debt,
        "remittances": stocks.remittances,
        "sinophobia": region.states.sinophobia,
        "hedging": hedging(held.share),
        "dominance": first - second,
        "contestation": contestation(held.value),
        "autonomy": 1 - first * relied,
        "joint_dependence": joint,
        "dependency_risk": dependency_risk(
            joint * relied, terms, stocks.debt, stocks.remittances, p
        ),
        "bargaining_terms": terms,
    }


def region_readings(region: Region) -> Readings:
    """Columns of the table `region`: (worlds,)."""
    return {name: read(region) for name, read in REGION.items()}


def labour_divided(region: Region) -> Worlds:
    """Russia's part against China in security less that in trade and finance."""
    return division_of_labour(region.reliance, region.parameters.state_weight)


def stability(region: Region) -> Worlds:
    """Stability of the region, at most 1: free of threat, incidents and unrest."""
    p = region.parameters
    year = reduce(add, region.incidents.year)
    often = np.minimum(year, p.stability_incidents_full) / p.stability_incidents_full
    trouble = (
        p.stability_threat * region.incidents.threat
        + p.stability_incidents * often
        + p.stability_unrest * region.crises.recent
    )
    return 1 - (p.state_weight * trouble).sum(axis=0)


def taiwan_hazard(region: Region) -> Worlds:
    """Hazard of escalation over Taiwan a year, given how quiet China's rear is (claim 38)."""
    p = region.parameters
    threat = (p.state_weight * region.incidents.threat).sum(axis=0)
    china = (p.state_weight * region.influence.share[CHN]).sum(axis=0)
    return p.taiwan_hazard_base * np.exp(p.taiwan_hazard_flank * (1 - threat) * china)


REGION: dict[str, Callable[[Region], Worlds]] = {
    "cooperation": attrgetter("coopetition.cooperation"),
    "competition": attrgetter("coopetition.competition"),
    "coopetition": attrgetter("coopetition.balance"),
    "rivalry": attrgetter("coopetition.rivalry"),
    "norm": attrgetter("coopetition.norm"),
    "division_of_labour": labour_divided,
    "assertiveness_russia": attrgetter("coopetition.russia"),
    "assertiveness_china": attrgetter("coopetition.china"),
    "russian_attention": attrgetter("attention"),
    "stability": stability,
    "taiwan_hazard": taiwan_hazard,
}
"""Columns of the table `region`, each read by itself."""


TABLES = {
    "influence": influence_readings,
    "states": states_readings,
    "region": region_readings,
}
