"""Agents of a user's own in batches: by file and class, on any worker, and never from a folder."""

from __future__ import annotations

import json

import numpy as np
import pytest
from own_agents import Withdrawn

from experiments import load, run
from experiments.cli import main
from experiments.errors import BadInput

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
FAULTY["two.py"] = "import numpy\nfrom mine import MyRussia\n"
FAULTY["bad.py"] = "import syntax\n"

SUBCLASS = "agents: RUS: expected a subclass of"
LACKS = "AttributeError: 'Outlook' object has no attribute"
SHAPE = "expected the shape (8, 5, 2), got (5, 2)"
FIRST = "in 2000-Q1, worlds 0 to 1"
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
        ("RUS=bad.py:A", "syntax.py:1: '(' was never closed"),
        ("RUS=bytes.py:A", "--agents: bytes.py: expected Python, got what is no text"),
        ("RUS=mine.py:MyState", f"{SUBCLASS} agents.power.Power, got MyState"),
        ("TJK=mine.py:MyState", 'agents: TJK: MyState is KAZ; set code = "TJK" in the class'),
        ("RUSS=mine.py:MyRussia", "agents: no agent 'RUSS'; did you mean 'RUS'?"),
        ("RUS=mine.py:Faulty", f"mine.py:20: Faulty.budget of RUS {FIRST}: {LACKS} 'nothing'"),
        ("TJK=mine.py:Flat", f"mine.py:24: Flat.pull of TJK {FIRST}: {SHAPE}"),
        ("mine.py:Flat", f"--agents mine.py:Flat: which agent? {FORM}"),
        ("RUS=mine.py", f"--agents mine.py: {FORM}"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_users_file_is_one_line(given, said, place, capsys):
    words = ["run", "short.yaml", *SPAN, "--agents", given, "--out", "r"]
    assert refused(words, capsys) == [said]
    assert not (place / "r").exists()


FAILING = """import numpy as np
from agents.power import Russia
from agents.state import State


class Late(Russia):
    def budget(self, outlook, income):
        return self.at(outlook, super().budget(outlook, income), ANSWER)

    def at(self, outlook, usual, other):
        return other(usual) if outlook.year[0] == 2024.5 else usual


class Lost(State):
    def pull(self, outlook, usual):
        return usual if outlook.year[0] < 2024.5 else ANSWER(usual)
"""
LATE, LOST = "late.py:7: Late.budget of RUS in 2024-Q3", "late.py:15: Lost.pull of KAZ in 2024-Q3"


@pytest.mark.parametrize(
    ("given", "answer", "said"),
    [
        ("RUS", "lambda _: 1 / 0",
         f"{LATE.replace(':7', ':19')}, worlds 0 to 1: ZeroDivisionError: division by zero"),
        ("RUS", "lambda _: 'much'", f"{LATE}, worlds 0 to 1: expected numbers, got 'much'"),
        ("RUS", "lambda _: [[1], [2, 3]]", f"{LATE}, worlds 0 to 1: expected numbers, got a list"),
        ("RUS", "lambda u: np.ones(3)",
         f"{LATE}, worlds 0 to 1: expected the shape (2,), got (3,)"),
        ("RUS", "lambda u: u * [1, np.nan]", f"{LATE}, world 1: expected finite numbers, got nan"),
        ("RUS", "lambda u: u * [-1, 1] * 0 - [1, 0]",
         f"{LATE}, world 0: expected 0 or more, got -1.0"),
        ("KAZ", "lambda _: None",
         f"{LOST}, worlds 0 to 1: expected an array of numbers, got nothing"),
        ("KAZ", "lambda u: u[..., 0]",
         f"{LOST}, worlds 0 to 1: expected the shape (8, 5, 2), got (8, 5)"),
    ],
)  # fmt: skip
def test_an_agent_that_fails_late_is_one_line_and_leaves_nothing(
    given, answer, said, place, capsys
):
    text = FAILING.replace("ANSWER", "answer") + f"\n\nanswer = {answer}\n"
    (place / "late.py").write_text(text, encoding="utf-8")
    kind = f"{given}=late.py:{'Late' if given == 'RUS' else 'Lost'}"
    assert refused(["run", "short.yaml", *SPAN, "--agents", kind, "--out", "r"], capsys) == [said]
    assert not (place / "r").exists()


def test_compiled_code_that_fails_is_stepped_to_say_where(place, monkeypatch):
    monkeypatch.setattr("experiments.design.batch.MANY", 1)
    text = MINE.replace("(outlook.year >= 2025)", "np.log(np.minimum(2024.9 - outlook.year, 1))")
    (place / "logs.py").write_text(f"import numpy as np{text}", encoding="utf-8")
    asked = {"worlds": 2, "until": "2026-Q4", "workers": 1, "agents": {"RUS": "logs.py:MyRussia"}}
    (place / "empty").mkdir()
    said = r"logs.py:7: MyRussia.budget of RUS in 2025-Q1, worlds? .*expected finite .*got nan"
    with pytest.raises(ValueError, match=said):
        run("short.yaml", out=place / "empty", **asked)
    assert [each.name for each in (place / "empty").iterdir()] == [".lock"]


@pytest.mark.slow  # starts processes
def test_an_agent_that_fails_in_a_worker_says_so_too(place, capsys):
    text = FAILING.replace("ANSWER", "(lambda u: u * np.where(u == u.max(), np.inf, 1))")
    (place / "late.py").write_text(text, encoding="utf-8")
    words = ["run", "short.yaml", "--worlds", "300", "--until", "2024-Q4", "--workers", "2"]
    (line,) = refused([*words, "--agents", "RUS=late.py:Late", "--out", "r"], capsys)
    assert line.startswith(f"{LATE}, world ")
    assert line.endswith("expected finite numbers, got inf")
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


def test_a_file_may_import_those_beside_it_and_both_are_told_by_their_checksums(place, capsys):
    words = ["run", "short.yaml", "--worlds", "2", "--until", "2024-Q1", "--workers", "1"]
    assert main([*words, "--agents", "RUS=two.py:MyRussia", "--out", "r", "--quiet"]) == 0
    capsys.readouterr()
    (own,) = json.loads((place / "r/manifest.json").read_text())["inputs"]["agents"].values()
    assert own["file"] == "two.py"
    assert len(own["beside"]["mine.py"]) == len(own["sha256"])
    assert load(place / "r", agents={"RUS": "two.py:MyRussia"}).batch.agents[0].loaded()
    (place / "mine.py").write_text(MINE.replace("0.5", "0.6"), encoding="utf-8")
    with pytest.raises(BadInput, match=r"RUS: two\.py imports other code now: mine\.py"):
        load(place / "r", agents={"RUS": "two.py:MyRussia"})
