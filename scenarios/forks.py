"""Where scenarios part: up to there their worlds have one past."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from scenarios.scenario import Scenario


def first_fork(scenarios: Sequence[Scenario]) -> int:
    """First quarter in which any differs from the first; one past its last if none does."""
    first, *others = scenarios
    return min([parting(first, other) for other in others], default=first.end + 1)


def _by_world(path: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """A path with a last axis of worlds if the other one differs over worlds."""
    return path[..., np.newaxis] if path.ndim < other.ndim else path


def parting(one: Scenario, other: Scenario) -> int:
    """First quarter in which two scenarios differ; one past the last of them if they never do."""
    end = max(one.end, other.end) + 1
    differing = [end] if one.end == other.end else [min(one.end, other.end) + 1]
    for name, path in one.drivers.items():
        unlike = _by_world(path, other.drivers[name]) != _by_world(other.drivers[name], path)
        quarters = np.flatnonzero(unlike.reshape(len(path), -1).any(axis=1))
        differing.extend(int(quarter) for quarter in quarters[:1])
    events = set(one.events) ^ set(other.events)
    differing.extend(event.quarter for event in events)
    differing.extend(each.quarter for each in set(one.behaviours) ^ set(other.behaviours))
    if (one.free, one.record_until) != (other.free, other.record_until):
        differing.append(one.start)
    if tuple(one.events) != tuple(other.events) and not events:
        differing.append(one.start)
    return min(differing)
