import json
import math
from typing import Any

import pytest

from text_recognizer.errors import ConfigError
from text_recognizer.networks.line_conv_ctc import line_conv_ctc
from text_recognizer.tests.repository import ROOT


@pytest.mark.parametrize(
    ("input_shape", "arguments", "named"),
    [
        ((60, None, 1), {}, "multiple of 32"),
        ((None, None, 1), {}, "multiple of 32"),
        ((64, None, 1), {"stage_filters": [4]}, "4 stage_filters"),
        ((16, None, 1), {"stem_strides": [2, 1]}, "multiple of 32"),
        ((24, None, 1), {"stem_strides": [1, 1]}, "multiple of 16"),
        ((64, None, 1), {"stem_strides": [3, 1]}, "stem_strides of 1 or 2"),
        ((64, None, 1), {"stem_strides": [2]}, "two stem_strides"),
        ((64, None, 1), {"pooling": "min"}, "'max' or 'mean'; received 'min'"),
    ],
)
def test_what_does_not_fit_is_named(
    input_shape: tuple[int | None, int | None, int], arguments: dict[str, Any], named: str
) -> None:
    with pytest.raises(ConfigError, match=named):
        line_conv_ctc(input_shape, (None, 9), **arguments)


@pytest.mark.parametrize(
    ("experiment", "limit"),
    [("iam_lines_conv", 1.6e9), ("iam_lines_conv_small", 0.6e9), ("iam_lines_conv_large", 3.3e9)],
)
def test_convolutional_networks_cost_what_they_may(experiment: str, limit: float) -> None:
    """Operations, two for each multiply-add, for a line of 64x1024."""
    values = json.loads((ROOT / "training" / "experiments" / f"{experiment}.json").read_text())
    network = line_conv_ctc((64, 1024, 1), (None, 80), **values["network_args"])
    kernels = [layer for layer in network.layers if hasattr(layer, "kernel")]
    places = [math.prod(layer.output.shape[1:-1]) for layer in kernels]
    operations = 2 * sum(
        count * math.prod(layer.kernel.shape) for count, layer in zip(places, kernels, strict=True)
    )
    assert 0.9 * limit < operations <= limit


@pytest.mark.parametrize(("strides", "frames"), [((2, 2), 13), ((2, 1), 25), ((1, 1), 25)])
def test_strides_of_the_stem_set_the_columns_of_a_frame(strides: tuple[int, int], frames: int) -> None:
    network = line_conv_ctc(
        (32, None, 1), (None, 9), 2, [2] * 4, block_width=2, num_blocks=0, stem_strides=strides
    )
    assert network.compute_output_shape((1, 32, 100, 1)) == (1, frames, 9)


def test_the_low_words_of_the_experiment_have_frames_of_4_columns() -> None:
    values = json.loads((ROOT / "training" / "experiments" / "synthetic_words_conv_low.json").read_text())
    network = line_conv_ctc((values["dataset_args"]["height"], None, 1), (None, 37), **values["network_args"])
    assert network.compute_output_shape((1, 32, 100, 1)) == (1, 25, 37)
