"""Any valid file loads, resolves and comes back the same; any mutilated one is told so."""

from __future__ import annotations

import contextlib
import io
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from scenarios.event_types import EVENT_TYPES, ORGANISATIONS
from scenarios.faults import FaultyInput
from scenarios.load import load_scenario
from scenarios.parameters import load_parameters
from scenarios.quarters import parse_quarter, quarter_date, quarter_label
from scenarios.resolved import resolved_text
from scenarios.schema import EVERY, is_membership
from scenarios.vocabulary import DRIVERS, QUARTERS, Driver

few = settings(
    max_examples=12,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],  # shrinking a whole file takes minutes
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
quarters = st.integers(0, QUARTERS - 1)


def numbers(low: float, high: float) -> st.SearchStrategy[float]:
    return st.floats(low, high).map(lambda value: min(max(round(value, 4), low), high))


def knots(value: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    at = st.lists(quarters, min_size=1, max_size=4, unique=True).map(sorted)
    return at.flatmap(
        lambda found: st.lists(value, min_size=len(found), max_size=len(found)).map(
            lambda values: dict(zip(map(quarter_label, found), values, strict=True))
        )
    )


def paths(driver: Driver) -> st.SearchStrategy[Any]:
    if driver.steps:
        member = st.sampled_from([0, 1]) if is_membership(driver) else numbers(0, 1)
        return st.one_of(member, knots(member))
    value = numbers(driver.low, driver.high)
    stated = knots(value | st.just("inherited"))
    return st.one_of(
        value,
        stated,
        st.fixed_dictionaries({"step": stated}),
        st.fixed_dictionaries({"linear": stated}),
        st.fixed_dictionaries({"add": knots(st.just(0))}),
        st.fixed_dictionaries({"scale": st.fixed_dictionaries({"step": knots(st.just(1))})}),
    )


def entries(driver: Driver) -> st.SearchStrategy[Any]:
    each = paths(driver)
    if driver.scope == "power and state":
        each = st.dictionaries(st.sampled_from(driver.powers), each, min_size=1, max_size=2)
    if driver.scope == "region":
        return each
    states = st.sampled_from([*driver.states, EVERY])
    return st.dictionaries(states, each, min_size=1, max_size=2)


BOUND = {"csto_intervention", "membership_change", "border_settlement"}
BOUND |= {"base_opening", "base_closure"}
"""Types that are faults where they change nothing, which depends on all the rest."""


@st.composite
def events(draw: st.DrawFn) -> dict[str, Any]:
    kind = EVENT_TYPES[draw(st.sampled_from(sorted(set(EVENT_TYPES) - BOUND)))]
    event: dict[str, Any] = {"type": kind.name, "quarter": quarter_label(draw(quarters))}
    values = {
        "state": st.sampled_from(kind.states),
        "power": st.sampled_from(kind.powers),
        "organisation": st.sampled_from(ORGANISATIONS),
    }
    if kind.size:
        whole = st.integers(int(kind.size.low), int(kind.size.high))
        attacks = kind.name == "china_asset_attack"
        values["size"] = whole if attacks else numbers(kind.size.low, kind.size.high)
    for key in (*kind.needs, *(key for key in kind.permits if draw(st.booleans()))):
        event[key] = draw(values[key])
    return event


def same_event(event: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(event.get(key) for key in ("type", "quarter", "state", "power"))


@st.composite
def parameters(draw: st.DrawFn) -> dict[str, Any]:
    tables = [table for table in load_parameters().values() if not table.simplex]
    free = [leaf for table in tables for leaf in table.leaves if leaf.low < leaf.high]
    chosen = draw(st.lists(st.sampled_from(free), max_size=3, unique_by=lambda leaf: leaf.name))
    middle = {leaf.name: (leaf.low + leaf.high) / 2 for leaf in chosen}
    forms = {
        "number": lambda leaf: middle[leaf.name],
        "list": lambda leaf: [leaf.low, leaf.high],
        "range": lambda leaf: {"low": leaf.low, "high": middle[leaf.name]},
        "bell": lambda leaf: {"distribution": "normal", "mean": middle[leaf.name]},
    }
    return {leaf.name: forms[draw(st.sampled_from(sorted(forms)))](leaf) for leaf in chosen}


@st.composite
def files(draw: st.DrawFn) -> dict[str, Any]:
    """The content of a valid scenario file."""
    free = sorted(set(DRIVERS) - {"csto_membership"})  # which the baseline's events rest on
    names = draw(st.lists(st.sampled_from(free), max_size=5, unique=True))
    file: dict[str, Any] = {
        "title": draw(st.text("abc: #'\"é中", min_size=1).filter(str.strip)),
        "extends": draw(st.sampled_from(["baseline", ["frozen_ukraine", "western_exit"]])),
        "drivers": {name: draw(entries(DRIVERS[name])) for name in names},
        "events": draw(st.lists(events(), max_size=4, unique_by=same_event)),
        "parameters": draw(parameters()),
    }
    return {key: value for key, value in file.items() if value}


def written(folder: Path, file: Any, name: str = "generated") -> Path:
    path = folder / f"{name}.yaml"
    stream = io.StringIO()
    YAML(typ="safe", pure=True).dump(file, stream)
    path.write_text(stream.getvalue(), encoding="utf-8")
    return path


@few
@given(files())
def test_a_valid_file_loads_and_its_resolved_form_is_the_same(tmp_path, file) -> None:
    scenario = load_scenario(written(tmp_path, file))
    resolved = tmp_path / "resolved.yaml"
    resolved.write_text(resolved_text(scenario), encoding="utf-8")
    again = load_scenario(resolved)
    assert again.title == scenario.title
    assert again.events == scenario.events
    assert again.parameters.keys() == scenario.parameters.keys()
    for name, path in scenario.drivers.items():
        np.testing.assert_allclose(again.drivers[name], path, atol=1e-8, err_msg=name)


@few
@given(files())
def test_paths_stay_in_range_and_past_knots_hold(tmp_path, file) -> None:
    scenario = load_scenario(written(tmp_path, file))
    for name, driver in DRIVERS.items():
        path = scenario.drivers[name]
        assert np.isfinite(path).all()
        assert driver.low <= path.min() <= path.max() <= driver.high


def mappings(value: Any) -> list[dict[str, Any]]:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    own = [value] if isinstance(value, dict) else []
    return own + [found for each in inner for found in mappings(each)]


@few
@given(files(), st.integers(0, 10**6))
def test_an_unknown_key_is_never_accepted_in_silence(tmp_path, file, choice) -> None:
    places = mappings(file)
    places[choice % len(places)]["surprise"] = 1
    path = written(tmp_path, file)
    with pytest.raises(FaultyInput, match="surprise"):
        load_scenario(path)


JUNK = st.sampled_from([True, None, "junk", [1], {"junk": 1}, float("nan"), 1e300, -1e300])


@few
@given(files(), st.integers(0, 10**6), JUNK)
def test_a_wrong_value_is_a_fault_with_a_line_of_the_file(tmp_path, file, choice, junk) -> None:
    places = [
        (each, key) for each in mappings(file) for key in each if key not in ("title", "type")
    ]
    holder, key = places[choice % len(places)]
    holder[key] = junk
    assert_faulty_within(written(tmp_path, file))


@few
@given(files(), st.randoms(use_true_random=False))
def test_mutilated_text_never_ends_in_a_traceback(tmp_path, file, chance: random.Random) -> None:
    data = bytearray(written(tmp_path, file).read_bytes())
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(data))
        change = chance.choice(["flip", "drop", "insert", "double"])
        if change == "flip":
            data[at] = chance.randrange(256)
        elif change == "drop":
            del data[at : at + chance.randint(1, 20)]
            data = data or bytearray(b" ")
        elif change == "insert":
            data[at:at] = chance.choice(
                [b"{", b"]", b"\t", b": ", b"- ", b"&a", b"*a", b"!x", b"\xff"]
            )
        else:
            data[at:at] = data[at : at + 40]
    path = tmp_path / "generated.yaml"
    path.write_bytes(bytes(data))
    try:
        loaded = load_scenario(path)
    except FaultyInput as faulty:
        check_lines(faulty, path)
    else:
        assert all(np.isfinite(drawn).all() for drawn in loaded.drivers.values())


def assert_faulty_within(path: Path) -> None:
    with pytest.raises(FaultyInput) as caught:
        load_scenario(path)
    check_lines(caught.value, path)


def check_lines(faulty: FaultyInput, path: Path) -> None:
    lines = len(path.read_bytes().splitlines()) or 1
    assert faulty.faults
    for fault in faulty.faults:
        assert "\n" not in str(fault)
        if fault.file.endswith("generated.yaml"):
            assert 1 <= fault.line <= lines, fault


@few
@given(quarters)
def test_a_quarter_is_read_as_it_is_written(index) -> None:
    assert parse_quarter(quarter_label(index)) == index
    assert parse_quarter(quarter_date(index)) == index
    assert parse_quarter(quarter_date(index).isoformat()) == index


@few
@given(st.text(max_size=12) | st.integers() | st.booleans())
def test_anything_else_is_no_quarter_or_one_of_the_horizon(text) -> None:
    with contextlib.suppress(ValueError):
        assert 0 <= parse_quarter(text) < QUARTERS
