"""Titles claim what the numbers say: signs, superlatives over all scenarios, chance, years."""

from __future__ import annotations

import re

import numpy as np
import pytest

from experiments.figures import bars, catalogue
from experiments.figures.catalogue import CATALOGUE, draw
from experiments.figures.chance import Varied
from experiments.figures.changes import _ends as at_ends
from experiments.figures.changes import _largest
from experiments.figures.findings import choose, distance
from experiments.figures.maps import moments
from experiments.figures.panels import year_ticks
from experiments.results.cells import Cells, numbers
from experiments.results.clusters import Clusters
from experiments.results.units import groups_of
from scenarios.vocabulary import STATE_NAMES

LUCK = np.linspace(-0.2, 0.2, 40)


def said(figure):
    """Return a figure's title and small print, each on one line."""
    return [" ".join(each.split()) for each in (figure.get_suptitle(), figure.get_supxlabel())]


def moved(*sizes):
    """Return changes of one power in some places: (place, power, worlds)."""
    return np.array([[size + np.roll(LUCK, 7 * place)] for place, size in enumerate(sizes)])


def test_places_of_two_signs_are_never_joined_under_one():
    text = _largest(moved(-1.98, 1.94), ("UZB", "TKM"), "share", None)
    assert text.startswith("Russia −2.2 to −1.8 points over worlds (mean −2.0")
    assert text.endswith(" in Uzbekistan; but +1.9 in Turkmenistan")


def test_each_place_that_moves_as_far_has_its_own_number():
    text = _largest(moved(1.98, 1.94, 0.1), ("UZB", "TKM", "KAZ"), "share", None)
    assert text.endswith(" in Uzbekistan; +1.9 in Turkmenistan")


def test_lines_that_end_about_zero_share_a_label(outcomes):
    axes = draw(outcomes, "change", state="UZB").axes[0]
    low, high = axes.get_ylim()
    for line, end in zip(
        axes.lines[:4], (0.5 * high, 0.001 * high, -0.001 * high, 0.0), strict=True
    ):
        line.set_ydata(np.full_like(line.get_ydata(), end))
    assert set(at_ends(axes)) == {"Russia", "others ≈ 0"}
    axes.lines[0].set_ydata(np.zeros_like(axes.lines[0].get_ydata()))
    assert set(at_ends(axes)) == {"all ≈ 0"}
    assert (low, high) == axes.get_ylim()


def test_a_title_gives_the_spread_over_worlds_before_the_mean(outcomes):
    spread = r"[+−]?\d\.\d\d to [+−]?\d\.\d\d over worlds \(mean [+−]?\d\.\d\d"
    assert re.search(rf"changes the rivalry .* by {spread}", said(draw(outcomes, "relations"))[0])
    assert re.search(spread, said(draw(outcomes, "incidents"))[0])


def test_a_parameter_and_its_factor_by_world_are_told_apart(designed):
    names = [bars.about(designed, each) for each in ("attention_cost", "world_attention_cost")]
    assert [each.rpartition(" ")[2] for each in names] == [
        "(attention_cost)", "(world_attention_cost)",
    ]  # fmt: skip
    assert bars.about(designed, "world_autonomy") == "the price of leaning on one power"


def test_a_state_s_rate_is_never_given_to_another(outcomes):
    title = said(draw(outcomes, "incidents", ["baseline"]))[0]
    for name in STATE_NAMES.values():
        if name in title:
            assert f"{name} (mean 0." in title


@pytest.fixture
def many(outcomes, monkeypatch):
    """Results of three scenarios in figures that have room for two."""
    for module in ("changes", "heat"):
        monkeypatch.setattr(f"experiments.figures.{module}.PANELS", 2)
    for module in ("series", "plane", "changes"):
        monkeypatch.setattr(f"experiments.figures.{module}.LINES", 2)
    monkeypatch.setattr("experiments.figures.maps.MAPS", 2)
    monkeypatch.setattr("experiments.figures.bars.ROWS", 1)
    return outcomes


DROP = ("influence", "change", "relations", "coopetition", "passage", "hedging", "map")


@pytest.mark.parametrize("name", [*DROP, "incidents", "differences"])
def test_a_figure_that_has_no_room_for_all_scenarios_says_how_many_it_shows(many, name):
    assert "2 of 3 scenarios shown: “" in said(draw(many, name))[1]
    assert "scenarios shown" not in said(draw(many, name, many.scenarios))[1]


