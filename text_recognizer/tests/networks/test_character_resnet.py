import math

import keras
import pytest

from text_recognizer.errors import ConfigError
from text_recognizer.networks.character_resnet import character_resnet


def test_small_character_network_stays_small() -> None:
    network = character_resnet((28, 28, 1), (62,))
    kernels = [layer for layer in network.layers if isinstance(layer, keras.layers.Conv2D)]
    multiply_adds = sum(math.prod(layer.kernel.shape) * layer.output.shape[1] ** 2 for layer in kernels)
    assert network.count_params() <= 500_000
    assert multiply_adds <= 30_000_000


def test_stages_and_blocks_that_do_not_fit_are_named() -> None:
    with pytest.raises(ConfigError, match=r"stage_blocks=\[1\]"):
        character_resnet((28, 28, 1), (62,), stage_blocks=[1])
