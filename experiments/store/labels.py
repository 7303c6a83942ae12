"""States, powers and domains as people write them: by code or by name, in any case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from experiments.errors import BadInput
from scenarios.faults import nearest
from scenarios.vocabulary import DOMAINS, OPTIONS, POWER_NAMES, STATE_NAMES, code_of

NAMES: Mapping[str, Mapping[str, str]] = {
    "state": STATE_NAMES,
    "power": POWER_NAMES,
    "domain": {domain: domain for domain in DOMAINS},
}
"""What each kind of label is called."""


def label_of(kind: str, given: object) -> str:
    """Return the code of a state or power, or the domain, that is given by code or name.

    Raises BadInput, with the nearest valid label, where it names none.

    >>> label_of("state", "tajikistan"), label_of("state", "KZ"), label_of("domain", "Trade")
    ('TJK', 'KAZ', 'trade')
    """
    codes = {code: name for code, name in NAMES[kind].items() if code != OPTIONS[-1]}
    text = str(given)  # from Python it can be anything, which is then one that there is not
    found = code_of(text) or text.strip().casefold()
    if found not in codes:
        valid = [*codes, *(name for name in codes.values() if name not in codes)]
        raise BadInput(f"unknown {kind} '{text}'; {_suggested(text, list(codes), valid)}")
    return found


def _suggested(text: str, codes: list[str], valid: list[str]) -> str:
    """Return the nearest code, which is what files have, or else name; if none, the codes."""
    near = (nearest(text, each) for each in (codes, valid))
    return next((each for each in near if each.startswith("did")), nearest("", codes))


def nearest_column(text: str, columns: Sequence[str]) -> str:
    """What to write instead of a column that there is not: the nearest, and where all are listed.

    >>> nearest_column("attacks", ["unrest", "attacks_on_chinese_assets"])
    "did you mean 'attacks_on_chinese_assets'?"
    >>> nearest_column("xyz", ["unrest", "norm"])
    'expected unrest or norm'
    """
    near = nearest(text, columns)
    return f"{near} (docs/results.md lists them)" if near.startswith("there") else near
