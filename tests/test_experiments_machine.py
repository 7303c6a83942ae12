"""Machines that give less than others: quotas of cores, no semaphores, missing backends."""

from __future__ import annotations

import errno
import os
import subprocess
import sys

import pytest

from experiments import run
from experiments.batch import executors
from experiments.figures import catalogue
from experiments.machine import cores, quotas
from experiments.report import pictures

SPAN = {"until": "2000-Q3", "record_from": "2000-Q1"}


def groups(tmp_path, own, files):
    """A tree of groups as Linux shows them, and the file that says which are this process's."""
    for name, text in files.items():
        path = tmp_path / "groups" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    tmp_path.mkdir(exist_ok=True)
    (tmp_path / "own").write_text(own)
    return list(quotas(tmp_path / "groups", tmp_path / "own"))


def test_quotas_of_groups_are_heeded_whatever_their_version_and_wherever_they_stand(tmp_path):
    second = {
        "cpu.max": "max 100000\n",
        "a/cpu.max": "250000 100000\n",
        "a/b/cpu.max": "max 100000",
    }
    assert groups(tmp_path / "2", "0::/a/b\n", second) == [2.5]
    first = {
        "cpu,cpuacct/docker/cpu.cfs_quota_us": "200000",
        "cpu,cpuacct/docker/cpu.cfs_period_us": "100000",
    }
    assert groups(tmp_path / "1", "4:memory:/x\n3:cpu,cpuacct:/docker\n", first) == [2.0]
    free = {"cpu/cpu.cfs_quota_us": "-1", "cpu/cpu.cfs_period_us": "100000"}
    assert groups(tmp_path / "0", "1:cpu:/\n", free) == [float("inf")]
    assert groups(tmp_path / "none", "", {}) == []


@pytest.mark.slow
def test_no_more_processes_draw_than_may_run(outcomes, tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr("experiments.machine.quotas", lambda: [1.9])
    monkeypatch.setattr(os, "cpu_count", lambda: 64)
    monkeypatch.setattr(executors, "local_workers", asked.append)
    names = ["influence", "relations", "domains", "hedging", "coopetition"]
    made = list(catalogue.draw_all(outcomes, names, tmp_path, ["png"]))
    assert [each.wrong for each in made] == [None] * 5
    assert (asked, cores()) == ([], 1)


def test_without_semaphores_a_run_goes_on_in_its_own_process(tmp_path, monkeypatch, capsys):
    def refused(*_, **__):
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(executors, "ProcessPoolExecutor", refused)
    found = run("baseline", worlds=300, out=tmp_path / "out", workers=2, **SPAN)
    assert found.size == 300
    said = capsys.readouterr().err
    assert said.startswith("no workers here (Read-only file system; they need new processes and")
    assert "as with --workers 1" in said


def test_semaphores_of_processes_that_are_no_more_are_removed(tmp_path):
    done = subprocess.Popen([sys.executable, "-c", ""])
    done.wait()
    gone = tmp_path / f"sem.{executors.PREFIX}{done.pid}-abc"
    others = [tmp_path / f"sem.{executors.PREFIX}{os.getpid()}-abc", tmp_path / "sem.mp-xyz"]
    for each in (gone, *others):
        each.touch()
    executors.remove_orphans(tmp_path)
    assert sorted(tmp_path.iterdir()) == sorted(others)


@pytest.mark.slow
@pytest.mark.parametrize("backend", ["module://matplotlib_inline.backend_inline", "nothing"])
def test_figures_do_not_depend_on_the_backend_that_the_caller_has(outcomes, tmp_path, backend):
    if backend.startswith("module"):
        backend = "module://of_another.environment"
    folder = outcomes.folder.address
    for words in (
        ("plot", folder, "influence", "--format", "png", "--to", tmp_path / "plot"),
        ("show", "frozen_ukraine", "--to", tmp_path / "show.png"),
        ("compare", folder, "frozen_ukraine", "baseline", "--no-channels", "--to", tmp_path / "c"),
    ):
        done = subprocess.run(
            [sys.executable, "-m", "experiments", *map(str, words)],
            env=os.environ | {"MPLBACKEND": backend},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    assert len(list(tmp_path.rglob("*.png"))) == 3


def test_a_report_without_one_of_its_figures_is_no_success(
    crossroads, outcomes, tmp_path, monkeypatch
):
    def broken(*_):
        raise ValueError("no borders")

    monkeypatch.setattr(pictures, "draw", broken)
    code, out, err = crossroads("report", outcomes.folder.address, "--to", tmp_path / "r.html")
    assert (code, out.strip()) == (1, str(tmp_path / "r.html"))
    assert "figure 'map' could not be drawn: no borders" in err.splitlines()
