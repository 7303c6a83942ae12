"""The short story of one world: who led where at start and end, and what happened when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from math import isfinite
from typing import Any

from experiments.results.text import capital
from scenarios.lists import listed
from scenarios.vocabulary import POWER_NAMES, POWERS, STATE_NAMES, STATES

Json = dict[str, Any]
INCIDENT = "incident "
"""How lines of events begin that are too many to be told one by one."""
ON_RECORD = "on record "


def story(quarters: Sequence[Json]) -> Iterator[str]:
    """Yield what a reader wants to know of a replayed world before the table, a line each."""
    if not quarters:
        return
    first, last = quarters[0], quarters[-1]
    yield f"{first['quarter']}: {_who_leads(first)}."
    yield f"{last['quarter']}: {_who_leads(last)}."
    told = [(each["quarter"], _named(each["events"])) for each in quarters]
    happened = [f"{quarter} {', '.join(events)}" for quarter, events in told if events]
    yield f"Between: {'; '.join(happened) or 'nothing but incidents'}."
    if counts := _incidents(quarters):
        where = listed([f"{count} in {STATE_NAMES[state]}" for state, count in counts])
        yield f"Violent incidents, which raise the threat that a state feels: {where}."


def _who_leads(quarter: Json) -> str:
    """Say where each power has most influence; nothing of a world that has failed."""
    influence = quarter["influence"]
    if not all(isfinite(value) for value in influence.values()):
        return "the world has failed"
    led: dict[str, list[str]] = {}
    for state in STATES:
        power = max(POWERS, key=lambda each: influence[f"{each}.{state}"])
        led.setdefault(POWER_NAMES[power], []).append(STATE_NAMES[state])
    verbs = {name: "lead" if name.endswith("s") else "leads" for name in led}
    return "; ".join(f"{capital(name)} {verbs[name]} in {listed(of)}" for name, of in led.items())


def _named(events: Sequence[str]) -> list[str]:
    """Return the events that are told one by one."""
    return [each for each in events if not each.startswith((INCIDENT, ON_RECORD))]


def _incidents(quarters: Sequence[Json]) -> list[tuple[str, int]]:
    """Return how many incidents each state had, most first."""
    counts: Counter[str] = Counter()
    for each in quarters:
        for line in each["events"]:
            if line.startswith(INCIDENT):
                state, _, times = line.removeprefix(INCIDENT).partition(" x")
                counts[state] += int(times or 1)
    return counts.most_common()
