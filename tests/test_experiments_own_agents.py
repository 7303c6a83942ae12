"""Agents of a user's own in batches: by file and class, on any worker, and never from a folder."""

from __future__ import annotations

import json

import numpy as np
import pytest
from own_agents import Withdrawn

from experiments import load, run
from experiments.cli import main
from experiments.refusals import BadInput

MINE = """
from agents.power import Russia
from agents.state import State


class MyRussia(Russia):
    def budget(self, outlook, income):
        return super().budget(outlook, income) * (1 - 0.5 * (outlook.year >= 2025))


class MyState(State):
    code = "KAZ"

    def autonomy_price(self, outlook, usual):
        return usual * 2


class Faulty(Russia):
    def budget(self, outlook, income):
        return outlook.nothing


class Flat(State):
    def pull(self, outlook, usual):
        return usual[0]
"""
FAULTY = {"syntax.py": "x = (\n", "imports.py": "\nimport nothing_such\n", "ends.py": "exit(3)\n"}
SUBCLASS = "agents: RUS: expected a subclass of"
LACKS = "AttributeError: 'Outlook' object has no attribute"
SHAPE = "ValueError: Flat.pull gave the shape"
FORM = "expected CODE=FILE:CLASS, such as RUS=my_agents.py:MyRussia"
SHORT = "title: A few quarters\nstart: 2023-Q1\n"
SPAN = ["--worlds", "2", "--until", "2026-Q4", "--workers", "1"]
BOTH = ["--agents", "RUS=mine.py:MyRussia", "--agents", "mine.py:MyState"]


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder of the user's with agents of one's own."""
    for name, text in {"mine.py": MINE, "short.yaml": SHORT, **FAULTY}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "bytes.py").write_bytes(b"\xff\xfe\x00")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def refused(words, capsys):
    """What is said when a command is refused."""
    assert main(words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    return err.splitlines()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("RUS=none.py:A", "--agents: none.py: No such file or directory"),
        ("RUS=mine.py:MyRussa", "mine.py: no class 'MyRussa'; did you mean 'MyRussia'?"),
        ("RUS=syntax.py:A", "syntax.py:1: '(' was never closed"),
        ("RUS=imports.py:A", "imports.py:2: ModuleNotFoundError: No module named 'nothing_such'"),
        ("RUS=ends.py:A", "ends.py:1: SystemExit: 3"),
        ("RUS=bytes.py:A", "--agents: bytes.py: expected Python, got what is no text"),
        ("RUS=mine.py:MyState", f"{SUBCLASS} agents.power.Power, got MyState"),
        ("TJK=mine.py:MyState", 'agents: TJK: MyState is KAZ; set code = "TJK" in the class'),
        ("RUSS=mine.py:MyRussia", "agents: no agent 'RUSS'; did you mean 'RUS'?"),
        ("RUS=mine.py:Faulty", f"mine.py:20: {LACKS} 'nothing'"),
        ("TJK=mine.py:Flat", f"mine.py: {SHAPE} (5, 2); expected (8, 5, 2)"),
        ("mine.py:Flat", f"--agents mine.py:Flat: which agent? {FORM}"),
        ("RUS=mine.py", f"--agents mine.py: {FORM}"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_users_file_is_one_line(given, said, place, capsys):
    words = ["run", "short.yaml", *SPAN, "--agents", given, "--out", "r"]
    assert refused(words, capsys) == [said]
    assert not (place / "r").exists()


@pytest.mark.slow  # runs worlds again and again
def test_a_folder_holds_no_code_and_asks_for_the_same(place, capsys):
    assert main(["run", "short.yaml", *SPAN, *BOTH, "--out", "r", "--quiet"]) == 0
    agents = json.loads((place / "r/manifest.json").read_text())["inputs"]["agents"]
    assert {code: (each["class"], each["file"]) for code, each in agents.items()} == {
        "RUS": ("MyRussia", "mine.py"),
        "KAZ": ("MyState", "mine.py"),
    }
    asked = "RUS is MyRussia of mine.py, and a folder holds no code: give it with --agents"
    for words in (
        ["rerun", "r"],
        ["replay", "r", "--scenario", "short", "--world", "1"],
        ["explain", "r", "--state", "KAZ"],
    ):
        assert refused(words, capsys) == [f"{asked} RUS=FILE:MyRussia"]
    assert main(["summary", "r"]) == 0  # what runs nothing again needs no code
    assert main(["rerun", "r", *BOTH, "--quiet", "--workers", "1"]) == 0
    replay = ["replay", "r", "--scenario", "short", "--world", "1"]
    assert main([*replay, *BOTH]) == 0
    assert capsys.readouterr().out.endswith("identical to the batch\n")
    (place / "mine.py").write_text(MINE.replace("0.5", "0.6"), encoding="utf-8")
    (line,) = refused([*replay, *BOTH], capsys)
    assert line.startswith("--agents: RUS: expected MyRussia of a file with the checksum ")
    again = refused(["run", "short.yaml", *SPAN, *BOTH, "--out", "r"], capsys)
    assert any("agents.RUS.sha256" in line for line in again)
    other = refused([*replay, "--agents", "UZB=mine.py:MyState"], capsys)
    assert other == ["--agents: UZB is not among the agents of this folder; expected RUS or KAZ"]


def influence_of(**asked):
    frame = run("short.yaml", worlds=2, until="2026-Q4", workers=1, **asked).influence
    return frame["influence"].to_numpy()


def test_python_takes_classes_and_files_and_an_experiment_file_names_them(place):
    usual, own = (
        influence_of(out=place / "a"),
        influence_of(out=place / "b", agents={"RUS": Withdrawn}),
    )
    assert not np.array_equal(usual, own)
    by_file = influence_of(out=place / "c", agents={"RUS": f"{place}/mine.py:MyRussia"})
    (place / "asked.yaml").write_text(
        "title: Mine\nscenarios: [short.yaml]\nworlds: 2\nuntil: 2026-Q4\n"
        "agents: {RUS: mine.py:MyRussia}\n",
        encoding="utf-8",
    )
    asked = run(place / "asked.yaml", workers=1, out=place / "d").influence
    assert np.array_equal(asked["influence"].to_numpy(), by_file)
    assert load(place / "b").batch.agents[0].name == "Withdrawn"
    for given in (
        3,
        {"RUS": 3},
        {"RUS": type("Inner", (Withdrawn,), {"__qualname__": "f.<locals>.I"})},
    ):
        with pytest.raises(BadInput, match="agents: "):
            run("baseline", agents=given, out=place / "e")


@pytest.mark.slow  # starts processes
def test_workers_have_the_code_from_the_batch(place):
    asked = {"worlds": 300, "until": "2025-Q4", "agents": {"RUS": "mine.py:MyRussia"}}
    two = run("short.yaml", workers=2, out=place / "two", **asked)
    one = run("short.yaml", workers=1, out=place / "one", **asked)
    assert two.manifest["blocks"] == one.manifest["blocks"]
