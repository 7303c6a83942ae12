"""The names of the field that files, code, results and labels share.

Everything that a scenario file may name is named here once: the states and powers of the frame in
force, the eight domains of reliance and the drivers that scenarios move.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from scenarios.frame import SELF, Codes, Labels

STATES, POWERS, OPTIONS = Codes("state"), Codes("power"), Codes("option")
"""What a state can rely on: a power, or itself (in trade: the rest of the world)."""

CONTESTED = ("finance", "security", "technology", "culture", "diplomacy")
"""The domains in which powers spend effort; first in every domain axis: they are a slice."""
DOMAINS = (*CONTESTED, "trade", "energy", "labour")
DOMAIN_COLUMNS = (
    *("trade", "finance", "energy", "security"),
    *("technology", "culture", "diplomacy", "labour"),
)
"""The same in the order of the result columns."""
FREE, GONE_THROUGH = "free", "followed"
"""Whether worlds run free of the record, or go through what was observed while it lasts."""

STATE_NAMES = Labels("state", {})
POWER_NAMES = Labels("power", {SELF: "own provision"})

TABLES = ("influence", "states", "region")
"""The tables of results."""
FLOWS = ("incidents", "attacks_on_chinese_assets", "unrest")
"""Columns that count what happened in a quarter, and add up over a year; all others are levels."""

TWO_LETTERS = {
    "KZ": "KAZ", "KG": "KGZ", "TJ": "TJK", "TM": "TKM", "UZ": "UZB", "RU": "RUS", "CN": "CHN",
}  # fmt: skip
"""The other codes of ISO 3166, for those that have one."""


def code_of(text: str) -> str | None:
    """The code of the state or power that a text names, by any code or by name; else None.

    >>> code_of("tajikistan"), code_of("KZ"), code_of("the West"), code_of("elsewhere")
    ('TJK', 'KAZ', 'WST', None)
    """
    said = " ".join(text.split()).casefold().removeprefix("the ")
    names = {**{code: STATE_NAMES[code] for code in STATES}, **{p: POWER_NAMES[p] for p in POWERS}}
    for code, name in names.items():
        if said in {code.casefold(), name.casefold().removeprefix("the ")}:
            return code
    return TWO_LETTERS.get(said.upper())


FIRST_YEAR, LAST_YEAR = 2000, 2040
QUARTERS = 4 * (LAST_YEAR - FIRST_YEAR + 1)
"""Quarters are counted from 2000-Q1 (0) to 2040-Q4 (163)."""

Scope = Literal["region", "state", "power and state"]


@dataclass(frozen=True)
class Driver:
    """An exogenous path that a scenario sets: its range, its unit and what it stands for.

    `steps`: knots are steps, for dated facts. `shared`: a driver by state of which one path may be
    given for all states.
    """

    name: str
    low: float
    high: float
    unit: str
    meaning: str
    scope: Scope = "region"
    states: Sequence[str] = STATES
    powers: Sequence[str] = POWERS
    steps: bool = False
    shared: bool = False

    @property
    def anchors(self) -> str:
        """Levels of the past to hold a new one against, as text; empty where the unit says it."""
        return ANCHORS.get(self.name, "")


ANCHORS = {
    "ukraine_conflict": "0 = 2013, 0.35 = 2014, 1 = 2022",
    "sanctions": "0.25 = 2018, 0.75 = 2022, 1 = 2024",
    "afghanistan_instability": "0.4 = 2002, 0.6 = 2024, 0.8 = 2000; 0.1: peace",
    "taliban_integration": "0 = 2010, 0.25 = 2022, 0.5 = 2025; 1: recognised by all neighbours",
    "taiwan_tension": "0.15 = 2000, 0.3 = 2018, 0.45 = 2024; 1: blockade or war",
    "western_engagement": "0.25 = 2021, 0.45 = 2026, 0.85 = 2002",
    "regional_engagement": "0.2 = 2000, 0.45 = 2019, 0.6 = 2024",
    "belt_and_road": "0.2 = 2000, 0.6 = 2021, 1 = 2012",
    "xinjiang_sensitivity": "0.3 = 2000, 0.65 = 2010, 0.9 = 2016",
    "migration_openness": "1 = 2020, 0.85 = 2025; 0.4: a visa and few permits",
    "own_capacity": "0 = 2020; 1: each of the five can hold its own border",
    "border_closure": "0 = 2019, 0.9 = 2020, 0.6 = 2022",
    "secondary_sanctions": "0 = 2022, 0.3 = 2024; 1: every bank and trader watched",
    "sco_role": "0.25 = 2002, 0.4 = 2017, 0.5 = 2024; 1: an alliance",
    "cooperation_of_five": "0 = 2016, 0.1 = 2019, 0.25 = 2026; 1: one negotiator",
    "coercion": "0 = 2024; 0.3: a border shut for weeks, 0.8: lines and markets shut",
    "culture_policy": "0 = 2024; -1: language and media banned, 1: paid for by the state",
    "technology_policy": "0 = 2024; -1: networks banned, 1: all networks granted",
    "kabul_ties": "0 = 2024; 1: the power recognises Kabul",
    "basing_consent": "1: 201st base in TJK, 0.3: Kant in KGZ, 0.1: a post as near Shaymak",
}
"""Levels of the baseline by year, and what the ends of a range would be (judgement)."""


def _by_state(name: str, high: float, unit: str, meaning: str) -> Driver:
    """A driver by state that may also be given for the region as a whole."""
    return Driver(name, 0, high, unit, meaning, "state", shared=True)


def _by_power(name: str, low: float, unit: str, meaning: str, *, steps: bool = False) -> Driver:
    return Driver(name, low, 1, unit, meaning, "power and state", steps=steps)


DRIVERS = {
    driver.name: driver
    for driver in (
        Driver("ukraine_conflict", 0, 1, "0-1", "intensity of the war in Ukraine"),
        Driver("sanctions", 0, 1, "0-1", "sanctions on Russia, 1 = those of mid-2023"),
        Driver("afghanistan_instability", 0, 1, "0-1", "Afghan instability as felt in the north"),
        Driver("taliban_integration", 0, 1, "0-1", "recognition and integration of the Taliban"),
        Driver("oil_price", 0.2, 2.5, "Brent, 2023 = 1", "price of oil"),
        Driver("china_growth", -0.05, 0.15, "per year", "real growth of China"),
        Driver("russia_growth", -0.10, 0.10, "per year", "real growth of Russia"),
        Driver("taiwan_tension", 0, 1, "0-1", "tension over Taiwan; above 0.75: open conflict"),
        _by_state("western_engagement", 1, "0-1", "engagement of the US, EU and Japan"),
        _by_state(
            "regional_engagement", 1, "0-1", "engagement of Turkiye, Iran, the Gulf and India"
        ),
        _by_state("belt_and_road", 2, "2009-16 = 1", "intensity of Chinese lending and building"),
        Driver("xinjiang_sensitivity", 0, 1, "0-1", "Beijing's concern for Xinjiang"),
        Driver("migration_openness", 0.3, 1.2, "2000 = 1", "Russia's openness to migrants"),
        Driver("attention_override", 0, 1.5, "factor", "multiplies Russian attention"),
        Driver("own_capacity", 0, 1, "0-1", "the five's own security capacity"),
        Driver("china_openness", 0.3, 3, "2000 = 1", "China's merchandise trade over its GDP"),
        Driver("russia_openness", 0.3, 3, "2000 = 1", "Russia's merchandise trade over its GDP"),
        Driver("rouble", 0.1, 2, "2013 = 1", "dollar price of Russian output"),
        Driver("yuan", 0.2, 3, "2013 = 1", "dollar price of Chinese output"),
        Driver("world_trade", 0.2, 4, "2013 = 1", "trade of all but China and Russia, in dollars"),
        _by_state("border_closure", 1, "0-1", "closure of land borders, chiefly China's"),
        _by_state("secondary_sanctions", 1, "0-1", "sanctions enforced on trade with Russia"),
        Driver("sco_role", 0, 1, "2024 = 0.5", "weight of the Shanghai Cooperation Organisation"),
        Driver("cooperation_of_five", 0, 1, "0-1", "the five bargain with the powers together"),
        Driver(
            "eaeu_membership", 0, 1, "0 or 1", "member of the Eurasian union", "state", steps=True
        ),
        Driver(
            "csto_membership", 0, 1, "0 or 1", "member of the CSTO alliance", "state", steps=True
        ),
        Driver("state_growth", -0.1, 0.1, "per year", "growth added to a state's own", "state"),
        Driver(
            "border_settled",
            0,
            1,
            "0 or 1",
            "Kyrgyz-Tajik border settled (both must agree)",
            "state",
            states=("KGZ", "TJK"),
            steps=True,
        ),
        _by_power(
            "basing_consent",
            0,
            "201st base = 1",
            "largest base of a power that the host admits",
            steps=True,
        ),
        _by_power("coercion", 0, "0-1", "pressure of a power: lines, borders or markets shut"),
        _by_power("culture_policy", -1, "-1 to 1", "a power's language and media, from ban to aid"),
        _by_power("technology_policy", -1, "-1 to 1", "a power's networks, from ban to a grant"),
        _by_power("kabul_ties", 0, "0-1", "a power's standing with the rulers in Kabul"),
        Driver(
            "pipeline_capacity",
            0,
            1,
            "share of export need",
            "energy lines to a power",
            "power and state",
        ),
    )
}


NOW = "2026-Q1"
UPPER = 3 / 4
"""How far up its range an example takes a driver: half-way would leave some as they are."""


def cells_of(driver: Driver) -> list[tuple[str, ...]]:
    """All cells of a driver's array in its order: itself, one a state, or power by power."""
    if driver.scope == "region":
        return [(driver.name,)]
    if driver.scope == "state":
        return [(driver.name, state) for state in STATES]
    return [(driver.name, state, power) for power in POWERS for state in STATES]


