"""Lines of IAM-OnDB: recorded pen strokes drawn as if they had been written on paper and scanned."""

import itertools
import logging
from collections.abc import Collection, Iterable, Sequence

import numpy as np

from text_recognizer.datasets.dataset import Split
from text_recognizer.datasets.files.cache import cached, hash_key
from text_recognizer.datasets.files.download import locate
from text_recognizer.datasets.files.hashes import hash_file
from text_recognizer.datasets.iam_online.stroke_plausibility import implausible_lines
from text_recognizer.datasets.iam_online.stroke_rendering import render_strokes
from text_recognizer.datasets.iam_online.strokes import OnlineStrokes, find_archive, load_strokes
from text_recognizer.datasets.iam_online.texts import (
    PLACEHOLDER,
    OnlineLine,
    read_lines,
    read_validation_forms,
)
from text_recognizer.datasets.line_statistics import describe_lines
from text_recognizer.datasets.lines_dataset import LinesDataset
from text_recognizer.errors import ConfigError, DataError
from text_recognizer.preprocessing.lines import LINE_HEIGHT, line_input
from text_recognizer.vocabulary import LINE_CHARACTERS, Vocabulary

logger = logging.getLogger(__name__)

# Raise when the way from strokes to sample changes: old caches are then left aside.
_VERSION = 3


class IamOnlineLinesDataset(LinesDataset):
    """Rendered lines, scaled to one height, with their texts: train, a small validation, no test.

    The validation split are six writers of the official validation set; all the other lines are for
    training, because what is reported is the test set of IAM, which shares neither line nor text with them.

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
    ) -> None:
        """Take the parameters.

        Args:
            height: Rows of an image.
            width: Columns of every image, None for what each line's aspect ratio gives.
            seed: With the id of a line it decides on its pen, paper and slant.
            renderings: How often each line of train is drawn, each time in another way.
            normalize: Whether slope, slant and width of the writing are made alike, see `line_input`.

        Raises:
            ConfigError: If `renderings` is below 1.
        """
        if renderings < 1:
            raise ConfigError(f"Expected at least 1 rendering of each line; received {renderings}.")
        self.height, self.width, self.seed, self.renderings = height, width, seed, renderings
        self.normalize = normalize
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
        key = {
            "version": _VERSION, "height": self.height, "width": self.width, "seed": self.seed,
            "normalize": self.normalize, "renderings": self.renderings,
            "strokes": hash_file(find_archive()),
            "texts": [(line.id, line.text) for line in usable], "validation": sorted(validation),
        }  # fmt: skip
        self.splits = cached("iam_online_lines", key, lambda: self._build(usable, strokes, validation))
        self.data_hash = hash_key(key)

    def _usable(self, lines: Sequence[OnlineLine], strokes: OnlineStrokes) -> list[OnlineLine]:
        """Return the lines that can be read off their strokes, and name the others."""
        vocabulary = Vocabulary(LINE_CHARACTERS)
        self.skipped = {
            "no readable strokes": list(strokes.broken),
            "no transcript": [line.id for line in lines if line.text.lower() == PLACEHOLDER],
            "other characters": [line.id for line in lines if vocabulary.unknown(line.text)],
        }
        left = set(itertools.chain.from_iterable(self.skipped.values()))
        rest = [line for line in lines if line.id not in left]
        self.skipped["implausible"] = implausible_lines(rest, strokes.points)
        for reason, ids in self.skipped.items():
            if ids:
                logger.warning("Skipped, %s: %s", reason, ", ".join(ids))
        left.update(self.skipped["implausible"])
        if usable := [line for line in rest if line.id not in left]:
            return usable
        raise DataError(f"Expected usable lines in IAM-OnDB; received {len(lines)}, all of them skipped.")

    def _build(
        self, lines: Sequence[OnlineLine], strokes: OnlineStrokes, validation: Collection[str]
    ) -> dict[str, Split]:
        parts: dict[str, list[OnlineLine]] = {"train": [], "validation": []}
        for line in lines:
            parts["validation" if line.form in validation else "train"].append(line)
        return {
            "train": self._render(parts["train"], strokes, self.renderings),
            "validation": self._render(parts["validation"], strokes, 1),
            "test": Split([], [], []),
        }

    def _render(self, lines: Iterable[OnlineLine], strokes: OnlineStrokes, times: int) -> Split:
        ids, images, texts = [], [], []
        for line, number in itertools.product(lines, range(times)):
            rng = np.random.default_rng([self.seed, number, *line.id.encode()])
            image = line_input(
                render_strokes(strokes.points[line.id], rng), self.height, self.width, self.normalize
            )
            ids.append(f"{line.id}.{number}" if times > 1 else line.id)
            images.append(np.round(image * 255).astype(np.uint8))
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
