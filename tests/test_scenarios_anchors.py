"""What a scenario file can start from: the last share on record, as tuning reads it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from experiments.record.measurement import observed
from experiments.record.observations import load_record
from scenarios.anchors import settled
from scenarios.differences import differences
from scenarios.faults import FaultyInput
from scenarios.load import load_scenario
from scenarios.observed import MEASUREMENT, Figure, figures_of, rule_of
from scenarios.quarters import parse_quarter
from scenarios.reading import read_document
from scenarios.schema import Anchor as Shape
from scenarios.vocabulary import OBSERVED


@pytest.fixture
def loaded(tmp_path, monkeypatch):
    """A scenario of some lines below a title; further files by name."""
    monkeypatch.chdir(tmp_path)

    def load(text, **others):
        for name, other in {"mine": text, **others}.items():
            (tmp_path / f"{name}.yaml").write_text(f"title: {name}\n{other}\n", encoding="utf-8")
        return load_scenario("mine")

    return load


def shares(scenario, domain):
    return {
        (anchor.state, anchor.power): (anchor.year, anchor.share)
        for anchor in scenario.anchors
        if anchor.domain == domain
    }


def test_the_record_says_the_same_here_and_to_tuning():
    seen = observed(load_record())
    seen = seen[seen["lens"] == "national"]
    for domain in OBSERVED:
        rows = seen[seen["variable"] == rule_of(domain)["variable"]]
        theirs = {(r.state, r.partner, r.year): r.value for r in rows.itertuples()}
        ours = {(f.state, f.power, f.year): f.share for f in figures_of(domain)}
        assert ours == pytest.approx(theirs, abs=1e-12)


def test_words_declaration_and_shape_name_the_same_domains():
    assert tuple(Shape.model_fields) == OBSERVED
    assert tuple(read_document(MEASUREMENT, "m").values["anchors"]) == OBSERVED


def test_by_itself_a_scenario_starts_from_nothing_observed(loaded):
    assert loaded("").anchors == ()


def test_each_series_ends_in_its_own_year(loaded):
    found = shares(loaded("anchor: {trade: observed}"), "trade")
    assert found["KAZ", "CHN"] == (2023, 0.213)
    assert found["KGZ", "CHN"] == (2022, 0.349)
    assert found["KGZ", "RUS"] == (2018, 0.2244)
    assert found["TKM", "CHN"] == (2016, 0.4942), "what China reports is another lens"
    assert len(found) == 10


def test_a_share_is_taken_at_the_end_of_its_year_and_names_its_line_on_record(loaded):
    scenario = loaded("anchor: {trade: observed}")
    anchor, origin = next(
        pair
        for pair in zip(scenario.anchors, scenario.anchor_origins, strict=True)
        if (pair[0].state, pair[0].power) == ("KAZ", "CHN")
    )
    assert anchor.quarter == parse_quarter("2023-Q4")
    assert re.search(r"history.observations\.csv$", origin.file)
    lines = Path(origin.file).read_text(encoding="utf-8").splitlines()
    assert lines[origin.line - 1].startswith("2023,KAZ,CHN,trade_share,0.213")


def test_a_year_takes_the_last_figures_up_to_it(loaded):
    found = shares(loaded("anchor: {trade: 2015, security: 2013}"), "trade")
    assert found["KAZ", "RUS"] == (2015, 0.197)
    assert found["KGZ", "RUS"] == (2015, 0.2593)
    assert "TJK" in {state for state, _ in found}
    assert ("TJK", "CHN") not in found, "a mirror until 2015"


def test_what_is_excluded_is_passed_over(loaded):
    assert shares(loaded("anchor: {trade: 2010}"), "trade")["KAZ", "RUS"] == (2009, 0.1738)


def test_domains_are_inherited_one_by_one_and_can_be_undone(loaded):
    parent = "anchor: observed"
    mine = loaded("extends: parent\nanchor: {security: none, trade: 2016}", parent=parent)
    assert shares(mine, "security") == {}
    assert shares(mine, "trade")["KAZ", "RUS"] == (2016, 0.2275)
    assert loaded("extends: parent\nanchor: none", parent=parent).anchors == ()
    assert len(loaded("extends: parent", parent=parent).anchors) == 20


def test_arms_are_shares_of_the_powers_and_leave_something_to_all(loaded):
    scenario = loaded("anchor: {security: observed}")
    assert {anchor.among for anchor in scenario.anchors} == {"powers"}
    found = shares(scenario, "security")
    assert found["KGZ", "RUS"][1] == pytest.approx(0.98, abs=0.001)
    assert 0.005 < found["KGZ", "CHN"][1] < 0.011


def test_shares_well_within_bounds_are_the_figures_themselves():
    figures = [Figure(2018, "TKM", "RUS", 0.1, 1), Figure(2018, "TKM", "CHN", 0.3, 2)]
    assert settled(figures, 0.01) == [0.1, 0.3]


FAULTS = {
    "anchor: obsrved": "mine.yaml:2: unknown anchor 'obsrved'; did you mean 'observed'?",
    "anchr: observed": "mine.yaml:2: unknown key 'anchr'; did you mean 'anchor'?",
    "anchor: [trade]": "mine.yaml:2: anchor: expected 'observed', 'none' or {trade: observed}, "
    "got a list",
    "anchor: {trad: observed}": "mine.yaml:2: unknown key 'trad'; did you mean 'trade'?",
    "anchor:\n  arms: observed": "mine.yaml:3: unknown key 'arms'; expected trade or security",
    "anchor: {trade: yes}": "mine.yaml:2: trade: expected 'observed', a year from 2000 to 2040 or "
    "'none', got 'yes'",
    "anchor: {trade: true}": "mine.yaml:2: trade: expected 'observed', a year from 2000 to 2040 or "
    "'none', got the boolean true",
    "anchor: {security: 2002}": "mine.yaml:2: no share of security is on record up to 2002; the "
    "first is of 2004",
    "anchor:": "mine.yaml:2: anchor: nothing stands here; leave the key out or say what belongs "
    "here",
}


@pytest.mark.parametrize(("text", "message"), FAULTS.items(), ids=range(len(FAULTS)))
def test_a_fault_is_told_with_its_line_and_what_was_expected(loaded, text, message):
    with pytest.raises(FaultyInput) as caught:
        loaded(text)
    assert str(caught.value) == message


def test_differences_say_what_only_one_goes_on_from(loaded):
    found = differences(loaded("anchor: {trade: 2016}"), load_scenario("baseline"))
    assert found == ["Only mine goes on from 10 shares of trade on record, 2016."]
