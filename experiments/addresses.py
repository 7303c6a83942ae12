"""Addresses that people give: what they mean, and whether something may be written there.

What writes asks here first, so that nothing is replaced that Crossroads did not make, and nothing
of a results folder.
"""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path

from experiments.errors import BadInput
from scenarios import addresses
from scenarios.reading import described

MADE_BY = "Crossroads"
"""What files that may be replaced say that they were made by."""
LOOKED_AT = 1 << 16
"""Bytes at either end of a file in which it would say so."""
FILES = {".csv", ".html", ".json", ".parquet", ".pdf", ".png", ".svg", ".txt", ".xlsx", ".zip"}
"""Endings of files: a folder that is to be made is not called so."""
MANIFEST, KIND = "manifest.json", b'"crossroads": "results"'
"""The file that makes a folder one of results, and what its beginning says."""
OURS = frozenset(
    [
        *("manifest.json", "worlds.parquet", "failures.parquet", "run.log", ".working"),
        *("influence", "states", "region"),
    ]
)
"""What results are; figures, a report and exports may lie beside them."""


def as_path(given: str | os.PathLike[str], what: str = "") -> Path:
    """Return the path that somebody means; BadInput where it is none, after `what` it is for."""
    try:
        return addresses.as_path(given)
    except TypeError:
        raise BadInput(f"{what} expected a path, got {described(given)}".strip()) from None
    except ValueError as wrong:
        raise BadInput(f"{what} {wrong}".strip()) from None


def folder_for(to: str | Path | None, what: str = "--to", own: Path | None = None) -> Path | None:
    """Return the folder that is to be written to; BadInput where there can be none.

    It is a folder or is not there yet, is not called like a file, and lies in no results folder
    but `own`.
    """
    if to is None:
        return None
    path = as_path(to, what)
    refuse_unfit(path, f"{what} {path}".strip())
    if not path.exists() and path.suffix.lower() in FILES:
        raise BadInput(f"{what} {path}: expected a folder, such as {path.with_suffix('')}".strip())
    refuse_results(path, what, own)
    return path


def file_for(
    to: str | Path, endings: Collection[str], what: str = "--to", own: Path | None = None
) -> Path:
    """Return the file that is to be written; BadInput for another ending, or where it may not be.

    One that is there already is replaced only if Crossroads made it, and lies in no results folder
    but `own`.
    """
    path = as_path(to, what)
    if path.suffix.lower() not in endings:
        told = " or ".join(endings)
        raise BadInput(f"{what} {path}: expected a name that ends in {told}".strip())
    if path.is_dir():
        raise BadInput(f"{what} {path}: a folder; expected a file".strip())
    refuse_unfit(path.parent, f"{what} {path}".strip())
    refuse_results(path, what, own)
    refuse_foreign(path)
    return path


def refuse_unfit(path: Path, said: str) -> None:
    """Raise BadInput where a folder is a file, lies in one, or links to what is not there."""
    try:
        found = next((each for each in (path, *path.parents) if os.path.lexists(each)), path)
        path.is_dir()
    except OSError as wrong:
        raise BadInput(f"{said}: cannot be reached ({wrong.strerror})") from None
    if found.is_symlink() and not found.exists():
        raise BadInput(f"{said}: {found} links to {found.readlink()}, which is not there")
    if os.path.lexists(found) and not found.is_dir():
        where = "a file" if found == path else f"{found} is a file"
        raise BadInput(f"{said}: {where}; expected a folder")


def refuse_foreign(path: Path, says: str = MADE_BY) -> None:
    """Raise BadInput where a file is there that does not say what those do that Crossroads made."""
    if os.path.lexists(path) and not (path.is_file() and _holds(path, says.encode())):
        raise BadInput(f"{path}: there already, and not made by {MADE_BY}; choose another name")


def _holds(path: Path, text: bytes) -> bool:
    with path.open("rb") as file:
        start = file.read(LOOKED_AT)
        file.seek(max(path.stat().st_size - LOOKED_AT, 0))
        return text in start + file.read(LOOKED_AT)


def refuse_results(path: Path, what: str = "", own: Path | None = None) -> None:
    """Raise BadInput where a path lies in a results folder, or, in `own`, is a part of it."""
    whole = Path(os.path.abspath(path))  # noqa: PTH100 (links stay: they are what was named)
    for parent in whole.parents:
        if _holds_results(parent):
            mine = own is not None and own.exists() and parent.samefile(own)
            if mine and whole.relative_to(parent).parts[0] not in OURS:
                continue
            raise BadInput(f"{what} {path}: lies in the results folder {parent}".strip())


def _holds_results(folder: Path) -> bool:
    try:
        if not (folder / MANIFEST).is_file():
            return False
        with (folder / MANIFEST).open("rb") as file:
            return KIND in file.read(len(KIND) + 16)
    except OSError:
        return False
