"""Lines that nobody wrote: text in handwriting fonts, generated when it is asked for."""

import itertools
import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
from PIL import Image

from text_recognizer.arrays import Indices, InkImage, InkMap
from text_recognizer.augmentation.rules import draw_rules
from text_recognizer.datasets.dataset import Split, check_numbers, check_share
from text_recognizer.datasets.files.hashes import hash_files, hash_samples
from text_recognizer.datasets.lazy_sequence import Generated
from text_recognizer.datasets.lines_dataset import LinesDataset
from text_recognizer.datasets.synthetic.fonts import (
    FONT_HEIGHT_PX,
    HandwritingFont,
    font_files,
    load_fonts,
)
from text_recognizer.datasets.synthetic.form_texts import form_text
from text_recognizer.datasets.synthetic.line_degradation import ink_of_line
from text_recognizer.datasets.synthetic.line_texts import TextShares, load_line_texts
from text_recognizer.datasets.synthetic.line_writing import write_line
from text_recognizer.errors import DataError
from text_recognizer.preprocessing.lines import LINE_HEIGHT, LINE_MARGIN, ink_to_line
from text_recognizer.preprocessing.writing import writing_ink

_CODE = ("datasets.synthetic", "augmentation.paper", "augmentation.rules", "datasets.lines_dataset")
# Logarithm of the columns per character relative to the font's, mean and deviation: as wide as in IAM.
_LOG_PITCH = (-0.02, 0.18)
_MIN_LABEL_PX = 11  # columns per label at height 64: networks of stride 8 then emit a frame for each
_LONE = 0  # stands for the length of a line that is a single entry of a form
_ENTRY_CHARACTERS = 11  # mean length of an entry
_DESCRIBED_LINES = 50  # enough for a mean; each takes 10 ms to generate


