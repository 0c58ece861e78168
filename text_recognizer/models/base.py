"""What a model is: a network with the loss, the batches, the metrics and the monitor that train it."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Literal

import keras
import numpy as np

from text_recognizer.arrays import Batch, Floats, InkImage, LabelBatch, PageStack
from text_recognizer.augmentation.parameters import Augmentation
from text_recognizer.vocabulary import EMNIST_CHARACTERS


class Model(ABC):
    """Base class of the models; a sample is an image (H, W), 255 = full ink, and a target.

    ```python
    import numpy as np

    from text_recognizer.models import MODELS
    from text_recognizer.networks import mlp

    model = MODELS["CharacterModel"](mlp((28, 28, 1), (62,), layer_size=8))
    images, targets = [np.zeros((28, 28), np.uint8)] * 2, [3, 61]
    print(model.images_to_array(images).shape, model.evaluate(images, targets)[model.monitor])
    ```

    Attributes:
        network: The Keras network, images in, logits out.
        augmentation: How much `augment` varies a sample; an object of `augmentation_type`.
        monitor: The validation metric by which the best epoch is chosen.
        monitor_mode: Whether a good value is low or high.
        vocabulary: The characters of the logits, in the order of their labels, without the blank; empty for
            labels that are no characters.
        default_vocabulary: The vocabulary of a model that is given none.
        input_kind: Which function of `text_recognizer.preprocessing` made the images.
        join_share: Share of the short samples that `join` makes longer in training.
        width_step: Columns of which the width of a batch is a multiple, where images have several: few shapes
            occur then, each of which JAX compiles.
        decoding: How the logits of a line become its text, see `inference.artifacts`; None for other images.
    """

    monitor: ClassVar[str]
    monitor_mode: ClassVar[Literal["min", "max"]]
    input_kind: ClassVar[Literal["character", "line", "paragraph", "word"]]
    default_vocabulary: ClassVar[str] = EMNIST_CHARACTERS
    join_share: ClassVar[float] = 0.0
    width_step: ClassVar[int] = 64
    decoding: ClassVar[Literal["ctc", "per_position"] | None] = None
    augmentation_type: ClassVar[type[Augmentation]] = Augmentation

    def __init__(
        self,
        network: keras.Model,
        augmentation: Augmentation | None = None,
        vocabulary: str | None = None,
    ) -> None:
        """Train or evaluate a network.

        Args:
            network: Images in, logits out.
            augmentation: How much `augment` varies a sample; by default as much as `augmentation_type()`.
            vocabulary: Characters of the logits; by default `default_vocabulary`.

        Raises:
            TypeError: If the augmentation is not of `augmentation_type`.
        """
        self.network = network
        self.vocabulary = self.default_vocabulary if vocabulary is None else vocabulary
        self.augmentation = self.augmentation_type() if augmentation is None else augmentation
        if not isinstance(self.augmentation, self.augmentation_type):
            raise TypeError(f"{augmentation!r} is no {self.augmentation_type.__name__}.")

    @property
    @abstractmethod
    def loss(self) -> Callable[[Any, Any], Any]:
        """The Keras loss, a function of targets, as `targets_to_array` returns them, and logits."""

    @property
    def downsampling(self) -> int:
        """Columns of the input per frame of the output; 1 if the output is no sequence of frames."""
        return 1

    def reject(self, image: InkImage, target: Any) -> str | None:
        """Return why a sample with an image (H, W) cannot be trained on; None if it can."""
        return None

    def augment(self, image: InkImage, target: Any, rng: np.random.Generator) -> tuple[InkImage, Any]:
        """Return a random variation of a sample with an image (H, W)."""
        return image, target

    def unvaried(self, image: InkImage, target: Any, rng: np.random.Generator) -> tuple[InkImage, Any]:
        """Return a sample as it is, or a random part of it of the size that `augment` gives."""
        return image, target

    def join(
        self, first: tuple[InkImage, Any], second: tuple[InkImage, Any], rng: np.random.Generator
    ) -> tuple[InkImage, Any]:
        """Return one sample made of two, or the first one if they do not make a usable one."""
        return first

    def images_to_array(self, images: Sequence[InkImage], width: int | None = None) -> Batch:
        """Return images as network input (N, H, W, 1) in [0, 1], padded with paper to one size.

        Args:
            images: (H, W_i), all of one height.
            width: Columns of the result; None for those of the widest image.
        """
        columns = max(image.shape[1] for image in images) if width is None else width
        batch = np.zeros((len(images), images[0].shape[0], columns, 1), np.float32)
        for row, image in zip(batch, images, strict=True):
            row[:, : image.shape[1], 0] = image
        batch /= 255
        return batch

    @abstractmethod
    def targets_to_array(
        self, images: Sequence[InkImage], targets: Sequence[Any]
    ) -> LabelBatch | PageStack | Floats:
        """Return the targets of a batch as the loss takes them: (N, ...), see the model."""

    @abstractmethod
    def evaluate(
        self, images: Sequence[InkImage], targets: Sequence[Any], batch_size: int = 32
    ) -> dict[str, float]:
        """Return the metrics over samples, the monitor among them."""
