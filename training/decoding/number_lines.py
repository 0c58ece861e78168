"""Numbers, dates, times and codes in handwriting fonts, and their logits: what numbers are calibrated on."""

import itertools
from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from text_recognizer.arrays import GrayImage
from text_recognizer.datasets.synthetic.fonts import FONT_HEIGHT_PX, HandwritingFont, font_files, load_fonts
from text_recognizer.datasets.synthetic.form_texts import form_text
from text_recognizer.datasets.synthetic.line_writing import write_line
from text_recognizer.decoding.confidences import is_numeric
from text_recognizer.line_predictor import LinePredictor
from text_recognizer.tooling.selection import spread
from training.decoding.line_logits import LineLogits

NUMBERS = 800  # the fit has three parameters; each line takes 20 ms
SCORED_FONTS = 40  # spread over all; numbers in them are only counted
_FORM_ENTRIES = 0.5  # share; the others are of the kinds that forms have most of
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_TRIES = 20  # for each line: a font or the vocabulary may lack a character of a text
_SEED = 0


def amount(rng: np.random.Generator) -> str:
    """Return an amount with two decimals, such as `1,250.00`."""
    return f"{int(10 ** rng.uniform(0, 5)):,}.{int(rng.integers(100)):02d}"


def date(rng: np.random.Generator) -> str:
    """Return a date, such as `05.11.1987`."""
    day, month, year = (int(rng.integers(n)) for n in (28, 12, 130))
    return f"{day + 1:02d}.{month + 1:02d}.{1900 + year}"


def time(rng: np.random.Generator) -> str:
    """Return a time, such as `09:45`."""
    return f"{int(rng.integers(24)):02d}:{int(rng.integers(60)):02d}"


def post_code(rng: np.random.Generator) -> str:
    """Return a British post code, such as `SW1 4AB`."""
    first, last = ("".join(rng.choice(list(_LETTERS), 2)) for _ in range(2))
    area = first[: int(rng.integers(1, 3))]
    return f"{area}{int(rng.integers(1, 29))} {int(rng.integers(10))}{last}"


KINDS: Mapping[str, Callable[[np.random.Generator], str]] = MappingProxyType(
    {"amount": amount, "date": date, "time": time, "post code": post_code}
)


def number_text(rng: np.random.Generator) -> str:
    """Return an amount, a date, a time, a post code, or another entry of a form that is mostly digits."""
    if rng.random() < _FORM_ENTRIES:
        return next(text for _ in itertools.count() if is_numeric(text := form_text(rng, 1)))
    return KINDS[str(rng.choice(list(KINDS)))](rng)


def write_number(text: str, font: HandwritingFont, rng: np.random.Generator) -> GrayImage:
    """Return an image (H, W) of a text, dark on light, all of whose characters are in the font."""
    aspect = len(text) * font.pitch / FONT_HEIGHT_PX
    return np.asarray(255 - np.asarray(write_line(text, font, aspect, rng)[0]), np.uint8)


def scored_fonts() -> list[HandwritingFont]:
    """Return the fonts that numbers are counted in; nothing is chosen or fitted on them.

    Raises:
        DataError: If there are no handwriting fonts.
    """
    return spread(load_fonts(font_files())[0], SCORED_FONTS)


def fitting_fonts() -> list[HandwritingFont]:
    """Return all other fonts; if there are no others, all.

    Raises:
        DataError: If there are no handwriting fonts.
    """
    fonts, _ = load_fonts(font_files())
    scored = {font.name for font in spread(fonts, SCORED_FONTS)}
    return [font for font in fonts if font.name not in scored] or fonts


def number_logits(predictor: LinePredictor, count: int = NUMBERS) -> list[LineLogits]:
    """Return the logits of generated numbers in `fitting_fonts`, the same at each call.

    Args:
        predictor: Whose network to run.
        count: How many; fewer are found if fonts and vocabulary lack most of the characters.

    Raises:
        DataError: If there are no handwriting fonts.
    """
    fonts = fitting_fonts()
    rng = np.random.default_rng(_SEED)
    found: list[LineLogits] = []
    for _ in range(_TRIES * count):
        if len(found) == count:
            break
        text, font = number_text(rng), fonts[int(rng.integers(len(fonts)))]
        if predictor.vocabulary.unknown(text) or not font.has(text):
            continue
        prepared = predictor.prepare(write_number(text, font, rng))
        found.append(LineLogits(f"number-{len(found)}", text, predictor.predict_logits([prepared])[0]))
    return found
