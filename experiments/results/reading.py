"""Reading results back: frames of what is asked for, quantile bands, labelled arrays.

Only the files of the scenarios asked for are opened, and in them only the row groups of the
quarters asked for and the columns asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

import pandas as pd
import pyarrow as pa
import pyarrow.dataset as ds

from experiments.errors import BadInput
from experiments.machine import cores
from experiments.results import manifest
from experiments.results.bands import bands
from experiments.results.base import RecordedRun, dated
from experiments.results.damage import refuse_damaged
from experiments.results.selection import Selection, Some, Worlds, as_names, known
from experiments.store.columns import LABELS, TABLES
from experiments.store.folder import Folder
from experiments.store.parts import scenario_of, schema_of
from scenarios.quarters import quarter_label
from scenarios.reading import described

if TYPE_CHECKING:
    import xarray

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
SCENARIO = pa.field("scenario", pa.dictionary(pa.int32(), pa.string()))


def load(address: str | Path, *, agents: Mapping[str, Any] | None = None) -> Results:
    """Open a results folder; nothing is read yet but its manifest.

    `agents` are those of a user's own that it was computed with, as `run` takes them: a folder
    holds no code, which only running its worlds again needs.

    Raises BadInput when it is none, not finished, of another layout, when its manifest was
    changed, or when files of it are missing or damaged (on a disk; see `damage`).
    """
    results = opened(address, agents)
    refuse_damaged(results.folder, results.manifest)
    return results


def opened(address: str | Path, agents: Mapping[str, Any] | None = None) -> Results:
    """Open a finished results folder without a look at its files; raises BadInput as `load`."""
    if not isinstance(address, str | Path):
        raise BadInput(f"expected the address of a results folder, got {described(address)}")
    folder = Folder(str(address))
    found = manifest.read(folder)
    if found is None:
        raise BadInput(f"{address}: not a results folder (it has no manifest.json)")
    if "blocks" not in found:
        raise BadInput(f"{address}: not finished; the same `crossroads run` goes on from there")
    pa.set_cpu_count(min(pa.cpu_count(), cores()))
    results = Results(folder, found, agents)
    results.frame.adopt()
    if agents:
        _ = results.batch  # other code than the folder's is refused
    return results


class Results(RecordedRun):
    """A finished results folder."""

    def __repr__(self) -> str:
        """Say what is in the folder, in a line."""
        scenarios, inputs = len(self.scenarios), self.manifest["inputs"]
        counted = f"{scenarios} scenario{'s' if scenarios > 1 else ''}, {self.size} worlds"
        span = f"{inputs['record_from']} to {inputs['until']}"
        return f"Results('{self.folder.address}': {counted}, {span})"

    @property
    def influence(self) -> pd.DataFrame:
        """The whole influence table; `table` reads parts of it."""
        return self.table("influence")

    @property
    def states(self) -> pd.DataFrame:
        """The whole table of states; `table` reads parts of it."""
        return self.table("states")

    @property
    def region(self) -> pd.DataFrame:
        """The whole table of the region; `table` reads parts of it."""
        return self.table("region")

    def table(
        self,
        name: str,
        *,
        columns: Some = None,
        **selection: Unpack[Selection],
    ) -> pd.DataFrame:
        """Return rows of a table as a frame: those selected, with the columns asked for.

        `selection` takes scenario, state, power, quarter and world, each one or several. `quarter`
        takes `"2035-Q4"`, a year for all its recorded quarters, or a slice such as
        `slice("2030-Q1", "2035-Q4")`, whose last belongs to it. Rows of failing worlds hold NaN
        from their failure on. Raises BadInput for what the folder does not hold.
        """
        names = TABLES[known(name, self.tables, "table")].names
        wanted = [
            known(each, names, f"column of table '{name}'") for each in as_names(columns, names)
        ]
        keys = ["scenario", "world", "quarter", *TABLES[name].keys]
        with self.reading, self.frame.used():
            rows = self.held.rows(name, selection)
            parts = self.dataset(name, rows.scenarios, rows.keys.get("world"))
            read = parts.to_table(columns=[*keys, *wanted], filter=rows.arrow)
            return _labelled(dated(read.to_pandas()), self.scenarios)

    def dataset(self, table: str, scenario: Some = None, world: Worlds = None) -> ds.Dataset:
        """Return a table as a pyarrow dataset, for tools that take one.

        Its files are those that the manifest lists, and it says which scenario each is of: nothing
        is guessed from a path. Of worlds that are asked for it has the files, and so all worlds of
        their blocks.
        """
        parts = self.files(table, scenario, world)
        return ds.FileSystemDataset.from_paths(
            [self.folder.path(name) for name in parts],
            schema=pa.schema([SCENARIO, *schema_of(TABLES[table])]),
            format=ds.ParquetFileFormat(),
            filesystem=self.folder.arrow(),
            partitions=[ds.field("scenario") == scenario_of(name) for name in parts],
        )

    def bands(
        self,
        column: str,
        *,
        quantiles: float | Sequence[float] = QUANTILES,
        **selection: Unpack[Selection],
    ) -> pd.DataFrame:
        """Return quantiles, mean and number of worlds of a column, quarter by quarter.

        A row is a scenario, quarter and, where the table has them, state and power; `selection`
        takes scenario, state, power, quarter and world as `table` does. Worlds that failed are left
        out from their failure on.
        """
        with self.frame.used():
            return bands(self, column, quantiles, selection)

    def to_xarray(self, name: str, **selection: Unpack[Selection]) -> xarray.Dataset:
        """Return a table as labelled arrays with dimensions scenario, quarter, ... and world.

        `selection` is that of `table`; labels are in its order. Needs xarray installed.
        """
        frame, keys = self.table(name, **selection), TABLES[name].keys
        with self.frame.used():
            labels = {key: [*LABELS[key]] for key in keys}
        texts = dict.fromkeys(["scenario", *keys], str)
        index = ["scenario", "quarter", *keys, "world"]
        found = frame.astype(texts).set_index(index).to_xarray()
        valid = {"scenario": self.scenarios, **labels}
        held = {key: [e for e in each if e in found.indexes[key]] for key, each in valid.items()}
        return found.sel(held)

    def quarters(self) -> pd.PeriodIndex:
        """Return the recorded quarters."""
        return pd.PeriodIndex([quarter_label(each) for each in self.timeline], freq="Q")


def by_period(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame indexed by its quarters as periods, so that `frame.loc["2030Q1"]` works.

    >>> frame = pd.DataFrame({"quarter": pd.to_datetime(["2030-01-01"]), "share": [0.5]})
    >>> float(by_period(frame).loc["2030Q1", "share"])
    0.5
    """
    return frame.set_index(pd.PeriodIndex(frame["quarter"], freq="Q", name="quarter")).drop(
        columns="quarter"
    )


def _labelled(frame: pd.DataFrame, scenarios: list[str]) -> pd.DataFrame:
    """Return a frame with the labels that its columns could hold, whatever rows it has."""
    for key, valid in {"scenario": scenarios, **LABELS}.items():
        if key in frame:
            frame[key] = frame[key].astype(pd.CategoricalDtype(pd.Index(list(valid), dtype="str")))
    return frame
