"""Lines of IAM as inputs of the line recognizers, split by writer."""

import logging
from collections.abc import Iterable

from text_recognizer.datasets.dataset import SPLIT_NAMES, Split, check_flags, check_fraction, subsample
from text_recognizer.datasets.files.cache import Built, cached
from text_recognizer.datasets.files.hashes import hash_files, hash_samples
from text_recognizer.datasets.iam.dataset import IamDataset
from text_recognizer.datasets.iam.form import FormLine
from text_recognizer.datasets.lines_dataset import LinesDataset, describe_lines
from text_recognizer.errors import DataError, TextRecognizerError
from text_recognizer.images.loading import load_image
from text_recognizer.preprocessing.lines import LINE_HEIGHT

logger = logging.getLogger(__name__)

_CODE = ("datasets.iam.lines_dataset", "datasets.lines_dataset")


class IamLinesDataset(LinesDataset):
    """Line images scaled to one height (of any width, or of one width), with their texts.

    Lines without an image are skipped and counted, unreadable images are named and skipped.

    ```python
    from text_recognizer.datasets import IamLinesDataset

    lines = IamLinesDataset(height=64, normalize=True, subsample_fraction=0.1)
    print(lines.input_shape, lines.output_shape)
    ```

    Attributes:
        split: Name of the split that `load_or_generate_data` has taken.
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
        """Set the parameters.

        Args:
            height: Rows of an image.
            width: Columns of every image; None if each line's aspect ratio decides.
            split: `aachen`, `lwitlrt`, or None for the first of them whose lists are here.
            use_unassigned: Whether lines of no split, by writers of neither validation nor test, join train.
            subsample_fraction: Part of each split to keep, 0 < f <= 1, drawn at random; None keeps all.
            normalize: Whether slope, slant and width of the writing are normalized, see `line_input`.

        Raises:
            ConfigError: If a value is of another type or out of range.
        """
        super().__init__(height, width, normalize)
        check_fraction(subsample_fraction)
        check_flags(use_unassigned=use_unassigned)
        self.split, self.use_unassigned, self.subsample_fraction = split, use_unassigned, subsample_fraction
        self.missing_images = 0
        self.unreadable: list[str] = []

    def load_or_generate_data(self) -> None:
        """Fill `splits`, from the cache if nothing has changed.

        Raises:
            DataError: If IAM is missing or holds no line image.
        """
        iam = IamDataset(self.split)
        iam.load_or_generate_data()
        self.split, self.missing_images = iam.split, iam.missing_images
        lines = {name: iam.lines(name) for name in SPLIT_NAMES}
        if self.use_unassigned:
            lines["train"] = lines["train"] + iam.unassigned_lines()
        lines = {name: subsample(lines[name], self.subsample_fraction) for name in SPLIT_NAMES}
        paths = [
            line.image_path for name in SPLIT_NAMES for line in lines[name] if line.image_path is not None
        ]
        if not paths:
            raise DataError(
                "The IAM folder holds no image of a line (lines/a01/a01-000u/a01-000u-00.png ...). "
                "See data/raw/iam/readme.md on how to get them."
            )
        inputs = {
            **self.shape_parameters(), "images": hash_files(paths),
            "texts": {name: [(line.id, line.text) for line in lines[name]] for name in SPLIT_NAMES},
        }  # fmt: skip
        self.data_hash = hash_samples(inputs, *_CODE)
        self.splits, left_out = cached("iam_lines", self.data_hash, lambda: self._build(lines))
        self.unreadable = list(left_out)

    def _build(self, lines: dict[str, list[FormLine]]) -> Built:
        left_out: dict[str, str] = {}
        return Built({name: self._build_split(lines[name], left_out) for name in SPLIT_NAMES}, left_out)

    def _build_split(self, lines: Iterable[FormLine], left_out: dict[str, str]) -> Split:
        ids, images, texts = [], [], []
        for line in lines:
            assert line.image_path is not None
            try:
                image = self.image_to_line(load_image(line.image_path))
            except TextRecognizerError as error:
                logger.warning("Skipped %s: %s", line.id, error)
                left_out[line.id] = str(error)
                continue
            ids.append(line.id)
            images.append(image)
            texts.append(line.text)
        return Split(ids, images, texts)

    def describe(self) -> str:
        """Return counts, widths and label statistics as text."""
        rows = [
            f"IamLinesDataset, split {self.split}, input {self.input_shape}, output {self.output_shape}; "
            f"{self.missing_images} lines without an image skipped, {len(self.unreadable)} unreadable"
        ]
        return "\n".join([*rows, *describe_lines(self.splits)])
