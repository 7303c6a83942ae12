"""The paths that people give, from a command line, from Python or in a file."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path

ELSEWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")
"""How addresses begin that are no paths, also those that lost a sign on the way (`s3:/bucket`)."""
HERE = ("file://", "local://")
"""How addresses begin that are paths all the same."""


def as_path(given: str | os.PathLike[str]) -> Path:
    """The path that somebody means: `~` is their home folder.

    Raises ValueError, in words, for an address elsewhere and a name that no file can have.
    """
    text = os.fspath(given)
    for begin in HERE:
        text = text.removeprefix(begin)
    if ELSEWHERE.match(text):
        msg = f"{text}: expected a path on this machine (./{text} is one)"
        raise ValueError(msg)
    if not text or "\0" in text or not _in_utf8(text):
        msg = f"{text!a}: expected a name that a file can have"
        raise ValueError(msg)
    with suppress(RuntimeError):  # nobody is called so: it is a name, as for a shell
        return Path(text).expanduser()
    return Path(text)


def _in_utf8(text: str) -> bool:
    try:
        return bool(text.encode())
    except UnicodeEncodeError:
        return False