class SyntheticLinesDataset(LinesDataset):
    """Lines of text in handwriting fonts: a train split of any number of lines, and no other split.

    Line i depends only on the seed, i and the data; it takes neither memory nor time before it is asked for.

    ```python
    from text_recognizer.datasets import SyntheticLinesDataset

    lines = SyntheticLinesDataset(num_lines=1000)  # nothing is read before load_or_generate_data()
    print(lines.input_shape, lines.output_shape)
    ```

    Attributes:
        fonts: The fonts that lines are written with.
        unusable: Names of font files that were left out.
    """

    def __init__(
        self,
        height: int = LINE_HEIGHT,
        width: int | None = None,
        seed: int = 0,
        num_lines: int = 2_000_000,
        normalize: bool = False,
        vocabulary: str = "line",
        rules: Mapping[str, Any] | None = None,
        forms_share: float = TextShares.forms,
        capitals_share: float = TextShares.capitals,
        lone_share: float = 0.0,
        mixed_case_share: float = TextShares.mixed_case,
    ) -> None:
        """Set the parameters.

        Args:
            height: Rows of an image.
            width: Columns of every image; None if each line's aspect ratio decides.
            seed: Decides on each line, together with its number.
            num_lines: Lines of the train split.
            normalize: Whether slope, slant and width of the writing are normalized, see `line_input`.
            vocabulary: Name of the vocabulary, see `characters_of`. A line is written in a font that has all
                of its characters.
            rules: Of paper, before a line is prepared; parameters of `RuleAugmentation`, None for none. Thin
                rules behind the preparation come besides.
            forms_share: Share of the lines that are entries of forms, 0 <= s < 1.
            capitals_share: Share of the pieces of running text that are in capitals, 0 <= s < 1.
            lone_share: Share of the lines that are a single entry of a form, such as a time, 0 <= s < 1. All
                others are as long as the lines of IAM, of which 2 % have at most 12 characters.
            mixed_case_share: Share of the pieces of running text in hands that write some letters as capitals
                wherever they stand, 0 <= s < 1.

        Raises:
            ConfigError: If a value is of another type or out of range.
        """
        super().__init__(height, width, normalize, vocabulary, rules)
        check_share("forms_share", forms_share)
        check_share("capitals_share", capitals_share)
        check_share("lone_share", lone_share)
        check_share("mixed_case_share", mixed_case_share)
        check_numbers(1, num_lines=num_lines)
        check_numbers(0, seed=seed)
        self.seed, self.num_lines = seed, num_lines
        self.shares = TextShares(forms_share, capitals_share, mixed_case=mixed_case_share)
        self.lone_share = lone_share
        self.fonts: list[HandwritingFont] = []
        self.unusable: list[str] = []

    def load_or_generate_data(self) -> None:
        """Read fonts and texts, and plan the lines.

        Raises:
            DataError: If fonts, Brown or IAM are missing, or no font has all characters.
        """
        files = font_files()
        self.fonts, self.unusable = load_fonts(files, self.characters)
        if not any(font.has(self.characters) for font in self.fonts):
            names = ", ".join(font.name for font in self.fonts)
            raise DataError(f"No font has all of {self.characters!r}; found {names}. Add a font that has.")
        self._texts, lengths = load_line_texts(self.characters, self.shares)
        rng = np.random.default_rng(self.seed)
        self._font = rng.integers(len(self.fonts), size=self.num_lines, dtype=np.uint16)
        self._length = rng.choice(np.array(lengths, np.uint16), self.num_lines)
        if self.lone_share:  # without, no other choice changes
            self._length[rng.random(self.num_lines) < self.lone_share] = _LONE
        pitches = np.array([font.pitch / FONT_HEIGHT_PX for font in self.fonts])[self._font]
        characters = np.where(self._length == _LONE, _ENTRY_CHARACTERS, self._length)
        self._aspect = (characters * pitches * np.exp(rng.normal(*_LOG_PITCH, self.num_lines))).astype(
            np.float32
        )
        self.splits = {
            "train": Split(
                Generated(self.num_lines, lambda i: f"synthetic-{i:07d}"),
                Generated(self.num_lines, self._image),
                Generated(self.num_lines, lambda i: self._line(i)[1]),
                self._widths(),
            ),
            "validation": Split([], [], []),
            "test": Split([], [], []),
        }
        inputs = {
            **self.shape_parameters(), "seed": self.seed, "lines": self.num_lines,
            "shares": {**asdict(self.shares), "lone": self.lone_share}, "fonts": hash_files(files),
            "lengths": list(map(int, lengths)), "texts": self._texts.sources,
        }  # fmt: skip
        self.data_hash = hash_samples(inputs, *_CODE)

    def _widths(self) -> Indices:
        """Return the columns of all images, (lines,); estimated unless the width is fixed."""
        if self.width is not None:
            return np.full(self.num_lines, self.width)
        return np.asarray(np.round(self.height * (self._aspect + 2 * LINE_MARGIN / LINE_HEIGHT)), np.int64)

    def _line(self, index: int) -> tuple[HandwritingFont, str, np.random.Generator]:
        """Return the font of line `index`, its text, and the source of all other random choices."""
        rng = np.random.default_rng([self.seed, index])
        length = int(self._length[index])
        text = self._texts.generate(rng, length) if length != _LONE else form_text(rng, 1)
        first = int(self._font[index])
        font = next(font for font in (*self.fonts[first:], *self.fonts[:first]) if font.has(text))
        return font, text, rng

    def _image(self, index: int) -> InkImage:
        """Return line `index`, (height, width or any)."""
        font, text, rng = self._line(index)
        aspect = float(self._aspect[index])
        if self._length[index] == _LONE:  # it was planned for an entry of usual length
            aspect *= len(text) / _ENTRY_CHARACTERS
        shape, base = write_line(text, font, aspect, rng)
        ink = ink_of_line(shape, base, font.stroke, rng)
        if rng.random() < self.rules.probability:
            ink = writing_ink(draw_rules(np.round(255 * (1 - ink)).astype(np.uint8), rng, self.rules))
        line = ink_to_line(ink, self.height, self.width, self.normalize)
        if self.width is None:
            line = self._wide_enough(line, text)
        return np.round(line * 255).astype(np.uint8)

    def _wide_enough(self, line: InkMap, text: str) -> InkMap:
        """Return the line (height, W), stretched if it has too few columns for CTC to emit its text."""
        labels = len(text) + sum(first == second for first, second in itertools.pairwise(text))
        needed = math.ceil(_MIN_LABEL_PX * labels * self.height / LINE_HEIGHT)
        if line.shape[1] >= needed:
            return line
        stretched = Image.fromarray(line).resize((needed, self.height), Image.Resampling.BILINEAR)
        return np.asarray(stretched, np.float32)

    def describe(self) -> str:
        """Return the counts, and lengths and widths of some lines, as text."""
        train = self.train
        chosen = range(0, len(train), max(1, len(train) // _DESCRIBED_LINES))
        texts = [train.targets[i] for i in chosen]
        widths = [train.images[i].shape[1] for i in chosen]
        return (
            f"SyntheticLinesDataset, seed {self.seed}, input {self.input_shape}, output {self.output_shape}; "
            f"{len(self.fonts)} fonts, {len(self.unusable)} unusable\n"
            f"train: {len(train)} lines; {len(texts)} of them: "
            f"mean length {np.mean([len(text) for text in texts]):.1f}, "
            f"width {min(widths)}-{max(widths)} (mean {np.mean(widths):.0f})"
        )
