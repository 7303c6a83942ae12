"""The shipped posterior: of use, within range, and drawn from when asked for."""

from __future__ import annotations

import numpy as np
import pyarrow.parquet as pq

from experiments.design.inputs import POSTERIOR, Wishes, resolve
from experiments.design.points import read_table
from experiments.tuning.outputs import SHIPPED
from experiments.tuning.wording import tuned_until
from scenarios.parameters import load_parameters


def test_the_posterior_has_500_members_within_the_registrys_ranges():
    table = read_table(SHIPPED, load_parameters())
    assert len(next(iter(table.values()))) >= 500
    assert len(table) > 10
    assert all(np.unique(values).size > 5 for values in table.values())


def test_the_posterior_says_from_which_data_and_code_it_was_made():
    told = pq.read_schema(SHIPPED).metadata
    assert tuned_until(SHIPPED) == 2015
    assert b"code state" in told[b"made_from"]
    assert SHIPPED.stat().st_size < 300_000


def test_run_draws_from_it_when_asked_to():
    assert POSTERIOR == SHIPPED
    drawn = resolve(Wishes(("baseline",), worlds=8, parameters="posterior")).assumed.design.draws
    assert set(drawn) == set(read_table(SHIPPED, load_parameters()))
    assert not resolve(Wishes(("baseline",), worlds=8)).assumed.design.draws
