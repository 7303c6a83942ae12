"""Tables that were not written: commands say which are lacking, and the command that adds them."""

from __future__ import annotations

import pytest

from experiments import run

LACKS = "Not shown, since missing in this folder: the tables influence and states."


@pytest.fixture(scope="module")
def region(tmp_path_factory):
    """Results of two scenarios of which the table of the region alone was written."""
    place = tmp_path_factory.mktemp("lacking") / "out"
    names = ("baseline", "frozen_ukraine")
    return run(*names, worlds=4, until="2026-Q4", tables=("region",), out=place, workers=1)


@pytest.mark.parametrize(
    "words", [("summary",), ("compare", "frozen_ukraine", "baseline", "--no-channels")]
)
def test_what_is_not_told_is_said_with_the_command_that_adds_it(crossroads, region, words):
    place = region.folder.address
    answer = crossroads(words[0], place, *words[1:])
    assert answer.code == 0
    (said,) = [line for line in answer.out.splitlines() if line.startswith("Not shown")]
    assert said == LACKS
    (command,) = [line for line in answer.out.splitlines() if "in a new folder: " in line]
    assert command.startswith(
        "    To know more, in a new folder: crossroads run baseline frozen_uk"
    )
    assert command.endswith(f" --out {place}-all-tables")


def test_outcomes_of_an_experiment_file_that_have_no_table_are_told(crossroads, tmp_path):
    file = tmp_path / "mine.yaml"
    asked = "worlds: 2\nuntil: 2024-Q2\ntables: [region]\noutcomes: [leader, rivalry, threat]\n"
    file.write_text(f"title: Mine\nscenarios: [baseline]\n{asked}")
    out = crossroads("run", file, "--out", tmp_path / "mine", "--workers", 1).out
    assert "Median, and the range of nine worlds in ten, in 2024-Q2" in out
    assert LACKS in out.splitlines()


def test_a_replay_that_cannot_be_held_against_the_batch_says_so(crossroads, region):
    words = ("--scenario", "baseline", "--world", 1, "--from", "2026-Q4")
    out = crossroads("replay", region.folder.address, *words).out
    assert out.endswith("not held against the batch: this folder lacks the table influence\n")


def test_nothing_is_said_of_a_folder_that_lacks_nothing(crossroads, outcomes):
    assert "Not shown" not in crossroads("summary", outcomes.folder.address).out
