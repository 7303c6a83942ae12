"""What is shipped: the packages with their data, and nothing else at the top."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from zipfile import ZipFile

import pytest
from ruamel.yaml import YAML

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


@pytest.mark.slow
def test_the_wheel_holds_every_module_and_every_data_file(tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    for name in PACKAGES:
        unwanted = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, source / name, ignore=unwanted)
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", tmp_path, source]
    subprocess.run(build, check=True)
    with ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        shipped = {name for name in wheel.namelist() if ".dist-info/" not in name}
    files = {path for name in PACKAGES for path in (ROOT / name).rglob("*") if path.is_file()}
    wanted = {path for path in files if path.suffix in DATA | {".py"}}
    assert shipped == {path.relative_to(ROOT).as_posix() for path in wanted}