def line_of(driver: Driver, cell: tuple[str, ...], value: str) -> str:
    """A driver's line: to a value of a cell of it, by a ramp where it is no membership."""
    knots = value if driver.steps else f"{{{NOW}: inherited, 2028-Q1: {value}}}"
    for part in () if driver.shared else reversed(cell[1:]):
        knots = f"{{{part}: {knots}}}"
    return f"{driver.name}: {knots}"


def instead(name: str) -> str:
    """What to write for a driver that was taken for a parameter; empty for what is no driver.

    >>> instead("oil_price")
    "'oil_price' is a driver; a scenario file changes it: 'crossroads new mine --extends baseline'
    begins mine.yaml, a line for it is drivers: {oil_price: {2026-Q1: inherited, 2028-Q1: 1.9}}"
    >>> instead("oil_middle")
    ''
    """
    driver = DRIVERS.get(name)
    if driver is None:
        return ""
    cell = next(each for each in cells_of(driver) if each[1:2] in {(), tuple(driver.states[:1])})
    value = f"{driver.low + UPPER * (driver.high - driver.low):.2g}"
    line = line_of(driver, cell, f"{{2028-Q1: {driver.low:g}}}" if driver.steps else value)
    begun = "'crossroads new mine --extends baseline' begins mine.yaml"
    told = f"'{name}' is a driver; a scenario file changes it: {begun}"
    return f"{told}, a line for it is drivers: {{{line}}}"
