"""Histories of blocks of worlds, kept in a folder of the user's: the same past is run once.

What a block has come to when the record ends depends on its seed, its parameters and its past
alone. It is kept under a key of all these; whatever is not whole is passed over and made anew, so
that neither damage nor another process at the same place can do harm.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from model.drivers import by_world
from model.past import factual
from model.recorder import Recorder
from model.region import Region
from model.smoothing import coefficients
from scenarios.frame import current
from scenarios.scenario import Scenario
from scenarios.text import TABLE, content_of

MOST = 2**30
"""Bytes that histories take at most; those that were used longest ago go first."""
DIGEST = 32
"""Bytes of the checksum that a file begins with."""
REMADE = frozenset({"course", "spec", "_paths"})
"""What drivers work out anew from the scenario that they follow."""
Kept = dict[str, Any]


def end_of_record() -> int:
    """The last quarter of which anything is on record."""
    return len(coefficients()) - 1


@dataclass(frozen=True)
class Histories:
    """A folder of histories; `about` names the code and the record that they come from."""

    folder: Path
    about: str

    def take_up(self, region: Region, recorder: Recorder) -> Path | None:
        """Take a region that stands at its start to the end of the record, if that is kept.

        Gives the file under which to keep it otherwise.
        """
        path = self.folder / f"{self._key(region, recorder)}.history"
        kept = _read(path)
        if kept is None:
            return path
        for part, held in zip(_parts(region, recorder), kept["parts"], strict=True):
            vars(part).update(held)
        region.noise.resume(kept["noise"])
        region.drivers.follow(region.spec)
        return None

    def keep(self, path: Path, region: Region, recorder: Recorder, before: list[Kept]) -> None:
        """Keep where a region is; `before` is what `held` gave at its start."""
        changed = [
            {name: each for name, each in now.items() if each is not then.get(name)}
            for now, then in zip(held(region, recorder), before, strict=True)
        ]
        content = pickle.dumps({"parts": changed, "noise": region.noise.position()}, protocol=5)
        with suppress(OSError):  # a disk that is full or read-only costs time alone
            _write(path, hashlib.sha256(content).digest() + content)
            _make_room(self.folder)

    def _key(self, region: Region, recorder: Recorder) -> str:
        """The digest of all that a history depends on."""
        found = hashlib.sha256(self.about.encode())
        for name, values in sorted(vars(region.parameters).items()):
            found.update(f"{name}{values.shape}".encode() + np.ascontiguousarray(values).tobytes())
        found.update(repr((region.noise.seed, region.noise.replicates.tolist())).encode())
        found.update(repr((recorder.every, current())).encode())
        for spec in (region.spec, factual(region.spec)):
            _add(found, spec)
        return found.hexdigest()


def held(region: Region, recorder: Recorder) -> list[Kept]:
    """What a region and its parts hold, but for what follows from the scenario."""
    return [
        {name: each for name, each in vars(part).items() if name not in REMADE}
        if part is not region and part is not recorder
        else {name: vars(part)[name] for name in _own(part)}
        for part in _parts(region, recorder)
    ]


def _own(part: object) -> tuple[str, ...]:
    """What is kept of a region itself, and of a recorder."""
    if isinstance(part, Region):
        return ("attention", "running")
    return ("year", "failed", "reached", "begun")


def _parts(region: Region, recorder: Recorder) -> list[object]:
    return [*region.parts.values(), region.drivers, region, recorder]


def _add(digest: Any, spec: Scenario) -> None:  # noqa: ANN401 (hashlib's own type)
    """Add what a scenario assumes up to the end of the record."""
    last = end_of_record()
    digest.update(repr((spec.start, spec.free, spec.record_until)).encode())
    for name, path in sorted(spec.drivers.items()):
        seen = path[: last + 1]
        if by_world(name, path) and (seen == seen[..., :1]).all():
            seen = seen[..., 0]  # worlds part later
        digest.update(name.encode() + np.ascontiguousarray(seen).tobytes())
    digest.update(repr([each for each in spec.events if each.quarter <= last]).encode())
    digest.update(repr([each for each in spec.behaviours if each.quarter <= last]).encode())


def _read(path: Path) -> Kept | None:
    """What a file holds; None where there is none, or not a whole one."""
    try:
        content = content_of(path, 4 * TABLE)
        if hashlib.sha256(content[DIGEST:]).digest() != content[:DIGEST]:
            return None
        os.utime(path)
        found: Kept = pickle.loads(content[DIGEST:])  # noqa: S301 (the user's own, and whole)
    except OSError:
        return None
    return found


def _write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise


def _make_room(folder: Path) -> None:
    """Remove what was used longest ago until the rest is small enough."""
    files = []
    for each in folder.iterdir():
        with suppress(FileNotFoundError):  # another process may have removed it
            files.append((each.stat(), each))
    files.sort(key=lambda file: -file[0].st_mtime)
    taken = 0
    for stat, path in files:
        taken += stat.st_size
        if taken > MOST:
            path.unlink(missing_ok=True)
