"""The text of a page as operators of PDF: not seen, each word at its place along the baseline."""

import math

from text_recognizer.formats.boxes import line_box, line_polygon, page_box, word_polygon, written_lines
from text_recognizer.formats.glyphless_font import ADVANCE, UNITS_PER_EM, GlyphlessFont
from text_recognizer.formats.pdf_words import WordPlace, place_words
from text_recognizer.formats.text import one_line
from text_recognizer.geometry import Points, Region
from text_recognizer.predictions.types import LinePrediction, PagePrediction

_INVISIBLE = 3  # text rendering mode, ISO 32000-1, 9.3.6


def text_layer(page: PagePrediction, font: GlyphlessFont, scale: float) -> str:
    """Return the operators that show the text of a page with the faces of the font.

    Args:
        page: The page.
        font: Encodes the text.
        scale: Points per pixel.
    """
    sheet = page_box(page)
    rows = [f"BT {_INVISIBLE} Tr"]
    for line in written_lines(page):
        texts, polygons = zip(*_words(line, sheet), strict=True)
        places = place_words(polygons, line.baseline)
        for index, (text, place) in enumerate(zip(texts, places, strict=True)):
            # A space keeps words apart when they are copied; it is no part of the width of the word.
            gap = " " if index < len(texts) - 1 else ""
            rows.append(_operators(one_line(text), gap, place, sheet.height, font, scale))
    return "\n".join([*rows, "ET"])


def _words(line: LinePrediction, sheet: Region) -> list[tuple[str, Points]]:
    """Return the text and polygon of each word of a line, or those of the line if it has no words."""
    box = line_box(line, sheet)
    return [(word.text, word_polygon(word, box)) for word in line.words if word.text] or [
        (line.text, line_polygon(line, sheet))
    ]


def _operators(
    text: str, gap: str, place: WordPlace, page_height: int, font: GlyphlessFont, scale: float
) -> str:
    size = place.em * scale
    width = len(text) * size * ADVANCE / UNITS_PER_EM
    stretch = 100 * place.length * scale / width if width else 100
    cosine, sine = math.cos(place.angle), math.sin(place.angle)
    x, y = place.x * scale, (page_height - place.y) * scale
    face = font.face(place.above / place.em, place.below / place.em)
    return (
        f"/{face} {size:.2f} Tf {max(stretch, 1):.2f} Tz {cosine:.5f} {sine:.5f} {-sine:.5f} {cosine:.5f} "
        f"{x:.2f} {y:.2f} Tm <{font.encoded(text + gap)}> Tj"
    )
