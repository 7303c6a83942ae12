"""Manifests whose checksum is right but which no run wrote are refused in one line."""

from __future__ import annotations

import json
import random
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from experiments import run
from experiments.cli import main
from experiments.errors import BadInput
from experiments.results import manifest
from experiments.store.folder import Folder

OTHERS = (None, {}, [[]], "x", -7.5, {"x": 1}, 10**30, float("nan"), [], True, "2030-Q1")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A small folder of two scenarios, one with events."""
    out = tmp_path_factory.mktemp("foreign") / "out"
    run("baseline", "attack_wave", worlds=3, until="2026-Q4", out=out, workers=1)
    return out


def places(found: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the way to each value of a manifest that is not within a long list."""
    pairs = found.items() if isinstance(found, dict) else ()
    if isinstance(found, list) and len(found) < 3:
        pairs = enumerate(found)
    return [path, *(each for key, value in pairs for each in places(value, (*path, key)))]


def changed(whole: str, way: tuple[Any, ...], value: object) -> dict[str, Any]:
    """Return a manifest in which another value stands in a place; None removes a key at times."""
    found = json.loads(whole)
    at = found
    for key in way[:-1]:
        at = at[key]
    at[way[-1]] = value
    return found


def tried(folder: Path, count: int, seed: int) -> list[tuple[tuple[Any, ...], object]]:
    """Return places and what is put there; fields near the top come more often than deep ones."""
    dice = random.Random(seed)  # noqa: S311 (no secret)
    ways = [each for each in places(json.loads((folder / manifest.NAME).read_text())) if each]
    top = [each for each in ways if len(each) < 4 and each[0] != manifest.SEAL]
    return [(dice.choice(dice.choice((top, ways))), dice.choice(OTHERS)) for _ in range(count)]


def test_a_sealed_manifest_of_other_content_is_refused(folder):
    whole, taken = (folder / manifest.NAME).read_text(), 0
    for way, value in tried(folder, 12, 21):
        manifest.write(Folder(str(folder)), changed(whole, way, value))
        with suppress(BadInput):  # nothing else is raised
            manifest.read(Folder(str(folder)))
            taken += 1
    (folder / manifest.NAME).write_text(whole)
    assert taken < 6


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_no_command_ends_in_a_traceback_whatever_a_sealed_manifest_says(
    folder, seed, tmp_path, capsys
):
    mine = tmp_path / "mine"
    shutil.copytree(folder, mine)
    whole = (mine / manifest.NAME).read_text()
    commands = (
        ["summary"],
        ["compare", "attack_wave", "baseline"],
        ["ask", "rivalry rises"],
        ["plot", "influence"],
        ["export", "--to", str(tmp_path / "mine.csv")],
        ["replay", "--world", "1"],
        ["rerun"],
    )
    for number, (way, value) in enumerate(tried(mine, 25, seed)):
        manifest.write(Folder(str(mine)), changed(whole, way, value))
        command, *more = commands[number % len(commands)]
        code = main([command, str(mine), *more])
        assert code in (0, 1, 2), (way, value, command)
        assert "Traceback" not in capsys.readouterr().err
