"""Result tables as Parquet files: one part a table, scenario and block of worlds.

Rows run quarter by quarter, then state, power and world, worlds fastest: exactly as the
recorder lays its arrays out, so nothing is transposed on the way to the file. Row groups hold
whole quarters, so that a reader of some quarters skips the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cache, lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from experiments.store.columns import LABELS, TABLES, Table
from experiments.store.folder import Content
from scenarios.frame import per_frame
from scenarios.quarters import quarter_date

Numbers = NDArray[np.float32]

SPARE: list[pa.Buffer] = []
"""Memory that this process wrote its last part into: memory used before costs no page faults."""
SLACK = 1 << 20
"""Bytes that even an empty part may take."""
ROWS_A_GROUP = 32_768
"""Rows that a row group aims at: fewer make selecting cheaper, more make writing cheaper."""


def part_name(table: str, scenario: str, block: int) -> str:
    """Return the name of a block's part within the results folder.

    >>> part_name("states", "baseline", 3)
    'states/scenario=baseline/block-00003.parquet'
    """
    return f"{table}/scenario={scenario}/block-{block:05d}.parquet"


def scenario_of(name: str) -> str:
    """Return the scenario of a part by its name within the results folder.

    >>> scenario_of("states/scenario=baseline/block-00003.parquet")
    'baseline'
    """
    return name.split("/")[1].removeprefix("scenario=")


@contextmanager
def encoded_part(
    table: str, first_world: int, quarters: Sequence[int], numbers: Mapping[str, Numbers]
) -> Iterator[Content]:
    """Lend a part's bytes; their memory is taken by the next part.

    `numbers` holds one float32 array a column, of shape (quarters, states, powers, worlds),
    (quarters, states, worlds) or (quarters, worlds); `quarters` counts from 2000-Q1; worlds
    are numbered from `first_world` on. The same input gives the same bytes.
    """
    kind = TABLES[table]
    worlds = numbers[kind.names[0]].shape[-1]
    keys = _keys(table, worlds, tuple(int(quarter) for quarter in quarters))
    columns = [
        _world(first_world, worlds, keys[0]),
        *keys[1],
        *(pa.array(numbers[name].reshape(-1)) for name in kind.names),
    ]
    rows = pa.Table.from_arrays(columns, schema=schema_of(kind))
    with _lent_memory(2 * rows.nbytes + SLACK) as memory:
        yield _write(rows, kind, worlds, memory)


@contextmanager
def _lent_memory(size: int) -> Iterator[pa.Buffer]:
    """Lend memory of at least this many bytes, that of the last part where it is enough."""
    memory = None
    with suppress(IndexError):  # another thread may be quicker
        memory = SPARE.pop()
    if memory is None or memory.size < size:
        memory = pa.allocate_buffer(size)
    try:
        yield memory
    finally:
        SPARE[:] = [memory]


@per_frame(16)
def _keys(table: str, worlds: int, quarters: tuple[int, ...]) -> tuple[int, list[pa.Array]]:
    """Return how often the worlds repeat, and the key columns: the same for every block."""
    sizes = [len(LABELS[key]) for key in TABLES[table].keys]
    cells = int(np.prod(sizes, dtype=int))
    days = np.array([quarter_date(quarter) for quarter in quarters], dtype="datetime64[D]")
    found: list[pa.Array] = [pa.array(np.repeat(days, cells * worlds))]
    for position, key in enumerate(TABLES[table].keys):
        run = worlds * int(np.prod(sizes[position + 1 :], dtype=int))
        once = np.repeat(np.arange(sizes[position], dtype=np.int8), run)
        codes = np.tile(once, len(quarters) * int(np.prod(sizes[:position], dtype=int)))
        found.append(pa.DictionaryArray.from_arrays(pa.array(codes), list(LABELS[key])))
    return len(quarters) * cells, found


@lru_cache(maxsize=4)
def _world(first: int, worlds: int, times: int) -> pa.Array:
    """Return the column of worlds: the same for all scenarios of a block."""
    return pa.array(np.tile(np.arange(first, first + worlds, dtype=np.int32), times))


@cache
def schema_of(kind: Table) -> pa.Schema:
    """Return a table's columns; none is ever empty, which spares the writer its marks of it."""
    label = pa.dictionary(pa.int8(), pa.string())
    kinds = {"world": pa.int32(), "quarter": pa.date32(), **dict.fromkeys(kind.keys, label)}
    kinds |= dict.fromkeys(kind.names, pa.float32())
    return pa.schema([pa.field(name, each, nullable=False) for name, each in kinds.items()])


def _write(rows: pa.Table, kind: Table, worlds: int, memory: pa.Buffer) -> Content:
    """Return the rows as Parquet in given memory: keys short, numbers split by byte, all by LZ4.

    LZ4 takes a third less time than zstd at level 1 and 5 % more room. Quarters alone carry
    statistics: they are what readers skip row groups by.
    """
    a_quarter = worlds * int(np.prod([len(LABELS[key]) for key in kind.keys], dtype=int))
    sink = pa.FixedSizeBufferWriter(memory)
    pq.write_table(
        rows,
        sink,
        row_group_size=a_quarter * max(1, ROWS_A_GROUP // a_quarter),
        compression="lz4",
        use_dictionary=["quarter", *kind.keys],
        column_encoding={
            "world": "DELTA_BINARY_PACKED",
            **dict.fromkeys(kind.names, "BYTE_STREAM_SPLIT"),
        },
        write_statistics=["quarter"],
    )
    return memoryview(memory)[: sink.tell()]


def encode_design(rows: pa.Table) -> Content:
    """Return a block's part of the design as an Arrow file, quick to write and to read."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, rows.schema) as writer:
        writer.write_table(rows)
    return memoryview(sink.getvalue())


def decode_design(content: bytes) -> pa.Table:
    """Return the rows of a block's part of the design."""
    return pa.ipc.open_file(content).read_all()
