"""What the CTC networks share between the feature map and the logits."""

import keras
import numpy as np
import pytest

from text_recognizer.errors import ConfigError
from text_recognizer.networks.sequence import FEATURES, bidirectional_lstms, features, pool_columns


@pytest.mark.parametrize(("pooling", "expected"), [("max", [5, 4]), ("mean", [3, 2])])
def test_columns_become_rows_by_their_strongest_or_mean_place(pooling: str, expected: list[int]) -> None:
    feature_map = np.array([[1, 0], [5, 4]], np.float32).reshape(1, 2, 2, 1)  # (N, H, T, F)
    pooled = pool_columns(feature_map, pooling)  # type: ignore[arg-type]
    np.testing.assert_array_equal(np.asarray(pooled)[0, :, 0], expected)


def test_another_pooling_is_refused() -> None:
    with pytest.raises(ConfigError, match="'max' or 'mean'; received 'min'"):
        pool_columns(np.zeros((1, 2, 2, 1), np.float32), "min")  # type: ignore[arg-type]


def test_features_are_found_by_their_name_and_dropped_in_training_alone() -> None:
    frames = keras.Input((None, 8))
    layer = keras.Model(frames, features(frames, 0.5)).get_layer(FEATURES)
    ones = np.ones((1, 50, 8), np.float32)
    np.testing.assert_array_equal(layer(ones, training=False), ones)
    keras.utils.set_random_seed(0)
    assert 0.3 < np.mean(np.asarray(layer(ones, training=True)) == 0) < 0.7


def test_lstms_hear_both_ends_from_every_frame() -> None:
    frames = keras.Input((None, 3))
    network = keras.Model(frames, bidirectional_lstms(frames, 2, 2, 0.0, linear=True))
    quiet = np.zeros((1, 9, 3), np.float32)
    before = np.asarray(network(quiet))
    assert before.shape == (1, 9, 4)
    for end, middle in ((0, 4), (8, 4)):
        loud = quiet.copy()
        loud[0, end] = 1
        assert not np.array_equal(np.asarray(network(loud))[0, middle], before[0, middle])
    assert [layer.units for layer in network.layers if isinstance(layer, keras.layers.Dense)] == [2]


def test_no_layer_is_refused() -> None:
    with pytest.raises(ConfigError, match="num_lstm_layers"):
        bidirectional_lstms(keras.Input((None, 3)), 2, 0, 0.0)
