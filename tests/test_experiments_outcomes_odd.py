"""Outcomes of people's own files and folders: odd titles, late starts, few worlds, few tables."""

from __future__ import annotations

import re

import numpy as np
import pytest

from experiments import run
from experiments.answers.comparison import compared
from experiments.answers.comparison_text import sentences
from experiments.answers.explanation import explained
from experiments.answers.headlines import headlines, verdicts
from experiments.answers.query import ask
from experiments.answers.questions import answers
from experiments.figures import catalogue
from experiments.figures.bars import robustness
from experiments.figures.comparison import comparison
from experiments.figures.style import save
from experiments.figures.waterfall import waterfall
from experiments.results.base import LONGEST

TITLES = {
    "dollars": "From US$ 5 bn to US$ 10 bn: $$\\\\frac{ [/b] [red] <i> _x_ 中",
    "alike": "A long war in Ukraine",
    "wordy": "A very long title " * 12,
}


@pytest.fixture(scope="module")
def odd(tmp_path_factory):
    """Scenarios of one's own: odd titles, one of which the baseline has, and a late start."""
    folder = tmp_path_factory.mktemp("odd")
    for name, title in TITLES.items():
        path = folder / f"{name}.yaml"
        path.write_text(
            f'title: "{title}"\nextends: baseline\ndrivers: {{sanctions: {{2026-Q1: 0}}}}'
        )
    (folder / "late.yaml").write_text("title: Late\nextends: baseline\nstart: 2015-Q1\n")
    names = [f"{folder / name}.yaml" for name in (*TITLES, "late")]
    return run(
        "baseline", *names, worlds=12, record_from="2012-Q1", until="2030-Q4", every="year",
        out=folder / "r", workers=1,
    )  # fmt: skip


def test_titles_are_short_and_no_two_the_same(odd):
    found = odd.titles
    assert len(set(found.values())) == len(odd.scenarios)
    assert found["baseline"] == "A long war in Ukraine (baseline)"
    assert found["alike"] == "A long war in Ukraine (alike)"
    assert found["wordy"].endswith("…")
    assert max(map(len, found.values())) <= LONGEST + len(" (baseline)")


QUICK = ("coopetition", "incidents", "relations")
FIGURES = [
    each if each in QUICK else pytest.param(each, marks=pytest.mark.slow)
    for each, entry in catalogue.CATALOGUE.items()
    if not entry.varied
]


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_takes_titles_as_they_are_and_scenarios_that_begin_late(odd, name, tmp_path):
    figure = catalogue.draw(odd, name)
    assert save(figure, tmp_path, name, ["png"])
    texts = [text for axes in figure.axes for text in (axes.title, axes.yaxis.label, *axes.texts)]
    assert not any(text.get_parse_math() for text in texts)


def test_a_late_start_leaves_the_scale_of_the_calendar_and_has_its_cloud(odd):
    calendar = catalogue.draw(odd, "incidents")
    tops = [axes.images[0].norm.vmax for axes in calendar.axes if axes.images]
    assert np.isfinite(tops).all()
    assert max(tops) < 10
    plane = catalogue.draw(odd, "coopetition").axes[0]
    clouds = [each for each in plane.patches if np.isfinite(each.get_xy()).all()]
    assert len(clouds) == len(odd.scenarios)


def test_a_year_that_is_not_whole_is_no_year_of_attacks(tmp_path):
    half = run("baseline", worlds=6, record_from="2026-Q1", until="2026-Q2",
               tables=("states",), out=tmp_path / "half", workers=1)  # fmt: skip
    found = next(each for each in answers(half) if each.id == "Q5").findings[0]
    title = catalogue.draw(half, "incidents").get_suptitle()
    counts = half.table("states", columns=["attacks_on_chinese_assets"])
    assert found.value == pytest.approx(2 * counts["attacks_on_chinese_assets"].sum() / 6)
    assert f"(mean {found.value:.2f} ±" in " ".join(title.split())


def test_scenarios_that_begin_too_late_are_left_out_of_an_answer_and_named(odd, crossroads):
    found = ask(odd, "threat > 0.5 in TJK at 2013")
    assert {each.scenario for each in found.findings} == {"baseline", *TITLES}
    assert "“Late” begins too late to be asked" in found.text
    rows = dict(ask(odd, "threat > 0.5 in TJK by 2020").rows)
    assert any("from 2015-Q4 on" in cell for cell in rows["Late"])
    condition = "threat > 0.5 in TJK at 2013"
    code, out, _ = crossroads("ask", odd.folder.address, condition, "--examples")
    assert code == 0
    assert "--scenario late" not in out


@pytest.mark.parametrize(
    ("condition", "adds"),
    [
        ("rivalry > 0.4 by 2035", "--until 2035-Q4"),
        ("rivalry > 0.4 at 2010", "--record-from 2010-Q4"),
        ("rivalry > 0.4 from 2032", "--until 2035-Q4"),
        ("rivalry > 0.4 from 2005", "--record-from 2005-Q1"),
    ],
)
def test_an_answer_names_the_command_that_adds_the_quarters_it_needs(odd, condition, adds):
    assert adds in ask(odd, condition).needs[0]


def test_an_answer_names_the_table_that_it_needs_and_the_exit_code_is_0(crossroads, tmp_path):
    small = run("baseline", worlds=2, until="2024-Q2", tables=("region",), out=tmp_path / "s",
                workers=1)  # fmt: skip
    code, out, _ = crossroads("ask", small.folder.address, "threat > 0.5 in TJK", "--examples")
    assert code == 0
    assert out.startswith("Missing in this folder: the table states;")
    assert "crossroads run baseline --worlds 2 " in out
    _, _, err = crossroads("plot", small.folder.address, "--format", "png", "--to", tmp_path)
    assert "needed: the tables influence and states: crossroads run baseline --worlds 2 " in err


