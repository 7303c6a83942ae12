"""The small tables of a results folder, without a row a world: who leads, and how worlds spread."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, cast

import pandas as pd

from experiments.answers.comparison import changes
from experiments.answers.summary import summarised
from experiments.errors import BadInput
from experiments.results.citation import citation
from experiments.results.reading import Results
from experiments.results.selection import Selection, as_names, labels
from experiments.store.columns import TABLES
from experiments.store.labels import label_of

LEADERS = "leaders"
FOURTH = 4


def fitting(table: str, selection: Selection) -> Selection:
    """Return what a selection asks of a table: nothing by keys that it does not have.

    >>> fitting("region", {"scenario": "baseline", "state": "KAZ"})
    {'scenario': 'baseline'}
    """
    keys = {"scenario", "quarter", *TABLES[table].keys}
    return cast("Selection", {key: each for key, each in selection.items() if key in keys})


@dataclass(frozen=True)
class Condensed:
    """Leaders and bands of what is selected of a folder; each is computed once."""

    results: Results
    selection: Selection = field(default_factory=Selection)

    def __post_init__(self) -> None:
        """Refuse what the folder does not hold, before anything is written."""
        if self.selection.get("world") is not None:
            raise BadInput("an export has all worlds; `results.table(..., world=7)` has some")
        for table in self.results.tables:
            self.results.held.rows(table, fitting(table, self.selection))
        for state in as_names(self.selection.get("state"), ()):
            label_of("state", state)
        if not self.quarters:
            raise BadInput("no quarter is asked for")

    @cached_property
    def quarters(self) -> list[pd.Period]:
        """The recorded quarters that are selected."""
        days = self.results.held.days(self.selection.get("quarter"))
        every = list(self.results.quarters())
        return [each for each in every if days is None or each.start_time.date() in days]

    @cached_property
    def summary(self) -> dict[str, Any]:
        """The summary of the whole folder."""
        return summarised(self.results, verdicts=False)

    @property
    def names(self) -> list[str]:
        """Names of the tables: who leads in the last quarter, if that is selected, and bands."""
        last = self.quarters[-1] == self.results.quarters()[-1]
        leads = [LEADERS] if last and "influence" in self.results.tables else []
        return [*leads, *(f"{each}_bands" for each in self.results.tables)]

    @cached_property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables by name."""
        return {
            name: self._leaders() if name == LEADERS else self._bands(name.removesuffix("_bands"))
            for name in self.names
        }

    def some(self, names: Iterable[str]) -> dict[str, pd.DataFrame]:
        """Return some of the tables; nothing is computed for none."""
        return {name: self.tables[name] for name in names}

    def _leaders(self) -> pd.DataFrame:
        frame = pd.DataFrame(self.summary[LEADERS])
        if frame.empty:  # all worlds failed
            return frame
        frame["quarter"] = self.quarters[-1].start_time.date().isoformat()
        scenarios = as_names(self.selection.get("scenario"), self.results.scenarios)
        states = labels("states", "state", self.selection.get("state")) or list(frame["state"])
        held = frame["scenario"].isin(scenarios) & frame["state"].isin(states)
        return frame[held].reset_index(drop=True)

    @cached_property
    def changes(self) -> pd.DataFrame:
        """What each scenario changes by the last quarter, in the region and the selected states."""
        if self.quarters[-1] != self.results.quarters()[-1]:
            return pd.DataFrame()
        frame = changes(self.results)
        scenarios = as_names(self.selection.get("scenario"), self.results.scenarios)
        states = labels("states", "state", self.selection.get("state")) or list(frame["state"])
        held = frame["scenario"].isin(scenarios) & frame["state"].isin(["region", *states])
        return frame[held].reset_index(drop=True)

    def _bands(self, table: str) -> pd.DataFrame:
        """Return quantile bands of every column of a table at the ends of years."""
        ends = [each for each in self.quarters if each.quarter == FOURTH] or self.quarters
        asked = Selection(**fitting(table, self.selection) | {"quarter": [str(e) for e in ends]})
        frames = []
        for name in TABLES[table].names:
            frame = self.results.bands(name, **asked)
            frame.insert(0, "column", name)
            frames.append(frame)
        return pd.concat(frames, ignore_index=True)

    def about(self) -> Iterator[tuple[str, object]]:
        """Yield what the run was of, and how to cite it."""
        found, inputs = self.summary, self.results.manifest["inputs"]
        yield "citation", citation(self.results)
        yield from ((f"scenario {name}", title) for name, title in found["scenarios"].items())
        yield from ((key, found[key]) for key in ("worlds", "failed"))
        yield from ((key, inputs[key]) for key in ("seed", "record_from", "until", "every"))
        yield "quarter of the leaders", found["quarter"]
        yield "folder", found["folder"]
