"""Fonts that look like handwriting, with the measures that writing a line needs of each."""

import logging
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import ImageFont

from text_recognizer.arrays import Mask
from text_recognizer.datasets.synthetic.check_boxes import BOX_ADVANCE_X_HEIGHTS, CHECK_BOXES
from text_recognizer.errors import DataError
from text_recognizer.tooling.data_root import raw_dir
from text_recognizer.vocabulary import LINE_CHARACTERS

logger = logging.getLogger(__name__)

_PATTERNS = ("*.woff2", "node_modules/@fontsource/*/files/*-latin-400-normal.woff2")
FONT_HEIGHT_PX = (
    44  # from the top of a tall letter to the bottom of a low one; pens and spaces are in its scale
)
_MEASURED_PX = 100  # a font is first opened at this size, at which rounding does not matter
_SAMPLE = "the quick brown fox jumps over a lazy dog"  # has every small letter
_UPRIGHT = "numinum"  # paper shows between each two of these letters unless they are joined
_MISSING = "\uffff"  # no font has a glyph for it: its picture is the one of all missing characters
_INK = 127  # grey values above it are ink


@dataclass(frozen=True, eq=False)
class HandwritingFont:
    """A font at the size at which lines are written.

    ```python
    from PIL import ImageFont

    from text_recognizer.datasets.synthetic.fonts import HandwritingFont

    advances = {"a": 20.0, " ": 10.0}
    face = ImageFont.load_default(44)
    font = HandwritingFont("toy", face, advances, 30, 10, 20, joined=False, stroke=3.0, pitch=16.0)
    print(font.has("a a"), font.width("a a"))
    ```

    Attributes:
        name: Name of its file, without the ending.
        face: What Pillow draws with; letters are FONT_HEIGHT_PX high.
        advances: Columns that a character takes, for those of the vocabulary that the font has.
        ascent: Pixels from the base line to the highest ink of its characters.
        descent: Pixels from the base line to the lowest ink.
        x_height: Height of small letters in pixels.
        joined: Whether its small letters are joined, as in a script.
        stroke: Width of its strokes in pixels.
        pitch: Columns per character of English text, spaces included.
    """

    name: str
    face: ImageFont.FreeTypeFont
    advances: Mapping[str, float]
    ascent: int
    descent: int
    x_height: int
    joined: bool
    stroke: float
    pitch: float

    def has(self, text: str) -> bool:
        """Tell whether the font has all characters of a text."""
        return self.advances.keys() >= set(text)

    def width(self, text: str) -> float:
        """Return the columns that a text takes, without kerning."""
        return sum(self.advances[character] for character in text)


def font_files() -> list[Path]:
    """Return the font files at hand, in order of their names.

    Raises:
        DataError: If there is none.
    """
    folder = raw_dir("handwriting_fonts")
    for pattern in _PATTERNS:
        if files := sorted(folder.glob(pattern), key=lambda path: path.name):
            return files
    raise DataError(
        f"{folder} holds no font ({' or '.join(_PATTERNS)}). "
        "See data/raw/handwriting_fonts/readme.md on how to get them."
    )


def font_name(path: Path) -> str:
    """Return the name of a font, whichever of the packages its file comes from.

    >>> font_name(Path("kalam.woff2")), font_name(Path("kalam-latin-400-normal.woff2"))
    ('kalam', 'kalam')
    """
    return path.name.partition(".")[0].removesuffix("-latin-400-normal")


def load_fonts(
    paths: Iterable[Path], characters: str = LINE_CHARACTERS
) -> tuple[list[HandwritingFont], list[str]]:
    """Return the fonts, and the names of the files that are left out because they cannot be used.

    Args:
        paths: Files of fonts.
        characters: What they may be asked to write; see `HandwritingFont.has`.
    """
    fonts, unusable = [], []
    for path in paths:
        try:
            fonts.append(load_font(path, characters))
        except DataError as error:
            logger.warning("Skipped %s: %s", path.name, error)
            unusable.append(path.name)
    return fonts, unusable


def load_font(path: Path, characters: str = LINE_CHARACTERS) -> HandwritingFont:
    """Open a font file and measure it.

    Args:
        path: The file.
        characters: Those that are looked for in the font. Check boxes are drawn for every font.

    Raises:
        DataError: If Pillow cannot read it, or it lacks letters.
    """
    try:
        top, bottom = _extent(_open(path, _MEASURED_PX), "dfhklgpy")
        face = _open(path, _MEASURED_PX * FONT_HEIGHT_PX / (bottom - top))
    except (OSError, ValueError) as error:
        raise DataError(f"Pillow cannot read the font {path.name}: {error}.") from error
    found = _characters(face, characters)
    if lacking := set(_SAMPLE) - found:
        raise DataError(f"The font {path.name} lacks the small letters {sorted(lacking)}.")
    top, bottom = _extent(face, "".join(sorted(found)))
    x_height = -int(_extent(face, "x")[0])
    sample, letters = _ink(face, _SAMPLE), _ink(face, _UPRIGHT)
    edges = int((sample[:, 1:] != sample[:, :-1]).sum() + (sample[1:] != sample[:-1]).sum())
    return HandwritingFont(
        name=font_name(path),
        face=face,
        advances={c: face.getlength(c) for c in sorted(found)}
        | {box: BOX_ADVANCE_X_HEIGHTS * x_height for box in CHECK_BOXES if box in characters},
        ascent=-int(top),
        descent=int(bottom),
        x_height=x_height,
        joined=bool(np.count_nonzero(np.diff(letters.any(axis=0).astype(int)) > 0) < len(_UPRIGHT) // 2),
        # A stroke's area is half its outline times its width. The outline is counted in steps of rows and
        # columns, of which there are 4 / pi times as many as it is long.
        stroke=2 * float(sample.sum()) / max(1, edges) * 4 / math.pi,
        pitch=face.getlength(_SAMPLE) / len(_SAMPLE),
    )


def _open(path: Path, size: float) -> ImageFont.FreeTypeFont:
    # The other layout engine is not in every build of Pillow: the lines would depend on the machine.
    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)


def _extent(face: ImageFont.FreeTypeFont, text: str) -> tuple[float, float]:
    """Return the top and bottom of the ink, downwards from the base line."""
    boxes = [face.getbbox(character, anchor="ls") for character in text]
    return min(box[1] for box in boxes), max(box[3] for box in boxes)


def _ink(face: ImageFont.FreeTypeFont, text: str) -> Mask:
    """Return where a text has ink, (H, W)."""
    mask = face.getmask(text)
    return np.asarray(np.frombuffer(bytes(mask), np.uint8).reshape(mask.size[::-1]) > _INK)


def _characters(face: ImageFont.FreeTypeFont, characters: str) -> set[str]:
    """Return the space and those of the characters that leave ink of their own."""
    missing = bytes(face.getmask(_MISSING))
    drawn = {c: bytes(face.getmask(c)) for c in characters if c not in (" ", *CHECK_BOXES)}
    return {c for c, ink in drawn.items() if any(ink) and ink != missing} | {" "}
