"""Headings, notes and the state of the computation, as the page shows them."""

from __future__ import annotations

import re
from html import escape

from experiments.dashboard.charts import Bands, in_per_cent, in_points
from experiments.dashboard.worlds import Answer
from experiments.figures.palette import POWER
from experiments.figures.style import unbroken
from experiments.results.wording import quoted
from scenarios.vocabulary import POWER_NAMES, POWERS, STATE_NAMES

NOTES = {
    "influence": (
        "Share of all four powers' influence. Lines: medians; bands: 50 % and 90 % of worlds."
    ),
    "difference": (
        "Paired difference in points. Line: mean; bands: its 95 % interval (dark), 90 % of worlds."
    ),
    "map": "Under the scenario: lead over the second in points; hatched: open. Click a state.",
    "numbers": "Median share with 90 % of worlds; mean change with its 95 % interval.",
    "command": "To the bit, with all other results in a folder.",
}
"""How to read each card."""
ALONE = "Choose another scenario, or move what the future brings."
MOVED = "A moved driver makes a scenario file of your own; the numbers agree to the bit."


def heads(answer: Answer, state: str, year: int) -> dict[str, str]:
    """Return the heading of each card: what is shown, and how to read it."""
    first, *others = (quoted(title) for title in answer.titles.values())
    where, own = STATE_NAMES[state], dict[str, str]()
    if not others:
        own["difference"] = ALONE
    if answer.inquiry.drivers:
        own["command"] = MOVED
    titles = {
        "influence": f"Influence in {where} under {first}",
        "difference": f"What it changes against {others[0]}"
        if others
        else "Nothing to hold it against",
        "map": f"Who leads at the end of {year}",
        "numbers": f"{where} at the end of {year}",
        "command": "The same from the command line",
    }
    return {name: head(title, (NOTES | own)[name]) for name, title in titles.items()}


def head(title: str, note: str) -> str:
    """Return a heading with its note."""
    return f"<h2>{escape(title)}</h2><p>{escape(note)}</p>"


def table(influence: Bands, difference: Bands, row: int) -> str:
    """Return the numbers of the charts in one quarter, for eyes that read and for screen readers.

    `row` is the quarter's. Shares stand with 90 % of worlds, changes with their 95 % interval.
    """
    rows = []
    for place, power in enumerate(POWERS):
        share = in_per_cent(
            *(a[row, place] for a in (influence.middle, influence.low, influence.high))
        )
        ends = (difference.middle, difference.inner_low, difference.inner_high)
        change = in_points(*(each[row, place] for each in ends))
        square = f'<i style="background:{POWER[power].colour}"></i>'
        name = POWER_NAMES[power].removeprefix("the ").capitalize()
        rows.append(f"<tr><th>{square}{name}</th><td>{share}</td><td>{change}</td></tr>")
    top = "<tr><th></th><th>share</th><th>change, points</th></tr>"
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
