"""What the data sets of paragraphs have in common: shapes and descriptions."""

from collections.abc import Mapping

import numpy as np

from text_recognizer.datasets.dataset import SPLIT_NAMES, Dataset, Split

CLASSES = ("background", "odd line", "even line")  # what the pixels of a label map mean, in order
LABELS = (*CLASSES, "unknown")  # with what is not learned, see `layout.kernels.UNKNOWN`


class ParagraphsDataset(Dataset):
    """Pages of any size; the targets are label maps of the same size: 0 background, 1 odd line, 2 even line.

    Training pages may have a fourth label, `layout.kernels.UNKNOWN`: ink that is neither taught as a line nor
    as background.

    ```python
    from text_recognizer.datasets import IamParagraphsDataset
    from text_recognizer.datasets.pages.paragraphs_dataset import ParagraphsDataset

    pages = IamParagraphsDataset()
    print(isinstance(pages, ParagraphsDataset), pages.input_shape, pages.output_shape)
    ```
    """

    @property
    def input_shape(self) -> tuple[int | None, int | None, int]:
        """(None, None, 1): pages have any size."""
        return (None, None, 1)

    @property
    def output_shape(self) -> tuple[int | None, ...]:
        """(None, None, 3)."""
        return (None, None, len(CLASSES))


def describe_pages(splits: Mapping[str, Split]) -> list[str]:
    """Return a row of text per split: number and sizes of its pages, share of each class of pixels."""
    rows = []
    for name in SPLIT_NAMES:
        split = splits[name]
        counts = sum((np.bincount(labels.ravel(), minlength=4) for labels in split.targets), np.zeros(4))
        percent = 100 * counts / max(counts.sum(), 1)
        shares = ", ".join(
            f"{label} {p:.1f} %" for label, p in zip(LABELS, percent, strict=True) if p or label in CLASSES
        )
        heights, widths = np.array([image.shape for image in split.images] or [(0, 0)]).T
        rows.append(
            f"{name}: {len(split)} pages, height {heights.min()}-{heights.max()}, "
            f"width {widths.min()}-{widths.max()}; pixels: {shares}"
        )
    return rows
