import keras
import pytest

from text_recognizer.networks.lenet import lenet


@pytest.mark.parametrize(("filters", "features"), [((4,), 14 * 14 * 4), ((2, 3, 5), 3 * 3 * 5)])
def test_each_convolution_is_pooled_by_2(filters: tuple[int, ...], features: int) -> None:
    network = lenet((28, 28, 1), (62,), filters=filters, dense_size=4)
    (flat,) = [layer for layer in network.layers if isinstance(layer, keras.layers.Flatten)]
    assert flat.output.shape == (None, features)