def test_those_that_differ_most_are_drawn_beside_the_reference(outcomes):
    gaps = dict(zip(outcomes.scenarios, (0.0, 1.0, -2.0), strict=True))
    found = choose(outcomes, None, 2, lambda name: np.full((1, 4), gaps[name]), "it")
    assert found.drawn == [outcomes.scenarios[0], outcomes.scenarios[2]]
    assert found.every == [*found.drawn, outcomes.scenarios[1]]
    assert distance(np.array([[1.0, np.nan], [-3.0, -1.0]])) == 2.0


def test_what_moves_most_is_judged_over_all_scenarios_and_drawn(many):
    last = {n: float(numbers(many, n, Cells("rivalry"))[-1].mean()) for n in many.scenarios}
    far = max(last, key=lambda name: abs(last[name] - last["baseline"]))
    figure = draw(many, "relations")
    title = many.manifest["inputs"]["scenarios"][far]["title"]
    assert f"“{title}”" in said(figure)[0]
    assert f"(mean {last[far] - last['baseline']:+.2f}".replace("-", "−") in said(figure)[0]
    drawn = {line.get_label() for axes in figure.axes for line in axes.lines}
    assert drawn == {"baseline", far}


def test_scenarios_that_are_not_drawn_count_where_a_title_says_all(many, monkeypatch):
    led = iter([{"KAZ": "RUS"}, {"KAZ": "RUS"}, {"KAZ": "CHN"}])
    monkeypatch.setattr("experiments.figures.series.leaders", lambda *_: next(led))
    title = said(draw(many, "influence"))[0]
    assert "alike in all scenarios" not in title
    assert "China in Kazakhstan" in title


def test_each_scenario_that_moves_rivalry_as_much_has_its_own_number(outcomes, monkeypatch):
    monkeypatch.setattr("experiments.figures.findings.most_moved", lambda gaps, *_: list(gaps))
    title = said(draw(outcomes, "relations"))[0]
    assert len([part for part in title.split("”") if re.match(" changes .* by ", part)]) == 2


def passing(replicates, points, names, trials):
    """Return how often pure noise lies beyond chance, of a crossed design, by kind of noise."""
    random, passed = np.random.default_rng(3), 0
    point, replicate = np.divmod(np.arange(points * replicates), replicates)
    for _ in range(trials):
        noise = random.normal(size=(names, replicates))[:, replicate]
        assumed = {f"judged {place}": each for place, each in enumerate(noise)}
        assumed["set"] = random.permutation(points).astype(float)[point]
        outcome = 3 * random.normal(size=replicates)[replicate] + random.normal(size=points)[point]
        outcome = outcome + 0.3 * random.normal(size=len(point))
        varied = Varied(assumed, groups_of(assumed, point, replicate))
        luck = varied.by_chance(outcome, varied.ranks)
        sizes = dict(zip(assumed, np.abs(varied.ranks @ _unit(outcome)), strict=True))
        passed += any(sizes[name] > luck[name] for name in assumed)
    return passed / trials


def _unit(outcome):
    ranks = outcome.argsort().argsort() - (len(outcome) - 1) / 2
    return ranks / np.linalg.norm(ranks)


@pytest.mark.parametrize("names", [1, 20])
def test_one_panel_of_pure_noise_in_twenty_has_a_bar_beyond_chance(names):
    assert 0.02 <= passing(40, 25, names, 300) <= 0.09


def test_an_interval_of_what_replicates_share_goes_by_replicates():
    random = np.random.default_rng(1)
    replicate = np.tile(np.arange(40), 25)
    judged, own = random.normal(size=(2, 40))
    assumed = {"judged": judged[replicate]}
    groups = groups_of(assumed, np.repeat(np.arange(25), 40), replicate)
    found = Varied(assumed, groups, Clusters(1, 25, 40)).strongest((judged + own)[replicate], 8, 3)[
        0
    ]
    assert found.beyond
    assert found.high - found.low > 4 * 1.96 / np.sqrt(1000)
    assert found.low < 6 / np.pi * np.arcsin(np.sqrt(0.5) / 2) < found.high


def test_a_map_shows_a_year_once(outcomes, monkeypatch):
    quarters = np.arange(24 * 4, 36 * 4)
    monkeypatch.setitem(vars(outcomes), "timeline", quarters)
    assert moments(outcomes) == [24 * 4 + 3, 35 * 4 + 3]


