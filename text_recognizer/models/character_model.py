"""One character per image: cross-entropy, accuracy."""

from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np

from text_recognizer.arrays import InkImage, LabelBatch
from text_recognizer.augmentation.characters import CharacterAugmentation, augment_character
from text_recognizer.models.base import Model


class CharacterModel(Model):
    """Classifies a 28x28 image into one of the EMNIST classes; targets are class numbers.

    ```python
    from text_recognizer.models import CharacterModel
    from text_recognizer.networks import mlp

    model = CharacterModel(mlp((28, 28, 1), (62,), layer_size=8))
    print(model.monitor, len(model.vocabulary))  # accuracy 62
    ```
    """

    monitor = "accuracy"
    monitor_mode = "max"
    input_kind = "character"
    augmentation_type = CharacterAugmentation
    augmentation: CharacterAugmentation

    @property
    def loss(self) -> Callable[[Any, Any], Any]:
        """Cross-entropy of (N,) classes and (N, classes) logits."""
        loss: Callable[[Any, Any], Any] = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        return loss

    def augment(self, image: InkImage, target: int, rng: np.random.Generator) -> tuple[InkImage, int]:
        """Return the image slightly moved, turned and scaled."""
        return augment_character(image, rng, self.augmentation), target

    def targets_to_array(self, images: Sequence[InkImage], targets: Sequence[int]) -> LabelBatch:
        """Return the classes, (N,)."""
        return np.asarray(targets, np.int32)

    def evaluate(
        self, images: Sequence[InkImage], targets: Sequence[int], batch_size: int = 256
    ) -> dict[str, float]:
        """Return accuracy and mean loss."""
        logits = np.concatenate(
            [
                self.network.predict_on_batch(self.images_to_array(images[start : start + batch_size]))
                for start in range(0, len(images), batch_size)
            ]
        )
        classes = self.targets_to_array(images, targets)
        loss = float(keras.ops.convert_to_numpy(self.loss(classes, logits)))
        return {"accuracy": float(np.mean(logits.argmax(axis=1) == classes)), "loss": loss}
