"""Bad input that is no fault of a file: an option, a name, a folder."""

from __future__ import annotations

from scenarios.faults import one_line


class BadInput(ValueError):  # noqa: N818 (it is the input that is bad, not the program)
    r"""Something a user asked for cannot be: one message, in one line, for each thing wrong.

    >>> print(BadInput("no such file: a\nb.csv", "--seed -1: expected 0 or more"))
    no such file: a b.csv
    --seed -1: expected 0 or more
    """

    def __str__(self) -> str:
        """As printed: a line for each thing wrong."""
        return "\n".join(one_line(str(each)) for each in self.args)


def extra(name: str) -> str:
    """Return the command that adds an extra, as it works in a clone.

    >>> extra("s3")
    'pip install -c constraints.txt -e ".[s3]"'
    """
    return f'pip install -c constraints.txt -e ".[{name}]"'
