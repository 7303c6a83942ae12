"""Whatever lies where a file is expected, reading it ends at once, in one line."""

from __future__ import annotations

import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from experiments.design.own_agents import read_agents
from experiments.design.points import MOST_NUMBERS, read_table
from experiments.errors import BadInput
from experiments.record.observations import read_rows
from experiments.results import damage, manifest
from experiments.store.folder import Folder
from scenarios.experiment import load_experiment
from scenarios.faults import FaultyInput
from scenarios.load import load_scenario
from scenarios.parameters import load_parameters
from scenarios.reading import document_of

READERS = {
    "scenario.yaml": load_scenario,
    "experiment.yml": load_experiment,
    "parameters.yaml": load_parameters,
    "points.csv": lambda path: read_table(path, load_parameters()),
    "points.parquet": lambda path: read_table(path, load_parameters()),
    "history.csv": read_rows,
    "own.py": lambda path: read_agents([f"{path}:Own"]),
    "manifest.json": lambda path: manifest.read(Folder(str(path.parent))),
}


def a_pipe(path: Path) -> None:
    os.mkfifo(path)


def a_device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def a_folder(path: Path) -> None:
    path.mkdir()


def one_that_has_no_end(path: Path) -> None:
    path.touch()
    os.truncate(path, 1 << 40)


def a_link_to_itself(path: Path) -> None:
    path.symlink_to(path)


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("lay", [a_pipe, a_device, a_folder, one_that_has_no_end, a_link_to_itself])
@pytest.mark.timeout(20)
def test_what_is_no_file_of_its_kind_is_refused_in_one_line(tmp_path, name, lay):
    lay(tmp_path / name)
    with pytest.raises((BadInput, FaultyInput)) as refused:
        READERS[name](tmp_path / name)
    assert len(str(refused.value).splitlines()) == 1
    assert "[Errno" not in str(refused.value)


def test_a_small_table_of_many_rows_is_refused_before_it_is_unpacked(tmp_path):
    group = pa.table({"world": pa.nulls(MOST_NUMBERS // 8).cast(pa.float32())})
    with pq.ParquetWriter(tmp_path / "points.parquet", group.schema) as writer:
        for _ in range(9):
            writer.write_table(group)
    assert (tmp_path / "points.parquet").stat().st_size < 100_000
    with pytest.raises(BadInput, match="more than 20,000,000 cells"):
        read_table(tmp_path / "points.parquet", load_parameters())


def test_a_pipe_in_a_large_folder_is_no_whole_file(tmp_path):
    os.mkfifo(tmp_path / "part")
    assert damage._cut(tmp_path, {"part": ""}) == ["part"]


def doubled(times: int) -> str:
    """A list of two of the list before it, so many times."""
    first = "a0: &a0 [x, x]\n"
    return first + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, times))


@pytest.mark.parametrize(
    "text",
    [
        doubled(60),
        "a: &a [*a]",
        "a: &a {b: *a}",
        "[" * 50_000,
        "a: " + "{b: " * 20_000,
        "- " * 50_000,
        "? " * 20_000,
        f"a: {'9' * 100_000}",
        f"a: 0x{'f' * 100_000}",
        f"a: 1e{'9' * 10_000}\nb: {{c: [",
        "a: |\n" + " " * 100_000 + "\n\tx",
    ],
    ids=range(11),
)
@pytest.mark.timeout(20)
def test_a_text_that_would_swell_or_go_deep_is_refused(text):
    with pytest.raises(FaultyInput) as refused:
        document_of(text, "bomb.yaml")
    assert all(len(str(each)) < 300 for each in refused.value.faults)
