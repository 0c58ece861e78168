"""Lines of IAM as inputs of the line recognizers, split by writer."""

import logging
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from text_recognizer.datasets.dataset import SPLIT_NAMES, Split, check_flags, check_fraction, subsample
from text_recognizer.datasets.files.cache import Built, cached
from text_recognizer.datasets.files.hashes import hash_files, hash_samples
from text_recognizer.datasets.iam.dataset import IamDataset
from text_recognizer.datasets.iam.form import FormLine
from text_recognizer.datasets.iam.published_lines import PublishedLines, published_lines
from text_recognizer.datasets.lines_dataset import LinesDataset, describe_lines
from text_recognizer.errors import DataError, TextRecognizerError
from text_recognizer.images.loading import ImageSource, load_image
from text_recognizer.preprocessing.lines import LINE_HEIGHT
from text_recognizer.tooling.data_root import raw_dir

logger = logging.getLogger(__name__)

_CODE = ("datasets.iam.lines_dataset", "datasets.lines_dataset", "augmentation.rules")
_PUBLISHED_SPLIT = "aachen"  # the only one of the published lines

_Line: TypeAlias = tuple[str, ImageSource, str]  # id, image, text


class IamLinesDataset(LinesDataset):
    """Line images scaled to one height (of any width, or of one width), with their texts.

    They come from a copy of the official files, else from the parquet files of the lines that Teklia has
    published, or the package `datasets` fetches these. Lines without an image are skipped and counted,
    unreadable images are named and skipped.

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
        vocabulary: str = "line",
        rules: Mapping[str, Any] | None = None,
    ) -> None:
        """Set the parameters.

        Args:
            height: Rows of an image.
            width: Columns of every image; None if each line's aspect ratio decides.
            split: `aachen`, `lwitlrt`, or None for the first of them whose lists are here.
            use_unassigned: Whether lines of no split, by writers of neither validation nor test, join train.
            subsample_fraction: Part of each split to keep, 0 < f <= 1, drawn at random; None keeps all.
            normalize: Whether slope, slant and width of the writing are normalized, see `line_input`.
            vocabulary: Name of the vocabulary, see `characters_of`.
            rules: Of paper, drawn into training lines; parameters of `RuleAugmentation`, None for none.

        Raises:
            ConfigError: If a value is of another type or out of range.
        """
        super().__init__(height, width, normalize, vocabulary, rules)
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
        published = published_lines(raw_dir("iam"))
        if published is None:
            self._load_official()
        else:
            self._load_published(published)

    def _load_official(self) -> None:
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
        self._fill(inputs, {name: _of_files(lines[name]) for name in SPLIT_NAMES})

    def _load_published(self, published: PublishedLines) -> None:
        """Fill `splits` with lines whose writers are not known; none of them is unassigned.

        Raises:
            DataError: If another split than theirs is asked for.
        """
        if self.split not in (None, _PUBLISHED_SPLIT):
            raise DataError(
                f"The published lines of IAM have the split {_PUBLISHED_SPLIT}; received {self.split!r}. "
                "Leave the option split out, or get the official files: see data/raw/iam/readme.md."
            )
        self.split = _PUBLISHED_SPLIT
        inputs = {
            **self.shape_parameters(), "published": published.digest(), "subsample": self.subsample_fraction,
        }  # fmt: skip
        self._fill(inputs, {name: self._published_split(published, name) for name in SPLIT_NAMES})

    def _published_split(self, published: PublishedLines, name: str) -> Iterable[_Line]:
        """Yield the chosen lines of a published split, which is not read before."""
        chosen = set(subsample(ids := published.ids(name), self.subsample_fraction))
        lines = zip(ids, published.images(name), published.texts(name), strict=True)
        return (line for line in lines if line[0] in chosen)

    def _fill(self, inputs: Mapping[str, object], lines: Mapping[str, Iterable[_Line]]) -> None:
        """Take the splits from the cache, or build them of the lines."""
        self.data_hash = hash_samples(inputs, *_CODE)
        self.splits, left_out = cached("iam_lines", self.data_hash, lambda: self._build(lines))
        self.unreadable = list(left_out)

    def _build(self, lines: Mapping[str, Iterable[_Line]]) -> Built:
        left_out: dict[str, str] = {}
        return Built({name: self._build_split(name, lines[name], left_out) for name in SPLIT_NAMES}, left_out)

    def _build_split(self, name: str, lines: Iterable[_Line], left_out: dict[str, str]) -> Split:
        ids, images, texts = [], [], []
        for line_id, source, text in lines:
            try:
                grey = load_image(source)
                image = self.training_image(grey, line_id) if name == "train" else self.image_to_line(grey)
            except TextRecognizerError as error:
                logger.warning("Skipped %s: %s", line_id, error)
                left_out[line_id] = str(error)
                continue
            ids.append(line_id)
            images.append(image)
            texts.append(text)
        return Split(ids, images, texts)

    def describe(self) -> str:
        """Return counts, widths and label statistics as text."""
        rows = [
            f"IamLinesDataset, split {self.split}, input {self.input_shape}, output {self.output_shape}; "
            f"{self.missing_images} lines without an image skipped, {len(self.unreadable)} unreadable"
        ]
        return "\n".join([*rows, *describe_lines(self.splits)])


def _of_files(lines: Iterable[FormLine]) -> list[_Line]:
    return [(line.id, line.image_path, line.text) for line in lines if line.image_path is not None]
