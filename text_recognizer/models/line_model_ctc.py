"""One line of text per image: CTC loss, character error rate of the greedy path."""

import functools
from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from text_recognizer.augmentation.lines import augment_line
from text_recognizer.decoding.greedy import best_path
from text_recognizer.metrics import character_error_rate, word_error_rate
from text_recognizer.models.base import Gray, Model
from text_recognizer.models.ctc import ctc_loss, frames_needed, pack_labels
from text_recognizer.vocabulary import LINE_CHARACTERS, Vocabulary

_VOCABULARY = Vocabulary(LINE_CHARACTERS)
_TRIES = 3  # augmentations tried before a sample is taken as it is


class LineModelCtc(Model):
    """Reads a line image of one height and any width (or one width); targets are strings."""

    monitor = "cer"
    monitor_mode = "min"
    input_kind = "line"

    def __init__(self, network: keras.Model) -> None:
        """Take a network whose logits are (N, T, labels), blank 0."""
        super().__init__(network)
        self._frames = functools.lru_cache(maxsize=None)(self._count_frames)

    @property
    def loss(self) -> Callable[[Any, Any], Any]:
        """CTC loss of packed labels."""
        return ctc_loss

    @property
    def vocabulary(self) -> str:
        """Characters of the labels 1, 2, ..."""
        return LINE_CHARACTERS

    @property
    def downsampling(self) -> int:
        """Columns of the image per frame of the logits."""
        width = self._fixed_width or 1024
        return -(-width // self._frames(width))

    def _count_frames(self, width: int) -> int:
        height = self.network.input_shape[1]
        return int(self.network.compute_output_shape((1, height, width, 1))[1])

    @property
    def _fixed_width(self) -> int | None:
        width: int | None = self.network.input_shape[2]
        return width

    def _valid_frames(self, image: Gray) -> int:
        return self._frames(self._fixed_width or image.shape[1])

    def reject(self, image: Gray, target: str) -> str | None:
        """Refuse unknown characters, empty texts and texts with no CTC path in the width."""
        if unknown := _VOCABULARY.unknown(target):
            return f"characters {unknown!r} are not in the vocabulary"
        if not target:
            return "its text is empty"
        needed, frames = frames_needed(_VOCABULARY.encode(target)), self._valid_frames(image)
        if needed > frames:
            return f"its text needs {needed} frames, the image gives {frames}"
        return None

    def augment(self, image: Gray, target: str, rng: np.random.Generator) -> tuple[Gray, str]:
        """Return a random variation on which the text is still feasible."""
        width = self._fixed_width
        for _ in range(_TRIES):
            varied = augment_line(image if width is None else _without_padding(image), rng)
            if width is not None:
                if varied.shape[1] > width:
                    continue
                varied = np.pad(varied, ((0, 0), (0, width - varied.shape[1])))
            if self.reject(varied, target) is None:
                return varied, target
        return image, target

    def targets_to_array(self, images: Sequence[Gray], targets: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return labels, their number and the valid frames, packed as `ctc_loss` takes them."""
        labels = [_VOCABULARY.encode(text) for text in targets]
        return pack_labels(labels, [self._valid_frames(image) for image in images])

    def predict(self, images: Sequence[Gray], batch_size: int = 32) -> list[str]:
        """Return the greedy text of each image, in order."""
        order = sorted(range(len(images)), key=lambda i: images[i].shape[1])
        texts = [""] * len(images)
        for start in range(0, len(order), batch_size):
            chosen = order[start : start + batch_size]
            batch = self.images_to_array([images[i] for i in chosen])
            logits = np.asarray(self.network.predict_on_batch(batch))
            for i, row in zip(chosen, logits, strict=True):
                texts[i] = _VOCABULARY.decode(best_path(row[: self._valid_frames(images[i])]))
        return texts

    def evaluate(
        self, images: Sequence[Gray], targets: Sequence[str], batch_size: int = 32
    ) -> dict[str, float]:
        """Return CER and WER (rates) of greedy decoding."""
        texts = self.predict(images, batch_size)
        return {"cer": character_error_rate(texts, targets), "wer": word_error_rate(texts, targets)}


def _without_padding(image: Gray) -> Gray:
    """Cut the empty columns on the right off, but for a small margin."""
    inked = np.flatnonzero(image.max(axis=0) > 0)
    return image[:, : int(inked[-1]) + 8] if inked.size else image
