"""Where scenario files are found: the library, a user's folders and the current folder."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from scenarios.addresses import as_path
from scenarios.faults import nearest
from scenarios.text import content_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LIBRARY = Path(__file__).parent
SUFFIXES = (".yaml", ".yml")
NOT_SCENARIOS = ("parameters.yaml",)
_TITLE = re.compile(rb"^[\"']?title[\"']?\s*:", re.MULTILINE)
_BATCH = re.compile(rb"^[\"']?scenarios[\"']?\s*:", re.MULTILINE)
_FIRST_BYTES = 8192


def find_scenario(
    name: str | Path, folders: Sequence[str | Path] = (), near: Path | None = None
) -> Path:
    """The file of a scenario: a path as it is, a name from the folders or the library.

    `near` is the folder of a file that names it: paths start there, and a name found there is
    meant. Raises ValueError, with a message for the user.
    """
    if isinstance(name, Path) or _is_path(name):
        path = (near or Path()) / as_path(name)
        if near and path.suffix not in SUFFIXES:  # nothing of another kind of file is shown
            msg = f"'{name}' is no scenario file; expected one that ends in {SUFFIXES[0]}"
            raise ValueError(msg)
        return _at(path, str(name))
    own = _named(near, name) if near else []
    if own:
        return own[0]
    places = [*map(_folder, folders), Path(), LIBRARY]
    found = {path.resolve(): path for place in places for path in _named(place, name)}
    if len(found) > 1:
        files = " and ".join(str(path) for path in found.values())
        msg = f"'{name}' stands for {files}; give the path of the one that is meant"
        raise ValueError(msg)
    if not found:
        names = [path.stem for path in scenario_files((*([near] if near else []), *folders))]
        msg = f"there is no scenario '{name}'; {_suggested(name, names)}"
        raise ValueError(msg)
    return next(iter(found.values()))


def _folder(given: str | Path) -> Path:
    """A folder that a user named. Raises ValueError where there is none."""
    path = as_path(given)
    if not path.is_dir():
        msg = f"there is no folder '{given}'"
        raise ValueError(msg)
    return path


def _suggested(name: str, names: list[str]) -> str:
    said = nearest(name, names)
    return said if said.startswith("did") else "'crossroads scenarios' lists them"


def _is_path(name: str) -> bool:
    return name.endswith(SUFFIXES) or "/" in name or "\\" in name


def _at(path: Path, name: str) -> Path:
    if not path.exists():
        msg = f"there is no file '{name}'"
        raise ValueError(msg)
    return path


def _named(folder: Path, name: str) -> list[Path]:
    plain = name not in {"", ".", ".."} and "\0" not in name
    paths = [folder / f"{name}{suffix}" for suffix in SUFFIXES] if plain else []
    return [path for path in paths if path.name not in NOT_SCENARIOS and is_file(path)]


def is_file(path: Path) -> bool:
    """Whether a path is that of a file; one that is too long for any is not."""
    try:
        return path.is_file()
    except OSError:
        return False


def scenario_files(folders: Iterable[str | Path] = ()) -> list[Path]:
    """All scenario files: those of the library, then those of the folders and the current one.

    Raises ValueError for a folder that there is not.
    """
    places = [LIBRARY, *map(_folder, folders), Path()]
    files: dict[Path, Path] = {}
    for place in places:
        for path in sorted(place.glob("*.y*ml")):
            if path.suffix in SUFFIXES and path.name not in NOT_SCENARIOS and _has_title(path):
                files.setdefault(path.resolve(), path)
    return list(files.values())


def _has_title(path: Path) -> bool:
    try:
        start = content_of(path)[:_FIRST_BYTES]
    except OSError:
        return False
    return bool(_TITLE.search(start)) and not _BATCH.search(start)


def relative_name(path: Path) -> str:
    """A file's name in messages: relative where it lies below the current folder."""
    full = path.absolute()
    here = Path.cwd()
    return str(full.relative_to(here)) if full.is_relative_to(here) else str(full)
