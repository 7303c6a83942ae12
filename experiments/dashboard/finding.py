"""What the page shows, in one sentence: how far worlds spread, how sure a direction is."""

from __future__ import annotations

import numpy as np

from experiments.dashboard.view import View
from experiments.dashboard.worlds import Answer
from experiments.figures.findings import spread
from experiments.results.cells import Floats
from experiments.results.estimates import mean, percent, probability
from experiments.results.text import OPEN, ahead, quoted, settled
from scenarios.vocabulary import POWER_NAMES, POWERS, STATE_NAMES


def finding(answer: Answer, view: View) -> str:
    """Say what holds in a year under the scenario, and what it changes against each other."""
    row, (first, *others) = view.row(answer), answer.tables
    read = {name: view.read(answer, name)[row] for name in answer.tables}
    where = (
        f"In {STATE_NAMES[view.state]} in {view.year}" if view.outcome.state else f"In {view.year}"
    )
    worlds = int(np.isfinite(np.stack(list(read.values()))).all(axis=(0, 1)).sum())
    if not worlds:
        return f"{where} there is nothing to see: a scenario begins later."
    under = f"under {quoted(answer.titles[first])}"
    level = _lead(read[first], view) if view.by_power else _level(read[first][0], view)
    changes = [
        f"against {quoted(answer.titles[name])}, {_change(read[first] - read[name], view)}"
        for name in others
    ]
    paired = ", paired" if others else ""
    return f"{where}, {'; '.join([f'{level} {under}', *changes])} ({worlds} worlds{paired})."


def _lead(shares: Floats, view: View) -> str:
    """Say who leads, from (power, worlds), and in how many of them."""
    power, holds = ahead(shares)
    name, often = POWER_NAMES[power], probability(holds[np.isfinite(holds)])
    of = "" if view.column == "share" else f" in {view.column.replace('_', ' ')}"
    if settled(power, holds) == OPEN:
        return f"the lead{of} is open, with {name} ahead in {often} of worlds"
    return f"{name} lead{'s' * (power != 'REG')}{of} in {often} of worlds"


def _level(values: Floats, view: View) -> str:
    """Say where an outcome lies over worlds."""
    label = view.outcome.label.partition(" in ")[0]
    return f"{label} is {spread(values, unit=view.outcome.unit, digits=view.digits, signed=False)}"


def _change(gaps: Floats, view: View) -> str:
    """Say what moves most on average, by how much, and in how many worlds the same way."""
    moved = [mean(gap) for gap in gaps]
    most = int(np.argmax([abs(each.value) for each in moved]))
    if not moved[most].clear:
        return f"nothing moves beyond what luck could explain{' here' if view.by_power else ''}"
    gap, size = gaps[most], spread(gaps[most], unit=view.outcome.unit, digits=view.digits)
    known = gap[np.isfinite(gap)]
    same = percent(float((np.sign(known) == np.sign(moved[most].value)).mean()))
    way = "up" if moved[most].value > 0 else "down"
    whose = "it changes" if not view.by_power else f"{POWER_NAMES[POWERS[most]]} changes most,"
    return f"{whose} by {size}, {way} in {same} of worlds"