def test_a_map_names_its_quarters(outcomes):
    assert "Quarters: 2000-Q4, 2024-Q4 and 2035-Q4." in said(draw(outcomes, "map"))[1]


OF_YEARS = [each for each in CATALOGUE if each not in {"scenarios", "response"}]


@pytest.mark.parametrize("name", OF_YEARS)
def test_years_below_neighbours_are_whole_and_do_not_touch(late, name):
    figure = draw(late, name)
    figure.canvas.draw()
    for axes in figure.axes:
        ticks = [each for each in axes.get_xticklabels() if each.get_text() and _inside(axes, each)]
        assert not any("202" in each.get_text() and "." in each.get_text() for each in ticks)
    labels = [t for a in figure.axes for t in a.get_xticklabels() if _inside(a, t) and t.get_text()]
    boxes = [each.get_window_extent() for each in labels if each.get_visible()]
    for place, one in enumerate(boxes):
        for other in boxes[place + 1 :]:
            assert not (one.x0 < other.x1 and other.x0 < one.x1 and one.overlaps(other))


def _inside(axes, label):
    low, high = sorted(axes.get_xlim())
    return axes.xaxis.get_visible() and low <= label.get_position()[0] <= high


@pytest.fixture(scope="module")
def late(tmp_path_factory):
    """A folder that starts where futures do; the record is drawn of it as well."""
    from experiments import run

    folder = tmp_path_factory.mktemp("late") / "r"
    return run("baseline", "frozen_ukraine", worlds=3, every="year", out=folder, workers=1)


def test_a_narrow_panel_has_few_years():
    assert year_ticks(2024, 2035.75, 0.7) == [2030]


def test_one_state_is_drawn_where_a_figure_can(outcomes):
    for name in ("influence", "change", "hedging", "domains"):
        figure = draw(outcomes, name, state="TJK")
        titles = {axes.get_title(loc="left") for axes in figure.axes}
        assert not titles & (set(STATE_NAMES.values()) - {"Tajikistan"})
    assert "in Tajikistan" in said(draw(outcomes, "tornado", state="TJK"))[0]


def test_an_option_that_a_figure_cannot_take_is_refused_by_name(crossroads, outcomes, tmp_path):
    for words in (("map", "--state", "KAZ"), ("robustness", "--scenario", "baseline")):
        address, where = outcomes.folder.address, tmp_path / "none"
        code, out, err = crossroads("plot", address, *words, "--to", where)
        assert (code, out, err.count("\n")) == (2, "", 1)
        assert f"'{words[0]}' has no {words[1][2:]} to choose" in err
        assert not where.exists()


def test_what_is_left_out_is_said_in_a_line_for_each_need(outcomes, monkeypatch):
    (line,) = catalogue.left_out(outcomes)
    assert line.startswith("not drawn: response; needed: parameters that a design varies: ")
    monkeypatch.setattr(catalogue, "need", lambda _, name: "salt" if name == "map" else "")
    assert catalogue.left_out(outcomes) == ["not drawn: map; needed: salt"]


def test_any_column_can_be_drawn_and_only_by_figures_that_suit_it(outcomes):
    security = catalogue.Subject(column="security", power="RUS", state="TJK")
    for name in catalogue.chosen(outcomes, [], security):
        figure = CATALOGUE[name].function(outcomes, **security.of(name))
        assert "in Tajikistan" in said(figure)[0]
    assert catalogue.chosen(outcomes, [], security) == ["tornado", "lines", "histogram"]
    assert "influence" not in catalogue.chosen(outcomes, [], catalogue.Subject(column="rivalry"))
    assert "Rivalry" in said(draw(outcomes, "histogram", column="rivalry"))[0]


def test_a_column_that_does_not_fit_is_refused_in_a_line(crossroads, outcomes, tmp_path):
    address, where = outcomes.folder.address, tmp_path / "none"
    for words, expected in (
        (("lines", "--column", "rivalri"), "did you mean 'rivalry'"),
        (("histogram", "--column", "security"), "expected --power RUS"),
        (("influence", "--column", "rivalry"), "'lines' draws it"),
        (("lines", "--column", "rivalry", "--state", "TJK"), "leave out --state"),
    ):
        code, out, err = crossroads("plot", address, *words, "--to", where)
        assert (code, out, err.count("\n")) == (2, "", 1), err
        assert expected in err
        assert not where.exists()
