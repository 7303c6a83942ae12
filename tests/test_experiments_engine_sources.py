"""A rule that is patched or a class that is swapped gets a program of its own."""

from __future__ import annotations

import numpy as np
import pytest
from engine_runs import differing, kept, ran
from trial import at, library

from agents import power
from agents.roster import USUAL
from agents.rules import bounds, choice
from model import region as regions
from model.engine import player
from model.engine.player import Player
from model.engine.sources import sources
from model.recorder import Recorder
from model.region import Region

SPAN = {"until": "2002-Q4", "record_from": "2000-Q1"}


class Hawk(power.Russia):
    """Russia with a taste for effort."""

    taste = 1.5

    def budget(self, outlook, income):
        return super().budget(outlook, income) * self.taste


class Dove(Hawk):
    taste = 0.5


def stronger(rebalanced):
    return lambda *given: rebalanced(*given) * 1.0000001


def swapped(patch):
    patch.setitem(USUAL, "RUS", Hawk)


def with_an_attribute(patch):
    patch.setitem(USUAL, "RUS", Dove)
    patch.setattr(Dove, "taste", 0.25)


def patched(patch):
    patch.setattr(choice, "rebalanced", stronger(choice.rebalanced))


@pytest.fixture(scope="module")
def shipped():
    """The shipped rules, which leave their programs in memory and on disk."""
    return ran(("baseline",), 3, compiled=True, **SPAN)


@pytest.mark.parametrize("change", [swapped, with_an_attribute, patched])
def test_what_is_changed_in_a_running_process_is_played_as_it_is_stepped(
    change, shipped, monkeypatch
):
    for _ in range(2):  # the second time, its program is in memory and on disk too
        with monkeypatch.context() as patch:
            change(patch)
            assert differing(("baseline",), 3, **SPAN) == []
            assert ran(("baseline",), 3, compiled=True, **SPAN) != shipped
    assert ran(("baseline",), 3, compiled=True, **SPAN) == shipped


def test_a_number_that_an_agent_holds_is_part_of_its_program(monkeypatch):
    monkeypatch.setitem(USUAL, "RUS", Hawk)

    def reached(taste, kind):
        recorder = Recorder(3, 0, at("2003-Q4"))
        region = Region(spec=library(), worlds=3, rng=1, recorder=recorder)
        region.powers.members[0].taste = taste
        with np.errstate(all="ignore"):
            kind(region, recorder).step_to(at("2003-Q4"))
        return kept(recorder.recorded())

    for taste in (1.5, 0.7):
        assert reached(taste, Player) == reached(taste, lambda region, _: region)


def test_a_rule_that_is_defined_again_as_it_was_finds_its_program(monkeypatch):
    made = []
    traced = player.traced
    monkeypatch.setattr(player, "traced", lambda *given: made.append(1) or traced(*given))
    monkeypatch.setattr(player, "PROGRAMS", {})
    for _ in range(2):
        with monkeypatch.context() as patch:
            patch.setattr(choice, "rebalanced", stronger(choice.rebalanced))
            ran(("baseline",), 3, compiled=True, **SPAN)
    assert len(made) == 1


def test_sources_follow_names_through_modules_classes_and_closures(monkeypatch):
    before = sources(Region)
    assert sources(Region) == before
    for owner, name, value in (
        (bounds, "ONE", np.full(1, 2.0)),
        (regions, "russian_attention", lambda *_: None),
        (Region, "outlook", property(lambda _: None)),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(owner, name, value)
            assert sources(Region) != before, name
    assert sources(Region) == before
