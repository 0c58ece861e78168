"""Lines of IAM-OnDB: recorded pen strokes rendered as if written on paper and scanned."""

import itertools
import logging
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np

from text_recognizer.datasets.dataset import Split, check_numbers
from text_recognizer.datasets.files.cache import Built, cached
from text_recognizer.datasets.files.download import locate
from text_recognizer.datasets.files.hashes import hash_file, hash_samples
from text_recognizer.datasets.files.progress import progress
from text_recognizer.datasets.iam_online.stroke_plausibility import implausible_lines
from text_recognizer.datasets.iam_online.stroke_rendering import render_strokes
from text_recognizer.datasets.iam_online.strokes import OnlineStrokes, find_archive, load_strokes
from text_recognizer.datasets.iam_online.texts import (
    PLACEHOLDER,
    OnlineLine,
    read_lines,
    read_validation_forms,
)
from text_recognizer.datasets.lines_dataset import LinesDataset, describe_lines
from text_recognizer.errors import DataError
from text_recognizer.preprocessing.lines import LINE_HEIGHT
from text_recognizer.vocabulary import Vocabulary

logger = logging.getLogger(__name__)

_CODE = ("datasets.iam_online", "datasets.lines_dataset", "augmentation.rules")


class IamOnlineLinesDataset(LinesDataset):
    """Rendered lines, scaled to one height, with their texts: train, a small validation, no test.

    Six writers of the official validation set make the validation split; all other lines are for training,
    because scores are reported on the test set of IAM, which shares neither line nor text with them.

    ```python
    from text_recognizer.datasets import IamOnlineLinesDataset

    lines = IamOnlineLinesDataset(height=64, renderings=3)  # nothing is read before load_or_generate_data()
    print(lines.input_shape, lines.output_shape)
    ```

    Attributes:
        skipped: Ids of lines that were left out, by reason.
    """

    def __init__(
        self,
        height: int = LINE_HEIGHT,
        width: int | None = None,
        seed: int = 0,
        renderings: int = 1,
        normalize: bool = False,
        vocabulary: str = "line",
        rules: Mapping[str, Any] | None = None,
    ) -> None:
        """Set the parameters.

        Args:
            height: Rows of an image.
            width: Columns of every image; None if each line's aspect ratio decides.
            seed: With the id of a line it decides on its pen, paper and slant.
            renderings: How often each line of train is rendered, each time in another way.
            normalize: Whether slope, slant and width of the writing are normalized, see `line_input`.
            vocabulary: Name of the vocabulary, see `characters_of`.
            rules: Of paper, drawn into training lines; parameters of `RuleAugmentation`, None for none.

        Raises:
            ConfigError: If a value is of another type or out of range.
        """
        super().__init__(height, width, normalize, vocabulary, rules)
        check_numbers(1, renderings=renderings)
        check_numbers(0, seed=seed)
        self.seed, self.renderings = seed, renderings
        self.skipped: dict[str, list[str]] = {}

    def load_or_generate_data(self) -> None:
        """Fill `splits`, from the cache if nothing has changed.

        Raises:
            DataError: If IAM-OnDB is missing or holds no usable line.
        """
        listing = locate("iam_ondb", "lines.tsv")
        validation = read_validation_forms(listing.parent)
        lines = read_lines(listing)
        strokes = load_strokes(lines)
        usable = self._usable(lines, strokes)
        inputs = {
            **self.shape_parameters(), "seed": self.seed, "renderings": self.renderings,
            "strokes": hash_file(find_archive()),
            "texts": [(line.id, line.text) for line in usable], "validation": sorted(validation),
        }  # fmt: skip
        self.data_hash = hash_samples(inputs, *_CODE)
        self.splits = cached(
            "iam_online_lines", self.data_hash, lambda: self._build(usable, strokes, validation)
        ).splits

    def _usable(self, lines: Sequence[OnlineLine], strokes: OnlineStrokes) -> list[OnlineLine]:
        """Return the lines whose strokes and transcripts can be used; log the others."""
        vocabulary = Vocabulary(self.characters)
        self.skipped = {
            "no readable strokes": list(strokes.broken),
            "no transcript": [line.id for line in lines if line.text.lower() == PLACEHOLDER],
            "other characters": [line.id for line in lines if vocabulary.unknown(line.text)],
        }
        left = set(itertools.chain.from_iterable(self.skipped.values()))
        rest = [line for line in lines if line.id not in left]
        self.skipped["implausible"] = implausible_lines(rest, strokes.points, vocabulary)
        for reason, ids in self.skipped.items():
            if ids:
                logger.warning("Skipped, %s: %s", reason, ", ".join(ids))
        left.update(self.skipped["implausible"])
        if usable := [line for line in rest if line.id not in left]:
            return usable
        raise DataError(f"None of the {len(lines)} lines of IAM-OnDB can be used; the log says why.")

    def _build(
        self, lines: Sequence[OnlineLine], strokes: OnlineStrokes, validation: Collection[str]
    ) -> Built:
        parts: dict[str, list[OnlineLine]] = {"train": [], "validation": []}
        for line in lines:
            parts["validation" if line.form in validation else "train"].append(line)
        splits = {
            "train": self._render(parts["train"], strokes, self.renderings, training=True),
            "validation": self._render(parts["validation"], strokes, 1, training=False),
            "test": Split([], [], []),
        }
        return Built(splits, {})

    def _render(
        self, lines: Sequence[OnlineLine], strokes: OnlineStrokes, times: int, training: bool
    ) -> Split:
        ids, images, texts = [], [], []
        for line, number in progress(
            itertools.product(lines, range(times)), "IAM-OnDB lines", total=len(lines) * times
        ):
            rng = np.random.default_rng([self.seed, number, *line.id.encode()])
            ids.append(f"{line.id}.{number}" if times > 1 else line.id)
            grey = render_strokes(strokes.points[line.id], rng)
            images.append(self.training_image(grey, ids[-1]) if training else self.image_to_line(grey))
            texts.append(line.text)
        return Split(ids, images, texts)

    def describe(self) -> str:
        """Return counts, widths and label statistics as text."""
        skipped = ", ".join(f"{len(ids)} {reason}" for reason, ids in self.skipped.items())
        rows = [
            f"IamOnlineLinesDataset, seed {self.seed}, {self.renderings} rendering(s) of a line, "
            f"input {self.input_shape}, output {self.output_shape}; skipped: {skipped}"
        ]
        return "\n".join([*rows, *describe_lines(self.splits)])
