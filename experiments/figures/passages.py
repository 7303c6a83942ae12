"""First-passage curves: how likely it is, by each quarter, that China has passed Russia."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from experiments.cells import years
from experiments.conditions import Holding, holding
from experiments.figures.palette import scenario_strokes
from experiments.figures.style import (
    as_percent,
    headline,
    label_panels,
    line_ends,
    new_figure,
    rests_on,
    styled,
)
from experiments.figures.wording import broken, quoted, reference, shown, titles
from experiments.reading import Results
from scenarios.vocabulary import STATE_NAMES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ASKED = {
    **{f"{name}: security": f"security CHN > RUS in {code}" for code, name in STATE_NAMES.items()},
    "Uzbekistan: all influence": "influence CHN > RUS in UZB",
    "Kazakhstan: all influence": "influence CHN > RUS in KAZ",
    "Region: all influence": "influence CHN > RUS in the region",
}
HELD = "held 4 quarters from 2024"
NOTE = (
    "Probability that China's share has exceeded Russia's for four quarters in a row, by the "
    "quarter in which that began, from 2024 on. Bands: 95 % intervals (Wilson). Worlds in "
    "which it had not happened by the end are censored there. "
)


def first_passage(
    results: Results,
    scenarios: Sequence[str] | None = None,
    conditions: dict[str, str] | None = None,
) -> Figure:
    """Draw first-passage curves: a panel a condition (by title), a line a scenario."""
    names = shown(results, scenarios, 7)
    asked = conditions or {title: f"{each} {HELD}" for title, each in ASKED.items()}
    with styled():
        columns = min(4, len(asked))
        figure = new_figure(3.3 * columns, 2.6 * -(-len(asked) // columns) + 1.3)
        panels = figure.subplots(
            -(-len(asked) // columns), columns, sharex=True, sharey=True, squeeze=False
        ).ravel()
        found = {}
        for axes, (title, text) in zip(panels, asked.items(), strict=False):
            found[title] = {name: holding(results, text, name) for name in names}
            _draw(axes, found[title], title)
        for axes in panels[len(asked) :]:
            axes.set_visible(False)
        headline(figure, _finding(results, found), NOTE + rests_on(results))
        said = {name: broken(titles(results)[name], 17) for name in names}
        last = years(next(iter(found.values()))[names[0]].quarters)[-1]
        used = panels[: len(asked)]
        label_panels(figure, ((axes, line_ends(axes, said)) for axes in used), last, size=6.5)
    return figure


def _draw(axes: Axes, found: dict[str, Holding], title: str) -> None:
    """Draw the curves of one condition."""
    for name, stroke in scenario_strokes(list(found)).items():
        curve, x = found[name].curve, years(found[name].quarters)
        axes.fill_between(
            x, curve.low, curve.high, color=stroke.colour, alpha=0.12, lw=0, step="post"
        )
        axes.plot(
            x,
            curve.value,
            color=stroke.colour,
            ls=stroke.dashes,
            lw=1.5,
            drawstyle="steps-post",
            label=name,
        )
    axes.set_title(title)
    axes.set_xlim(x[0], x[-1])
    axes.set_ylim(0, 1)
    as_percent(axes)


def _finding(results: Results, found: dict[str, dict[str, Holding]]) -> str:
    """Say what is likeliest to be open: the passage on which scenarios differ most."""
    spread = {
        title: max(h.probability.value for h in each.values())
        - min(h.probability.value for h in each.values())
        for title, each in found.items()
    }
    title = max(spread, key=lambda each: spread[each])
    several = found[title]
    base = reference(results) if reference(results) in several else next(iter(several))
    end = several[base].quarter(len(several[base].quarters) - 1)
    text = (
        f"{title} – China passes Russia by {end} in {several[base].probability} of worlds under "
        f"{quoted(titles(results)[base])}"
    )
    other = max(
        several, key=lambda n: abs(several[n].probability.value - several[base].probability.value)
    )
    if other == base:
        return text
    return f"{text}, in {several[other].probability} under {quoted(titles(results)[other])}"
