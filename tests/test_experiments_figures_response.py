"""The figure of an outcome against the parameters that a design varies."""

from __future__ import annotations

import numpy as np
import pytest

from experiments import figures
from experiments.answers.outcomes import Outcome
from experiments.errors import BadInput
from experiments.figures.catalogue import draw
from experiments.figures.chance import Correlation
from experiments.figures.worlds import Response, _finding, _means
from experiments.figures.worlds import designed as varied_by

LEAD = Outcome("Russia's lead over China in Kyrgyzstan", "share", "RUS", "KGZ")
ROWS = np.array([[0.075, 14.4, 8.0, 21.0], [0.285, 14.3, 8.0, 21.0]])


def test_only_what_a_design_varies_is_drawn_and_judgement_is_not(designed, outcomes):
    assert set(varied_by(designed, "baseline")) == {"attention_cost", "world_offer_effect"}
    assert not varied_by(outcomes, "baseline")


def test_a_folder_whose_design_varies_nothing_is_told_the_command_that_would(crossroads, outcomes):
    code, _, err = crossroads("plot", outcomes.folder.address, "response")
    assert code == 2
    assert err == (
        "'response' needs parameters that a design varies: crossroads run ... --set NAME=LOW:HIGH "
        "--points N\n"
    )
    with pytest.raises(BadInput, match="varies by design"):
        figures.response(outcomes)


def test_axes_name_the_parameter_with_its_unit_and_the_lead_in_points(designed):
    figure = draw(designed, "response", state="UZB")
    alone, together, _ = figure.axes
    assert alone.get_ylabel() == "Russia's lead over China in Uzbekistan\n(points)"
    for label in (alone.get_xlabel(), together.get_xlabel(), together.get_ylabel()):
        assert label.splitlines()[-1] in {"attention_cost", "world_offer_effect"}
        assert "(" in label
    assert "Uzbekistan" in figure.get_suptitle()


def test_a_dark_dot_is_the_mean_of_the_worlds_of_a_point():
    x = np.repeat([1.0, 2.0, 3.0], 4)
    lead = np.arange(12.0)
    lead[5] = np.nan
    place, means = Response(LEAD, lead, [], {"x": x}).points
    assert x[place].tolist() == [1.0, 2.0, 3.0]
    assert means.tolist() == pytest.approx([1.5, 17 / 3, 9.5])


def test_a_title_claims_no_fall_that_rounds_to_nothing_and_names_the_ends_it_compares(
    outcomes, monkeypatch
):
    x = np.linspace(0.06, 0.3, 48)
    strongest = Correlation("clash_rate", -0.5, -0.6, -0.4, 0.1)
    monkeypatch.setattr("experiments.figures.worlds._means", lambda *_: ROWS)
    title = _finding(outcomes, Response(LEAD, x, [strongest], {"clash_rate": x}), "clash_rate")
    assert "hardly moves (+14 points) between the lowest and highest eighth of" in title
    assert "(means 0.075 and 0.285)" in title
    few = np.repeat([0.075, 0.285], 24)
    title = _finding(outcomes, Response(LEAD, few, [strongest], {"clash_rate": few}), "clash_rate")
    assert "between the lowest and highest value of" in title
    assert "means" not in title


def test_means_along_a_parameter_stand_at_its_values_where_they_are_few(outcomes):
    x = np.repeat([0.5, 1.0, 1.5, 2.0], 12)
    rows = _means(outcomes, x, 10 * x)
    assert rows[:, 0].tolist() == [0.5, 1.0, 1.5, 2.0]
    assert rows[:, 1].tolist() == [5.0, 10.0, 15.0, 20.0]
    many = np.linspace(0, 1, 48)
    rows = _means(outcomes, many, many)
    assert len(rows) == 8
    assert (rows[:, 2] < rows[:, 1]).all()
    assert (rows[:, 1] < rows[:, 3]).all()
    assert rows[:, 0] == pytest.approx(rows[:, 1])
