"""Fonts of print and of handwriting, of which words are composed letter by letter."""

import collections
import functools
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import ImageFont

from text_recognizer.arrays import Bytes, Reals
from text_recognizer.datasets.synthetic.fonts import font_files as handwriting_font_files
from text_recognizer.errors import DataError
from text_recognizer.tooling.data_root import raw_dir

logger = logging.getLogger(__name__)

FONT_SIZE_PX = 48  # capitals are about 34 px high: as high as in an image of a word of 48 to 64 rows
_FLAT_PATTERN = "*.woff2"
_NPM_PATTERN = "node_modules/@fontsource/*/files/*.woff2"
# Weight 100 is left out: its strokes vanish at the heights of words.
_NPM_NAME = re.compile(r".*-latin-[2-9]00-(?:normal|italic)\.woff2")
_PROBED = "AGQgx5"  # characters that are looked at when a font is loaded; one that has them has its alphabet
_THIN_NAME = re.compile(r"-latin-[23]00-")
_HANDWRITING_SHARE = 0.12  # of the words
_SAMPLE = "the quick brown fox jumps over a lazy dog"
_MISSING = "\uffff"  # no font has a glyph for it: its picture is the one of all missing characters
_CACHED_GLYPHS = 100_000  # 1,400 fonts have 87,000 letters and digits, which take 55 MB


@dataclass(frozen=True)
class Glyph:
    """A character as a font draws it.

    ```python
    from text_recognizer.datasets.words.drawing.fonts import Glyph
    import numpy as np

    glyph = Glyph(np.full((34, 8), 255, np.uint8), left=2, top=-34, advance=12.0)
    print(glyph.ink.shape, glyph.advance)
    ```

    Attributes:
        ink: (H, W) uint8, 255 = ink; no empty rows or columns at the borders.
        left: Columns from the pen to the ink.
        top: Rows from the base line to the ink, negative above it.
        advance: Columns that the pen moves on.
    """

    ink: Bytes
    left: int
    top: int
    advance: float


@dataclass(frozen=True, eq=False)
class WordFont:
    """A font at FONT_SIZE_PX.

    ```python
    from PIL import ImageFont

    from text_recognizer.datasets.words.drawing.fonts import WordFont

    font = WordFont("default", ImageFont.load_default(48), pitch=0.6)
    print(font.has("Word"), font.glyph("W").ink.shape)
    ```

    Attributes:
        name: Name of its file, without the ending.
        face: What Pillow draws with.
        pitch: Columns that an average letter takes, relative to FONT_SIZE_PX.
        unicase: Whether its small letters are capitals.
    """

    name: str
    face: ImageFont.FreeTypeFont
    pitch: float
    unicase: bool = False
    _missing: bytes = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Keep the picture of a missing character."""
        object.__setattr__(self, "_missing", bytes(self.face.getmask(_MISSING)))

    def has(self, text: str) -> bool:
        """Tell whether the font has all characters of a text."""
        return all(_glyph(self, character) is not None for character in text)

    def glyph(self, character: str) -> Glyph:
        """Return the picture of a character.

        Raises:
            DataError: If the font lacks it.
        """
        glyph = _glyph(self, character)
        if glyph is None:
            raise DataError(f"The font {self.name} lacks {character!r}. Ask has() first.")
        return glyph


@functools.lru_cache(maxsize=_CACHED_GLYPHS)
def _glyph(font: WordFont, character: str) -> Glyph | None:
    """Return a glyph, None if the font lacks it; kept, because outlines take longest to draw."""
    mask, (left, top) = font.face.getmask2(character, mode="L", anchor="ls")
    content, box = bytes(mask), mask.getbbox()
    if box is None or content == font._missing:
        return None
    ink = np.frombuffer(content, np.uint8).reshape(mask.size[::-1])[box[1] : box[3], box[0] : box[2]]
    return Glyph(ink, left + box[0], top + box[1], font.face.getlength(character))


def word_font_files() -> tuple[list[Path], list[Path]]:
    """Return the files of the fonts of print, and of the fonts of handwriting at hand, in order of names.

    Raises:
        DataError: If there are no fonts of print.
    """
    folder = raw_dir("word_fonts")
    files = list(folder.glob(_FLAT_PATTERN))
    if not files:
        files = [path for path in folder.glob(_NPM_PATTERN) if _NPM_NAME.fullmatch(path.name)]
    if not files:
        raise DataError(
            f"{folder} holds no fonts ({_FLAT_PATTERN} or {_NPM_PATTERN}). Copy data/raw/word_fonts there "
            "and run `npm install --ignore-scripts` in the copy; its readme.md says more."
        )
    try:
        handwriting = handwriting_font_files()
    except DataError as error:
        logger.info("Words are drawn in print alone, without handwriting: %s", error)
        handwriting = []
    return sorted(files, key=lambda path: path.name), handwriting


def load_word_fonts(paths: Sequence[Path]) -> tuple[list[WordFont], list[str]]:
    """Return the fonts, and the names of the files that are left out because they cannot be used."""
    fonts, unusable = [], []
    for path in paths:
        try:
            fonts.append(load_word_font(path))
        except DataError as error:
            logger.warning("Skipped %s: %s", path.name, error)
            unusable.append(path.name)
    return fonts, unusable


def font_shares(print_fonts: Sequence[WordFont], handwriting: Sequence[WordFont]) -> Reals:
    """Return how often each font is to be used, (fonts,), those of print first; the sum is 1.

    A family of n weights and italics is used as often as sqrt(n) families of a single font, and its thin
    weights half as often as the others: signs are bold.
    """
    families = [family_of(font.name) for font in print_fonts]
    sizes = collections.Counter(families)
    shares = np.array([1 / np.sqrt(sizes[family]) for family in families])
    shares[[bool(_THIN_NAME.search(font.name)) for font in print_fonts]] *= 0.5
    by_hand = _HANDWRITING_SHARE if handwriting else 0.0
    shares *= (1 - by_hand) / shares.sum()
    return np.concatenate((shares, np.full(len(handwriting), by_hand / max(1, len(handwriting)))))


def family_of(name: str) -> str:
    """Return the family of a font.

    >>> family_of("open-sans-latin-700-italic")
    'open-sans'
    """
    return name.partition("-latin-")[0]


def load_word_font(path: Path) -> WordFont:
    """Open a font file.

    Raises:
        DataError: If Pillow cannot read it, or it lacks letters or digits.
    """
    try:
        # The other layout engine is not in every build of Pillow: the words would depend on the machine.
        face = ImageFont.truetype(path, FONT_SIZE_PX, layout_engine=ImageFont.Layout.BASIC)
        font = WordFont(
            path.stem,
            face,
            pitch=face.getlength(_SAMPLE) / len(_SAMPLE) / FONT_SIZE_PX,
            unicase=bytes(face.getmask("ag")) == bytes(face.getmask("AG")),
        )
        complete = font.has(_PROBED)
    except (OSError, ValueError) as error:
        raise DataError(f"Pillow cannot read the font {path.name}: {error}.") from error
    if not complete:
        raise DataError(f"The font {path.name} lacks letters or digits.")
    return font
