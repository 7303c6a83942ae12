"""Headings, notes and the state of the computation, as the page shows them."""

from __future__ import annotations

import re
from html import escape

from experiments.dashboard.view import View, meaning
from experiments.dashboard.worlds import Answer
from experiments.figures.style import unbroken
from experiments.results.text import capital, quoted
from scenarios.vocabulary import STATE_NAMES

NOTES = {
    "level": "Lines: medians; bands: 50 % and 90 % of worlds.",
    "change": (
        "World by world; both share their luck. Line: mean; bands: 90 % of worlds (pale), its 95 % "
        "interval (dark)."
    ),
    "map": "Share of influence: lead over the second in points; hatched: open. Click a state.",
    "numbers": "Median with 90 % of worlds; mean change with 90 % of worlds.",
    "command": "To the bit, with all other results in a folder.",
}
"""How to read each card."""
NOTHING = "Nothing to compare with"
ALONE = "Choose another scenario, or move what the future brings."
MOVED = "A moved driver makes a scenario file of your own; the numbers agree to the bit."


def heads(answer: Answer, view: View) -> dict[str, str]:
    """Return the heading of each card: what is shown, and how to read it."""
    first, *others = (quoted(title) for title in answer.titles.values())
    unit = view.outcome.unit
    notes = NOTES | {"level": f"{meaning(view)} {NOTES['level']}"}
    scale = unit[:1].upper() + unit[1:] if unit.startswith("on") else f"In {unit}"
    notes |= {"change": f"{scale}. {NOTES['change']}" if others else ALONE}
    notes |= {"command": MOVED} if answer.inquiry.drivers else {}
    label = capital(view.label)
    against = others[0] if len(others) == 1 or (view.by_power and others) else "the others"
    titles = {
        "level": f"{label} under {first}" if view.by_power else label,
        "change": f"What {first} changes against {against}" if others else NOTHING,
        "map": f"Who leads at the end of {view.year} under {first}",
        "numbers": f"{STATE_NAMES[view.state]} at the end of {view.year}",
        "command": "The same from the command line",
    }
    return {
        name: f"<h2>{escape(title)}</h2><p>{escape(notes[name])}</p>"
        for name, title in titles.items()
    }


def table(answer: Answer, view: View) -> str:
    """Return the numbers of the charts in the year, for eyes that read and for screen readers."""
    row, levels, changes = view.row(answer), view.levels(answer), view.changes(answer)
    rows = []
    for place, (name, colour) in enumerate(zip(levels.names, levels.colours, strict=True)):
        at = place if view.by_power else place - 1
        change = changes.said(row, at) if 0 <= at < len(changes.names) else ""
        square = f'<i style="background:{colour}"></i>'
        level = levels.said(row, place)
        rows.append(f"<tr><th>{square}{escape(name)}</th><td>{level}</td><td>{change}</td></tr>")
    versus = "change" if view.by_power else "first minus it"
    top = f"<tr><th></th><th>{escape(view.outcome.unit)}</th><th>{versus}</th></tr>"
    return f"<table>{top}{unbroken(''.join(rows))}</table>"


def whole(text: str) -> str:
    """Keep each interval and each number with its sign on one line.

    >>> whole("97 % [94–99 %]") == "97\u00a0% [94\u2060–\u206099\u00a0%]"
    True
    """
    joined = re.sub(r"(?<=\d)–(?=\d)", "\u2060–\u2060", unbroken(text))
    return re.sub(r"\[[^]]*\]", lambda found: found[0].replace(" ", "\u00a0"), joined)


def working(part: float) -> str:
    """Say how much of a computation is done."""
    done = f"{100 * part:.0f} %"
    return f'<span class="busy" style="--part:{done}">computing, {done}</span>'


def rested(answer: Answer) -> str:
    """Say what was computed and how long it took."""
    kept = answer.inquiry.worlds * len(answer.shares) - answer.ran
    parts = [f"{answer.ran} worlds run"] if answer.ran else []
    parts += [f"{kept} kept"] if kept else []
    took = f"{1000 * answer.seconds:,.0f} ms"
    return f'<span class="rest" role="status">{", ".join(parts)} · {took}</span>'
