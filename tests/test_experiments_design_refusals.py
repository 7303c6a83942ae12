"""Designs that cannot be: every fault told, in one line, before anything is written."""

from __future__ import annotations

import re
from datetime import date
from datetime import time as clock

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from experiments.design.inputs import resolve
from experiments.design.spec import RunSpec
from experiments.design.values import Values
from experiments.errors import BadInput
from scenarios.faults import FaultyInput
from scenarios.parameters import load_parameters
from scenarios.scenario import Distribution

RANGE = Distribution("uniform", 0.3, 0.8)
SHARE = "initial_reliance.trade.KAZ.RUS"
UNEVEN = r"the shares initial_reliance\.trade\.KAZ add up to 1\.608; expected 1"


def values(batch):
    return Values(batch.assumed, batch.assumed.design.rows(0, batch.worlds))


def wishes(**asked):
    return RunSpec(("baseline",), **asked)


def refusal(kind=BadInput, **asked):
    """The lines that a batch is refused with."""
    with pytest.raises(kind) as refused:
        resolve(wishes(**asked))
    return str(refused.value).splitlines()


def written(folder, name, text):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_shares_that_do_not_add_up_to_one_are_refused_wherever_they_come_from(tmp_path):
    table = written(tmp_path, "points.csv", f"{SHARE}\n0.185\n0.9\n")
    for text in (f"{SHARE}: 0.9\n", "initial_reliance.trade.KAZ: [0.9, 0.9, 0.1, 0.2, 0.3]\n"):
        file = written(tmp_path, "values.yaml", text)
        (line,) = refusal(FaultyInput, parameters=file)
        assert "values.yaml:1: the shares initial_reliance.trade.KAZ add up to" in line
    (line,) = refusal(settings={SHARE: 0.9})
    assert re.fullmatch(UNEVEN, line)
    for asked in ({"parameters": table}, {"design": str(table)}):
        (line,) = refusal(**asked)
        assert re.search(f"points.csv: row [12]: {UNEVEN}", line) or "row 1" in line
    for several in ((0.2, 0.9), Distribution("uniform", 0.2, 0.9)):
        (line,) = refusal(settings={SHARE: several})
        assert "is a share of a row that adds up to 1; give it a number" in line


def test_shares_of_a_whole_row_may_be_set_together():
    shares = load_parameters()
    first, second = (shares.leaves[f"domain_weight.{each}"].value for each in ("trade", "finance"))
    swapped = {"domain_weight.trade": second, "domain_weight.finance": first}
    assert resolve(wishes(worlds=1, settings=swapped)).worlds == 1


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("attention_cost\n0.5,3\n", ["csv:2: row 1 has 2 cells, the header 1"]),
        (
            "attention_cost,loss_aversion\n0.5,3,\n0.5\nx,3\n0.5,99\n",
            [
                "csv:2: row 1 has 3 cells, the header 2",
                "csv:3: row 2 has 1 cell, the header 2",
                "row 3: column 'attention_cost': expected a number, got 'x'",
                "row 4: loss_aversion = 99 is outside 2 to 6 (per unit of share lost)",
            ],
        ),
        ("attention_cost,\n0.5,0.7\n", ["csv:1: column 2 has no name"]),
        ("attention_cost,attention_cost\n0.5,0.6\n", ["'attention_cost' stands there 2 times"]),
        ("attention_cost;loss_aversion\n0,5;3\n", ["cells are separated by ';'; expected commas"]),
        ("attention_cost\tloss_aversion\n0.5\t3\n", ["are separated by tabs; expected commas"]),
        ('attention_cost\n"0.5\n', ["csv:2: is not CSV: unexpected end of data"]),
        ("attention_cost\n" + "9" * 400 + "\n", ["row 1: attention_cost = inf is outside"]),
        ("attention_cost\nnan\n\n0_5\n", ["row 1: column", "row 2: column"]),
    ],
)
def test_every_fault_of_a_table_is_told_with_its_row(tmp_path, text, lines):
    path = written(tmp_path, "points.csv", text)
    found = refusal((BadInput, FaultyInput), design=str(path))
    assert len(found) == len(lines)
    assert all(wanted in line for wanted, line in zip(lines, found, strict=True))


def test_many_faults_of_a_table_are_counted(tmp_path):
    path = written(tmp_path, "points.csv", "attention_cost\n" + "9\n" * 100)
    assert refusal(design=str(path))[-1].endswith("and 80 more faults")


def test_a_parameter_in_the_index_of_a_frame_is_read(tmp_path):
    path = tmp_path / "points.parquet"
    frame = pd.DataFrame({"attention_cost": [0.4, 0.5], "loss_aversion": [3.0, 4.0]})
    frame.set_index("loss_aversion").to_parquet(path)
    batch = resolve(wishes(design=str(path)))
    assert values(batch).of_scenario("baseline")["loss_aversion"].tolist() == [3.0, 4.0]


@pytest.mark.parametrize(
    "cells",
    [[date(2020, 1, 1)], [clock(3)], [{"a": 1}], [[0.5]], [True], [b"0.5"]],
)
def test_columns_of_other_types_are_refused(tmp_path, cells):
    path = tmp_path / "points.parquet"
    pq.write_table(pa.table({"attention_cost": cells, "loss_aversn": [3.0]}), path)
    first, second = sorted(refusal(design=str(path)))
    assert "column 'attention_cost': expected numbers, got " in first
    assert "did you mean 'loss_aversion'?" in second


