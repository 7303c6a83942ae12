"""Compiled sweeps against those in NumPy: the same bits, whatever the numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from agents.compiled import CompiledSweeps
from agents.sweeps import Sweeps, sweeps_of
from experiments.design.inputs import resolve
from experiments.design.wishes import Wishes
from model.ensemble import simulate

WORLDS = 7
SHARES, EFFORT = (8, 5, 5, WORLDS), (5, 4, 5, WORLDS)
ONE = (1,)
"""A number that is the same in all worlds."""

ARGUMENTS = {
    "disturbed": (SHARES, SHARES, ONE, (8, 1, 5, WORLDS)),
    "pull": (SHARES, SHARES, (8, 4, 1, WORLDS), (4, 5, WORLDS), (8, 1, 1, 1)),
    "desired": (SHARES, SHARES, (4, 5, 1), EFFORT, ONE),
    "rebalanced": (SHARES, SHARES, (8, 1, 1, 1)),
    "offers": (EFFORT, SHARES, EFFORT, ONE, (WORLDS,), (4, WORLDS), ONE, (WORLDS,)),
    "lasting": (EFFORT, EFFORT, (WORLDS,)),
    "reference": (EFFORT, SHARES, (WORLDS,)),
    "influence": (SHARES, (8, 5, WORLDS)),
    "crowding": (SHARES, ONE, (WORLDS,), (8, 1)),
}
"""Shapes that each sweep is given in a run; some numbers are the same in all worlds."""


def arguments(sweep, spread):
    """Positive numbers in (0, 1), times `spread` where that can be: pulls may be large."""
    rng = np.random.default_rng(len(sweep))
    made = [rng.uniform(0.01, 0.99, shape) for shape in ARGUMENTS[sweep]]
    if sweep in {"disturbed", "pull", "desired"}:
        made[1] = spread * rng.standard_normal(made[1].shape)
    return made


def swept(sweeps, sweep, given):
    """What a sweep gives; circumstances come domain by domain."""
    if sweep == "pull":
        given = [list(given[0]), *given[1:]]
    return getattr(sweeps, sweep)(*given)


@pytest.mark.parametrize("spread", [1, 10])
@pytest.mark.parametrize("sweep", ARGUMENTS)
def test_a_compiled_sweep_gives_the_bits_of_numpy(sweep, spread):
    plain = swept(Sweeps(), sweep, arguments(sweep, spread))
    found = swept(CompiledSweeps(WORLDS), sweep, arguments(sweep, spread))
    assert found.tobytes() == plain.tobytes()


@pytest.mark.parametrize("sweep", ARGUMENTS)
def test_a_world_gone_wrong_stays_wrong_and_alone(sweep):
    given = arguments(sweep, 1)
    given[0][..., 3] = np.nan
    plain = swept(Sweeps(), sweep, [each.copy() for each in given])
    found = swept(CompiledSweeps(WORLDS), sweep, given)
    assert np.isnan(found[..., 3]).any()
    assert not np.isnan(np.delete(found, 3, axis=-1)).any()
    assert np.array_equal(found, plain, equal_nan=True)


def test_circumstances_of_a_domain_may_be_the_same_in_all_worlds():
    given = arguments("pull", 1)
    given[0] = [row[..., :1] if domain % 2 else row for domain, row in enumerate(given[0])]
    found = CompiledSweeps(WORLDS).pull(*given)
    assert found.tobytes() == Sweeps().pull(*given).tobytes()


def test_sweeps_are_compiled_only_on_request():
    assert type(sweeps_of(WORLDS, compiled=False)) is Sweeps
    assert isinstance(sweeps_of(WORLDS, compiled=True), CompiledSweeps)


def test_a_run_by_compiled_sweeps_has_the_bits_of_a_run_without():
    names = ("baseline", "frozen_ukraine", "strategic_autonomy")
    batch = resolve(Wishes(names, worlds=24, until="2027-Q4", record_from="2000-Q1"))
    rows = batch.assumed.design.rows(0, 24)
    values = batch.values_of(rows)
    given = {name: values.of_scenario(name) for name in names}

    def tables(*, compiled):
        request = replace(batch.request(rows), compiled=compiled)
        return {
            (scenario, table, column): numbers.tobytes()
            for scenario, recorded in simulate(batch.assumed.scenarios, given, request)
            for table, columns in recorded.tables.items()
            for column, numbers in columns.items()
        }

    assert tables(compiled=True) == tables(compiled=False)
