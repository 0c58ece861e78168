"""Fonts that look like handwriting, with what the renderer has to know of each."""

import logging
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import ImageFont

from text_recognizer.errors import DataError
from text_recognizer.tooling.data_root import raw_dir
from text_recognizer.vocabulary import LINE_CHARACTERS

logger = logging.getLogger(__name__)

_PATTERNS = ("*.woff2", "node_modules/@fontsource/*/files/*-latin-400-normal.woff2")
FONT_HEIGHT = 44  # pixels from the top of a tall letter to the bottom of a low one
_SAMPLE = "the quick brown fox jumps over a lazy dog"
_UPRIGHT = "numinum"  # paper shows between each two of these letters unless they are joined
_MISSING = "\uffff"  # no font has a glyph for it: what is drawn in its place stands for all missing ones


@dataclass(frozen=True, eq=False)
class HandwritingFont:
    """A font at the size at which it is drawn.

    Attributes:
        name: Of its file, without the ending.
        face: Draws; its letters are FONT_HEIGHT pixels high.
        advances: Columns that a character takes, for those of LINE_CHARACTERS that it has.
        ascent: Pixels from the base line to the highest ink of its characters.
        descent: Pixels from the base line to the lowest ink.
        x_height: Pixels.
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
        """Tell whether it has all characters of a text."""
        return self.advances.keys() >= set(text)

    def width(self, text: str) -> float:
        """Return the columns of a text, but for kerning."""
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
        f"Expected fonts ({' or '.join(_PATTERNS)}) in {folder}; found none. "
        "See data/raw/handwriting_fonts/readme.md on how to get them."
    )


def load_fonts(paths: Iterable[Path]) -> tuple[list[HandwritingFont], list[str]]:
    """Return the fonts, and the names of the files that are left out because they cannot be used."""
    fonts, unusable = [], []
    for path in paths:
        try:
            fonts.append(load_font(path))
        except DataError as error:
            logger.warning("Skipped %s: %s", path.name, error)
            unusable.append(path.name)
    return fonts, unusable


def load_font(path: Path) -> HandwritingFont:
    """Open a font file and measure it.

    Raises:
        DataError: If Pillow cannot read it, or it lacks letters.
    """
    try:
        top, bottom = _extent(_open(path, 100), "dfhklgpy")
        face = _open(path, 100 * FONT_HEIGHT / (bottom - top))
    except (OSError, ValueError) as error:
        raise DataError(f"Expected a font that Pillow reads; received {path.name}: {error}.") from error
    characters = _characters(face)
    if lacking := set(_SAMPLE) - characters:
        raise DataError(f"Expected a font with all small letters; {path.name} lacks {sorted(lacking)}.")
    top, bottom = _extent(face, "".join(sorted(characters)))
    sample, letters = _ink(face, _SAMPLE), _ink(face, _UPRIGHT)
    edges = int((sample[:, 1:] != sample[:, :-1]).sum() + (sample[1:] != sample[:-1]).sum())
    return HandwritingFont(
        name=path.name.partition(".")[0].removesuffix("-latin-400-normal"),
        face=face,
        advances={character: face.getlength(character) for character in sorted(characters)},
        ascent=-int(top),
        descent=int(bottom),
        x_height=-int(_extent(face, "x")[0]),
        joined=bool(np.count_nonzero(np.diff(letters.any(axis=0).astype(int)) > 0) < len(_UPRIGHT) // 2),
        # An outline is counted in steps of rows and columns, 4 / pi times as many as it is long.
        stroke=2 * float(sample.sum()) / max(1, edges) * 4 / math.pi,
        pitch=face.getlength(_SAMPLE) / len(_SAMPLE),
    )


def _open(path: Path, size: float) -> ImageFont.FreeTypeFont:
    # The other layout engine is not in every build of Pillow: lines would depend on the machine.
    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)


def _extent(face: ImageFont.FreeTypeFont, text: str) -> tuple[float, float]:
    """Return the top and bottom of the ink, downwards from the base line."""
    boxes = [face.getbbox(character, anchor="ls") for character in text]
    return min(box[1] for box in boxes), max(box[3] for box in boxes)


def _ink(face: ImageFont.FreeTypeFont, text: str) -> npt.NDArray[np.bool_]:
    """Return where a text has ink, (H, W)."""
    mask = face.getmask(text)
    return np.asarray(np.frombuffer(bytes(mask), np.uint8).reshape(mask.size[::-1]) > 127)


def _characters(face: ImageFont.FreeTypeFont) -> set[str]:
    """Return the space and the characters that leave ink of their own."""
    missing = bytes(face.getmask(_MISSING))
    drawn = {c: bytes(face.getmask(c)) for c in LINE_CHARACTERS if c != " "}
    return {c for c, ink in drawn.items() if any(ink) and ink != missing} | {" "}
