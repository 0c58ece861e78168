from typing import Any

import keras
import numpy as np
import pytest

from text_recognizer.errors import ConfigError
from text_recognizer.networks.crnn_mobilenet_v3 import crnn_mobilenet_v3


@pytest.mark.parametrize(
    ("input_shape", "arguments", "named"),
    [
        ((48, None, 1), {}, "multiple of 32"),
        ((None, None, 1), {}, "multiple of 32"),
        ((32, None, 1), {"scale": 0}, "scale above 0"),
        ((32, None, 1), {"scale": 0.1, "num_lstm_layers": 0}, "num_lstm_layers"),
    ],
)
def test_what_does_not_fit_is_named(
    input_shape: tuple[int | None, int | None, int], arguments: dict[str, Any], named: str
) -> None:
    with pytest.raises(ConfigError, match=named):
        crnn_mobilenet_v3(input_shape, (None, 9), **arguments)


def test_its_sizes_are_those_of_the_reference() -> None:
    network = crnn_mobilenet_v3((32, 100, 1), (None, 37))
    assert network.output_shape == (None, 25, 37)
    assert round(network.count_params() / 1e6, 1) == 1.5
    depthwise = [layer for layer in network.layers if isinstance(layer, keras.layers.DepthwiseConv2D)]
    assert [layer.kernel_size[0] for layer in depthwise] == [3, 3, 3, 5, 5, 5, 3, 3, 3, 3, 3, 3, 5, 5, 5]
    assert [layer.output.shape[1] for layer in depthwise] == [16, 16, *[8] * 2, *[4] * 9, *[2] * 2]
    assert network.get_layer("features").output.shape[1:] == (25, 480)


def test_an_excited_feature_depends_on_the_whole_image() -> None:
    network = crnn_mobilenet_v3((32, None, 1), (None, 9), scale=0.1, lstm_dim=2, num_lstm_layers=1)
    tapped = keras.Model(network.input, network.get_layer("features").output)
    image = np.random.default_rng(0).random((1, 32, 800, 1)).astype(np.float32)
    changed = image.copy()
    changed[:, :, 780:] = 5  # further away than any convolution sees
    first, second = (np.asarray(tapped(x, training=False))[0, 0] for x in (image, changed))
    assert not np.array_equal(first, second)


def test_rows_that_are_left_of_a_taller_image_become_one() -> None:
    network = crnn_mobilenet_v3((64, None, 1), (None, 9), scale=0.1, lstm_dim=2)
    assert network.compute_output_shape((1, 64, 99, 1)) == (1, 25, 9)
