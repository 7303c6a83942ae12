"""An outcome against the parameters that a design varies: the strongest alone, the two together."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import fill
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from experiments.answers.assumptions import assumptions, worded
from experiments.answers.outcomes import Outcome, values
from experiments.figures.chance import Bar, Varied
from experiments.figures.choice import states_of
from experiments.figures.palette import INK, POWER, SOFT
from experiments.figures.style import headline, page
from experiments.refusals import BadInput
from experiments.results.cells import last_quarter
from experiments.results.clusters import clusters_of
from experiments.results.estimates import mean, minus
from experiments.results.moments import group_means
from experiments.results.reading import Results
from experiments.results.units import groups_of
from experiments.results.wording import capital, named, reference
from scenarios.quarters import quarter_label
from scenarios.vocabulary import STATE_NAMES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.collections import PathCollection
    from matplotlib.figure import Figure

Floats = NDArray[np.float64]
STEPS, FEW = 8, 12
"""Means along a parameter, and how many values a parameter may have to get a mean at each."""
PART = "eighth"
"""What one of `STEPS` is called."""
LETTERS = 54
POINTS = 100.0
NOTE = (
    "{lead}, under {scenario}. Pale dots: worlds; line and band: means along the parameter with "
    "95 % intervals. {chosen}: {strength}. "
)
DARK = "Dark dots: means of worlds that share what the design varies. "
PLANE = "Right: the means of points; squares where Russia leads, circles where China does. "


@dataclass(frozen=True)
class Response:
    """What a design moves in a state: the lead (worlds,) in points, and bars, strongest first."""

    state: str
    lead: Floats
    bars: list[Bar]


def response(results: Results, scenario: str | None = None, state: str | None = None) -> Figure:
    """Draw Russia's lead over China in the last quarter against what the design varies.

    The state is the one asked for, or the one that a parameter moves most; the scenario is the
    reference, or the first that varies something itself. Raises BadInput for a folder whose design
    varies no parameter.
    """
    asked = [reference(results, scenario)] if scenario else [reference(results), *results.scenarios]
    name = next((each for each in asked if designed(results, each)), asked[0])
    moved = designed(results, name)
    if not moved:
        said = "--set NAME=LOW:HIGH lets one"
        raise BadInput(f"no parameter varies by design under '{name}'; {said}")
    found = [_studied(results, name, each, moved) for each in states_of(state)]
    shown = max(found, key=lambda each: np.nan_to_num(abs(each.bars[0].value)))
    with page(10.8 if len(shown.bars) > 1 else 6.6, 4.9) as figure:
        panels = figure.subplots(1, min(len(shown.bars), 2), squeeze=False)[0]
        _along(results, panels[0], shown, moved)
        if len(shown.bars) > 1:
            dots = _over(results, panels[1], shown, moved)
            figure.colorbar(dots, ax=panels[1]).set_label("Russia's lead (percentage points)")
        note = _note(results, name, shown, moved)
        headline(figure, _finding(results, shown, moved), note, results)
    return figure


def designed(results: Results, scenario: str) -> dict[str, Floats]:
    """Return the values of the parameters that a design varies over worlds, by name."""
    asked = results.batch.assumed.design.varied
    return {name: each for name, each in assumptions(results, scenario).items() if name in asked}


def _studied(results: Results, scenario: str, state: str, moved: dict[str, Floats]) -> Response:
    """Return what the design moves in a state; of few worlds, what it varies."""
    russia, china = (
        values(results, scenario, Outcome("", "share", power, state)) for power in ("RUS", "CHN")
    )
    lead = POINTS * (russia - china).astype(np.float64)
    point, replicate = (results.worlds[each].to_numpy() for each in ("point", "replicate"))
    varied = Varied(moved, groups_of(moved, point, replicate), clusters_of(results))
    unknown = [Bar(each, *(4 * [float("nan")])) for each in moved]
    return Response(state, lead, varied.bars(lead, len(moved), len(moved)) or unknown)


def _along(results: Results, axes: Axes, shown: Response, moved: dict[str, Floats]) -> None:
    """Draw the lead against the strongest parameter: worlds, means of points, means along it."""
    x = moved[shown.bars[0].name]
    axes.plot(x, shown.lead, ".", color=SOFT, ms=3, alpha=0.35, rasterized=True)
    place, lead = _points(shown, moved)
    if len(lead) < len(x):
        axes.plot(x[place], lead, "o", color=INK, ms=4, mec="white", mew=0.5, zorder=3)
    at, middle, low, high = _means(results, x, shown.lead).T
    axes.fill_between(at, low, high, color=POWER["RUS"].colour, alpha=0.25, lw=0)
    axes.plot(at, middle, color=POWER["RUS"].colour, lw=2)
    axes.axhline(0, color=INK, lw=0.8)
    axes.set_xlabel(_axis(results, shown.bars[0].name), fontsize=8)
    axes.set_ylabel("Russia's lead over China (percentage points)")
    axes.set_title(STATE_NAMES[shown.state])


def _over(
    results: Results, axes: Axes, shown: Response, moved: dict[str, Floats]
) -> PathCollection:
    """Draw the lead of each point in the plane of the two strongest parameters."""
    first, second = (each.name for each in shown.bars[:2])
    place, lead = _points(shown, moved)
    size = float(np.nanmax(np.abs(lead), initial=1.0))
    for ahead, power in ((lead > 0, "RUS"), (lead <= 0, "CHN")):
        dots = axes.scatter(
            moved[first][place][ahead], moved[second][place][ahead], c=lead[ahead], s=42,
            marker=POWER[power].marker, cmap=_colours(), vmin=-size, vmax=size,
            edgecolor=SOFT, lw=0.4, rasterized=len(lead) > 1000,  # noqa: PLR2004
        )  # fmt: skip
    axes.set_xlabel(_axis(results, first), fontsize=8)
    axes.set_ylabel(_axis(results, second), fontsize=8)
    axes.set_title(f"{STATE_NAMES[shown.state]}, by the two strongest")
    return dots


def _colours() -> Any:  # noqa: ANN401 (matplotlib is imported late)
    """Return colours from China's through white to Russia's."""
    from matplotlib.colors import LinearSegmentedColormap

    ends = [POWER["CHN"].colour, "#f7f7f7", POWER["RUS"].colour]
    return LinearSegmentedColormap.from_list("lead", ends)


def _points(shown: Response, moved: dict[str, Floats]) -> tuple[NDArray[np.intp], Floats]:
    """Return one world of each point of the design, and the mean lead of its worlds."""
    table = np.stack(list(moved.values()), axis=1)
    _, place, own = np.unique(table, axis=0, return_index=True, return_inverse=True)
    lead, there = group_means(shown.lead, own.ravel())
    return place[there], lead[there]


def _means(results: Results, x: Floats, lead: Floats) -> Floats:
    """Return means along a parameter with their 95 % intervals: rows of x, mean, low and high."""
    single = np.unique(x)
    many = len(single) > FEW
    ends = np.quantile(single, np.linspace(0, 1, STEPS + 1)) if many else single
    part = np.clip(
        np.searchsorted(ends, x, side="right") - 1, 0, STEPS - 1 if many else len(single)
    )
    lie, rows = clusters_of(results), []
    for each in np.unique(part[np.isfinite(lead)]):
        inside = part == each
        found = mean(np.where(inside, lead, np.nan), lie)
        rows.append((x[inside].mean(), found.value, found.low, found.high))
    return np.array(rows).reshape(-1, 4)


def _axis(results: Results, name: str) -> str:
    """Return what a parameter is about, its unit and its name, for an axis."""
    registry = results.batch.assumed.registry
    about = f"{capital(worded(name, registry))} ({registry.leaves[name].unit})"
    return f"{fill(about, LETTERS)}\n{name}"


def _note(results: Results, scenario: str, shown: Response, moved: dict[str, Floats]) -> str:
    when, bar = quarter_label(last_quarter(results)), shown.bars[0]
    told = f"{bar.value:+.2f}, 95 % interval {bar.low:+.2f} to {bar.high:+.2f}"
    strongest = f"The strongest of {len(moved)} parameters that the design varies"
    said = NOTE.format(
        lead=f"Russia's share of influence less China's in {STATE_NAMES[shown.state]} in {when}",
        scenario=named(results, scenario),
        chosen=f"{strongest}, by rank correlation" if len(moved) > 1 else "Rank correlation",
        strength=minus(told) if np.isfinite(bar.value) else "too few worlds to tell",
    )
    dark = DARK if len(_points(shown, moved)[0]) < results.size else ""
    return said + dark + (PLANE if len(shown.bars) > 1 else "")


def _finding(results: Results, shown: Response, moved: dict[str, Floats]) -> str:
    """Say what the strongest parameter does to the lead, from its low end to its high one."""
    where, bar = STATE_NAMES[shown.state], shown.bars[0]
    few = len(np.unique(moved[bar.name])) <= FEW
    if not (bar.low > 0 or bar.high < 0) or not (bar.beyond or few):
        return f"Nothing that the design varies clearly moves Russia's lead over China in {where}"
    found = _means(results, moved[bar.name], shown.lead)
    (low, first, *_), (high, last, *_) = found[0], found[-1]
    about = worded(bar.name, results.batch.assumed.registry)
    part, means = ("value", "") if few else (PART, "means ")
    return minus(
        f"Russia's lead over China in {where} {_moves(first, last)} between the lowest and "
        f"highest {part} of {about} ({means}{low:.3g} and {high:.3g})"
    )


def _moves(first: float, last: float) -> str:
    """Say how a number of points moves, as far as whole points show it.

    >>> _moves(14.4, 14.3), _moves(14.4, 9.8)
    ('hardly moves (+14 points)', 'falls from +14 to +10 points')
    """
    start, end = (f"{each:+.0f}" for each in (first, last))
    if start == end:
        return f"hardly moves ({start} points)"
    return f"{'rises' if last > first else 'falls'} from {start} to {end} points"
