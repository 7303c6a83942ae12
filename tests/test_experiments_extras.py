"""States and powers that a folder adds: runs, luck, readers, faults and the guide."""

import re
import shutil
from pathlib import Path

import numpy as np
import pytest

from experiments import load, run
from experiments.cli import main
from experiments.design import batch as design
from model.noise import Noise
from model.uncertainty import draw_judgement
from scenarios.extras import SHIPPED
from scenarios.faults import FaultyInput
from scenarios.frame import Frame
from scenarios.frames import frame_of
from scenarios.parameters import load_parameters
from scenarios.vocabulary import OPTIONS, POWERS, STATES

GUIDE = Path(__file__).parents[1] / "docs" / "extending_states.md"
BOTH = ("azerbaijan", "turkiye")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    out = tmp_path_factory.mktemp("extras") / "both"
    scenarios = "baseline", "frozen_ukraine"
    run(*scenarios, extras=BOTH, worlds=6, until="2027-Q4", out=out, workers=1)
    return out


def copied(name, to):
    """A copy of a shipped folder, of which texts can be changed."""
    return Path(shutil.copytree(SHIPPED / name, to / "mine"))


def changed(folder, file, old, new):
    text = (folder / file).read_text()
    assert old in text
    (folder / file).write_text(text.replace(old, new))


def test_a_frame_ends_where_it_was_used():
    with frame_of(BOTH).used():
        assert (*STATES, *OPTIONS) == (
            *("KAZ", "KGZ", "TJK", "TKM", "UZB", "AZE"),
            *("RUS", "CHN", "WST", "REG", "TUR", "SELF"),
        )
        assert load_parameters()["initial_reliance"].value.shape == (8, 6, 6)
    assert (len(STATES), len(POWERS)) == (5, 4)
    assert load_parameters()["initial_reliance"].value.shape == (8, 5, 5)


def test_shares_of_an_added_power_come_off_the_regional_powers():
    own = load_parameters()["initial_reliance"].value
    with frame_of(BOTH).used():
        wide = load_parameters()["initial_reliance"].value
    assert wide.sum(axis=-1) == pytest.approx(1)
    assert wide[:, :5, 3:5].sum(axis=-1) == pytest.approx(own[..., 3])
    assert np.array_equal(wide[:, :5, [0, 1, 2, 5]], own[..., [0, 1, 2, 4]])


def test_who_is_added_leaves_the_luck_of_the_others_as_it_is():
    own = Noise(3, np.arange(7))
    with frame_of(BOTH).used():
        wide = Noise(3, np.arange(7))
        for quarter in range(2):
            one, other = own.quarter(quarter), wide.quarter(quarter)
            shares = other.shares[:, [0, 1, 2, 3, 5], :5]
            assert np.array_equal(shares, one.shares)
            assert np.array_equal(other.growth[:4], one.growth)
            assert np.array_equal(other.unrest[:5], one.unrest)
            numbers = other.normals.ravel()
            assert len(np.unique(numbers)) == numbers.size


def test_who_is_added_leaves_the_judgement_of_the_others_as_it_is():
    own = draw_judgement(load_parameters(), 5, [0, 300])
    with frame_of(BOTH).used():
        wide = draw_judgement(load_parameters(), 5, [0, 300])
    for name in ("importance", "threat_level", "trade_noise_state"):
        assert np.array_equal(wide[name][..., :5, :], own[name]), name
    assert np.array_equal(wide["budget_scale"][:4], own["budget_scale"])


def test_results_name_who_is_added(folder):
    results = load(folder)
    shares = results.table("influence", columns="share", quarter="2027-Q4")
    assert {"AZE", "TUR"} <= {*shares["state"], *shares["power"]}
    sums = shares.groupby(["scenario", "world", "state"], observed=True)["share"].sum()
    assert sums.to_numpy() == pytest.approx(1, abs=1e-5)
    assert results.to_xarray("influence").sizes["state"] == 6
    assert len(STATES) == 5


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("summary",), "Azerbaijan"),
        (("ask", "share TUR > RUS in AZE by 2027"), "TUR > RUS in AZE"),
        (("compare", "baseline", "frozen_ukraine"), "points"),
        pytest.param(("rerun",), "identical", marks=pytest.mark.slow),
        pytest.param(
            ("replay", "--scenario", "baseline", "--world", "3", "--json"),
            "AZE",
            marks=pytest.mark.slow,
        ),
    ],
)
def test_commands_on_a_folder_know_who_is_added(folder, capsys, words, said):
    name, *rest = words
    assert main([name, str(folder), *rest]) == 0
    assert said in capsys.readouterr().out
    assert len(STATES) == 5


@pytest.mark.slow
@pytest.mark.parametrize(
    "words",
    [
        ("plot",), ("report",), ("questions",),
        ("explain", "--scenario", "baseline", "--state", "AZE"),
    ],
)  # fmt: skip
def test_pages_and_figures_know_who_is_added(folder, tmp_path, words, capsys):
    name, *rest = words
    to = {"report": ["--to", str(tmp_path / "page.html")]}
    to["plot"] = ["--to", str(tmp_path)]
    assert main([name, str(folder), *rest, *to.get(name, [])]) == 0
    assert "could not be drawn" not in capsys.readouterr().err


