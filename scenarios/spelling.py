"""Names of countries in scenario files: any that commands take becomes the code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scenarios.vocabulary import code_of

if TYPE_CHECKING:
    from scenarios.reading import Document, Place


def spell(document: Document) -> None:
    """Put codes where a file has names or two-letter codes; the same one twice is a fault."""
    for section in ("drivers", "behaviour"):
        if isinstance(entries := document.values.get(section), dict):
            document.values[section] = _by_code(document, entries, (section,))
    for section in ("events", "without_events"):
        listed = document.values.get(section)
        for event in listed if isinstance(listed, list) else []:
            for key in ("state", "power") if isinstance(event, dict) else ():
                if isinstance(event.get(key), str):
                    event[key] = code_of(event[key]) or event[key]


def _by_code(document: Document, entries: dict[str, Any], place: Place) -> dict[str, Any]:
    """A mapping with codes for keys at all depths; lines are known by them from then on."""
    found: dict[str, Any] = {}
    for key, value in entries.items():
        code = (None if key[:1].isdigit() else code_of(key)) or key
        new, old, depth = (*place, code), (*place, key), len(place) + 1
        if code != key and (code in entries or code in found):
            said = f"'{key}' is {code}, which stands here already"
            document.repeated.append(document.fault(old, said))
            continue
        if code != key:
            document.lines = {
                (*new, *at[depth:]) if at[:depth] == old else at: line
                for at, line in document.lines.items()
            }
        found[code] = _by_code(document, value, new) if isinstance(value, dict) else value
    return found
