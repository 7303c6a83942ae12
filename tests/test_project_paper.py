"""`make paper`: numbers on pages are fields, found, compared and renewed."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from paper import ROOT, SENTENCES, differences, filled, place_of, renewed
from ruamel.yaml import YAML

PAGES = YAML(typ="safe").load(SENTENCES)
PAIRS = [(page, sentence) for page, several in PAGES.items() for sentence in several]


@pytest.mark.parametrize(("page", "sentence"), PAIRS, ids=[pair[1][:30] for pair in PAIRS])
def test_every_sentence_with_computed_numbers_stands_on_its_page_once(page, sentence):
    assert place_of(sentence, (ROOT / page).read_text(encoding="utf-8"))


def test_a_sentence_is_renewed_across_lines_and_nothing_else():
    page = "Before 3.\nSkill is +.25 and\n  of gas .4, of 10.\nAfter 4.\n"
    sentence = "Skill is {one:+.2} and of gas {two:.1}, of {three:d}."
    numbers = {"one": -0.104, "two": 0.36, "three": 12.0}
    assert renewed(page, sentence, numbers) == (
        "Before 3.\nSkill is −.10 and\n  of gas .4, of 12.\nAfter 4.\n"
    )
    assert filled(sentence, numbers) == "Skill is −.10 and of gas .4, of 12."


@pytest.mark.parametrize(
    ("printed", "made", "count"),
    [
        ("a .25", "a .26", 0),
        ("a .25", "a .27", 1),
        ("a −.25", "a .25", 1),
        ("leads: Russia", "leads: China", 1),
        ("1,359 figures", "1,360 figures", 0),
        ("one\ntwo", "one", 1),
    ],
)
def test_pages_differ_by_words_and_by_more_than_a_last_digit(printed, made, count):
    assert len(differences(printed, made)) == count


def test_what_was_timed_may_be_half_or_twice_as_much():
    assert not differences("5.8 µs", "9.9 µs", timed=True)
    assert differences("5.8 µs", "15.9 µs", timed=True)


def test_every_table_that_is_computed_has_its_place():
    from paper_numbers import TABLES

    for page, name in TABLES:
        text = (ROOT / page).read_text(encoding="utf-8")
        assert len(re.findall(f"<!-- paper: {name} -->\n[^<]*<!-- end -->", text)) == 1, name


@pytest.mark.slow
def test_a_small_paper_is_made_from_nothing(tmp_path):
    script = Path(__file__).with_name("paper.py")
    done = subprocess.run(
        [sys.executable, script, tmp_path / "out", "--small"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("every number has its place\n")
