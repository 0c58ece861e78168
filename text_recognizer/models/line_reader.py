"""What all jobs that read lines share: vocabulary, augmentation, batches by width, error rates."""

from abc import abstractmethod
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from text_recognizer.augmentation.line_length import join_lines, split_line
from text_recognizer.augmentation.lines import LineAugmentation, augment_line
from text_recognizer.metrics.text import character_error_rate, word_error_rate
from text_recognizer.models.base import Float, Gray, Model
from text_recognizer.vocabulary import LINE_CHARACTERS, Vocabulary

VOCABULARY = Vocabulary(LINE_CHARACTERS)
_SPLIT = 0.08  # of the lines, for training
_TRIES = 3  # augmentations tried before a sample is taken as it is


class LineReader(Model):
    """Reads a line image of one height and any width (or one width); targets are strings."""

    monitor = "cer"
    monitor_mode = "min"
    input_kind = "line"
    join_share = 0.5
    augmentation_type = LineAugmentation
    augmentation: LineAugmentation

    @property
    def vocabulary(self) -> str:
        """Characters of the labels 1, 2, ..."""
        return LINE_CHARACTERS

    @property
    def _fixed_width(self) -> int | None:
        width: int | None = self.network.input_shape[2]
        return width

    def reject(self, image: Gray, target: str) -> str | None:
        """Refuse unknown characters, empty texts and texts that do not fit."""
        if unknown := VOCABULARY.unknown(target):
            return f"characters {unknown!r} are not in the vocabulary"
        if not target:
            return "its text is empty"
        return self._misfit(image, VOCABULARY.encode(target))

    @abstractmethod
    def _misfit(self, image: Gray, labels: npt.NDArray[np.int32]) -> str | None:
        """Return why the network cannot emit `labels` (L,) for the image; None if it can."""

    @abstractmethod
    def _decode(self, image: Gray, logits: Float) -> str:
        """Return the text of an image's row of the logits (T, labels)."""

    def augment(self, image: Gray, target: str, rng: np.random.Generator) -> tuple[Gray, str]:
        """Return a random variation on which the text is still feasible."""
        width = self._fixed_width
        bare = image if width is None else _without_padding(image)
        for _ in range(_TRIES):
            split = split_line(bare, target, rng) if rng.random() < _SPLIT else None
            part, text = split or (bare, target)
            varied = augment_line(part, rng, self.augmentation)
            if width is not None:
                if varied.shape[1] > width:
                    continue
                varied = np.pad(varied, ((0, 0), (0, width - varied.shape[1])))
            if self.reject(varied, text) is None:
                return varied, text
        return image, target

    def join(
        self, first: tuple[Gray, str], second: tuple[Gray, str], rng: np.random.Generator
    ) -> tuple[Gray, str]:
        """Return one line of two; the first one if the network has a fixed width."""
        return first if self._fixed_width is not None else join_lines(first, second, rng)

    def predict(self, images: Sequence[Gray], batch_size: int = 32) -> list[str]:
        """Return the text of each image, in order."""
        order = sorted(range(len(images)), key=lambda i: images[i].shape[1])
        texts = [""] * len(images)
        for start in range(0, len(order), batch_size):
            chosen = order[start : start + batch_size]
            batch = self.images_to_array([images[i] for i in chosen])
            logits = np.asarray(self.network.predict_on_batch(batch))
            for i, row in zip(chosen, logits, strict=True):
                texts[i] = self._decode(images[i], row)
        return texts

    def evaluate(
        self, images: Sequence[Gray], targets: Sequence[str], batch_size: int = 32
    ) -> dict[str, float]:
        """Return CER, WER and character accuracy, 1 - CER: rates over all characters or words."""
        texts = self.predict(images, batch_size)
        cer = character_error_rate(texts, targets)
        return {"cer": cer, "wer": word_error_rate(texts, targets), "character_accuracy": 1 - cer}


def _without_padding(image: Gray) -> Gray:
    """Cut the empty columns on the right off, but for a small margin."""
    inked = np.flatnonzero(image.max(axis=0) > 0)
    return image[:, : int(inked[-1]) + 8] if inked.size else image
