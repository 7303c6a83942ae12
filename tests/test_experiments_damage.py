"""Damaged folders, full disks and impossible paths: one line each, whoever reads."""

from __future__ import annotations

import errno
import json
import os
import shutil

import pytest

from experiments import load, run
from experiments.cli import main
from experiments.errors import BadInput
from experiments.results import damage, manifest
from experiments.results.cells import Cells, numbers

PART = "region/scenario=baseline/block-00000.parquet"
OTHER = "states/scenario=baseline/block-00000.parquet"
WORLDS, FAILURES = "worlds.parquet", "failures.parquet"
COMMANDS = (
    ("summary",),
    ("ask", "rivalry > 0.1"),
    ("questions",),
    ("export", "--to", "out"),
    ("report", "--to", "out.html"),
    ("replay", "--scenario", "baseline", "--world", "1"),
    ("explain", "--scenario", "baseline", "--state", "UZB"),
)


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    folder = tmp_path_factory.mktemp("damage") / "out"
    run("baseline", worlds=4, out=folder, workers=1, until="2001-Q4", record_from="2001-Q1")
    return folder


@pytest.fixture
def copy(done, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return shutil.copytree(done, tmp_path / "copy")


def bad_footer(path):
    content = path.read_bytes()
    path.write_bytes(content[:-8] + b"\xff\xff\xff\x7f" + content[-4:])


def cut_in_the_middle(path):
    content = path.read_bytes()
    half = len(content) // 2
    path.write_bytes(content[: half - 200] + content[half:])


def one_bit(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 3] ^= 1
    path.write_bytes(content)


def exchanged(path):
    shutil.copy(path.parents[2] / OTHER, path)


def a_pipe(path):
    path.unlink()
    os.mkfifo(path)


def a_folder(path):
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("harm", [bad_footer, cut_in_the_middle, one_bit, a_folder, a_pipe])
@pytest.mark.parametrize("name", [PART, WORLDS, FAILURES])
def test_a_file_harmed_in_any_way_is_named_when_the_folder_is_opened(copy, harm, name):
    harm(copy / name)
    with pytest.raises(BadInput, match=f"{name} is missing or damaged; the same `crossroads run`"):
        load(copy)


def test_another_tables_file_is_noticed(copy):
    exchanged(copy / PART)
    with pytest.raises(BadInput, match=f"{PART} is missing or damaged"):
        load(copy)


@pytest.mark.parametrize("words", COMMANDS, ids=[words[0] for words in COMMANDS])
def test_every_command_refuses_a_damaged_folder_in_one_line(copy, words, capsys):
    cut_in_the_middle(copy / PART)
    assert main([words[0], str(copy), *words[1:]]) == 2
    said = capsys.readouterr()
    assert said.err.count("\n") == 1
    assert f"{PART} is missing or damaged" in said.err


@pytest.mark.parametrize("harm", [a_folder, a_pipe])
def test_rerun_takes_what_is_no_file_for_a_damaged_one(copy, capsys, harm):
    harm(copy / PART)
    assert main(["rerun", str(copy), "--workers", "1", "--quiet"]) == 1
    assert f"different: {PART}: its file is missing or was changed" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "read"),
    [
        (PART, lambda found: found.region),
        (PART, lambda found: found.bands("rivalry")),
        (PART, lambda found: numbers(found, "baseline", Cells("rivalry"))),
        (WORLDS, lambda found: found.worlds),
    ],
)
@pytest.mark.parametrize("harm", [bad_footer, cut_in_the_middle])
def test_in_a_large_folder_damage_is_named_when_it_is_read(copy, monkeypatch, name, read, harm):
    monkeypatch.setattr(damage, "CHECKED", 0)
    found = load(copy)
    harm(copy / name)
    with pytest.raises(BadInput, match=f"{name} is missing or damaged"):
        read(found)


