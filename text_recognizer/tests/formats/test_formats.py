import pytest

from text_recognizer.formats import FORMATS
from text_recognizer.tests.formats.pages import PAGES


def test_the_formats() -> None:
    assert list(FORMATS) == ["text", "json", "hocr", "alto"]
    assert len({format_.media_type for format_ in FORMATS.values()}) == 4
    assert len({format_.suffix for format_ in FORMATS.values()}) == 4


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("page", PAGES)
def test_documents_are_utf8_and_end_without_a_newline(name: str, page: str) -> None:
    document = FORMATS[name].render(PAGES[page])
    assert document.encode().decode() == document
    assert name == "text" or document[-1] in "}>"
    assert FORMATS[name].render(PAGES[page]) == document
