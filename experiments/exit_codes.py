"""How commands end: their exit codes, and which errors of the system are bad input."""

from __future__ import annotations

from scenarios.faults import one_line

DONE, SOME_WORLDS_FAILED, BAD_INPUT, INTERRUPTED, READER_GONE = 0, 1, 2, 130, 141
"""Exit codes; the last two are 128 and the number of the signal, as shells have it."""

BAD_PATH = (
    FileExistsError,
    FileNotFoundError,
    IsADirectoryError,
    NotADirectoryError,
    PermissionError,
)


def said_of(wrong: OSError) -> str:
    """Say in a line what the system refused, and of which file.

    >>> said_of(OSError(28, "No space left on device", "x.parquet")), said_of(OSError("no bucket"))
    ('x.parquet: No space left on device', 'no bucket')
    """
    said = wrong.strerror or str(wrong)
    return one_line(f"{wrong.filename}: {said}" if wrong.filename else said)
