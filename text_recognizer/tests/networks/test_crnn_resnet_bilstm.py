from typing import Any

import keras
import pytest

from text_recognizer.errors import ConfigError
from text_recognizer.networks.crnn_resnet_bilstm import crnn_resnet_bilstm


@pytest.mark.parametrize(
    ("input_shape", "arguments", "named"),
    [
        ((48, None, 1), {}, "multiple of 32"),
        ((64, None, 1), {"stage_blocks": [3, 4]}, "4 stage_blocks"),
        (
            (32, None, 1),
            {"stage_filters": [2] * 4, "stage_blocks": [1] * 4, "num_lstm_layers": 0},
            "num_lstm_layers",
        ),
    ],
)
def test_what_does_not_fit_is_named(
    input_shape: tuple[int | None, int | None, int], arguments: dict[str, Any], named: str
) -> None:
    with pytest.raises(ConfigError, match=named):
        crnn_resnet_bilstm(input_shape, (None, 9), **arguments)


@pytest.mark.parametrize("blocks", [(1, 1, 1, 1), (2, 1, 1, 2)])
def test_every_block_has_a_shortcut_and_each_change_of_shape_a_projection(blocks: tuple[int, ...]) -> None:
    network = crnn_resnet_bilstm(
        (32, None, 1), (None, 9), 2, (2, 3, 4, 5), stage_blocks=blocks, lstm_dim=2, num_lstm_layers=1
    )
    shortcuts = [layer for layer in network.layers if isinstance(layer, keras.layers.Add)]
    kernels = [layer.kernel_size for layer in network.layers if isinstance(layer, keras.layers.Conv2D)]
    assert len(shortcuts) == sum(blocks)
    assert kernels.count((3, 3)) == 2 * sum(blocks)
    assert kernels.count((1, 1)) == 3  # the first stage has the shape of the stem
