"""Nothing is lost, whatever is tried; everything that is installed says under which licence."""

from __future__ import annotations

import licences
import pytest
import reliability


@pytest.mark.slow
@pytest.mark.parametrize("trial", reliability.TRIALS, ids=lambda each: each.name)
def test_a_few_tries_of_each_kind_lose_nothing(trial):
    assert list(reliability.losses(trial, trial.often[0])) == []


@pytest.mark.slow
def test_what_is_lost_is_told_with_its_try():
    trial = reliability.Trial("words", "nothing", (2, 2), lambda *_: "a number")
    told = ["words, try 0: a number", "words, try 1: a number"]
    assert list(reliability.losses(trial, 2)) == told


def test_every_licence_is_known(capsys):
    assert licences.main() == 0
    assert "numpy" in capsys.readouterr().out
