from typing import Any

import pytest

from text_recognizer.errors import ConfigError
from text_recognizer.networks.crnn_vgg import crnn_vgg


@pytest.mark.parametrize(
    ("input_shape", "arguments", "named"),
    [
        ((40, None, 1), {}, "multiple of 16"),
        ((32, None, 1), {"filters": [4]}, "7 filters"),
        ((32, None, 1), {"num_lstm_layers": 0}, "num_lstm_layers"),
    ],
)
def test_what_does_not_fit_is_named(
    input_shape: tuple[int | None, int | None, int], arguments: dict[str, Any], named: str
) -> None:
    with pytest.raises(ConfigError, match=named):
        crnn_vgg(input_shape, (None, 9), **arguments)


def test_it_is_as_large_as_its_docstring_says() -> None:
    assert round(crnn_vgg((32, None, 1), (None, 80)).count_params() / 1e6, 1) == 8.3
