"""docs/own_agents.md: its classes are good, and its commands do what stands there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from agents.behaviours import BEHAVIOURS
from agents.state import State, States
from experiments.cli import main

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "own_agents.md").read_text(encoding="utf-8")


def test_the_pages_name_every_decision_and_every_behaviour():
    decisions = [name for name in vars(State) if hasattr(States, name) and name[0] != "_"]
    assert all(f"`{name}" in PAGE for name in (*decisions, "budget", "urgency"))
    scenarios = (ROOT / "docs" / "scenarios.md").read_text(encoding="utf-8")
    assert all(f"| `{name}` |" in scenarios for name in BEHAVIOURS)


@pytest.mark.slow  # runs a batch twice
def test_the_commands_of_the_page_do_what_stands_there(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    code, *_ = re.findall(r"```python\n# my_agents.py\n(.*?)```", PAGE, re.DOTALL)
    Path("my_agents.py").write_text(code, encoding="utf-8")
    for block in re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL):
        command, _, said = block.replace("\\\n", "").partition("\n")
        capsys.readouterr()
        assert main(shlex.split(command.removeprefix("$ crossroads "))) == 0
        assert said in capsys.readouterr().out
