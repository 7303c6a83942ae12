"""Bars: what moves outcomes and differences, in their own units, and what headlines survive."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from io import BytesIO
from textwrap import fill
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from experiments.answers.assumptions import worded
from experiments.answers.headlines import HALF, Verdict, verdicts
from experiments.answers.outcomes import Outcome, outcome_of, values
from experiments.answers.robustness import counted
from experiments.figures.chance import Correlation, Varied, shuffled, varied
from experiments.figures.findings import choose, others_of, states_of
from experiments.figures.palette import DOWN, INK, PALE, SOFT, UP
from experiments.figures.style import headline, page
from experiments.results.cells import Floats, last_quarter
from experiments.results.estimates import mean, minus
from experiments.results.reading import Results
from experiments.results.text import broken, capital, named, reference
from experiments.store.columns import table_of
from scenarios.lists import listed
from scenarios.quarters import quarter_label
from scenarios.vocabulary import STATE_NAMES

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INDICES = "sensitivity/indices.csv"
"""Where a results folder keeps what `crossroads sensitivity` measured for it."""
NEEDED = {"what", "method", "outcome", "input", "index", "low", "high", "at_low", "at_high"}
MEASURED = 12
"""Inputs of a panel of what was measured."""
MEANING = {
    "sobol": "total effect (part of the variance that an input has a hand in)",
    "morris": "mean absolute elementary effect, in units of the outcome over the whole range",
    "pawn": "median distance between the outcome's distribution and the same with the input known",
}
"""What the index of each method says."""
SHOWN = (("share", "CHN"), ("security", "RUS"), ("rivalry", None), ("dependency_risk", None))
"""Outcomes that have a panel, unless another is asked for."""
BARS, LEAST, ROWS = 6, 3, 3
"""Most bars of a panel, how many it has even if they can be luck, scenarios with differences."""
FIFTH = 0.2
LETTERS, HEIGHT = 32, 0.4
"""Letters of a line of a label, and inches of a row: labels of three lines stay apart."""
NOTE = (
    "Mean over the fifth of the worlds in which an assumption is lowest (orange) and highest "
    "(purple), from the mean of all (line); strokes: 95 % intervals. {what} in {when} ({where}). "
    "Bars are ranked by rank correlation; pale ones can be luck: the largest correlation of all "
    "{many} assumptions is as large in 1 of 20 shuffles of {units}. "
)
STANDING = {"survives": "#1b8a5a", "falls": "#cf6a17"}
UNSURE, MOST = "#8a8a8a", 24
ROBUST = (
    "Share of worlds in which a headline holds: over all worlds (stroke), and in the lowest "
    "(hollow) and highest (full) fifth of the one assumption, named at the right, that moves it "
    "most or puts it in doubt. Green: it stays that of most worlds in the outer fifths of every "
    "single assumption that moves it more than chance, with their 95 % intervals; orange: it does "
    "not; grey: a near tie, or worlds are too few to tell. "
)


class Bar(NamedTuple):
    """A bar from one number to another, with an interval of its end where that is known."""

    start: float
    end: float
    colour: str
    interval: tuple[float, float] | None = None


class Mover(NamedTuple):
    """An assumption with means of an outcome in its lowest and highest fifth, in its unit."""

    found: Correlation
    low: tuple[float, float, float]
    high: tuple[float, float, float]


class Panel(NamedTuple):
    """What moves an outcome: its mean over all worlds and the assumptions, strongest first."""

    outcome: Outcome
    middle: float
    movers: list[Mover]


def draw_bars(
    axes: Axes, labels: Sequence[str], rows: Sequence[Sequence[Bar]],
    *, split: bool = False, size: float = 6.5,
) -> None:  # fmt: skip
    """Draw a row of bars a label, from top to bottom: over each other, or split side by side."""
    for place, bars in enumerate(rows):
        height = 0.8 / len(bars) if split and bars else 0.66
        for n, bar in enumerate(bars):
            y = place - 0.4 + (n + 0.5) * height if split else place
            axes.barh(y, bar.end - bar.start, height * 0.94, left=bar.start, color=bar.colour)
            if bar.interval is not None:
                axes.plot(bar.interval, [y, y], color=INK, lw=0.9, solid_capstyle="butt")
    axes.set_yticks(range(len(labels)), labels, fontsize=size)
    axes.set_ylim(len(labels) - 0.4, -0.6)
    axes.grid(visible=False)
    axes.grid(visible=True, axis="x")


def tornado(
    results: Results,
    scenario: str | None = None,
    state: str | None = None,
    column: str | None = None,
    power: str | None = None,
) -> Figure:
    """Draw what outcomes are at the low and the high end of the assumptions that move them most.

    What `crossroads sensitivity --out DIR/sensitivity` measured is drawn where it is there, unless
    a scenario, a state or a column is asked for; means over the folder's worlds otherwise.
    """
    table = measurements(results) if not (scenario or state or column) else None
    if table is not None:
        return measured(table)
    name = reference(results, scenario)
    states_of(state)
    asked = (
        [outcome_of(column, power, state)]
        if column
        else [_of(name_, whose, state) for name_, whose in SHOWN]
    )
    all_of = varied(results, name)
    panels = [panel(all_of, each, values(results, name, each)) for each in asked]
    where = STATE_NAMES[state] if state else "the region"
    with page(12.5 if len(panels) > 1 else 7.5, HEIGHT * most(panels) + 1.9) as figure:
        draw_row(results, figure.subplots(1, len(panels), squeeze=False)[0], panels)
        note = _note(results, name, f"Outcomes under {named(results, name)}", where)
        title = f"What moves outcomes{f' in {where}' if state else ''} most"
        headline(figure, f"{title} – {finding(results, panels)}", note, results)
    return figure


def differences(results: Results, scenarios: Sequence[str] | None = None) -> Figure:
    """Draw the same of what each scenario changes: a row a scenario."""
    base = reference(results)
    others_of(results, scenarios, base)
    asked = [outcome_of(*each) for each in SHOWN]
    there = {each: values(results, base, each) for each in asked}
    scale = {each: max(float(np.nanstd(own)), 1e-9) for each, own in there.items()}

    def sizes(name: str) -> Floats:
        return np.stack([values(results, name, each) / scale[each] for each in asked])

    chosen = choose(results, scenarios, ROWS + 1, sizes, "these outcomes")
    names = [each for each in chosen.drawn if each != base]
    rows = []
    for name in names:
        all_of = varied(results, name)
        rows.append([panel(all_of, o, values(results, name, o) - there[o]) for o in asked])
    heights = [most(each) + 1 for each in rows]
    with page(12.5, HEIGHT * sum(heights) + 0.5 * len(rows) + 1.0) as figure:
        grid = figure.subplots(len(names), len(asked), squeeze=False, height_ratios=heights)
        for line, name, found in zip(grid, names, rows, strict=True):
            draw_row(results, line, found)
            line[0].set_ylabel(broken(results.titles[name], 20), weight="bold")
        note = _note(results, names[0], f"Each scenario minus {named(results, base)}", "the region")
        title = f"What moves the effects of {named(results, names[0])} most"
        headline(figure, f"{title} – {finding(results, rows[0])}", note + chosen.note, results)
    return figure


def _of(column: str, power: str | None, state: str | None) -> Outcome:
    """Return an outcome of a state, if one is asked for and it is a number of states."""
    by_state = "state" in table_of(column).keys
    found = outcome_of(column, power, state if by_state else None)
    return found if by_state or not state else replace(found, label=f"{found.label} (region)")


def panel(all_of: Varied, outcome: Outcome, worlds: Floats) -> Panel:
    """Return what moves a number a world most; few assumptions, where few are more than luck."""
    scaled = outcome.scale * worlds.astype(np.float64)
    movers = []
    for found in all_of.strongest(worlds, BARS, LEAST):
        own = all_of.assumed[found.name]
        low, high = np.quantile(own, (FIFTH, 1 - FIFTH))
        ends = [mean(np.where(inside, scaled, np.nan), all_of.clusters)
                for inside in (own <= low, own >= high)]  # fmt: skip
        movers.append(Mover(found, *((each.value, each.low, each.high) for each in ends)))
    return Panel(outcome, float(np.nanmean(scaled)) if np.isfinite(scaled).any() else 0.0, movers)


def most(panels: Sequence[Panel]) -> int:
    """Return how many bars the fullest panel has."""
    return max(LEAST, *(len(each.movers) for each in panels))


def draw_row(results: Results, line: Sequence[Axes], panels: Sequence[Panel]) -> None:
    """Draw a panel an outcome; blank rows say that nothing else is beyond chance."""
    fullest = most(panels)
    for axes, (outcome, middle, movers) in zip(line, panels, strict=True):
        rows = [[_bar(middle, low, DOWN, found), _bar(middle, high, UP, found)]
                for found, low, high in movers]  # fmt: skip
        labels = [fill(about(results, each.found.name), LETTERS) for each in movers]
        draw_bars(axes, labels, rows)
        axes.set_ylim(fullest - 0.4, -0.6)
        axes.axvline(middle, color=INK, lw=0.8)
        axes.set_title(fill(capital(outcome.label), 34))
        axes.set_xlabel(outcome.unit)
        axes.margins(x=0.08)
        axes.locator_params(axis="x", nbins=3)
        if len(movers) < fullest:
            beyond = any(each.found.beyond for each in movers)
            text = f"{'no other' if beyond else 'none'} beyond chance"
            axes.text(
                0.02, len(movers), text, fontsize=6.5, color=SOFT, va="center",
                transform=axes.get_yaxis_transform(),
            )  # fmt: skip


def _bar(middle: float, end: tuple[float, float, float], colour: str, found: Correlation) -> Bar:
    """Return a bar from the mean of all worlds to that of a fifth, pale where it can be luck."""
    interval = (end[1], end[2]) if np.isfinite(end[1]) else None
    return Bar(middle, end[0], colour if found.beyond else PALE, interval)


def about(results: Results, name: str) -> str:
    """Return what an assumption is about, with its name where its factor by world varies too."""
    twin = name.removeprefix("world_") if name.startswith("world_") else f"world_{name}"
    said = worded(name, results.batch.assumed.registry)
    return f"{said} ({name})" if twin in results.worlds.columns else said


def finding(results: Results, panels: Sequence[Panel]) -> str:
    """Say what moves which outcome most, from where to where, and what nothing moves clearly."""
    said, still = [], []
    for outcome, _, movers in panels:
        first = next((each for each in movers if each.found.beyond), None)
        if first is None:
            still.append(outcome.label)
            continue
        form = ".1f" if abs(outcome.scale) > 1 else ".2f"
        span = f"{first.low[0]:{form}} to {first.high[0]:{form}}"
        unit = f" {outcome.unit}" if outcome.unit.startswith("points") else ""
        said.append(f"{outcome.label}: {about(results, first.found.name)} ({span}{unit})")
    if not said:
        return "nothing that varies does so beyond chance"
    return minus(
        "; ".join([*said, *([f"nothing beyond chance: {listed(still)}"] if still else [])])
    )


def _note(results: Results, name: str, what: str, where: str) -> str:
    when, many = quarter_label(last_quarter(results)), len(varied(results, name).assumed)
    return NOTE.format(what=what, when=when, where=where, many=many, units=shuffled(results, name))


def measurements(results: Results) -> pd.DataFrame | None:
    """Return what `crossroads sensitivity --out DIR/sensitivity` left in a folder, if it did."""
    import pandas as pd

    if not results.folder.exists(INDICES):
        return None
    table = pd.read_csv(BytesIO(results.folder.read(INDICES)))
    return table if set(table.columns) >= NEEDED else None


def measured(table: pd.DataFrame) -> Figure:
    """Draw a panel an outcome: its mean where each input is low and where it is high.

    `table` has a row an outcome and input: `what` was run, `method`, `outcome`, `input`, `index`
    with its 95 % interval `low` to `high`, `at_low` and `at_high` (mean outcome in the input's
    lowest and highest tenth) and `middle`, the median outcome.
    """
    outcomes = list(dict.fromkeys(table["outcome"]))
    what, method = table["what"].iloc[0], table["method"].iloc[0]
    strongest = {o: table[table["outcome"] == o].nlargest(MEASURED, "index") for o in outcomes}
    with page(max(7.0, 12.5 / 2 * len(outcomes)), 5.4) as figure:
        panels = figure.subplots(1, len(outcomes), squeeze=False)[0]
        for axes, (name, rows) in zip(panels, strongest.items(), strict=True):
            middle = float(rows["middle"].iloc[0])
            ends = rows[["at_low", "at_high"]].to_numpy(dtype=float)
            labels = [f"{i} ({v:.2f})" for i, v in zip(rows["input"], rows["index"], strict=True)]
            draw_bars(axes, labels, [[Bar(middle, a, DOWN), Bar(middle, b, UP)] for a, b in ends])
            axes.axvline(middle, color=INK, lw=0.8)
            axes.set(title=name, xlabel=f"mean of {name.split(':', maxsplit=1)[0]}")
        note = (
            f"{what}. Bars: mean outcome where an input lies in its lowest (orange) and in its "
            f"highest (purple) tenth; line: the median. In brackets the index, by which the inputs "
            f"are ranked: {MEANING[method]}."
        )
        headline(figure, _followed(strongest), note)
    return figure


def _followed(strongest: Mapping[str, pd.DataFrame]) -> str:
    """Say for each outcome which input is strongest, and which may be as strong."""
    said = []
    for name, rows in strongest.items():
        alike = rows[rows["high"] >= rows.iloc[0]["low"]]["input"].tolist()
        more = " and others" if alike[3:] else ""
        said.append(f"{name} follows {listed(alike[:3])}{more} most")
    return minus("; ".join(said))


def robustness(results: Results) -> Figure:
    """Draw how often each headline holds, at either end of what moves it most."""
    from matplotlib.ticker import PercentFormatter

    every = verdicts(results)
    found, registry = every[:MOST], results.batch.assumed.registry
    with page(12.5, 0.3 * len(found) + 1.9) as figure:
        axes = figure.subplots()
        draw_bars(axes, [fill(each.headline, 70) for each in found], [[]] * len(found), size=8)
        for place, each in enumerate(found):
            _dumbbell(axes, place, each)
            moved = (
                fill(worded(each.assumption, registry), 34) if each.assumption else "none clearly"
            )
            _beside(axes, place, moved)
        _beside(axes, -0.75, "moved by", weight="bold")
        lowest = min([HALF, *(end for e in found for end in (e.low, e.high, e.support))])
        axes.set_xlim(max(lowest - 0.04, -0.01), 1.01)
        axes.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))
        axes.set_xlabel("worlds in which the headline holds")
        axes.axvline(HALF, color=PALE, lw=1.2)
        rest = f"The first {len(found)} are shown, the others stand in `summary --json`. "
        headline(figure, _stand(results, every), ROBUST + rest * (len(every) > MOST), results)
    return figure


def _dumbbell(axes: Axes, place: int, each: Verdict) -> None:
    colour = STANDING.get(each.standing, UNSURE)
    axes.plot([each.low, each.high], [place] * 2, color=colour, lw=2.2, solid_capstyle="butt")
    axes.plot(each.low, place, "o", mfc="white", mec=colour, ms=6)
    axes.plot(each.high, place, "o", color=colour, ms=6)
    axes.plot(each.support, place, "|", color=INK, ms=9, mew=1.6)


def _beside(axes: Axes, place: float, text: str, weight: str = "normal") -> None:
    axes.annotate(
        text, (1.02, place), fontsize=7, va="center", color=SOFT, weight=weight,
        annotation_clip=False,
    )  # fmt: skip


def _stand(results: Results, every: Sequence[Verdict]) -> str:
    """Say what was counted, how many of that survive, and one that does not."""
    base = {each.scenario == reference(results) for each in every}
    about_ = ["who leads where"] if True in base else []
    moved = "which way scenarios move shares of influence, Russia's security share and rivalry"
    what = f"headlines ({', '.join([*about_, *([moved] if False in base else [])])})"
    text = capital(counted([each.standing for each in every], what))
    fallen = next((each.headline for each in every if each.standing == "falls"), "")
    return f"{text}; one that does not: {fallen}" if fallen else text