def test_what_a_user_sets_is_stronger_than_a_table_of_points(tmp_path):
    path = written(tmp_path, "points.csv", "attention_cost\n0.3\n0.4\n")
    asked = {"attention_cost": Distribution("uniform", 0.5, 0.6)}
    batch = resolve(wishes(design=str(path), settings=asked, replicates=2))
    drawn = values(batch).of_scenario("baseline")["attention_cost"]
    assert drawn.shape == (4,)
    assert ((drawn >= 0.5) & (drawn <= 0.6)).all()


def test_designs_larger_than_memory_are_refused_before_anything_is_laid_out():
    for design in ("sobol", "lhs"):
        (line,) = refusal(points=2_000_000_000, design=design, settings={"attention_cost": RANGE})
        assert line == "--points: 2,000,000,000 points of 1 range: at most 20,000,000"
    both = {"attention_cost": RANGE, "loss_aversion": Distribution("uniform", 2, 4)}
    assert "at most 10,000,000" in refusal(points=10_000, design="grid", settings=both)[0]


def test_lists_that_cross_to_more_worlds_than_there_are_numbers_are_refused():
    registry = load_parameters()
    alone = [name for name, each in registry.items() if each.value.ndim == 0][:70]
    ends = {name: (registry[name].low.item(), registry[name].high.item()) for name in alone}
    (line,) = refusal(settings=ends)
    assert len(ends) > 63, "so many that a number of 64 bits would run over"
    assert "worlds in a scenario: at most 2,147,483,647" in line


def test_scenarios_of_which_nothing_would_be_recorded_are_refused(tmp_path):
    late = written(tmp_path, "late.yaml", "title: Late\nstart: 2030-Q1\n")
    with pytest.raises(BadInput, match="scenario 'late' starts in 2030-Q1: nothing would be"):
        resolve(RunSpec((late,), until="2024-Q1", worlds=1))
    with pytest.raises(BadInput, match="scenario 'late' starts in 2030-Q1: nothing would be"):
        resolve(RunSpec((late,), until="2030-Q3", every="year", worlds=1))


def test_worlds_points_and_replicates_may_all_be_given_where_they_agree():
    asked = {"points": 4, "replicates": 5, "settings": {"attention_cost": RANGE}}
    assert resolve(wishes(worlds=20, **asked)).worlds == 20
    assert "makes 20, not 21; leave one out" in refusal(worlds=21, **asked)[0]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ((), "attention_cost: expected a number, a range such as"),
        (None, "got nothing"),
        ("0.5", "got '0.5'"),
        (True, "got the boolean true"),
        ((0.5, "x"), "got a list with"),
        ((0.5, 0.5), "attention_cost: the list names a value twice"),
        (float("nan"), "attention_cost = nan is outside"),
    ],
)
def test_values_that_are_no_numbers_are_refused(given, message):
    (line,) = refusal(settings={"attention_cost": given})
    assert message in line


def test_a_list_from_python_is_crossed_like_a_tuple():
    batch = resolve(wishes(worlds=1, settings={"attention_cost": [0.4, 0.5]}))
    assert values(batch).of_scenario("baseline")["attention_cost"].tolist() == [0.4, 0.5]


def test_all_that_is_wrong_with_options_is_told_at_once():
    found = refusal(worlds="3", seed=1.5, points=0, tables="region", parameters={}, precision="x")
    assert found == [
        "--worlds: expected a whole number, got '3'",
        "--seed: expected a whole number, got 1.5",
        "--tables: expected a list, got 'region'",
        "--points: expected 1 or more, got 0",
        "--parameters: expected a name or a path, got a mapping",
        "--precision: expected a number, got 'x'",
    ]
    found = refusal(settings={"attention_cost": 9, "loss_aversn": 3})
    assert len(found) == 2


def test_an_unknown_option_is_told_the_nearest():
    with pytest.raises(BadInput, match=r"unknown option 'world'; did you mean 'worlds'\?"):
        RunSpec(["baseline"], world=3)


def test_scenarios_and_settings_that_cannot_be_are_told_at_once(crossroads, tmp_path):
    wrong = ("run", "baselin", "nope", "--set", "atention_cost=3", "--out", tmp_path / "out")
    code, out, err = crossroads(*wrong)
    assert (code, out) == (2, "")
    told = [line.partition(";")[0] for line in err.splitlines()]
    assert told == [
        "there is no scenario 'baselin'",
        "there is no scenario 'nope'",
        "unknown parameter 'atention_cost'",
    ]
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("option", ["--until", "--record-from"])
@pytest.mark.parametrize("given", ["", "1999-Q4", "2003-13-01"])
def test_a_quarter_that_is_none_is_refused_under_its_option(option, given, crossroads, tmp_path):
    code, _, err = crossroads("run", "baseline", option, given, "--out", tmp_path / "out")
    assert code == 2
    assert err.startswith(f"{option}: ")
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"lo": 0.3, "high": 0.8}, "attention_cost: unknown key 'lo'; did you mean 'low'?"),
        ({"low": "x"}, "attention_cost: low: expected a number, got 'x'"),
        ({"low": 0.8, "high": 0.3}, "attention_cost: low (0.8) must lie below high (0.3)"),
        ({"low": -3}, "-3 is outside 0.3 to 0.8 (attention_cost,"),
        ({}, "attention_cost: expected a range with low and high, got nothing"),
    ],
)
def test_a_range_from_python_is_refused_in_the_words_of_files(given, said):
    (line,) = refusal(settings={"attention_cost": given})
    assert line.startswith(said)


def test_a_design_without_a_range_is_told_how_either_language_writes_one():
    (line,) = refusal(points=4, settings={"attention_cost": (0.4, 0.6)})
    assert "--set NAME=LOW:HIGH" in line
    assert '{"low": LOW, "high": HIGH}' in line
