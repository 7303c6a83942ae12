"""The events of a scenario on a line of time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from scenarios.quarters import quarter_label
from scenarios.scenario import Event, Scenario
from scenarios.vocabulary import FIRST_YEAR, QUARTERS, STATE_NAMES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

INK, PALE, GREY = "#0b5394", "#c9c9c9", "#6b6b6b"
YEARS = FIRST_YEAR + np.arange(QUARTERS) / 4
LEFT_OUT = "left out"
Lane = tuple[str, list[tuple[Event, bool]]]


def lanes_of(scenario: Scenario, baseline: Scenario) -> list[Lane]:
    """Events by type, each with whether it is the scenario's own; those left out come last."""
    alone = scenario.name == baseline.name
    lanes: dict[str, list[tuple[Event, bool]]] = {}
    for event in scenario.events:
        own = alone or event not in baseline.events
        lanes.setdefault(event.type.replace("_", " "), []).append((event, own))
    left = [event for event in baseline.events if event not in scenario.events]
    if left:
        lanes[LEFT_OUT] = [(event, False) for event in left]
    return list(lanes.items())


def draw_events(axes: Axes, lanes: Sequence[Lane], scenario: Scenario) -> None:
    """Draw a lane a type: own events strong, uncertain ones hollow, those left out crossed."""
    for height, (name, events) in enumerate(reversed(lanes)):
        for event, own in events:
            x = YEARS[event.quarter]
            colour, left_out = (INK if own else GREY), name == LEFT_OUT
            face = colour if event.probability == 1 and not left_out else "none"
            axes.plot(x, height, "x" if left_out else "o", ms=5, mec=colour, mfc=face)
        _write_labels(axes, _labels(events), height)
    axes.set_yticks(range(len(lanes)), [name for name, _ in reversed(lanes)], fontsize=8)
    axes.set_ylim(-0.7, max(len(lanes) - 0.3, 0.7))
    axes.set_title("events", loc="left", fontsize=9, color=GREY)
    axes.grid(axis="x", color="#eeeeee")
    axes.tick_params(length=0, labelsize=8)
    trim(axes, scenario)


def _write_labels(axes: Axes, labels: list[Label], height: int) -> None:
    """Write labels right of their events, or left of them where the next would be in the way."""
    following = [first for first, *_ in labels[1:]] + [np.inf]
    for (first, last, text, own), after in zip(labels, following, strict=True):
        crowded = after - last < ROOM
        x, shift, side = (first, -5, "right") if crowded else (last, 5, "left")
        axes.annotate(
            text, (x, height), (shift, 0), textcoords="offset points", va="center", ha=side,
            fontsize=7.5, color=INK if own else GREY,
        )  # fmt: skip


Label = tuple[float, float, str, bool]
"""Where a cluster of events begins and ends, what is written beside it, whether it is new."""
ROOM = 5
"""Years that a label takes."""
NEAR = 1.6
"""Years; events of one type nearer than this share a label at the last of them."""


def _labels(events: Sequence[tuple[Event, bool]]) -> list[Label]:
    """One label for each cluster of neighbouring events: when and where."""
    clusters: list[list[tuple[Event, bool]]] = []
    for event, own in events:
        near = clusters and YEARS[event.quarter] - YEARS[clusters[-1][-1][0].quarter] < NEAR
        if not (near and clusters[-1][-1][1] == own):
            clusters.append([])
        clusters[-1].append((event, own))
    return [
        (
            float(YEARS[each[0][0].quarter]),
            float(YEARS[each[-1][0].quarter]),
            _label(each),
            each[0][1],
        )
        for each in clusters
    ]


def _label(cluster: list[tuple[Event, bool]]) -> str:
    first, last = cluster[0][0], cluster[-1][0]
    if len(cluster) == 1:
        name = f"{STATE_NAMES[first.state]} " if first.state else ""
        return f"{name}{quarter_label(first.quarter)}"
    states = ", ".join(dict.fromkeys(event.state for event, _ in cluster if event.state))
    return f"{states} {quarter_label(first.quarter)} to {quarter_label(last.quarter)}"


def trim(axes: Axes, scenario: Scenario) -> None:
    """Show the quarters that the scenario runs, in a light frame."""
    axes.set_xlim(YEARS[scenario.start] - 0.5, YEARS[scenario.end] + 0.75)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(PALE)
