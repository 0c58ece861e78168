"""What a job is: a network with the loss, the batches, the metric and the monitor that train it."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Literal

import keras
import numpy as np
import numpy.typing as npt

from text_recognizer.augmentation.parameters import Augmentation
from text_recognizer.vocabulary import EMNIST_CHARACTERS

Gray = npt.NDArray[np.uint8]
Float = npt.NDArray[np.float32]


class Model(ABC):
    """Base class of the jobs; a sample is a uint8 image (H, W) and a target.

    Attributes:
        network: The Keras network, images in, logits out.
        augmentation: How much `augment` varies a sample; an object of `augmentation_type`.
        monitor: The validation metric by which the best epoch is chosen.
        monitor_mode: Whether a good value is low or high.
        input_kind: Which function of `text_recognizer.preprocessing.lines` made the images.
        join_share: How many of the short samples `join` makes longer in training.
        decoding: How the logits of a line become its text, see `inference.artifacts`; None elsewhere.
    """

    monitor: ClassVar[str]
    monitor_mode: ClassVar[Literal["min", "max"]]
    input_kind: ClassVar[Literal["character", "line", "paragraph"]]
    join_share: ClassVar[float] = 0.0
    decoding: ClassVar[Literal["ctc", "per_position"] | None] = None
    augmentation_type: ClassVar[type[Augmentation]] = Augmentation

    def __init__(self, network: keras.Model, augmentation: Augmentation | None = None) -> None:
        """Train or evaluate a network.

        Args:
            network: Images in, logits out.
            augmentation: How much `augment` varies a sample; by default as much as `augmentation_type()`.

        Raises:
            TypeError: If it is not of `augmentation_type`.
        """
        self.network = network
        self.augmentation = self.augmentation_type() if augmentation is None else augmentation
        if not isinstance(self.augmentation, self.augmentation_type):
            raise TypeError(f"{augmentation!r} is no {self.augmentation_type.__name__}.")

    @property
    @abstractmethod
    def loss(self) -> Callable[[Any, Any], Any]:
        """The Keras loss of (targets as `targets_to_array` gives them, logits)."""

    @property
    def vocabulary(self) -> str:
        """The characters that the logits stand for, without the blank."""
        return EMNIST_CHARACTERS

    @property
    def downsampling(self) -> int:
        """Input pixels per output step along the line; 1 where the output is no sequence."""
        return 1

    def reject(self, image: Gray, target: Any) -> str | None:
        """Return why a sample cannot be trained on; None if it can."""
        return None

    def augment(self, image: Gray, target: Any, rng: np.random.Generator) -> tuple[Gray, Any]:
        """Return a random variation of a sample."""
        return image, target

    def unvaried(self, image: Gray, target: Any, rng: np.random.Generator) -> tuple[Gray, Any]:
        """Return a sample as it is, or a random part of it of the size that `augment` gives."""
        return image, target

    def join(
        self, first: tuple[Gray, Any], second: tuple[Gray, Any], rng: np.random.Generator
    ) -> tuple[Gray, Any]:
        """Return one sample made of two, or the first one if they do not make a usable one."""
        return first

    def images_to_array(self, images: Sequence[Gray], width: int | None = None) -> Float:
        """Return images as network input (N, H, W, 1) in [0, 1], padded with paper to one size.

        Args:
            images: uint8 (H, W_i), all of one height.
            width: Columns of the result; None for the widest image's.
        """
        columns = max(image.shape[1] for image in images) if width is None else width
        batch = np.zeros((len(images), images[0].shape[0], columns, 1), np.float32)
        for row, image in zip(batch, images, strict=True):
            row[:, : image.shape[1], 0] = image
        batch /= 255
        return batch

    @abstractmethod
    def targets_to_array(self, images: Sequence[Gray], targets: Sequence[Any]) -> npt.NDArray[Any]:
        """Return the targets of a batch as the loss takes them."""

    @abstractmethod
    def evaluate(
        self, images: Sequence[Gray], targets: Sequence[Any], batch_size: int = 32
    ) -> dict[str, float]:
        """Return the metrics over samples, the monitor among them."""
