"""The frame: which states and powers there are, with their names.

The model's own are five states and four powers. Folders of extras add states and powers to them
(`scenarios.extras` reads these); those of a batch stand in its manifest. A frame is in force
within `used`, and whatever asks for the states or the powers is told those of the frame in force,
by default the model's own. Commands adopt that of the results folder that they open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from functools import lru_cache, wraps
from typing import Any, Literal, ParamSpec, TypeVar, overload

STATES = {
    "KAZ": "Kazakhstan",
    "KGZ": "Kyrgyzstan",
    "TJK": "Tajikistan",
    "TKM": "Turkmenistan",
    "UZB": "Uzbekistan",
}
POWERS = {"RUS": "Russia", "CHN": "China", "WST": "the West", "REG": "regional powers"}
SELF = "SELF"
MOST = 7
"""States, and options of a state: sums of more terms would depend on how worlds lie in memory."""

Given = ParamSpec("Given")
Found = TypeVar("Found")


@dataclass(frozen=True)
class Extra:
    """A state or power that a folder adds, and the texts of the folder's files by their name."""

    name: str
    kind: Literal["state", "power"]
    code: str
    label: str
    colour: str = ""
    at: tuple[float, float] = (0.0, 0.0)
    """Where a state's label stands on maps: degrees east and north."""
    texts: tuple[tuple[str, str], ...] = ()

    def text(self, file: str) -> str:
        """The text of a file of the folder; empty where there is none."""
        return dict(self.texts).get(file, "")


@dataclass(frozen=True)
class Frame:
    """The model's own states and powers, then those that are added, in their order."""

    extras: tuple[Extra, ...] = ()

    def labels(self, kind: str) -> dict[str, str]:
        """Names of the states or the powers by code."""
        own = STATES if kind == "state" else POWERS
        return own | {each.code: each.label for each in self.extras if each.kind == kind}

    @contextmanager
    def used(self) -> Iterator[None]:
        """Put the frame in force for what is done within."""
        before = _IN_FORCE.set(self)
        try:
            yield
        finally:
            _IN_FORCE.reset(before)

    def adopt(self) -> None:
        """Put the frame in force in all threads until the command that is running ends."""
        if len(_STANDING) > 1:
            _STANDING[-1] = self

    def stored(self) -> list[dict[str, Any]]:
        """All of it as JSON holds it."""
        return [asdict(each) | {"texts": dict(each.texts)} for each in self.extras]


def restored(found: Sequence[Mapping[str, Any]]) -> Frame:
    """The frame that `stored` gave.

    >>> restored(Frame().stored()) == Frame()
    True
    """
    return Frame(
        tuple(
            Extra(**{**each, "at": tuple(each["at"]), "texts": tuple(each["texts"].items())})
            for each in found
        )
    )


_IN_FORCE: ContextVar[Frame | None] = ContextVar("frame", default=None)
_STANDING = [Frame()]
"""The frame where none is used: the model's own, then that which a running command adopted."""


def current() -> Frame:
    """The frame in force."""
    return _IN_FORCE.get() or _STANDING[-1]


@contextmanager
def command() -> Iterator[None]:
    """Let the results folder that a command opens say which frame is in force until it ends."""
    _STANDING.append(Frame())
    try:
        yield
    finally:
        _STANDING.pop()


@lru_cache(maxsize=8)
def _codes(frame: Frame, kind: str) -> tuple[str, ...]:
    own = frame.labels("state" if kind == "state" else "power")
    return (*own, SELF) if kind == "option" else tuple(own)


class Codes(Sequence[str]):
    """The codes of the states, powers or options of the frame in force, as a tuple has them."""

    def __init__(self, kind: Literal["state", "power", "option"]) -> None:
        """Tell those of a kind."""
        self.kind = kind

    def now(self) -> tuple[str, ...]:
        """The codes, whatever frame is in force later."""
        return _codes(current(), self.kind)

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[str, ...]: ...
    def __getitem__(self, place: int | slice) -> str | tuple[str, ...]:
        """The code at a place."""
        return self.now()[place]

    def __len__(self) -> int:
        """How many there are."""
        return len(self.now())

    def __iter__(self) -> Iterator[str]:
        """The codes in their order; what Sequence offers looks each one up."""
        return iter(self.now())

    def __eq__(self, other: object) -> bool:
        """Whether another sequence has the same codes."""
        return self.now() == tuple(other) if isinstance(other, Sequence) else False

    def __hash__(self) -> int:
        """The same in every frame."""
        return hash(self.kind)

    def __repr__(self) -> str:
        """As the tuple."""
        return repr(self.now())


class Labels(Mapping[str, str]):
    """Names of the states or the powers of the frame in force, by code; `more` are of no frame."""

    def __init__(self, kind: Literal["state", "power"], more: Mapping[str, str]) -> None:
        """Tell those of a kind."""
        self.kind, self.more = kind, more

    def __getitem__(self, code: str) -> str:
        """The name of a code."""
        return {**self.more, **current().labels(self.kind)}[code]

    def __iter__(self) -> Iterator[str]:
        """The codes, in their order."""
        return iter((*current().labels(self.kind), *self.more))

    def __len__(self) -> int:
        """How many there are."""
        return len(current().labels(self.kind)) + len(self.more)


def per_frame(size: int = 1) -> Callable[[Callable[Given, Found]], Callable[Given, Found]]:
    """Keep what a function gave, for each frame by itself: the last `size` answers of four."""

    def keeping(function: Callable[Given, Found]) -> Callable[Given, Found]:
        @lru_cache(maxsize=4 * size)
        def kept(_frame: Frame, *given: Any, **named: Any) -> Found:  # noqa: ANN401
            return function(*given, **named)

        @wraps(function)
        def found(*given: Given.args, **named: Given.kwargs) -> Found:
            return kept(current(), *given, **named)  # type: ignore[arg-type]

        return found

    return keeping