@pytest.mark.slow
def test_one_world_is_one_world_in_words_and_tables(crossroads, tmp_path):
    single = run("baseline", "frozen_ukraine", worlds=1, out=tmp_path / "one", workers=1)
    address = single.folder.address
    _, out, _ = crossroads("compare", address, "frozen_ukraine", "baseline")
    assert "2035-Q4, one world" in out
    assert len(re.findall(r"  none\b", out)) == 13 + 8, "no mean is known of one world"
    for words in (("questions", address), ("summary", address)):
        assert "1 worlds" not in crossroads(*words).out
    assert not re.search(r"\d\.\d{3}", next(e for e in answers(single) if e.id == "Q9").text)
    assert {"tornado", "differences"}.isdisjoint(catalogue.drawable(single))
    titles_of = {
        name: title_of(catalogue.draw(single, name)) for name in ("influence", "scenarios")
    }
    assert "least surely" not in titles_of["influence"]
    path = title_of(catalogue.draw(single, "coopetition"))
    assert "hardly moves" not in path
    assert "as luck had it" in path
    found = compared(single, "frozen_ukraine", "baseline", split=False)
    assert re.search(r" in [A-Z]\w+ \([+−][\d.]+\)$", title_of(comparison(found)))
    shades = catalogue.draw(single, "scenarios").axes[0].images[0].get_array()
    assert not shades.any(), "one world has no spread to measure a change by"


def title_of(figure):
    return " ".join(figure.get_suptitle().split())


def test_a_scenario_that_only_starts_late_has_no_channels_to_draw(odd):
    figure = comparison(compared(odd, "late", "baseline"))
    assert "Through which channel" not in [each.get_title(loc="left") for each in figure.axes]


def test_a_change_too_small_to_be_seen_is_no_finding(tmp_path):
    early = run("baseline", "frozen_ukraine", worlds=8, until="2026-Q2", out=tmp_path / "early",
                workers=1)  # fmt: skip
    assert "less than a tenth of a point" in title_of(catalogue.draw(early, "change"))
    assert title_of(catalogue.draw(early, "scenarios")).startswith("No scenario here changes")
    assert all(each.scenario == "baseline" for each in headlines(early))


def test_the_folder_s_only_scenario_may_begin_late(tmp_path):
    path = tmp_path / "late.yaml"
    path.write_text("title: Late\nextends: baseline\nstart: 2015-Q1\n")
    late = run(path, worlds=3, record_from="2012-Q1", until="2026-Q4", every="year",
               out=tmp_path / "r", workers=1)  # fmt: skip
    for name in ("influence", "coopetition"):
        assert save(catalogue.draw(late, name), tmp_path, name, ["png"])
    assert "from 2015 to 2026" in title_of(catalogue.draw(late, "coopetition"))


def test_what_one_scenario_alone_varies_is_drawn_of_that_one(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(
        "title: Mine\nextends: baseline\nparameters: {attention_cost: {low: 0.3, high: 0.8}}"
    )
    mine = run("baseline", path, worlds=12, until="2024-Q4", out=tmp_path / "r", workers=1)
    figure = catalogue.draw(mine, "response")
    assert "“Mine”" in " ".join(figure.get_supxlabel().split())


def test_all_headlines_are_counted_also_those_that_find_no_room(odd, monkeypatch):
    monkeypatch.setattr("experiments.figures.bars.MOST", 3)
    few = robustness(odd)
    assert re.search(rf"of {len(verdicts(odd))}( headlines|\))", title_of(few))
    assert "The first 3 are shown" in " ".join(few.get_supxlabel().split())


@pytest.mark.slow
def test_what_changes_nothing_is_said_to(odd, crossroads):
    code, out, _ = crossroads("compare", odd.folder.address, "alike", "dollars", "--no-channels")
    assert code == 0
    assert "does not differ" in out
    assert "moves most" not in out
    assert "moves" not in " ".join(sentences(compared(odd, "alike", "dollars", split=False)))
    words = ("--scenario", "alike", "--state", "UZB", "--against", "dollars", "--worlds", 2)
    _, out, _ = crossroads("explain", odd.folder.address, *words, "--domain", "culture")
    assert "No term moves any reliance here" in out
    figure = waterfall(explained(odd, "alike", "UZB", "dollars", worlds=2), "culture")
    assert "mostly" not in title_of(figure)
    robust = next(each for each in answers(odd) if each.id == "Q5").robust
    assert all("(0.000" not in each.words for each in robust)


def test_a_scenario_of_the_library_that_is_not_here_comes_with_the_command_that_adds_it(
    odd, crossroads
):
    code, out, err = crossroads("compare", odd.folder.address, "wider_engagement", "baseline")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "crossroads run baseline " in err
    assert " wider_engagement --worlds 12 " in err


@pytest.mark.parametrize(
    "words",
    [
        ("export",),
        ("plot", "relations"),
        ("compare", "alike", "baseline", "--no-channels"),
        ("explain", "--scenario", "baseline", "--state", "KAZ"),
    ],
)
def test_a_file_where_a_folder_is_wanted_is_refused_before_anything_is_done(
    odd, crossroads, tmp_path, words
):
    (tmp_path / "there").write_text("mine")
    for name, said in (
        ("there", "a file; expected a folder"),
        ("a.xlsx", "expected a folder, such"),
    ):
        given = (words[0], odd.folder.address, *words[1:], "--to", tmp_path / name)
        code, out, err = crossroads(*given)
        assert (code, out, err.count("\n")) == (2, "", 1)
        assert said in err
    assert [each.name for each in tmp_path.iterdir()] == ["there"]
