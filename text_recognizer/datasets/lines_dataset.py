"""What all data sets of handwritten lines have in common: parameters, shapes, descriptions."""

import collections
import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np

from text_recognizer.arrays import GrayImage, InkImage, InkMap
from text_recognizer.augmentation.rules import RuleAugmentation, draw_rules
from text_recognizer.datasets.dataset import SPLIT_NAMES, Dataset, Split, check_flags, check_numbers
from text_recognizer.errors import ConfigError
from text_recognizer.preprocessing.lines import LINE_HEIGHT, LINE_MARGIN, ink_to_line
from text_recognizer.preprocessing.writing import writing_ink
from text_recognizer.vocabulary import LINE_CHARACTERS, Vocabulary, characters_of


class LinesDataset(Dataset):
    """Lines of one height; the targets are texts of one vocabulary.

    Data sets with equal height, width, `normalize` and vocabulary can be mixed with each other.

    ```python
    from text_recognizer.datasets import FsdlHandwritingLinesDataset
    from text_recognizer.datasets.lines_dataset import LinesDataset

    lines = FsdlHandwritingLinesDataset(height=64, normalize=True)  # your own labelled pages
    print(isinstance(lines, LinesDataset), lines.input_shape, lines.output_shape)
    ```

    Attributes:
        height: Rows of an image.
        width: Columns of every image; None if each line's aspect ratio decides.
        normalize: Whether slope, slant and width of the writing are normalized, see `line_input`.
        vocabulary: Name of the vocabulary, see `characters_of`.
        rules: How often and how rules of paper are drawn into training lines.
    """

    characters = LINE_CHARACTERS
    normalize: bool = False

    def __init__(
        self,
        height: int = LINE_HEIGHT,
        width: int | None = None,
        normalize: bool = False,
        vocabulary: str = "line",
        rules: Mapping[str, Any] | None = None,
    ) -> None:
        """Set the parameters that all data sets of lines share.

        Args:
            height: Rows of an image.
            width: Columns of every image; None if each line's aspect ratio decides.
            normalize: Whether slope, slant and width of the writing are normalized, see `line_input`.
            vocabulary: Name of the vocabulary, see `characters_of`.
            rules: Parameters of `RuleAugmentation`; None draws none.

        Raises:
            ConfigError: If a value is of another type, the height is below 1, the width leaves no room
                between the margins, the vocabulary is unknown, or a parameter of the rules is
                unknown or unfit.
        """
        check_numbers(1, height=height, **({} if width is None else {"width": width}))
        check_flags(normalize=normalize)
        margins = 2 * round(LINE_MARGIN * height / LINE_HEIGHT)
        if width is not None and width <= margins:
            raise ConfigError(
                f"Expected a width above {margins}, the two margins of lines {height} high; received {width}."
            )
        self.height, self.width, self.normalize = height, width, normalize
        self.vocabulary, self.rules = vocabulary, RuleAugmentation.from_dict(rules or {})
        self.characters = characters_of(vocabulary)

    @property
    def input_shape(self) -> tuple[int | None, int | None, int]:
        """(height, width or None, 1)."""
        return (self.height, self.width, 1)

    @property
    def output_shape(self) -> tuple[int | None, ...]:
        """(None, labels), the blank included."""
        return (None, len(Vocabulary(self.characters)))

    def shape_parameters(self) -> dict[str, object]:
        """Return the parameters that all data sets of lines share, as `hash_samples` takes them."""
        return {
            "height": self.height, "width": self.width, "normalize": self.normalize,
            "characters": self.characters, "rules": dataclasses.asdict(self.rules),
        }  # fmt: skip

    def image_to_line(self, image: GrayImage) -> InkImage:
        """Return the image of a line as input of the networks, (height, width or any).

        Raises:
            InvalidInputError: If the image is empty.
        """
        return self.ink_to_line(writing_ink(image))

    def training_image(self, image: GrayImage, name: str) -> InkImage:
        """Return what `image_to_line` does, of a share of the lines with rules of paper drawn into them.

        They are drawn before the line is prepared, because preparation sees the rules of real paper too.
        Which lines have some, and how they look, depends on the name of a line alone.

        Args:
            image: (H, W) of a line of the training split.
            name: Of the line, unique in its data set.

        Raises:
            InvalidInputError: If the image is empty.
        """
        rng = np.random.default_rng([*name.encode()])
        ruled = rng.random() < self.rules.probability
        return self.image_to_line(draw_rules(image, rng, self.rules) if ruled else image)

    def ink_to_line(self, ink: InkMap) -> InkImage:
        """Return the ink of a line as input of the networks, (height, width or any)."""
        line = ink_to_line(ink, self.height, self.width, self.normalize)
        return np.round(line * 255).astype(np.uint8)


def describe_lines(splits: Mapping[str, Split]) -> list[str]:
    """Return a row of text for each split: numbers and widths of lines, numbers of characters.

    Args:
        splits: Split by name; images (H, W) of lines, targets their texts. A split may be empty.
    """
    rows = []
    for name in SPLIT_NAMES:
        split = splits[name]
        widths = [image.shape[1] for image in split.images] or [0]
        characters = collections.Counter("".join(split.targets))
        rows.append(
            f"{name}: {len(split)} lines, width {min(widths)}-{max(widths)} (mean {np.mean(widths):.0f})"
            f", {sum(characters.values())} characters, {len(characters)} different"
        )
    return rows
