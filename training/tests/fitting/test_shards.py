"""Batches are divided among devices and processes."""

import keras
import numpy as np
import pytest

from text_recognizer.errors import ConfigError
from training.fitting.shards import Shards, fresh_session, meet, undistributed


@pytest.mark.parametrize(("count", "shared"), [(8, 8), (9, 8), (15, 12), (3, 4)])
def test_every_process_has_its_own_rows_and_all_have_those_that_can_be_shared(
    count: int, shared: int
) -> None:
    rows = [Shards(devices=4, processes=2, process=i).rows(count) for i in range(2)]
    assert len(rows[0]) == len(rows[1]) == shared // 2
    np.testing.assert_array_equal(np.concatenate(rows), np.arange(shared) % count)


def test_batches_must_be_divisible() -> None:
    Shards(devices=4).check(8)
    with pytest.raises(ConfigError, match="a multiple of 4"):
        Shards(devices=4).check(6)


def test_one_device_has_all_rows_and_writes() -> None:
    assert Shards.current() == Shards()
    assert Shards().rows(3).tolist() == [0, 1, 2]
    assert Shards().writes
    assert not Shards(2, 2, 1).writes
    with undistributed():
        assert keras.distribution.distribution() is None


def test_a_fresh_session_keeps_the_distribution() -> None:
    distribution = object()
    keras.distribution.set_distribution(distribution)
    try:
        fresh_session()
        assert keras.distribution.distribution() is distribution
    finally:
        keras.distribution.set_distribution(None)
    fresh_session()
    assert keras.distribution.distribution() is None


def test_one_process_waits_for_nobody() -> None:
    meet("anywhere")
