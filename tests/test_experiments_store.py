"""Result files: whole, typed as promised, readable in parts."""

from __future__ import annotations

import os
from contextlib import suppress
from io import BytesIO

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from experiments.store import folder as folder_module
from experiments.store.columns import KEYS, LABELS, TABLES, column, table_of
from experiments.store.folder import WORKING, Folder, checksum, whole
from experiments.store.parts import encoded_part, part_name
from model import readings
from model.region import Region
from scenarios.quarters import quarter_date
from scenarios.vocabulary import FLOWS

SHAPES = {"influence": (5, 4), "states": (5,), "region": ()}
QUARTERS = [96, 97, 98]
WORLDS = 7


def numbers(table, seed=0):
    generator = np.random.default_rng(seed)
    shape = (len(QUARTERS), *SHAPES[table], WORLDS)
    return {name: generator.random(shape, dtype=np.float32) for name in TABLES[table].names}


def encoded(*given):
    with encoded_part(*given) as content:
        return bytes(content)


def written(table, first=0):
    return pq.ParquetFile(BytesIO(encoded(table, first, QUARTERS, numbers(table))))


def test_the_columns_are_those_that_the_model_records():
    region = Region()
    found = {name: tuple(read(region)) for name, read in readings.TABLES.items()}
    assert found == {name: table.names for name, table in TABLES.items()}
    assert set(FLOWS) <= set(found["states"])


def test_every_column_is_explained():
    for table in TABLES.values():
        assert set(table.keys) <= set(KEYS)
        for each in table.columns:
            assert each.unit
            assert each.meaning
            assert column(each.name) is each
            assert table_of(each.name) is table


@pytest.mark.parametrize("table", TABLES)
def test_every_number_lands_in_its_row(table):
    frame = written(table, first=256).read().to_pandas()
    keys = ["quarter", *TABLES[table].keys]
    given = numbers(table)
    for name in TABLES[table].names:
        for at, value in np.ndenumerate(given[name]):
            if at[-1] in (0, WORLDS - 1):
                wanted = [quarter_date(QUARTERS[at[0]])]
                wanted += [
                    LABELS[key][place] for key, place in zip(keys[1:], at[1:-1], strict=True)
                ]
                row = np.ravel_multi_index(at, given[name].shape)
                assert [frame[key].iloc[row] for key in keys] == wanted
                assert frame["world"].iloc[row] == 256 + at[-1]
                assert frame[name].iloc[row] == value


def test_numbers_are_single_precision_and_keys_are_short():
    file = written("influence")
    kinds = {field.name: field.type for field in file.schema_arrow}
    assert all(kinds[name] == pa.float32() for name in TABLES["influence"].names)
    assert kinds["world"] == pa.int32()
    assert kinds["quarter"] == pa.date32()
    assert pa.types.is_dictionary(kinds["state"])
    group = file.metadata.row_group(0)
    columns = {group.column(n).path_in_schema: group.column(n) for n in range(group.num_columns)}
    for key in ("quarter", "state", "power"):
        assert "RLE_DICTIONARY" in columns[key].encodings
    assert "DELTA_BINARY_PACKED" in columns["world"].encodings
    assert {name for name, each in columns.items() if each.is_stats_set} == {"quarter"}
    assert "BYTE_STREAM_SPLIT" in columns["share"].encodings
    assert columns["share"].compression == "LZ4"


def test_row_groups_hold_whole_quarters():
    many = {name: np.zeros((20, 5, 4, 256), np.float32) for name in TABLES["influence"].names}
    file = pq.ParquetFile(BytesIO(encoded("influence", 0, range(100, 120), many)))
    assert file.metadata.num_row_groups > 1
    for group in range(file.metadata.num_row_groups):
        assert file.metadata.row_group(group).num_rows % (5 * 4 * 256) == 0
    place = file.schema.names.index("quarter")
    seen = [file.metadata.row_group(n).column(place).statistics for n in range(2)]
    assert seen[0].max < seen[1].min


def test_the_same_numbers_give_the_same_bytes():
    for table in TABLES:
        one = encoded(table, 0, QUARTERS, numbers(table))
        assert checksum(one) == checksum(encoded(table, 0, QUARTERS, numbers(table)))
        assert checksum(one) != checksum(encoded(table, 0, QUARTERS, numbers(table, seed=1)))


