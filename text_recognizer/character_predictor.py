"""Image of one character -> the character."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from text_recognizer.decoding.probabilities import softmax
from text_recognizer.errors import ArtifactError
from text_recognizer.images.loading import ImageSource, load_image
from text_recognizer.inference import artifacts
from text_recognizer.inference.session import Session
from text_recognizer.predictions.single import CharacterPrediction
from text_recognizer.preprocessing.characters import character_input

DEFAULT_CHARACTER_MODEL = "CharacterModel_EmnistDataset_character_resnet"

MAX_BATCH = 256  # images per call of the network, so that memory stays bounded


class CharacterPredictor:
    """Recognizes single characters; safe to share between threads.

    ```python
    from text_recognizer import CharacterPredictor

    prediction = CharacterPredictor().predict(f"{folder}/character.png")
    print(prediction.character, prediction.confidence)
    ```

    Attributes:
        artifact: The model.
    """

    def __init__(
        self,
        weights: str = DEFAULT_CHARACTER_MODEL,
        weights_dir: Path | None = None,
        threads: int | None = None,
    ) -> None:
        """Load the model.

        Args:
            weights: Name of a model for character images, see `artifacts.available`.
            weights_dir: Folder of the models; default: the shipped ones.
            threads: Threads of one prediction; default: the available cores, but only a few.

        Raises:
            ArtifactError: If the model is missing, damaged or takes another kind of input.
        """
        self.artifact = artifacts.find(weights, "character", weights_dir)
        self._session = Session(self.artifact.path, threads)

    def predict(self, image: ImageSource) -> CharacterPrediction:
        """Return the character that `image` shows.

        Raises:
            InvalidInputError: If `image` cannot be read, see `load_image`.
        """
        return self.predict_batch([image])[0]

    def predict_batch(self, images: Sequence[ImageSource]) -> list[CharacterPrediction]:
        """Return the character of every image, in their order.

        Raises:
            InvalidInputError: If one cannot be read, see `load_image`.
            ArtifactError: If the model emits another number of classes than its vocabulary has.
        """
        predictions: list[CharacterPrediction] = []
        for start in range(0, len(images), MAX_BATCH):
            predictions += self._predict(images[start : start + MAX_BATCH])
        return predictions

    def _predict(self, images: Sequence[ImageSource]) -> list[CharacterPrediction]:
        inputs = np.stack([character_input(load_image(image)) for image in images])  # (N, 28, 28)
        logits = self._session.run(inputs[..., None])  # (N, classes)
        characters = self.artifact.characters
        if logits.ndim != 2 or logits.shape[1] != len(characters):
            raise ArtifactError(
                f"{self.artifact.name} emits {logits.shape}; expected logits (N, {len(characters)}) by its "
                "vocabulary. Export the model again."
            )
        probabilities = softmax(logits)
        best = probabilities.argmax(axis=1)
        return [
            CharacterPrediction(characters[i], float(row[i]))
            for i, row in zip(best, probabilities, strict=True)
        ]
