"""Lines of a page by pixel labels: cross-entropy, F1 of the boxes and IoU of the labels."""

from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from text_recognizer.augmentation.paragraphs import PageAugmentation, augment_page, page_window
from text_recognizer.layout.kernels import kernel_map
from text_recognizer.layout.lines import find_lines
from text_recognizer.metrics.detection import (
    Matches,
    confusion_matrix,
    match_regions,
    mean_iou,
    pixel_accuracy,
)
from text_recognizer.models.base import Float, Gray, Model
from text_recognizer.preprocessing.pages import PARAGRAPH_MULTIPLE

_THRESHOLDS = {"f1_50": 0.5, "f1_75": 0.75}


class LineDetectorModel(Model):
    """Labels the pixels of a page of any size.

    Targets are maps (H, W): 0 background, 1 odd, 2 even line. The network learns the
    kernels and borders that `kernels.kernel_map` makes of them; lines are numbered when they are found.
    """

    monitor = "score"
    monitor_mode = "max"
    input_kind = "paragraph"
    augmentation_type = PageAugmentation
    augmentation: PageAugmentation

    @property
    def loss(self) -> Callable[[Any, Any], Any]:
        """Cross-entropy of (N, H, W) kernel maps and (N, H, W, 3) logits."""
        loss: Callable[[Any, Any], Any] = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        return loss

    @property
    def vocabulary(self) -> str:
        """Empty: labels are no characters."""
        return ""

    @property
    def downsampling(self) -> int:
        """Both sides of the input are multiples of it."""
        return PARAGRAPH_MULTIPLE

    def augment(self, image: Gray, target: Gray, rng: np.random.Generator) -> tuple[Gray, Gray]:
        """Return a random view of the page on a square canvas."""
        return augment_page(image, target, rng, augmentation=self.augmentation)

    def unvaried(self, image: Gray, target: Gray, rng: np.random.Generator) -> tuple[Gray, Gray]:
        """Return a square part of the page at the scale at which pages are read."""
        return page_window(image, target, rng)

    def images_to_array(self, images: Sequence[Gray], width: int | None = None) -> Float:
        """Return the pages (N, S, S, 1) in [0, 1]; S is the longest side, so that `targets_to_array` agrees.

        Args:
            images: uint8 (H_i, W_i).
            width: Not used: a page is not padded to a bucket's width.
        """
        return _stack(images)[..., None].astype(np.float32) / np.float32(255)

    def targets_to_array(self, images: Sequence[Gray], targets: Sequence[Gray]) -> npt.NDArray[np.uint8]:
        """Return the kernel maps (N, S, S); what was added is background."""
        return _stack([kernel_map(target) for target in targets])

    def evaluate(
        self, images: Sequence[Gray], targets: Sequence[Gray], batch_size: int = 1
    ) -> dict[str, float]:
        """Return pixel accuracy, mean IoU, F1 of boxes at IoU 0.5 and 0.75, and the monitor: their mean.

        The boxes expected are those of the label maps. Pages go through the network one by one, unpadded,
        as when serving.
        """
        confusion = np.zeros((3, 3), np.int64)
        matches = dict.fromkeys(_THRESHOLDS, Matches())
        for image, target in zip(images, targets, strict=True):
            batch = image[None, :, :, None].astype(np.float32) / np.float32(255)
            kernels = np.asarray(self.network.predict_on_batch(batch))[0].argmax(axis=-1).astype(np.uint8)
            found = find_lines(kernels, 1.0, target.shape)
            expected = find_lines(kernel_map(target), 1.0, target.shape)
            confusion += confusion_matrix(target, found.labels, 3)
            for name, threshold in _THRESHOLDS.items():
                matches[name] += match_regions(expected.regions, found.regions, threshold)
        metrics = {name: counts.f1 for name, counts in matches.items()}
        metrics["mean_iou"] = mean_iou(confusion)
        metrics["score"] = float(np.mean(list(metrics.values())))
        metrics["pixel_accuracy"] = pixel_accuracy(confusion)
        return metrics


def _stack(pages: Sequence[Gray]) -> npt.NDArray[np.uint8]:
    side = max(max(page.shape) for page in pages)
    side = -(-side // PARAGRAPH_MULTIPLE) * PARAGRAPH_MULTIPLE
    batch = np.zeros((len(pages), side, side), np.uint8)
    for row, page in zip(batch, pages, strict=True):
        row[: page.shape[0], : page.shape[1]] = page
    return batch
