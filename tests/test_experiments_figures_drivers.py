"""The picture of a scenario: a panel a driver, what differs first and in colour, events on top."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex

from experiments.figures.drivers import INK, PALE, draw_drivers, lanes_of
from scenarios.load import load_scenario
from scenarios.vocabulary import DRIVERS, STATES

BASELINE = load_scenario("baseline")


def titles(figure) -> list[str]:
    return [axes.get_title(loc="left") for axes in figure.axes]


@pytest.fixture(scope="module")
def freeze():
    return draw_drivers(load_scenario("frozen_ukraine"), BASELINE, full=True)


def test_every_driver_has_its_panel_and_what_differs_comes_first(freeze) -> None:
    found = titles(freeze)
    assert found[:3] == ["events", "ukraine conflict", "sanctions"]
    for name in DRIVERS:
        assert any(title.startswith(name.replace("_", " ")) for title in found), name


def test_only_what_differs_is_drawn_unless_all_is_asked_for() -> None:
    figure = draw_drivers(load_scenario("frozen_ukraine"), BASELINE)
    assert titles(figure) == ["events", "ukraine conflict", "sanctions"]
    assert "drivers, --full shows them" in figure.get_suptitle()


def test_what_differs_is_strong_beside_a_dashed_baseline_and_the_rest_is_pale(freeze) -> None:
    war, oil = (freeze.axes[titles(freeze).index(name)] for name in ("sanctions", "oil price"))
    dashed, strong = war.get_lines()
    assert (dashed.get_linestyle(), to_hex(strong.get_color())) == ("--", INK)
    assert strong.get_linewidth() > dashed.get_linewidth()
    assert [to_hex(line.get_color()) for line in oil.get_lines()] == [PALE]


def test_the_baseline_alone_differs_in_nothing() -> None:
    figure = draw_drivers(BASELINE, BASELINE)
    assert "dashed" not in figure.get_suptitle()
    assert all(line.get_linestyle() != "--" for axes in figure.axes for line in axes.get_lines())


def test_events_are_told_apart_as_own_inherited_and_left_out() -> None:
    own = dict(lanes_of(load_scenario("attack_wave"), BASELINE))["china asset attack"]
    assert [is_own for _, is_own in own] == [False, False, True, True, True, True]
    without = replace(BASELINE, name="without", events=BASELINE.events[1:])
    assert dict(lanes_of(without, BASELINE))["left out"] == [(BASELINE.events[0], False)]


def test_panels_show_the_quarters_that_are_run() -> None:
    figure = draw_drivers(load_scenario("history_from_2010"), BASELINE)
    assert {axes.get_xlim()[0] for axes in figure.axes} == {2009.5}


def test_names_at_the_ends_of_lines_stay_apart_and_off_the_next_panel(freeze) -> None:
    FigureCanvasAgg(freeze).draw()
    panels = [axes for axes in freeze.axes[1:] if axes.texts and axes.lines]
    assert len(panels) > 2
    ticks = [
        label.get_window_extent() for axes in freeze.axes[1:] for label in axes.get_yticklabels()
    ]
    for axes in panels:
        assert {text.get_text() for text in axes.texts} <= {*STATES, "all five"}
        boxes = [text.get_window_extent() for text in axes.texts]
        assert not any(box.overlaps(tick) for box in boxes for tick in ticks)
        heights = sorted((box.y0, box.y1) for box in boxes)
        assert all(upper[0] > lower[1] - 2 for lower, upper in pairwise(heights))
