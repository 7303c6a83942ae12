"""Batches elsewhere: on a Dask cluster and into an object store, both real, both on loopback."""

from __future__ import annotations

import re
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psutil
import pytest
from folders import tables

from experiments import load, run
from experiments.design.batch import BLOCK
from experiments.store.folder import WORKING

pytestmark = pytest.mark.slow

BLOCKS = 10
SPAN = {"until": "2004-Q4", "record_from": "2003-Q1"}
WORLDS = BLOCKS * BLOCK
PATIENCE = 120


@pytest.fixture(scope="module")
def local(tmp_path_factory):
    folder = tmp_path_factory.mktemp("local") / "out"
    run("baseline", worlds=WORLDS, out=folder, **SPAN)
    return tables(folder)


@contextmanager
def server(command, ready):
    """Start a server on loopback, give what its first telling line says, end it."""
    pipes = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, **pipes) as process:
        try:
            said = next(found for line in process.stderr if (found := re.search(ready, line)))
            yield process, said
        finally:
            for each in (*psutil.Process(process.pid).children(recursive=True), process):
                each.kill()
            process.stderr.close()


@pytest.fixture
def cluster():
    """A scheduler and two worker processes."""
    pytest.importorskip("distributed", reason="the extra [cluster] is not installed")
    with ExitStack() as stack:
        scheduler = [
            *dask_command("scheduler"),
            "--host",
            "127.0.0.1",
            "--port",
            "0",
            "--no-dashboard",
        ]
        _, said = stack.enter_context(server(scheduler, r"tcp://127\.0\.0\.1:\d+"))
        worker = [
            *dask_command("worker"),
            said[0],
            "--nthreads",
            "1",
            "--no-nanny",
            "--no-dashboard",
        ]
        started = [stack.enter_context(server(worker, "Registered to")) for _ in range(2)]
        yield said[0], [process for process, _ in started]


def dask_command(name):
    return [sys.executable, "-m", f"distributed.cli.dask_{name}"]


def records(folder):
    place = Path(folder) / WORKING
    return len(list(place.glob("block-*.json"))) if place.is_dir() else 0


def test_a_cluster_that_loses_a_worker_gives_the_same_bytes(cluster, local, tmp_path):
    address, workers = cluster
    folder = tmp_path / "out"
    command = [sys.executable, "-m", "experiments", "run", "baseline", "--dask", address]
    command += ["--worlds", str(WORLDS), "--out", str(folder)]
    command += ["--until", SPAN["until"], "--record-from", SPAN["record_from"]]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, **pipes) as process:
        while records(folder) < BLOCKS // 2:
            assert not ended(process, 0.005)
        workers[0].kill()
        _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, err
    assert tables(folder) == local


def ended(process, seconds):
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


def test_no_scheduler_is_one_clear_line(crossroads, tmp_path):
    answer = crossroads("run", "baseline", "--dask", "tcp://127.0.0.1:1", "--out", tmp_path / "out")
    assert answer.code == 2
    assert "--dask tcp://127.0.0.1:1: no scheduler answers there" in answer.err
    assert not (tmp_path / "out").exists()


@pytest.fixture
def bucket(monkeypatch):
    """An address in a real server of the S3 protocol."""
    pytest.importorskip("s3fs", reason="the extra [s3] is not installed")
    pytest.importorskip("moto", reason="moto, a server of the S3 protocol, is not installed")
    import s3fs

    s3fs.S3FileSystem.clear_instance_cache()
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", "0"]
    with server(command, r"http://127\.0\.0\.1:\d+") as (_, said):
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.setenv(name, "testing")
        monkeypatch.setenv("AWS_ENDPOINT_URL", said[0])
        monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        s3fs.S3FileSystem().mkdir("crossroads")
        yield "s3://crossroads/batches/out"


def test_an_object_store_gets_the_same_bytes_and_gives_them_back(bucket, local):
    import s3fs

    results = run("baseline", worlds=WORLDS, out=bucket, workers=1, **SPAN)
    store = s3fs.S3FileSystem()
    root = bucket.removeprefix("s3://")
    found = {name.removeprefix(root + "/"): store.cat_file(name) for name in store.find(root)}
    manifest = found.pop("manifest.json")
    assert found == local
    assert b'"blocks"' in manifest
    frame = results.table("region", quarter="2004-Q4", columns=["rivalry"])
    assert len(frame) == WORLDS
    assert len(load(bucket).bands("rivalry")) == 8


def test_a_damaged_object_is_noticed_and_computed_again(bucket, local, capfd):
    import s3fs

    run("baseline", worlds=WORLDS, out=bucket, workers=1, **SPAN)
    name = "region/scenario=baseline/block-00003.parquet"
    store = s3fs.S3FileSystem()
    store.pipe_file(f"{bucket}/{name}", b"PAR1")
    run("baseline", worlds=WORLDS, out=bucket, workers=1, **SPAN)
    assert f"{name} is missing or damaged" in capfd.readouterr().err
    assert store.cat_file(f"{bucket}/{name}") == local[name]
