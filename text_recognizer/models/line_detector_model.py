"""Lines of a page by pixel labels: cross-entropy, F1 of the boxes and IoU of the labels."""

from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np

from text_recognizer.arrays import Batch, InkImage, LabelMap, PageStack
from text_recognizer.augmentation.paragraphs import PageAugmentation, augment_page, page_window
from text_recognizer.geometry import Region
from text_recognizer.layout.kernels import UNKNOWN, kernel_map
from text_recognizer.layout.lines import PageLayout, find_lines
from text_recognizer.metrics.detection import (
    Matches,
    confusion_matrix,
    match_regions,
    mean_iou,
    pixel_accuracy,
)
from text_recognizer.models.base import Model
from text_recognizer.preprocessing.pages import PARAGRAPH_MULTIPLE

_MIN_IOU = {"f1_50": 0.5, "f1_75": 0.75}  # metric -> least overlap at which a found box counts


class LineDetectorModel(Model):
    """Labels the pixels of a page of any size.

    Targets are label maps (H, W): 0 background, 1 odd, 2 even line. The network learns the kernels and
    borders that `layout.kernels.kernel_map` makes of them; lines are numbered when they are found. What the
    network says where a target is `layout.kernels.UNKNOWN` changes neither the loss nor the metrics.

    ```python
    import numpy as np

    from text_recognizer.models import LineDetectorModel
    from text_recognizer.networks import fcn

    model = LineDetectorModel(fcn((None, None, 1), (None, None, 3), num_filters=4, dilations=(1,)))
    labels = np.zeros((48, 64), np.uint8)
    labels[10:30, 5:60] = 1  # one line of text
    print(model.targets_to_array([labels], [labels]).shape)  # (1, 64, 64)
    ```
    """

    monitor = "score"
    monitor_mode = "max"
    input_kind = "paragraph"
    default_vocabulary = ""
    augmentation_type = PageAugmentation
    augmentation: PageAugmentation

    @property
    def loss(self) -> Callable[[Any, Any], Any]:
        """Cross-entropy of (N, H, W) kernel maps and (N, H, W, 3) logits, over the pixels that are known."""
        loss: Callable[[Any, Any], Any] = keras.losses.SparseCategoricalCrossentropy(
            from_logits=True, ignore_class=UNKNOWN
        )
        return loss

    @property
    def downsampling(self) -> int:
        """Both sides of the input are multiples of it."""
        return PARAGRAPH_MULTIPLE

    def augment(
        self, image: InkImage, target: LabelMap, rng: np.random.Generator
    ) -> tuple[InkImage, LabelMap]:
        """Return a random view of the page on a square canvas."""
        return augment_page(image, target, rng, augmentation=self.augmentation)

    def unvaried(
        self, image: InkImage, target: LabelMap, rng: np.random.Generator
    ) -> tuple[InkImage, LabelMap]:
        """Return a square part of the page at the scale at which pages are read."""
        return page_window(image, target, rng)

    def images_to_array(self, images: Sequence[InkImage], width: int | None = None) -> Batch:
        """Return the pages (N, S, S, 1) in [0, 1]; S is the longest side, as in `targets_to_array`.

        Args:
            images: (H_i, W_i).
            width: Not used: a page is not padded to a bucket's width.
        """
        return _stack(images)[..., None].astype(np.float32) / np.float32(255)

    def targets_to_array(self, images: Sequence[InkImage], targets: Sequence[LabelMap]) -> PageStack:
        """Return the kernel maps (N, S, S); the padding is background."""
        return _stack([kernel_map(target) for target in targets])

    def evaluate(
        self, images: Sequence[InkImage], targets: Sequence[LabelMap], batch_size: int = 1
    ) -> dict[str, float]:
        """Return pixel accuracy, mean IoU, F1 of boxes at IoU 0.5 and 0.75, and the monitor: their mean.

        The boxes expected are those of the label maps. Pages go through the network one by one, unpadded,
        as when serving.
        """
        confusion = np.zeros((3, 3), np.int64)
        matches = dict.fromkeys(_MIN_IOU, Matches())
        for image, target in zip(images, targets, strict=True):
            batch = image[None, :, :, None].astype(np.float32) / np.float32(255)
            kernels = np.asarray(self.network.predict_on_batch(batch))[0].argmax(axis=-1).astype(np.uint8)
            found = find_lines(kernels, 1.0, target.shape)
            expected = find_lines(kernel_map(target), 1.0, target.shape)
            known = target != UNKNOWN
            confusion += confusion_matrix(target[known], found.labels[known], 3)
            regions = _known_regions(found, target)
            for name, threshold in _MIN_IOU.items():
                matches[name] += match_regions(expected.regions, regions, threshold)
        metrics = {name: counts.f1 for name, counts in matches.items()}
        metrics["mean_iou"] = mean_iou(confusion)
        metrics["score"] = float(np.mean(list(metrics.values())))
        metrics["pixel_accuracy"] = pixel_accuracy(confusion)
        return metrics


def _known_regions(found: PageLayout, target: LabelMap) -> list[Region]:
    """Return the boxes of the lines that were found, but for those of which most is unknown ink."""
    owners = found.owners.ravel()
    on_line = owners >= 0
    unknown, total = (
        np.bincount(owners[chosen], minlength=len(found.lines))
        for chosen in (on_line & (target.ravel() == UNKNOWN), on_line)
    )
    return [region for i, region in enumerate(found.regions) if 2 * unknown[i] <= total[i]]


def _stack(pages: Sequence[InkImage | LabelMap]) -> PageStack:
    """Return images or maps (H_i, W_i) padded with 0 to one square (N, S, S)."""
    side = max(max(page.shape) for page in pages)
    side = -(-side // PARAGRAPH_MULTIPLE) * PARAGRAPH_MULTIPLE
    batch = np.zeros((len(pages), side, side), np.uint8)
    for row, page in zip(batch, pages, strict=True):
        row[: page.shape[0], : page.shape[1]] = page
    return batch
