"""Lines joined and split: image and text stay together."""

import numpy as np
import pytest

from text_recognizer.arrays import InkImage
from text_recognizer.augmentation.line_length import join_lines, split_line, word_gaps


def line(text: str, letter: int = 14, gap: int = 4, space: int = 20) -> InkImage:
    """Return bars in place of letters, the first letter of the alphabet the highest."""
    image = np.zeros((64, 32 + sum(space if c == " " else letter for c in text)), np.uint8)
    x = 16
    for character in text:
        if character != " ":
            image[ord(character) % 32 : 64, x : x + letter - gap] = 255
        x += space if character == " " else letter
    return image


def tops(image: InkImage) -> list[int]:
    """Return the height of each bar from left to right: which letters the image shows."""
    inked = (image > 127).any(axis=0)
    starts = np.flatnonzero(inked & ~np.roll(inked, 1))
    return [int((image[:, x + 3] > 127).sum()) for x in starts]


def test_joined_lines_read_both_with_a_gap_of_a_word() -> None:
    image, text = join_lines((line("ab c"), "ab c"), (line("de"), "de"), np.random.default_rng(0))
    assert text == "ab c de"
    assert tops(image) == [*tops(line("ab c")), *tops(line("de"))]
    assert image.shape[0] == 64
    gaps = word_gaps(image, 2)
    assert gaps is not None
    assert (np.diff(gaps, axis=1) >= 14).all()
    assert not image[:, :16].any()
    assert not image[:, -16:].any()


def test_a_line_is_split_between_words() -> None:
    seen = set()
    for seed in range(40):
        part = split_line(line("abc de fgh"), "abc de fgh", np.random.default_rng(seed))
        assert part is not None
        image, text = part
        assert image.dtype == np.uint8
        assert image.shape[0] == 64
        assert len(tops(image)) == len(text.replace(" ", ""))
        seen.add(text)
    assert seen == {"abc", "abc de", "de fgh", "fgh"}


@pytest.mark.parametrize(
    ("drawn", "text"),
    [
        ("abcdefgh", "abcdefgh"),  # one word
        ("abcdefgh", "abcd efgh"),  # the gap is not to be seen
        ("abc de fgh", "abcde fgh"),  # one gap too many
        ("ab cdefghijklm", "abcdefghijk lm"),  # a gap, but elsewhere
        ("", "ab cd"),
    ],
)
def test_where_a_gap_is_not_sure_nothing_is_split(drawn: str, text: str) -> None:
    assert split_line(line(drawn), text, np.random.default_rng(0)) is None
