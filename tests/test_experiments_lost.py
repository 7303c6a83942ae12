"""Nothing is lost: real processes killed, interrupted, starved of disk, started twice.

Each test ends a real `crossroads run` in some way, runs the same command again, and finds the
bytes of an undisturbed run.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest
from folders import tables

from experiments.design.batch import BLOCK
from experiments.store.folder import WORKING

pytestmark = pytest.mark.slow

BLOCKS = 8
COMMAND = [
    *(sys.executable, "-m", "experiments", "run", "baseline", "frozen_ukraine"),
    *("--worlds", str(BLOCKS * BLOCK - 50), "--until", "2004-Q4", "--record-from", "2003-Q1"),
]
PATIENCE = 120
MOUNT, UMOUNT = (shutil.which(each) or each for each in ("mount", "umount"))


@contextmanager
def started(folder, *more):
    """Start a run in a process group of its own; end all of it in the end."""
    command = [*COMMAND, "--out", str(folder), *more]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, start_new_session=True, **pipes) as run:
        try:
            yield run
        finally:
            if run.poll() is None:
                os.killpg(run.pid, signal.SIGKILL)


def finished(folder, *more):
    """Run to the end; give the exit code and what was said."""
    with started(folder, *more) as run:
        out, err = run.communicate(timeout=PATIENCE)
    return run.returncode, out, err


def records(folder):
    place = Path(folder) / WORKING
    return len(list(place.glob("block-*.json"))) if place.is_dir() else 0


def until(condition, run):
    """Look every few milliseconds until something is so; the run must still be running."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "waited too long"
        assert not ended(run, 0.005), "the run ended before it could be disturbed"


def ended(run, seconds):
    """Wait so long for a run to end."""
    try:
        run.wait(seconds)
    except (subprocess.TimeoutExpired, psutil.TimeoutExpired):
        return False
    return True


def children(run):
    """Workers of a run that are computing."""
    below = psutil.Process(run.pid).children(recursive=True)
    return [each for each in below if each.cpu_times().user > 0.2]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("undisturbed") / "out"
    code, _, err = finished(folder)
    assert (code, err) == (0, "")
    return tables(folder)


@pytest.mark.parametrize("blocks", [0, 1, BLOCKS - 2])
def test_a_run_that_is_killed_goes_on_from_its_finished_blocks(tmp_path, undisturbed, blocks):
    folder = tmp_path / "out"
    with started(folder) as run:
        until(lambda: (folder / "manifest.json").exists() and records(folder) >= blocks, run)
        below = psutil.Process(run.pid).children(recursive=True)
        run.kill()
        run.communicate(timeout=PATIENCE)
        _, alive = psutil.wait_procs(below, timeout=PATIENCE)
        assert not alive, "workers outlived the run"
    kept = records(folder)
    code, out, _ = finished(folder)
    assert code == 0
    assert tables(folder) == undisturbed
    if kept:
        assert f"({kept} of {BLOCKS} blocks were there)" in out


def test_a_run_that_is_killed_while_it_finishes_is_finished_by_the_next(tmp_path, undisturbed):
    folder = tmp_path / "out"
    with started(folder) as run:
        until(lambda: records(folder) == BLOCKS, run)
        run.kill()
        run.communicate(timeout=PATIENCE)
    assert finished(folder)[0] == 0
    assert tables(folder) == undisturbed
    assert not (folder / WORKING).exists()


@pytest.mark.usefixtures("heard")
def test_ctrl_c_ends_a_run_with_130_and_the_next_goes_on(tmp_path, undisturbed):
    folder = tmp_path / "out"
    with started(folder) as run:
        until(lambda: records(folder) >= 2, run)
        os.killpg(run.pid, signal.SIGINT)
        _, err = run.communicate(timeout=PATIENCE)
    assert run.returncode == 130
    assert err.strip() == f"interrupted; the same command goes on from what is in {folder}"
    assert (folder / "run.log").read_text().endswith("WARNING interrupted\n")
    code, out, _ = finished(folder)
    assert code == 0
    assert f"of {BLOCKS} blocks were there" in out
    assert tables(folder) == undisturbed


