"""Bad input that is no fault of a file: an option, a name, a folder."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from numbers import Real
from typing import Any

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


def wrong_count(option: str, given: object, least: int, most: int | None = None) -> Iterator[str]:
    """Yield what is wrong with a whole number of at least so much, and at most.

    >>> list(wrong_count("--workers", "x", 1)), list(wrong_count("--workers", 0, 1))
    (["--workers: expected a whole number, got 'x'"], ['--workers: expected 1 or more, got 0'])
    """
    from scenarios.counts import expected
    from scenarios.reading import described

    if wanted := expected(given, least, most):
        yield f"{option}: expected {wanted}, got {described(given)}"


def plain(given: Any) -> Any:  # noqa: ANN401 (anything may be given)
    """Return a whole number of NumPy's as one of Python's, and anything else as it is.

    >>> import numpy as np
    >>> plain(np.int64(4)), plain("x")
    (4, 'x')
    """
    from numpy import integer

    return int(given) if isinstance(given, integer) else given


def as_float(given: Any) -> Any:  # noqa: ANN401 (anything may be given)
    """Return a number of whatever type as one of Python's, and anything else as it is.

    >>> from fractions import Fraction
    >>> as_float(Fraction(3, 2)), as_float(10**400), as_float("x"), as_float(True)
    (1.5, inf, 'x', True)
    """
    if isinstance(given, bool) or not isinstance(given, Real | Decimal):
        return given
    try:
        return float(given)
    except OverflowError:
        return float("inf")


def extra(name: str) -> str:
    """Return the command that adds an extra, as it works in a clone.

    >>> extra("s3")
    'pip install -c constraints.txt -e ".[s3]"'
    """
    return f'pip install -c constraints.txt -e ".[{name}]"'
