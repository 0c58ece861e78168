import numpy as np
import pytest
from PIL import ImageFont

from text_recognizer.datasets.drawn_pages.hands import Hand, Press, Writer, printed_line, scaled_to_ink
from text_recognizer.tests.datasets.drawn_pages.toy_desk import written_line


def face() -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(48)
    assert isinstance(font, ImageFont.FreeTypeFont)
    return font


def writers(rng: np.random.Generator) -> list[Writer]:
    return [Hand([written_line(12)], 30.0, rng), Press(face(), 30.0, rng)]


@pytest.mark.parametrize("width", [60, 200, 600])
@pytest.mark.parametrize("index", [0, 1])
def test_a_line_fits_and_is_cut_to_its_ink(index: int, width: int) -> None:
    writer = writers(np.random.default_rng(1))[index]
    for _ in range(5):
        ink = writer.line(width)
        if ink is not None:
            assert ink.shape[1] <= width + 1
            assert 0.3 * writer.height < ink.shape[0] < 1.5 * writer.height
            assert all(side.max() > 60 for side in (ink[0], ink[-1], ink[:, 0], ink[:, -1]))


def test_a_hand_ends_a_line_behind_a_word() -> None:
    ink = Hand([written_line(12)], 40.0, np.random.default_rng(0)).line(520)
    assert ink is not None
    ends_of_words = [(120 * n + 90) * 40 / 48 for n in range(12)]
    assert min(abs(ink.shape[1] - end) / end for end in ends_of_words) < 0.15


def test_a_hand_goes_on_with_the_next_line() -> None:
    hand = Hand([written_line(3), written_line(5)], 40.0, np.random.default_rng(0))
    found = [hand.line(2000) for _ in range(3)]
    first, second, third = (ink.shape[1] for ink in found if ink is not None)
    assert abs(first - second) > 80
    assert abs(first - third) < 80


def test_no_line_fits_into_a_column_that_is_too_narrow() -> None:
    assert [writer.line(2) for writer in writers(np.random.default_rng(1))] == [None, None]


def test_blank_lines_are_none() -> None:
    assert scaled_to_ink(np.zeros((48, 200), np.uint8), 1.0) is None
    assert printed_line(" ", face()) is None
