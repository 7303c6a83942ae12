"""What the page gives away: charts as PNG and SVG, numbers as CSV, the scenario as YAML."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO
from typing import Any

import numpy as np

from experiments.dashboard.charts import opening
from experiments.dashboard.finding import finding
from experiments.dashboard.view import Lines, View
from experiments.dashboard.worlds import Answer
from experiments.figures.palette import Stroke
from experiments.figures.panels import Line, Panel, draw_panels, label_panels, line_ends
from experiments.figures.style import headline, page, styled
from experiments.results.cells import years
from experiments.results.text import capital
from scenarios.quarters import quarter_label

KINDS = ("png", "svg", "csv", "yaml")
NOTE = (
    "Left: medians, 25–75 % and 5–95 % of worlds. Right: the scenario minus the other, world by "
    "world: mean, its 95 % interval (dark) and 5–95 % of worlds. {worlds} worlds each."
)


def file_of(kind: str, answer: Answer, view: View) -> BytesIO:
    """Return a file of a kind of `KINDS`, of what the page shows."""
    if kind == "yaml":
        return BytesIO(answer.inquiry.file().encode())
    if kind == "csv":
        return BytesIO(_table(answer, view).encode())
    found = BytesIO()
    with styled():
        _drawn(answer, view).savefig(found, format=kind, dpi=160)
    found.seek(0)
    return found


def _table(answer: Answer, view: View) -> str:
    """Return a row a quarter and line: levels with their band, changes with interval and band."""
    text = StringIO()
    written = csv.writer(text, lineterminator="\n")
    written.writerow(["quarter", "what", "line", "unit", "middle", "q05", "q95", "low", "high"])
    for what, shown in (("level", view.levels(answer)), ("change", view.changes(answer))):
        ends = (shown.bands.middle, shown.bands.low, shown.bands.high)
        inner = (shown.bands.inner_low, shown.bands.inner_high) if what == "change" else ()
        for row, quarter in enumerate(answer.quarters):
            for n, name in enumerate(shown.names):
                numbers = [f"{each[row, n]:.6g}" for each in (*ends, *inner)]
                known = [quarter_label(int(quarter)), what, name, view.outcome.unit, *numbers]
                written.writerow(known + [""] * (9 - len(known)))
    return text.getvalue()


def _drawn(answer: Answer, view: View) -> Any:  # noqa: ANN401 (matplotlib is imported late)
    """Return the two charts as a figure, titled by the sentence."""
    x, opens = years(answer.quarters), opening(answer)
    seen = x >= opens
    shown = [view.levels(answer), *([view.changes(answer)] if len(answer.tables) > 1 else [])]
    panels = [
        Panel(_lines(each, seen), title, view.outcome.unit)
        for each, title in zip(shown, (capital(view.label), "What changes"), strict=False)
    ]
    with page(5.6 * len(panels) + 0.4, 4.6) as figure:
        grid = draw_panels(figure, x[seen], [panels], "none", zero=False)
        headline(figure, finding(answer, view), NOTE.format(worlds=answer.inquiry.worlds))
        ends = [
            (axes, line_ends(axes, {name: name for name in each.names}))
            for axes, each in zip(grid.flat, shown, strict=True)
        ]
        label_panels(figure, ends, float(x[-1]))
    return figure


def _lines(shown: Lines, seen: Any) -> list[Line]:  # noqa: ANN401 (an array of truth values)
    """Return lines as figures take them."""
    b = shown.bands
    return [
        Line(name, Stroke(shown.colours[n], shown.dashes[n], "o"), b.middle[seen, n],
             ((b.low[seen, n], b.high[seen, n], 0.13),
              (b.inner_low[seen, n], b.inner_high[seen, n], 0.25)))
        for n, name in enumerate(shown.names)
        if np.isfinite(b.middle[seen, n]).any()
    ]  # fmt: skip
