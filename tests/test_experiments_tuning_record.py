"""The record and its declaration: read whole, read once, and never across a change of lens."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from experiments.cli import main
from experiments.record.measurement import load_measurement, observed
from experiments.record.observations import COLUMNS, load_record
from scenarios.faults import FaultyInput

HEAD = "year,state,partner,variable,value,unit,source,note\n"


@pytest.fixture(scope="module")
def figures():
    return observed(load_record())


def write(folder, *rows):
    file = folder / "mine.csv"
    file.write_text(HEAD + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return file


def one(figures, state, partner, year, variable="trade_share"):
    keys = {"variable": variable, "state": state, "partner": partner, "year": year}
    found = figures[(figures[list(keys)] == list(keys.values())).all(axis=1)]
    return found["value"].tolist()


def test_a_users_rows_are_added_to_the_record_and_win_over_it(tmp_path):
    file = write(
        tmp_path,
        "2019,KAZ,CHN,trade_share,0.15,share,National Bank,",
        "2018,KAZ,CHN,trade_share,0.33,share,National Bank,",
    )
    figures = observed(load_record(file))
    assert one(figures, "KAZ", "CHN", 2019) == [0.15]
    assert one(figures, "KAZ", "CHN", 2018) == [0.33]
    assert one(figures, "KAZ", "CHN", 2017) == one(observed(load_record()), "KAZ", "CHN", 2017)


def test_every_faulty_row_of_a_users_file_is_named_with_its_line(tmp_path):
    file = write(
        tmp_path,
        "2019,KAZ,CHN,trade_share,0.15,share,x,",
        "20x9,KAS,CHN,trade_share,0.15,share,x,",
        "2019,KAZ,CHN,trade_shares,many,share,x,",
    )
    with pytest.raises(FaultyInput) as refusal:
        load_record(file)
    lines = str(refusal.value).splitlines()
    assert [line.split(":")[1] for line in lines] == ["3", "3", "4", "4"]
    assert any("did you mean 'trade_share'?" in line for line in lines)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (["2019,KAZ,CHM,trade_share,0.15,share,x,"], "3: unknown partner 'CHM' of trade_share"),
        (
            ["2019,KAZ,CHN,trade_share,15,share,x,"],
            "3: value '15': expected a number from 0 to 1 (share of merchandise trade)",
        ),
        (["2019,KAZ,CHN,trade_share,.2,percent,x,"], "3: unit 'percent' of trade_share: expected"),
        (["2019,KAZ,RUS,arms_imports,-50,,x,"], "3: value '-50': expected a number from 0 to"),
        (["2019,KAZ,RUS,arms_imports,1e308,,x,"], "3: value '1e+308': expected a number from 0"),
        (["2019,KAZ,CHN,trade_share,0_1,,x,"], "3: value: expected a number, got '0_1'"),
        (["1999,KAZ,CHN,trade_share,0.1,,,"], "3: year '1999': expected a year from 2000 to 2040"),
        (["2041,KAZ,CHN,trade_share,0.1,,,"], "3: year '2041': expected a year from 2000 to 2040"),
        (["²⁰²²,KAZ,CHN,trade_share,0.1,,,"], "3: year '²⁰²²': expected a year from 2000 to 2040"),
        (["2019,KAZ,CHN,trade_share,0.1,,,"] * 2, "4: 2019 KAZ CHN trade_share stands above"),
        (["2019,KAZ,CHN,trade_share,0.1,,,,more"], "3: row 2 has 9 cells, the header 8"),
        (["2019,KAZ,CHN,trade_share,0.1,,\udcff,"], "3: the file is not UTF-8"),
    ],
)
def test_a_row_unlike_all_on_record_is_refused(tmp_path, rows, message):
    good = "2018,KAZ,CHN,trade_share,0.15,share,x,"
    text = HEAD + "".join(f"{row}\n" for row in [good, *rows])
    (tmp_path / "mine.csv").write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(FaultyInput) as refusal:
        load_record(tmp_path / "mine.csv")
    assert message in str(refusal.value)


def test_origins_that_are_no_years_in_plain_digits_are_refused(capsys):
    assert main(["backtest", "--origins", "²⁰⁰⁸", "--workers", "1", "--quiet"]) == 2
    said = capsys.readouterr().err
    assert said == "--origins '²⁰⁰⁸': expected years such as 2008,2011,2014\n"


def test_a_run_says_what_it_knows_of_the_record(tmp_path, capsys):
    asked = ["run", "baseline", "--worlds", "2", "--workers", "1", "--until", "2024-Q1"]
    for name, given, said in (
        ("early", ["--record-until", "2014"], "go through the record to 2014 and know nothing"),
        ("free", ["--record", "free"], "run free of the record"),
        ("whole", [], "go through the record to 2023"),
    ):
        assert main([*asked, *given, "--out", str(tmp_path / name)]) == 0
        assert f"Worlds {said}" in capsys.readouterr().out
    wrong = [*asked, "--record", "off", "--record-until", "1066", "--out", str(tmp_path / "x")]
    assert main(wrong) == 2
    assert capsys.readouterr().err.splitlines() == [
        "--record: unknown record 'off'; expected free or followed",
        "--record-until: expected 1999 or more, got 1066",
    ]


def test_a_file_without_the_columns_is_refused(tmp_path):
    file = tmp_path / "bare.csv"
    file.write_text("year,value\n2019,1\n", encoding="utf-8")
    with pytest.raises(FaultyInput, match=r"no column state, partner and variable"):
        load_record(file)


def test_every_variable_on_record_is_declared_and_every_figure_has_its_source():
    record = load_record()
    assert set(record["variable"]) == {t.origin for t in load_measurement().instruments.values()}
    assert list(record.columns) == list(COLUMNS)
    assert all((record[key] != "").all() for key in ("unit", "source", "quality", "lens"))
    assert not record["source"].str.contains("page:|/").any()


def test_the_expected_offset_of_a_lens_is_taken_off(figures):
    tajik = figures.query("variable == 'trade_share' and state == 'TJK' and lens == 'mirror'")
    assert np.allclose(np.log(tajik["value"]) - tajik["y"], 0.9)


def test_national_shares_of_trade_are_a_whole(figures):
    kyrgyz = figures.query("variable == 'trade_share' and state == 'KGZ' and year != 2020")
    sums = kyrgyz.groupby("year")["value"].sum()
    assert len(sums) == 22
    assert np.allclose(sums, 1, atol=1e-3)


def test_artefacts_and_gas_blind_years_are_never_compared(figures):
    assert one(figures, "KAZ", "RUS", 2010) == []
    assert one(figures, "KAZ", "RUS", 2011) != []
    turkmen = figures.query("variable == 'trade_share' and state == 'TKM' and partner == 'RUS'")
    assert turkmen["year"].min() >= 2009


def test_a_change_of_reporter_starts_another_series(figures):
    tajik = figures.query("variable == 'trade_share' and state == 'TJK' and partner == 'CHN'")
    assert tajik.groupby("lens")["year"].agg(["min", "max"]).loc["mirror"].tolist() == [2000, 2015]
    assert tajik[tajik["lens"] == "national"]["year"].min() == 2016


def test_arms_are_shares_of_five_years_and_nothing_delivered_is_not_a_zero(figures):
    arms = figures[figures["variable"] == "arms_share"]
    assert not ((arms["state"] == "KGZ") & (arms["year"] == 2014)).any()
    assert arms.groupby(["state", "partner"])["year"].diff().dropna().min() >= 3
    assert arms["value"].between(0, 1).all()


def test_votes_are_compared_between_states_not_between_agendas(figures):
    votes = figures[figures["variable"] == "unga_agreement"]
    means = votes.groupby(["partner", "year"])["value"].mean()
    assert np.allclose(means, 0, atol=1e-12)


def test_a_transform_and_its_way_back_are_inverse():
    for tool in load_measurement().instruments.values():
        value = np.array([0.03, 0.2])
        assert np.allclose(tool.back(tool.forward(value)) * tool.scale, value)


def test_small_figures_are_blurred_more_than_large_ones(figures):
    trade = figures[figures["variable"] == "trade_share"]
    small, large = (trade.nsmallest(5, "value"), trade.nlargest(5, "value"))
    assert small["error"].min() > large["error"].max()
    assert isinstance(trade, pd.DataFrame)


def test_a_users_figure_that_is_compared_with_nothing_is_named_with_its_reason(tmp_path, capsys):
    path = tmp_path / "mine.csv"
    path.write_text(
        "year,state,partner,variable,value,unit,source,note\n"
        "2019,KAZ,CHN,trade_share,0.15,share,mine,\n"
        "2010,KAZ,RUS,trade_share,0.2,share,mine,\n"
        "2010,KAZ,CHN,external_debt_share,0.2,share,mine,\n",
        encoding="utf-8",
    )
    asked = ["score", "--history", str(path), "--from", "2017", "--to", "2020", "--worlds", "20"]
    assert main([*asked, "--quiet", "--workers", "1"]) == 0
    said = [line for line in capsys.readouterr().err.splitlines() if "not compared" in line]
    reasons = ["customs union", "owes China little"]
    assert all(reason in line for reason, line in zip(reasons, said, strict=True))