def test_what_is_no_damage_is_told_as_it_is(done):
    found = load(done)
    with pytest.raises(ZeroDivisionError), found.reading:
        raise ZeroDivisionError


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"inputs": {}}, "does not say scenarios"),
        ({"blocks": []}, "not say which blocks there are"),
    ],
)
def test_a_manifest_that_says_too_little_is_refused(copy, change, message):
    path = copy / "manifest.json"
    found = json.loads(path.read_text()) | change
    path.write_text(json.dumps(found | {"checksum": manifest.sealed(found)}))
    with pytest.raises(BadInput, match=message):
        load(copy)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (lambda found: found.table("regio"), "no table 'regio' here; did you mean 'region'"),
        (lambda found: found.table("region", columns=["rivalr"]), "no column .* mean 'rivalry'"),
        (lambda found: found.bands("rivalry", quantiles=(2,)), "from 0 to 1 such as 0.05, got 2"),
        (lambda found: found.bands("rivalry", quantiles=()), "from 0 to 1 such as 0.05, got none"),
        (lambda found: found.table("region", scenario=[]), "no scenario asked for; expected base"),
        (lambda found: found.bands("rivalry", scenario=[]), "no scenario asked for"),
        (lambda found: found.bands("rivalry", quantiles=("x",)), "such as 0.05, got 'x'"),
        (lambda found: found.bands("rivalry", sate="UZB"), "no selection by 'sate' .* 'state'"),
        (lambda found: found.table("region", scenario=5), "expected a name or several, got 5"),
        (lambda found: found.table("region", quarter=2.5), "'2.5' is not a quarter"),
        (lambda found: found.table("region", scenario="base"), "no scenario 'base' here; did you"),
    ],
)
def test_selections_of_what_there_is_not_are_refused(done, asked, message):
    with pytest.raises(BadInput, match=message):
        asked(load(done))


def test_one_column_may_be_asked_for_by_its_name(done):
    assert list(load(done).table("region", columns="rivalry").columns)[-1] == "rivalry"


@pytest.mark.parametrize("address", [None, 5])
def test_an_address_that_is_none_is_refused(address):
    with pytest.raises(BadInput, match="expected the address of a results folder"):
        load(address)


def test_a_manifest_that_links_to_itself_is_refused(tmp_path, capsys):
    (tmp_path / "manifest.json").symlink_to(tmp_path / "manifest.json")
    assert main(["summary", str(tmp_path)]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_a_path_longer_than_any_is_refused(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["run", "baseline", "--workers", "1", "--parameters", "x" * 5000]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_behind_the_output_is_one_line(done, monkeypatch, capsys):
    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("builtins.print", full_after_first(print, full))
    assert main(["summary", str(done), "--json"]) == 1
    assert capsys.readouterr().err == "No space left on device\n"


def full_after_first(plain, full):
    """A `print` that fails on the standard output and works elsewhere."""
    return lambda *words, **how: plain(*words, **how) if how.get("file") else full()


def test_a_name_with_a_line_end_stays_one_line(capsys):
    assert main(["check", "a\nb.yaml"]) == 2
    assert main(["run", "base\nline", "--workers", "1"]) == 2
    assert capsys.readouterr().err.count("\n") == 2


@pytest.mark.parametrize(
    "condition",
    [
        "(" * 5000 + "rivalry > 0.4" + ")" * 5000,
        "not " * 5000 + "rivalry > 0.4",
        " and ".join(["rivalry > 0.4"] * 3000),
    ],
)
def test_a_condition_without_end_is_refused_in_words(done, condition, capsys):
    assert main(["ask", str(done), condition]) == 2
    assert "a condition has 200 words at most" in capsys.readouterr().err


@pytest.mark.parametrize(
    "condition",
    ["(" * 95 + "rivalry > 0.4" + ")" * 95, "not " * 195 + "rivalry > 0.4", "rivalry / norm > 1"],
)
@pytest.mark.filterwarnings("error")
def test_a_condition_as_long_as_allowed_is_answered(done, condition):
    assert main(["ask", str(done), condition, "--json"]) == 0


def test_no_command_waits_for_a_pipe(crossroads, tmp_path):
    os.mkfifo(tmp_path / "manifest.json")
    answer = crossroads("summary", str(tmp_path))
    assert (answer.code, answer.out) == (2, "")
    assert "regular file" in answer.err
