"""Lines of text set in EMNIST characters, side by side with some overlap."""

import logging

import numpy as np

from text_recognizer.datasets.corpora.sentence_generator import SentenceGenerator
from text_recognizer.datasets.dataset import SPLIT_NAMES, Split, check_numbers
from text_recognizer.datasets.emnist.dataset import EmnistDataset
from text_recognizer.datasets.emnist.glyphs import TILE_PX, GlyphSource, set_line
from text_recognizer.datasets.files.cache import Built, cached
from text_recognizer.datasets.files.download import locate
from text_recognizer.datasets.files.hashes import hash_file, hash_samples
from text_recognizer.datasets.files.progress import progress
from text_recognizer.datasets.lines_dataset import LinesDataset
from text_recognizer.errors import ConfigError
from text_recognizer.vocabulary import EMNIST_CHARACTERS

logger = logging.getLogger(__name__)

FIXED_WIDTH = "max_length"  # the width that max_length characters take, as the data set of 2019 has it

_CODE = (
    "datasets.emnist.lines_dataset",
    "datasets.emnist.glyphs",
    "datasets.corpora",
    "datasets.lines_dataset",
)


class EmnistLinesDataset(LinesDataset):
    """Lines of letters, digits and spaces; targets are their texts.

    The glyphs and the texts of a split come from the split of the same name of EMNIST and of the Brown
    corpus, so no glyph and no text of `test` or `validation` is ever trained on.

    ```python
    from text_recognizer.datasets import EmnistLinesDataset

    print(EmnistLinesDataset().input_shape)  # as in 2019
    print(EmnistLinesDataset(height=64, width=None, normalize=True).input_shape)  # to mix with IAM
    ```
    """

    def __init__(
        self,
        max_length: int = 34,
        min_overlap: float = 0.0,
        max_overlap: float = 0.33,
        num_train: int = 10_000,
        num_validation: int = 1_000,
        num_test: int = 1_000,
        seed: int = 0,
        height: int = TILE_PX,
        width: int | str | None = FIXED_WIDTH,
        normalize: bool = False,
    ) -> None:
        """Set the parameters.

        Args:
            max_length: Characters of a line at most.
            min_overlap: Least part of a character's width that the next one covers, 0 <= overlap < 1.
            max_overlap: Greatest part that is covered; each line draws its own, uniformly.
            num_train: Lines of `train`.
            num_validation: Lines of `validation`.
            num_test: Lines of `test`.
            seed: Decides texts, glyphs and overlaps.
            height: Rows of an image.
            width: Columns of every image; "max_length" for those that `max_length` characters take at this
                height; None if each line's aspect ratio decides.
            normalize: Whether slope, slant and width of the writing are normalized, see `line_input`.

        Raises:
            ConfigError: If a value is out of range.
        """
        check_numbers(1, max_length=max_length)
        check_numbers(0, num_train=num_train, num_validation=num_validation, num_test=num_test, seed=seed)
        if not 0 <= min_overlap <= max_overlap < 1:
            raise ConfigError(
                f"Expected 0 <= min_overlap <= max_overlap < 1; received {min_overlap} and {max_overlap}."
            )
        super().__init__(height, _columns(width, height, max_length), normalize)
        self.max_length = max_length
        self.overlap = (min_overlap, max_overlap)
        self.numbers = {"train": num_train, "validation": num_validation, "test": num_test}
        self.seed = seed

    def load_or_generate_data(self) -> None:
        """Set the lines, or read them from the cache.

        Raises:
            DataError: If EMNIST or the Brown corpus is missing or damaged.
        """
        emnist = EmnistDataset(seed=self.seed, as_input=False)  # the line as a whole becomes an input
        inputs = {
            **self.shape_parameters(), "emnist": emnist.fingerprint(),
            "brown": hash_file(locate("brown", "brown.zip")), "max_length": self.max_length,
            "overlap": self.overlap, "numbers": self.numbers, "seed": self.seed,
        }  # fmt: skip
        self.data_hash = hash_samples(inputs, *_CODE)
        self.splits = cached("emnist_lines", self.data_hash, lambda: self._build(emnist)).splits

    def _build(self, emnist: EmnistDataset) -> Built:
        emnist.load_or_generate_data()
        return Built({name: self._build_split(name, emnist.splits[name]) for name in SPLIT_NAMES}, {})

    def _build_split(self, name: str, glyphs: Split) -> Split:
        if not len(glyphs):
            logger.warning("EMNIST has no glyphs for %s: it stays empty", name)
            return Split([], [], [])
        seeds = np.random.SeedSequence([self.seed, SPLIT_NAMES.index(name)]).spawn(2)
        sentences = SentenceGenerator(name, plain=True, seed=int(seeds[0].generate_state(1)[0]))
        texts = [sentences.generate(self.max_length) for _ in range(self.numbers[name])]
        rng = np.random.default_rng(seeds[1])
        source = GlyphSource(np.asarray(glyphs.images), np.asarray(glyphs.targets), rng)
        overlaps = rng.uniform(*self.overlap, len(texts))
        images = []
        for text, overlap in progress(
            zip(texts, overlaps, strict=True), f"EMNIST lines, {name}", total=len(texts)
        ):
            line = set_line(source.draw(text), self.max_length, float(overlap))
            images.append(self.image_to_line(255 - line))
        return Split([f"{name}-{index:06d}" for index in range(len(texts))], images, texts)

    def describe(self) -> str:
        """Return counts, shapes, lengths and character statistics as text."""
        rows = [f"EMNIST lines, input {self.input_shape}, output {self.output_shape}"]
        for name, split in self.splits.items():
            lengths = [len(text) for text in split.targets] or [0]
            counts = {c: sum(text.count(c) for text in split.targets) for c in f" {EMNIST_CHARACTERS}"}
            per_character = " ".join(f"{c if c != ' ' else 'space'}:{count}" for c, count in counts.items())
            rows.append(
                f"{name}: {len(split)} lines, {min(lengths)}-{max(lengths)} characters "
                f"(mean {np.mean(lengths):.1f}), {len(set(split.targets))} different texts\n  {per_character}"
            )
        return "\n".join(rows)


def _columns(width: int | str | None, height: int, max_length: int) -> int | None:
    """Return the columns of every image; None if each line's aspect ratio decides."""
    if width == FIXED_WIDTH:
        return max_length * height
    if isinstance(width, str):
        raise ConfigError(f'Expected a number, "{FIXED_WIDTH}" or null as width; received {width!r}.')
    return width
