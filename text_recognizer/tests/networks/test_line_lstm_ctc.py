from typing import Any

import keras
import numpy as np
import pytest

from text_recognizer.errors import ConfigError
from text_recognizer.networks.line_lstm_ctc import line_lstm_ctc


@pytest.mark.parametrize(
    ("input_shape", "arguments", "named"),
    [
        ((30, None, 1), {}, "multiple of 4; received 30"),
        ((28, None, 1), {"window_width": 0}, "window_width=0"),
        ((28, None, 1), {"window_stride": 0}, "window_stride=0"),
        ((28, None, 1), {"num_lstm_layers": 0}, "num_lstm_layers"),
    ],
)
def test_what_does_not_fit_is_named(
    input_shape: tuple[int | None, int | None, int], arguments: dict[str, Any], named: str
) -> None:
    with pytest.raises(ConfigError, match=named):
        line_lstm_ctc(input_shape, (None, 9), **arguments)


@pytest.mark.parametrize("bidirectional", [True, False])
def test_one_direction_hears_nothing_of_what_comes_later(bidirectional: bool) -> None:
    keras.utils.set_random_seed(0)
    network = line_lstm_ctc(
        (28, 96, 1), (None, 9), filters=[2, 3, 4], lstm_dim=4, bidirectional=bidirectional
    )
    line = np.random.default_rng(0).random((1, 28, 96, 1), np.float32)
    changed = line.copy()
    changed[:, :, 80:] += 3
    logits = [np.asarray(network(x, training=False))[0] for x in (line, changed)]
    assert (logits[0] != logits[1])[:12].any() == bidirectional  # 12 frames: the columns up to 48
    assert (logits[0] != logits[1])[-1].any()
