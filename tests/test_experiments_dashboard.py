"""The live page without a browser: what it asks, the worlds that answer, and the words."""

from __future__ import annotations

import re
import shlex

import numpy as np
import pytest

from experiments import load
from experiments.dashboard.charts import Chart, opening
from experiments.dashboard.downloads import KINDS, file_of
from experiments.dashboard.finding import finding
from experiments.dashboard.levers import MOVED, SET, levers
from experiments.dashboard.query import Query
from experiments.dashboard.region_map import RegionMap, reading
from experiments.dashboard.text import heads, table
from experiments.dashboard.view import View, choices
from experiments.dashboard.worlds import Worlds
from experiments.design.inputs import resolve
from experiments.figures.palette import POWER
from experiments.results.cells import Cells, numbers
from scenarios.load import load_scenario
from scenarios.parameters import load_parameters
from scenarios.vocabulary import DRIVERS, POWERS, STATES

WORLDS = 6
FREEZE = Query("frozen_ukraine", "baseline", worlds=WORLDS)
MOVED_FREEZE = Query(
    "frozen_ukraine", "baseline", {"sanctions": 0.3}, {"attention_cost": 0.7}, WORLDS
)

OWN = """title: My END
extends: frozen_ukraine
note: |
  END
events:
- {type: unrest, quarter: 2028-Q2, state: KAZ, probability: 0.5}
"""


@pytest.fixture(scope="module")
def worlds():
    return Worlds()


@pytest.fixture(scope="module")
def freeze(worlds):
    return worlds.answer(FREEZE)


def typed(command, folder):
    """Do what a shell does with a command: write its files, and return the words of its run."""
    while found := re.match(
        r"cat > (\S+) <<'(\w+)'\n(.*?)^\2\n", command, re.DOTALL | re.MULTILINE
    ):
        (folder / found[1]).write_text(found[3], encoding="utf-8")
        command = command[found.end() :]
    program, *words = shlex.split(command)
    assert program == "crossroads"
    return words


