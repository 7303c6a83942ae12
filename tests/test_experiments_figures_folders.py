"""Every figure and the report on the folders that people start with: few worlds, few years."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from experiments import run
from experiments.answers.headlines import verdicts
from experiments.answers.outcomes import HEADLINES
from experiments.figures import bars
from experiments.figures.bars import Mover, Panel
from experiments.figures.catalogue import CATALOGUE, Subject, draw, drawable
from experiments.figures.chance import Correlation
from experiments.figures.findings import course
from experiments.figures.style import new_figure
from experiments.report.build import build
from experiments.results.cells import Cells, numbers
from experiments.results.text import OPEN, leaders
from scenarios.vocabulary import STATE_NAMES, STATES

FOLDERS = {
    "default recording": (("baseline",), {}),
    "two scenarios": (
        ("baseline", "frozen_ukraine"),
        {"settings": {"attention_cost": (0.3, 0.8), "world_offer_effect": (0.7, 1.5)}},
    ),
    "a single year": (("baseline",), {"until": "2024-Q4"}),
    "a single quarter": (("baseline", "frozen_ukraine"), {"until": "2024-Q4", "every": "year"}),
}


QUICK = ("a single quarter",)
PARAMS = [each if each in QUICK else pytest.param(each, marks=pytest.mark.slow) for each in FOLDERS]


@pytest.fixture(scope="module", params=PARAMS)
def small(request, tmp_path_factory):
    names, more = FOLDERS[request.param]
    return run(*names, worlds=3, out=tmp_path_factory.mktemp("small") / "r", workers=1, **more)


def test_every_figure_is_drawn_of_a_small_folder_and_stands_in_its_report(small, tmp_path):
    text = build(small, tmp_path / "report.html")[0].read_text(encoding="utf-8")
    assert "could not be drawn" not in text
    if len(small.quarters()) > 4:
        rich = len(small.scenarios) > 1  # in scenarios, and in what its design varies
        kept = [n for n, e in CATALOGUE.items() if rich or (e.scenarios == 1 and not e.varied)]
        assert drawable(small) == [name for name in kept if not CATALOGUE[name].annex]
    for name in drawable(small):
        assert f'id="figure-{name}"' in text


def test_the_record_says_which_run_would_meet_it(tmp_path):
    late = run("baseline", worlds=2, until="2025-Q4", out=tmp_path / "r", workers=1)
    figure = draw(late, "record")
    assert "--record-from 2000-Q1" in " ".join(figure.get_suptitle().split())
    said = [text.get_text() for axes in figure.axes for text in axes.texts]
    assert "no worlds here: the record ends in 2015" in said
    assert "nothing comparable on record" in said


@pytest.mark.slow
def test_the_record_is_left_out_where_no_quarter_meets_it(crossroads, tmp_path):
    address = run("baseline", worlds=2, until="2025-Q4", out=tmp_path / "r", workers=1).folder
    code, out, err = crossroads("plot", address.address, "record", "--to", tmp_path / "none")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "'record' needs quarters before 2024: crossroads run baseline --worlds 2 " in err


@pytest.mark.slow
def test_one_figure_that_fails_costs_none_of_the_others(
    crossroads, outcomes, tmp_path, monkeypatch
):
    def broken(*_):
        raise ValueError("no ink")

    monkeypatch.setattr("experiments.figures.series.relations", broken)
    address = outcomes.folder.address
    words = ("map", "relations", "coopetition", "--format", "png", "--to", tmp_path)
    code, out, err = crossroads("plot", address, *words)
    assert code == 1
    assert out.splitlines() == [str(tmp_path / f"{name}.png") for name in ("map", "coopetition")]
    assert err == "figure 'relations' could not be drawn: no ink\n"
    monkeypatch.setattr("experiments.report.pictures.drawable", lambda _: ["relations", "map"])
    text = build(outcomes, tmp_path / "report.html")[0].read_text(encoding="utf-8")
    assert "figure &#39;relations&#39; could not be drawn: no ink." in text
    assert 'id="figure-map"' in text


def test_a_scenario_that_is_not_there_is_refused_before_anything_is_drawn(
    crossroads, outcomes, tmp_path
):
    words = ("relations", "--scenario", "frozen_ukrain", "--to", tmp_path / "none")
    code, out, err = crossroads("plot", outcomes.folder.address, *words)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert not (tmp_path / "none").exists()


def test_the_way_of_a_number_is_told_with_its_turn(outcomes):
    luck = np.linspace(-0.005, 0.005, 20)
    hump = np.stack([luck + 0.4, luck + 0.45, luck + 0.3])
    years = [2024, 2027, 2035]
    falls, rises = "from 2024 to 2035: −0.10 over worlds", "from 2024 to 2035: +0.10 over worlds"
    assert course(hump, years) == f"falls {falls}, with a peak in 2027 (+0.05)"
    assert course(1 - hump, years) == f"rises {rises}, with a low in 2027 (−0.05)"
    assert course(hump[[0, 2]], [2024, 2035]) == f"falls {falls}"
    spread = np.stack([luck, 5 * luck - 0.1])
    told = "falls from 2024 to 2035: −0.12 to −0.08 over worlds (mean −0.10 ± 0.01)"
    assert course(spread, [2024, 2035]) == told
    assert course(np.stack([luck, luck + 0.003]), [2024, 2035]) == "hardly moves from 2024 to 2035"
    assert "no clear direction" in course(np.random.default_rng(1).normal(size=(2, 9)), [1, 2])
    title = " ".join(draw(outcomes, "relations").get_suptitle().split())
    assert "from 2024 to 2035" in title, "the recorded past, from 2000 on, is no part of it"


def movers(outcome, *values):
    """Return a panel of assumptions of so strong a correlation, the strongest first."""
    names, ends = ("world_offer_effect", "domain_weight.culture"), ((1, 0, 2), (3, 2, 4))
    found = [Correlation(n, v, v - 0.2, v + 0.2, 0.45) for n, v in zip(names, values, strict=False)]
    return Panel(outcome, 2.0, [Mover(each, *ends) for each in found])


def test_a_title_names_only_what_moves_outcomes_beyond_chance(outcomes):
    one, other = HEADLINES[:2]
    said = bars.finding(outcomes, [movers(one, 0.6, 0.3), movers(other, 0.3, 0.2)])
    first = f"{one.label}: the effect of offers (1.0 to 3.0 points)"
    assert said == f"{first}; nothing beyond chance: {other.label}"
    none = bars.finding(outcomes, [movers(one, 0.3, 0.2), movers(other)])
    assert none == "nothing that varies does so beyond chance"


def test_blank_rows_of_a_panel_say_that_nothing_else_is_beyond_chance(outcomes):
    one, other, third = HEADLINES[:3]
    many = movers(one, 0.7, 0.6)
    many = many._replace(movers=2 * many.movers)
    panels = new_figure(9, 3).subplots(1, 3)
    bars.draw_row(outcomes, panels, [many, movers(other, 0.9, 0.8), movers(third, 0.2, 0.1)])
    said = [" ".join(text.get_text() for text in axes.texts).split() for axes in panels]
    assert said == [[], ["no", "other", "beyond", "chance"], ["none", "beyond", "chance"]]


def test_labels_of_the_tornado_stay_apart(outcomes):
    figure = draw(outcomes, "tornado")
    for axes in figure.axes:
        boxes = sorted(
            label.get_window_extent().extents[[1, 3]].tolist() for label in axes.get_yticklabels()
        )
        assert all(upper[0] >= lower[1] for lower, upper in pairwise(boxes))
    assert figure.get_suptitle().count("\n") < 3


def test_titles_and_verdicts_call_the_same_states_open(outcomes):
    led = leaders(
        numbers(outcomes, "baseline", Cells("share", rows=(len(outcomes.timeline) - 1,)))[0]
    )
    said = {
        state: verdict.headline for state, verdict in zip(STATES, verdicts(outcomes), strict=False)
    }
    assert all(STATE_NAMES[state] in said[state] for state in STATES)
    assert {state for state in STATES if "is open" in said[state]} == {
        state for state in STATES if led[state] == OPEN
    }


def test_a_state_that_two_powers_lead_equally_often_is_open():
    share = np.zeros((5, 4, 40))
    share[:, 0] = 0.5
    share[1, 1, ::2] = 0.9
    led = leaders(share)
    assert led["KGZ"] == OPEN
    assert {led[state] for state in STATES if state != "KGZ"} == {"RUS"}


@pytest.mark.slow
def test_a_figure_of_a_choice_leaves_that_of_everything_alone(crossroads, outcomes, tmp_path):
    def plotted(*words):
        return crossroads(
            "plot", outcomes.folder.address, *words, "--format", "png", "--to", to
        ).out

    to = tmp_path / "figures"
    assert plotted("influence").split() == [str(to / "influence.png")]
    whole = (to / "influence.png").read_bytes()
    assert plotted("influence", "--state", "Kazakhstan").split() == [str(to / "influence_KAZ.png")]
    assert (to / "influence.png").read_bytes() == whole
    both = ("--scenario", "frozen_ukraine", "--scenario", "baseline", "--state", "TJK")
    assert plotted("influence", *both).split() == [
        str(to / "influence_frozen_ukraine_baseline_TJK.png")
    ]
    assert Subject(("frozen_ukraine", "baseline")).file("domains") == "domains_frozen_ukraine"
    assert Subject(state="TJK").file("map") == "map"
