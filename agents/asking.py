"""Asking agents of a user's own: their answers are looked at before the region goes on."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.outlook import Outlook
from scenarios.faults import Fault, FaultyInput
from scenarios.quarters import YEAR, quarter_label
from scenarios.reading import described
from scenarios.vocabulary import CONTESTED, FIRST_YEAR

OURS = "agents."
"""How modules begin whose classes are the model's own."""


class AgentFault(FaultyInput):
    """What an agent of a user's own did that cannot be, with the line, the quarter and the worlds.

    `worlds` are the first and the last, as positions in the block.
    """

    def __init__(
        self, where: tuple[str, int], who: str, what: str, worlds: tuple[int, int]
    ) -> None:
        """Put the parts into one line."""
        self.parts = where, who, what, worlds
        first, last = worlds
        which = f"world {first}" if first == last else f"worlds {first} to {last}"
        super().__init__([Fault(*where, f"{who}, {which}: {what}")])

    def among(self, worlds: NDArray[np.int64]) -> AgentFault:
        """The same, with the numbers that the worlds of the block have in their batch."""
        where, who, what, (first, last) = self.parts
        return AgentFault(where, who, what, (int(worlds[first]), int(worlds[last])))

    def __reduce__(self) -> Any:  # noqa: ANN401 (as pickle wants it)
        """Let the exception travel between processes."""
        return type(self), self.parts


@contextmanager
def numbered(worlds: NDArray[np.int64]) -> Iterator[None]:
    """Have faults of agents say the numbers that the worlds of a block have in their batch."""
    try:
        yield
    except AgentFault as fault:
        raise fault.among(worlds) from fault.__cause__


def asked(agent: Any, name: str, outlook: Outlook, *given: Any, shape: tuple[int, ...]) -> Any:  # noqa: ANN401
    """What a method of an agent gives, of which `shape` is that of its arrays, worlds last.

    The model's own are not looked at, and nothing is while a quarter is traced: what goes wrong
    there is stepped. Raises AgentFault.
    """
    method = getattr(agent, name)
    if type(agent).__module__.startswith(OURS) or type(outlook.attention) is not np.ndarray:
        return method(outlook, *given)
    try:
        answer = method(outlook, *given)
    except (Exception, SystemExit) as wrong:  # whatever a user's code raises
        what = f"{type(wrong).__name__}: {wrong}"
        line = _line_of(agent, name, traceback.extract_tb(wrong.__traceback__))
        raise _fault(agent, name, outlook, what, line, (0, shape[-1] - 1)) from wrong
    right = np.isfinite(outlook.influence).all(axis=(0, 1)) & np.full(shape[-1], fill_value=True)
    worlds = 0, shape[-1] - 1
    what = _of_domains(answer) if name == "urgency" else ""
    for each in answer.values() if isinstance(answer, Mapping) else (answer,):
        if not what:
            what, worlds = _wrong(each, shape, right, exact=name not in {"budget", "urgency"})
    if what:
        raise _fault(agent, name, outlook, what, _line_of(agent, name), worlds)
    return answer


def _of_domains(answer: object) -> str:
    """What is wrong with urgency as factors by contested domain; "" if nothing."""
    if not isinstance(answer, Mapping):
        return f"expected factors by domain, got {described(answer)}"
    wrong = [each for each in answer if each not in range(len(CONTESTED))]
    return f"expected domains 0 to {len(CONTESTED) - 1}, got {described(wrong[0])}" if wrong else ""


def _wrong(
    answer: object, shape: tuple[int, ...], right: NDArray[np.bool_], *, exact: bool
) -> tuple[str, tuple[int, int]]:
    """What is wrong with an answer, and in which worlds of those that were right; "" if nothing."""
    everywhere = (0, shape[-1] - 1)
    try:
        found = np.asarray(answer)
    except ValueError:
        found = np.array(None)
    if found.dtype.kind not in "fiub" or (exact and not isinstance(answer, np.ndarray)):
        wanted = "an array of numbers" if exact else "numbers"
        return f"expected {wanted}, got {described(answer)}", everywhere
    leading, worlds = found.shape[:-1], (found.shape or (1,))[-1]
    fits = leading == shape[:-1] if exact else leading in {(), shape[:-1], (1,) * len(leading)}
    if not fits or worlds not in {1, shape[-1]} or found.ndim > len(shape):
        return f"expected the shape {shape}, got {found.shape}", everywhere
    wide = np.broadcast_to(found, shape)
    for wanted, good in (("finite numbers", np.isfinite(wide)), ("0 or more", exact | (wide >= 0))):
        wrong = np.flatnonzero(~good.reshape(-1, shape[-1]).all(axis=0) & right)
        if wrong.size:
            numbers = wide[..., wrong[0]]
            got = numbers[~good[..., wrong[0]]].flat[0]
            return f"expected {wanted}, got {got}", (int(wrong[0]), int(wrong[0]))
    return "", everywhere


def _fault(
    agent: Any,  # noqa: ANN401
    name: str,
    outlook: Outlook,
    what: str,
    line: tuple[str, int],
    worlds: tuple[int, int],
) -> AgentFault:
    quarter = round((float(np.ravel(outlook.year)[0]) - FIRST_YEAR) * YEAR)
    who = f"{type(agent).__name__}.{name} of {agent.code} in {quarter_label(quarter)}"
    return AgentFault(line, who, what, worlds)


def _line_of(
    agent: Any,  # noqa: ANN401
    name: str,
    frames: Sequence[traceback.FrameSummary] = (),
) -> tuple[str, int]:
    """The file and the line of the user's: the last that ran, or where the method begins.

    A method that is the model's own is that of the class which changes what the method calls.
    """
    kind = next(each for each in type(agent).__mro__ if not each.__module__.startswith(OURS))
    own = {key: each.__code__ for key, each in vars(kind).items() if hasattr(each, "__code__")}
    file = getattr(sys.modules.get(kind.__module__), "__file__", None)
    lines = [each.lineno for each in frames if each.filename == file and each.lineno]
    if file and lines:
        return file, lines[-1]
    code = own.get(name) or next(iter(own.values()), None)
    return (code.co_filename, code.co_firstlineno) if code else (file or kind.__name__, 1)
