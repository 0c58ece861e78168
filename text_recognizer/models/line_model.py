"""One line of text per image: a softmax for each position of the text, cross-entropy."""

from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np

from text_recognizer.arrays import InkImage, LabelBatch, Labels, Logits
from text_recognizer.decoding.per_position import decode_positions
from text_recognizer.models.line_reader import LineReader
from text_recognizer.vocabulary import BLANK


class LineModel(LineReader):
    """Reads a line with a network whose logits are (N, P, labels): label 0 stands behind the text.

    Position k is the k-th character, wherever it stands in the image.

    ```python
    from text_recognizer.models import LineModel
    from text_recognizer.networks import line_cnn_all_conv

    network = line_cnn_all_conv((28, 160, 1), (None, 80), output_length=6, filters=(2, 2, 2), dilations=())
    model = LineModel(network)
    print(model.targets_to_array([], ["0a"]))  # [[ 1 37  0  0  0  0]]
    ```
    """

    decoding = "per_position"

    @property
    def loss(self) -> Callable[[Any, Any], Any]:
        """Cross-entropy of (N, P) labels and (N, P, labels) logits, mean over all positions."""
        loss: Callable[[Any, Any], Any] = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        return loss

    @property
    def output_length(self) -> int:
        """The number of positions P, hence of the characters of a text at most."""
        return int(self.network.output_shape[1])

    def _misfit(self, image: InkImage, labels: Labels) -> str | None:
        if len(labels) > self.output_length:
            return f"its text has {len(labels)} characters, the network {self.output_length} positions"
        return None

    def targets_to_array(self, images: Sequence[InkImage], targets: Sequence[str]) -> LabelBatch:
        """Return the labels (N, P), padded with label 0."""
        padded = np.full((len(targets), self.output_length), BLANK, np.int32)
        for row, text in zip(padded, targets, strict=True):
            row[: len(text)] = self._characters.encode(text)
        return padded

    def _decode(self, image: InkImage, logits: Logits) -> str:
        return decode_positions(logits.argmax(axis=1), self._characters)
