"""Frames of a run: the states and powers that extras add, read and checked as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from scenarios.extras import clashes, folder_of, read_extra
from scenarios.faults import Fault, FaultyInput
from scenarios.frame import Extra, Frame
from scenarios.lineage import extra_layers
from scenarios.parameters import load_parameters


def frame_of(names: Sequence[str | Path]) -> Frame:
    """The frame that shipped folders, by name, or a user's own, by path, make.

    Raises FaultyInput with every fault of all of them.
    """
    extras, faults = list[Extra](), list[Fault]()
    for name in names:
        try:
            extras.append(read_extra(folder_of(name)))
        except FaultyInput as wrong:
            faults += wrong.faults
    order = sorted(extras, key=lambda each: each.kind == "power")
    faults = faults or [*clashes(order)]
    if faults:
        raise FaultyInput(faults)
    return checked(Frame(tuple(order)))


def checked(frame: Frame) -> Frame:
    """A frame whose tables and drivers are good. Raises FaultyInput with every fault."""
    with frame.used():
        load_parameters()
        if faults := [fault for layer in extra_layers() for fault in layer.faults]:
            raise FaultyInput(faults)
    return frame
