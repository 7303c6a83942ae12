"""Explanations: the terms are the agents' own, and they add up."""

from __future__ import annotations

import json
import re
from itertools import product

import numpy as np
import pytest

from agents.axes import TRADE
from experiments.answers.explanation import explained
from experiments.answers.explanation_text import lines
from experiments.answers.terms import OTHER, attributed, parts_at_once, parts_of_pull
from model.region import Region
from scenarios.vocabulary import CONTESTED

WORLDS = 3


@pytest.fixture(scope="module")
def uzbek(early):
    return explained(early, "history_calm_afghanistan", "UZB", worlds=WORLDS)


def test_the_named_terms_are_the_whole_pull():
    region = Region(worlds=2, rng=1)
    for _ in range(60):
        region.step()
    parts = parts_of_pull(region.states, region.outlook())
    whole = region.states.pull(region.outlook())
    assert np.allclose(np.sum(list(parts.values()), axis=0), whole, atol=1e-12)
    assert np.abs(parts[OTHER]).max() < 0.05, "a rule has been added: name its term"


def test_the_terms_of_trade_are_the_rules_own():
    region = Region(worlds=2, rng=1)
    for _ in range(92):  # to 2022: sanctions, closed borders and lines pull
        region.step()
    states, outlook = region.states, region.outlook()
    slow, quick = parts_of_pull(states, outlook), parts_at_once(states, outlook)
    assert np.abs(slow[OTHER][TRADE]).max() < 1e-9
    gap = sum(quick.values()) - states.pull_at_once(states.pull_on_trade(outlook))
    assert np.abs(gap).max() < 1e-9
    trading = [name for name, each in (slow | quick).items() if np.abs(each[TRADE]).max() > 0.01]
    assert len(trading) > 10


def test_terms_add_up_to_what_the_folder_recorded(early, uzbek):
    table = early.table(
        "influence", scenario="history_calm_afghanistan", state="UZB", quarter="2003-Q4"
    )
    own = table.groupby("power", observed=True)["security"].mean()
    levels = uzbek.levels.query("domain == 'security' and quarter == quarter.max()")
    first = Region(spec="history_calm_afghanistan", worlds=WORLDS, rng=0).reliance
    for place, power in enumerate(("RUS", "CHN", "WST", "REG")):
        level = levels.set_index("option")["value"][power]
        assert level == pytest.approx(own[power], abs=1e-6)
        change = level - first[1, place, 4].mean()
        assert uzbek.change("security", power) == pytest.approx(change, abs=1e-9)


def test_little_is_left_unexplained(uzbek):
    for domain in ("security", "finance", "trade"):
        terms = uzbek.terms(domain, "CHN")
        assert abs(terms["rest"]) < 0.25 * terms.abs().max()


def test_a_scenario_against_itself_explains_nothing(early):
    found = explained(early, "baseline", "KAZ", against="baseline", worlds=1)
    assert found.moves["value"].abs().max() == 0
    assert found.efforts["value"].abs().max() == 0


def test_words_name_terms_and_why_powers_spend(uzbek):
    text = " ".join(lines(uzbek, "security"))
    assert text.startswith("Uzbekistan, security, 2003-Q4")
    assert "offers" in text
    assert "spends" in text


def test_words_say_the_level_now_and_before_and_terms_add_up_to_the_change(uzbek):
    line = lines(uzbek, "security")[0].replace("−", "-")
    now, before, change = map(float, re.findall(r"(-?\+?\d+\.\d) (?:%|points)", line))
    assert now - before == pytest.approx(change, abs=0.11)
    terms = line.split("points): ")[1].replace("(unclear)", "")
    assert sum(map(float, re.findall(r"[+-]\d+\.\d", terms))) == pytest.approx(change, abs=1e-9)
    levels = uzbek.levels.query("quarter == quarter.max() and domain == 'security'")
    assert now == pytest.approx(100 * levels.set_index("option")["value"]["RUS"], abs=0.06)


def test_spending_is_told_against_what_was_spent_before(uzbek):
    compared = 0
    for domain, (power, name) in product(CONTESTED, (("RUS", "Russia"), ("CHN", "China"))):
        where = f"quarter == quarter.max() and domain == '{domain}' and power == '{power}'"
        level = uzbek.spent.query(where)["value"].sum()
        rise = uzbek.efforts.query(where)["value"].sum()
        said = next((each for each in lines(uzbek, domain) if each.startswith(f"{name} sp")), "")
        if share := re.search(r"spends (\d+) % (more|less)", said):
            assert float(share[1]) == pytest.approx(100 * abs(rise) / (level - rise), abs=0.51)
            assert (share[2] == "more") == (rise > 0)
            compared += 1
        if times := re.search(r"spends (\d+) times as much", said):
            assert float(times[1]) == pytest.approx(level / (level - rise), abs=0.51)
            compared += 1
    assert compared > 2


