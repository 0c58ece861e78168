"""The shipped models place words, lines and baselines on turned pages whose words are known."""

import numpy as np
import pytest
from PIL import ImageFont

from text_recognizer import ParagraphTextRecognizer
from text_recognizer.formats.boxes import word_box
from text_recognizer.formats.picture import draw_page
from text_recognizer.geometry import Region
from text_recognizer.predictions.types import PagePrediction
from text_recognizer.tests.drawn_words import DrawnPage, draw_words, filled
from text_recognizer.tests.real_data import real_data

pytestmark = pytest.mark.slow

FONTS = ("kalam", "handlee", "caveat", "patrick-hand", "indie-flower")


@pytest.fixture(scope="module")
def recognizer() -> ParagraphTextRecognizer:
    return ParagraphTextRecognizer()


def overlaps(drawn: DrawnPage, page: PagePrediction) -> list[float]:
    """Return for each drawn word the intersection over union with the word that fits best."""
    shape = drawn.image.shape
    words = [
        (filled(word.polygon, shape), Region.around(word.polygon))
        for line in page.lines
        for word in line.words
    ]
    best = []
    for corners in drawn.words:
        wanted = filled(corners, shape)
        x, y = corners.mean(axis=0)
        near = [mask for mask, box in words if box.x1 <= x <= box.x2 and box.y1 <= y <= box.y2]
        best.append(max((float((mask & wanted).sum() / (mask | wanted).sum()) for mask in near), default=0.0))
    return best


def ink_within_words(drawn: DrawnPage, page: PagePrediction) -> float:
    """Return the share of the ink that lies within the polygons of words."""
    within = np.zeros(drawn.image.shape, bool)
    for line in page.lines:
        for word in line.words:
            within |= filled(word.polygon, drawn.image.shape)
    ink = drawn.image < 128
    return float((ink & within).sum() / ink.sum())


def baseline_errors(drawn: DrawnPage, page: PagePrediction) -> list[float]:
    """Return how far from the drawn baselines both ends of each line's baseline lie, in pixels."""
    errors: list[float] = []
    for line, (start, end) in zip(page.lines, drawn.baselines, strict=True):
        x, y = (end - start) / np.hypot(*(end - start))  # along the line
        ends = np.array([line.baseline[0], line.baseline[-1]]) - start
        errors += np.abs(x * ends[:, 1] - y * ends[:, 0]).tolist()
    return errors


def assert_places(drawn: list[DrawnPage], pages: list[PagePrediction]) -> None:
    """Assert that the places on some pages are right; a word that is read as part of another has none."""
    pairs = list(zip(drawn, pages, strict=True))
    assert np.mean([overlap > 0.5 for pair in pairs for overlap in overlaps(*pair)]) >= 0.95
    assert min(ink_within_words(*pair) for pair in pairs) > 0.97
    assert max(error for pair in pairs for error in baseline_errors(*pair)) < 6


def test_words_of_turned_pages_lie_within_their_polygons(recognizer: ParagraphTextRecognizer) -> None:
    drawn = [draw_words(ImageFont.load_default(44), degrees) for degrees in (4, -8)]
    pages = [recognizer.predict(page.image) for page in drawn]
    assert_places(drawn, pages)
    (line, *_) = pages[0].lines
    assert line.region is not None
    boxes = [word_box(word, line.region) for word in line.words]
    assert len({box.y1 for box in boxes}) > 1  # they rise with the line
    assert draw_page(drawn[0].image, pages[0]).width == 2 * drawn[0].image.shape[1]


@pytest.mark.slow
@pytest.mark.parametrize("name", FONTS)
def test_words_of_handwriting_lie_within_their_polygons(
    recognizer: ParagraphTextRecognizer, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = real_data(monkeypatch, "handwriting_fonts") / f"{name}.woff2"
    drawn = [draw_words(ImageFont.truetype(path, 44), degrees) for degrees in (4, -4, 8, -8, 25, 90, 180)]
    assert_places(drawn, [recognizer.predict(page.image) for page in drawn])
