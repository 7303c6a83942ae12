"""Folders of results that are none: places that cannot be written, manifests that were edited."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from experiments import run
from experiments.batch.differing import differences

SMALL = ("--until", "2002-Q4", "--record-from", "2002-Q1", "--workers", "1")
TWO = ("baseline", "frozen_ukraine")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("places") / "out"
    run(*TWO, worlds=4, out=place, until="2002-Q4", record_from="2002-Q1", workers=1)
    return place


@pytest.fixture
def copy(folder, tmp_path):
    return shutil.copytree(folder, tmp_path / "out")


@pytest.mark.parametrize(
    ("out", "message"),
    [
        ("file", "file: a file; expected a folder"),
        ("file/out", "file is a file; expected a folder"),
        ("/proc/out", "/proc/out: no place for results (No such file or directory)"),
        ("x" * 300, "x: cannot be reached (File name too long)"),
        ("http://127.0.0.1:9/out", "out: cannot be reached ("),
    ],
)
def test_a_place_that_cannot_be_written_is_refused_in_one_line(
    crossroads, tmp_path, monkeypatch, out, message
):
    monkeypatch.chdir(tmp_path)
    Path("file").write_text("precious")
    answer = crossroads("run", "baseline", "--worlds", 2, "--out", out, *SMALL)
    assert (answer.code, answer.out) == (2, "")
    assert message in answer.err
    assert len(answer.err.splitlines()) == 1
    assert [each.name for each in tmp_path.iterdir()] == ["file"]
    assert Path("file").read_text() == "precious"


@pytest.mark.parametrize(
    "words",
    [
        *(("summary",), ("questions",), ("rerun",), ("report",), ("plot",)),
        ("replay", "--scenario", "baseline", "--world", 0),
        ("export", "--to", "elsewhere"),
        ("ask", "share:KAZ:CHN > 0.5"),
        ("compare", "baseline", "frozen_ukraine"),
        ("explain", "--scenario", "baseline", "--state", "KAZ"),
    ],
)
def test_a_manifest_that_was_edited_is_refused_in_one_line(crossroads, copy, words, monkeypatch):
    monkeypatch.chdir(copy.parent)
    path = copy / "manifest.json"
    path.write_text(path.read_text().replace('"seed": 0', '"seed": 1'))
    there = sorted(copy.parent.rglob("*"))
    changed = "changed since it was written (its checksum is not of what it says)"
    answer = crossroads(words[0], copy, *words[1:])
    assert answer == (2, "", f"{path}: {changed}\n")
    assert sorted(copy.parent.rglob("*")) == there


def test_a_run_into_a_folder_with_an_edited_manifest_is_refused(crossroads, copy):
    path = copy / "manifest.json"
    path.write_text(path.read_text().replace('"seed": 0', '"seed": 1'))
    words = ("run", *TWO, "--worlds", 4, "--seed", 1, "--out", copy, *SMALL)
    answer = crossroads(*words)
    assert (answer.code, answer.out) == (2, "")
    assert "changed since it was written" in answer.err


MINE = "title: Mine\nextends: baseline\ndrivers:\n  oil_price: {{2002-Q1: {price}}}\nevents:\n"
UNREST = "  - {{type: unrest, quarter: 2002-Q2, state: KGZ, probability: {chance}}}\n"


def test_a_run_after_an_event_was_changed_names_it_its_key_and_what_to_do(
    crossroads, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    words = ("run", "mine.yaml", "--worlds", 2, "--out", "mine", *SMALL)
    mine = Path("mine.yaml")
    mine.write_text((MINE + UNREST).format(price=0.5, chance=0.5))
    assert crossroads(*words).code == 0
    mine.write_text((MINE + UNREST).format(price=0.5, chance=0.9))
    where = "mine holds another batch: scenarios.mine"
    todo = "choose another --out, or remove that folder to run it anew\n"
    unrest = f"{where}.events, unrest KGZ 2002-Q2: probability 0.5 there, 0.9 here; {todo}"
    assert crossroads(*words) == (2, "", unrest)
    mine.write_text((MINE + UNREST).format(price=0.75, chance=0.5))
    told = crossroads(*words).err
    assert told.startswith(f"{where}.drivers.oil_price, 2002-Q1: 0.5 there, 0.75 here (and ")
    mine.write_text(MINE.format(price=0.5) + "  - {type: unrest, quarter: 2002-Q3, state: UZB}\n")
    told = crossroads(*words).err
    assert "events: unrest KGZ 2002-Q2 only there; " in told
    assert "events: unrest UZB 2002-Q3 only here; " in told


def test_tables_of_numbers_that_differ_name_the_first_and_count_the_others():
    old, new = ({"low": [0.1, float("nan"), 3, value]} for value in (4, 5))
    assert list(differences({"a": old}, {"a": new})) == ["a.low, number 4: 4.0 there, 5.0 here"]
    path = [[[0.0] * 5] * 4] * 2, [[[0.0] * 5] * 4, [[0.0] * 5, *[[1.0] * 5] * 3]]
    old, new = ({"drivers": {"basing_consent": each}} for each in path)
    assert list(differences({"s": old}, {"s": new})) == [
        "s.drivers.basing_consent, CHN KAZ 2000-Q2: 0.0 there, 1.0 here (and 14 more numbers of it)"
    ]
    swapped = {"events": [{"type": "a"}, {"type": "b"}]}, {"events": [{"type": "b"}, {"type": "a"}]}
    assert list(differences(*swapped)) == ["events: the same, in another order or number"]


@pytest.mark.parametrize("place", ["influence", "region/scenario=baseline", ".working"])
@pytest.mark.parametrize("link", [False, True])
def test_a_file_where_a_folder_belongs_is_named_and_left_alone(crossroads, copy, place, link):
    path = copy / place
    shutil.rmtree(path, ignore_errors=True)
    path.symlink_to("nowhere") if link else path.write_text("precious")
    code, out, err = crossroads("run", *TWO, "--worlds", 4, "--out", copy, *SMALL)
    assert (code, out) == (2, "")
    assert err == f"{path}: a file lies where a folder of the results belongs; move it away\n"
    assert path.is_symlink() or path.read_text() == "precious"


@pytest.mark.parametrize("words", [("run", "baseline", "--out"), ("summary",), ("rerun",)])
def test_a_folder_without_a_name_is_none(crossroads, tmp_path, monkeypatch, words):
    monkeypatch.chdir(tmp_path)
    code, out, err = crossroads(*words, "")
    assert (code, out, err) == (2, "", "'': expected a name that a file can have\n")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["~here", "it's a [place]*", "tr//", "there/../here", "ünï=?"])
def test_a_folder_of_any_name_is_written_and_read_by_all_readers(
    crossroads, tmp_path, monkeypatch, name
):
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        assert crossroads("run", "baseline", "--worlds", 2, "--out", name, *SMALL).code == 0
    assert crossroads("summary", name).code == 0
    assert crossroads("rerun", name, "--workers", 1).out == "identical: the one block\n"
    assert crossroads("export", name, "--to", f"{name}-whole", "--format", "csv,parquet").code == 0
    assert Path(f"{name}-whole/influence.csv").is_file()
