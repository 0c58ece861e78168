from typing import Any

import keras
import pytest

from text_recognizer.errors import ConfigError
from text_recognizer.networks.crnn_resnet34_vd import crnn_resnet34_vd

SMALL: dict[str, Any] = {
    "stem_filters": [2],
    "stage_filters": [2, 3, 4, 5],
    "stage_blocks": [1, 2, 1, 1],
    "lstm_dim": 2,
}


@pytest.mark.parametrize(
    ("input_shape", "arguments", "named"),
    [
        ((48, None, 1), {}, "multiple of 32"),
        ((None, None, 1), {}, "multiple of 32"),
        ((32, None, 1), {"stage_blocks": [3, 4]}, "4 stage_blocks"),
        ((32, None, 1), {**SMALL, "num_lstm_layers": 0}, "num_lstm_layers"),
    ],
)
def test_what_does_not_fit_is_named(
    input_shape: tuple[int | None, int | None, int], arguments: dict[str, Any], named: str
) -> None:
    with pytest.raises(ConfigError, match=named):
        crnn_resnet34_vd(input_shape, (None, 9), **arguments)


def test_its_sizes_are_those_of_the_reference() -> None:
    network = crnn_resnet34_vd((32, 100, 1), (None, 37))
    assert network.output_shape == (None, 25, 37)
    assert round(network.count_params() / 1e6, 1) == 24.5
    kernels = [layer.kernel_size for layer in network.layers if isinstance(layer, keras.layers.Conv2D)]
    assert kernels.count((3, 3)) == 3 + 2 * (3 + 4 + 6 + 3)
    assert kernels.count((1, 1)) == 4


def test_a_shortcut_averages_before_it_is_projected_and_halves_rows_alone() -> None:
    network = crnn_resnet34_vd((32, 100, 1), (None, 9), **SMALL)
    pools = [layer for layer in network.layers if isinstance(layer, keras.layers.AveragePooling2D)]
    assert [pool.pool_size for pool in pools] == [(2, 1)] * 3
    assert [pool.output.shape[1:3] for pool in pools] == [(8, 50), (4, 50), (2, 50)]
    assert network.get_layer("features").output.shape[1:] == (25, 5)
