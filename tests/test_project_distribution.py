"""What is shipped: the packages with their data, which install and run anywhere."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from textwrap import dedent
from zipfile import ZipFile

import numpy as np
import pytest
from ruamel.yaml import YAML

from experiments.cli import COMMANDS
from experiments.results import citation

ROOT = Path(__file__).parent.parent
PACKAGES = ("scenarios", "agents", "model", "experiments")
DATA = {
    *(".css", ".csv", ".geojson", ".html", ".js", ".json"),
    *(".ll", ".mplstyle", ".parquet", ".typed", ".yaml"),
}


def project():
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def test_every_dependency_is_pinned_for_each_python():
    pins = (ROOT / "constraints.txt").read_text().splitlines()
    names = {pin.partition("==")[0].lower() for pin in pins}
    extras = [need for needs in project()["optional-dependencies"].values() for need in needs]
    wanted = (*project()["dependencies"], *extras)
    needed = {re.split(r"[\[>=]", need)[0].lower() for need in wanted}
    assert needed <= names


def test_the_pins_name_no_address():
    pins = (ROOT / "constraints.txt").read_text()
    assert not any(sign in pins for sign in ("://", "@", "--"))


def test_the_citation_names_the_same_version():
    assert f"version: {project()['version']}\n" in (ROOT / "CITATION.cff").read_text()


def test_what_an_export_says_to_cite_is_what_the_citation_file_says():
    said = YAML(typ="safe").load((ROOT / "CITATION.cff").read_text())
    assert said["title"] == citation.TITLE
    assert [each["name"] for each in said["authors"]] == [citation.AUTHORS]


def test_only_a_version_that_the_changelog_has_was_released_on_a_date():
    said = YAML(typ="safe").load((ROOT / "CITATION.cff").read_text())
    released = f"\n## {said['version']}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert ("date-released" in said) is released


def test_the_metadata_for_machines_names_the_same_project():
    said, own = json.loads((ROOT / "codemeta.json").read_text(encoding="utf-8")), project()
    assert (said["identifier"], said["version"]) == (own["name"], own["version"])
    assert said["description"] == own["description"]
    assert set(said["softwareRequirements"]) <= set(own["dependencies"])


def test_every_package_says_that_it_is_typed():
    assert all((ROOT / name / "py.typed").is_file() for name in PACKAGES)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """A wheel made from an sdist of the project, which therefore holds all that it needs."""
    place = tmp_path_factory.mktemp("dist")
    source = place / "source"
    source.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    for name in PACKAGES:
        unwanted = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, source / name, ignore=unwanted)
    subprocess.run([sys.executable, "-m", "build", "--outdir", place, source], check=True)
    assert len([*place.glob("*.tar.gz")]) == 1
    return next(place.glob("*.whl"))


@pytest.mark.slow
def test_the_wheel_holds_every_module_and_every_data_file(wheel):
    with ZipFile(wheel) as opened:
        shipped = {name for name in opened.namelist() if ".dist-info/" not in name}
    files = {path for name in PACKAGES for path in (ROOT / name).rglob("*") if path.is_file()}
    wanted = {path for path in files if path.suffix in DATA | {".py"}}
    assert shipped == {path.relative_to(ROOT).as_posix() for path in wanted}


SCRIPT = """
    import sys
    from experiments.cli import COMMANDS, main
    import experiments
    assert experiments.__file__.startswith(sys.prefix), experiments.__file__
    for words in sys.argv[1:]:
        code = main(words.split())
        assert code == 0, (words, code)
    for name in COMMANDS:
        assert main([name, "--help"]) == 0, name
"""
RUN = (
    "scenarios", "new own --extends baseline", "check own.yaml",
    "show frozen_ukraine --to shown.png", "diff frozen_ukraine baseline", "schema", "parameters",
    "run baseline frozen_ukraine --worlds 8 --until 2031-Q4 --workers 2 --quiet --out out",
    "rerun out", "plot out influence map", "summary out", "compare out frozen_ukraine baseline",
    "explain out --state UZB --scenario baseline", "questions out", "report out",
    "ask out rivalry>0.1", "export out --to csv",
    "replay out --scenario baseline --world 3", "facts --worlds 2",
)  # fmt: skip


@pytest.mark.slow
def test_the_wheel_installs_in_a_fresh_environment_and_runs_from_any_folder(wheel, tmp_path):
    environment, apart = tmp_path / "venv", tmp_path / "apart"
    apart.mkdir()
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    python = environment / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps"]
    clean = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "CROSSROADS_CACHE": ""}
    subprocess.run([*pip, wheel], check=True, env=clean)
    # What it depends on is lent by the environment of the tests; the project itself is not.
    packages = next(environment.glob("lib/python*/site-packages"))
    (packages / "lent.pth").write_text(str(Path(np.__file__).parents[1]))
    said = subprocess.run(
        [environment / "bin" / "crossroads", "--version"], cwd=apart, env=clean, check=True,
        capture_output=True, text=True,
    )  # fmt: skip
    assert said.stdout == f"crossroads {project()['version']}\n"

    assert {each.split()[0] for each in RUN} <= COMMANDS.keys()
    subprocess.run([python, "-c", dedent(SCRIPT), *RUN], cwd=apart, env=clean, check=True)
