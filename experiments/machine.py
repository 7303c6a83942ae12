"""What this process may use of the machine that it runs on."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

GROUPS, OWN = Path("/sys/fs/cgroup"), Path("/proc/self/cgroup")
"""Where Linux says what groups of processes may use, and to which groups this process belongs."""


def cores() -> int:
    """Return how many cores this process may use: by affinity, and by the quotas of its groups.

    A container with two of 64 cores is held to them by a quota, which affinity does not show.
    """
    affine = hasattr(os, "sched_getaffinity")
    held = len(os.sched_getaffinity(0)) if affine else os.cpu_count() or 1
    return max(1, int(min([held, *quotas()])))


def quotas(groups: Path = GROUPS, own: Path = OWN) -> Iterator[float]:
    """Yield the cores that the groups of this process, and those above them, may take."""
    with suppress(OSError):
        for line in own.read_text().splitlines():
            _, kinds, name = line.split(":", 2)
            root = groups / kinds if kinds else groups
            if not kinds or "cpu" in kinds.split(","):
                place = root / name.lstrip("/")
                yield from (q for each in (place, *place.parents) if each.is_relative_to(root)
                            for q in _quota(each))  # fmt: skip


def _quota(group: Path) -> Iterator[float]:
    """Yield the cores that a group may take; nothing where it may take all (or is not there)."""
    with suppress(OSError, ValueError, ZeroDivisionError):
        yield _ratio(*(group / "cpu.max").read_text().split())
    with suppress(OSError, ValueError, ZeroDivisionError):
        parts = ((group / f"cpu.cfs_{each}_us").read_text() for each in ("quota", "period"))
        yield _ratio(*parts)


def _ratio(quota: str, period: str) -> float:
    """Return a quota in cores; ValueError where it is `max`, infinite where it is -1."""
    return int(quota) / int(period) if int(quota) > 0 else float("inf")
