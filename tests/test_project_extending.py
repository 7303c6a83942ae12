"""docs/extending.md can be followed: each guide, on a copy of the project, with its commands."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "extending.md").read_text(encoding="utf-8")
GUIDES = dict(re.findall(r"^## (.*?)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))
DIFF = re.compile(r"^```diff\n--- (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMANDS = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MOST_FILES = 3


def place_of(text, line):
    """Where a line of a file begins and ends; `...` stands for the rest of it."""
    pattern = re.escape(line).replace(r"\.\.\.", "[^\n]*")
    (found,) = re.finditer(f"^{pattern}$", text, re.MULTILINE)
    return found.span()


def changed(text, diff):
    """Return a file with a diff applied, each hunk after the line that it shows."""
    at = 0
    for line in diff.splitlines():
        sign, rest = line[:1], line[1:]
        if sign == " ":
            at = place_of(text, rest)[1] + 1
        elif sign == "-":
            at, end = place_of(text, rest)
            text = text[:at] + text[end + 1 :]
        else:
            text, at = text[:at] + rest + "\n" + text[at:], at + len(rest) + 1
    return text


@pytest.mark.parametrize("name", GUIDES)
def test_a_guide_touches_three_files_at_most(name):
    assert 1 <= len({file for file, _ in DIFF.findall(GUIDES[name])}) <= MOST_FILES


def test_there_is_a_guide_for_a_rule_a_series_a_figure_and_a_command():
    assert list(GUIDES) == ["A rule", "A domain's series", "A figure", "A command"]


@pytest.mark.parametrize("name", GUIDES)
def test_what_a_guide_changes_is_there_to_be_changed(name):
    for file, diff in DIFF.findall(GUIDES[name]):
        path = ROOT / file
        assert changed(path.read_text(encoding="utf-8") if path.exists() else "", diff)


@pytest.mark.slow
@pytest.mark.parametrize("name", GUIDES)
def test_a_guide_can_be_followed(name, tmp_path):
    for package in ("scenarios", "agents", "model", "experiments", "docs"):
        unwanted = shutil.ignore_patterns("__pycache__", "*.png")
        shutil.copytree(ROOT / package, tmp_path / package, ignore=unwanted)
    for file, diff in DIFF.findall(GUIDES[name]):
        path = tmp_path / file
        path.write_text(changed(path.read_text() if path.exists() else "", diff))
    (commands,) = COMMANDS.findall(GUIDES[name])
    for command in commands.splitlines():
        done = subprocess.run(
            [sys.executable, "-W", "error", "-m", "experiments", *shlex.split(command)[1:]],
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": str(tmp_path), "CROSSROADS_CACHE": ""},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{command}\n{done.stderr}"
        assert done.stdout or "run" in command
