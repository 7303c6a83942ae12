"""A commented scenario file to begin with."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from scenarios.json_schema import SCENARIO, schema_file
from scenarios.library import LIBRARY
from scenarios.quarters import parse_quarter
from scenarios.resolved import path_of
from scenarios.vocabulary import DRIVERS, NOW, Driver, cells_of, line_of

if TYPE_CHECKING:
    from scenarios.scenario import Scenario

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,60}")
TEXT = """\
# yaml-language-server: $schema={schema}
# Say only what differs from '{extends}'. `crossroads check {name}.yaml` finds faults,
# `crossroads show {name}.yaml` draws what the file assumes.
title: "{title}"
extends: {extends}
# summary: What happens, in two or three sentences.
# theme: Mine
# sources:
#   - where an assumption comes from
# note: Anything else.

# Values at quarters, joined by straight lines: before the first the inherited path holds, after
# the last its value. `inherited` stands for the inherited value at that quarter.
#   oil_price: {{2026-Q1: inherited, 2027-Q1: 1.2}}     a ramp
#   oil_price: {{step: {{2026-Q1: 1.2, 2028-Q1: 0.9}}}}   steps
#   oil_price: {{add: {{2026-Q1: 0, 2027-Q1: 0.3}}}}      on top of what is inherited
#   oil_price: {{scale: 1.1}}                           a tenth higher throughout
#   state_growth: {{UZB: {{2026-Q1: 0.01}}}}             one state, or `all`
# drivers:
{drivers}

# What happens in one quarter; with a probability below 1, in some of the worlds.
# events:
#   - {{type: unrest, quarter: 2027-Q1, state: KGZ, probability: 0.5}}

# How agents decide, where not as usual: a name, or names at quarters.
# behaviour: {{RUS: withdrawing, KAZ: {{bandwagoning: 2027-Q1}}}}

# Worlds go through what was observed while the record lasts, unless a file says otherwise.
# record: free

# `crossroads parameters` lists them all.
# parameters:
#   attention_cost: 0.5                               fixed
#   attention_cost: {{low: 0.4, high: 0.7}}             varied over worlds
#   attention_cost: [0.4, 0.7]                        each crossed with all else
"""
"""A new scenario: places in braces are filled in, doubled braces stand for themselves."""


def template(name: str, parent: Scenario, extends: str, folder: Path) -> str:
    """The text of a new scenario that extends another; good as it stands, and changes nothing.

    Every driver stands in it as a comment, with what it means and its inherited value.
    """
    return TEXT.format(
        schema=os.path.relpath(schema_file(SCENARIO), folder.resolve()),
        name=name,
        extends=extends,
        title=name.replace("_", " ").replace("-", " ").capitalize(),
        drivers="\n".join(_driver(parent, driver) for driver in DRIVERS.values()),
    )


def _driver(parent: Scenario, driver: Driver) -> str:
    cell = next(
        (each for each in cells_of(driver) if parent.origins[each][-1]), cells_of(driver)[0]
    )
    value = f"{path_of(parent, cell)[parse_quarter(NOW)]:.4g}"
    said, levels = line_of(driver, cell, value), f"; {driver.anchors}" if driver.anchors else ""
    return f"#   {said}   # {driver.meaning} ({driver.low:g} to {driver.high:g}{levels})"


def why_not_named(name: str) -> str:
    """What is wrong with a name for a new scenario; empty where nothing is.

    >>> why_not_named("baseline")
    "'baseline' is in the library already"
    """
    if not NAME.fullmatch(name):
        return f"'{name}' is no name for a scenario; use letters, digits, _ and -"
    if (LIBRARY / f"{name}.yaml").exists():
        return f"'{name}' is in the library already"
    return ""
