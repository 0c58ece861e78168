"""Real lines with their texts, out of any folders of labelled lines."""

from collections.abc import Mapping, Sequence
from typing import Any

from text_recognizer.arrays import InkImage
from text_recognizer.datasets.corpora.plain_text import plain_text
from text_recognizer.datasets.dataset import check_fraction, check_numbers, check_share, subsample
from text_recognizer.datasets.files.cache import cached
from text_recognizer.datasets.files.hashes import hash_each, hash_samples
from text_recognizer.datasets.labelled.building import (
    build_labelled,
    checked_folders,
    left_out_of,
)
from text_recognizer.datasets.labelled.images import LabelledFolder, LabelledImage, unique_among_folders
from text_recognizer.datasets.labelled_lines.folders import read_line_folder
from text_recognizer.datasets.labelled_lines.splitting import SPLITS_BY, SplitBy, split_lines
from text_recognizer.datasets.lines_dataset import LinesDataset, describe_lines
from text_recognizer.errors import ConfigError, DataError
from text_recognizer.preprocessing.lines import LINE_HEIGHT
from text_recognizer.tooling.data_root import raw_dir
from text_recognizer.vocabulary import Vocabulary

_CODE = (
    "datasets.labelled_lines", "datasets.labelled", "datasets.lines_dataset",
    "datasets.corpora.plain_text", "augmentation.rules",
)  # fmt: skip
_DESCRIBED_REASONS = 5  # of lines left out; `skipped` has all


class LabelledLinesDataset(LinesDataset):
    """Lines in folders with labels.tsv, pairs NAME.png and NAME.gt.txt, or PAGE XML or ALTO with page images.

    That is what eScriptorium, Transkribus and kraken export, and what corrections are saved as. Lines of
    pages are cut out by their polygons and levelled by their baselines. Typographic variants of quotes,
    dashes and spaces are folded, see `plain_text`. Lines without an image or a text, with an image that
    cannot be read, or with characters that the vocabulary lacks are named and skipped.

    ```python
    from text_recognizer.datasets import LabelledLinesDataset

    lines = LabelledLinesDataset(["many_hands"], vocabulary="latin", normalize=True)
    print(lines.input_shape, lines.output_shape)  # nothing is read before load_or_generate_data()
    ```

    Attributes:
        folders: The lines of each folder, filled by `load_or_generate_data`.
        skipped: Why a line was left out, by its id.
    """

    def __init__(
        self,
        folders: Sequence[str],
        height: int = LINE_HEIGHT,
        width: int | None = None,
        normalize: bool = False,
        vocabulary: str = "line",
        split: SplitBy | None = None,
        validation_fraction: float = 0.1,
        test_fraction: float = 0.1,
        seed: int = 0,
        subsample_fraction: float | None = None,
        rules: Mapping[str, Any] | None = None,
    ) -> None:
        """Set the parameters.

        Args:
            folders: Paths, or names of folders of the mirror or of `<data root>/raw`.
            height: Rows of an image.
            width: Columns of every image; None if each line's aspect ratio decides.
            normalize: Whether slope, slant and width of the writing are normalized, see `line_input`.
            vocabulary: Name of the vocabulary, see `characters_of`.
            split: Whether splits are `given`, whole documents or `random` lines; None for the first of them
                that the folders offer.
            validation_fraction: Part of the lines that is validation unless splits are given, 0 <= f < 1.
            test_fraction: Part of the lines that is test unless splits are given, 0 <= f < 1.
            seed: Of the splits.
            subsample_fraction: Part of the lines to keep, 0 < f <= 1, drawn at random; None keeps all.
            rules: Of paper, drawn into training lines; parameters of `RuleAugmentation`, None for none.

        Raises:
            ConfigError: If a value is of another type or out of range.
        """
        super().__init__(height, width, normalize, vocabulary, rules)
        check_fraction(subsample_fraction)
        check_numbers(0, seed=seed)
        check_share("validation_fraction", validation_fraction)
        check_share("test_fraction", test_fraction)
        if split not in (None, *SPLITS_BY):
            raise ConfigError(f"Expected a split of {', '.join(SPLITS_BY)}; received {split!r}.")
        self._names = checked_folders("folders", folders)
        self._shares = {"validation": validation_fraction, "test": test_fraction}
        self.split, self.seed, self.subsample_fraction = split, seed, subsample_fraction
        self.folders: dict[str, LabelledFolder] = {}
        self.skipped: dict[str, str] = {}

    def load_or_generate_data(self) -> None:
        """Fill `splits`, from the cache if nothing has changed.

        Raises:
            DataError: If a folder is missing or has no labels of a known form, or no line can be used.
        """
        self.folders = {name: read_line_folder(raw_dir(name)) for name in self._names}
        self.skipped = left_out_of(self.folders)
        parts = self._parts()
        inputs = {
            **self.shape_parameters(),
            "files": {name: hash_each(folder.files) for name, folder in self.folders.items()},
            "lines": {name: [(line.id, line.text) for line in part] for name, part in parts.items()},
        }
        self.data_hash = hash_samples(inputs, *_CODE)
        vocabulary = Vocabulary(self.characters)
        self.splits, left_out = cached(
            "labelled_lines",
            self.data_hash,
            lambda: build_labelled(
                parts, lambda line, split: self._sample(line, split, vocabulary), "labelled lines"
            ),
        )
        self.skipped |= left_out
        if not any(map(len, self.splits.values())):
            raise DataError(
                f"No line of {[*self.folders]} can be used: {len(self.skipped)} are skipped, for example "
                f"{next(iter(self.skipped.items()), '')}."
            )

    def _parts(self) -> Mapping[str, Sequence[LabelledImage]]:
        """Return the lines of each split."""
        lines = [
            line
            for name, folder in self.folders.items()
            for line in subsample(
                unique_among_folders(name, folder.images), self.subsample_fraction, self.seed
            )
        ]
        given = {
            f"{name}/{line}": split
            for name, folder in self.folders.items()
            for line, split in folder.splits.items()
        }
        return split_lines(lines, given, self.split, self._shares, self.seed)

    def _sample(self, line: LabelledImage, split: str, vocabulary: Vocabulary) -> tuple[InkImage, str]:
        """Return the input (height, width or any) and the target of a line.

        Raises:
            TextRecognizerError: If there is no such image or no such target.
        """
        text = plain_text(line.text)
        if unknown := vocabulary.unknown(text):
            raise DataError(f"the vocabulary {self.vocabulary} lacks {unknown!r}, which {text!r} has")
        image = line.load()
        return self.training_image(image, line.id) if split == "train" else self.image_to_line(image), text

    def describe(self) -> str:
        """Return counts, widths, label statistics and why lines were left out, as text."""
        reasons: dict[str, int] = {}
        for reason in self.skipped.values():
            reasons[reason] = reasons.get(reason, 0) + 1
        common = sorted(reasons.items(), key=lambda item: -item[1])[:_DESCRIBED_REASONS]
        rows = [
            f"LabelledLinesDataset, input {self.input_shape}, output {self.output_shape}; "
            f"{len(self.skipped)} lines skipped"
        ]
        rows += [f"skipped {count}: {reason}" for reason, count in common]
        rows += [f"{name} ({each.form}): {len(each.images)} lines" for name, each in self.folders.items()]
        return "\n".join([*rows, *describe_lines(self.splits)])
