"""Any name of a folder or scenario gives the same numbers, whoever reads them."""

from __future__ import annotations

import shutil
from io import StringIO

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from experiments import load, run
from experiments.answers.query import ask
from experiments.answers.summary import summarised
from experiments.batch.precision import measured
from experiments.design.asked import Precision
from experiments.design.naming import fault_of_name
from experiments.export.files import export
from experiments.results.cells import Cells, numbers
from scenarios.quarters import parse_quarter

PLACES = [
    *("scenario=calm", "world=3/state=UZB", "quarter=2030-10-01", "influence/scenario=calm"),
    *("res[1]", "res*", "r?s", "{a,b}", "[!r]es", "a%20b", 'it\'s "so"', "~", "-x", "a:b", "ü ✓"),
    *("file:", ".hidden", "_private", "a\\b", "**", "$HOME", "#1", "a=b=c", "null", "2030"),
]
"""Folders whose names are patterns, values, addresses or options to one reader or another."""
KEYS = ["scenario", "quarter", "state", "power"]


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """Results of two scenarios, one of an odd name, whose numbers differ."""
    at = tmp_path_factory.mktemp("names")
    files = [at / "calm.yaml", at / "it's ü 2030.yaml"]
    files[0].write_text("title: Calm\nextends: frozen_ukraine\n")
    files[1].write_text("title: Dear\ndrivers: {oil_price: {2025-Q4: inherited, 2026-Q1: 1.4}}\n")
    span = {"until": "2026-Q4", "record_from": "2026-Q1", "workers": 1}
    return run(*files, worlds=6, out=at / "plain", **span).folder.local


def read(folder):
    """What each reader makes of a folder's influence."""
    results = load(folder)
    table = results.influence.astype(dict.fromkeys(KEYS, str))
    found = summarised(results)
    names = results.scenarios
    precision = Precision(0.1, "share:UZB:CHN")
    exported = folder.parent / "exported"
    list(export(results, exported, ["csv", "parquet"]))
    return {
        "table": table.to_csv(),
        "dataset": results.dataset("influence").to_table().to_pandas().to_csv(),
        "bands": results.bands("share").to_csv(),
        "band": results.bands("share", scenario="calm", state="UZB", power="CHN").to_csv(),
        "numbers": {name: numbers(results, name, Cells("share")).tolist() for name in names},
        "summary": {key: found[key] for key in ("scenarios", "leaders", "outcomes")},
        "precision": measured(results.folder, names, parse_quarter("2026-Q4"), 1, precision),
        "question": ask(results, "share CHN > RUS in UZB at 2026-Q4").text,
        "exported": {path.name: path.read_bytes() for path in exported.glob("*[!ny].*v")},
        "exported as Parquet": pd.read_parquet(exported / "influence.parquet").to_csv(),
    }


@pytest.fixture(scope="module")
def wanted(plain):
    return read(plain)


@pytest.mark.parametrize("place", PLACES)
def test_a_folder_of_any_name_gives_the_numbers_that_it_holds(plain, wanted, tmp_path, place):
    for near in ("res1", "res2", "ras", "tes", "a", "b"):  # what its name would find as a pattern
        shutil.copytree(plain / "influence", tmp_path / near / "r/influence")
    found = read(shutil.copytree(plain, tmp_path / place / "r"))
    for reader, made in found.items():
        assert made == wanted[reader], reader


def test_all_readers_say_what_pyarrow_says_of_files_that_are_named_one_by_one(plain, wanted):
    frames = []
    for part in sorted((plain / "influence").rglob("*.parquet")):
        with part.open("rb") as file:
            frames.append(pq.read_table(file).to_pandas())
        frames[-1].insert(0, "scenario", part.parent.name.removeprefix("scenario="))
    whole = pd.concat(frames).astype(dict.fromkeys(KEYS, str))
    for reader in ("table", "dataset", "exported as Parquet", "influence.csv"):
        text = wanted.get(reader) or wanted["exported"][reader].decode()
        frame = pd.read_csv(StringIO(text), dtype=dict.fromkeys(KEYS, str))
        by = [*KEYS, "world"]
        pd.testing.assert_series_equal(
            frame.set_index(by)["share"].sort_index().astype(float),
            whole.set_index(by)["share"].sort_index().astype(float),
            rtol=1e-6,
            check_index_type=False,
        )
    bands = pd.read_csv(StringIO(wanted["bands"]), dtype=dict.fromkeys(KEYS, str))
    medians = whole.groupby(KEYS)["share"].median()
    pd.testing.assert_series_equal(
        bands.set_index(KEYS)["q50"].sort_index().astype(float),
        medians.sort_index().astype(float),
        check_names=False,
        check_index_type=False,
        rtol=1e-6,
    )
    for name, held in wanted["numbers"].items():
        own = whole.loc[whole["scenario"] == name, "share"].tolist()
        assert [x for q in held for s in q for p in s for x in p] == pytest.approx(own)


@settings(max_examples=150)
@given(st.text(st.sampled_from("aeftnuxNAT0123456789-+._:, '()#~&"), min_size=1, max_size=10))
@example("2030_dear_oil")
@example("2030-01-01 dear")
@example("_1")
@example("e5")
def test_a_name_that_results_can_bear_is_text_to_all_that_the_page_names(tmp_path_factory, name):
    assume(not fault_of_name(name))
    folder = tmp_path_factory.mktemp("borne") / "influence"
    (folder / f"scenario={name}").mkdir(parents=True)
    pq.write_table(pa.table({"share": [0.5]}), folder / f"scenario={name}/block-00000.parquet")
    csv = folder / "table.csv"
    pd.DataFrame({"scenario": [name, name]}).to_csv(csv, index=False)
    assert pd.read_csv(csv)["scenario"].tolist() == [name, name]
    assert pl.read_csv(csv, try_parse_dates=True)["scenario"].to_list() == [name, name]
    csv.unlink()
    assert pd.read_parquet(folder)["scenario"].tolist() == [name]
    assert pl.scan_parquet(folder, hive_partitioning=True).collect()["scenario"].to_list() == [name]
    read = duckdb.read_parquet(f"{folder}/*/*.parquet", hive_partitioning=True)
    assert read.project("scenario").fetchall() == [(name,)]


@pytest.mark.parametrize(
    "name",
    [
        *("2030", "1e3", "-5", "0x1F", "001", "2026-01-01", "2026-01-01 12:00", "1_000", "5i"),
        *("NA", "null", "NaN", "None", "nil", "true", "False", "T", "inf", "-infinity", "epoch"),
        *("=SUM(A1)", "+plus", "-minus", "@cmd", " space", "a=b", "a%41", "x\\y", "٢٠٣٠"),
    ],
)
def test_a_name_that_another_program_takes_for_something_else_is_refused(
    crossroads, tmp_path, name
):
    path = tmp_path / f"{name}.yaml"
    path.write_text("title: Odd\n")
    code, out, err = crossroads("run", path, "--worlds", 2, "--out", tmp_path / "out")
    assert (code, out) == (2, "")
    assert f"'{name}': rename the file" in err
    assert err.count("\n") == 1
    assert not (tmp_path / "out").exists()
