"""Colours and strokes: the same power looks the same in every figure, in colour and in grey.

Each colour differs from the others in lightness too, so that a grey print keeps them apart, and
no two meet for eyes that lack a kind of cone. Scenarios have strokes of their own, which no power
has.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from scenarios.frame import current


class Stroke(NamedTuple):
    """How something is drawn: a colour, a dash pattern, a marker."""

    colour: str
    dashes: str | tuple[int, tuple[float, ...]]
    marker: str


class _Strokes(dict[str, Stroke]):
    """Strokes by power; one that a frame adds has its own colour, or grey."""

    def __missing__(self, code: str) -> Stroke:
        own = {each.code: each.colour for each in current().extras}
        return Stroke(own[code] or SOFT, (0, (3, 1, 1, 1)), "P")


class _Short(dict[str, str]):
    """Short names of powers; one that a frame adds has its whole name."""

    def __missing__(self, code: str) -> str:
        return current().labels("power")[code]


POWER = _Strokes(
    {
        "RUS": Stroke("#1d3f72", "-", "s"),
        "CHN": Stroke("#cf3f2e", "-", "o"),
        "WST": Stroke("#4fa3c7", (0, (5, 1.6)), "^"),
        "REG": Stroke("#d9ac2b", (0, (1.4, 1.3)), "D"),
        "SELF": Stroke("#8a8a8a", (0, (4, 1, 1, 1)), "x"),
    }
)
"""Russia dark blue, China red, the West light blue and dashed, regional powers ochre and dotted."""

SCENARIO = (
    Stroke("#222222", "-", "o"),
    Stroke("#7a3b9b", "-", "s"),
    Stroke("#1b8a5a", (0, (5, 1.6)), "^"),
    Stroke("#b07aa1", (0, (1.4, 1.3)), "D"),
    Stroke("#5c6f2b", (0, (6, 1.5, 1.2, 1.5)), "v"),
    Stroke("#8c6d46", (0, (3, 1.5)), "P"),
    Stroke("#6aa384", (0, (8, 2)), "X"),
)
"""Strokes of scenarios in the order of the run; the first, as a rule the baseline, is black."""

INK, SOFT, PALE = "#222222", "#6b6b6b", "#d5d5d5"

UP, DOWN = "#5e3c99", "#e08214"
"""More and less, in bars and heat maps."""
TERMS = ("#117733", "#882255", "#44aa99", "#999933", "#8c6d46", "#cc99bb", "#661100", "#555555")
"""Things that are neither powers nor scenarios: made for colour-blind eyes (after Tol 2021)."""

SHORT_POWER = _Short(
    {
        "RUS": "Russia",
        "CHN": "China",
        "WST": "West",
        "REG": "regional",
        "SELF": "own",
    }
)


def scenario_strokes(names: Sequence[str]) -> dict[str, Stroke]:
    """Return a stroke for each scenario; they repeat after seven."""
    return {name: SCENARIO[place % len(SCENARIO)] for place, name in enumerate(names)}
