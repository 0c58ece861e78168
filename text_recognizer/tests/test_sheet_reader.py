"""Whether a page is read as it lies or turned, with the shipped models."""

import numpy as np
import pytest

from text_recognizer import sheet_reader
from text_recognizer.budget import Budget
from text_recognizer.metrics.text import character_error_rate
from text_recognizer.page_reading import Reading
from text_recognizer.paragraph_text_recognizer import ParagraphTextRecognizer
from text_recognizer.predictions.languages import LanguageChoice
from text_recognizer.preparation.pages import PreparedPage
from text_recognizer.preprocessing.writing import WrittenInk
from text_recognizer.sheet_reader import SheetReader
from text_recognizer.tests.drawn_images import drawn

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("quarters", [0, 2])
def test_the_way_that_has_text_is_kept(quarters: int, monkeypatch: pytest.MonkeyPatch) -> None:
    read = SheetReader._read_as_it_lies

    def read_one_way(
        self: SheetReader,
        page: PreparedPage,
        written: WrittenInk,
        budget: Budget,
        language: LanguageChoice,
    ) -> Reading:
        reading = read(self, page, written, budget, language)
        return reading if page.quarters == quarters else reading._replace(lines=[])

    monkeypatch.setattr(SheetReader, "_read_as_it_lies", read_one_way)
    monkeypatch.setattr(SheetReader, "_best_turn", lambda *_: 2)  # wrong for one of them
    monkeypatch.setattr(sheet_reader, "SURE_CONFIDENCE", 1.0)
    image, text = drawn("page")[0]

    page = ParagraphTextRecognizer().predict(np.ascontiguousarray(np.rot90(image, quarters)))

    assert character_error_rate([page.text], [text]) <= 0.12