@pytest.mark.parametrize(
    "inquiry",
    [
        pytest.param(FREEZE, marks=pytest.mark.slow),
        MOVED_FREEZE,
        pytest.param(
            Query(
                "baseline", "baseline", {"china_growth": -0.05, "belt_and_road": 1.2}, {}, WORLDS
            ),
            marks=pytest.mark.slow,
        ),
        pytest.param(
            Query("history_from_2010", "baseline", {}, {"offer_effect.security": 0.5}, WORLDS),
            marks=pytest.mark.slow,
        ),
        Query("mine", "baseline", {"sanctions": 0.2}, {}, WORLDS, mine=OWN, moves=(2028, 2031)),
        pytest.param(
            Query("frozen_ukraine", "mine", {}, {}, WORLDS, mine=OWN, last=2040),
            marks=pytest.mark.slow,
        ),
    ],
)
def test_the_command_gives_the_numbers_of_the_page_to_the_bit(
    inquiry, worlds, crossroads, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    worlds.answer(FREEZE)  # whatever is kept of it
    shown = worlds.answer(inquiry).shares
    options = ("--out", "typed", "--workers", "1", "--quiet")
    assert crossroads(*typed(inquiry.command(), tmp_path), *options).code == 0
    results = load("typed")
    assert results.scenarios == list(shown) == list(inquiry.names)
    for name, shares in shown.items():
        np.testing.assert_array_equal(numbers(results, name, Cells("share")), shares)
        rivalry = worlds.answer(inquiry).tables[name]["rivalry"]
        np.testing.assert_array_equal(numbers(results, name, Cells("rivalry")), rivalry)


def test_only_what_changed_is_run(freeze):
    worlds = Worlds()
    assert worlds.answer(FREEZE).ran == 2 * WORLDS
    assert worlds.answer(FREEZE).ran == 0
    moved = worlds.answer(Query("frozen_ukraine", "baseline", {"sanctions": 0.1}, {}, WORLDS))
    assert moved.ran == WORLDS
    np.testing.assert_array_equal(moved.shares["baseline"], freeze.shares["baseline"])
    assert worlds.answer(MOVED_FREEZE).ran == 2 * WORLDS
    assert worlds.part == pytest.approx(1)


def test_a_moved_driver_leaves_the_past_and_the_other_scenario_alone(freeze, worlds):
    asked = Query("baseline", "baseline", {"western_engagement": 1.0}, {}, WORLDS)
    shares = worlds.answer(asked).shares
    past = freeze.quarters <= 104
    np.testing.assert_array_equal(shares["baseline"], freeze.shares["baseline"])
    np.testing.assert_array_equal(shares["baseline_moved"][past], shares["baseline"][past])
    west = POWERS.index("WST")
    assert (shares["baseline_moved"][-1, :, west] > shares["baseline"][-1, :, west]).all()


def test_the_file_of_a_moved_driver_says_what_it_extends_and_nothing_else(tmp_path):
    file = tmp_path / f"{MOVED_FREEZE.name}.yaml"
    file.write_text(MOVED_FREEZE.text(), encoding="utf-8")
    moved, own = load_scenario(file), load_scenario("frozen_ukraine")
    assert moved.title == f"{own.title}, with sanctions = 0.3"
    differing = [n for n, path in moved.drivers.items() if (path != own.drivers[n]).any()]
    assert differing == ["sanctions"]
    assert moved.drivers["sanctions"][108] == 0.3


def test_levers_have_the_ranges_and_texts_of_the_registry():
    drivers, parameters = levers("frozen_ukraine")
    assert [each.name for each in drivers] == list(MOVED)
    assert [each.name for each in parameters] == list(SET)
    for each in drivers:
        driver = DRIVERS[each.name]
        assert (each.low, each.high, each.unit) == (driver.low, driver.high, driver.unit)
        assert each.about == driver.meaning
        assert ".yaml:" in each.source or ".csv:" in each.source
        assert "/" not in each.source.partition(";")[0], "no path of the machine"
    for each in parameters:
        leaf = load_parameters().leaves[each.name]
        assert (each.low, each.high, each.unit) == (leaf.low, leaf.high, leaf.unit)
        assert each.about.startswith(leaf.about)
        assert each.source == leaf.source


def test_levers_stand_where_a_run_has_them():
    drivers, parameters = levers("frozen_ukraine")
    batch = resolve(Query("frozen_ukraine", "baseline").spec())
    values = batch.values(0).of_scenario("frozen_ukraine")
    positions = batch.assumed.registry.positions
    for each in parameters:
        name, place = positions[each.name]
        assert each.default == pytest.approx(np.median(values[name][place]))
    sanctions = next(each for each in drivers if each.name == "sanctions")
    assert sanctions.default == pytest.approx(0.6)
    assert "frozen_ukraine.yaml" in sanctions.source


def test_no_lever_can_leave_its_range_or_be_one_of_many_shares():
    registry = load_parameters()
    for each in (*levers("baseline")[0], *levers("baseline")[1]):
        assert each.low <= each.default <= each.high
        assert each.drawn()["step"] < (each.high - each.low) / 50
        assert each.name in DRIVERS or not registry[each.name.split(".")[0]].simplex


def test_the_sentence_has_the_number_its_interval_and_the_worlds(freeze):
    said = finding(freeze, View())
    assert re.match(r"In Kazakhstan in 2035, .* in \d+ % \[", said)
    assert "under “Frozen conflict in Ukraine”; against “A long war in Ukraine”, " in said
    size = r"[+−]\d+\.\d to [+−]\d+\.\d points over worlds \(mean [+−]\d+\.\d"
    assert re.search(rf"changes most, by {size}.*\), (up|down) in \d+ % of worlds \(6 worlds", said)


def test_any_outcome_is_shown_of_every_scenario(worlds):
    asked = Query("frozen_ukraine", "baseline", worlds=WORLDS, third="afghanistan_instability")
    answer = worlds.answer(asked)
    for column in [each for group in choices().values() for each in group.values()]:
        view = View(column, state="TJK")
        lines = 4 if view.by_power else 3
        assert len(view.levels(answer).names) == lines
        assert len(view.changes(answer).names) == (4 if view.by_power else 2)
        assert table(answer, view).count("<tr>") == lines + 1
        assert not re.search(r"\bnan\b", finding(answer, view))
    said = finding(answer, View("security", "RUS", "TJK"))
    assert said.startswith("In Tajikistan in 2035, Russia's security share is ")
    assert said.count("; against “") == 2
    assert finding(answer, View("rivalry")).startswith("In 2035, rivalry is 0.")


def test_what_is_shown_can_be_taken_away(freeze, tmp_path):
    view = View("security", "CHN", "UZB")
    files = {kind: file_of(kind, freeze, view).read() for kind in KINDS}
    assert files["png"].startswith(b"\x89PNG")
    assert b"</svg>" in files["svg"]
    rows = files["csv"].decode().splitlines()
    assert rows[0] == "quarter,what,line,unit,middle,q05,q95,low,high"
    assert len(rows) == 1 + 3 * len(freeze.quarters)
    own = tmp_path / "own.yaml"
    own.write_bytes(files["yaml"])
    assert load_scenario(own).title == load_scenario("frozen_ukraine").title


def test_before_scenarios_part_no_change_is_claimed(freeze):
    assert "beyond what luck could explain" in finding(freeze, View(year=2020))


def test_one_scenario_is_said_without_a_difference(worlds):
    answer = worlds.answer(Query("baseline", "baseline", worlds=WORLDS))
    assert list(answer.shares) == ["baseline"]
    assert "against" not in finding(answer, View(state="UZB"))
    assert "Nothing to compare with" in heads(answer, View(state="UZB"))["change"]
    assert not View().changes(answer).bands.middle.any()


def test_what_has_not_begun_is_said_to_be_so_and_drawn_pale(worlds):
    answer = worlds.answer(Query("history_from_2010", "baseline", worlds=WORLDS))
    early = View(year=2005)
    assert "begins later" in finding(answer, early)
    shares = answer.shares["history_from_2010"][early.row(answer), 0]
    assert reading(shares)["said"] == "not begun"


def test_charts_hold_the_quantiles_and_the_paired_means(freeze):
    view = View(state="KGZ")
    influence, change = view.levels(freeze).bands, view.changes(freeze).bands
    first, other = (each[:, 1] for each in freeze.shares.values())
    np.testing.assert_allclose(influence.middle, 100 * np.median(first, axis=-1), rtol=1e-5)
    np.testing.assert_allclose(change.middle, 100 * (first - other).mean(axis=-1), atol=1e-5)
    assert (influence.low <= influence.inner_low).all()
    assert (change.inner_low <= change.middle).all()


def test_axes_begin_before_scenarios_part(freeze, worlds):
    early = worlds.answer(Query("history_no_belt_and_road", "baseline", worlds=WORLDS))
    assert opening(early) < 2010 < opening(freeze) <= 2026


def test_a_power_has_its_colour_in_charts_map_and_table(freeze):
    view = View()
    chart = Chart(235, (0.1, 0.2), signed=False)
    chart.show(freeze, view.levels(freeze), 2015, 2035)
    lines = [each.glyph.line_color for each in chart.lines]
    assert lines == [POWER[power].colour for power in POWERS]
    written = table(freeze, view)
    assert all(POWER[power].colour in written for power in POWERS)


def test_names_at_the_ends_of_lines_do_not_overlap(freeze):
    for state in STATES:
        chart = Chart(235, (0.1, 0.4), signed=True)
        chart.show(freeze, View(state=state).changes(freeze), 2015, 2035)
        heights = np.sort(chart.ends.data["y"])
        pixels = np.diff(heights) / (chart.y.end - chart.y.start) * 195
        assert (pixels > 12).all()


def test_the_map_colours_every_state_and_outlines_the_chosen_one(freeze):
    drawn = RegionMap()
    drawn.show(freeze.shares["baseline"][-1], "TJK")
    widths = dict(zip(STATES, drawn.states.data["width"], strict=True))
    assert max(widths, key=widths.get) == "TJK"
    assert all(re.fullmatch(r"\w{3}\n\w+ \+\d+", each) for each in drawn.labels.data["text"])


def test_headings_name_what_is_shown(freeze):
    words = heads(freeze, View(state="TKM", year=2030))
    assert "Turkmenistan" in words["level"]
    assert "“A long war in Ukraine”" in words["change"]
    assert "2030" in words["map"]


def test_titles_of_ones_own_are_not_taken_for_markup(freeze):
    titles = {"frozen_ukraine": "<b>Mine</b>", "baseline": "Other"}
    odd = type(freeze)(**{**vars(freeze), "titles": titles})
    assert "&lt;b&gt;Mine" in heads(odd, View())["level"]
