"""Results of pages as they would be read without a mistake: random words in lines that all slope alike."""

import math
import random

from text_recognizer.geometry import Points, Region
from text_recognizer.predictions.types import LinePrediction, PagePrediction, TextSpan

WIDTH_PX, HEIGHT_PX = 1240, 1754  # A4 at 150 dpi
_LINES = 25
_FIRST_BASELINE_PX = 200
_PITCH_PX = 52  # between baselines: one and a half times the height of the writing
_SIZE_PX = 34  # of the writing, with its ascenders and descenders
_LEFT_PX, _RIGHT_PX = 150, 1080
_ASCENT, _DESCENT = 0.75, 0.25  # of the size
_LETTER_WIDTH = 0.5  # of the size
_LONGEST_WORD = 8
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def sloping_page(degrees: float, seed: int) -> PagePrediction:
    """Return a page of 25 lines, with a polygon and a place for each word.

    Args:
        degrees: By which the page is turned around its middle, clockwise: lines fall to the right.
        seed: Of the words, their sizes and gaps.
    """
    choice = random.Random(seed)
    baselines = range(_FIRST_BASELINE_PX, _FIRST_BASELINE_PX + _LINES * _PITCH_PX, _PITCH_PX)
    return PagePrediction(tuple(_line(y, degrees, choice) for y in baselines), WIDTH_PX, HEIGHT_PX)


def _line(y: float, degrees: float, choice: random.Random) -> LinePrediction:
    """Return a line whose baseline is at `y` before it is turned."""
    words: list[TextSpan] = []
    x = _LEFT_PX + choice.uniform(-10, 10)
    while True:
        text = "".join(choice.choices(_LETTERS, k=choice.randint(1, _LONGEST_WORD)))
        width = len(text) * _LETTER_WIDTH * _SIZE_PX * choice.uniform(0.85, 1.15)
        if x + width > _RIGHT_PX:
            break
        above, below = (
            _SIZE_PX * part for part in (choice.uniform(0.5, _ASCENT), choice.uniform(0, _DESCENT))
        )
        polygon = _turned(
            [(x, y - above), (x + width, y - above), (x + width, y + below), (x, y + below)], degrees
        )
        box = Region.around(polygon)
        words.append(TextSpan(text, 0.9, box.x1, box.x2, polygon))
        x += width + _SIZE_PX * choice.uniform(0.3, 0.7)
    top, bottom = y - _ASCENT * _SIZE_PX, y + _DESCENT * _SIZE_PX
    around = _turned([(_LEFT_PX, top), (_RIGHT_PX, top), (_RIGHT_PX, bottom), (_LEFT_PX, bottom)], degrees)
    baseline = _turned([(_LEFT_PX, y), (_RIGHT_PX, y)], degrees)
    text = " ".join(word.text for word in words)
    return LinePrediction(text, 0.9, Region.around(around), tuple(words), (), baseline, around)


def _turned(points: list[tuple[float, float]], degrees: float) -> Points:
    """Return points turned around the middle of the page, in whole pixels."""
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    middle_x, middle_y = WIDTH_PX / 2, HEIGHT_PX / 2
    return tuple(
        (
            round(middle_x + (x - middle_x) * cosine - (y - middle_y) * sine),
            round(middle_y + (x - middle_x) * sine + (y - middle_y) * cosine),
        )
        for x, y in points
    )
