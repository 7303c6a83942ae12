"""Tables of colour: what scenarios change in each outcome, and a calendar of incidents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import fill
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.answers.outcomes import HEADLINES, outcome_of, values
from experiments.figures.findings import PANELS, choose, most_moved, others_of, spread
from experiments.figures.palette import INK, SOFT
from experiments.figures.style import headline, page
from experiments.results.cells import Cells, last_quarter, lived, numbers
from experiments.results.clusters import Clusters
from experiments.results.estimates import mean, means, minus, signed
from experiments.results.reading import Results
from experiments.results.text import broken, capital, named, reference
from scenarios.quarters import YEAR, parse_quarter, quarter_label, year_of
from scenarios.vocabulary import DOMAIN_COLUMNS, STATE_NAMES, STATES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.image import AxesImage
    from numpy.typing import NDArray

    Table = NDArray[np.float64]

KEY = 2.4
"""Inches that the key of colours is high, at most."""
FULL = 2.0
"""Standard deviations of a change at which a colour is full."""
SHARES = {"share", *DOMAIN_COLUMNS}
STRONGEST = 2
"""Scenarios that a title names."""
NOTE = (
    "Mean paired difference to {base} in {when}: percentage points of shares, others on their own "
    "scale, as a rule 0 to 1. Colour: the same in standard deviations over worlds of {base}, which "
    "makes outcomes comparable; purple up, orange down. Grey: luck could explain it. "
)
EVENTS = {
    "attacks_on_chinese_assets": ("china_asset_attack", "attacks on Chinese assets a year"),
    "unrest": ("unrest", "outbreaks of unrest a year"),
}
"""What calendars count: the event type of scenarios that they mark, and a title."""
SINCE = 2026
"""First year of the rates that titles give."""
CALENDAR = (
    "Mean number over worlds by state and year; darker is more. Dots: events that the scenario "
    "itself sets; where they are certain, colour lies beyond the scale. Which state has most is "
    "the model's own: attacks known of were elsewhere (docs/model.md, limits). "
)


def shaded(
    axes: Axes,
    cells: Table,
    full: float,
    texts: Sequence[Sequence[str]],
    size: float = 8,
    dim: NDArray[np.bool_] | None = None,
) -> Any:  # noqa: ANN401 (an image)
    """Draw cells, purple above zero and orange below it, with a text in each, grey where dim."""
    drawn = axes.imshow(cells, cmap="PuOr", vmin=-full, vmax=full, aspect="auto")
    for row, column in np.ndindex(cells.shape):
        value, text = cells[row, column], texts[row][column]
        dark = value > 0.55 * full or value < -0.75 * full
        plain = "#7a7a7a" if dim is not None and dim[row, column] else INK
        colour = "white" if dark else plain
        axes.text(column, row, text, ha="center", va="center", fontsize=size, color=colour)
    axes.tick_params(length=0)
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
    return drawn


def scenarios(results: Results, names: Sequence[str] | None = None) -> Figure:
    """Draw what each scenario changes in each headline outcome in the last quarter."""
    base, lie = reference(results), results.clusters
    rows = others_of(results, names, base)
    there = [values(results, base, outcome) for outcome in HEADLINES]
    changes = [
        [
            values(results, name, outcome) - own
            for outcome, own in zip(HEADLINES, there, strict=True)
        ]
        for name in rows
    ]
    gaps = [[mean(each, lie) for each in line] for line in changes]
    scatter = np.array([max(float(np.nanstd(own)), 1e-9) for own in there])
    sizes = np.array([[gap.value for gap in line] for line in gaps]) / scatter
    sizes = np.where(scatter > 1e-9, sizes, 0.0)  # noqa: PLR2004 (one world has no spread)
    texts = [[_text(each.column, gap.value) for each, gap in zip(HEADLINES, line, strict=True)]
             for line in gaps]  # fmt: skip
    clear = np.array([[gap.clear for gap in line] for line in gaps])
    height = 0.42 * len(rows) + 2.6
    with page(12.5, height) as figure:
        axes = figure.subplots()
        drawn = shaded(axes, sizes, FULL, texts, dim=~clear)
        axes.set_yticks(range(len(rows)), [fill(results.titles[name], 30) for name in rows])
        labels = [broken(each.label, 13) for each in HEADLINES]
        axes.set_xticks(range(len(HEADLINES)), labels, fontsize=7, color=SOFT)
        axes.xaxis.tick_top()
        _key_of_deviations(figure, axes, drawn, min(KEY / (height - 1.6), 1.0))
        note = NOTE.format(base=named(results, base), when=quarter_label(last_quarter(results)))
        title = _largest(results, rows, np.where(clear, sizes, 0.0), changes)
        headline(figure, title, note, results)
    return figure


def _key_of_deviations(figure: Figure, axes: Axes, drawn: AxesImage, shrink: float) -> None:
    """Draw beside the cells what their colours stand for."""
    key = figure.colorbar(
        drawn, ax=axes, extend="both", pad=0.01, aspect=14, ticks=[-2, 0, 2], anchor=(0, 1),
        shrink=shrink,
    )  # fmt: skip
    key.set_label("standard deviations", fontsize=7)
    key.ax.set_yticklabels(["−2", "0", "+2"], fontsize=7)


def _text(column: str, change: float) -> str:
    """Write a change: of a share in points, of an index on its own scale."""
    return signed(100 * change) if column in SHARES else minus(f"{change:+.2f}")


def _largest(
    results: Results, rows: Sequence[str], sizes: Table, changes: list[list[NDArray[np.float32]]]
) -> str:
    """Say what the strongest scenarios move most for the spread of worlds, and by how much.

    `sizes` are in standard deviations, 0 where luck could explain a change.
    """
    said, lie = [], results.clusters
    sizes = np.nan_to_num(sizes)
    for row in np.argsort(-np.abs(sizes).max(axis=1), kind="stable")[:STRONGEST]:
        column = int(np.abs(sizes[row]).argmax())
        headline_ = HEADLINES[column]
        found = outcome_of(headline_.column, headline_.power)
        gaps = changes[row][column]
        if sizes[row, column] and float(
            _text(found.column, float(np.nanmean(gaps))).replace("−", "-")
        ):
            digits = 1 if abs(found.scale) > 1 else 2
            size = spread(gaps, lie, scale=found.scale, unit=found.unit, digits=digits)
            said.append(f"{named(results, rows[row])}: {headline_.label} {size}")
    if not said:
        return "No scenario here changes an outcome by more than luck could, or than can be seen"
    return f"Largest change for its spread over worlds – {'; '.join(said)}"


def incidents(results: Results, scenarios: Sequence[str] | None = None) -> Figure:
    """Draw calendars: a row a scenario, attacks on Chinese assets left and unrest right."""
    names, every, more = choose(
        results,
        scenarios,
        PANELS,
        lambda name: _attacks(results, name),
        "attacks on Chinese assets",
    )
    counts = {(n, column): _by_year(results, n, column) for n in names for column in EVENTS}
    years = sorted({int(each) for each in year_of(results.timeline)})
    with page(12.5, 1.35 * len(names) + 1.7) as figure:
        grid = figure.subplots(len(names), len(EVENTS), squeeze=False, sharex=True, sharey=True)
        for place, (column, (_, title)) in enumerate(EVENTS.items()):
            top = _top(results, {n: counts[n, column] for n in names}, column, years)
            for axes, name in zip(grid[:, place], names, strict=True):
                drawn = _calendar(axes, counts[name, column], years, top)
                for state, year in _set(results, name, column, years):
                    axes.plot(year, state, "o", ms=4, mfc="white", mec=INK, mew=0.8)
            grid[0, place].set_title(capital(title))
            figure.colorbar(drawn, ax=grid[:, place], extend="max", aspect=30, pad=0.01)
        for axes, name in zip(grid[:, 0], names, strict=True):
            axes.set_ylabel(broken(results.titles[name], 16), weight="bold", fontsize=8)
        headline(figure, _expected(results, every), CALENDAR + more, results)
    return figure


def _calendar(axes: Axes, counts: Table, years: list[int], top: float) -> Any:  # noqa: ANN401
    """Draw one calendar, the states from top to bottom."""
    drawn = axes.imshow(counts, cmap="Purples", vmin=0, vmax=top, aspect="auto")
    axes.set_yticks(range(len(STATES)), [STATE_NAMES[each] for each in STATES], fontsize=7)
    ticks = [place for place, year in enumerate(years) if year % 5 == 0]
    axes.set_xticks(ticks, [str(years[place]) for place in ticks])
    axes.grid(visible=False)
    return drawn


def _by_year(results: Results, name: str, column: str) -> Table:
    """Return mean counts (state, year)."""
    counts, year = means(numbers(results, name, Cells(column)))[0], year_of(results.timeline)
    return np.stack([counts[year == each].sum(axis=0) for each in np.unique(year)], axis=1)


def _top(results: Results, counts: dict[str, Table], column: str, years: list[int]) -> float:
    """Return where the colour of a panel is full: cells that scenarios set lie beyond.

    What is certain to happen says nothing of how often such things happen of themselves.
    """
    free = []
    for name, own in counts.items():
        counted = own.copy()
        for cell in _set(results, name, column, years, certain=True):
            counted[cell] = np.nan
        free.append(counted.ravel())
    known = np.concatenate(free)
    known = known[np.isfinite(known)]
    return max(float(np.quantile(known, 0.99)) if known.size else 1.0, 1e-9)


def _set(
    results: Results, name: str, column: str, years: list[int], *, certain: bool = False
) -> Iterator[tuple[int, int]]:
    """Yield the cells (state, year) of a panel that a scenario's events set, or set for certain."""
    for event in results.manifest["inputs"]["scenarios"][name]["events"]:
        year, kind = year_of(parse_quarter(event["quarter"])), EVENTS[column][0]
        there = event["type"] == kind and event["state"] in STATES and year in years
        if there and (event["probability"] == 1 or not certain):
            yield STATES.index(event["state"]), years.index(year)


