"""From Python anything can be given: what is of the wrong kind is refused in one clear line."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from experiments import figures, load, run
from experiments.answers.comparison import compared
from experiments.answers.conditions import holding
from experiments.answers.explanation import explained
from experiments.answers.query import ask
from experiments.batch.dispatch import Compute
from experiments.batch.repeating import repeat
from experiments.errors import BadInput
from experiments.tuning.discover import discovered
from scenarios.counts import BOUNDS
from scenarios.scenario import Distribution

STRANGE = ("x", 3.5, True, [1], {"a": 1}, b"x", -1, object())
"""What no name, and no number of anything, can be."""


def kind(each):
    """The name of a test's case: the same in every process, which an object's own is not."""
    return type(each).__name__


def refused(call):
    """The one line that a call is refused with."""
    with pytest.raises(BadInput) as found:
        call()
    (line,) = str(found.value).splitlines()
    assert len(line) < 500
    return line


@pytest.mark.parametrize(
    ("keywords", "expected"),
    [
        ({"workers": "x"}, "--workers: expected a whole number, got 'x'"),
        ({"workers": 2.5}, "--workers: expected a whole number, got 2.5"),
        ({"workers": True}, "--workers: expected a whole number, got the boolean true"),
        ({"workers": -1}, "--workers: expected 1 or more, got -1"),
        ({"executor": 3}, "executor: expected one with submit(), got 3"),
        ({"tables": [["region"]]}, "--tables: expected a table, got a list"),
        ({"folders": [1]}, "folders: expected a folder, got 1"),
        ({"folders": b"x"}, "folders: expected a list, got 'b'x''"),
        ({"settings": "x"}, "settings: expected a mapping of parameters to values, got 'x'"),
        ({"tables": b"x"}, "--tables: expected a list, got 'b'x''"),
        ({"seed": None}, "--seed: expected a whole number, got nothing"),
    ],
)
def test_a_run_refuses_keywords_of_the_wrong_kind_and_writes_nothing(tmp_path, keywords, expected):
    place = tmp_path / "out"
    assert refused(lambda: run("baseline", out=place, **keywords)) == expected
    assert not place.exists()


def test_whole_numbers_of_numpy_are_whole_numbers(tmp_path):
    counts = {"worlds": np.int64(3), "seed": np.int32(1), "workers": np.int64(1)}
    found = run("baseline", until="2024-Q1", out=tmp_path / "out", **counts)
    assert (found.size, found.manifest["inputs"]["seed"]) == (3, 1)


@pytest.mark.parametrize(
    ("one", "same"),
    [
        ([2, 3], (2.0, np.float32(3))),
        (np.array([2.0, 3.0]), range(2, 4)),
        (Distribution("uniform", 2, np.int64(3)), {"low": 2, "high": 3.0}),
        (Fraction(5, 2), np.float64(2.5)),
        (Decimal("2.5"), 2.5),
    ],
    ids=kind,
)
def test_numbers_of_any_type_are_the_same_setting(tmp_path, one, same):
    short = {"until": "2024-Q1", "worlds": 2, "workers": 1, "out": tmp_path / "out"}
    first = run("baseline", settings={"loss_aversion": one}, **short)
    again = run("baseline", settings={"loss_aversion": same}, **short)
    assert first.manifest == again.manifest


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (Distribution("foo", 2.0, 3.0), "distribution"),
        (Distribution("uniform", 3.0, 2.0), "low (3) must lie below high (2)"),
        (Distribution("triangular", 2.0, 3.0, mode=9.0), "mode (9) must lie between 2 and 3"),
        (10**400, "inf is outside"),
    ],
    ids=["kind", "order", "mode", "huge"],
)
def test_a_setting_that_cannot_be_is_refused_and_nothing_written(tmp_path, given, expected):
    place = tmp_path / "out"
    assert expected in refused(
        lambda: run("baseline", settings={"loss_aversion": given}, out=place)
    )
    assert not place.exists()


def test_keywords_beside_an_experiment_file_are_looked_at_too(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text("scenarios: [baseline]\ntitle: Mine\n", encoding="utf-8")
    for keywords in ({"settings": "x"}, {"folders": [1]}, {"tables": 3}):
        said = refused(lambda given=keywords: run(file, out=tmp_path / "out", workers=1, **given))
        assert f"{next(iter(keywords))}: expected" in said
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("strange", STRANGE, ids=kind)
def test_readers_of_a_folder_refuse_what_is_no_name(outcomes, strange):
    for key in ("state", "power", "scenario", "quarter", "columns"):
        assert "expected" in refused(
            lambda name=key: outcomes.table("influence", **{name: strange})
        )
    for reader in (outcomes.table, outcomes.files, outcomes.dataset):
        assert "expected influence, states or region" in refused(lambda read=reader: read(strange))
    assert refused(lambda: outcomes.bands(strange)).startswith("unknown column")


@pytest.mark.parametrize("strange", ["x", True, None, [True], [], object()], ids=kind)
def test_quantiles_are_numbers_from_zero_to_one(outcomes, strange):
    line = refused(lambda: outcomes.bands("share", quantiles=strange))
    assert line.startswith("quantiles: expected numbers from 0 to 1 such as 0.05, got")


@pytest.mark.parametrize("strange", STRANGE, ids=kind)
def test_questions_and_figures_refuse_what_is_no_scenario(outcomes, strange):
    condition = "leader is CHN in UZB at 2035"
    for call in (
        lambda: holding(outcomes, condition, strange),
        lambda: compared(outcomes, strange, "baseline"),
        lambda: explained(outcomes, strange, "UZB"),
        lambda: ask(outcomes, condition, scenarios=[strange]),
        lambda: discovered(outcomes, condition, scenarios=strange),
        lambda: figures.domains(outcomes, scenario=strange),
    ):
        assert "expected baseline, frozen" in refused(call) or "expected a name" in refused(call)
    assert "expected KAZ, KGZ" in refused(lambda: explained(outcomes, "baseline", strange))


@pytest.mark.parametrize("strange", [None, *STRANGE[1:]], ids=kind)
def test_what_is_no_condition_is_refused(outcomes, strange):
    for answer in (ask, discovered, lambda *given: holding(*given, "baseline")):
        assert refused(lambda asked=answer: asked(outcomes, strange)).startswith(
            "expected a condition"
        )


def test_what_is_no_address_is_refused():
    for strange in (3.5, None, [1], object()):
        assert "expected the address of a results folder" in refused(lambda at=strange: load(at))
        refused(lambda at=strange: repeat(at, Compute(1)))


def test_discovery_refuses_workers_before_it_computes(outcomes):
    line = refused(lambda: discovered(outcomes, "leader is CHN in UZB at 2035", workers="x"))
    assert line == "--workers: expected a whole number, got 'x'"


@pytest.mark.parametrize("key", ["state", "power", "quarter"])
def test_an_empty_selection_is_an_empty_frame_of_the_same_columns(outcomes, key):
    found, whole = outcomes.table("influence", **{key: []}), outcomes.influence
    assert len(found) == 0
    assert found.dtypes.to_dict() == whole.dtypes.to_dict()
    assert len(outcomes.bands("share", **{key: []})) == 0


@pytest.mark.parametrize("name", BOUNDS)
def test_numbers_of_more_digits_than_python_prints_are_refused(tmp_path, name):
    line = refused(lambda: run("baseline", out=tmp_path / "out", **{name: 10**5000}))
    assert line.startswith(f"--{name.replace('_', '-')}: expected at most")
    assert line.endswith("got a number of very many digits")


def test_what_can_be_gone_through_once_is_enough(tmp_path):
    keywords = {"tables": iter(["region"]), "folders": iter([tmp_path])}
    found = run("baseline", worlds=2, until="2024-Q1", out=tmp_path / "out", workers=1, **keywords)
    assert found.tables == ["region"]


@pytest.mark.parametrize(
    "quarters",
    [
        pd.Timestamp("2024-11-05 10:00"),
        np.datetime64("2024-11-05T10:00"),
        pd.Period("2024Q4"),
        pd.PeriodIndex(["2024Q4"], freq="Q"),
        np.array(["2024-10-01"], dtype="datetime64[s]"),
        {"2024-Q4"},
        slice(pd.Timestamp("2024-10-01"), pd.Timestamp("2024-12-31")),
    ],
    ids=kind,
)
def test_quarters_of_pandas_and_numpy_are_quarters(outcomes, quarters):
    found = outcomes.table("region", quarter=quarters, scenario="baseline")
    assert len(found) == outcomes.size
    assert (found["quarter"] == pd.Timestamp("2024-10-01")).all()
