import keras
import numpy as np
import pytest

from text_recognizer.errors import ConfigError
from text_recognizer.networks.windows import check_windows, column_pooling, convolutions, slide_window


@pytest.mark.parametrize(
    ("width", "stride", "pooling"),
    [(16, 4, 4), (24, 8, 4), (28, 14, 2), (10, 4, 2), (12, 5, 1), (14, 7, 1), (None, 8, 4), (None, 3, 1)],
)
def test_columns_are_joined_as_far_as_windows_allow(width: int | None, stride: int, pooling: int) -> None:
    assert column_pooling(width, stride) == pooling


@pytest.mark.parametrize(("width", "stride"), [(12, 5), (14, 7), (28, 14), (16, 8)])
def test_a_window_sees_its_own_columns_and_those_alone(width: int, stride: int) -> None:
    """With convolutions of one column, what a window sees is exactly `width` columns, `stride` apart."""
    columns = column_pooling(width, stride)
    image = keras.Input((4, 20 * stride, 1))
    x = convolutions(image, [], batch_norm=False, columns=1)
    x = keras.layers.AveragePooling2D((1, columns))(x)  # as the poolings between the convolutions
    network = keras.Model(image, slide_window(x, 1, width, stride, False, columns))
    network.layers[-2].kernel.assign(np.ones(network.layers[-2].kernel.shape))
    assert network.output_shape == (None, 20, 1)
    lines = np.eye(20 * stride, dtype=np.float32)[:, None, :, None].repeat(4, axis=1)  # a column of ink each
    windows = np.asarray(network(lines))[:, :, 0] > 0  # (columns, windows)
    middle = windows[:, 5:15]
    assert (middle.sum(axis=0) == width).all()
    starts = middle.argmax(axis=0)
    assert (np.diff(starts) == stride).all()
    assert windows.any(axis=1).all()  # no column is lost, the last ones included


def test_heights_and_windows_that_cannot_be_built_are_refused() -> None:
    check_windows(28, None, 1)
    for height in (None, 30):
        with pytest.raises(ConfigError, match="multiple of 4"):
            check_windows(height, 12, 5)
    for width, stride in ((0, 5), (12, 0), (-1, 1)):
        with pytest.raises(ConfigError, match="at least 1 column"):
            check_windows(28, width, stride)
