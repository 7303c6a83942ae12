"""Figures: all are drawn, say what they found, mean the same by the same colour."""

from __future__ import annotations

import json
import re

import numpy as np
import pandas as pd
import pytest
from borders import collection, ring_of
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.text import Text

from experiments import figures
from experiments.errors import BadInput
from experiments.figures.bars import INDICES
from experiments.figures.catalogue import CATALOGUE, chosen, draw, drawable, need
from experiments.figures.findings import most_moved
from experiments.figures.maps import BORDERS, borders
from experiments.figures.palette import POWER
from experiments.figures.panels import apart, within
from experiments.figures.past import ROWS
from experiments.progress import steps
from experiments.results.text import OPEN, leaders
from scenarios.vocabulary import STATES

SMALLEST = 6.0
"""Points; smaller print is not read."""


@pytest.fixture(scope="module", params=CATALOGUE)
def drawn(request, outcomes, designed):
    results = designed if CATALOGUE[request.param].varied else outcomes
    return request.param, draw(results, request.param)


def test_every_figure_states_a_finding_with_a_number_or_a_name(drawn):
    title = drawn[1].get_suptitle()
    assert re.search(r"\d|Russia|China|nothing", title)
    assert not re.search(r"\bnan\b", title.lower())


def test_every_figure_says_what_it_rests_on(drawn):
    assert "48 worlds a scenario" in " ".join(drawn[1].get_supxlabel().split())


def test_no_text_is_too_small_to_read(drawn):
    texts = [
        each for each in drawn[1].findobj(Text) if each.get_text().strip() and each.get_visible()
    ]
    assert min(each.get_fontsize() for each in texts) >= SMALLEST


def test_no_panel_is_empty(drawn):
    for axes in drawn[1].axes:
        parts = len(axes.lines) + len(axes.patches) + len(axes.images) + len(axes.collections)
        assert parts + len(axes.artists) > 0 or not axes.get_visible()


def test_titles_fit_the_page(drawn):
    figure = drawn[1]
    box = figure._suptitle.get_window_extent()
    assert box.x1 <= figure.bbox.x1 + 1


def test_panels_lie_on_the_page_and_apart(drawn):
    panels = [each for each in drawn[1].axes if each.get_label() != "<colorbar>"]
    places = [axes.get_position() for axes in panels if axes.get_visible()]
    for number, one in enumerate(places):
        assert one.x0 >= -1e-6
        assert one.x1 <= 1 + 1e-6
        for other in places[number + 1 :]:
            overlap = (
                min(one.x1, other.x1) - max(one.x0, other.x0),
                min(one.y1, other.y1) - max(one.y0, other.y0),
            )
            assert min(overlap) < 1e-3


def test_a_power_has_one_colour_in_all_figures(outcomes):
    figure = figures.influence(outcomes)
    lines = [line for axes in figure.axes for line in axes.lines if line.get_label() in POWER]
    assert len(lines) == 5 * 4
    assert all(line.get_color() == POWER[line.get_label()].colour for line in lines)


def lightness(colour):
    """Return how light a colour prints in grey, 0-1."""
    return float(np.dot(to_rgb(colour), (0.2126, 0.7152, 0.0722)))


def test_powers_are_told_apart_in_grey():
    greys = sorted(lightness(POWER[power].colour) for power in ("RUS", "CHN", "WST", "REG"))
    assert min(np.diff(greys)) > 0.06


@pytest.mark.parametrize("lost", ["red", "green"])
def test_powers_are_told_apart_without_a_cone(lost):
    mixed = {
        "red": [[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]],
        "green": [[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]],
    }
    seen = [
        np.array(mixed[lost]) @ to_rgb(POWER[power].colour)
        for power in ("RUS", "CHN", "WST", "REG")
    ]
    gaps = [np.linalg.norm(a - b) for i, a in enumerate(seen) for b in seen[:i]]
    assert min(gaps) > 0.2


def test_all_figures_are_functions_of_results_that_people_can_call(outcomes):
    modules = {entry.where.split(":")[0] for entry in CATALOGUE.values()}
    assert not modules & set(CATALOGUE), "a module would hide the function of its name"
    assert isinstance(figures.map(outcomes, ["baseline"]), Figure)
    assert isinstance(figures.domains(outcomes, scenario="frozen_ukraine", state="UZB"), Figure)


def test_a_folder_draws_what_it_has_enough_for(outcomes):
    usual = [n for n, each in CATALOGUE.items() if not (each.varied or each.annex)]
    assert drawable(outcomes) == usual
    with pytest.raises(BadInput, match="did you mean 'influence'"):
        chosen(outcomes, ["influense"])


def test_a_folder_that_ends_before_2024_is_drawn_without_passages(tmp_path):
    from experiments import run

    early = run(
        "baseline", worlds=2, record_from="2008-Q1", until="2010-Q4", out=tmp_path / "a", workers=1
    )
    assert "from 2024 on" in need(early, "passage")
    assert "influence" in drawable(early)
    assert "passage" not in drawable(early)


def test_what_is_lacking_is_named_with_the_command(tmp_path):
    from experiments import run

    small = run(
        "baseline", worlds=2, until="2024-Q4", tables=("region",), out=tmp_path / "a", workers=1
    )
    assert "crossroads run baseline --worlds 2 " in need(small, "influence")
    assert drawable(small) == ["relations", "coopetition"]


def test_plot_writes_png_and_vector(crossroads, outcomes, tmp_path):
    code, out, _ = crossroads("plot", outcomes.folder.address, "relations", "--to", tmp_path)
    assert code == 0
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["relations.png", "relations.svg"]
    assert out.count("\n") == 2


