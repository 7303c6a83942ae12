"""The small map: who leads in each state, by what margin, and in how many worlds."""

from __future__ import annotations

from typing import Any

import numpy as np
from bokeh.core.properties import value
from bokeh.models import ColumnDataSource, HoverTool, Range1d, TapTool
from bokeh.plotting import figure

from experiments.dashboard.charts import FONT, dress
from experiments.figures.maps import BESIDE, NEIGHBOURS, PLACES, VIEW, borders, standing
from experiments.figures.palette import INK, PALE, SHORT_POWER
from experiments.results.cells import Floats
from experiments.results.estimates import percent
from scenarios.vocabulary import POWERS, STATE_NAMES, STATES

SHAPE = (VIEW[1] - VIEW[0]) * np.cos(np.radians(sum(VIEW[2:]) / 2)) / (VIEW[3] - VIEW[2])
"""Width over height at which distances look right in the middle of the map."""
LAND, CHOSEN = "#f0f0ee", 2.6
STRIPED, PLAIN = "right_diagonal_line", "blank"
AWAY = 2.6
"""Degrees between a label that stands beside its state and the line to it."""


class RegionMap:
    """A Bokeh map of the five states; `states` or `named` have the clicked one selected."""

    def __init__(self) -> None:
        """Draw the land, and the states without a colour."""
        self.states, self.labels = ColumnDataSource(), ColumnDataSource()
        self.states.data = {"xs": [outline(s)[0] for s in STATES],
                            "ys": [outline(s)[1] for s in STATES],
                            "colour": [LAND] * len(STATES), "hatch": [PLAIN] * len(STATES),
                            "said": [""] * len(STATES), "every": [""] * len(STATES),
                            "name": [STATE_NAMES[s] for s in STATES],
                            "width": [1.0] * len(STATES)}  # fmt: skip
        self.labels.data = {"x": [], "y": [], "text": [], "size": []}
        x, y = zip(*(PLACES[state] for state in STATES), strict=True)
        self.named = ColumnDataSource({"x": list(x), "y": list(y)})  # to be clicked
        self.figure = figure(
            x_range=Range1d(*VIEW[:2]), y_range=Range1d(*VIEW[2:]), toolbar_location=None, tools="",
            sizing_mode="scale_width", aspect_ratio=float(SHAPE), min_border=0,
            name="Map of the power that leads in each state",
        )  # fmt: skip
        dress(self.figure)
        self.figure.axis.visible = self.figure.grid.visible = False
        self._draw()

    def _draw(self) -> None:
        plot, around = self.figure, [code for code in borders() if code not in STATES]
        xs, ys = zip(*(outline(code) for code in around), strict=True)
        plot.multi_polygons(list(xs), list(ys), fill_color=LAND, line_color=PALE, line_width=0.6)
        drawn = plot.multi_polygons(
            "xs", "ys", source=self.states, fill_color="colour", line_color=INK,
            line_width="width", hatch_pattern="hatch", hatch_color="white", hatch_alpha=0.75,
            hatch_scale=9, nonselection_fill_alpha=1, nonselection_hatch_alpha=0.75,
            nonselection_line_alpha=1,
        )  # fmt: skip
        for name, (x, y) in NEIGHBOURS.items():
            plot.text(
                [x], [y], [name], text_align="center", text_color="#767676",
                text_font=value(FONT), text_font_size="10px", text_font_style="italic",
            )  # fmt: skip
        for code, (x, y) in BESIDE.items():
            plot.line([x, PLACES[code][0] - AWAY], [y, PLACES[code][1]], line_color=INK)
        plot.text(
            "x", "y", "text", source=self.labels, text_align="center", text_color=INK,
            text_baseline="middle", text_font=value(FONT), text_font_size="size",
            text_line_height=1.1, background_fill_color="white", background_fill_alpha=0.62,
            padding=3, border_radius=4,
        )  # fmt: skip
        clear = {"alpha": 0, "selection_alpha": 0, "nonselection_alpha": 0}
        named = plot.scatter("x", "y", source=self.named, size=36, **clear)
        said = f"<div style='font:12px {FONT}'><b>@name</b><br>@said<br>@every</div>"
        plot.add_tools(
            HoverTool(renderers=[drawn], tooltips=said), TapTool(renderers=[named, drawn])
        )

    def show(self, shares: Floats, chosen: str) -> None:
        """Colour the states from shares (state, power, worlds), the chosen one outlined."""
        read = [reading(own) for own in shares]
        self.states.data.update(
            colour=[each["colour"] for each in read],
            hatch=[STRIPED if each["open"] else PLAIN for each in read],
            said=[each["said"] for each in read],
            every=[each["every"] for each in read],
            width=[CHOSEN if state == chosen else 0.8 for state in STATES],
        )
        self.labels.data = {
            "x": [PLACES[state][0] for state in STATES],
            "y": [PLACES[state][1] for state in STATES],
            "text": [f"{state}\n{each['short']}" for state, each in zip(STATES, read, strict=True)],
            "size": ["12px" if state == "KAZ" else "10.5px" for state in STATES],
        }


def outline(code: str) -> tuple[list[Any], list[Any]]:
    """Return a country's polygons as Bokeh takes them: a list of polygons, each a list of rings."""
    polygons = borders()[code]
    return (
        [[[x for x, _ in ring] for ring in rings] for rings in polygons],
        [[[y for _, y in ring] for ring in rings] for rings in polygons],
    )


def reading(shares: Floats) -> dict[str, Any]:
    """Return how a state is drawn and described, from shares (power, worlds)."""
    found = standing(shares)
    if found is None:
        return {"colour": LAND, "open": False, "short": "–", "said": "not begun", "every": ""}
    medians = zip(POWERS, np.nanmedian(shares, axis=-1), strict=True)
    name = SHORT_POWER[found.power]
    return {
        "colour": found.colour,
        "open": found.open,
        "short": f"{name} {100 * found.lead:+.0f}",
        "said": f"{name} ahead in {percent(found.often)} of worlds; median shares:",
        "every": ", ".join(f"{SHORT_POWER[p]} {percent(float(each))}" for p, each in medians),
    }