def test_terms_of_spending_have_a_unit_and_add_up_to_what_is_said(uzbek):
    said = [line for domain in CONTESTED for line in lines(uzbek, domain) if "per cent" in line]
    assert len(said) > 2
    for line in said:
        told, whole = line.replace("−", "-").split(": ", 1)[1].split("; together ")
        assert sum(map(int, re.findall(r"[+-]\d+(?=,|$)", told))) == int(whole.rstrip(".)"))
        assert "per cent of that: " in line or "per cent of the rise: " in line
        if share := re.search(r"spends (\d+) % (more|less)", line):
            assert int(whole.rstrip(".)")) == int(share[1]) * (1 if share[2] == "more" else -1)


def test_every_row_of_numbers_adds_up_with_its_remainder(crossroads, early):
    words = ("--scenario", "baseline", "--state", "KAZ", "--worlds", "1")
    _, out, _ = crossroads("explain", early.folder.address, *words)
    rows = [
        line.replace("−", "-") for line in out.splitlines() if re.match(r"  \w+ +[A-Z]{3} ", line)
    ]
    assert len(rows) > 10
    assert any("all others" in row for row in rows)
    for row in rows:
        whole, terms = row.split(": ", 1)
        summed = sum(map(float, re.findall(r"[+-]\d+\.\d", terms)))
        assert summed == pytest.approx(float(whole.split()[-1]), abs=1e-9)


@pytest.mark.parametrize("name", ["Tajikistan", "tajikistan", "tjk", "TJK"])
def test_states_and_domains_go_by_name_or_code_in_any_case(crossroads, early, name):
    words = ("--scenario", "baseline", "--state", name, "--domain", "Security", "--worlds", "1")
    code, out, _ = crossroads("explain", early.folder.address, *words, "--json")
    assert code == 0
    assert json.loads(out)["state"] == "TJK"
    assert list(json.loads(out)["terms"]) == ["security"]


def test_tables_are_asked_for_by_name_too(early):
    by_name = early.table("influence", state="uzbekistan", power=["China", "the West"])
    by_code = early.table("influence", state="UZB", power=["CHN", "WST"])
    assert by_name.equals(by_code)


def test_the_command_prints_numbers_and_draws_a_waterfall(crossroads, early, tmp_path):
    words = ("--scenario", "baseline", "--state", "TJK", "--domain", "security", "--worlds", "1")
    code, out, _ = crossroads("explain", early.folder.address, *words, "--to", tmp_path)
    assert code == 0
    assert "offers" in out
    assert (tmp_path / "explain_baseline_TJK_security.svg").exists()


def test_the_command_gives_json(crossroads, early):
    words = (
        "--scenario",
        "baseline",
        "--state",
        "TJK",
        "--domain",
        "trade",
        "--worlds",
        "1",
        "--json",
    )
    code, out, _ = crossroads("explain", early.folder.address, *words)
    assert code == 0
    assert "powers' openness to trade" in json.loads(out)["terms"]["trade"]["RUS"]


@pytest.mark.parametrize(
    "words",
    [("--scenario", "basline", "--state", "TJK"),
     ("--scenario", "baseline", "--state", "Tajikstan"),
     ("--scenario", "baseline", "--state", "TJK", "--domain", "safety")],
)  # fmt: skip
def test_unknown_names_are_refused_with_the_nearest(crossroads, early, words):
    code, _, err = crossroads("explain", early.folder.address, *words)
    assert (code, err.count("\n")) == (2, 1)
    assert "did you mean" in err or "expected" in err


def test_a_scenario_against_itself_is_refused_on_the_command_line(crossroads, early):
    words = ("--scenario", "baseline", "--state", "TJK", "--against", "baseline")
    code, _, err = crossroads("explain", early.folder.address, *words)
    assert (code, err) == (2, "'baseline' cannot be explained against itself\n")


def test_attribution_is_exact_for_sums_and_shares_out_products():
    found = attributed(lambda part: np.array([3 * part["a"] - part["b"]]), ["a", "b"])
    assert [float(found[name][0]) for name in ("a", "b", "rest")] == pytest.approx([3, -1, 0])