@pytest.mark.usefixtures("heard")
@pytest.mark.parametrize("seconds", [0.2, 0.5, 0.8, 1.1, 1.4])
def test_ctrl_c_is_heard_while_workers_start(tmp_path, seconds):
    with started(tmp_path / "out") as run:
        time.sleep(seconds)  # there is nothing to wait for: whatever has begun by then is to end
        os.killpg(run.pid, signal.SIGINT)
        _, err = run.communicate(timeout=PATIENCE)
    assert run.returncode == 130
    assert "Traceback" not in err


def test_a_worker_that_is_killed_is_replaced(tmp_path, undisturbed):
    folder = tmp_path / "out"
    with started(folder, "--workers", "2") as run:
        until(lambda: records(folder) >= 1 and children(run), run)
        children(run)[0].kill()
        _, err = run.communicate(timeout=PATIENCE)
    assert run.returncode == 0
    assert "a worker was lost; going on with the" in err
    assert tables(folder) == undisturbed


def test_a_second_run_into_the_same_folder_is_refused(tmp_path, undisturbed):
    folder = tmp_path / "out"
    with started(folder) as run:
        until(lambda: records(folder) >= 1, run)
        os.killpg(run.pid, signal.SIGSTOP)
        code, _, err = finished(folder)
        os.killpg(run.pid, signal.SIGCONT)
        run.communicate(timeout=PATIENCE)
    assert code == 2
    assert err.strip() == f"{folder}: another process is running into this folder"
    assert run.returncode == 0
    assert tables(folder) == undisturbed


def test_a_full_disk_ends_a_run_in_one_line_and_the_next_goes_on(tmp_path, undisturbed):
    disk = tmp_path / "disk"
    disk.mkdir()
    size = sum(map(len, undisturbed.values()))
    mounted = subprocess.run(
        [MOUNT, "-t", "tmpfs", "-o", f"size={size * 6 // 10}", "none", str(disk)],
        check=False,
        capture_output=True,
    )
    if mounted.returncode:
        pytest.skip("this user may not mount a small disk")
    try:
        code, _, err = finished(disk / "out")
        assert code == 1
        assert "No space left on device" in err
        assert "goes on from what is in" in err
        assert len(err.strip().splitlines()) == 1
        kept = records(disk / "out")
        assert kept >= 1
        whole = tables(disk / "out")
        assert all(undisturbed[name] == content for name, content in whole.items())
        subprocess.run([MOUNT, "-o", f"remount,size={4 * size}", str(disk)], check=True)
        code, out, _ = finished(disk / "out")
        assert code == 0
        assert f"({kept} of {BLOCKS} blocks were there)" in out
        assert tables(disk / "out") == undisturbed
    finally:
        subprocess.run([UMOUNT, str(disk)], check=True)


def test_memory_stays_flat_however_many_worlds(tmp_path):
    few, many = (peak(tmp_path / str(worlds), worlds) for worlds in (5_000, 25_000))
    assert many < 1.3 * few
    assert many < 2**30


def peak(folder, worlds):
    """The largest memory of a run with all its processes, in bytes."""
    command = [*COMMAND[:4], "baseline", "--worlds", str(worlds), "--workers", "2", "--quiet"]
    command += ["--until", "2000-Q4", "--record-from", "2000-Q1", "--every", "year"]
    run, most = psutil.Popen([*command, "--out", str(folder)]), 0
    while not ended(run, 0.1):
        most = max(most, resident(run))
    assert run.returncode == 0
    return most


def resident(run):
    """Memory of a process and all below it; what they share is counted once (PSS)."""
    total = 0
    for each in (run, *run.children(recursive=True)):
        with suppress(psutil.Error):
            total += each.memory_full_info().pss
    return total
