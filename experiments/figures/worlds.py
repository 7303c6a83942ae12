"""Outcomes over worlds: against the parameters that a design varies, and as a histogram."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import fill
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from experiments.answers.assumptions import assumptions, worded
from experiments.answers.outcomes import Outcome, outcome_of, values
from experiments.errors import BadInput
from experiments.figures.chance import Correlation, Varied
from experiments.figures.findings import LINES, choose, moves, spread, states_of
from experiments.figures.palette import INK, POWER, SOFT, scenario_strokes
from experiments.figures.style import headline, page
from experiments.results.cells import last_quarter
from experiments.results.estimates import mean, minus
from experiments.results.moments import group_means
from experiments.results.reading import Results
from experiments.results.text import base_of, capital, named, reference
from experiments.results.units import groups_of
from experiments.store.columns import column as column_of
from experiments.store.columns import table_of
from scenarios.faults import nearest
from scenarios.quarters import quarter_label
from scenarios.vocabulary import STATE_NAMES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Floats = NDArray[np.float64]
STEPS, FEW = 8, 12
"""Means along a parameter, and how many values a parameter may have to get a mean at each."""
CELLS = 100
"""So many cells of a grid have their numbers written into them."""
LETTERS = 54
PLANE = 2
"""Axes of a plane, and powers whose lead is shown."""
BINS = 40
LEAD = "Russia's lead over China"
NOTE = (
    "{outcome} in {when}, under {scenario}. Left: pale dots are worlds; line and band: means along "
    "the parameter with 95 % intervals. {chosen}: {strength}. "
)
RIGHT = "Right: means of the points of the design; black line: {at}. "
HISTOGRAM = (
    "{about} in {when}. Left: share of worlds in each step; strokes below: 5 %, median and 95 %. "
    "Right: world by world, each scenario minus {base}, which shares its luck. "
)


@dataclass(frozen=True)
class Response:
    """What a design moves: a number a world in its own unit, and parameters, strongest first."""

    outcome: Outcome
    worlds: Floats
    strongest: list[Correlation]
    moved: dict[str, Floats]

    @property
    def points(self) -> tuple[NDArray[np.intp], Floats]:
        """One world of each point of the design, and the mean of its worlds."""
        table = np.stack(list(self.moved.values()), axis=1)
        _, place, own = np.unique(table, axis=0, return_index=True, return_inverse=True)
        means, there = group_means(self.worlds, own.ravel())
        return place[there], means[there]


def response(
    results: Results,
    scenario: str | None = None,
    state: str | None = None,
    column: str | None = None,
    power: str | None = None,
    axes: Sequence[str] | None = None,
) -> Figure:
    """Draw an outcome in the last quarter against what the design varies.

    It is Russia's lead over China unless a column is asked for, in the state asked for or the one
    that a parameter moves most; `axes` are one or two parameters, the strongest by default. The
    scenario is the reference, or the first that varies something itself. Raises BadInput for a
    folder whose design varies no parameter.
    """
    name = reference(results, scenario) if scenario else _varying(results)
    moved = designed(results, name)
    if not moved:
        said = "--set NAME=LOW:HIGH lets one"
        raise BadInput(f"no parameter varies by design under '{name}'; {said}")
    for each in axes or ():
        if each not in moved:
            raise BadInput(f"--axis: no '{each}' that the design varies; {nearest(each, moved)}")
    by_state = column is None or "state" in table_of(column).keys
    places = states_of(state) if by_state and (state or column is None) else (state,)
    found = [_studied(results, name, (column, power, each), moved) for each in places]
    shown = max(found, key=lambda each: np.nan_to_num(abs(each.strongest[0].value)))
    inputs = list(axes or [each.name for each in shown.strongest])[:PLANE]
    with page(10.8 if inputs[1:] else 6.6, 4.9) as figure:
        panels = figure.subplots(1, len(inputs), squeeze=False)[0]
        _along(results, panels[0], shown, inputs[0])
        if inputs[1:]:
            _over(results, panels[1], shown, (inputs[0], inputs[1]))
        note = _note(results, name, shown, inputs)
        headline(figure, _finding(results, shown, inputs[0]), note, results)
    return figure


def _varying(results: Results) -> str:
    """Return the reference, or the first scenario that varies a parameter itself if none is set."""
    own = {name.rpartition("/")[0] for name in results.worlds.columns}
    base, varying = reference(results), [each for each in results.scenarios if each in own]
    shared = set(results.manifest["inputs"]["set"]) or results.batch.assumed.design.table
    return base if shared or not varying or base in varying else varying[0]


def designed(results: Results, scenario: str) -> dict[str, Floats]:
    """Return the values of the parameters that a design varies over worlds, by name."""
    asked = results.batch.assumed.design.varied
    return {name: each for name, each in assumptions(results, scenario).items() if name in asked}


def _studied(
    results: Results, scenario: str, about: tuple[str | None, str | None, str | None],
    moved: dict[str, Floats],
) -> Response:  # fmt: skip
    """Return what the design moves of an outcome; of few worlds, what it varies."""
    column, power, state = about
    if column is None:
        pair = [outcome_of("share", each, state) for each in ("RUS", "CHN")]
        russia, china = (values(results, scenario, each).astype(np.float64) for each in pair)
        label = f"{LEAD} in {STATE_NAMES[str(state)]}"
        outcome, worlds = Outcome(label, "share", "RUS", state), 100 * (russia - china)
    else:
        outcome = outcome_of(column, power, state)
        worlds = outcome.scale * values(results, scenario, outcome).astype(np.float64)
    point, replicate = (results.worlds[each].to_numpy() for each in ("point", "replicate"))
    varied = Varied(moved, groups_of(moved, point, replicate), results.clusters)
    unknown = [Correlation(each, *(4 * [float("nan")])) for each in moved]
    return Response(
        outcome, worlds, varied.strongest(worlds, len(moved), len(moved)) or unknown, moved
    )


def _along(results: Results, axes: Axes, shown: Response, name: str) -> None:
    """Draw the outcome against a parameter: worlds, means of points, means along it."""
    x = shown.moved[name]
    axes.plot(x, shown.worlds, ".", color=SOFT, ms=3, alpha=0.35, rasterized=True)
    place, means = shown.points
    if len(means) < len(x):
        axes.plot(x[place], means, "o", color=INK, ms=4, mec="white", mew=0.5, zorder=3)
    at, middle, low, high = _means(results, x, shown.worlds).T
    axes.fill_between(at, low, high, color=POWER["RUS"].colour, alpha=0.25, lw=0)
    axes.plot(at, middle, color=POWER["RUS"].colour, lw=2)
    if shown.worlds[np.isfinite(shown.worlds)].min(initial=0) < 0:
        axes.axhline(0, color=INK, lw=0.8)
    axes.set_xlabel(_axis(results, name), fontsize=8)
    axes.set_ylabel(f"{capital(shown.outcome.label)}\n({shown.outcome.unit})", fontsize=8)


def _over(results: Results, axes: Axes, shown: Response, names: tuple[str, str]) -> None:
    """Fill the plane of two parameters with the outcome; a line where it is level or changes sign.

    Of a grid each cell has its number, of other designs each point its place.
    """
    place, means = shown.points
    x, y = (shown.moved[name][place] for name in names)
    signed = means.min() < 0 < means.max()
    size = float(np.abs(means).max())
    ends = (-size, size) if LEAD in shown.outcome.label or signed else (means.min(), means.max())
    how = {"cmap": _colours(both=ends[0] < 0), "vmin": ends[0], "vmax": ends[1]}
    across, up = np.unique(x), np.unique(y)
    level = 0.0 if signed else float(np.median(means))
    line: Any = {"levels": [level], "colors": INK, "linewidths": 1.4, "linestyles": "solid"}
    if len(across) * len(up) <= CELLS:
        cells = np.full((len(up), len(across)), np.nan)
        at = np.searchsorted(up, y) * len(across) + np.searchsorted(across, x)
        sums, there = group_means(means, at)
        cells.flat[np.flatnonzero(there)] = sums[there]
        drawn: Any = axes.pcolormesh(across, up, cells, shading="nearest", **how)
        _write(axes, across, up, cells, ends)
        if min(cells.shape) > 1 and np.isfinite(cells).all() and np.ptp(cells) > 0:
            axes.contour(across, up, cells, **line)
    elif len(means) >= 4 and np.linalg.matrix_rank(np.cov(x, y), tol=1e-12) > 1:  # noqa: PLR2004
        drawn = axes.tricontourf(x, y, means, levels=24, **how)
        axes.plot(x, y, ".", color="white", ms=3)
        if means.min() < level < means.max():
            axes.tricontour(x, y, means, **line)
    else:
        drawn = axes.scatter(x, y, c=means, s=42, edgecolor=SOFT, lw=0.4, **how)
    axes.set_xlabel(_axis(results, names[0]), fontsize=8)
    axes.set_ylabel(_axis(results, names[1]), fontsize=8)
    axes.grid(visible=False)
    axes.figure.colorbar(drawn, ax=axes).set_label(shown.outcome.unit)


def _write(
    axes: Axes, across: Floats, up: Floats, cells: Floats, ends: tuple[float, float]
) -> None:
    """Write into each cell its number."""
    middle, form = sum(ends) / 2, ".0f" if max(map(abs, ends)) >= 10 else ".2g"  # noqa: PLR2004
    for row, column in zip(*np.nonzero(np.isfinite(cells)), strict=True):
        value = float(cells[row, column])
        far = value - middle if ends[0] >= 0 else abs(value - middle)
        dark = far > (0.1 if ends[0] >= 0 else 0.35) * (ends[1] - ends[0])
        axes.text(
            across[column], up[row], minus(f"{value:{form}}"), ha="center", va="center",
            fontsize=7.5, color="white" if dark else INK,
        )  # fmt: skip


def _colours(*, both: bool) -> Any:  # noqa: ANN401 (matplotlib is imported late)
    """Return colours from China's through white to Russia's, or from white to a dark one."""
    from matplotlib.colors import LinearSegmentedColormap

    ends = [POWER["CHN"].colour, "#f7f7f7", POWER["RUS"].colour]
    return LinearSegmentedColormap.from_list(
        "lead", ends if both else ["#cfe3dd", "#8fbcae", "#12503f"]
    )


def _means(results: Results, x: Floats, worlds: Floats) -> Floats:
    """Return means along a parameter with their 95 % intervals: rows of x, mean, low and high."""
    single = np.unique(x)
    many = len(single) > FEW
    ends = np.quantile(single, np.linspace(0, 1, STEPS + 1)) if many else single
    last = STEPS - 1 if many else len(single)
    part = np.clip(np.searchsorted(ends, x, side="right") - 1, 0, last)
    lie, rows = results.clusters, []
    for each in np.unique(part[np.isfinite(worlds)]):
        inside = part == each
        found = mean(np.where(inside, worlds, np.nan), lie)
        rows.append((x[inside].mean(), found.value, found.low, found.high))
    return np.array(rows).reshape(-1, 4)


def _axis(results: Results, name: str) -> str:
    """Return what a parameter is about, its unit and its name, for an axis."""
    registry = results.batch.assumed.registry
    about = f"{capital(worded(name, registry))} ({registry.leaves[name].unit})"
    return f"{fill(about, LETTERS)}\n{name}"


def _note(results: Results, scenario: str, shown: Response, inputs: Sequence[str]) -> str:
    when, first = quarter_label(last_quarter(results)), _correlation(shown, inputs[0])
    strength = f"{first.value:+.2f}, 95 % interval {first.low:+.2f} to {first.high:+.2f}"
    strongest = f"The strongest of {len(shown.moved)} parameters that the design varies"
    own = first is shown.strongest[0] and len(shown.moved) > 1
    said = NOTE.format(
        outcome=capital(shown.outcome.label), when=when, scenario=named(results, scenario),
        chosen=f"{strongest}, by rank correlation" if own else "Rank correlation",
        strength=minus(strength) if np.isfinite(first.value) else "too few worlds to tell",
    )  # fmt: skip
    _, means = shown.points
    at = "zero" if means.min() < 0 < means.max() else "the median point"
    return said + (RIGHT.format(at=at) if inputs[1:] else "")


def _correlation(shown: Response, name: str) -> Correlation:
    return next((e for e in shown.strongest if e.name == name), shown.strongest[0])


def _finding(results: Results, shown: Response, name: str) -> str:
    """Say what a parameter does to the outcome, from its low end to its high one."""
    found, label = _correlation(shown, name), shown.outcome.label
    few = len(np.unique(shown.moved[name])) <= FEW
    if not (found.low > 0 or found.high < 0) or not (found.beyond or few):
        return f"Nothing that the design varies clearly moves {label}"
    rows = _means(results, shown.moved[name], shown.worlds)
    (low, first, *_), (high, last, *_) = rows[0], rows[-1]
    about = worded(name, results.batch.assumed.registry)
    part, means = ("value", "") if few else ("eighth", "means ")
    return minus(
        f"{capital(label)} {_moves(first, last, shown.outcome)} between the lowest and highest "
        f"{part} of {about} ({means}{low:.3g} and {high:.3g})"
    )


def _moves(first: float, last: float, outcome: Outcome) -> str:
    """Say how a number moves, as far as print shows it.

    >>> lead = Outcome("lead", "share")
    >>> _moves(14.4, 14.3, lead), _moves(14.4, 9.8, lead)
    ('hardly moves (+14 points)', 'falls from +14 to +10 points')
    """
    form = "+.0f" if abs(outcome.scale) > 1 else ".2f"
    start, end, unit = f"{first:{form}}", f"{last:{form}}", outcome.unit
    if start == end:
        return f"hardly moves ({start} {unit})"
    return f"{'rises' if last > first else 'falls'} from {start} to {end} {unit}"


def histogram(
    results: Results,
    scenarios: Sequence[str] | None = None,
    state: str | None = None,
    column: str = "rivalry",
    power: str | None = None,
) -> Figure:
    """Draw how an outcome spreads over worlds in the last quarter, and what scenarios change."""
    outcome = outcome_of(column, power, state)

    def read(name: str) -> Floats:
        return outcome.scale * values(results, name, outcome).astype(np.float64)

    names, _, more = choose(results, scenarios, LINES, read, outcome.label)
    base, worlds = base_of(results, names), {name: read(name) for name in names}
    gaps = {name: own - worlds[base] for name, own in worlds.items() if name != base}
    by_state = "state" in table_of(column).keys
    where = "" if state or not by_state else " (region, states weighted)"
    about = f"{capital(outcome.label)}{where}: {column_of(column).meaning}"
    digits = 1 if abs(outcome.scale) > 1 else 2
    level = spread(worlds[base], results.clusters, unit=outcome.unit, digits=digits, signed=False)
    title = f"{capital(outcome.label)} under {named(results, base)}: {level}"
    if said := moves(results, {n: each / outcome.scale for n, each in gaps.items()}, outcome, "it"):
        title += f"; {said}"
    with page(10.8 if gaps else 6.6, 4.3) as figure:
        panels = figure.subplots(1, 2 if gaps else 1, squeeze=False)[0]
        for axes, numbers in zip(panels, (worlds, gaps), strict=False):
            _steps(results, axes, numbers, names)
        panels[0].set_xlabel(f"{outcome.label} ({outcome.unit})")
        panels[-1].axvline(0, color=SOFT, lw=0.8 if gaps else 0)
        if gaps:
            panels[1].set_xlabel(f"change against {named(results, base)} ({outcome.unit})")
        note = HISTOGRAM.format(
            about=about, when=quarter_label(last_quarter(results)), base=named(results, base)
        )
        headline(figure, title, note + more, results)
    return figure


def _steps(results: Results, axes: Axes, worlds: dict[str, Floats], names: Sequence[str]) -> None:
    """Draw a histogram a scenario over the same steps, with quantiles below it."""
    from matplotlib.ticker import PercentFormatter

    known = {name: own[np.isfinite(own)] for name, own in worlds.items()}
    whole = np.concatenate(
        [*known.values(), [0.0] if not any(e.size for e in known.values()) else []]
    )
    edges = np.linspace(whole.min(), whole.max() + 1e-9, BINS + 1)
    strokes, top = scenario_strokes(names), 0.0
    for name, own in known.items():
        share = np.histogram(own, edges)[0] / max(own.size, 1)
        top = max(top, float(share.max()))
        colour = strokes[name].colour
        axes.stairs(share, edges, color=colour, fill=True, alpha=0.14)
        axes.stairs(share, edges, color=colour, ls=strokes[name].dashes, lw=1.4)
    for place, (name, own) in enumerate(known.items()):
        low, middle, high = np.quantile(own, (0.05, 0.5, 0.95)) if own.size else 3 * [0.0]
        y, colour = -0.05 * top * (place + 1), strokes[name].colour
        axes.plot([low, high], [y, y], color=colour, lw=1.6, solid_capstyle="butt")
        axes.plot(middle, y, "o", color=colour, ms=4.5, label=fill(results.titles[name], 34))
    axes.set_ylim(-0.05 * top * (len(known) + 1), 1.12 * top or 1.0)
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))
    axes.set_yticks([tick for tick in axes.get_yticks() if 0 <= tick <= 1.1 * top])
    axes.set_ylabel("worlds")
    if len(worlds) == len(names):
        axes.legend(fontsize=7, loc="lower left", bbox_to_anchor=(0, 1), ncols=3, borderaxespad=0.2)
