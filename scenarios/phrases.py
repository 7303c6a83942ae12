"""What people mean, and what to write for it in a scenario file."""

from __future__ import annotations

ABSENT = "not in the model: "
"""How the answer begins where nothing stands for a phrase."""

PHRASES = {
    "C5+1, US and EU summits": (
        "drivers: {western_engagement: {2026-Q1: inherited, 2028-Q1: 0.7}}"
    ),
    "the West leaves": "drivers: {western_engagement: {2026-Q1: inherited, 2028-Q1: 0.1}}",
    "Global Gateway, EU money for one state": (
        "drivers: {western_engagement: {UZB: {2026-Q1: inherited, 2028-Q1: 0.7}}}"
    ),
    "Organisation of Turkic States, Turkiye": (
        "drivers: {regional_engagement: {2026-Q1: inherited, 2030-Q1: 0.9}}"
    ),
    "Gulf and Indian investors": (
        "drivers: {regional_engagement: {KAZ: {2026-Q1: inherited, 2030-Q1: 0.9}}}"
    ),
    "201st base in Tajikistan closes": (
        "events: [{type: base_closure, quarter: 2029-Q1, state: TJK, power: RUS}]"
    ),
    "Kant air base closes": (
        "events: [{type: base_closure, quarter: 2029-Q1, state: KGZ, power: RUS}]"
    ),
    "Chinese base or police post in Tajikistan": (
        "events: [{type: base_opening, quarter: 2028-Q1, state: TJK, power: CHN, size: 0.2}]"
    ),
    "American base, Karshi-Khanabad, Manas": (
        "events: [{type: base_opening, quarter: 2028-Q1, state: UZB, power: WST, size: 0.2}]"
    ),
    "troops recalled from Tajikistan to Ukraine": (
        "drivers: {attention_override: {2026-Q1: 1, 2027-Q1: 0.5}}"
    ),
    "ceasefire, frozen war in Ukraine": (
        "drivers: {ukraine_conflict: {2026-Q3: inherited, 2027-Q3: 0.15}}"
    ),
    "sanctions on Russia lifted, SWIFT": (
        "drivers: {sanctions: {2026-Q3: inherited, 2029-Q1: 0.2}}"
    ),
    "secondary sanctions on banks, re-exports, Mir cards": (
        "drivers: {secondary_sanctions: {2026-Q1: inherited, 2027-Q1: 0.9}}"
    ),
    "rouble collapses": "drivers: {rouble: {2026-Q1: inherited, 2027-Q1: 0.4}}",
    "yuan devalued": "drivers: {yuan: {2026-Q1: inherited, 2027-Q1: 0.8}}",
    "oil price falls": "drivers: {oil_price: {2026-Q4: inherited, 2027-Q4: 0.5}}",
    "China slows, property crisis": "drivers: {china_growth: {2026-Q1: inherited, 2028-Q1: 0.015}}",
    "Russian recession": "drivers: {russia_growth: {2026-Q1: inherited, 2027-Q1: -0.03}}",
    "trade war, tariffs, fragmentation": (
        "drivers: {world_trade: {2026-Q1: inherited, 2030-Q1: 1.2}}"
    ),
    "war over Taiwan, blockade": "drivers: {taiwan_tension: {2027-Q1: inherited, 2028-Q1: 0.9}}",
    "Xinjiang, Uyghurs": "drivers: {xinjiang_sensitivity: {2026-Q1: inherited, 2028-Q1: 0.95}}",
    "Belt and Road loans, BRI, Silk Road": (
        "drivers: {belt_and_road: {2026-Q1: inherited, 2028-Q1: 1.2}}"
    ),
    "debt to China, default, restructuring": (
        "events: [{type: debt_distress, quarter: 2029-Q1, state: KGZ}]"
    ),
    "Middle Corridor, Trans-Caspian route": (
        "events: [{type: corridor_opening, quarter: 2029-Q1, state: KAZ, power: WST}]"
    ),
    "China-Kyrgyzstan-Uzbekistan railway, CKU": (
        "events: [{type: corridor_opening, quarter: 2030-Q1, state: KGZ, power: CHN}]"
    ),
    "Trans-Afghan railway, road to the sea": (
        "events: [{type: corridor_opening, quarter: 2031-Q1, state: UZB, power: REG}]"
    ),
    "TAPI pipeline": (
        "events: [{type: pipeline_opening, quarter: 2031-Q1, state: TKM, power: REG}]"
    ),
    "Line D, Central Asia-China gas pipeline": (
        "events: [{type: pipeline_opening, quarter: 2031-Q1, state: TKM, power: CHN}]"
    ),
    "Trans-Caspian gas pipeline": (
        "events: [{type: pipeline_opening, quarter: 2031-Q1, state: TKM, power: WST}]"
    ),
    "CPC pipeline, Caspian Pipeline Consortium cut": (
        "drivers: {pipeline_capacity: {KAZ: {WST: {2027-Q1: inherited, 2027-Q3: 0.2}}}}"
    ),
    "Russia shuts the border, food bans, blackmail": (
        "drivers: {coercion: {KAZ: {RUS: {2027-Q1: 0, 2027-Q3: 0.4, 2029-Q1: 0}}}}"
    ),
    "Chinese border closed, epidemic": (
        "drivers: {border_closure: {2027-Q1: 0, 2027-Q2: 0.9, 2028-Q1: 0}}"
    ),
    "Eurasian Economic Union, EAEU, joins": (
        "events: [{type: membership_change, quarter: 2028-Q1, state: UZB, organisation: EAEU}]"
    ),
    "leaves the CSTO, Collective Security Treaty": (
        "events: [{type: membership_change, quarter: 2028-Q1, state: KAZ, organisation: CSTO, "
        "size: 0}]"
    ),
    "Bloody January, protests, colour revolution, coup": (
        "events: [{type: unrest, quarter: 2028-Q1, state: KAZ, probability: 0.5}]"
    ),
    "peacekeepers, CSTO intervention": (
        "events: [{type: csto_intervention, quarter: 2028-Q1, state: KGZ}]"
    ),
    "terror attack on Chinese workers": (
        "events: [{type: china_asset_attack, quarter: 2027-Q1, state: TJK, size: 2}]"
    ),
    "Taliban recognised": "events: [{type: taliban_recognition, quarter: 2028-Q1}]",
    "Afghan civil war, ISKP, Islamic State Khorasan": (
        "drivers: {afghanistan_instability: {2026-Q1: inherited, 2027-Q1: 0.95}}"
    ),
    "Batken, Kyrgyz-Tajik border war": (
        "drivers: {border_settled: {KGZ: {2027-Q1: 0}}}\n"
        "events: [{type: border_clash, quarter: 2027-Q2, state: KGZ}]"
    ),
    "migrants expelled, Crocus City Hall": (
        "events: [{type: migration_crackdown, quarter: 2027-Q1, size: 0.3}]"
    ),
    "remittances halve": "drivers: {migration_openness: {2026-Q1: inherited, 2027-Q1: 0.4}}",
    "Huawei, 5G, networks banned": (
        "drivers: {technology_policy: {KAZ: {CHN: {2026-Q1: 0, 2028-Q1: -0.8}}}}"
    ),
    "Russian language, Latin alphabet, media": (
        "drivers: {culture_policy: {KAZ: {RUS: {2026-Q1: 0, 2029-Q1: -0.6}}}}"
    ),
    "Confucius Institutes, scholarships": (
        "drivers: {culture_policy: {UZB: {CHN: {2026-Q1: 0, 2029-Q1: 0.6}}}}"
    ),
    "Shanghai Cooperation Organisation, SCO": (
        "drivers: {sco_role: {2026-Q1: inherited, 2030-Q1: 0.8}}"
    ),
    "the five act together, consultative meetings": (
        "drivers: {cooperation_of_five: {2026-Q1: inherited, 2030-Q1: 0.7}}"
    ),
    "own armies, drones": "drivers: {own_capacity: {2026-Q1: 0, 2030-Q1: 0.5}}",
    "Rosatom, nuclear power plants": ABSENT + "no lever for who builds and fuels plants",
    "Power of Siberia": ABSENT + "lines between Russia and China",
    "water, Rogun, Qosh Tepa canal": ABSENT + "water and hydropower",
    "uranium, lithium, critical minerals": ABSENT + "single goods; trade is one domain",
    "succession, election, death of a president": (
        ABSENT + "who rules; unrest is the nearest event"
    ),
}
"""By what people mean, in one wording or several: YAML of a scenario file, or why there is none."""


def phrases_about(text: str) -> dict[str, str]:
    """The phrases whose words or answer hold all words of a text.

    >>> phrases_about("power of siberia")
    {'Power of Siberia': 'not in the model: lines between Russia and China'}
    """
    words = text.casefold().split()
    return {
        meant: written
        for meant, written in PHRASES.items()
        if all(word in f"{meant} {written}".casefold() for word in words)
    }