def test_plot_writes_the_same_bytes_again(crossroads, outcomes, tmp_path):
    for name in ("one", "two"):
        assert (
            crossroads("plot", outcomes.folder.address, "relations", "--to", tmp_path / name).code
            == 0
        )
    for kind in ("png", "svg"):
        one, two = ((tmp_path / name / f"relations.{kind}").read_bytes() for name in ("one", "two"))
        assert one == two


def test_plot_shows_a_bar_on_a_terminal_and_none_where_that_is_piped(capsys, monkeypatch):
    for terminal, shown in ((False, False), (True, True)):
        monkeypatch.setattr("sys.stderr.isatty", lambda terminal=terminal: terminal)
        with steps(2) as step:
            step("influence")
            step("map")
        out, err = capsys.readouterr()
        assert out == ""
        assert bool(err) is shown


def test_plot_lists_every_figure(crossroads):
    code, out, _ = crossroads("plot", "--list")
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()] == list(CATALOGUE)


@pytest.mark.parametrize("words", [("influense",), ("influence", "--format", "gif")])
def test_plot_refuses_what_there_is_not(crossroads, outcomes, words, tmp_path):
    code, out, err = crossroads("plot", outcomes.folder.address, *words, "--to", tmp_path / "none")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert not (tmp_path / "none").exists()


def test_the_map_has_the_five_states_and_their_neighbours():
    assert set(STATES) < set(borders())
    assert {"RUS", "CHN", "AFG", "IRN"} < set(borders())
    read = json.loads(BORDERS.read_text(encoding="utf-8"))
    assert "Natural Earth" in read["attribution"]
    assert BORDERS.stat().st_size < 150_000


def test_uzbekistan_s_share_of_the_fergana_valley_is_there():
    rings = [np.array(ring) for polygon in borders()["UZB"] for ring in polygon]
    points = np.concatenate(rings)
    assert ((points[:, 0] > 72.5) & (points[:, 1] > 40) & (points[:, 1] < 41.5)).any()


def test_borders_are_put_together_from_shared_arcs():
    arcs = [[50, 40], [10, 0], [0, 10]], [[60, 50], [-10, 0], [0, -10]]
    topology = {
        "transform": {"scale": [1, 1], "translate": [0, 0]},
        "arcs": arcs,
        "objects": {"countries": {"geometries": [
            {"id": "398", "type": "Polygon", "arcs": [[0, 1]], "properties": {"name": "Kazakhstan"}}
        ]}},
    }  # fmt: skip
    made = collection(topology)["features"][0]
    assert made["geometry"]["coordinates"][0][0][0] == (50, 40)
    assert ring_of([-1], [[(0, 0), (1, 1)]]) == [(1, 1), (0, 0)]


def test_labels_are_moved_apart_but_not_off_the_panel():
    heights = within(apart({"a": 0.0, "b": 0.01, "c": 0.02}, 0.1), 0.1, 0.05, 0.95)
    assert np.diff(sorted(heights.values())) == pytest.approx([0.1, 0.1])
    assert min(heights.values()) >= 0.05


def test_titles_claim_a_lead_only_where_worlds_agree():
    shares = np.full((5, 4, 8), 0.1)
    shares[:, 0] = 0.5
    shares[4, 1, :3] = 0.6
    assert leaders(shares) == dict.fromkeys(STATES[:4], "RUS") | {"UZB": OPEN}
    shares[4, 1, 2] = 0.1
    assert leaders(shares)["UZB"] == "RUS"


def test_what_intervals_do_not_tell_apart_is_named_together():
    luck = np.linspace(-1, 1, 40)
    assert most_moved({"a": 5 + luck, "b": -5 - luck, "c": 1 + luck}) == ["a", "b"]
    assert most_moved({"a": 5 + luck, "b": -4 - luck}) == ["a"]
    assert most_moved({"a": luck}) == []


def test_a_past_that_scenarios_share_is_drawn_once(outcomes):
    rivalry = figures.relations(outcomes).axes[2]
    first, other = rivalry.lines[:2]
    assert first.get_xdata()[0] < 2001
    assert other.get_xdata()[0] > 2024


def test_the_record_is_shown_with_all_its_variables_and_errors(outcomes):
    figure = figures.record(outcomes)
    rows = [axes.get_ylabel().split("\n")[0] for axes in figure.axes[::5]]
    assert rows == [label.split("\n")[0] for label in ROWS.values()]
    assert "figures until 2023" in " ".join(figure.get_suptitle().split())
    axes = figure.axes[-2]
    assert len({label.get_text() for label in axes.get_yticklabels()}) == len(axes.get_yticks())


def test_the_tornado_shows_what_sensitivity_measured_where_it_is_there(outcomes):
    rows = [
        {"what": "frozen_ukraine minus baseline, 2035-Q4", "method": "sobol", "input": name,
         "outcome": "rivalry", "index": index, "low": index - 0.1, "high": index + 0.1,
         "at_low": -index, "at_high": index, "middle": 0.0}
        for name, index in (("norm_erosion", 0.6), ("attention_cost", 0.5), ("trade_drift", 0.1))
    ]  # fmt: skip
    plain = figures.tornado(outcomes)
    outcomes.folder.write(INDICES, pd.DataFrame(rows).to_csv(index=False).encode())
    try:
        shown = figures.tornado(outcomes)
    finally:
        outcomes.folder.remove(INDICES)
    assert shown.get_suptitle() == "rivalry follows norm_erosion and attention_cost most"
    assert len(shown.axes[0].patches) == 2 * len(rows)
    assert plain.get_suptitle() != shown.get_suptitle()
