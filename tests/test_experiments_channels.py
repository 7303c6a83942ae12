"""Channels: what each change of a scenario does alone, against whichever scenario."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from experiments import load, run
from experiments.answers.channels import TOTAL, alone, channels, single_changes
from experiments.answers.comparison import compared
from experiments.answers.outcomes import HEADLINES
from scenarios.load import load_scenario

RIVALRY = next(each for each in HEADLINES if each.label == "rivalry")
SECURITY = next(each for each in HEADLINES if each.label == "Russia's security share")
DRIVEN = ("afghanistan_instability", "taliban_integration", "taiwan_tension")
"""Scenarios of the library that are called as a driver is."""


@pytest.fixture(scope="module")
def namesakes(tmp_path_factory):
    """Scenarios that are called as drivers are, and one whose drivers differ from theirs."""
    return run(
        "frozen_ukraine", "afghanistan_instability", "taliban_integration", "taiwan_tension",
        worlds=4, record_from="2035-Q4", out=tmp_path_factory.mktemp("names") / "names", workers=1,
    )  # fmt: skip


@pytest.mark.parametrize("against", DRIVEN)
def test_channels_against_a_scenario_called_as_a_driver_are_of_what_the_folder_holds(
    namesakes, against
):
    assert against in load_scenario(against).drivers
    found = compared(namesakes, "frozen_ukraine", against)
    levels = found.over_time.set_index("outcome")["mean"]
    for outcome, several in found.channels.items():
        whole = next(each for each in several if each.name == TOTAL).effect.value
        assert whole == pytest.approx(float(levels[outcome.label]), abs=1e-5), outcome.label
    named = {each.name for each in found.channels[RIVALRY]}
    assert against.replace("_", " ").capitalize() in named


def test_events_are_a_channel_of_their_own(outcomes):
    base = outcomes.batch.assumed.scenarios["baseline"]
    assert list(single_changes(replace(base, events=()), base)) == ["events"]
    assert channels(outcomes, "afghanistan_instability", "baseline", worlds=2)[RIVALRY]


def test_parameters_of_a_scenario_are_a_channel_of_their_own_and_no_interaction(tmp_path):
    (tmp_path / "both.yaml").write_text(
        "title: Dear attention, and a freeze\nextends: frozen_ukraine\n"
        "parameters: {attention_cost: 0.8}\n"
    )
    (tmp_path / "dear.yaml").write_text(
        "title: Dear attention\nextends: baseline\nparameters: {attention_cost: 0.8}\n"
    )
    names = ("baseline", tmp_path / "both.yaml", tmp_path / "dear.yaml")
    results = run(*names, worlds=4, record_from="2035-Q4", out=tmp_path / "own", workers=1)
    alone = compared(results, "dear", "baseline", split=False).over_time.set_index("outcome")
    split = channels(results, "both", "baseline")[SECURITY]
    own = next(each.effect.value for each in split if each.name == "parameters")
    assert own == pytest.approx(float(alone["mean"][SECURITY.label]), abs=1e-5)
    assert own != 0


def test_worlds_that_failed_have_no_part_in_channels(outcomes):
    ill = pd.DataFrame({"scenario": ["baseline"] * 2, "world": [1, 5]})
    results = load(outcomes.folder.address)
    vars(results)["failures"] = ill
    split = alone(results, "frozen_ukraine", "baseline", worlds=8)
    for gaps in split.values():
        for gap in gaps.values():
            assert np.flatnonzero(np.isfinite(gap)).tolist() == [0, 2, 3, 4, 6, 7]
