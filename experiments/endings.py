"""How commands end: their exit codes, and which errors of the system are bad input."""

from __future__ import annotations

DONE, SOME_WORLDS_FAILED, BAD_INPUT, INTERRUPTED, READER_GONE = 0, 1, 2, 130, 141
"""Exit codes; the last two are 128 and the number of the signal, as shells have it."""

BAD_PATH = (
    FileExistsError,
    FileNotFoundError,
    IsADirectoryError,
    NotADirectoryError,
    PermissionError,
)
