"""The page on scenarios: its files are written, its commands run, its tables complete."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from experiments.cli import main
from experiments.store.columns import by_name
from model.region import Region
from scenarios.event_types import EVENT_TYPES
from scenarios.experiment import is_experiment, load_experiment
from scenarios.faults import FaultyInput
from scenarios.load import load_scenario
from scenarios.parameters import load_parameters
from scenarios.quarters import parse_quarter
from scenarios.vocabulary import ANCHORS, DRIVERS
from scenarios.wording import MEANT

PAGE = (Path(__file__).parents[1] / "docs" / "scenarios.md").read_text(encoding="utf-8")
FENCES = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
FILES = {text.split("\n", 1)[0].lstrip("# "): text for kind, text in FENCES if kind == "yaml"}
CONSOLES = [text for kind, text in FENCES if kind == "console"]


@pytest.fixture(autouse=True)
def _with_the_pages_files(tmp_path, monkeypatch) -> None:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("name", sorted(set(FILES) - {"wrong.yaml"}))
def test_a_file_on_the_page_is_good(name) -> None:
    if is_experiment(Path(name)):
        assert load_experiment(name).scenarios
    else:
        assert load_scenario(f"./{name}").title


def commands(console):
    """The commands of a console block, each with what is printed under it."""
    parts = re.split(r"^\$ ", console, flags=re.MULTILINE)[1:]
    return [part.split("\n", 1) for part in parts]


@pytest.mark.parametrize(
    ("command", "expected"), [each for console in CONSOLES for each in commands(console)]
)
def test_a_command_on_the_page_prints_what_stands_there(command, expected, capsys) -> None:
    program, *words = shlex.split(command)
    assert program == "crossroads"
    if words[0] == "new":
        Path(f"{words[1]}.yaml").unlink()
    main(words)
    out, err = capsys.readouterr()
    pattern = ".*".join(map(re.escape, expected.rstrip("\n").split("...")))
    assert re.fullmatch(pattern, (out or err).rstrip("\n"), re.DOTALL), out + err


def test_the_page_names_every_driver_and_every_type_of_event() -> None:
    for name in (*DRIVERS, *EVENT_TYPES):
        assert f"| `{name}` |" in PAGE


def test_the_page_says_of_every_event_what_the_code_says() -> None:
    for kind in EVENT_TYPES.values():
        assert f"| `{kind.name}` | {kind.meaning} |" in PAGE


def test_numbers_that_an_event_names_are_those_of_the_list() -> None:
    leaves = load_parameters().leaves
    said = [
        each
        for kind in EVENT_TYPES.values()
        for each in re.findall(r"(\w+), ([\d.]+)\)", kind.meaning)
    ]
    assert len(said) == 3
    for name, value in said:
        assert leaves[name].value == float(value)


def test_the_tables_of_the_page_have_the_ranges_of_the_code() -> None:
    for driver in DRIVERS.values():
        row = f"| `{driver.name}` | {driver.meaning} | {driver.low:g} to {driver.high:g} |"
        assert row in PAGE


def test_the_page_says_what_every_driver_moves_in_columns_that_there_are() -> None:
    for name in DRIVERS:
        (row,) = re.findall(rf"^\| `{name}` \|.*\| (.*) \|$", PAGE, re.MULTILINE)
        named = set(re.findall(r"`(\w+)`", row))
        assert named
        assert named <= by_name().keys()


def test_the_page_says_how_far_remittances_fall_with_half_the_openness(tmp_path) -> None:
    half = "title: Half\ndrivers:\n  migration_openness: {scale: {step: {2026-Q1: 0.5}}}\n"
    (tmp_path / "half.yaml").write_text(half)
    said = re.search(r"(\d+) to (\d+) % after a year and (\d+) to (\d+) % after ten", PAGE)
    found = []
    regions = [Region(spec=spec, worlds=24, rng=0) for spec in ("baseline", "half")]
    for quarter in ("2026-Q4", "2035-Q4"):
        for region in regions:
            region.step_to(parse_quarter(quarter))
        whole, left = (each.stocks.remittances[[1, 2, 4]] for each in regions)
        lost = 100 * (1 - left / whole).mean(axis=1)
        found += [lost.min(), lost.max()]
    assert said
    assert [int(each) for each in said.groups()] == pytest.approx(found, abs=2)


@pytest.mark.parametrize("meant", MEANT.items())
def test_an_outcome_taken_for_a_driver_is_answered_with_the_driver_that_moves_it(
    meant, tmp_path
) -> None:
    outcome, driver = meant
    (tmp_path / "mine.yaml").write_text(f"title: Mine\ndrivers: {{{outcome}: 0.5}}\n")
    with pytest.raises(FaultyInput, match=f"did you mean '{driver}'"):
        load_scenario("mine")
    assert driver in DRIVERS


LEVELS = [
    (name, float(level), int(year))
    for name, text in ANCHORS.items()
    for level, year in re.findall(r"([\d.-]+) = (\d{4})", text)
]


@pytest.mark.parametrize(("name", "level", "year"), LEVELS)
def test_a_level_to_hold_on_to_is_that_of_the_baseline_in_its_year(name, level, year) -> None:
    path = load_scenario("baseline").drivers[name]
    quarters = path[parse_quarter(f"{year}-Q1") :][:4]
    quarters = quarters.reshape(4, -1).max(axis=1)
    assert quarters.min() - 0.06 <= level <= quarters.max() + 0.06


def test_the_page_says_what_levels_mean() -> None:
    assert all(f"| `{name}` | {text} |" in PAGE for name, text in ANCHORS.items())
    unclear = {name for name, each in DRIVERS.items() if each.unit in ("0-1", "-1 to 1")}
    assert unclear <= ANCHORS.keys()
