"""The end of a batch: the blocks' records become worlds.parquet, failures.parquet and the manifest.

Records are read block by block in order, so nothing here grows with the number of worlds but the
manifest's list of blocks.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from io import BytesIO
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from experiments.batch.blocks import BlockRecord, Failed, design_part, read_record
from experiments.design.batch import Batch
from experiments.results import manifest
from experiments.store.folder import FAILURES, WORKING, WORLDS, Folder, Hashed
from experiments.store.parts import decode_design
from scenarios.quarters import parse_quarter, quarter_date

BLOCKS_A_GROUP = 32
FAILED = pa.schema(
    [
        ("scenario", pa.dictionary(pa.int16(), pa.string())),
        ("world", pa.int32()),
        ("quarter", pa.date32()),
        ("quantity", pa.dictionary(pa.int16(), pa.string())),
        ("value", pa.float64()),
    ]
)


def finish(
    batch: Batch, folder: Folder, known: dict[int, BlockRecord], blocks: int
) -> manifest.Json:
    """Write what belongs to all blocks together; return the manifest's entries about files."""
    sums = {
        WORLDS: write_worlds(batch, folder, records(folder, known, blocks)),
        FAILURES: write_failures(folder, records(folder, known, blocks)),
    }
    listed = [_entry(batch, record) for record in records(folder, known, blocks)]
    return {"files": sums, "blocks": listed}


def records(folder: Folder, known: dict[int, BlockRecord], blocks: int) -> Iterator[BlockRecord]:
    """Yield the record of every block in order: this run's, or else the finished one's."""
    for block in range(blocks):
        record = read_record(folder, block) or known.get(block)
        if record is None:
            raise FileNotFoundError(f"{folder.address}: block {block} has no record")
        yield record


def _entry(batch: Batch, record: BlockRecord) -> manifest.Json:
    return {
        "block": record.block,
        "worlds": list(batch.bounds(record.block)),
        "failures": len(record.failures),
        "files": record.files,
    }


def write_worlds(batch: Batch, folder: Folder, found: Iterable[BlockRecord]) -> str:
    """Join the blocks' parts of the design into worlds.parquet and return its checksum."""
    with folder.stream(WORLDS) as file:
        _join((_design_part(batch, folder, each) for each in found), file)
    return file.checksum


def worlds_again(batch: Batch, blocks: int) -> str:
    """Return the checksum that worlds.parquet has when it is made again; nothing is written."""
    with Path(os.devnull).open("wb") as nowhere:
        file = Hashed(nowhere)
        _join((batch.values(block).table() for block in range(blocks)), file)
    return file.checksum


def _join(parts: Iterator[pa.Table], file: Hashed) -> None:
    """Write the blocks' rows of the design, some blocks a row group."""
    writer = None
    while group := list(islice(parts, BLOCKS_A_GROUP)):
        rows = pa.concat_tables(group)
        writer = writer or _worlds_writer(file, rows.schema)
        writer.write_table(rows, row_group_size=len(rows))
    if writer is not None:
        writer.close()


def _worlds_writer(file: Hashed, schema: pa.Schema) -> pq.ParquetWriter:
    keys = ["world", "point", "replicate"]
    return pq.ParquetWriter(
        file,
        schema,
        compression="zstd",
        compression_level=1,
        use_dictionary=keys,
        use_byte_stream_split=[name for name in schema.names if name not in keys],
        write_statistics=keys,
    )


def _design_part(batch: Batch, folder: Folder, record: BlockRecord) -> pa.Table:
    """Return a block's rows of the design: as its worker wrote them, or drawn again."""
    name = design_part(record.block)
    if record.design and folder.holds(name, record.design):
        return decode_design(folder.read(name))
    return batch.values(record.block).table()


def write_failures(folder: Folder, found: Iterable[BlockRecord]) -> str:
    """Write failures.parquet, a row a failing world, and return its checksum."""
    with folder.stream(FAILURES) as file, pq.ParquetWriter(file, FAILED) as writer:
        for record in found:
            if record.failures:
                writer.write_table(pa.Table.from_pylist(_dated(record.failures), schema=FAILED))
    return file.checksum


def _dated(rows: list[Failed]) -> list[Failed]:
    return [row | {"quarter": quarter_date(row["quarter"])} for row in rows]


def known_records(folder: Folder, found: manifest.Json | None) -> dict[int, BlockRecord]:
    """Return the blocks of a finished folder by number; none if it is not finished."""
    if not found or not found.get("blocks"):
        return {}
    listed = {each["block"]: BlockRecord(each["block"], each["files"]) for each in found["blocks"]}
    failing = {each["block"] for each in found["blocks"] if each["failures"]}
    if failing and not folder.holds(FAILURES, found["files"][FAILURES]):
        return {block: each for block, each in listed.items() if block not in failing}
    rows = _failures_by_block(folder, found["inputs"]["block"]) if failing else {}
    return {block: replace(each, failures=rows.get(block, [])) for block, each in listed.items()}


def _failures_by_block(folder: Folder, size: int) -> dict[int, list[Failed]]:
    """Return the rows of failures.parquet by block, with quarters counted from 2000-Q1."""
    grouped: dict[int, list[Failed]] = {}
    for row in pq.read_table(BytesIO(folder.read(FAILURES))).to_pylist():
        quarter = parse_quarter(row["quarter"])
        grouped.setdefault(row["world"] // size, []).append(row | {"quarter": quarter})
    return grouped


def damaged(folder: Folder, found: manifest.Json) -> list[str]:
    """Name the files of all blocks together that are not as a finished folder's manifest says."""
    sums = found.get("files", {})
    return [name for name, expected in sums.items() if not folder.holds(name, expected)]


def tidy(folder: Folder) -> None:
    """Remove what only mattered until the batch was finished."""
    folder.remove(WORKING)
