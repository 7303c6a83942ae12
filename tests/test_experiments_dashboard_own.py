"""A scenario of one's own on the page: what is refused, how faults are shown, what is built."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from experiments.dashboard.builder import Builder
from experiments.dashboard.own import BEGUN, MOST, faults_of, read, with_event, with_path
from experiments.dashboard.page import WIDGETS, text
from experiments.errors import BadInput
from scenarios.event_types import EVENT_TYPES
from scenarios.faults import FaultyInput
from scenarios.load import load_scenario
from scenarios.quarters import parse_quarter
from scenarios.vocabulary import DRIVERS, cells_of

KNOWN = {"baseline", "frozen_ukraine"}
SECRET = "root:x:0:0"  # noqa: S105
KNOTS = {parse_quarter("2026-Q1"): 1.0, parse_quarter("2030-Q1"): 1.0}


@pytest.mark.parametrize(
    "said",
    [
        "extends: {file}",
        "extends: [baseline, {file}]",
        "extends: &a {file}",
        "extends: {file}.yaml",
        "'extends': ../../{file}",
        "? extends\n: {file}",
        "extends: {{a: {file}}}",
        "<<: {{extends: {file}}}",
        "record: {{file: {file}}}",
        "parameters_file: {file}",
        "extends: mine",
    ],
)
def test_no_file_that_a_text_names_is_opened_or_shown(said, tmp_path, monkeypatch):
    for name in ("secret", "secret.yaml"):
        (tmp_path / name).write_text(f"{SECRET}\n", encoding="utf-8")
    whole = f"title: x\n{said.format(file=tmp_path / 'secret')}\n"
    opened, own = [], Path.open
    monkeypatch.setattr(
        Path, "open", lambda path, *a, **k: opened.append(path) or own(path, *a, **k)
    )
    with pytest.raises(FaultyInput) as caught:
        read({"mine": whole}, KNOWN)
    assert SECRET not in str(caught.value) + faults_of(caught.value, whole)
    assert not [each for each in opened if "secret" in each.name]


def test_faults_stand_at_their_lines_and_name_no_place_of_the_machine():
    wrong = "title: <b>x\ntitel: y\nevents:\n- {type: unrest, quarter: 2027-Q1, state: KAX}\n"
    with pytest.raises(FaultyInput) as caught:
        read({"mine": wrong}, KNOWN)
    shown = faults_of(caught.value, wrong)
    assert "<b>line 2</b> <code>titel: y</code>" in shown
    assert "<b>line 4</b> <code>- {type: unrest" in shown
    assert "did you mean &#x27;KAZ&#x27;" in shown
    assert "mine.yaml" not in shown
    assert "<b>x" not in shown


def test_a_text_has_an_end():
    with pytest.raises(BadInput, match="at most"):
        read({"mine": BEGUN + "#" * MOST}, KNOWN)


@pytest.mark.parametrize("driver", DRIVERS.values(), ids=lambda each: each.name)
def test_a_path_of_every_driver_can_be_built(driver):
    cell = [each for each in cells_of(driver) if each[1:2] in {(), driver.states[:1]}][-1]
    built = with_path("title: Mine  # a comment\n", cell, dict.fromkeys(KNOTS, driver.low))
    built = with_path(built, cell, dict.fromkeys(KNOTS, driver.high))
    paths = (read({"mine": built}, KNOWN)["mine"], load_scenario("baseline"))
    path, other = (np.ravel(each.drivers[driver.name][120]) for each in paths)
    assert driver.high in path
    assert (path != other).sum() <= 1
    assert "# a comment" in built


@pytest.mark.parametrize("kind", EVENT_TYPES.values(), ids=lambda each: each.name)
def test_every_type_of_event_can_be_built(kind):
    builder = Builder(text, WIDGETS)
    builder.event["type"].value = kind.name
    builder.add.clicks += 1
    assert f"type: {kind.name}" in builder.text.value
    assert read({"mine": builder.text.value}, KNOWN)["mine"].events


def test_what_is_dragged_or_typed_is_written_into_the_text():
    builder = Builder(text, WIDGETS)
    builder.driver.value = "sanctions"
    builder.show(load_scenario("baseline"))
    assert not builder.text.value
    moved = builder.knots.data["y"][:-1]
    builder.knots.data = {"x": builder.knots.data["x"], "y": [*moved, 0.2]}
    assert "2040-Q4: 0.2" in builder.text.value
    builder.points.value = "2026-Q1: 0.9, 2029-Q1: 0.4"
    assert "sanctions: {2026-Q1: 0.9, 2029-Q1: 0.4}" in builder.text.value
    builder.points.value = "soon: much"
    assert "expected" in builder.wrong.object


def test_a_text_gets_an_event_beside_those_that_it_has():
    once = with_event(
        "", {"type": "unrest", "quarter": "2027-Q1", "state": "KAZ", "probability": 1}
    )
    twice = with_event(once, {"type": "unrest", "quarter": "2028-Q1", "state": "UZB", "size": None})
    assert len(read({"mine": twice}, KNOWN)["mine"].events) == 2 + len(
        load_scenario("baseline").events
    )
