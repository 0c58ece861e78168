"""Words that are on no sign: text in fonts of print, drawn when it is asked for."""

import itertools
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from text_recognizer.arrays import Floats, GrayImage, Indices, InkImage, Tensor
from text_recognizer.datasets.dataset import SPLIT_NAMES, Split, check_numbers
from text_recognizer.datasets.files.hashes import hash_files
from text_recognizer.datasets.lazy_sequence import Generated
from text_recognizer.datasets.words.drawing.fonts import (
    WordFont,
    font_shares,
    load_word_fonts,
    word_font_files,
)
from text_recognizer.datasets.words.drawing.styles import LOG_STRETCH, draw_plain, draw_rich
from text_recognizer.datasets.words.lexicon import load_lexicons
from text_recognizer.datasets.words.texts import WordTexts
from text_recognizer.datasets.words_dataset import WordsDataset, describe_words
from text_recognizer.errors import ConfigError, DataError
from text_recognizer.preprocessing.words import MIN_ASPECT, WORD_HEIGHT
from text_recognizer.vocabulary import VOCABULARIES

_MODES = ("rich", "plain")
_CODE = ("drawing", "lexicon", "synthetic_dataset", "texts")  # modules that decide what a word looks like
_MIN_LABEL_ASPECT = 0.17  # width per label relative to the height: networks of stride 8 emit a frame for each
_MARGINS_ASPECT = 0.6  # width of an image of no letters relative to its height; both are fitted to images
_PITCH_HEIGHTS = 1.0  # width per letter relative to the height, for a pitch of 1


@dataclass(frozen=True)
class _Plan:
    """What is known about the words of a split before they are drawn: whole numbers in few bytes."""

    fonts: Tensor  # (words,) uint16
    lengths: Tensor  # (words,) uint8
    stretches: Floats  # (words,)


