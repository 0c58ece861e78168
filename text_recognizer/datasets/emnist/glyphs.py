"""Glyphs of EMNIST, handed out at random and set in a line."""

import itertools
from collections.abc import Iterator

import numpy as np

from text_recognizer.arrays import Bytes, Indices, InkImage
from text_recognizer.errors import DataError
from text_recognizer.vocabulary import EMNIST_CHARACTERS

TILE_PX = 28  # height and width of a glyph of EMNIST


class GlyphSource:
    """Hands out glyphs of characters at random; none comes twice before all of its class have come.

    ```python
    import numpy as np

    from text_recognizer.datasets.emnist.glyphs import GlyphSource

    one_of_each = np.zeros((62, 28, 28), np.uint8)
    source = GlyphSource(one_of_each, np.arange(62), np.random.default_rng(0))
    print(source.draw("two words").shape)
    ```
    """

    def __init__(self, images: Bytes, labels: Indices, rng: np.random.Generator) -> None:
        """Shuffle the glyphs of each class.

        Args:
            images: (N, 28, 28), 255 = ink.
            labels: (N,) class of each image, 0-61.
            rng: Source of randomness.

        Raises:
            DataError: If a class has no image.
        """
        if missing := [c for label, c in enumerate(EMNIST_CHARACTERS) if not np.any(labels == label)]:
            raise DataError(f"EMNIST has no glyph of {''.join(missing)!r}; lines need one of every class.")
        self._images = images
        self._streams = {
            character: _shuffled_forever(np.flatnonzero(labels == label), rng)
            for label, character in enumerate(EMNIST_CHARACTERS)
        }

    def draw(self, text: str) -> Bytes:
        """Return a glyph for each of the L characters of `text`, (L, 28, 28); a space is blank."""
        glyphs = np.zeros((len(text), TILE_PX, TILE_PX), np.uint8)
        for glyph, character in zip(glyphs, text, strict=True):
            if character != " ":
                glyph[:] = self._images[next(self._streams[character])]
        return glyphs


def _shuffled_forever(indices: Indices, rng: np.random.Generator) -> Iterator[int]:
    """Yield the indices (N,) in random order, and again in another one when all have come."""
    return itertools.chain.from_iterable(rng.permutation(indices) for _ in itertools.count())


def set_line(glyphs: Bytes, max_length: int, overlap: float) -> InkImage:
    """Return a line of glyphs, each covering the part `overlap` of the one before.

    Where glyphs meet their ink adds up and saturates at 255.

    Args:
        glyphs: (L, 28, 28), 255 = ink, L <= max_length.
        max_length: Width of the result in characters.
        overlap: 0 <= overlap < 1.

    Returns:
        (28, 28 * max_length), the text at the left.
    """
    step = TILE_PX - int(overlap * TILE_PX)
    ink = np.zeros((TILE_PX, TILE_PX * max_length), np.uint16)  # sums exceed 255 where glyphs meet
    for place, glyph in enumerate(glyphs):
        ink[:, place * step : place * step + TILE_PX] += glyph
    return np.minimum(ink, 255).astype(np.uint8)
