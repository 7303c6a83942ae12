"""Faulty files: every fault at once, one line each, word for word, in bounded time."""

from __future__ import annotations

import json
import pickle
import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from experiments.cli import main
from scenarios.faults import Fault, FaultyInput, nearest
from scenarios.library import LIBRARY
from scenarios.load import load_scenario
from scenarios.parameters import load_parameters
from scenarios.text import LARGEST

BROKEN = Path(__file__).parent / "data" / "broken"
EXPECTED = YAML(typ="safe").load((BROKEN / "expected.yaml").read_text(encoding="utf-8"))


def test_every_broken_file_has_its_expectation() -> None:
    files = {path.name for path in BROKEN.glob("*.yaml")} - {"expected.yaml"}
    assert files == set(EXPECTED)


def named(text: str) -> str:
    """A text with the library's lines named by their files alone: these grow and shrink."""
    return re.sub(rf"{re.escape(str(LIBRARY))}/([\w/]+\.yaml):\d+", r"LIBRARY/\1", text)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_broken_file_is_told_its_faults_word_for_word(name, monkeypatch, capsys) -> None:
    monkeypatch.chdir(BROKEN)
    code = main(["check", name])
    said = capsys.readouterr()
    assert named(said.err).splitlines() == EXPECTED[name]
    assert (code, said.out) == (2, "")


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_faults_line_lies_within_its_file(name) -> None:
    for fault in EXPECTED[name]:
        file, line, _ = fault.split(":", 2)
        assert 1 <= int(line) <= len((BROKEN / file).read_bytes().splitlines() or [b""])


def test_what_changes_nothing_is_a_warning_with_its_place_and_what_to_write(monkeypatch, capsys):
    monkeypatch.chdir(BROKEN.parent)
    assert main(["check", "idle.yaml"]) == 0
    out, err = capsys.readouterr()
    assert (out, named(err)) == ("", Path("idle.txt").read_text(encoding="utf-8"))
    assert main(["check", "idle.yaml", "--json"]) == 0
    assert {each["kind"] for each in json.loads(capsys.readouterr().out)} == {"warning"}


def test_a_run_tells_what_changes_nothing_and_runs(monkeypatch, tmp_path, capsys):
    monkeypatch.chdir(BROKEN.parent)
    words = ["idle.yaml", "--worlds", "2", "--until", "2030-Q4", "--workers", "1"]
    assert main(["run", *words, "--out", str(tmp_path / "r"), "--quiet"]) == 0
    assert capsys.readouterr().err.count(": warning: ") == 9


def faults_of(path: Path) -> list[Fault]:
    with pytest.raises(FaultyInput) as caught:
        load_scenario(path)
    return caught.value.faults


def test_a_directory_is_one_line(tmp_path) -> None:
    (tmp_path / "folder.yaml").mkdir()
    assert [fault.message for fault in faults_of(tmp_path / "folder.yaml")] == [
        "cannot be read: a directory, not a file"
    ]


def test_a_file_of_50_megabytes_is_one_line(tmp_path) -> None:
    path = tmp_path / "large.yaml"
    with path.open("wb") as stream:
        stream.write(b"title: Large\n")
        stream.truncate(50_000_000)
    (fault,) = faults_of(path)
    assert fault.message == "cannot be read: 50.0 MB; a file of this kind has 160 kB at most"


def test_the_largest_file_is_read(tmp_path) -> None:
    path = tmp_path / "long.yaml"
    line = "  - an assumption that stands here and says nothing in particular, again and again\n"
    path.write_text("title: Long\nsources:\n" + line * ((LARGEST - 100) // len(line)))
    assert len(load_scenario(path).sources) > 1500


def test_a_missing_file_is_one_line() -> None:
    (fault,) = faults_of(Path("nowhere.yaml"))
    assert str(fault) == "there is no file 'nowhere.yaml'"


def test_an_unreadable_name_is_one_line() -> None:
    for name in ("", "..", "a\0b", "x" * 5000):
        with pytest.raises(FaultyInput, match="there is no scenario"):
            load_scenario(name)


def test_faults_travel_between_processes() -> None:
    fault = FaultyInput([Fault("b.yaml", 2, "late"), Fault("a.yaml", 3, "early")])
    again = pickle.loads(pickle.dumps(fault))  # noqa: S301 (its own bytes)
    assert str(again) == "a.yaml:3: early\nb.yaml:2: late"


def test_the_nearest_name_does_not_mind_capitals() -> None:
    assert nearest("kaz", ["KGZ", "KAZ"]) == "did you mean 'KAZ'?"


def test_a_deep_list_of_a_hundred_thousand_brackets_ends(tmp_path) -> None:
    path = tmp_path / "deep.yaml"
    path.write_text("title: Deep\nnote: " + "[" * 100_000)
    (fault,) = faults_of(path)
    assert fault.message == "nested more than 12 levels deep"


def test_a_part_of_a_name_and_a_slip_of_the_pen_are_both_understood():
    valid = ["attention_cost", "attention_least", "loss_aversion"]
    assert nearest("attention", valid) == "did you mean 'attention_cost' or 'attention_least'?"
    assert nearest("atention_cost", valid) == "did you mean 'attention_cost'?"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("loss_aversn", r"unknown parameter 'loss_aversn'; did you mean 'loss_aversion'\?"),
        (
            "initial_reliance",
            r"'initial_reliance' is a table; name one of its numbers, from .* to ",
        ),
        (
            "initial_reliance.trade.KAZ",
            r"is a table; name one of its numbers, from .*\.KAZ\.RUS to",
        ),
        ("initial_reliance.trade.KAZ.RUZ", r"did you mean 'initial_reliance\.trade\.KAZ\.RUS'\?"),
        ("qqq", r"there are \d+, such as \w+, \w+ and \w+; 'crossroads parameters WORD' lists"),
    ],
)
def test_an_unknown_parameter_is_told_the_nearest_and_the_command_that_lists_them(name, said):
    assert re.search(said, load_parameters().unknown(name))


@pytest.mark.parametrize("key", ["<x>", "<knots>", "<constant>", "[key]", "<region>", "<states>"])
@pytest.mark.parametrize("where", ["drivers: {{{}: 1}}", "parameters: {{{}: 1}}"])
def test_a_key_in_brackets_is_a_key_like_another(tmp_path, key, where) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("title: x\n" + where.format(f'"{key}"') + "\n")
    (fault,) = faults_of(path)
    assert fault.line == 2
    assert f"'{key}'" in fault.message
    assert "'drivers'" not in fault.message


@pytest.mark.parametrize("name", ["/etc/passwd", "secret.txt", "../secret", "secret.yaml/"])
def test_what_a_file_extends_is_a_scenario_and_nothing_of_another_file_is_shown(
    tmp_path, name
) -> None:
    (tmp_path / "secret.txt").write_text("the word is swordfish\n")
    path = tmp_path / "mine.yaml"
    path.write_text(f"title: x\nextends: {name}\n")
    told = " ".join(str(fault) for fault in faults_of(path))
    assert "mine.yaml:2" in told
    assert "swordfish" not in told
    assert "root:" not in told
