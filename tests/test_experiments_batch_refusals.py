"""Batches that cannot be: refused before anything is written."""

from __future__ import annotations

import pytest

from experiments import run
from experiments.errors import BadInput
from scenarios.faults import FaultyInput
from scenarios.scenario import Distribution

SMALL = {"until": "2001-Q4", "record_from": "2001-Q3"}
VARIED = Distribution("uniform", 0.4, 0.6)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"worlds": 0}, "--worlds: expected"),
        ({"seed": -1}, "--seed: expected"),
        ({"every": "month"}, "--every: unknown"),
        ({"tables": ("influences",)}, "unknown table 'influences'; did you mean 'influence'"),
        ({"tables": ()}, "--tables: nothing stands here"),
        ({"until": "2050"}, "beyond the horizon"),
        ({"until": "2001-Q1", "record_from": "2002-Q1"}, "nothing would be recorded"),
        ({"settings": {"attention_cos": 1.0}}, "did you mean 'attention_cost'"),
        ({"settings": {"attention_cost": 7.0}}, "attention_cost = 7 is outside"),
        ({"points": 4}, "nothing to vary"),
        ({"design": "sobbol"}, "--design sobbol"),
        ({"design": "missing.csv"}, "no such file"),
        ({"parameters": "missing.parquet"}, "expected a file, 'posterior' or 'registry'"),
        ({"precision": 2.0}, "--precision 2.0"),
        ({"outcome": "leeder"}, "unknown outcome 'leeder'; did you mean 'leader'"),
        (
            {"worlds": 5, "points": 2, "replicates": 2, "settings": {"attention_cost": VARIED}},
            "makes 4, not 5; leave one out",
        ),
    ],
)
def test_bad_input_is_refused_before_anything_is_written(tmp_path, wrong, message):
    with pytest.raises(BadInput, match=message):
        run("baseline", out=tmp_path / "out", **{**SMALL, **wrong})
    assert not (tmp_path / "out").exists()


def test_an_unknown_scenario_is_refused_before_anything_is_written(tmp_path):
    with pytest.raises(FaultyInput, match="did you mean 'baseline'"):
        run("basline", out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_an_address_that_cannot_be_used_is_refused():
    with pytest.raises(BadInput, match="nowhere://out: cannot be reached"):
        run("baseline", out="nowhere://out", **SMALL)
