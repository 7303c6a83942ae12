"""Batches run from wherever Python runs: threads, scripts without a guard, pipes, odd places."""

from __future__ import annotations

import hashlib
import logging
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor

import pytest

from experiments import run
from experiments.batch import executors
from experiments.batch.executors import FORKS
from experiments.batch.progress import LogFile
from experiments.design.batch import BLOCK, MANY
from experiments.errors import BadInput
from experiments.store.folder import Folder

SPAN = {"until": "2000-Q3", "record_from": "2000-Q1"}


def scripted(code, *, piped=False):
    """What a script of its own prints, given as a file or through a pipe."""
    text = textwrap.dedent(code)
    command = [sys.executable, "-W", "error", "-" if piped else "-c"]
    given = {"input": text} if piped else {}
    done = subprocess.run(
        command if piped else [*command, text], capture_output=True, text=True, check=False, **given
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.split()


def digest(folder):
    """A checksum of all tables."""
    parts = sorted(folder.glob("*/*/*.parquet"))
    return hashlib.sha256(b"".join(part.read_bytes() for part in parts)).hexdigest()


@pytest.mark.slow
def test_threads_that_all_begin_at_once_give_the_bytes_of_one(tmp_path):
    code = f"""
        from concurrent.futures import ThreadPoolExecutor
        from experiments import run

        with ThreadPoolExecutor(4) as executor:
            run("baseline", worlds={MANY}, out={str(tmp_path / "threads")!r},
                executor=executor, **{SPAN})
    """
    scripted(code)
    run("baseline", worlds=MANY, out=tmp_path / "alone", workers=1, **SPAN)
    assert digest(tmp_path / "threads") == digest(tmp_path / "alone")


@pytest.mark.parametrize("kind", ["pipe", "file"])
def test_a_script_needs_no_guard_and_no_file(tmp_path, kind):
    code = f"""
        from experiments import run

        folder = {str(tmp_path / "out")!r}
        print(run("baseline", worlds={2 * BLOCK}, out=folder, workers=2, **{SPAN}).size)
    """
    if kind == "pipe":
        assert scripted(code, piped=True) == [str(2 * BLOCK)]
        return
    script = tmp_path / "script.py"
    script.write_text(textwrap.dedent(code))
    done = subprocess.run(
        [sys.executable, script], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{2 * BLOCK}\n", "")


def test_two_runs_in_threads_keep_their_logs_apart(tmp_path):
    with ThreadPoolExecutor(2) as threads:
        for seed in (1, 2):
            threads.submit(run, "baseline", worlds=3, out=tmp_path / f"{seed}", seed=seed, **SPAN)
    for seed in (1, 2):
        assert (tmp_path / f"{seed}/run.log").read_text().count("finished: 3 worlds") == 1


def test_a_folder_in_memory_is_seen_by_no_other_process():
    results = run("baseline", worlds=BLOCK + 1, out="memory://crossroads-seen", workers=2, **SPAN)
    assert len(results.table("region", quarter="2000-Q3", columns=["rivalry"])) == BLOCK + 1


def test_a_log_that_finds_no_room_ends_nothing(capsys):
    full = LogFile("/dev/full", encoding="utf-8")
    full.emit(logging.LogRecord("crossroads", logging.INFO, "", 0, "a line", None, None))
    full.close()
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("address", ["a\0b", "caf\udce9"])
def test_an_address_that_no_file_has_is_refused(address):
    with pytest.raises(BadInput, match="expected a name that a file can have"):
        Folder(address)


def test_a_folder_where_a_file_belongs_is_named(tmp_path):
    folder = Folder(str(tmp_path))
    (tmp_path / "states/a.parquet").mkdir(parents=True)
    with pytest.raises(IsADirectoryError, match=r"states/a\.parquet"):
        folder.write("states/a.parquet", b"content")


def test_a_reader_that_has_gone_is_told_as_one(tmp_path):
    command = [sys.executable, "-m", "experiments", "run", "baseline", "--worlds", "2"]
    span = ["--until", "2024-Q1", "--workers", "1", "--out", str(tmp_path / "out")]
    with subprocess.Popen([*command, *span], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as one:
        one.stdout.close()
        said = one.stderr.read()
    assert (one.returncode, said) == (141, b"")


@pytest.mark.slow
@pytest.mark.skipif(not FORKS, reason="workers of this system need no socket")
def test_workers_start_where_the_folder_for_temporary_files_has_a_long_name(tmp_path, monkeypatch):
    long = tmp_path / ("temporary" * 12)
    long.mkdir()
    monkeypatch.setenv("TMPDIR", str(long))
    place = tmp_path / "out"
    scripted(
        f"""
        from experiments import run
        run("baseline", worlds={BLOCK + 1}, out={str(place)!r}, workers=2, **{SPAN})
        """
    )
    assert len(list(place.glob("region/*/*.parquet"))) == 2
    assert list(long.iterdir()) == []


def test_where_no_short_folder_is_left_for_workers_it_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(executors.tempfile, "tempdir", "x" * 100)
    monkeypatch.setattr(executors, "SHORT", (str(tmp_path / "missing"),))
    with (
        pytest.raises(BadInput, match=r"too long a name .* set TMPDIR .* or .* --workers 1"),
        executors.short_folder(),
    ):
        pass
