"""Building a scenario of one's own: its text, paths to drag, events to add.

The text is all there is: whatever is dragged or added is written into it, and it alone is run.
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

import numpy as np
import panel as pn
from bokeh.models import ColumnDataSource, PointDrawTool, Range1d
from bokeh.plotting import figure

from experiments.dashboard.charts import dress
from experiments.dashboard.own import BEGUN, MOST, Knots, faults_of, with_event, with_path
from experiments.errors import BadInput
from experiments.figures.palette import SOFT
from experiments.results.cells import years
from scenarios.event_types import EVENT_TYPES, ORGANISATIONS
from scenarios.faults import FaultyInput
from scenarios.quarters import parse_quarter, quarter_label
from scenarios.scenario import Scenario
from scenarios.vocabulary import DRIVERS, LAST_YEAR, POWERS, QUARTERS, STATES, cells_of

OFFERED = ("2026-Q1", "2028-Q1", "2031-Q1", "2035-Q1", "2040-Q4")
"""Where a path has points to begin with."""
EXAMPLE = f"{BEGUN}drivers:\n  sanctions: {{2026-Q1: inherited, 2029-Q1: 0.3}}\n"
ACCENT = "#7a3b9b"
HELP = (
    "<p>Paste a scenario file, take one from this machine, or build one below. Only its text is "
    "run; it may extend scenarios of the page, by name.</p>"
)


class Builder:
    """The text of a scenario, and what writes into it; `based` is the scenario as it is run."""

    def __init__(self, text: Callable[..., Any], style: str) -> None:
        """Lay out the controls; `text` makes a piece of text, `style` is that of widgets."""
        wide: dict[str, Any] = {"sizing_mode": "stretch_width", "margin": (0, 0, 8, 0)}
        styled = wide | {"stylesheets": [style]}
        self.based: Scenario | None = None
        self.text = pn.widgets.TextAreaInput(
            label="Scenario file", placeholder=EXAMPLE, rows=11, max_length=MOST, **styled
        )
        self.file = pn.widgets.FileInput(accept=".yaml,.yml", margin=(0, 0, 8, 0))
        self.file.param.watch(self._take, "value")
        self.wrong = text()
        self._make_path(styled)
        self._make_event(styled)
        self.shown = pn.FlexBox(
            pn.Column(text(HELP), self.file, self.text, self.wrong, styles={"flex": "1 1 330px"}),
            pn.Column(self.driver, self.cell, self.plot, self.points, styles={"flex": "1 1 300px"}),
            pn.Column(*self.event.values(), self.add, styles={"flex": "1 1 220px"}),
            sizing_mode="stretch_width", gap="0 22px",
        )  # fmt: skip

    def _make_path(self, wide: dict[str, Any]) -> None:
        names = {f"{each.meaning} ({name})": name for name, each in DRIVERS.items()}
        self.driver = pn.widgets.Select(label="Path of", options=names, **wide)
        self.cell = pn.widgets.Select(label="Where", options=[""], **wide)
        self.points = pn.widgets.TextInput(label="Its points", **wide)
        self.line, self.knots = ColumnDataSource({"x": [], "y": []}), ColumnDataSource()
        self.knots.data = {"x": [], "y": []}
        self.y = Range1d(0, 1)
        self.plot = figure(height=190, sizing_mode="stretch_width", toolbar_location=None, tools="",
                           x_range=Range1d(2019.5, LAST_YEAR + 1.2), y_range=self.y)  # fmt: skip
        dress(self.plot)
        self.plot.line("x", "y", source=self.line, line_color=SOFT, line_dash="dotted")
        self.plot.line("x", "y", source=self.knots, line_color=ACCENT, line_width=2)
        marks = self.plot.scatter("x", "y", source=self.knots, size=13, fill_color=ACCENT,
                                  line_color="white")  # fmt: skip
        tool = PointDrawTool(renderers=[marks], description="Drag points; click to add one")
        self.plot.add_tools(tool)
        self.plot.toolbar.active_drag = self.plot.toolbar.active_tap = tool
        self.driver.param.watch(lambda _: self._choose(), "value")
        self.cell.param.watch(lambda _: self.show(self.based), "value")
        self.points.param.watch(lambda _: self._typed(), "value")
        self.knots.on_change("data", self._dragged)
        self._choose()

    def _make_event(self, wide: dict[str, Any]) -> None:
        kinds = {name.replace("_", " "): name for name in EVENT_TYPES}
        whole, quarters = {"": ""}, [quarter_label(each) for each in range(QUARTERS)]
        self.event = {
            "type": pn.widgets.Select(label="Event", options=kinds, **wide),
            "quarter": pn.widgets.Select(
                label="Quarter", options=quarters, value="2027-Q1", **wide
            ),
            "state": pn.widgets.Select(label="In", options=whole, **wide),
            "power": pn.widgets.Select(label="Of power", options=whole, **wide),
            "organisation": pn.widgets.Select(label="Organisation", options=whole, **wide),
            "size": pn.widgets.FloatInput(label="Size", **wide),
            "probability": pn.widgets.FloatInput(
                label="Probability", value=1, start=0, end=1, step=0.1, **wide
            ),
        }
        self.add = pn.widgets.Button(label="Add the event", **wide)
        self.add.on_click(lambda _: self._write(with_event, self._event()))
        self.event["type"].param.watch(lambda _: self._fit_event(), "value")
        self._fit_event()

    def _fit_event(self) -> None:
        """Offer what the type of event takes."""
        kind = EVENT_TYPES[self.event["type"].value]
        offered = {"state": kind.states, "power": kind.powers, "organisation": ORGANISATIONS}
        for key, names in offered.items():
            self.event[key].visible = key in kind.keys
            self.event[key].options = [*([] if key in kind.needs else [""]), *names]
            self.event[key].value = self.event[key].options[0]
        self.event["size"].visible = kind.size is not None
        if kind.size:
            self.event["size"].param.update(
                label=f"Size: {kind.size.meaning}", start=kind.size.low, end=kind.size.high,
                value=kind.size.default,
            )  # fmt: skip

    def _event(self) -> dict[str, Any]:
        return {key: each.value for key, each in self.event.items() if each.visible}

    def _choose(self) -> None:
        """Offer the states and powers that a driver has a path for."""
        driver = DRIVERS[self.driver.value]
        cells = [cell[1:] for cell in cells_of(driver) if cell[1:2] in {(), *zip(driver.states)}]
        cells = [("all",)] * driver.shared + cells
        self.cell.options = {", ".join(cell): cell for cell in cells}
        self.cell.visible = len(cells) > 1
        self.cell.value = cells[0]
        self.y.update(start=driver.low, end=driver.high)
        self.show(self.based)

    def show(self, scenario: Scenario | None) -> None:
        """Show the chosen path as a scenario has it, with points to drag."""
        self.based = scenario
        if scenario is None:
            return
        driver = DRIVERS[self.driver.value]
        found = scenario.drivers[driver.name]
        state, power = (*self.cell.value, "", "")[:2]
        if driver.scope == "power and state":
            found = found[:, POWERS.index(power), STATES.index(state)]
        elif driver.scope == "state":
            found = found.mean(axis=1) if state == "all" else found[:, STATES.index(state)]
        self.line.data = {"x": years(np.arange(QUARTERS)), "y": found}
        at = [parse_quarter(each) for each in OFFERED]
        self._place({each: float(found[each]) for each in at})

    def _place(self, knots: Knots) -> None:
        """Put points where knots are, in the chart and as text, without writing the scenario."""
        self.placed = rounded(knots)
        self.points.value = ", ".join(
            f"{quarter_label(q)}: {value:.3g}" for q, value in self.placed.items()
        )
        x = years(np.array(list(self.placed)))
        self.knots.data = {"x": list(x), "y": list(self.placed.values())}

    def _typed(self) -> None:
        """Take points that were typed."""
        pairs = [each.split(":") for each in self.points.value.split(",")]
        try:
            knots = {parse_quarter(q.strip()): float(value) for q, value in pairs}
        except ValueError:
            self.wrong.object = f"<p>{escape('Points: expected 2026-Q1: 0.5, 2030-Q1: 0.2')}</p>"
            return
        self._take_path(knots)

    def _dragged(self, _attribute: str, _old: object, data: dict[str, Any]) -> None:
        """Take points that were dragged, added or deleted."""
        driver = DRIVERS[self.driver.value]
        start = years(np.zeros(1, dtype=int))[0]
        self._take_path({
            int(np.clip(round(4 * (x - start)), 0, QUARTERS - 1)):
            float(np.clip(y, driver.low, driver.high))
            for x, y in zip(data["x"], data["y"], strict=True)
        })  # fmt: skip

    def _take_path(self, knots: Knots) -> None:
        """Write a path into the scenario, unless it is the one that stands there."""
        if not knots or rounded(knots) == self.placed:
            return
        self._place(knots)
        cell = (self.driver.value, *self.cell.value)
        if self._write(with_path, cell, knots):
            self._place(knots)

    def _take(self, event: Any) -> None:  # noqa: ANN401 (Panel's)
        """Take a file that was chosen, if it is text and short."""
        given = event.new or b""
        if len(given) > 4 * MOST:
            self.wrong.object = f"<p>The file is too long; the page takes {MOST:,} letters.</p>"
        elif given:
            self.text.value = given.decode("utf-8", errors="replace")

    def _write(self, change: Callable[..., str], *given: Any) -> bool:  # noqa: ANN401
        """Change the text; whether it could be changed."""
        try:
            self.text.value = change(self.text.value, *given)
        except (FaultyInput, BadInput) as wrong:
            self.refuse(wrong)
            return False
        return True

    def refuse(self, wrong: Exception) -> None:
        """Show what is wrong with the text."""
        self.wrong.object = faults_of(wrong, self.text.value)


def rounded(knots: Knots) -> dict[int, float]:
    """Return points in order, with the digits that are shown."""
    return {quarter: float(f"{value:.3g}") for quarter, value in sorted(knots.items())}
