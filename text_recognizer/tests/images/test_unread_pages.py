import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from text_recognizer.images.limits import LIBRARY_LIMITS
from text_recognizer.images.unread_pages import unread_pages


def tiff(pages: int) -> bytes:
    buffer = io.BytesIO()
    sheets = [Image.new("L", (8, 8), 200) for _ in range(pages)]
    sheets[0].save(buffer, "TIFF", save_all=True, append_images=sheets[1:])
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("pages", "said"), [(1, []), (3, ["The file has 3 pages; only the first was read."])]
)
def test_further_pages_of_a_file_are_mentioned(pages: int, said: list[str]) -> None:
    assert [warning.message for warning in unread_pages(tiff(pages), LIBRARY_LIMITS)] == said


def test_a_file_of_too_many_pages_is_not_refused_for_its_first_one() -> None:
    (warning,) = unread_pages(tiff(4), replace(LIBRARY_LIMITS, max_pages=2))
    assert warning.code == "more_pages"
    assert "more than 2 pages" in warning.message


def test_an_array_is_one_page() -> None:
    assert list(unread_pages(np.zeros((4, 4), np.uint8), LIBRARY_LIMITS)) == []
