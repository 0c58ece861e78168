"""Lines of IAM as inputs of the line recognizers, split by writer."""

import logging
from collections.abc import Iterable

import numpy as np

from text_recognizer.datasets.dataset import SPLIT_NAMES, Split, subsample
from text_recognizer.datasets.files.cache import cached, hash_files, hash_key
from text_recognizer.datasets.iam.dataset import IamDataset
from text_recognizer.datasets.iam.form import FormLine
from text_recognizer.datasets.line_statistics import describe_lines
from text_recognizer.datasets.lines_dataset import LinesDataset
from text_recognizer.errors import DataError, TextRecognizerError
from text_recognizer.images.loading import load_image
from text_recognizer.preprocessing.lines import LINE_HEIGHT, line_input

logger = logging.getLogger(__name__)

# Raise when the way from file to sample changes: old caches are then left aside.
_VERSION = 3


class IamLinesDataset(LinesDataset):
    """Line images scaled to one height (of any width, or of one width), with their texts.

    Lines without an image are skipped and counted, unreadable images are named and skipped.

    Attributes:
        missing_images: How many lines of this copy's forms have no image.
        unreadable: Ids of lines whose image could not be read.
    """

    def __init__(
        self,
        height: int = LINE_HEIGHT,
        width: int | None = None,
        split: str | None = None,
        use_unassigned: bool = True,
        subsample_fraction: float | None = None,
        normalize: bool = False,
    ) -> None:
        """Take the parameters.

        Args:
            height: Rows of an image.
            width: Columns of every image, None for what each line's aspect ratio gives.
            split: `aachen`, `lwitlrt`, or None for the first of them whose lists are here.
            use_unassigned: Whether lines of no split, by writers of neither validation nor test, join train.
            subsample_fraction: Part of each split to keep, 0 < f <= 1, drawn at random; None keeps all.
            normalize: Whether slope, slant and width of the writing are made alike, see `line_input`.
        """
        self.height, self.width, self.split, self.normalize = height, width, split, normalize
        self.use_unassigned, self.subsample_fraction = use_unassigned, subsample_fraction
        self.missing_images = 0
        self.unreadable: list[str] = []

    def load_or_generate_data(self) -> None:
        """Fill `splits`, from the cache if nothing has changed.

        Raises:
            DataError: If IAM is missing or holds no line image.
        """
        iam = IamDataset(self.split)
        iam.load_or_generate_data()
        self.split = iam.split
        self.missing_images = iam.missing_images
        lines = {name: iam.lines(name) for name in SPLIT_NAMES}
        if self.use_unassigned:
            lines["train"] = lines["train"] + iam.unassigned_lines()
        lines = {name: subsample(lines[name], self.subsample_fraction) for name in SPLIT_NAMES}
        paths = [
            line.image_path for name in SPLIT_NAMES for line in lines[name] if line.image_path is not None
        ]
        if not paths:
            raise DataError(
                "Expected line images (lines/a01/a01-000u/a01-000u-00.png) in the IAM folder; found none."
            )
        key = {
            "version": _VERSION, "height": self.height, "width": self.width, "normalize": self.normalize,
            "inputs": hash_files(paths),
            "texts": {name: [(line.id, line.text) for line in lines[name]] for name in SPLIT_NAMES},
        }  # fmt: skip
        self.splits = cached(
            "iam_lines", key, lambda: {name: self._build(lines[name]) for name in SPLIT_NAMES}
        )
        self.data_hash = hash_key(key)

    def _build(self, lines: Iterable[FormLine]) -> Split:
        ids, images, texts = [], [], []
        for line in lines:
            assert line.image_path is not None
            try:
                image = line_input(load_image(line.image_path), self.height, self.width, self.normalize)
            except TextRecognizerError as error:
                logger.warning("Skipped %s: %s", line.id, error)
                self.unreadable.append(line.id)
                continue
            ids.append(line.id)
            images.append(np.round(image * 255).astype(np.uint8))
            texts.append(line.text)
        return Split(ids, images, texts)

    def describe(self) -> str:
        """Return counts, widths and label statistics as text."""
        rows = [
            f"IamLinesDataset, split {self.split}, input {self.input_shape}, output {self.output_shape}; "
            f"{self.missing_images} lines without an image skipped, {len(self.unreadable)} unreadable"
        ]
        return "\n".join([*rows, *describe_lines(self.splits)])
