"""Agents of a user's own: they change what they decide, and nothing else."""

from __future__ import annotations

import warnings

import mesa
import numpy as np
import pytest
from engine_runs import kept
from own_agents import Branching, Counting, Peeking, Wary, Withdrawn
from trial import at, library

from agents.axes import CHN, KAZ, KGZ, POWERS, RUS
from agents.power import Power
from agents.roster import USUAL
from agents.state import State, States
from model.engine import player
from model.engine.player import Player
from model.recorder import Recorder
from model.region import Region

UNTIL = at("2006-Q4")


def region_of(agents=None, worlds=3, **given):
    return Region(spec=library(), worlds=worlds, rng=1, agents=agents, **given)


def reached(agents, kind=lambda region, _: region):
    recorder = Recorder(3, 0, UNTIL)
    region = region_of(agents, recorder=recorder)
    with np.errstate(all="ignore"):
        kind(region, recorder).step_to(UNTIL)
    return kept(recorder.recorded())


def weighed(agents):
    """A region that has weighed once, from the same state whatever its agents."""
    region = region_of(agents)
    region.advance()
    region.respond()
    return region


def test_a_power_of_ones_own_decides_what_it_spends():
    own, usual = region_of({"RUS": Withdrawn}), region_of()
    for each in (own, usual):
        each.step_to(at("2002-Q4"))
    assert np.array_equal(own.powers.means, usual.powers.means)
    for each in (own, usual):
        each.step()
    assert np.allclose(own.powers.means[RUS], 0.1 * usual.powers.means[RUS])
    assert np.array_equal(own.powers.means[CHN:], usual.powers.means[CHN:])


def test_a_state_of_ones_own_leaves_the_decisions_of_the_others_as_they_are():
    own, usual = weighed({"KAZ": Wary}), weighed(None)
    others = [state for state in range(5) if state != KAZ]
    assert np.array_equal(own.states.desired[:, :, others], usual.states.desired[:, :, others])
    lost = own.states.desired[:, POWERS, KAZ] - usual.states.desired[:, POWERS, KAZ]
    assert (lost.sum(axis=1) < 0).all()


DECISIONS = [
    name for name in vars(State) if hasattr(States, name) and callable(getattr(State, name))
]


@pytest.mark.parametrize("name", sorted({*DECISIONS} - {"__init__"}))
def test_every_decision_of_a_state_is_its_own_to_take(name):
    def more(_self, _outlook, usual):
        assert usual.shape[-1] in {1, 3}
        return usual * 1.5 + 0.1

    own, usual = weighed({"KGZ": type("Own", (State,), {name: more})}), weighed(None)
    differ = own.states.desired != usual.states.desired
    assert differ[:, :, KGZ].any()
    assert not np.delete(differ, KGZ, axis=2).any()


@pytest.mark.slow  # compiles
def test_agents_of_ones_own_are_traced_and_played_with_the_bits_of_the_rules():
    own = {"RUS": Withdrawn, "TJK": Wary, "KAZ": Wary}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        played = reached(own, Player)
    assert played == reached(own)
    assert played != reached(None)


def test_an_agent_that_counts_is_stepped_with_the_same_bits():
    assert reached({"RUS": Counting}, Player) == reached({"RUS": Counting})


@pytest.mark.parametrize("own", [Branching, Peeking])
def test_rules_that_no_trace_can_note_are_stepped_with_the_same_bits(own):
    with pytest.warns(UserWarning, match="cannot be traced"):
        played = reached({"RUS": own}, Player)
    assert played == reached({"RUS": own})


@pytest.mark.slow  # compiles three programs
def test_no_program_is_used_for_agents_of_other_classes(monkeypatch):
    monkeypatch.setattr(player, "PROGRAMS", {})
    runs = (None, {"KAZ": Wary}, {"UZB": Wary}, None)
    found = [(reached(each, Player), len(player.PROGRAMS)) for each in runs]
    assert [each for each, _ in found] == [reached(each) for each in runs]
    counts = [count for _, count in found]
    assert counts[0] < counts[1] < counts[2] == counts[3]


def test_faulty_agents_are_all_named_with_what_was_expected():
    given = {"RUSS": Withdrawn, "KAZ": Withdrawn, "CHN": Withdrawn, "WST": 7, "REG": Power}
    with pytest.raises(ValueError, match="agents") as told:
        Region(agents=given)
    assert str(told.value).splitlines() == [
        "agents: no agent 'RUSS'; did you mean 'RUS'?",
        "agents: KAZ: expected a subclass of agents.state.State, got Withdrawn",
        'agents: CHN: Withdrawn is RUS; set code = "CHN" in the class',
        "agents: WST: expected a subclass of agents.power.Power, got 7",
        'agents: REG: Power is None; set code = "REG" in the class',
    ]


def test_agents_are_found_and_asked_as_those_of_any_mesa_model():
    region = region_of({"RUS": Withdrawn})
    region.step_to(3)
    agents = region.agents
    assert sorted(agents.get("code")) == sorted(USUAL)
    (russia,) = agents.select(lambda agent: agent.code == "RUS")
    assert type(russia) is Withdrawn
    (kazakhstan,) = agents.select(lambda agent: agent.code == "KAZ")
    assert np.array_equal(kazakhstan.reliance, region.reliance[:, :, KAZ])
    outlook = region.outlook()
    spent = region.powers.map("budget", outlook, region.powers.income[RUS])
    assert np.array_equal(spent[RUS], russia.budget(outlook, russia.income))
    assert np.array_equal(russia.means, region.powers.means[RUS])
    assert len(region.powers.map("urgency", outlook)) == len(region.powers.members)


def test_batch_run_and_data_collector_take_agents_of_ones_own():
    asked = {"agents": [{"RUS": Withdrawn}, None], "rng": 1}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        own, usual = mesa.batch_run(Region, asked, max_steps=14, display_progress=False)
    assert own["rivalry"] != usual["rivalry"]
