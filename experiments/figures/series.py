"""Outcomes over time: levels by power, and scenarios overlaid where they differ."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from experiments.answers.outcomes import Outcome, outcome_of
from experiments.errors import BadInput
from experiments.figures.findings import (
    LINES,
    NAMED,
    choose,
    course,
    moves,
    states_of,
)
from experiments.figures.palette import SHORT_POWER
from experiments.figures.panels import (
    Ends,
    Panel,
    draw_panels,
    key,
    label_panels,
    line_ends,
    of_powers,
    of_scenarios,
)
from experiments.figures.style import headline, page, plain
from experiments.results.cells import Cells, Floats, at_end, drawn_time, numbers, years
from experiments.results.estimates import percent, quantiles
from experiments.results.reading import Results
from experiments.results.text import ahead, base_of, broken, capital, leaders, named, who_leads
from experiments.store.columns import column as column_of
from experiments.store.columns import table_of
from scenarios.quarters import parse_quarter, year_of
from scenarios.vocabulary import POWER_NAMES, POWERS, STATE_NAMES, STATES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

WIDE, NARROW = 12.5, 7.0
"""Inches of a page of five states, and of one."""
BAND = (0.05, 0.5, 0.95)
BEFORE = 4
"""Years before scenarios part at which panels open that compare them."""
MAIN = ("RUS", "CHN")
"""Powers whose lines are drawn scenario by scenario unless another is asked for."""
RELATIONS = ("cooperation", "competition", "rivalry")
FORK = parse_quarter("2024-Q1")
"""Where futures begin: what came before is alike in scenarios that share their past."""
OVERLAID = "Lines: medians over worlds; bands: 5–95 % of worlds. A past that scenarios share is "
OVERLAID += "drawn once; numbers: medians in the end. "


def influence(
    results: Results,
    scenarios: Sequence[str] | None = None,
    state: str | None = None,
    column: str = "share",
) -> Figure:
    """Draw a share by power: all powers under the reference, then Russia and China by scenario."""
    if table_of(outcome_of(column, *_some_power(column)).column).name != "influence":
        raise BadInput(f"'{column}' is not a number of each power: 'lines' draws it")
    states, (rows, x) = states_of(state), drawn_time(results)
    places = [STATES.index(each) for each in states]

    def last(name: str) -> Floats:
        found: Floats = at_end(results, name, column)[places]
        return found

    names, every, more = choose(results, scenarios, LINES, last, plain(column))
    base = base_of(results, names)
    of_all = quantiles(numbers(results, base, Cells(column, rows=rows))[:, places])
    panels = [_levels(of_all, states, broken(results.titles[base], 20))]
    if len(names) > 1:
        found = [outcome_of(column, power) for power in MAIN]
        panels += _overlaid(results, names, found, states, rows, BEFORE)
    finding = _leads(results, {n: last(n) for n in every}, (base, column), states, int(x[-1]))
    what = "all four powers' influence" if column == "share" else f"reliance: {plain(column)}"
    note = f"Share of {what}. {OVERLAID}Top: all powers under {named(results, base)}. {more}"
    return _page(results, x, panels, (finding, note), names, column)


def lines(
    results: Results,
    scenarios: Sequence[str] | None = None,
    state: str | None = None,
    column: str = "share",
    power: str | None = None,
) -> Figure:
    """Draw any column over time, scenarios overlaid: a panel a state, a row a power."""
    asked: Sequence[str | None] = [power] if power else MAIN if _some_power(column) else [None]
    found = [outcome_of(column, each) for each in asked]
    return _outcomes(results, scenarios, state, found)


def hedging(
    results: Results, scenarios: Sequence[str] | None = None, state: str | None = None
) -> Figure:
    """Draw hedging, joint dependence and dependency risk: a row each, a column a state (or one)."""
    found = [outcome_of(each) for each in ("hedging", "joint_dependence", "dependency_risk")]
    return _outcomes(results, scenarios, state, found)


def _some_power(column: str) -> tuple[str, ...]:
    """Return a power for a column that is one of each; nothing for others or an unknown one."""
    return ("RUS",) if column in table_of("share").names else ()


def _outcomes(
    results: Results, scenarios: Sequence[str] | None, state: str | None, found: list[Outcome]
) -> Figure:
    """Draw a row an outcome, its panels the states, or the region where it is one of that."""
    by_state = "state" in table_of(found[0].column).keys
    if state and not by_state:
        raise BadInput(f"'{found[0].column}' is not a number of each state: leave out --state")
    states, (rows, x) = states_of(state) if by_state else (), drawn_time(results)
    places = [STATES.index(each) for each in states] or [0]

    def last(name: str) -> Floats:
        """Return what is drawn in the end: (outcome, state, worlds)."""
        read = [at_end(results, name, each.column, each.power) for each in found]
        return np.stack([np.atleast_2d(each)[places] for each in read])

    names, every, more = choose(results, scenarios, LINES, last, "these outcomes")
    base = base_of(results, names)
    panels = _overlaid(results, names, found, states, rows)
    gaps = {name: last(name) - last(base) for name in every if name != base}
    title = _changes(results, gaps, found, states, int(x[-1]))
    if not title:
        title = _goes(results, base, found[0], places[0], states)
        title += "; no scenario here changes it clearly" * bool(gaps)
    meaning = "; ".join(
        dict.fromkeys(f"{plain(o.column)}: {column_of(o.column).meaning}" for o in found)
    )
    note = f"{capital(meaning)}. {OVERLAID}{more}"
    return _page(results, x, panels, (title, note), names, found[0].column, row=len(found) > 1)


def _changes(
    results: Results,
    gaps: dict[str, Floats],
    found: list[Outcome],
    states: Sequence[str],
    year: int,
) -> str:
    """Say which outcome scenarios move most, where, from (outcome, state, worlds); '' if none."""
    if not gaps:
        return ""
    sizes = np.stack([np.abs(np.nan_to_num(np.nanmean(gap, axis=-1))) for gap in gaps.values()])
    of, place = divmod(int(sizes.max(axis=0).argmax()), sizes.shape[-1])
    where = f" in {STATE_NAMES[states[place]]}" if states else ""
    said = moves(
        results, {n: g[of, place] for n, g in gaps.items()}, found[of], f"{found[of].label}{where}"
    )
    return f"By {year}, {said}" if said else ""


def _goes(results: Results, base: str, outcome: Outcome, place: int, states: Sequence[str]) -> str:
    """Say how an outcome moves under a scenario from the fork on, or over a past before it."""
    read = numbers(results, base, Cells(outcome.column, power=outcome.power))
    path = read[:, place] if read.ndim > 2 else read  # noqa: PLR2004 (has states)
    where = f" in {STATE_NAMES[states[0]]}" if states else ""
    return capital(f"{outcome.label}{where} {_future(results, path)} under {named(results, base)}")


def _future(results: Results, path: Floats) -> str:
    """Say how (time, worlds) move from the fork on, or over a past that ends before it."""
    quarters = results.timeline
    known = np.isfinite(path).any(axis=-1)
    late = known & (quarters >= FORK)
    there = late if late.sum() > 1 else known
    return course(path[there], year_of(quarters[there]).tolist(), results.clusters)


def _levels(bands: Array, states: Sequence[str], label: str) -> list[Panel]:
    """Return a panel a state with a line a power: `bands` are (quantile, time, state, power)."""
    low, inner_low, middle, inner_high, high = np.moveaxis(bands, 2, 1)
    shades = zip(middle, low, high, inner_low, inner_high, states, strict=True)
    return [
        Panel(of_powers(m, (a, b, 0.13), (c, d, 0.22)), STATE_NAMES[state], label)
        for m, a, b, c, d, state in shades
    ]


def _overlaid(
    results: Results, names: Sequence[str], found: Sequence[Outcome], states: Sequence[str],
    rows: tuple[int, ...], before: int = 0,
) -> list[list[Panel]]:  # fmt: skip
    """Return a row an outcome, a panel a state (or the region's), a line a scenario.

    Panels open so many years before scenarios part; with 0, where numbers begin.
    """
    places = [STATES.index(each) for each in states] or [0]
    panels: list[list[Panel]] = []
    span = float(np.ptp(years(results.timeline[list(rows)]))) or 1.0
    for outcome in found:
        bands: dict[str, Array] = {}
        for name in names:
            read = numbers(results, name, Cells(outcome.column, power=outcome.power, rows=rows))
            by_state = read if states else read[:, np.newaxis]
            bands[name] = quantiles(by_state[:, places], BAND)
        unit = column_of(outcome.column).unit
        label = broken(capital(outcome.label), 18) + ("" if "0-1" in unit else f"\n({unit})")
        drawn = [of_scenarios({n: b[..., at] for n, b in bands.items()}, 0.1)
                 for at in range(len(places))]  # fmt: skip
        parts = min((each.since for own in drawn for each in own[1:]), default=0)
        opens = max(parts - before * max(round(len(rows) / span), 1), 0) if before else 0
        titled = [STATE_NAMES[each] for each in states] or [""]
        panels.append([Panel(*each, label, opens) for each in zip(drawn, titled, strict=True)])
    return panels


def _page(
    results: Results, x: Array, panels: list[list[Panel]], words: tuple[str, str],
    names: Sequence[str], column: str, *, row: bool = False,
) -> Figure:  # fmt: skip
    """Draw rows of panels of one column or several, with the key of scenarios where they differ."""
    percent_ = "0-1" in column_of(column).unit and "power" in table_of(column).keys
    wide = WIDE if len(panels[0]) > 1 else NARROW
    with page(wide, 2.05 * len(panels) + (1.35 if len(panels) > 1 else 2.2)) as figure:
        grid = draw_panels(
            figure, x, panels, "row" if row else "all", zero=percent_, percent=percent_
        )
        headline(figure, *words, results)
        if len(names) > 1:
            key(figure, {name: results.titles[name] for name in names})
        ends = [(axes, _named_ends(axes, names, percent_=percent_)) for axes in grid.flat]
        label_panels(figure, ends, x[-1], size=7)
    return figure


def _named_ends(axes: Axes, names: Sequence[str], *, percent_: bool) -> Ends:
    """Return powers' names where their lines end, or the medians of scenarios in the end."""
    if any(line.get_label() in POWERS for line in axes.lines):
        return line_ends(axes, SHORT_POWER)
    ends = {str(each.get_label()): float(np.asarray(each.get_ydata())[-1]) for each in axes.lines}
    said = {n: percent(ends[n]) if percent_ else f"{ends[n]:.2f}" for n in names if n in ends}
    return line_ends(axes, said)


def _leads(
    results: Results,
    read: dict[str, Floats],
    about: tuple[str, str],
    states: tuple[str, ...],
    year: int,
) -> str:
    """Say who leads where in the reference, the closest race, and where other scenarios differ.

    `read` holds the shares of the last quarter: (state, power, worlds).
    """
    first, column = about
    led = {name: leaders(shares, states) for name, shares in read.items()}
    holds = {s: ahead(own) for s, own in zip(states, read[first], strict=True)}
    often = {s: float(np.nanmean(each)) for s, (_, each) in holds.items()}
    state = min(often, key=lambda each: often[each])
    where = f"least surely in {STATE_NAMES[state]}: " if len(states) > 1 else ""
    surely = f"{where}{POWER_NAMES[holds[state][0]]} in {percent(often[state])} of worlds"
    closest = "in every world" if often[state] == 1 else surely
    what = "Most influence" if column == "share" else f"Largest {plain(column)} share"
    text = f"{what} in {year}: {who_leads(led[first])} ({closest})"
    moved = {n: {s: p for s, p in each.items() if p != led[first][s]} for n, each in led.items()}
    changed = [f"{named(results, name)}: {who_leads(each)}" for name, each in moved.items() if each]
    if not changed:
        return f"{text}{'; alike in all scenarios here' if len(led) > 1 else ''}"
    left = len(changed) - NAMED
    rest = f"; {left} more scenario{' differs' if left == 1 else 's differ'}" if left > 0 else ""
    return f"{text}; with {'; with '.join(changed[:NAMED])}{rest}"


def relations(results: Results, scenarios: Sequence[str] | None = None) -> Figure:
    """Draw cooperation, competition and rivalry of Russia and China: scenarios overlaid."""
    rows, x = drawn_time(results)
    names, every, more = choose(
        results, scenarios, LINES, lambda name: at_end(results, name, "rivalry"), "rivalry"
    )
    found = [outcome_of(each) for each in RELATIONS]
    panels = [row[0]._replace(title=row[0].label, label="index, 0–1")
              for row in _overlaid(results, names, found, (), rows)]  # fmt: skip
    base, there = base_of(results, names), {n: at_end(results, n, "rivalry") for n in every}
    said = moves(
        results, {n: each - there[base] for n, each in there.items() if n != base},
        outcome_of("rivalry"), "the rivalry of Russia and China",
    )  # fmt: skip
    goes = f"rivalry {_future(results, numbers(results, base, Cells('rivalry')))}"
    title = f"By {int(x[-1])}, {said}; under {named(results, base)} {goes}"
    if not said:
        still = "; no scenario here clearly changes it" if len(every) > 1 else ""
        title = f"{capital(goes)} under {named(results, base)}{still}"
    note = "Russia and China towards each other in the region; compare scenarios, not levels. "
    note += OVERLAID + more
    with page(WIDE, 4.6) as figure:
        grid = draw_panels(figure, x, [panels], "none")
        headline(figure, title, note, results)
        if len(names) > 1:
            key(figure, {name: results.titles[name] for name in names})
        ends = [(axes, _named_ends(axes, names, percent_=False)) for axes in grid.flat]
        label_panels(figure, ends, x[-1])
    return figure