def test_parts_that_are_held_at_once_have_memory_of_their_own():
    given = ("region", 0, QUARTERS)
    with encoded_part(*given, numbers("region")) as one:
        before = bytes(one)
        with encoded_part(*given, numbers("region", seed=1)) as other:
            assert bytes(one) == before != bytes(other)


def test_a_file_appears_whole_or_not_at_all(tmp_path, monkeypatch):
    folder = Folder(str(tmp_path))
    folder.write("states/a.parquet", b"first")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.write_bytes", full)
    with pytest.raises(OSError, match="No space left"):
        folder.write("states/a.parquet", b"second")
    assert folder.read("states/a.parquet") == b"first"
    assert list((tmp_path / WORKING).iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "posix_fadvise"), reason="this system takes no such advice")
def test_a_process_that_has_written_much_lets_go_of_its_files_and_they_stay_whole(
    tmp_path, monkeypatch
):
    let_go, advise = [], os.posix_fadvise

    def noted(file, *advice):
        let_go.append(os.fstat(file).st_size)
        advise(file, *advice)

    monkeypatch.setattr(os, "posix_fadvise", noted)
    monkeypatch.setattr(folder_module, "MUCH", 5)
    monkeypatch.setattr(folder_module, "PAGE_CACHE", folder_module.PageCache())
    folder = Folder(str(tmp_path))
    for size in (3, 4, 6):
        folder.write(f"{size}", b"x" * size)
    assert let_go == [4, 4, 6]
    assert [folder.read(f"{size}") for size in (3, 4, 6)] == [b"xxx", b"xxxx", b"xxxxxx"]


def test_checksums_are_those_of_sha256sum():
    abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert checksum(b"abc") == abc


def test_a_streamed_file_has_the_checksum_of_its_content(tmp_path):
    folder = Folder(str(tmp_path))
    with folder.stream("worlds.parquet") as file:
        file.write(b"a")
        file.write(b"bc")
        assert not folder.exists("worlds.parquet")
    assert folder.holds("worlds.parquet", checksum(b"abc"))
    assert file.checksum == checksum(b"abc")


def test_folders_work_on_any_fsspec_address():
    folder = Folder("memory://crossroads-store")
    assert folder.write("states/scenario=a/block-00000.parquet", b"x") == checksum(b"x")
    assert folder.read("states/scenario=a/block-00000.parquet") == b"x"
    assert folder.names("states") == ["scenario=a"]
    with folder.stream("worlds.parquet") as file:
        file.write(b"abc")
    assert folder.holds("worlds.parquet", checksum(b"abc"))
    folder.remove("states")
    assert folder.names("states") == []
    assert not folder.exists("states/scenario=a/block-00000.parquet")


@pytest.mark.parametrize("address", ["memory://crossroads-streams", "{tmp}"])
def test_a_stream_that_breaks_off_leaves_nothing(address, tmp_path):
    folder = Folder(address.format(tmp=tmp_path))
    with suppress(RuntimeError), folder.stream("worlds.parquet") as file:
        file.write(b"half")
        raise RuntimeError
    assert not folder.exists("worlds.parquet")


def test_parts_are_named_for_readers_of_hive_partitions():
    assert part_name("region", "western_exit", 12) == (
        "region/scenario=western_exit/block-00012.parquet"
    )


def test_a_file_that_is_written_anew_is_whole_or_as_it_was(tmp_path):
    target = tmp_path / "report.html"
    with whole(target) as fresh:
        fresh.write_text("first")
    with pytest.raises(UnicodeEncodeError), whole(target) as fresh:
        fresh.write_text("half \ud800", encoding="utf-8")
    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [
        ("report.html", "first")
    ]


def test_what_cannot_be_written_is_named_not_what_stood_in_for_it(tmp_path):
    target = tmp_path / "nowhere" / "report.html"
    with pytest.raises(FileNotFoundError) as wrong, whole(target) as fresh:
        fresh.write_text("")
    assert wrong.value.filename == str(target)
