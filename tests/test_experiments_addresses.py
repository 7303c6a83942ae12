"""What people may name, and what is never replaced: one reading of addresses for all."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from experiments import load, run
from experiments.addresses import MADE_BY, OURS, file_for, folder_for
from experiments.errors import BadInput
from experiments.export.files import export
from experiments.figures.style import new_figure, save
from experiments.report.build import build
from experiments.store.columns import TABLES
from experiments.store.folder import FAILURES, WORKING, WORLDS, Folder

SPAN = {"until": "2000-Q3", "record_from": "2000-Q1", "workers": 1, "worlds": 2}


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A home folder, and another to stand in."""
    (tmp_path / "home").mkdir()
    (tmp_path / "here").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "home"


@pytest.fixture
def folder(early, tmp_path):
    """A results folder of its own."""
    return shutil.copytree(early.folder.local, tmp_path / "results")


@pytest.mark.slow
def test_a_tilde_is_the_home_folder_for_python_and_commands_alike(crossroads, home):
    run("baseline", out="~/python", **SPAN)
    words = ("--until", "2000-Q3", "--record-from", "2000-Q1", "--workers", 1, "--worlds", 2)
    assert crossroads("run", "baseline", "--out", "~/typed", *words).code == 0
    assert load("~/python").size == load(Path("~/typed")).size == 2
    assert crossroads("summary", "~/typed").code == 0
    assert crossroads("report", "~/typed", "--to", "~/page.html").code == 0
    assert crossroads("export", "~/typed", "--to", "~/tables", "--small").code == 0
    assert crossroads("plot", "~/typed", "influence", "--to", "~/drawn").code == 0
    assert crossroads("show", "baseline", "--to", "~/shown.png").code == 0
    shutil.copy(Path(__file__).parents[1] / "scenarios/frozen_ukraine.yaml", home / "mine.yaml")
    assert crossroads("check", "~/mine.yaml").code == 0
    assert crossroads("show", "mine", "--scenarios", "~", "--to", "~/mine.svg").code == 0
    assert {each.name for each in home.iterdir()} >= {
        *("python", "typed", "page.html", "tables", "drawn", "shown.png", "mine.svg"),
    }
    assert list(Path().iterdir()) == []


@pytest.mark.parametrize("given", ["s3:/bucket/x", "a\0b", "", "\ud800"])
def test_an_address_that_means_nothing_is_refused_by_all_that_take_one(home, early, given):
    for attempt in (
        lambda: run("baseline", out=given, **SPAN),
        lambda: load(given),
        lambda: list(export(early, given)),
        lambda: build(early, f"{given}.html" if given else given),
        lambda: run("baseline", parameters=given, **SPAN),
        lambda: run("baseline", design=f"{given}.csv" if given else given, **SPAN),
        lambda: run("baseline", folders=(given,), **SPAN),
    ):
        with pytest.raises(ValueError, match=r"\S") as told:
            attempt()
        assert "\n" not in str(told.value)
    assert [*home.iterdir(), *Path().iterdir()] == []


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("file", "a file; expected a folder"),
        ("file/below", "file is a file; expected a folder"),
        ("link", "gone, which is not there"),
        ("link/below", "gone, which is not there"),
    ],
)
def test_what_is_no_folder_is_said_to_be_none(crossroads, early, tmp_path, name, said):
    (tmp_path / "file").write_text("x")
    (tmp_path / "link").symlink_to(tmp_path / "gone")
    words = ("--until", "2000-Q3", "--record-from", "2000-Q1", "--workers", 1, "--worlds", 2)
    place, read = tmp_path / name, early.folder.address
    for command in (
        ("run", "baseline", "--out", place, *words),
        ("export", read, "--to", place),
        ("plot", read, "influence", "--to", place),
        ("report", read, "--to", place / "page.html"),
        ("tune", "--out", place),
        ("backtest", "--out", place),
    ):
        code, out, err = crossroads(*command)
        assert (code, out, err.count("\n")) == (2, "", 1), command
        assert said in err
    assert (tmp_path / "file").read_text() == "x"
    assert not (tmp_path / "gone").exists()


@pytest.mark.slow
def test_a_report_is_a_page_and_replaces_none_but_its_own(crossroads, folder, tmp_path):
    mine = tmp_path / "mine.yaml"
    mine.write_text("title: Mine\n")
    page = tmp_path / "notes.html"
    page.write_text("<!DOCTYPE html><p>mine")
    for to, said in (
        (mine, "expected a name that ends in .html or .htm"),
        (folder / "manifest.json", "expected a name that ends in .html or .htm"),
        (page, f"there already, and not made by {MADE_BY}"),
        (folder / "influence/page.html", "lies in the results folder"),
    ):
        code, out, err = crossroads("report", folder, "--to", to)
        assert (code, out, err.count("\n")) == (2, "", 1)
        assert said in err
    assert (mine.read_text(), page.read_text()) == ("title: Mine\n", "<!DOCTYPE html><p>mine")
    again = tmp_path / "page.htm"
    assert [crossroads("report", folder, "--to", again).code for _ in range(2)] == [0, 0]
    assert crossroads("summary", folder).code == 0


@pytest.mark.parametrize("ending", ["png", "svg", "pdf"])
def test_a_figure_replaces_figures_of_its_kind_alone(tmp_path, ending):
    figure = new_figure(1, 1)
    path = tmp_path / f"mine.{ending}"
    for _ in range(2):
        assert save(figure, tmp_path, "mine", (ending,)) == [path]
    path.write_bytes(b"a picture of my own")
    with pytest.raises(BadInput, match=r"mine\.\w+: there already, and not made by Crossroads"):
        save(figure, tmp_path, "mine", (ending,))
    assert path.read_bytes() == b"a picture of my own"


def test_nothing_is_written_among_the_files_of_another_results_folder(folder, tmp_path):
    other = shutil.copytree(folder, tmp_path / "other")
    for place in (folder / "influence/new", other / "figures", other / "states/x"):
        with pytest.raises(BadInput, match="lies in the results folder"):
            folder_for(place, own=folder)
    with pytest.raises(BadInput, match="lies in the results folder"):
        file_for(other / "report.html", (".html",), own=folder)
    with pytest.raises(BadInput, match="lies in the results folder"):
        run("baseline", out=folder / "again", **SPAN)
    assert folder_for(folder / "figures", own=folder) == folder / "figures"
    assert {*TABLES, WORLDS, FAILURES, WORKING, "manifest.json"} <= OURS


def test_addresses_elsewhere_stay_as_they_are_and_lost_signs_are_told():
    assert Folder("memory://x").address == "memory://x"
    assert Folder("memory://x").local is None
    assert Folder("file:///a/b").local == Path("/a/b")
    with pytest.raises(BadInput, match="expected 's3://bucket/x'"):
        Folder(str(Path("s3://bucket/x")))
