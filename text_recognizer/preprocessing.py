"""Image -> model input; one function per input kind, shared by training and serving.

Everything starts from the map of the ink, see `ink.py`.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

from text_recognizer.ink import Float, Gray, ink_map, strips
from text_recognizer.straightening import straighten
from text_recognizer.stroke_pitch import width_factor

LINE_HEIGHT = 64
LINE_MARGIN = 16  # blank columns on both sides of a line (at height 64), so that padding changes nothing
LINE_MAX_ASPECT = 64  # longer strips than any line of text are squeezed, so that memory stays bounded
CHARACTER_SIZE = 28
CHARACTER_GLYPH = 24  # the longer side of a character's box within CHARACTER_SIZE

PARAGRAPH_SIZE = 512  # longer side of a page, in which its lines are found
PARAGRAPH_MIN_SIZE = 64
PARAGRAPH_MULTIPLE = 8  # both sides are multiples of it

_GLYPH_INK = 0.1  # fainter pixels lie outside of a character's box
_GLYPH_FITS = 20  # a longer side of the box from which an image of CHARACTER_SIZE is ready
_ROW_INK = 0.02  # a row belongs to the line when it holds this part of the strongest row's ink


@dataclass(frozen=True)
class LineColumns:
    """Which columns of an image the columns of a line input come from.

    Attributes:
        left: First column of the image that holds ink.
        right: The column behind the last one.
        margin: Blank columns that the input has in front of its ink.
        scale: Columns of the image per column of the input.
        first: Column of the image that the first inked column of the input comes from: `left`, unless the
            line was straightened.
    """

    left: int
    right: int
    margin: int
    scale: float
    first: float

    def to_image(self, columns: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
        """Translate columns of the input, of any shape, to columns of the image."""
        return np.asarray(np.clip(self.first + (columns - self.margin) * self.scale, self.left, self.right))


def line_input(
    image: Gray, height: int = LINE_HEIGHT, width: int | None = None, normalize: bool = False
) -> Float:
    """Return a line image as the recognizers take it.

    The rows without ink are cut off, the rest is scaled to `height` with its aspect
    ratio kept, and blank columns are added on both sides.

    Args:
        image: (H, W) uint8 grey values of one text line, any size and polarity.
        height: Rows of the result.
        width: None for whatever width the aspect ratio gives; otherwise the result is
            squeezed if it is wider and padded with paper on the right if it is narrower.
        normalize: Whether slope and slant are taken away before, see `straightening.py`, and strokes set to
            their usual distance, see `stroke_pitch.py`.

    Returns:
        (height, W') float32 in [0, 1], ink = 1.

    Raises:
        InvalidInputError: If `image` is not a non-empty uint8 array (H, W).
    """
    return ink_to_line(ink_map(image), height, width, normalize)


def ink_to_line(
    ink: Float, height: int = LINE_HEIGHT, width: int | None = None, normalize: bool = False
) -> Float:
    """Do what `line_input` does for an ink map (H, W) that is already computed."""
    return ink_to_placed_line(ink, height, width, normalize)[0]


def ink_to_placed_line(
    ink: Float, height: int = LINE_HEIGHT, width: int | None = None, normalize: bool = False
) -> tuple[Float, LineColumns]:
    """Do what `ink_to_line` does, and tell where the columns of the result come from."""
    top, bottom, left, right = _ink_bounds(ink)
    ink, first, reduced, stretch = ink[top:bottom, left:right], float(left), 1.0, 1.0
    if normalize:
        ink, moved, reduced = straighten(ink)
        top, bottom, begin, end = _ink_bounds(ink)
        ink, first = ink[top:bottom, begin:end], left + moved + begin * reduced
        stretch = width_factor(ink)
    margin = round(LINE_MARGIN * height / LINE_HEIGHT)
    scaled_width = max(1, round(height * min(stretch * ink.shape[1] / ink.shape[0], LINE_MAX_ASPECT)))
    if width is not None:
        scaled_width = min(scaled_width, width - 2 * margin)
    enlarged = max(height / ink.shape[0], scaled_width / ink.shape[1])
    scaled = Image.fromarray(ink).resize((scaled_width, height), _resampling(enlarged))
    paper = margin if width is None else width - margin - scaled_width
    line = np.pad(np.asarray(scaled), ((0, 0), (margin, paper)))
    scale = reduced * ink.shape[1] / scaled_width
    return line, LineColumns(left, right, margin, scale, first)


def _resampling(scale: float) -> Image.Resampling:
    return Image.Resampling.BOX if scale < 1 else Image.Resampling.BILINEAR


def _ink_bounds(ink: Float) -> tuple[int, int, int, int]:
    """Return top, bottom, left and right without blank margins, but at least a fifth of the height."""
    height = ink.shape[0]
    strong = np.where(ink > 0.3, ink, 0)
    rows, columns = strong.sum(axis=1), strong.sum(axis=0)
    if rows.max() <= 0:
        return 0, height, 0, ink.shape[1]
    inked = np.flatnonzero(rows > _ROW_INK * rows.max())
    top, bottom = int(inked[0]), int(inked[-1]) + 1
    if (missing := height // 5 - (bottom - top)) > 0:
        top, bottom = max(0, top - missing // 2), min(height, bottom + missing - missing // 2)
    inked = np.flatnonzero(columns > 0.5)
    left, right = (int(inked[0]), int(inked[-1]) + 1) if inked.size else (0, ink.shape[1])
    return top, bottom, left, right


def character_input(image: Gray) -> Float:
    """Return a character image as the networks trained on EMNIST take it.

    The box of the ink is scaled, aspect ratio kept, to 24 pixels and centred in 28 x 28, as
    EMNIST's authors did (Cohen et al. 2017, arXiv 1702.05373, section II-B). Where that has
    been done already, as in their images, the pixels are not resampled once more.

    Args:
        image: (H, W) uint8 grey values of one upright character, any size and polarity.

    Returns:
        (28, 28) float32 in [0, 1], ink = 1.

    Raises:
        InvalidInputError: If `image` is not a non-empty uint8 array (H, W).
    """
    whole = ink_map(image)
    ink = _crop_to_box(whole)
    if whole.shape == (CHARACTER_SIZE, CHARACTER_SIZE) and max(ink.shape) >= _GLYPH_FITS:
        return whole
    scale = CHARACTER_GLYPH / max(ink.shape)
    height, width = (max(1, round(side * scale)) for side in ink.shape)
    scaled = Image.fromarray(ink).resize((width, height), _resampling(scale))
    top, left = (CHARACTER_SIZE - height) // 2, (CHARACTER_SIZE - width) // 2
    result = np.zeros((CHARACTER_SIZE, CHARACTER_SIZE), np.float32)
    result[top : top + height, left : left + width] = np.asarray(scaled)
    return result


def _crop_to_box(ink: Float) -> Float:
    """Cut off what lies outside of the ink; a page without ink stays whole."""
    rows, columns = (np.flatnonzero((ink > _GLYPH_INK).any(axis=axis)) for axis in (1, 0))
    if rows.size == 0:
        return ink
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def paragraph_input(image: Gray) -> tuple[Float, float]:
    """Return a page as the line detector takes it; see `ink_to_paragraph`.

    Args:
        image: (H, W) uint8 grey values of a page or a part of one, any size and polarity.

    Returns:
        (h, w) float32 ink in [0, 1] and its scale: pixels of the result per pixel of `image`.

    Raises:
        InvalidInputError: If `image` is not a non-empty uint8 array (H, W).
    """
    return ink_to_paragraph(ink_map(image))


def ink_to_paragraph(ink: Float, size: int = PARAGRAPH_SIZE) -> tuple[Float, float]:
    """Do what `paragraph_input` does for an ink map (H, W) that is already computed.

    The longer side is reduced to `size` (never enlarged), thin strokes that fade in it are
    strengthened again, and paper is added on the right and at the bottom up to a multiple of
    PARAGRAPH_MULTIPLE and at least PARAGRAPH_MIN_SIZE.
    """
    height, width = ink.shape
    scale = min(1.0, size / max(height, width))
    reduced_size = max(1, round(width * scale)), max(1, round(height * scale))
    reduced = _reduce(ink, *reduced_size)
    strokes = reduced[reduced > 0.1]
    if strokes.size:
        reduced = np.clip(reduced / max(float(np.percentile(strokes, 90)), 0.2), 0, 1)
    bottom, right = (_paragraph_side(side) - side for side in reduced.shape)
    return np.pad(reduced, ((0, bottom), (0, right))).astype(np.float32), scale


def _reduce(ink: Float, width: int, height: int) -> Float:
    """Scale (H, W) down to (height, width) as Pillow's BILINEAR does, which would copy the whole page."""
    parts = (Image.fromarray(ink[rows]) for rows in strips(*ink.shape))
    narrow = [np.asarray(part.resize((width, part.height), Image.Resampling.BILINEAR)) for part in parts]
    whole = Image.fromarray(np.concatenate(narrow))
    return np.asarray(whole.resize((width, height), Image.Resampling.BILINEAR))


def _paragraph_side(side: int) -> int:
    return max(PARAGRAPH_MIN_SIZE, -(-side // PARAGRAPH_MULTIPLE) * PARAGRAPH_MULTIPLE)
