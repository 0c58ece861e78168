import keras
import pytest

from text_recognizer.errors import ConfigError
from text_recognizer.networks.unet import unet


@pytest.mark.parametrize("depth", [0, 3])
def test_depths_that_pages_cannot_be_halved_for_are_named(depth: int) -> None:
    with pytest.raises(ConfigError, match=f"depth={depth}"):
        unet((None, None, 1), (None, None, 3), depth=depth)


@pytest.mark.parametrize("depth", [1, 2])
def test_every_level_has_twice_the_filters_and_a_skip(depth: int) -> None:
    network = unet((None, None, 1), (None, None, 3), depth=depth, filters=4)
    skips = [layer for layer in network.layers if isinstance(layer, keras.layers.Concatenate)]
    widths = {layer.filters for layer in network.layers if type(layer) is keras.layers.Conv2D}
    assert len(skips) == depth
    assert widths == {4 * 2**level for level in range(depth + 1)}
