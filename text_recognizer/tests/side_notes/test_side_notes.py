"""Pages with a note that runs up or down are read by the shipped models."""

import numpy as np
import pytest
from PIL import Image

from text_recognizer.budget import Budget
from text_recognizer.metrics.text import character_error_rate
from text_recognizer.paragraph_text_recognizer import ParagraphTextRecognizer
from text_recognizer.tests.side_notes.pages import NOTE, TEXT, text_page, with_note

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def shipped() -> ParagraphTextRecognizer:
    return ParagraphTextRecognizer()


@pytest.mark.parametrize(("upwards", "x"), [(True, 50), (False, 770)])
def test_the_note_is_read_behind_the_text_beside_it(
    shipped: ParagraphTextRecognizer, upwards: bool, x: int
) -> None:
    image = with_note(text_page(), upwards, x, 100)
    page = shipped.predict(image)
    assert len(page.lines) == 2 * len(TEXT) + 1
    *text, note = page.lines
    assert character_error_rate([note.text], [NOTE]) < 0.15
    assert character_error_rate(["\n".join(line.text for line in text)], ["\n".join(TEXT * 2)]) < 0.05
    assert note.region is not None
    assert note.region.height > 5 * note.region.width
    assert abs(note.region.y1 - 100) < 15
    (_, begin), (_, end) = note.baseline
    assert (begin > end) is upwards
    ink = np.zeros(image.shape, bool)
    ink[note.region.y1 : note.region.y2, note.region.x1 : note.region.x2] = True
    assert ink[(image != text_page()) & (image < 128)].mean() > 0.95
    assert all(line.region is None or abs(line.region.x1 - 90) < 12 for line in text)


def test_without_time_the_note_is_left_and_the_page_is_read(shipped: ParagraphTextRecognizer) -> None:
    clock = iter(range(10**6))
    page = shipped.predict(
        with_note(text_page(), True, 50, 100), Budget(seconds=40, clock=lambda: float(next(clock)))
    )
    assert len(page.lines) <= 2 * len(TEXT)


@pytest.mark.parametrize("degrees", [-1.0, 0.0, 1.0])
def test_words_below_each_other_stay_in_their_lines(shipped: ParagraphTextRecognizer, degrees: float) -> None:
    lines = ("In the morning the water was gone.", "The road was full of sand and wood,", *TEXT[:2])
    page = Image.fromarray(text_page(lines)).rotate(degrees, Image.Resampling.BICUBIC, fillcolor=250)
    read = shipped.predict(np.asarray(page))
    assert len(read.lines) == len(lines)
    assert character_error_rate([read.text], ["\n".join(lines)]) < 0.05
