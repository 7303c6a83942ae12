"""Explanations: the terms are the agents' own, and they add up."""

from __future__ import annotations

import json

import numpy as np
import pytest

from experiments import run
from experiments.explain import explained
from experiments.explain.attribution import attributed
from experiments.explain.terms import OTHER, parts_of_pull
from model.region import Region

WORLDS = 3


@pytest.fixture(scope="module")
def early(tmp_path_factory):
    """Results that end early: taking apart is slow where shapes are checked at every call."""
    return run(
        "baseline",
        "history_calm_afghanistan",
        worlds=WORLDS,
        record_from="2000-Q1",
        until="2003-Q4",
        out=tmp_path_factory.mktemp("early") / "two",
        workers=1,
    )


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
    text = uzbek.words("security")
    assert text.startswith("Uzbekistan, security, 2003-Q4")
    assert "offers" in text
    assert "spends" in text


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
    [("--scenario", "basline", "--state", "TJK"), ("--scenario", "baseline", "--state", "TAJ"),
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


def test_a_start_from_the_record_is_a_term_of_its_own(tmp_path):
    path = tmp_path / "anchored.yaml"
    path.write_text("title: From the record\nanchor: {trade: 2001}\n", encoding="utf-8")
    asked = {"worlds": WORLDS, "record_from": "2000-Q1", "until": "2002-Q4", "workers": 1}
    results = run(path, out=tmp_path / "results", **asked)
    found = explained(results, "anchored", "KGZ", worlds=WORLDS)
    first = Region(spec=str(path), worlds=WORLDS, rng=0).reliance
    for quarter in ("2001-Q4", "2002-Q4"):
        own = results.table("influence", scenario="anchored", state="KGZ", quarter=quarter)
        level = own[own["power"] == "RUS"]["trade"].mean()
        terms = found.moves.query("domain == 'trade' and option == 'RUS'")
        now = terms[terms["quarter"].dt.year == int(quarter[:4])]
        change = level - first[5, 0, 1].mean()
        assert now["value"].sum() == pytest.approx(change, abs=1e-6)
    named = found.terms("trade", "RUS")
    assert abs(named["taken from the record"]) > 2 * abs(named["rest"])
    assert "taken from the record" not in found.terms("culture", "RUS").loc[lambda each: each != 0]
