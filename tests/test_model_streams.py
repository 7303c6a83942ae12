"""Streams: compiled reading gives the bits of NumPy, and gives way where it could not."""

from __future__ import annotations

import numpy as np
import pytest

from model import compiled_streams
from model.compiled_streams import CompiledStreams
from model.noise import AHEAD, Noise
from model.streams import Streams, streams_of
from model.ziggurat import LAYERS, layers

FEW, MANY = np.arange(3), np.arange(70)
LONG = 4_000
"""Normals of each of 70 streams: some 2,000 are beyond their layers, and 50 in the tail."""


@pytest.fixture
def untried():
    """Whether compiled reading can be used is found out anew, in the test and after it."""
    compiled_streams._usable.cache_clear()
    yield
    compiled_streams._usable.cache_clear()


@pytest.mark.parametrize("kept_from", [0, AHEAD + 1, 3 * AHEAD])
def test_compiled_reading_gives_the_bits_of_numpy_quarter_by_quarter(kept_from):
    def read(*, compiled):
        noise = Noise(3, MANY, kept_from, compiled)
        draws = map(noise.quarter, range(3 * AHEAD))
        return [(draw.normals.tobytes(), draw.uniforms.tobytes()) for draw in draws]

    assert read(compiled=True) == read(compiled=False)


def test_compiled_reading_gives_the_bits_of_numpy_in_the_tail_too():
    read = [[np.empty((2, LONG, len(MANY))), np.empty((2, 5, len(MANY)))] for _ in range(2)]
    for arrays, kind in zip(read, (Streams, CompiledStreams), strict=True):
        kind(5, MANY).read(*arrays)
    assert [each.tobytes() for each in read[0]] == [each.tobytes() for each in read[1]]
    assert np.abs(read[0][0]).max() > 4


def test_the_layers_are_those_of_a_ziggurat():
    widths, bounds = layers()[:LAYERS].view(float), layers()[LAYERS:].astype(float)
    edges = widths * 2.0**52
    assert bounds[1] == 0
    assert np.all(np.diff(edges[2:]) > 0)
    assert bounds[3:] == pytest.approx(2.0**52 * edges[2:-1] / edges[3:], abs=2)
    upper, lower = np.exp(-(edges[2:-1] ** 2) / 2), np.exp(-(edges[3:] ** 2) / 2)
    assert edges[3:] * (upper - lower) == pytest.approx(edges[3] * (upper - lower)[0])


@pytest.mark.usefixtures("untried")
def test_a_numpy_that_hides_its_function_is_read_by_numpy(monkeypatch):
    def hidden():
        raise AttributeError

    monkeypatch.setattr(compiled_streams, "exact", hidden)
    assert type(streams_of(0, FEW, compiled=True)) is Streams


@pytest.mark.usefixtures("untried")
def test_a_numpy_that_draws_in_a_new_way_is_read_by_numpy_with_a_warning(monkeypatch):
    wrong = layers().copy()
    wrong[LAYERS - 1] += 1
    monkeypatch.setattr(compiled_streams, "layers", lambda: wrong)
    with pytest.warns(UserWarning, match="new way"):
        assert type(streams_of(0, FEW, compiled=True)) is Streams


def test_this_numpy_can_be_read_by_compiled_code():
    assert type(streams_of(0, FEW, compiled=True)) is CompiledStreams
