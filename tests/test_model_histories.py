"""Pasts that are kept: the same bits, for less, and never harm."""

from __future__ import annotations

from functools import partial

import pytest

from experiments import run
from experiments.batch.dispatch import Compute
from experiments.batch.repeating import repeat
from model import histories
from model.histories import Histories
from model.region import Region

RUN = partial(run, worlds=5, until="2026-Q4", workers=1)
NAMES = ("baseline", "history_no_war")


@pytest.fixture
def kept(tmp_path, monkeypatch):
    monkeypatch.setenv("CROSSROADS_CACHE", str(tmp_path / "kept"))
    return tmp_path / "kept"


@pytest.fixture
def stepped(monkeypatch):
    """Count the quarters that regions take."""
    taken, advance = [], Region.advance
    monkeypatch.setattr(Region, "advance", lambda region: (taken.append(1), advance(region))[1])
    return taken


def rows(results):
    return results.influence.drop(columns="scenario", errors="ignore")


@pytest.mark.parametrize("every", ["quarter", pytest.param("year", marks=pytest.mark.slow)])
def test_a_past_that_was_run_before_is_not_run_again_and_has_the_same_bits(
    tmp_path, kept, stepped, monkeypatch, every
):
    RUN("baseline", out=tmp_path / "first", every=every)
    (file,) = kept.iterdir()
    whole = len(stepped)
    stepped.clear()
    warm = RUN("frozen_ukraine", out=tmp_path / "warm", every=every)
    assert len(stepped) == 12 < whole
    assert list(kept.iterdir()) == [file]
    monkeypatch.setenv("CROSSROADS_CACHE", "")
    cold = RUN("frozen_ukraine", out=tmp_path / "cold", every=every)
    assert rows(warm).equals(rows(cold))
    assert warm.region.equals(cold.region)


@pytest.mark.slow
def test_another_past_and_another_seed_are_others(tmp_path, kept):
    for place, asked in enumerate(({}, {"seed": 1}, {"record": "free"}, {"record_until": 2014})):
        RUN("baseline", out=tmp_path / str(place), **asked)
        assert len(list(kept.iterdir())) == place + 1
    other = RUN("history_no_war", out=tmp_path / "other")
    assert len(list(kept.iterdir())) == 5
    again = RUN("history_no_war", out=tmp_path / "again")
    assert rows(again).equals(rows(other))


@pytest.mark.parametrize("damage", [b"short", None])
def test_what_is_not_whole_is_made_anew(tmp_path, kept, damage):
    first = RUN("baseline", out=tmp_path / "first")
    (file,) = kept.iterdir()
    content = file.read_bytes()
    file.write_bytes(content[:-9] + b"otherwise" if damage is None else damage)
    again = RUN("baseline", out=tmp_path / "again")
    assert rows(again).equals(rows(first))
    assert len(file.read_bytes()) == len(content)


@pytest.mark.slow
def test_what_is_written_down_or_parts_before_the_end_is_run(tmp_path, kept):
    RUN("baseline", out=tmp_path / "early", record_from="2020-Q1")
    RUN("baseline", "history_no_war", out=tmp_path / "parted")
    assert not kept.exists()


def test_a_folder_that_cannot_be_is_no_matter(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("CROSSROADS_CACHE", str(tmp_path / "file"))
    assert RUN("baseline", out=tmp_path / "out").size == 5


@pytest.mark.slow
def test_what_was_used_longest_ago_makes_room(tmp_path, kept, monkeypatch):
    RUN("baseline", out=tmp_path / "a")
    size = next(kept.iterdir()).stat().st_size
    monkeypatch.setattr(histories, "MOST", int(2.5 * size))
    for seed in (1, 2, 3):
        RUN("baseline", out=tmp_path / str(seed), seed=seed)
    assert len(list(kept.iterdir())) == 2


@pytest.mark.usefixtures("kept")
def test_computing_again_uses_nothing_that_is_kept(tmp_path, monkeypatch):
    results, used = RUN("baseline", out=tmp_path / "first"), []
    monkeypatch.setattr(Histories, "take_up", lambda *_: used.append(1))
    assert repeat(results.folder.address, Compute(workers=1)).identical
    assert not used
