"""Words that figures, answers and reports share: titles of scenarios, lists, who leads where."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from textwrap import fill

import numpy as np

from experiments.errors import BadInput
from experiments.results import selection
from experiments.results.cells import Floats
from experiments.results.reading import Results
from experiments.results.selection import Some
from scenarios.library import LIBRARY, scenario_files
from scenarios.lists import listed
from scenarios.observed import figures
from scenarios.scenario import Scenario
from scenarios.vocabulary import FIRST_YEAR, LAST_YEAR, POWER_NAMES, POWERS, STATE_NAMES, STATES

SURE = 0.75
"""Share of worlds from which on one thing is called larger than another; else about equal."""


def named(results: Results, scenario: str) -> str:
    """Return a scenario's title as a name within a sentence."""
    return quoted(results.titles[scenario])


def chosen_scenarios(results: Results, scenarios: Some, most: int | None = None) -> list[str]:
    """Return the scenarios asked for, or all, or the first few; BadInput for unknown ones."""
    if scenarios is None:
        return results.scenarios[:most]
    return [_known(results, name) for name in selection.as_names(scenarios, results.scenarios)]


def library() -> set[str]:
    """Return the names of the scenarios that are shipped."""
    return {path.stem for path in scenario_files() if path.is_relative_to(LIBRARY)}


def _known(results: Results, name: object) -> str:
    """Return a scenario of the folder; of one that is only in the library, say what adds it."""
    known = {path.stem for path in scenario_files()}
    if isinstance(name, str) and name not in results.scenarios and name in known:
        from experiments.results.missing import command  # it takes words from here

        adds = command(results, [name])
        raise BadInput(f"no scenario '{name}' here; this runs it beside the others: {adds}")
    return selection.known(name, results.scenarios, "scenario")


def reference(results: Results, name: str | None = None) -> str:
    """Return the scenario that others are compared with: `baseline`, or else the first."""
    if name is not None:
        return chosen_scenarios(results, [name])[0]
    return "baseline" if "baseline" in results.scenarios else results.scenarios[0]


def base_of(results: Results, scenarios: Iterable[str]) -> str:
    """Return the reference if it is one of some scenarios, else the first of them."""
    names = list(scenarios)
    return reference(results) if reference(results) in names else names[0]


OPEN = ""
"""Stands for the leader where no power leads in `SURE` of the worlds."""


def leaders(shares: Floats, states: Sequence[str] = STATES) -> dict[str, str]:
    """Return the power that leads in each state, or OPEN, from (state, power, worlds)."""
    return {state: settled(*ahead(own)) for state, own in zip(states, shares, strict=True)}


def ahead(shares: Floats) -> tuple[str, Floats]:
    """Return the power that is ahead in most worlds, from (power, worlds), and where it is.

    The second, (worlds,), is 1 where it is ahead, 0 where not and NaN where a world failed.
    """
    known = np.isfinite(shares).all(axis=0)
    first = shares.argmax(axis=0)
    power = int(np.bincount(first[known], minlength=len(POWERS)).argmax())
    return POWERS[power], np.where(known, first == power, np.float32(np.nan))


def settled(power: str, holds: Floats) -> str:
    """Return the power if it is ahead in `SURE` of the worlds that did not fail, OPEN otherwise.

    >>> settled("CHN", np.array([1.0, 1.0, 1.0, 0.0])), settled("CHN", np.array([1.0, 1.0, 0.0]))
    ('CHN', '')
    """
    known = holds[np.isfinite(holds)]
    return power if known.size and known.mean() >= SURE else OPEN


def who_leads(led: Mapping[str, str]) -> str:
    """Say who leads where.

    >>> who_leads({"KAZ": "RUS", "KGZ": "RUS", "TJK": "RUS", "TKM": "CHN", "UZB": ""})
    'Russia in Kazakhstan, Kyrgyzstan and Tajikistan; China in Turkmenistan; open in Uzbekistan'
    """
    said = {**{power: POWER_NAMES[power] for power in POWERS}, OPEN: "open"}
    parts = []
    for power, name in said.items():
        states = [STATE_NAMES[state] for state, leader in led.items() if leader == power]
        if states:
            all_five = len(states) == len(STATES)
            parts.append(f"{name} in {'all five states' if all_five else listed(states)}")
    return "; ".join(parts)


def of_worlds(many: int) -> str:
    """Say how many worlds.

    >>> of_worlds(1), of_worlds(1000)
    ('one world', '1,000 worlds')
    """
    return "one world" if many == 1 else f"{many:,} worlds"


def worlds_of(results: Results) -> str:
    """Say how many worlds a scenario a folder holds, and how many failed."""
    return worlds_each(results.size, len(results.failures), len(results.scenarios))


def worlds_each(worlds: int, failed: int, scenarios: int) -> str:
    """Say how many worlds there are a scenario, and how many failed in all of these together.

    >>> worlds_each(32, 20, 2), worlds_each(1, 0, 3)
    ('32 worlds a scenario, 20 of all 64 failed', 'one world a scenario')
    """
    of_all = f" of all {worlds * scenarios:,}" if scenarios > 1 else ""
    return f"{of_worlds(worlds)} a scenario{f', {failed:,}{of_all} failed' if failed else ''}"


def on_record(scenarios: Mapping[str, Scenario]) -> str:
    """Say whether worlds go through what was observed, and how much of it they know.

    >>> from scenarios.load import load_scenario
    >>> on_record({"baseline": load_scenario("baseline")})
    'go through the record to 2023; what is assumed is of 2025-12-31'
    """
    dates = sorted({each.as_of for each in scenarios.values() if each.as_of})
    dated = f"; what is assumed is of {listed(dates)}" if dates else ""
    free = [name for name, each in scenarios.items() if each.free]
    until = min(each.record_until for each in scenarios.values())
    known = f" and know nothing later than {until}" if until < LAST_YEAR else ""
    if len(free) == len(scenarios):
        return f"run free of the record{known}{dated}"
    last = max((each.last for each in figures() if each.last <= until), default=FIRST_YEAR)
    apart = f"; {listed(free)} free of it" if free else ""
    return f"go through the record to {last}{known}{apart}{dated}"


def capital(text: str) -> str:
    """Return the text with its first letter large, the rest untouched."""
    return text[:1].upper() + text[1:]


def quoted(title: str) -> str:
    """Return a scenario's title as a name within a sentence.

    >>> quoted("Western exit")
    '“Western exit”'
    """
    return f"“{title}”"


def broken(title: str, letters: int = 22) -> str:
    r"""Break a title over lines.

    >>> broken("Sanctions lifted, the war goes on")
    'Sanctions lifted, the\nwar goes on'
    """
    return fill(title, letters)
