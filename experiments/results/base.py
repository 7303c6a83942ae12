"""What a results folder says of itself: scenarios, quarters, worlds, titles, the files it has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import cached_property
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from experiments.design.batch import Batch
from experiments.design.own_agents import given_again
from experiments.results import manifest
from experiments.results.clusters import DRAWN, Clusters
from experiments.results.damage import telling
from experiments.results.selection import Held, Some, Worlds, known
from experiments.store.columns import LABELS
from experiments.store.folder import FAILURES, WORLDS, Folder
from experiments.store.parts import scenario_of
from scenarios.frame import Frame
from scenarios.quarters import parse_quarter, recorded_quarters

if TYPE_CHECKING:
    import pandas as pd

LONGEST = 64
"""Letters of a title that are shown; the manifest and the report's assumptions have all of it."""


@dataclass(frozen=True)
class RecordedRun:
    """A finished run, as its manifest has it; `Results` reads its tables."""

    folder: Folder
    manifest: manifest.Json
    agents: Mapping[str, Any] | None = None

    @property
    def scenarios(self) -> list[str]:
        """Names of the scenarios, in the order of the run."""
        return list(self.manifest["inputs"]["scenarios"])

    @property
    def size(self) -> int:
        """Worlds in each scenario."""
        return int(self.manifest["blocks"][-1]["worlds"][1])

    @property
    def tables(self) -> list[str]:
        """Tables in the folder."""
        return list(self.manifest["inputs"]["tables"])

    @cached_property
    def frame(self) -> Frame:
        """The states and powers of the folder; `with results.frame.used():` puts it in force."""
        return manifest.frame_of(self.manifest["inputs"])

    @cached_property
    def labels(self) -> dict[str, tuple[str, ...]]:
        """The states and powers that tables are about, in the order of their arrays."""
        with self.frame.used():
            return {key: tuple(each) for key, each in LABELS.items()}

    @cached_property
    def timeline(self) -> NDArray[np.int64]:
        """The recorded quarters, counted from 2000-Q1."""
        inputs = self.manifest["inputs"]
        first, last = parse_quarter(inputs["record_from"]), parse_quarter(inputs["until"])
        return np.array(recorded_quarters(first, last, inputs["every"]), dtype=np.int64)

    @cached_property
    def titles(self) -> dict[str, str]:
        """What each scenario is called: short, and no two the same."""
        said = self.manifest["inputs"]["scenarios"].items()
        return distinct({name: shortened(str(each["title"])) for name, each in said})

    @cached_property
    def clusters(self) -> Clusters | None:
        """How worlds lie that are not independent, None if each is a draw of its own."""
        design = self.manifest["inputs"]["design"]
        replicates = int(design["replicates"])
        points = self.size // max(replicates, 1)
        if points == 1:
            return None
        lists = int(np.prod(list(design["lists"].values()), dtype=int))
        drawn = points // lists if design["method"] in DRAWN else 1
        return Clusters(drawn, points // drawn, replicates)

    @cached_property
    def batch(self) -> Batch:
        """The batch that the folder holds, as it can be run again."""
        with self.frame.used():
            batch = manifest.restored(self.manifest["inputs"])
            return replace(batch, agents=given_again(batch.agents, self.agents))

    @cached_property
    def worlds(self) -> pd.DataFrame:
        """The design: a row a world with its point, replicate and whatever varies."""
        return self._read(WORLDS)

    @cached_property
    def failures(self) -> pd.DataFrame:
        """Failing worlds: scenario, world, quarter, quantity and value."""
        return self._read(FAILURES)

    def _read(self, name: str) -> pd.DataFrame:
        from pyarrow import parquet

        with self.reading:
            return dated(parquet.read_table(BytesIO(self.folder.read(name))).to_pandas())

    @property
    def reading(self) -> AbstractContextManager[None]:
        """A context that names damaged files where reading fails because of them."""
        return telling(self.folder, self.manifest)

    @cached_property
    def held(self) -> Held:
        """What can be selected here."""
        return Held(self.scenarios, self.timeline.tolist(), self.size)

    def files(self, table: str, scenario: Some = None, world: Worlds = None) -> list[str]:
        """Return the names of the parts of a table, for all scenarios and worlds or some."""
        known(table, self.tables, "table")
        wanted = set(self.held.named(scenario))
        numbers, size = self.held.numbers(world), self.manifest["inputs"]["block"]
        blocks = None if numbers is None else {each // size for each in numbers}
        listed = (
            name
            for block in self.manifest["blocks"]
            if blocks is None or block["block"] in blocks
            for name in block["files"]
        )
        return [
            name for name in listed if name.startswith(f"{table}/") and scenario_of(name) in wanted
        ]


def dated(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with quarters as time stamps, which pandas can reckon with."""
    if "quarter" in frame:
        import pandas as pd

        frame["quarter"] = pd.to_datetime(frame["quarter"])
    return frame


def shortened(title: str, letters: int = LONGEST) -> str:
    """Return a title on one line, cut between words, or within one that is too long itself.

    >>> shortened("The front freezes", 14), shortened("A" * 20, 8)
    ('The front…', 'AAAAAAA…')
    """
    line = " ".join(title.split())
    if len(line) <= letters:
        return line
    whole = line[:letters].rpartition(" ")[0]
    return f"{whole or line[: letters - 1]}…"


def distinct(called: Mapping[str, str]) -> dict[str, str]:
    """Return what scenarios are called, with their names where several are called the same.

    >>> distinct({"a": "War", "b": "War", "c": "Peace"})
    {'a': 'War (a)', 'b': 'War (b)', 'c': 'Peace'}
    """
    several = {title for title, many in Counter(called.values()).items() if many > 1}
    return {
        name: f"{title} ({name})" if title in several else title for name, title in called.items()
    }


def sharing(results: RecordedRun) -> str:
    """Say what worlds share that are not independent, and what intervals make of it; '' if none."""
    lie = results.clusters
    if lie is None:
        return ""
    points, replicates = lie.points * lie.fixed, lie.replicates
    if replicates == 1:
        return f"Worlds are {points:,} points of one replicate: all have the same luck."
    drawn = "points and replicates" if lie.points > 1 else "replicates"
    return (
        f"Worlds are {points:,} points by {replicates:,} replicates and not independent: intervals "
        f"go by how {drawn} scatter."
    )
