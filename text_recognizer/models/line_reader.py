"""What all models that read lines share: vocabulary, augmentation, batches by width, error rates."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar, Literal, cast

import keras
import numpy as np

from text_recognizer.arrays import InkImage, Labels, Logits
from text_recognizer.augmentation.line_length import join_lines, split_line
from text_recognizer.augmentation.lines import LineAugmentation, augment_line
from text_recognizer.augmentation.parameters import Augmentation
from text_recognizer.errors import ConfigError
from text_recognizer.metrics.text import character_error_rate, word_error_rate
from text_recognizer.models.base import Model
from text_recognizer.vocabulary import LINE_CHARACTERS, Vocabulary

_SPLIT_SHARE = 0.08  # share of the training lines of which a part is shown, so that short lines are learned
_AUGMENTATION_ATTEMPTS = 3  # then the sample is shown unvaried: its text hardly fits into its width
_MARGIN_COLUMNS = 8  # paper kept behind the ink when padding is cut off


class LineReader(Model):
    """Reads a line image of one height and any width (or one width); targets are strings.

    `LineModelCtc` and `LineModel` have examples; both are used alike:

    ```python
    from text_recognizer.models import LineModelCtc
    from text_recognizer.models.line_reader import LineReader

    print(issubclass(LineModelCtc, LineReader), LineReader.monitor)  # True cer
    ```
    """

    monitor = "cer"
    monitor_mode: ClassVar[Literal["min", "max"]] = "min"
    input_kind: ClassVar[Literal["line", "word"]] = "line"
    join_share = 0.5
    augmentation_type: ClassVar[type[Augmentation]] = LineAugmentation
    default_vocabulary = LINE_CHARACTERS

    def __init__(
        self,
        network: keras.Model,
        augmentation: Augmentation | None = None,
        vocabulary: str | None = None,
    ) -> None:
        """Train or evaluate a network with a label for each character, and label 0; see `Model`.

        Raises:
            ConfigError: If the network emits another number of labels.
        """
        super().__init__(network, augmentation, vocabulary)
        self._characters = Vocabulary(self.vocabulary)
        if network.output_shape[-1] != len(self._characters):
            raise ConfigError(
                f"Expected logits of {len(self._characters)} labels, one for each character of "
                f"{self.vocabulary!r} and the blank; the network emits {network.output_shape[-1]}."
            )

    @property
    def _fixed_width(self) -> int | None:
        width: int | None = self.network.input_shape[2]
        return width

    def reject(self, image: InkImage, target: str) -> str | None:
        """Return why an image (H, W) with a text cannot be trained on; None if it can."""
        if unknown := self._characters.unknown(target):
            return f"characters {unknown!r} are not in the vocabulary"
        if not target:
            return "its text is empty"
        return self._misfit(image, self._characters.encode(target))

    @abstractmethod
    def _misfit(self, image: InkImage, labels: Labels) -> str | None:
        """Return why the network cannot emit `labels` (L,) for the image (H, W); None if it can."""

    @abstractmethod
    def _decode(self, image: InkImage, logits: Logits) -> str:
        """Return the text of the logits (T, C) of an image (H, W)."""

    def augment(self, image: InkImage, target: str, rng: np.random.Generator) -> tuple[InkImage, str]:
        """Return a random variation of an image (H, W) in which the text is still feasible."""
        for _ in range(_AUGMENTATION_ATTEMPTS):
            varied, text = self._vary(image, target, rng)
            if (
                varied.shape[1] <= (self._fixed_width or varied.shape[1])
                and self.reject(varied, text) is None
            ):
                return varied, text
        return image, target

    def _vary(self, image: InkImage, target: str, rng: np.random.Generator) -> tuple[InkImage, str]:
        """Return a random variation of (H, W), or of a part of it; it may be too wide or infeasible."""
        width = self._fixed_width
        bare = image if width is None else _without_padding(image)
        split = split_line(bare, target, rng) if rng.random() < _SPLIT_SHARE else None
        part, text = split or (bare, target)
        varied = augment_line(part, rng, cast(LineAugmentation, self.augmentation))
        if width is not None and varied.shape[1] < width:
            varied = np.pad(varied, ((0, 0), (0, width - varied.shape[1])))
        return varied, text

    def join(
        self, first: tuple[InkImage, str], second: tuple[InkImage, str], rng: np.random.Generator
    ) -> tuple[InkImage, str]:
        """Return one line of two; the first one if the network has a fixed width."""
        return first if self._fixed_width is not None else join_lines(first, second, rng)

    def predict(self, images: Sequence[InkImage], batch_size: int = 32) -> list[str]:
        """Return the text of each image (H, W_i), in order; images of similar widths share a batch."""
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
        self, images: Sequence[InkImage], targets: Sequence[str], batch_size: int = 32
    ) -> dict[str, float]:
        """Return CER, WER and character accuracy, 1 - CER: rates over all characters or words."""
        texts = self.predict(images, batch_size)
        cer = character_error_rate(texts, targets)
        return {"cer": cer, "wer": word_error_rate(texts, targets), "character_accuracy": 1 - cer}


def _without_padding(image: InkImage) -> InkImage:
    """Return a line (H, W) without the empty columns on the right, but for a small margin."""
    inked = np.flatnonzero(image.max(axis=0) > 0)
    return image[:, : int(inked[-1]) + _MARGIN_COLUMNS] if inked.size else image
