"""One word per image: CTC loss, word accuracy by the protocol of scene text recognition."""

from collections.abc import Sequence
from typing import cast

import numpy as np

from text_recognizer.arrays import InkImage
from text_recognizer.augmentation.words import WordAugmentation, augment_word
from text_recognizer.metrics.text import character_error_rate
from text_recognizer.metrics.words import normalized_edit_similarity, word_accuracy
from text_recognizer.models.line_model_ctc import LineModelCtc
from text_recognizer.vocabulary import VOCABULARIES


class WordModelCtc(LineModelCtc):
    """Reads a word with a network whose logits are (N, T, labels), T growing with the width, blank 0.

    ```python
    import numpy as np

    from text_recognizer.models import WordModelCtc
    from text_recognizer.networks import crnn_vgg

    model = WordModelCtc(crnn_vgg((32, 100, 1), (None, 37), filters=[2] * 7, lstm_dim=2))
    print(model.vocabulary, model.monitor)
    print(model.reject(np.zeros((32, 100), np.uint8), "floccinaucinihilipilification"))  # 25 frames
    ```
    """

    monitor = "word_accuracy"
    monitor_mode = "max"
    input_kind = "word"
    join_share = 0.0
    width_step = 32  # words are narrow: steps of 64 would make a tenth of a batch blank
    default_vocabulary = VOCABULARIES["alphanumeric"]
    augmentation_type = WordAugmentation

    def _vary(self, image: InkImage, target: str, rng: np.random.Generator) -> tuple[InkImage, str]:
        return augment_word(image, rng, cast(WordAugmentation, self.augmentation), self._fixed_width), target

    def evaluate(
        self, images: Sequence[InkImage], targets: Sequence[str], batch_size: int = 64
    ) -> dict[str, float]:
        """Return word accuracy, 1 - NED and CER; see `text_recognizer.metrics.words` for the first two."""
        texts = self.predict(images, batch_size)
        return {
            "word_accuracy": word_accuracy(texts, targets),
            "one_minus_ned": normalized_edit_similarity(texts, targets),
            "cer": character_error_rate(texts, targets),
        }
