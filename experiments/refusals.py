"""Bad input that is no fault of a file: an option, a name, a folder."""

from __future__ import annotations


class BadInput(ValueError):  # noqa: N818 (it is the input that is bad, not the program)
    """Something a user asked for cannot be; the message says what, in one line."""
