"""Lines of text set in EMNIST characters, side by side with some overlap."""

import itertools
import logging
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from text_recognizer.datasets.corpora.sentence_generator import SentenceGenerator
from text_recognizer.datasets.dataset import SPLIT_NAMES, Dataset, Split
from text_recognizer.datasets.emnist.dataset import EmnistDataset
from text_recognizer.datasets.files.cache import cached
from text_recognizer.datasets.files.download import locate
from text_recognizer.datasets.files.hashes import hash_file, hash_key
from text_recognizer.errors import ConfigError, DataError
from text_recognizer.preprocessing.lines import line_input
from text_recognizer.vocabulary import EMNIST_CHARACTERS, LINE_CHARACTERS, Vocabulary

logger = logging.getLogger(__name__)

_VERSION = 2
_TILE = 28  # height and width of a character

Gray = npt.NDArray[np.uint8]


class EmnistLinesDataset(Dataset):
    """Lines of letters, digits and spaces; targets are their texts.

    The glyphs and the texts of a split come from the split of the same name of EMNIST and of the Brown
    corpus, so no glyph and no text of `test` or `validation` is ever trained on.
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
    ) -> None:
        """Take the parameters.

        Args:
            max_length: Characters of a line at most.
            min_overlap: Least part of a character's width that the next one covers, 0 <= overlap < 1.
            max_overlap: Greatest such part; each line draws its own, uniformly.
            num_train: Lines of `train`.
            num_validation: Lines of `validation`.
            num_test: Lines of `test`.
            seed: Decides texts, glyphs and overlaps.

        Raises:
            ConfigError: If a value is out of range.
        """
        if not 0 <= min_overlap <= max_overlap < 1:
            raise ConfigError(
                f"Expected 0 <= min_overlap <= max_overlap < 1; received {min_overlap} and {max_overlap}."
            )
        if max_length < 1 or min(num_train, num_validation, num_test) < 0:
            raise ConfigError(
                f"Expected max_length >= 1 and numbers of lines >= 0; received {max_length} and "
                f"{num_train}, {num_validation}, {num_test}."
            )
        self.max_length = max_length
        self.overlap = (min_overlap, max_overlap)
        self.numbers = {"train": num_train, "validation": num_validation, "test": num_test}
        self.seed = seed

    @property
    def input_shape(self) -> tuple[int | None, int | None, int]:
        """(28, 28 * max_length, 1)."""
        return _TILE, _TILE * self.max_length, 1

    @property
    def output_shape(self) -> tuple[int | None, ...]:
        """(None, labels), the blank included."""
        return None, len(Vocabulary(LINE_CHARACTERS))

    def load_or_generate_data(self) -> None:
        """Set the lines, or read them from the cache.

        Raises:
            DataError: If EMNIST or the Brown corpus is missing or damaged.
        """
        emnist = EmnistDataset(seed=self.seed, as_input=False)  # the whole line becomes input, see _as_input
        key = {
            "version": _VERSION,
            "emnist": emnist.fingerprint(),
            "brown": hash_file(locate("brown", "brown.zip")),
            "max_length": self.max_length,
            "overlap": self.overlap,
            "numbers": self.numbers,
            "seed": self.seed,
        }
        self.splits = cached("emnist_lines", key, lambda: self._build(emnist))
        self.data_hash = hash_key(key)

    def _build(self, emnist: EmnistDataset) -> dict[str, Split]:
        emnist.load_or_generate_data()
        return {name: self._build_split(name, emnist.splits[name]) for name in SPLIT_NAMES}

    def _build_split(self, name: str, glyphs: Split) -> Split:
        if not len(glyphs):
            logger.warning("EMNIST has no glyphs for %s: it stays empty", name)
            return Split([], [], [])
        seeds = np.random.SeedSequence([self.seed, SPLIT_NAMES.index(name)]).spawn(2)
        sentences = SentenceGenerator(name, plain=True, seed=int(seeds[0].generate_state(1)[0]))
        texts = [sentences.generate(self.max_length) for _ in range(self.numbers[name])]
        rng = np.random.default_rng(seeds[1])
        glyph_source = GlyphSource(np.asarray(glyphs.images), np.asarray(glyphs.targets), rng)
        images = np.zeros((len(texts), _TILE, _TILE * self.max_length), np.uint8)
        for image, text, overlap in zip(images, texts, rng.uniform(*self.overlap, len(texts)), strict=True):
            image[:] = _as_input(set_line(glyph_source.draw(text), self.max_length, float(overlap)))
        return Split([f"{name}-{index:06d}" for index in range(len(texts))], list(images), texts)

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


class GlyphSource:
    """Hands out images of characters at random; none comes twice before all of its class have come."""

    def __init__(self, images: Gray, labels: npt.NDArray[np.int64], rng: np.random.Generator) -> None:
        """Take the glyphs.

        Args:
            images: (N, 28, 28) uint8.
            labels: (N,) class of each image, 0-61.
            rng: Source of randomness.

        Raises:
            DataError: If a class has no image.
        """
        if missing := [c for label, c in enumerate(EMNIST_CHARACTERS) if not np.any(labels == label)]:
            raise DataError(f"Expected a glyph of every class; received none of {''.join(missing)!r}.")
        self._images = images
        self._streams = {
            character: _shuffled_forever(np.flatnonzero(labels == label), rng)
            for label, character in enumerate(EMNIST_CHARACTERS)
        }

    def draw(self, text: str) -> Gray:
        """Return a glyph for every character of `text`, (len(text), 28, 28); a space is blank."""
        glyphs = np.zeros((len(text), _TILE, _TILE), np.uint8)
        for glyph, character in zip(glyphs, text, strict=True):
            if character != " ":
                glyph[:] = self._images[next(self._streams[character])]
        return glyphs


def _shuffled_forever(indices: npt.NDArray[np.int64], rng: np.random.Generator) -> Iterator[int]:
    return itertools.chain.from_iterable(rng.permutation(indices) for _ in itertools.count())


def _as_input(line: Gray) -> Gray:
    """Return a line (28, W) as the recognizer that serves would see it: cut to its ink and scaled."""
    return np.round(line_input(255 - line, *line.shape) * 255).astype(np.uint8)


def set_line(glyphs: Gray, max_length: int, overlap: float) -> Gray:
    """Return a line of glyphs, each covering the part `overlap` of the one before.

    Where glyphs meet their ink adds up and saturates at 255.

    Args:
        glyphs: (L, 28, 28) uint8, L <= max_length.
        max_length: Width of the result in characters.
        overlap: 0 <= overlap < 1.

    Returns:
        (28, 28 * max_length) uint8, the text at the left.
    """
    step = _TILE - int(overlap * _TILE)
    ink = np.zeros((_TILE, _TILE * max_length), np.uint16)
    for place, glyph in enumerate(glyphs):
        ink[:, place * step : place * step + _TILE] += glyph
    return np.minimum(ink, 255).astype(np.uint8)
