import numpy as np
import pytest

from api import recognition
from api.recognition import line_of, page_of, read, word_of
from api.tests.conftest import LINES, FakeRecognizer, FakeWords
from api.tests.problems import data_uri
from text_recognizer import LinePrediction, Region
from text_recognizer.arrays import GrayImage
from text_recognizer.errors import InvalidInputError
from text_recognizer.images.limits import LIMITS


@pytest.mark.parametrize("as_data_uri", [False, True])
def test_a_page_has_the_size_of_its_image(
    recognizer: FakeRecognizer, png: bytes, picture: GrayImage, as_data_uri: bool
) -> None:
    reading = read(page_of(recognizer), data_uri(png) if as_data_uri else png, LIMITS)
    assert reading.page.lines == LINES
    assert (reading.page.width, reading.page.height, reading.mode) == (30, 20, "page")
    assert reading.mean_intensity == pytest.approx(picture.mean())
    assert reading.started <= reading.decoded <= reading.finished
    np.testing.assert_array_equal(recognizer.images[0], picture)


def test_a_line_is_as_large_as_its_image(recognizer: FakeRecognizer, png: bytes) -> None:
    reading = read(line_of(recognizer.line_predictor), png, LIMITS)
    assert reading.page.lines == (LinePrediction("a line", 0.5, Region(0, 0, 30, 20)),)
    assert recognizer.images == []


def test_a_word_is_as_large_as_its_image(png: bytes) -> None:
    reading = read(word_of(FakeWords("Words", "exit")), png, LIMITS)
    (line,) = reading.page.lines
    assert (line.text, line.confidence, line.region) == ("exit", 0.7, Region(0, 0, 30, 20))
    assert [(word.text, word.x1, word.x2) for word in line.words] == [("exit", 0, 30)]
    assert (reading.mode, reading.page.width, reading.page.height) == ("word", 30, 20)


def test_of_a_word_that_is_not_read_there_is_a_warning_and_no_line(png: bytes) -> None:
    page = read(word_of(FakeWords("Words", "")), png, LIMITS).page
    assert (page.lines, [warning.code for warning in page.warnings]) == ((), ["no_text"])


def test_text_is_never_taken_for_a_path(recognizer: FakeRecognizer) -> None:
    with pytest.raises(InvalidInputError, match="data URI"):
        read(page_of(recognizer), "/etc/hostname", LIMITS)


@pytest.mark.parametrize(("large_pixels", "trimmed"), [(600, [0]), (601, [])])
def test_memory_of_large_images_is_given_back(
    recognizer: FakeRecognizer,
    png: bytes,
    monkeypatch: pytest.MonkeyPatch,
    large_pixels: int,
    trimmed: list[int],
) -> None:
    calls: list[int] = []
    monkeypatch.setattr(recognition, "_LARGE_PIXELS", large_pixels)
    monkeypatch.setattr(recognition, "return_fragments", lambda: calls.append(0))
    read(page_of(recognizer), png, LIMITS)
    assert calls == trimmed
