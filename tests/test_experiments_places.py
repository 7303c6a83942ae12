"""Folders of results that are none: places that cannot be written, manifests that were edited."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from experiments import run

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
        ("file", "file: no place for results (File exists)"),
        ("file/out", "out: no place for results (Not a directory)"),
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
