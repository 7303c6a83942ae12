"""What scenarios there are to run, by theme: the library's, and those of a user's folders."""

from __future__ import annotations

from pathlib import Path

from scenarios.faults import Fault, FaultyInput
from scenarios.library import LIBRARY, scenario_files
from scenarios.lineage import read_layer

THEMES = ("Baseline", "War in Ukraine", "Afghanistan", "Great powers elsewhere", "Third powers")
"""Shown first, in this order; the past comes last, themes of one's own before it."""
LAST_THEME = "Counterfactual history"
NO_THEME = "Other"


def all_scenarios(folders: tuple[Path, ...]) -> tuple[list[dict[str, str]], list[Fault]]:
    """Return every scenario's name, texts and own file, and the faults of files without one."""
    found, faulty = [], []
    for path in scenario_files(folders):
        try:
            layer = read_layer(path)
        except FaultyInput as fault:
            faulty += fault.faults
            continue
        faulty += layer.faults
        own = path.resolve().parent != LIBRARY.resolve()
        found.append(
            {
                "name": path.stem,
                "title": str(layer.said("title") or path.stem),
                "summary": " ".join(str(layer.said("summary") or "").split()),
                "theme": str(layer.said("theme") or NO_THEME),
                "file": str(path) if own else "",
            }
        )
    return sorted(found, key=_order), faulty


def _order(described: dict[str, str]) -> tuple[int, str]:
    theme = described["theme"]
    if theme in THEMES:
        return THEMES.index(theme), ""
    return len(THEMES) + (theme == LAST_THEME), theme
