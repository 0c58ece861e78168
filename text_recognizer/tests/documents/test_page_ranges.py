import pytest

from text_recognizer import InvalidInputError
from text_recognizer.documents.page_ranges import PageRanges


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1-3,7", [1, 2, 3, 7]), ("4-", [4, 5, 6, 7, 8]), (" 2 , 1-2 ", [1, 2]), ("9", []), ("7-20", [7, 8])],
)
def test_pages_of_a_document_of_eight(text: str, expected: list[int]) -> None:
    assert PageRanges.parse(text).of(8) == expected


def test_no_range_is_all_pages() -> None:
    assert PageRanges().of(3) == [1, 2, 3]


@pytest.mark.parametrize("text", ["", "0", "3-1", "a", "1-2-3", "1,,2", "-3", "1.5"])
def test_what_names_no_pages_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError, match="Expected pages like 1-3,7,10-"):
        PageRanges.parse(text)


@pytest.mark.parametrize("text", ["١", "1\n", "1-²", "\u00a01"])
def test_pages_have_digits_of_ascii(text: str) -> None:
    with pytest.raises(InvalidInputError, match="Expected pages like"):
        PageRanges.parse(text)
