"""Pages are read one after the other; what fails costs its page, and what is dangerous its document."""

import time
from importlib.util import find_spec
from typing import Any

import pytest
from werkzeug.exceptions import ServiceUnavailable

from api.admission import Admission
from api.config import ApiConfig
from api.decoder_process import DecoderEndedError, DecoderProcess
from api.documents.reading import DocumentReader
from api.metrics import Metrics
from api.models import Models
from api.recognition import Reading
from api.tests.conftest import FakeRecognizer
from api.tests.documents.pages import document, reader
from text_recognizer import PagePrediction
from text_recognizer.arrays import GrayImage
from text_recognizer.budget import Budget
from text_recognizer.errors import ImageTooLargeError, InvalidInputError, UnsupportedFormatError
from text_recognizer.images.limits import LIMITS
from text_recognizer.predictions.languages import LanguageChoice


def soon() -> float:
    return time.monotonic() + 10.0


def test_pages_come_with_their_numbers_and_sizes() -> None:
    data, models = document(30, 40, 50), Models((FakeRecognizer(),))
    documents = reader(ApiConfig(), models)
    count, numbers = documents.wanted(data, "2-", soon())
    assert (count, numbers) == (3, [2, 3])
    results = list(documents.read(data, numbers, models.reader("page"), soon()))
    pages = [(number, result.page) for number, result in results if isinstance(result, Reading)]
    assert [(number, page.number, page.width) for number, page in pages] == [(2, 2, 40), (3, 3, 50)]
    assert not any(page.warnings for _, page in pages)


@pytest.mark.parametrize("pages", ["", "0", "4-", "3-1", "x", "1," * 200, "9" * 300])
def test_pages_that_there_are_not_are_refused(pages: str) -> None:
    with pytest.raises(InvalidInputError):
        reader(ApiConfig()).wanted(document(30, 40, 50), pages, soon())


def test_too_many_pages_are_refused_but_some_can_be_chosen() -> None:
    documents, data = reader(ApiConfig(max_pages=2)), document(30, 40, 50)
    with pytest.raises(ImageTooLargeError, match="at most 2 pages; received 3"):
        documents.wanted(data, None, soon())
    assert documents.wanted(data, "1,3", soon()) == (3, [1, 3])


def test_a_pdf_is_not_rendered_in_this_process() -> None:
    documents, models = reader(ApiConfig()), Models((FakeRecognizer(),))
    data = document(30, form="PDF")
    ((_, result),) = documents.read(data, [1], models.reader("page"), soon())
    assert isinstance(result, UnsupportedFormatError)


def test_a_page_that_fails_does_not_stop_the_others() -> None:
    class Choosy(FakeRecognizer):
        def predict(self, image: GrayImage, budget: Budget, language: LanguageChoice = "auto") -> Any:
            if image.shape[1] == 40:
                raise ValueError("not this one")
            return PagePrediction(())

    models = Models((Choosy(),))
    documents = reader(ApiConfig(), models)
    results = list(documents.read(document(30, 40, 50), [1, 2, 3], models.reader("page"), soon()))
    assert [type(result) for _, result in results] == [Reading, ValueError, Reading]


def test_pages_that_come_too_late_say_so() -> None:
    models = Models((FakeRecognizer(),))
    results = reader(ApiConfig(), models).read(
        document(30, 40), [1, 2], models.reader("page"), time.monotonic()
    )
    assert all(isinstance(result, ServiceUnavailable) for _, result in results)


def test_a_document_that_nobody_wants_is_given_up() -> None:
    models = Models((FakeRecognizer(),))
    wanted = iter([True, False])
    results = reader(ApiConfig(), models).read(
        document(30, 40, 50), [1, 2, 3], models.reader("page"), soon(), lambda: next(wanted)
    )
    assert [type(result) for _, result in results] == [Reading, ServiceUnavailable, ServiceUnavailable]


def test_a_page_that_ends_the_decoder_ends_its_document() -> None:
    asked = []

    class Dying:
        def decode_page(self, data: bytes, page: int, charge: Any) -> GrayImage:
            asked.append(page)
            raise DecoderEndedError("it crashed")

    models = Models((FakeRecognizer(),))
    config = ApiConfig()
    decoder: Any = Dying()
    documents = DocumentReader(config, Admission(config.queue_size), Metrics(models), decoder)
    results = list(documents.read(b"", [1, 2, 3], models.reader("page"), soon()))
    assert [str(result) for _, result in results] == ["it crashed"] * 3
    assert asked == [1]


@pytest.mark.process
@pytest.mark.skipif(find_spec("pypdfium2") is None, reason="pypdfium2 is not installed")
def test_the_process_renders_the_pages_of_a_pdf() -> None:
    decoder = DecoderProcess(LIMITS, documents=True)
    try:
        data = document(72, 144, form="PDF")
        assert decoder.count_pages(data) == 2
        spent: list[float] = []
        widths = [decoder.decode_page(data, page, spent.append).shape[1] for page in (1, 2)]
        assert widths == [300, 600]
        assert len(spent) == 2
        with pytest.raises(InvalidInputError, match="2 pages; received page 3"):
            decoder.decode_page(data, 3)
        with pytest.raises(UnsupportedFormatError):
            decoder.decode(data)
    finally:
        decoder.close()
