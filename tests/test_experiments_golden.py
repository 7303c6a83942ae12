"""What the answering commands print of frozen folders is what is kept under data/golden."""

from __future__ import annotations

import pytest
from golden import COMMANDS, KEPT, difference, folders, said


@pytest.fixture(scope="module")
def place():
    """Where the frozen folders are."""
    with folders() as found:
        yield found


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_says_of_a_frozen_folder_what_is_kept(place, monkeypatch, name):
    monkeypatch.setenv("COLUMNS", "100")
    if changed := difference(name, said(place, COMMANDS[name])):
        pytest.fail(f"{changed}\n\nIf that is what you meant: make golden", pytrace=False)


def test_every_kept_file_belongs_to_a_command():
    assert {path.stem for path in KEPT.glob("*.txt")} == set(COMMANDS)
