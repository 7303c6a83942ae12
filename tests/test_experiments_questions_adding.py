"""The command that adds what a folder lacks runs the same worlds again, whatever laid them out."""

from __future__ import annotations

import json
import shlex

import pytest

from experiments import load
from experiments.results.missing import command, lack

GRID = (
    "--points",
    2,
    "--replicates",
    3,
    "--design",
    "grid",
    "--set",
    "attention_cost=0.3:0.7123456789",
)
LIST = ("--replicates", 4, "--set", "attention_cost=0.3,0.5")
BARE = ("--worlds", 3, "--parameters", "registry")


@pytest.mark.parametrize("words", [GRID, LIST, BARE])
def test_the_command_that_adds_something_repeats_the_same_worlds(
    words, crossroads, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    given = ("run", "baseline", *words, "--until", "2024-Q4", "--out", "r", "--workers", 1)
    monkeypatch.setattr("sys.argv", ["crossroads", *map(str, given)])
    assert crossroads(*given).code == 0
    said = command(load("r"), until="2025-Q4")
    assert crossroads(*shlex.split(said)[1:], "--workers", 1).code == 0
    first, again = (load(name).manifest["inputs"] for name in ("r", "r-to-2025-Q4"))
    same = ("design", "set", "parameters", "seed", "worlds")
    assert json.dumps([first[key] for key in same]) == json.dumps([again[key] for key in same])


def test_points_of_a_table_are_added_to_from_the_same_table(crossroads, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a b.csv").write_text("attention_cost\n0.4\n0.6\n")
    given = (
        "run",
        "baseline",
        "--design=a b.csv",
        "--until",
        "2024-Q2",
        "--out",
        "r",
        "--workers",
        1,
    )
    monkeypatch.setattr("sys.argv", ["crossroads", *map(str, given)])
    assert crossroads(*given).code == 0
    missing = lack(load("r"), "frozen_ukraine", tables=("states",), until="2030-Q4")
    assert missing.what == "the scenario frozen_ukraine and quarters after 2024-Q2"
    assert "--design 'a b.csv'" in missing.command
    assert "--until 2035-Q4" in missing.command
    assert "--points" not in missing.command
