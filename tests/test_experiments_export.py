"""Exports of a part of a folder, and how large they are."""

from __future__ import annotations

import resource
import subprocess
import sys

import openpyxl
import pandas as pd
import pytest

from experiments import run
from experiments.commands import results as commands
from experiments.export.files import export
from experiments.results.reading import load

PART = ("--scenario", "baseline", "--state", "KZ", "--state", "Tajikistan", "--from", "2030")


@pytest.fixture(scope="module")
def folder(outcomes):
    return outcomes.folder.address


def test_a_part_holds_the_rows_that_python_selects(crossroads, folder, tmp_path):
    to = tmp_path / "part"
    words = (*PART, "--until", "2032", "--format", "csv,parquet")
    assert crossroads("export", folder, "--to", to, *words).code == 0
    asked = {"scenario": "baseline", "quarter": slice("2030", "2032")}
    whole = load(folder).table("influence", state=["KAZ", "TJK"], **asked)
    for part in (pd.read_csv(to / "influence.csv"), pd.read_parquet(to / "influence.parquet")):
        assert len(part) == len(whole) > 0
        assert part["share"].sum() == pytest.approx(whole["share"].sum(), rel=1e-5)
    assert len(pd.read_csv(to / "region.csv")) == len(load(folder).table("region", **asked))


@pytest.mark.slow
def test_small_tables_are_written_as_csv_as_in_the_workbook(crossroads, folder, tmp_path):
    to = tmp_path / "small"
    words = ("--small", *PART, "--format", "csv,excel")
    written = crossroads("export", folder, "--to", to, *words).out.split()
    bands = pd.read_csv(to / "influence_bands.csv")
    assert set(bands["state"]) == {"KAZ", "TJK"}
    assert set(bands["scenario"]) == {"baseline"}
    assert bands["quarter"].min() == "2030-10-01"
    leaders = pd.read_csv(to / "leaders.csv")
    assert set(leaders["state"]) == {"KAZ", "TJK"}
    sheets = openpyxl.load_workbook(to / "results.xlsx", read_only=True)
    assert sheets["leaders"].max_row == len(leaders) + 1
    assert sheets["influence bands"].max_row == len(bands) + 1
    sheets.close()
    assert not [each for each in written if each.endswith(("influence.csv", "worlds.csv"))]


def test_leaders_are_left_out_where_the_last_quarter_is(crossroads, folder, tmp_path):
    words = ("--small", "--until", "2030", "--format", "csv")
    crossroads("export", folder, "--to", tmp_path / "early", *words)
    assert not (tmp_path / "early" / "leaders.csv").exists()
    assert (tmp_path / "early" / "region_bands.csv").exists()


def test_the_size_of_what_is_written_is_told(crossroads, folder, tmp_path, monkeypatch):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setattr(commands, "LARGE", 1_000)
    answer = crossroads("export", folder, "--to", tmp_path / "out", "--format", "parquet")
    size = (tmp_path / "out" / "influence.parquet").stat().st_size
    (line,) = [each for each in answer.out.splitlines() if "influence.parquet" in each]
    assert line.endswith(f"  {size / 1e6:.1f} MB")
    assert answer.err.rpartition(" in ")[2].startswith(f"{tmp_path / 'out'}; --small")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--scenario", "basline"), "no scenario 'basline' here; did you mean 'baseline'?"),
        (("--state", "Kazakstan"), "unknown state 'Kazakstan'; did you mean 'Kazakhstan'?"),
        (("--from", "2036"), "no quarter of 2036-Q1 to 2040-Q4 is recorded here; 2000-Q4 to"),
        (("--small", "--format", "parquet"), "small tables are written as CSV or Excel"),
    ],
)
def test_what_a_folder_does_not_hold_is_refused_before_anything_is_written(
    crossroads, folder, tmp_path, words, said
):
    code, out, err = crossroads("export", folder, "--to", tmp_path / "out", *words)
    assert (code, out) == (2, "")
    assert err.startswith(said)
    assert not (tmp_path / "out").exists()


def limited():
    """Let the process to be started write no file larger than this: each stands for a full disk."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_disk_that_gives_way_is_one_line_and_no_part_of_a_file(folder, tmp_path, form):
    to = tmp_path / "to"
    command = [sys.executable, "-m", "experiments", "export", folder]
    command += ["--to", str(to), "--format", form]
    pipes = {"capture_output": True, "text": True, "check": False}
    done = subprocess.run(command, preexec_fn=limited, **pipes)  # noqa: PLW1510
    assert done.returncode == 1
    assert done.stderr == f"{to}/influence.{form}: File too large\n"
    assert list(to.iterdir()) == []


@pytest.mark.parametrize(
    "title", ["=1+1 growth", "+1", "-5 % a year", "@SUM(A1)", "#N/A", "=", "1", "TRUE"]
)
def test_what_a_person_wrote_is_text_in_every_cell_of_the_workbook(tmp_path, title):
    path = tmp_path / "growth.yaml"
    path.write_text(f"title: '{title}'\nextends: frozen_ukraine\n")
    results = run(path, worlds=2, until="2024-Q4", out=tmp_path / "out", workers=1)
    list(export(results, tmp_path / "to", ["excel"]))
    book = openpyxl.load_workbook(tmp_path / "to/results.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not {cell.data_type for cell in cells} & {"f", "e"}
    (told,) = (cell for cell in cells if cell.value == title)
    assert told.data_type == "s"


@pytest.mark.slow
def test_a_workbook_has_what_scenarios_change_with_spread_and_precision(outcomes, tmp_path):
    list(export(outcomes, tmp_path / "book", ["excel"], small=True, state="UZB"))
    frame = pd.read_excel(tmp_path / "book" / "results.xlsx", sheet_name="changes")
    assert set(frame["state"]) == {"region", "UZB"}
    assert set(frame["scenario"]) == {"frozen_ukraine", "afghanistan_instability"}
    row = frame[(frame["outcome"] == "rivalry") & (frame["scenario"] == "frozen_ukraine")].iloc[0]
    assert row["change_q05"] < row["mean_low"] < row["change"] < row["mean_high"]
    assert not any("probability" in column for column in frame.columns)
