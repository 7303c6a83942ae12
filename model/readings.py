"""Readings: what the three tables of results say of a quarter."""

from __future__ import annotations

from functools import partial, reduce
from operator import add
from typing import TYPE_CHECKING

import numpy as np

from agents.axes import CHN, POWERS, RUS, Shaped, StateWorlds, Worlds
from agents.rules.dependence import over_domains
from model.influence import (
    bargaining_terms,
    capacity,
    contestation,
    dependency_risk,
    division_of_labour,
    hedging,
    leading_two,
)
from scenarios.vocabulary import DOMAINS

if TYPE_CHECKING:
    from model.region import Region

Readings = dict[str, Shaped]

FLOWS = ("incidents", "attacks_on_chinese_assets", "unrest")
"""Columns that add up over a year; all others are levels."""

PRINTED = ("trade", "finance", "energy", "security", "technology", "culture", "diplomacy", "labour")
"""Domains in the order of the result columns."""


def influence_readings(region: Region) -> Readings:
    """Columns of the table `influence`: (power, state, worlds)."""
    held = region.influence
    return {
        "influence": held.value,
        "share": held.share,
        **{name: region.reliance[DOMAINS.index(name), POWERS] for name in PRINTED},
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
    terms = bargaining_terms(region.reliance, p.domain_weight)
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
    between = region.coopetition
    return {
        "cooperation": between.cooperation,
        "competition": between.competition,
        "coopetition": between.balance,
        "rivalry": between.rivalry,
        "norm": between.norm,
        "division_of_labour": division_of_labour(region.reliance, region.parameters.state_weight),
        "assertiveness_russia": between.russia,
        "assertiveness_china": between.china,
        "russian_attention": region.attention,
        "stability": stability(region),
        "taiwan_hazard": taiwan_hazard(region),
    }


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


def collected(name: str, region: Region) -> float | Worlds:
    """One of Mesa's numbers: a float for a single world, else an array over worlds."""
    between = region.coopetition
    values = {
        "cooperation": between.cooperation,
        "competition": between.competition,
        "rivalry": between.rivalry,
        "norm": between.norm,
        "assertiveness_russia": between.russia,
        "assertiveness_china": between.china,
        "russian_attention": region.attention,
    }[name]
    return float(values[0]) if region.worlds == 1 else values


REPORTERS = {
    name: partial(collected, name)
    for name in (
        "cooperation",
        "competition",
        "rivalry",
        "norm",
        "assertiveness_russia",
        "assertiveness_china",
        "russian_attention",
    )
}
"""What Mesa's DataCollector collects of a region that has no recorder."""

TABLES = {
    "influence": influence_readings,
    "states": states_readings,
    "region": region_readings,
}