@pytest.mark.slow
def test_the_engine_gives_the_same_bits_with_who_is_added(tmp_path, monkeypatch):
    asked = {"extras": BOTH, "worlds": 40, "until": "2012-Q4", "record_from": "2000-Q1"}
    stepped = run("baseline", **asked, out=tmp_path / "stepped", workers=1)
    monkeypatch.setattr(design, "MANY", 1)
    played = run("baseline", **asked, out=tmp_path / "played", workers=1)
    for table in ("influence", "states", "region"):
        one, other = (each.table(table).drop(columns="scenario") for each in (stepped, played))
        assert one.equals(other), table


def test_an_experiment_file_can_add_a_state(tmp_path):
    copied("azerbaijan", tmp_path)
    text = "title: Six\nscenarios: [baseline]\nworlds: 2\nuntil: 2025-Q4\nextras: [./mine]\n"
    (tmp_path / "six.yaml").write_text(text)
    results = run(tmp_path / "six.yaml", out=tmp_path / "out", workers=1)
    assert results.labels["state"][-1] == "AZE"


def test_a_state_that_is_added_takes_up_a_behaviour(tmp_path):
    files = [tmp_path / "usual.yaml", tmp_path / "joins.yaml"]
    for file, text in zip(files, ("", "behaviour: {AZE: bandwagoning}\n"), strict=True):
        file.write_text(f"title: Six\nstart: 2023-Q1\nend: 2025-Q1\n{text}")
    asked = {"worlds": 2, "until": "2025-Q1", "extras": BOTH, "workers": 1}
    results = run(*files, out=tmp_path / "out", **asked)
    usual, joins = (
        results.table("influence", scenario=each, state="AZE", quarter="2025-Q1")["influence"]
        for each in ("usual", "joins")
    )
    assert not np.array_equal(usual, joins)


def test_a_file_about_an_added_state_is_checked_with_it(tmp_path, capsys):
    path = tmp_path / "mine.yaml"
    path.write_text("title: Mine\nextends: baseline\nbehaviour: {AZE: bandwagoning}\n")
    assert main(["check", str(path)]) == 2
    assert "unknown key 'AZE'" in capsys.readouterr().err
    assert main(["check", str(path), "--with", "azerbaijan"]) == 0


@pytest.mark.parametrize(
    "words",
    [
        ("tune",), ("score",), ("backtest",), ("facts",), ("claims",), ("dashboard",),
        ("sensitivity", "baseline"), ("summary", "results"),
    ],
)  # fmt: skip
def test_commands_of_the_shipped_nine_say_so(words, capsys):
    assert main([*words, "--with", "azerbaijan"]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert err.startswith(
        f"{words[0]}: takes no --with; `run`, `check` and `compare-structures` do"
    )


@pytest.mark.slow  # runs every behaviour
def test_structures_are_compared_for_who_is_added(capsys):
    words = ["compare-structures", "baseline", "--with", "azerbaijan", "--worlds", "4"]
    assert main([*words, "--until", "2024-Q4", "--workers", "1"]) == 0
    assert "in Azerbaijan in 2024" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("frame.yaml", "code: AZE", "code: KAZ", "code of three capitals that no other has"),
        ("frame.yaml", "state:", "stat:", "unknown key 'stat'"),
        ("tables.yaml", "unrest_rate", "unrest_rat", "did you mean 'unrest_rate'?"),
        ("tables.yaml", "[0.06, 0.005,", "[0.07, 0.005,", "add up to 1.01; expected 1"),
        ("tables.yaml", "fuel_exports: {value: 0.9", "fuel_exports: {value: x", "a number"),
        ("drivers.yaml", "AZE: {2004-Q1: 0,", "AZE: {2004-Q1: 9,", "9"),
    ],
)  # fmt: skip
def test_faults_of_a_folder_are_told_with_file_and_line(tmp_path, capsys, file, old, new, said):
    changed(copied("azerbaijan", tmp_path), file, old, new)
    assert main(["check", str(tmp_path / "mine")]) == 2
    told = capsys.readouterr().err
    assert said in told
    assert re.search(rf"mine/{file}:\d+: ", told)


def test_more_than_sums_can_take_and_unknown_names_are_refused(tmp_path, capsys):
    with pytest.raises(FaultyInput, match="did you mean 'azerbaijan'"):
        frame_of(["azerbaijn"])
    with pytest.raises(FaultyInput, match="AZE is added twice"):
        frame_of(["azerbaijan", copied("azerbaijan", tmp_path)])
    assert main(["run", "baseline", "--with", "azerbaijn", "--out", str(tmp_path / "out")]) == 2
    assert "did you mean" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_the_skeleton_of_another_region_passes_check(tmp_path, capsys):
    """What the guide says: copy the folder, change who is added, check it, run with it."""
    assert "crossroads check my/georgia" in GUIDE.read_text()
    mine = copied("azerbaijan", tmp_path)
    changed(mine, "frame.yaml", "code: AZE, name: Azerbaijan", "code: GEO, name: Georgia")
    changed(mine, "drivers.yaml", "AZE:", "GEO:")
    ring = "[[40, 43], [46, 42], [44, 41], [40, 43]]"
    outline = f'{{"type": "MultiPolygon", "coordinates": [[{ring}]]}}'
    (mine / "outline.geojson").write_text(outline)
    assert main(["check", str(mine)]) == 0
    assert capsys.readouterr().err == ""
    assert frame_of([mine, "azerbaijan"]).labels("state")["GEO"] == "Georgia"
    assert frame_of([]) == Frame()
