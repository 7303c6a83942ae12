"""Selecting rows of results: quarters, years, worlds, and the order of labels."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from experiments import run
from experiments.errors import BadInput


def test_a_year_is_all_its_recorded_quarters(outcomes, tmp_path):
    found = run("baseline", worlds=2, until="2001-Q4", record_from="2000-Q1",
                tables=("region",), out=tmp_path / "r", workers=1)  # fmt: skip
    assert len(found.table("region", quarter="2001")) == 4 * len(
        found.table("region", quarter="2001-Q3")
    )
    yearly = outcomes.table("region", quarter=[2025, "2030"], columns=["norm"])
    assert sorted({each.date().isoformat() for each in yearly["quarter"]}) == [
        "2025-10-01",
        "2030-10-01",
    ]


@pytest.mark.parametrize(
    ("quarter", "said"),
    [
        ("2030-Q3", "no quarter of 2030-Q3 is recorded here; 2000-Q4 to 2035-Q4 are"),
        (slice("2036-Q1", "2038"), "no quarter of 2036-Q1 to 2038-Q4 is recorded here; 2000-Q4"),
        (slice("2030", "2020"), "2030-Q1 to 2020-Q4: expected the first quarter before the last"),
    ],
)
def test_quarters_that_are_not_there_are_refused(outcomes, quarter, said):
    for read in (outcomes.table, outcomes.to_xarray):
        with pytest.raises(BadInput, match=said):
            read("region", quarter=quarter)
    with pytest.raises(BadInput, match=said):
        outcomes.bands("rivalry", quarter=quarter)


def test_worlds_are_selected_by_number_and_only_their_files_are_read(tmp_path):
    found = run("baseline", worlds=300, until="2000-Q2", record_from="2000-Q1",
                tables=("region",), out=tmp_path / "r", workers=1)  # fmt: skip
    whole = found.table("region", columns=["norm"])
    some = found.table("region", world=np.array([299, 3]), columns=["norm"])
    held = whole[whole["world"].isin([3, 299])].reset_index(drop=True)
    pd.testing.assert_frame_equal(some, held)
    assert found.files("region", world=299) == found.files("region")[1:]
    assert found.bands("norm", world=7)["n"].tolist() == [1, 1]
    assert found.to_xarray("region", world=range(2)).sizes["world"] == 2
    for world, said in ((300, "no world 300 here: they are 0 to 299"), ("a", "a world's number")):
        with pytest.raises(BadInput, match=said):
            found.table("region", world=world)


def test_labels_have_the_same_order_and_kind_in_tables_bands_and_arrays(outcomes):
    table = outcomes.table("influence", quarter=2030, columns=["share"])
    bands = outcomes.bands("share", quarter=2030)
    arrays = outcomes.to_xarray("influence", quarter=2030)
    for key in ("scenario", "state", "power"):
        order = list(dict.fromkeys(table[key]))
        assert list(dict.fromkeys(bands[key])) == list(arrays[key].values) == order
        assert bands[key].dtype == table[key].dtype
    assert bands["quarter"].dtype == table["quarter"].dtype
