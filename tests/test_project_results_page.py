"""The page on results reads the same numbers by pandas, Polars, DuckDB and R."""

from __future__ import annotations

import ast
import io
import re
import shutil
import subprocess
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from scenarios.vocabulary import POWERS

PAGE = Path(__file__).parents[1] / "docs/results.md"
SNIPPET = r"^## {title}\n.*?```{language}\n(.*?)```"
RSCRIPT = shutil.which("Rscript")
ASKED = "cat(all(sapply(c('arrow', 'dplyr'), requireNamespace, quietly = TRUE)))"


def snippet(title, language, folder):
    """A section's code, with the folder that the page reads replaced by one that is there."""
    found = re.search(
        SNIPPET.format(title=title, language=language),
        PAGE.read_text("utf-8"),
        re.DOTALL | re.MULTILINE,
    )
    return found.group(1).replace("results/first", folder.as_posix())


def last_value(code):
    """What a snippet's last expression is, as a notebook shows it."""
    *before, last = ast.parse(code).body
    names = {}
    exec(compile(ast.Module(before, []), PAGE.name, "exec"), names)  # noqa: S102 (our own page)
    return eval(compile(ast.Expression(last.value), PAGE.name, "eval"), names)  # noqa: S307


@pytest.fixture(scope="module", params=["plain", "scenario=baseline/world=3", "res[1]"])
def folder(request, outcomes, tmp_path_factory):
    """The same results in folders whose names some readers take for values or patterns."""
    place = tmp_path_factory.mktemp("page") / request.param
    return shutil.copytree(outcomes.folder.local, place / "three")


@pytest.fixture(scope="module")
def medians(outcomes):
    """Medians of the shares of influence in Uzbekistan under the baseline, by quarter and power."""
    own = outcomes.table("influence", scenario="baseline", state="UZB")
    return tidy(own.groupby(["quarter", "power"], observed=True)["share"].median().reset_index())


def tidy(frame):
    """Rows in one order, whoever read them."""
    frame = frame.assign(
        power=pd.Categorical(frame["power"].astype(str), POWERS),
        quarter=pd.to_datetime(frame["quarter"]),
    )
    return frame[["quarter", "power", "share"]].sort_values(["quarter", "power"], ignore_index=True)


def assert_same(found, medians):
    assert found["quarter"].tolist() == medians["quarter"].tolist()
    assert found["power"].tolist() == medians["power"].tolist()
    assert np.allclose(found["share"], medians["share"], atol=1e-6)


def test_pandas_reads_them(folder, medians):
    wide = last_value(snippet("pandas", "python", folder))
    assert_same(
        tidy(wide.reset_index().melt("quarter", var_name="power", value_name="share")), medians
    )


def test_polars_reads_them(folder, medians):
    found = last_value(snippet("Polars", "python", folder))
    assert_same(tidy(pd.DataFrame(found.to_dict(as_series=False))), medians)


def test_duckdb_reads_them(folder, medians):
    escaped = Path(re.sub(r"\[", "[[]", str(folder)))
    with duckdb.connect() as connection:
        found = connection.sql(snippet("DuckDB", "sql", escaped)).df()
    assert_same(tidy(found), medians)


def test_r_reads_them(folder, medians):
    if RSCRIPT is None or "TRUE" not in r(ASKED):
        pytest.skip("no R with its packages arrow and dplyr on this machine")
    shown = snippet("R", "r", folder).rstrip()
    libraries, _, expression = shown.rpartition("\n\n")
    code = f"suppressMessages({{{libraries}}})\nwrite.csv({expression}, row.names = FALSE)"
    assert_same(tidy(pd.read_csv(io.StringIO(r(code)))), medians)


def r(code):
    """What R prints."""
    asked = [RSCRIPT, "--vanilla", "-e", code]
    return subprocess.run(asked, capture_output=True, text=True, check=True).stdout
