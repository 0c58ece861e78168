from typing import Any

import numpy as np
import pytest

from text_recognizer.errors import ConfigError
from text_recognizer.networks.line_cnn_all_conv import line_cnn_all_conv


@pytest.mark.parametrize(
    ("input_shape", "arguments", "named"),
    [
        ((30, 160, 1), {}, "multiple of 4; received 30"),
        ((28, None, 1), {}, "one width"),
        ((28, 160, 1), {"window_stride": -4}, "window_stride=-4"),
    ],
)
def test_what_does_not_fit_is_named(
    input_shape: tuple[int | None, int | None, int], arguments: dict[str, Any], named: str
) -> None:
    with pytest.raises(ConfigError, match=named):
        line_cnn_all_conv(input_shape, (None, 9), **arguments)


def test_positions_follow_the_density_of_characters() -> None:
    """The density is even at first: position k hears of its own stretch of the line and what is near."""
    network = line_cnn_all_conv(
        (28, 640, 1), (None, 9), output_length=20, filters=[2, 3, 4], window_filters=8, dilations=[]
    )
    blank = np.zeros((1, 28, 640, 1), np.float32)
    inked = blank.copy()
    inked[:, :, 320:352] = 1  # where the eleventh of twenty characters stands
    changes = np.abs(np.asarray(network(inked)) - np.asarray(network(blank)))[0].max(axis=-1)
    assert 7 <= changes.argmax() <= 13
    assert changes.max() > 1e-3
    assert changes[:3].max() < 1e-6
    assert changes[-3:].max() < 1e-6