class SyntheticWordsDataset(WordsDataset):
    """Single words as photos of signs show them, or plain; any number of them.

    Word i of a split depends on the seed, the split, i and the data alone; it takes neither memory nor time
    before it is asked for. Validation has other words of the same lexicon. The split `test` has only words
    that no other split has: it tells whether letters are read or known words recognized. It is no test on
    real images.

    ```python
    from text_recognizer.datasets import SyntheticWordsDataset

    words = SyntheticWordsDataset(height=32, width=100, mode="plain", num_words=196_000)
    print(words.input_shape, words.output_shape)  # nothing is read before load_or_generate_data()
    ```

    Attributes:
        fonts: The fonts that words are drawn with.
        unusable: Names of font files that were left out.
    """

    def __init__(
        self,
        height: int = WORD_HEIGHT,
        width: int | None = None,
        vocabulary: str = "alphanumeric",
        mode: str = "rich",
        seed: int = 0,
        num_words: int = 2_000_000,
        num_validation: int = 4_000,
    ) -> None:
        """Set the parameters.

        Args:
            height: Rows of an image.
            width: Columns of every image; None if each word's aspect ratio decides.
            vocabulary: Name of the targets' vocabulary. The images have capitals and punctuation anyway.
            mode: `rich`: all kinds of texts on all kinds of surfaces; `plain`: words of the lexicon on noise,
                skewed and blurred, as the generator trdg makes them.
            seed: Decides on each word, together with its split and number.
            num_words: Words of the train split.
            num_validation: Words of the validation split, and of the test split.

        Raises:
            ConfigError: If a value is of another type or out of range.
        """
        super().__init__(height, width, vocabulary)
        check_numbers(1, num_words=num_words, num_validation=num_validation)
        check_numbers(0, seed=seed)
        if mode not in _MODES:
            raise ConfigError(f"Expected a mode of {_MODES}; received {mode!r}.")
        self.mode, self.seed = mode, seed
        self._counts = {"train": num_words, "validation": num_validation}
        self.fonts: list[WordFont] = []
        self.unusable: list[str] = []

    def load_or_generate_data(self) -> None:
        """Read fonts and lexicon, and plan the words.

        Raises:
            DataError: If fonts of print or the Brown corpus are missing, or no font has all characters.
        """
        files = word_font_files()
        self._load_fonts(*files)
        known, held_out = load_lexicons()
        texts = WordTexts(known, held_out)
        self._counts["test"] = self._counts["validation"] if len(held_out) else 0
        self._texts = {"train": texts, "validation": texts, "test": WordTexts(held_out)}
        self._plans = {name: self._plan(name) for name in SPLIT_NAMES}
        self.splits = {name: self._split(name) for name in SPLIT_NAMES}
        inputs = {
            "mode": self.mode, "seed": self.seed, "counts": self._counts,
            "fonts": hash_files([*files[0], *files[1]]), "lexicons": [[*known], [*held_out]],
        }  # fmt: skip
        self.data_hash = self.hash_words(inputs, *(f"datasets.words.{module}" for module in _CODE))

    def _load_fonts(self, print_files: list[Path], handwriting_files: list[Path]) -> None:
        """Open the fonts and compute how often each is used."""
        print_fonts, unusable = load_word_fonts(print_files)
        handwriting, unusable_too = load_word_fonts(handwriting_files)
        self.fonts, self.unusable = print_fonts + handwriting, unusable + unusable_too
        needed = VOCABULARIES["printable"]
        if not any(font.has(needed) for font in self.fonts):
            raise DataError(f"None of {len(self.fonts)} fonts has all of {needed!r}. Add a font that has.")
        self._font_ends = np.cumsum(font_shares(print_fonts, handwriting))

    def _plan(self, name: str) -> _Plan:
        """Return fonts, lengths and stretches of the words of a split; those of word i depend on i alone."""
        count, lexicon = self._counts[name], self._texts[name].lexicon
        # Four numbers: a seed of three is that of a word.
        place, size, form = (
            np.random.default_rng([self.seed, SPLIT_NAMES.index(name), k, 1]) for k in range(3)
        )
        fonts = np.searchsorted(self._font_ends, place.random(count), side="right")
        return _Plan(
            np.minimum(fonts, len(self.fonts) - 1).astype(np.uint16),
            lexicon.lengths(size.random(count)).astype(np.uint8),
            np.exp(LOG_STRETCH[0] + LOG_STRETCH[1] * form.standard_normal(count, np.float32)),
        )

    def _split(self, name: str) -> Split:
        count = self._counts[name]
        return Split(
            Generated(count, lambda i: f"{name}-{i:07d}"),
            Generated(count, lambda i: self._image(name, i)),
            Generated(count, lambda i: self.normalize_text(self._word(name, i)[1])),
            self._widths(self._plans[name]),
        )

    def _widths(self, plan: _Plan) -> Indices:
        """Return the columns of all images of a split, (words,); estimated unless the width is fixed."""
        if self.width is not None:
            return np.full(len(plan.lengths), self.width)
        pitches = np.array([font.pitch for font in self.fonts], np.float32)[plan.fonts]
        aspects = plan.lengths * pitches * plan.stretches * np.float32(_PITCH_HEIGHTS) + _MARGINS_ASPECT
        return np.asarray(np.round(self.height * np.maximum(aspects, MIN_ASPECT)), np.int64)

    def _word(self, name: str, index: int) -> tuple[WordFont, str, np.random.Generator]:
        """Return the font of a word, its text as drawn, and the source of all other random choices."""
        rng = np.random.default_rng([self.seed, SPLIT_NAMES.index(name), index])
        plan, texts = self._plans[name], self._texts[name]
        varied = self.mode == "rich" and name != "test"
        text = (texts.generate if varied else texts.word)(rng, int(plan.lengths[index]))
        font = self._font_with(text, int(plan.fonts[index]))
        return font, text.upper() if font.unicase else text, rng

    def _font_with(self, text: str, first: int) -> WordFont:
        """Return the first font from number `first` on that has all characters of a text."""
        count = len(self.fonts)
        return next(font for step in range(count) if (font := self.fonts[(first + step) % count]).has(text))

    def draw(self, split: str, index: int) -> tuple[GrayImage, str]:
        """Return the image (H, W) of a word as it is drawn, 13 to 64 px high, and all that it says.

        Args:
            split: `train`, `validation` or `test`.
            index: Number of the word, from 0 on.
        """
        font, text, rng = self._word(split, index)
        return self._drawn(text, font, float(self._plans[split].stretches[index]), rng), text

    def draw_text(self, text: str, number: int) -> GrayImage:
        """Return an image (H, W) of a text of one's own, drawn as the words of the data set are.

        Args:
            text: Characters that some font has, without spaces.
            number: Decides on font, surface and all else, from 0 on.

        Raises:
            ConfigError: If no font has all the characters.
        """
        if not any(font.has(text) for font in self.fonts):
            raise ConfigError(f"None of {len(self.fonts)} fonts has all characters of {text!r}.")
        rng = np.random.default_rng([self.seed, len(SPLIT_NAMES), number])
        font = self._font_with(text, int(np.searchsorted(self._font_ends, rng.random(), side="right")))
        stretch = float(np.exp(LOG_STRETCH[0] + LOG_STRETCH[1] * rng.standard_normal()))
        return self._drawn(text, font, stretch, rng)

    def _drawn(self, text: str, font: WordFont, stretch: float, rng: np.random.Generator) -> GrayImage:
        """Return an image (H, W) of a text in the data set's mode."""
        if self.mode == "plain":
            return draw_plain(text, font, stretch, rng)
        return draw_rich(text, font, stretch, self._neighbour, rng)

    def _image(self, name: str, index: int) -> InkImage:
        """Return a word as input of the networks, (height, width or any)."""
        image, text = self.draw(name, index)
        return self.image_to_word(self._wide_enough(image, self.normalize_text(text)))

    def _neighbour(self, rng: np.random.Generator) -> tuple[str, WordFont]:
        """Return a text that stands beside a word, and a font that has it."""
        lexicon = self._texts["train"].lexicon
        text = self._texts["train"].word(rng, int(lexicon.lengths(rng.random(1))[0]))
        return text, self._font_with(text, int(rng.integers(len(self.fonts))))

    def _wide_enough(self, image: GrayImage, target: str) -> GrayImage:
        """Return the image (H, W), stretched if it has too few columns for CTC to emit the target."""
        labels = len(target) + sum(first == second for first, second in itertools.pairwise(target))
        needed = math.ceil(_MIN_LABEL_ASPECT * labels * image.shape[0])
        if self.width is not None or image.shape[1] >= needed or needed <= MIN_ASPECT * image.shape[0]:
            return image
        stretched = Image.fromarray(image).resize((needed, image.shape[0]), Image.Resampling.BILINEAR)
        return np.asarray(stretched)

    def describe(self) -> str:
        """Return the counts, and lengths and widths of the words, as text."""
        head = (
            f"SyntheticWordsDataset, {self.mode}, seed {self.seed}, input {self.input_shape}, output "
            f"{self.output_shape}; {len(self.fonts)} fonts, {len(self.unusable)} unusable; "
            f"{len(self._texts['train'].lexicon)} words, {len(self._texts['test'].lexicon)} held out"
        )
        return "\n".join((head, *describe_words(self.splits)))
