"""Forms of a condition that work, made of what a text that cannot be read seems to ask for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from experiments.conditions.times import CLAUSES
from experiments.conditions.words import COLUMNS, Word, trimmed, words_of
from experiments.refusals import BadInput
from experiments.store.columns import column, table_of
from scenarios.vocabulary import POWERS, STATES

MOST = 3
"""Forms that are offered, nearest first."""
LONGEST = 14
"""Words of a text that is still one comparison, whatever it lacks."""
TAILS = CLAUSES.keys()
LEADS = re.compile(r"lead|ahead|first|most|domina|strong", re.IGNORECASE)


def forms(text: str) -> list[str]:
    """Return conditions that are near to a text; none for one that says too little, or too much.

    >>> forms("Russia leads in KAZ at 2035")
    ['leader is RUS in KAZ at 2035', 'share RUS > 0.5 in KAZ at 2035']
    >>> forms("threat in Tajikistan")
    ['threat > 0.5 in TJK']
    """
    try:
        words = words_of(text)[:-1]
    except BadInput:
        return []
    values = [word.value for word in words]
    if len(words) > LONGEST or {"and", "or", "not", "("} & set(values):
        return []
    head = next((at for at, value in enumerate(values) if value in TAILS), len(words))
    tail = f" {trimmed(text[words[head].start :])}" if head < len(words) else ""
    found = dict.fromkeys(_forms(text, words[:head]))
    return [f"{each}{tail}" for each in islice(found, MOST)]


def _forms(text: str, words: list[Word]) -> Iterator[str]:
    """Yield comparisons of the powers, columns and places that are named."""
    named = [word.value for word in words]
    powers = [each for each in named if each in POWERS]
    columns = [each for each in named if each in COLUMNS]
    place = next((each for each in named if each in STATES), "")
    where = f" in {place}" if place else " in the region" if "region" in named else " in any state"
    level = next((word.value for word in words if word.kind == "number"), "")
    held = {">", "<", ">=", "<=", "=", "!="} & set(named)
    if powers and not held and (not columns or LEADS.search(text)):
        yield f"leader is {powers[0]}{where}"
    for each in columns or (["share"] if powers else []):
        yield from _compared(each, powers, where, level)


def _compared(name: str, powers: list[str], where: str, level: str) -> Iterator[str]:
    """Yield what a column can be held against: another power, or a number."""
    keys = table_of(name).keys
    place = where if "state" in keys else ""
    if "power" not in keys:
        yield f"{name} > {level or _middle(name)}{place}"
        return
    if len(powers) > 1:
        yield f"{name} {powers[0]} > {powers[1]}{place}"
    yield f"{name} {(powers or ['CHN'])[0]} > {level or _middle(name)}{place}"


def _middle(name: str) -> str:
    """Return a number that a column can be above."""
    kind = column(name)
    return "0" if kind.high is None else f"{(kind.low + kind.high) / 2:g}"
