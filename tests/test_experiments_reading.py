"""Reading results back: parts of tables, bands, labelled arrays, other tools, exports."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import duckdb
import numpy as np
import openpyxl
import pandas as pd
import pytest

from experiments import load, run
from experiments.batch.precision import measured
from experiments.design.asked import Precision
from experiments.errors import BadInput
from experiments.export.files import export
from experiments.export.package import page_of_columns
from experiments.results import manifest
from experiments.results.moments import wilson
from experiments.results.reading import by_period
from experiments.store.columns import TABLES
from scenarios.quarters import parse_quarter

TWO = ("baseline", "frozen_ukraine")
WORLDS = 300


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reading") / "out"
    return run(*TWO, worlds=WORLDS, out=folder, workers=1, until="2005-Q4", record_from="2002-Q1")


def test_a_whole_table_is_a_frame(results):
    frame = results.states
    assert len(frame) == 2 * 16 * 5 * WORLDS
    assert list(frame.columns) == ["scenario", "world", "quarter", "state", *TABLES["states"].names]
    assert frame["quarter"].min() == pd.Timestamp("2002-01-01")
    assert not frame.isna().any().any()


def test_rows_are_selected_by_scenario_state_power_and_quarter(results):
    frame = results.table(
        "influence",
        scenario="frozen_ukraine",
        state=["KAZ", "UZB"],
        power="CHN",
        quarter=slice("2003-Q2", "2004"),
        columns=["share"],
    )
    assert len(frame) == WORLDS * 2 * 7
    assert set(frame["scenario"]) == {"frozen_ukraine"}
    assert set(frame["state"]) == {"KAZ", "UZB"}
    assert set(frame["power"]) == {"CHN"}
    assert frame["quarter"].max() == pd.Timestamp("2004-10-01")
    assert list(frame.columns) == ["scenario", "world", "quarter", "state", "power", "share"]


def test_a_selection_reads_only_the_files_it_needs(results):
    opened = results.dataset("region", scenario="baseline").files
    assert len(opened) == 2
    assert all("scenario=baseline" in path for path in opened)


@pytest.mark.parametrize(
    ("selection", "message"),
    [
        ({"scenario": "frozen"}, "no scenario 'frozen' here; did you mean 'frozen_ukraine'"),
        ({"state": "KZH"}, "unknown state 'KZH'"),
        ({"power": "RUS"}, "table 'states' has no power"),
        ({"quarter": "soon"}, "'soon' is not a quarter"),
    ],
)
def test_a_wrong_selection_is_one_clear_line(results, selection, message):
    with pytest.raises(BadInput, match=message):
        results.table("states", **selection)
    with pytest.raises(BadInput, match=message):
        results.bands("threat", **selection)


def test_bands_are_the_quantiles_over_worlds(results):
    bands = results.bands("share", scenario="baseline", state="KAZ", power="RUS")
    assert len(bands) == 16
    frame = results.table("influence", scenario="baseline", state="KAZ", power="RUS")
    shares = frame.groupby("quarter")["share"]
    wanted = pd.DataFrame({level: shares.quantile(level) for level in (0.05, 0.5, 0.95)})
    np.testing.assert_allclose(bands[["q05", "q50", "q95"]], wanted, rtol=1e-6)
    np.testing.assert_allclose(bands["mean"], shares.mean(), rtol=1e-5)
    assert set(bands["n"]) == {WORLDS}


def test_quarters_become_periods(results):
    frame = by_period(results.table("region", scenario="baseline", columns=["norm"]))
    assert len(frame.loc["2003Q3"]) == WORLDS
    assert len(frame.loc["2003"]) == 4 * WORLDS
    assert len(results.quarters()) == 16


def test_a_table_becomes_labelled_arrays(results):
    arrays = results.to_xarray("influence", quarter="2005-Q4")
    assert list(arrays.sizes) == ["scenario", "quarter", "state", "power", "world"]
    assert arrays["share"].shape == (2, 1, 5, 4, WORLDS)
    frame = results.table(
        "influence", scenario="baseline", state="TJK", power="CHN", quarter="2005-Q4"
    )
    picked = arrays["share"].sel(
        scenario="baseline", state="TJK", power="CHN", quarter="2005-10-01"
    )
    np.testing.assert_array_equal(picked.to_numpy().ravel(), frame["share"])


def test_worlds_say_what_varied(results):
    worlds = results.worlds
    assert worlds["world"].tolist() == list(range(WORLDS))
    assert worlds["replicate"].tolist() == list(range(WORLDS))
    assert (worlds.filter(like="domain_weight.").sum(axis=1).sub(1).abs() < 1e-9).all()


def test_duckdb_and_pandas_read_the_folder_as_it_is(results):
    place = f"{results.folder.address}/region"
    frame = pd.read_parquet(place)
    assert set(frame["scenario"]) == set(TWO)
    read = duckdb.read_parquet(f"{place}/*/*.parquet", hive_partitioning=True)
    assert len(read.df()) == len(frame)


def test_what_is_no_results_folder_is_refused(tmp_path):
    with pytest.raises(BadInput, match="not a results folder"):
        load(tmp_path)


@pytest.mark.parametrize("name", ["region/scenario=baseline/block-00001.parquet", "worlds.parquet"])
def test_a_folder_that_lost_a_file_is_refused_by_name(results, tmp_path, name):
    for harm in (Path.unlink, lambda path: path.write_bytes(path.read_bytes()[:-9])):
        copy = shutil.copytree(results.folder.local, tmp_path / harm.__name__)
        harm(copy / name)
        with pytest.raises(BadInput, match=f"{name} is missing or damaged; the same"):
            load(copy)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"inputs": None}, "changed since it was written"),
        ({"blocks": []}, "changed since it was written"),
        ({"times": {}}, "changed since it was written"),
        ({"checksum": None}, "changed since it was written"),
        ({"inputs": {"layout": 99}}, "layout 99 of another version"),
    ],
)
def test_a_manifest_that_was_changed_is_refused(results, tmp_path, change, message):
    (tmp_path / "manifest.json").write_text(json.dumps(results.manifest | change))
    with pytest.raises(BadInput, match=rf"manifest\.json: {message}"):
        load(tmp_path)


@pytest.mark.parametrize("text", ["", "[1]", "null", "7", "[" * 100_000, "{", "{}", "\xff"])
def test_a_manifest_that_is_none_is_refused(tmp_path, text):
    (tmp_path / "manifest.json").write_text(text, encoding="latin-1")
    with pytest.raises(BadInput, match=r"manifest\.json: damaged, or no manifest of results"):
        load(tmp_path)


def test_names_with_any_sign_are_read_back(tmp_path):
    path = tmp_path / "it's ü.yaml"
    path.write_text("title: T\nsummary: S.\ntheme: War in Ukraine\nextends: baseline\n")
    found = run(path, worlds=2, until="2024-Q1", out=tmp_path / "it's", workers=1)
    assert set(found.bands("share")["scenario"]) == {"it's ü"}
    with pytest.raises(BadInput, match=r"rename the file: expected .* none of % \* ="):
        run(path.rename(tmp_path / "a=b.yaml"), worlds=2, out=tmp_path / "other", workers=1)


def test_every_year_has_sums_of_flows_and_levels_of_stocks(results, tmp_path):
    span = {"until": "2005-Q4", "record_from": "2002-Q1", "every": "year"}
    years = run("baseline", worlds=3, out=tmp_path / "years", workers=1, **span).states
    quarters = results.table("states", scenario="baseline")
    quarters = quarters[quarters["world"] < 3]
    keys = ["world", "state", quarters["quarter"].dt.year.rename("year")]
    grouped = quarters.groupby(keys, observed=True)
    years = years.groupby(
        ["world", "state", years["quarter"].dt.year.rename("year")], observed=True
    )
    pd.testing.assert_series_equal(years["incidents"].sum(), grouped["incidents"].sum())
    pd.testing.assert_series_equal(years["threat"].last(), grouped["threat"].last())
    assert len(results.quarters()) == 4 * len(load(tmp_path / "years").quarters())


def test_wilson_intervals_are_those_of_the_book():
    assert wilson(7, 100) == pytest.approx((0.0343, 0.1375), abs=5e-4)
    assert wilson(0, 0) == (0, 1)


def test_exports_hold_the_same_numbers(results, tmp_path):
    paths = list(export(results, tmp_path / "out"))
    assert {path.name for path in paths} >= {"influence.csv", "results.xlsx", "datapackage.json"}
    whole = results.region
    for frame in (
        pd.read_csv(tmp_path / "out/region.csv"),
        pd.read_parquet(tmp_path / "out/region.parquet"),
    ):
        assert len(frame) == len(whole)
        np.testing.assert_allclose(frame["rivalry"].sum(), whole["rivalry"].sum(), rtol=1e-5)
    sheets = openpyxl.load_workbook(tmp_path / "out/results.xlsx", read_only=True)
    assert sheets.sheetnames[:2] == ["about", "changes"]
    about = dict(sheets["about"].iter_rows(min_row=2, values_only=True))
    sheets.close()
    cited = (tmp_path / "out/CITATION.txt").read_text()
    assert about["citation"] == cited.strip()
    assert cited.startswith("The Crossroads authors (2026). Crossroads: an agent-based model")
    assert about["scenario baseline"] == "A long war in Ukraine"
    assert about["seed"] == "0"


def test_excel_goes_by_the_name_of_its_files_too(results, tmp_path):
    written = {path.name for path in export(results, tmp_path / "out", ["xlsx"])}
    assert written == {"results.xlsx", "datapackage.json", "CITATION.txt"}


def test_the_data_package_describes_every_column(results, tmp_path):
    list(export(results, tmp_path / "out", ["csv"]))
    package = json.loads((tmp_path / "out/datapackage.json").read_text())
    for resource in package["resources"]:
        head = pd.read_csv(tmp_path / "out" / resource["path"], nrows=50)
        fields = resource["schema"]["fields"]
        assert [field["name"] for field in fields] == list(head.columns)
        for field in (each for each in fields if each["type"] == "number"):
            assert field["unit"]
            assert field["description"]
            least = field.get("constraints", {"minimum": -1})["minimum"]
            assert (head[field["name"]] >= least - 1e-6).all()


def test_the_page_on_results_lists_the_columns_as_exports_describe_them():
    page = (Path(__file__).parents[1] / "docs/results.md").read_text()
    assert page_of_columns() in page, "paste experiments.export.package.page_of_columns() there"


def test_exports_do_not_overwrite(results, tmp_path):
    (tmp_path / "mine.txt").write_text("precious")
    with pytest.raises(BadInput, match="not empty"):
        list(export(results, tmp_path))
    with pytest.raises(BadInput, match="unknown format 'exel'; did you mean 'excel'"):
        list(export(results, tmp_path / "out", ["exel"]))


def test_numbers_lie_in_the_ranges_that_columns_promise(results):
    for table in TABLES:
        frame = getattr(results, table)
        for column in TABLES[table].columns:
            assert frame[column.name].min() >= column.low, column.name
            if column.high is not None:
                assert frame[column.name].max() <= column.high, column.name


def test_bands_count_the_worlds_of_forty_blocks(tmp_path):
    """The numbers do not matter here, so blocks are copies of one."""
    out = tmp_path / "out"
    results = run(
        "baseline", worlds=256, out=out, workers=1, until="2011-Q4", record_from="2000-Q1"
    )
    kept = dict(results.manifest)
    part = out / "influence/scenario=baseline/block-00000.parquet"
    first = kept["blocks"][0]
    for block in range(1, 40):
        shutil.copy(part, part.with_name(f"block-{block:05d}.parquet"))
        names = {f"influence/scenario=baseline/block-{block:05d}.parquet": ""}
        kept["blocks"].append({**first, "block": block, "files": names})
    manifest.write(results.folder, kept)
    results = load(out)
    bands = results.bands("share")
    assert len(bands) == 48 * 20
    assert set(bands["n"]) == {40 * 256}


def test_an_outcome_that_no_world_has_is_not_known_precisely(results):
    def width(quarter):
        return measured(results.folder, list(TWO), parse_quarter(quarter), 2, Precision(0.1))

    assert 0 < width("2005-Q4") < 1
    assert width("2010-Q4") == float("inf")