def _expected(results: Results, names: Sequence[str]) -> str:
    """Say how many attacks are expected in the first scenario, and what another changes."""
    first, *others = names
    since, rates = _rates(results, first)
    lie = results.clusters
    text = (
        f"Attacks on Chinese assets a year from {since}: {_rate(rates.sum(axis=0), lie)} "
        f"under {named(results, first)}{_where(dict(zip(STATES, rates, strict=True)), lie)}"
    )
    totals = {name: _attacks(results, name) for name in others}
    moved = most_moved({name: total - rates.sum(axis=0) for name, total in totals.items()}, lie)
    if not moved:
        return f"{text}; other scenarios here do not change that clearly" if others else text
    return f"{text}; {_rate(totals[moved[0]], lie)} under {named(results, moved[0])}"


def _where(rates: dict[str, Table], clusters: Clusters | None) -> str:
    """Say which state has most, where its interval tells it from every other; else nothing."""
    most = most_moved(rates, clusters)
    if len(most) != 1:
        return ""
    return f", most in {STATE_NAMES[most[0]]} (mean {np.nanmean(rates[most[0]]):.2f})"


def _rate(rates: Table, clusters: Clusters | None) -> str:
    return spread(rates, clusters, signed=False)


def _rates(results: Results, name: str) -> tuple[int, Table]:
    """Return the first year of what is counted, and attacks a year: (state, worlds).

    Of a year that is not whole its quarters count, of a scenario that starts late its own.
    """
    year = year_of(results.timeline)
    late = year >= SINCE if (year >= SINCE).any() else year > 0
    there = [row for row in lived(results, name) if late[row]]
    counted = numbers(results, name, Cells("attacks_on_chinese_assets"))[there]
    rows_a_year = YEAR if results.manifest["inputs"]["every"] == "quarter" else 1
    return int(year[late][0]), counted.mean(axis=0, dtype=np.float64) * rows_a_year


def _attacks(results: Results, name: str) -> Table:
    """Return attacks a year in all five states: (worlds,)."""
    return np.asarray(_rates(results, name)[1].sum(axis=0))
