"""One line of text per image: CTC loss, character error rate of the greedy path."""

import functools
from collections.abc import Callable, Sequence
from typing import Any

import keras

from text_recognizer.arrays import Floats, InkImage, Labels, Logits
from text_recognizer.augmentation.parameters import Augmentation
from text_recognizer.decoding.greedy import best_path
from text_recognizer.models.ctc import ctc_loss, frames_needed, pack_labels
from text_recognizer.models.line_reader import LineReader


class LineModelCtc(LineReader):
    """Reads a line with a network whose logits are (N, T, labels), T growing with the width, blank 0.

    ```python
    import numpy as np

    from text_recognizer.models import LineModelCtc
    from text_recognizer.networks import line_conv_ctc

    network = line_conv_ctc((32, None, 1), (None, 80), stage_filters=(2, 2, 2, 2), num_blocks=1)
    model = LineModelCtc(network)
    print(model.downsampling)  # 8
    print(model.reject(np.zeros((32, 16), np.uint8), "three"))  # 16 columns are 2 frames only
    ```
    """

    decoding = "ctc"

    def __init__(
        self,
        network: keras.Model,
        augmentation: Augmentation | None = None,
        vocabulary: str | None = None,
    ) -> None:
        """Train or evaluate a network whose logits are (N, T, labels), blank 0; see `LineReader`."""
        super().__init__(network, augmentation, vocabulary)
        self._frames = functools.lru_cache(maxsize=None)(self._count_frames)

    @property
    def loss(self) -> Callable[[Any, Any], Any]:
        """CTC loss of packed labels."""
        return ctc_loss

    @property
    def downsampling(self) -> int:
        """Columns of the image per frame of the logits."""
        width = self._fixed_width or 1024
        return -(-width // self._frames(width))

    def _count_frames(self, width: int) -> int:
        height = self.network.input_shape[1]
        return int(self.network.compute_output_shape((1, height, width, 1))[1])

    def _valid_frames(self, image: InkImage) -> int:
        return self._frames(self._fixed_width or image.shape[1])

    def _misfit(self, image: InkImage, labels: Labels) -> str | None:
        """Refuse texts with no CTC path in the width."""
        needed, frames = frames_needed(labels), self._valid_frames(image)
        return f"its text needs {needed} frames, the image gives {frames}" if needed > frames else None

    def targets_to_array(self, images: Sequence[InkImage], targets: Sequence[str]) -> Floats:
        """Return labels, their number and the valid frames, packed for `ctc_loss`: (N, 2 + L)."""
        labels = [self._characters.encode(text) for text in targets]
        return pack_labels(labels, [self._valid_frames(image) for image in images])

    def _decode(self, image: InkImage, logits: Logits) -> str:
        return self._characters.decode(best_path(logits[: self._valid_frames(image)]))
