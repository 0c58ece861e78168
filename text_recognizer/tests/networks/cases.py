"""Every network at a small size: what the harness here and the one of the export run through."""

import functools
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import pytest

from text_recognizer.networks import NETWORKS


@dataclass(frozen=True)
class Case:
    """A network at a small size, an input for it and the shape of logits that it must give."""

    network: str
    input_shape: tuple[int | None, int | None, int]
    output_shape: tuple[int | None, ...]
    image_shape: tuple[int, ...]
    logits_shape: tuple[int, ...]
    arguments: dict[str, Any] = field(default_factory=dict)

    def build(self) -> keras.Model:
        """Build the network with the same random weights each time."""
        keras.utils.set_random_seed(1)
        return NETWORKS[self.network](self.input_shape, self.output_shape, **self.arguments)

    @functools.cached_property
    def shared(self) -> keras.Model:
        """The network, built once in a process: no test may change it."""
        return self.build()

    @functools.cached_property
    def spare(self) -> keras.Model:
        """A second one, built once in a process: a test sets its weights before it uses it."""
        return self.build()

    @functools.cached_property
    def logits(self) -> npt.NDArray[np.float32]:
        """What `shared` computes of `image()`: `logits_shape`."""
        return np.asarray(self.shared(self.image(), training=False))

    @property
    def by_ctc(self) -> bool:
        """Whether the logits are frames along the line, with blanks."""
        return len(self.logits_shape) == 3 and self.network != "line_cnn_all_conv"

    def image(self) -> npt.NDArray[np.float32]:
        """Return a random input."""
        return np.random.default_rng(0).random(self.image_shape, np.float32)


def _character(network: str, **arguments: Any) -> Case:
    return Case(network, (28, 28, 1), (62,), (3, 28, 28, 1), (3, 62), arguments)


def _lstm(frames: int = 10, width: int = 39, **arguments: Any) -> Case:
    sizes = {"lstm_dim": 8, "filters": [2, 3, 4], "dropout": 0.0, **arguments}
    return Case("line_lstm_ctc", (28, None, 1), (None, 9), (2, 28, width, 1), (2, frames, 9), sizes)


def _cnn(**arguments: Any) -> Case:
    sizes = {
        "output_length": 6,
        "filters": [2, 3, 4],
        "window_filters": 8,
        "dilations": [1, 2],
        "dropout": 0.0,
    }
    shape, logits = (2, 28, 160, 1), (2, 6, 9)
    return Case("line_cnn_all_conv", (28, 160, 1), (None, 9), shape, logits, {**sizes, **arguments})


def _page(network: str, **arguments: Any) -> Case:
    return Case(network, (None, None, 1), (None, None, 3), (2, 32, 48, 1), (2, 32, 48, 3), arguments)


def _ctc(network: str, height: int, columns: int, **arguments: Any) -> Case:
    frames = -(-45 // columns)
    return Case(network, (height, None, 1), (None, 9), (2, height, 45, 1), (2, frames, 9), arguments)


_CONV = {"stem_filters": 4, "stage_filters": [4, 4, 8, 8], "block_width": 16, "num_blocks": 2, "dropout": 0.0}
_RESNET = {
    "stem_filters": 4,
    "stage_filters": [4, 4, 8, 8],
    "stage_blocks": [1, 2, 1, 1],
    "lstm_dim": 8,
    "dropout": 0.0,
}
_VD = {
    "stem_filters": [4, 4, 4], "stage_filters": [4, 4, 8, 8], "stage_blocks": [1, 2, 1, 1], "lstm_dim": 8,
}  # fmt: skip
_MOBILE = {"scale": 0.1, "lstm_dim": 8, "num_lstm_layers": 1}
_VGG = {"filters": [4, 4, 4, 4, 8, 8, 8], "lstm_dim": 8}

# The first case of a network bears its name, the others say after it what they vary.
CASES = {
    "mlp": _character("mlp", layer_size=16, dropout_amount=0.0),
    "lenet": _character("lenet", filters=[4, 4, 4], dense_size=16, dropout=0.0),
    "character_resnet": _character(
        "character_resnet", stem_filters=4, stage_filters=[4, 8], stage_blocks=[2, 1], dropout=0.0
    ),
    "line_lstm_ctc": _lstm(),
    "line_lstm_ctc wide stride": _lstm(5, window_width=24, window_stride=8),
    "line_lstm_ctc 12/5": _lstm(8, window_width=12, window_stride=5),
    "line_lstm_ctc 28/14": _lstm(3, 41, window_width=28, window_stride=14),
    "line_lstm_ctc no window": _lstm(5, window_width=None, window_stride=8),
    "line_lstm_ctc stacked": _lstm(num_lstm_layers=2),
    "line_lstm_ctc one direction": _lstm(bidirectional=False),
    "line_lstm_ctc plain": _lstm(batch_norm=False),
    "line_cnn_all_conv": _cnn(),
    "line_cnn_all_conv wide stride": _cnn(window_width=28, window_stride=16),
    "line_cnn_all_conv 14/7": _cnn(window_width=14, window_stride=7),
    "line_cnn_all_conv plain": _cnn(batch_norm=False),
    "line_conv_ctc": _ctc("line_conv_ctc", 64, 8, **_CONV),
    "line_conv_ctc deep": _ctc("line_conv_ctc", 64, 8, **_CONV, stage_convolutions=3),
    "line_conv_ctc low": _ctc("line_conv_ctc", 32, 4, **_CONV, stem_strides=[2, 1]),
    "line_conv_ctc mean": _ctc("line_conv_ctc", 64, 8, **_CONV, pooling="mean"),
    "crnn_resnet_bilstm": _ctc("crnn_resnet_bilstm", 64, 8, **_RESNET),
    "crnn_resnet_bilstm mean": _ctc("crnn_resnet_bilstm", 64, 8, **_RESNET, pooling="mean"),
    "crnn_resnet_bilstm low": _ctc("crnn_resnet_bilstm", 32, 8, **_RESNET, num_lstm_layers=1),
    "crnn_resnet34_vd": _ctc("crnn_resnet34_vd", 32, 4, **_VD),
    "crnn_resnet34_vd tall": _ctc("crnn_resnet34_vd", 64, 4, **_VD, num_lstm_layers=1),
    "crnn_mobilenet_v3": _ctc("crnn_mobilenet_v3", 32, 4, **_MOBILE),
    "crnn_vgg": _ctc("crnn_vgg", 32, 4, **_VGG),
    "crnn_vgg tall": _ctc("crnn_vgg", 64, 4, **_VGG, num_lstm_layers=1),
    "fcn": _page("fcn", num_filters=8, dilations=[1, 2]),
    "unet": _page("unet", filters=4),
    "unet shallow": _page("unet", filters=4, depth=1),
}


def in_process_of(name: str) -> pytest.MarkDecorator:
    """Run a test in the process that builds the network of the case `name`."""
    return pytest.mark.xdist_group(f"network {name}")


def parametrize(names: Iterable[str] = CASES) -> pytest.MarkDecorator:
    """Run a test for each case, those of one case in one process."""
    cases = [pytest.param(CASES[name], id=name, marks=in_process_of(name)) for name in names]
    return pytest.mark.parametrize("case", cases)
