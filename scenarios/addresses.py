"""The paths that people give, from a command line, from Python or in a file."""

from __future__ import annotations

import os
import re
from pathlib import Path

ELSEWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")
"""How addresses begin that are no paths, also those that lost a sign on the way (`s3:/bucket`)."""
HERE = ("file://", "local://")
"""How addresses begin that are paths all the same."""


def as_path(given: str | os.PathLike[str]) -> Path:
    """The path that somebody means: `~` is their home folder.

    Raises ValueError, in words, for an address elsewhere, a name that no file can have, and the
    home folder of nobody.
    """
    text = os.fspath(given)
    for begin in HERE:
        text = text.removeprefix(begin)
    if ELSEWHERE.match(text):
        msg = f"{text}: expected a path on this machine (./{text} is one)"
        raise ValueError(msg)
    try:
        possible = b"\0" not in text.encode() and text != ""
        path = Path(text).expanduser()
    except (RuntimeError, UnicodeEncodeError):
        possible = False
    if not possible:
        msg = f"{text!a}: expected a name that a file can have"
        raise ValueError(msg)
    return path
