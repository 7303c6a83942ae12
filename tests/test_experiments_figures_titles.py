"""Titles of figures say no more than the numbers do: what is counted, clear, and seen in print."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from experiments import run
from experiments.figures.catalogue import draw
from experiments.figures.changes import ASKED, SELDOM
from experiments.figures.findings import leading
from experiments.figures.heat import _where as most_in
from experiments.figures.maps import _passes
from experiments.figures.plane import _finding as most_cooperation
from experiments.figures.waterfall import _largest
from experiments.results.cells import Cells, numbers
from scenarios.vocabulary import POWER_NAMES, POWERS, STATE_NAMES


def said(figure):
    """Return a figure's title and small print, each on one line."""
    return [" ".join(each.split()) for each in (figure.get_suptitle(), figure.get_supxlabel())]


def test_a_title_says_which_state_has_most_only_where_intervals_tell_it_apart():
    luck = np.random.default_rng(0).normal(scale=0.1, size=(5, 40))
    rates = np.array([0.03, 0.1, 0.3, 0.5, 0.2])[:, np.newaxis] + luck
    clear = dict(zip(STATE_NAMES, rates, strict=True))
    assert most_in(clear, None).startswith(", most in Turkmenistan (mean 0.")
    assert most_in(clear | {"TJK": clear["TKM"][::-1]}, None) == ""


def test_what_a_scenario_sets_for_certain_takes_no_part_in_the_scale_of_a_calendar(tmp_path):
    path = tmp_path / "waves.yaml"
    events = "".join(
        f"  - {{type: china_asset_attack, quarter: {year}-Q1, state: {state}}}\n"
        for year in (2026, 2027)
        for state in STATE_NAMES
    )
    path.write_text(f"title: Waves\nextends: baseline\nevents:\n{events}")
    waves = run("baseline", path, worlds=8, until="2028-Q4", out=tmp_path / "r", workers=1)
    calendars = [axes.images[0] for axes in draw(waves, "incidents").axes[:4] if axes.images]
    set_by_events = max(float(each.get_array().max()) for each in calendars)
    top = calendars[0].get_clim()[1]
    assert set_by_events >= 1.0
    assert top < set_by_events / 1.5


def test_it_is_rivalry_that_a_title_says_falls_and_nothing_said_before_it(outcomes):
    title = said(draw(outcomes, "relations"))[0]
    assert re.search(r"; under “.*” rivalry (falls|rises|moves|hardly)", title)


def plane_title(results, *gaps):
    """Return the title of the plane where other scenarios move cooperation by so much."""
    luck = np.random.default_rng(0).normal(scale=0.0001, size=(2, 40))
    last = dict(zip(results.scenarios, [luck, *(luck + gap for gap in gaps)], strict=False))
    return most_cooperation(results, luck - 0.1, last, np.array([2000.0, 2035.0]))


def test_a_change_that_is_nothing_in_print_moves_cooperation_in_no_title(outcomes):
    assert plane_title(outcomes, -0.004).endswith(
        "no other scenario here moves cooperation clearly"
    )
    assert plane_title(outcomes, -0.006).endswith(
        "cooperation by −0.01 over worlds on a scale of 0 to 1"
    )


def test_each_scenario_that_moves_cooperation_as_far_is_named(outcomes):
    assert "; 1 more" not in plane_title(outcomes, -0.2, 0.1)
    assert plane_title(outcomes, -0.2, 0.1).count("by −0.20 over") == 1
    both = plane_title(outcomes, -0.2, 0.2)
    assert "changes cooperation by −0.20 over worlds" in both
    assert "changes it by +0.20 over worlds" in both


def test_the_plane_shows_what_is_drawn_and_a_cloud_for_each_end(outcomes):
    axes = draw(outcomes, "coopetition").axes[0]
    assert len(axes.patches) == len(outcomes.scenarios)
    for part, ends in (
        (axes.dataLim.intervalx, axes.get_xlim()),
        (axes.dataLim.intervaly, axes.get_ylim()),
    ):
        assert ends[0] <= part[0] <= part[1] <= ends[1]
        assert np.ptp(part) > 0.4 * np.ptp(ends)


def test_what_happens_in_hardly_any_world_is_told_without_a_panel(outcomes):
    figure = draw(outcomes, "passage")
    panels = {axes.get_title("left"): axes for axes in figure.axes if axes.get_visible()}
    low = [t for t, a in panels.items() if max(max(e.get_ydata()) for e in a.lines) <= SELDOM]
    assert set(panels) <= set(ASKED)
    assert len(low) <= 1
    left = said(figure)[1].partition("under any scenario: ")[2]
    assert all(title in left for title in set(ASKED) - set(panels))


def each_count(title):
    """Yield power, domain and how many states rely on it most, as a title has them."""
    for part in title.split("rely most ")[1].split("; "):
        name = next((p for p, n in POWER_NAMES.items() if part.startswith(f"on {n} in ")), None)
        for domain, many in re.findall(r"(\w+) \((\d) of 5\)", part):
            yield name, domain, int(many)


def test_a_title_of_reliance_counts_the_states_that_its_panels_show(outcomes):
    title, note = said(draw(outcomes, "domains"))
    found = list(each_count(title))
    assert found
    for power, domain, many in found:
        shares = numbers(outcomes, "baseline", Cells(domain))[-1]
        rows = [leading(dict(zip(POWERS, each, strict=True))) for each in shares]
        assert rows.count([power]) == many > 2, domain
    assert "One of 3 scenarios shown: “A long war in Ukraine”" in note


@pytest.mark.parametrize(
    ("sizes", "said"),
    [((0.09, -0.04, 0.04), ", mostly first"),
     ((0.09, -0.06, 0.04), ", largest terms first (+9.0) and second (-6.0)"),
     ((0.0001, 0.0, 0.0), "")],
)  # fmt: skip
def test_a_term_is_most_of_a_change_only_if_it_exceeds_all_others_together(sizes, said):
    assert _largest(pd.Series(sizes, ["first", "second", "third"])) == said


def test_the_record_names_the_years_of_what_it_counts(outcomes):
    title = said(draw(outcomes, "record"))[0]
    assert title.startswith("Worlds go through ")
    assert title.endswith(" figures until 2023")


def test_a_lead_that_was_open_does_not_pass_from_a_power():
    then = dict.fromkeys(STATE_NAMES, "RUS") | {"TKM": ""}
    assert _passes(then, {"TKM": "CHN"}) == "an open lead goes to China in Turkmenistan"
    assert _passes(then, {"UZB": "CHN"}) == "the lead passes to China in Uzbekistan"
