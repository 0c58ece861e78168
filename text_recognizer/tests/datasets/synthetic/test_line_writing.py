"""Lines written with a font."""

import numpy as np
import pytest

from text_recognizer.arrays import InkImage
from text_recognizer.datasets.synthetic.fonts import HandwritingFont, load_font
from text_recognizer.datasets.synthetic.line_writing import write_line
from text_recognizer.tests.datasets.toy_fonts import write_font


@pytest.fixture(scope="module")
def font(tmp_path_factory: pytest.TempPathFactory) -> HandwritingFont:
    return load_font(write_font(tmp_path_factory.mktemp("fonts")))


def shape(text: str, font: HandwritingFont, aspect: float, seed: int) -> InkImage:
    """Return a written line, cut to its ink."""
    picture, _ = write_line(text, font, aspect, np.random.default_rng(seed))
    return np.asarray(picture.crop(picture.getbbox()))


def gaps(ink: InkImage, width: int) -> int:
    """Return how many gaps are at least so wide."""
    return int((np.diff(np.flatnonzero(ink.any(axis=0))) > width).sum())


@pytest.mark.parametrize("seed", range(5))
def test_words_stand_apart_and_letters_near(font: HandwritingFont, seed: int) -> None:
    assert gaps(shape("Mr. Fox saw it", font, 6.5, seed), 7) == 3
    assert gaps(shape("MrFoxsawit", font, 4.5, seed), 7) == 0


def test_the_line_is_as_wide_as_wanted_within_limits(font: HandwritingFont) -> None:
    text = "the quick brown fox jumps over the dog"

    def aspect(wanted: float) -> float:
        ratios = [np.divide(*shape(text, font, wanted, seed).shape[::-1]) for seed in range(8)]
        return float(np.mean(ratios))

    natural = font.width(text) / (font.ascent + font.descent)
    assert aspect(natural) == pytest.approx(natural, rel=0.2)
    assert aspect(1.3 * natural) == pytest.approx(1.3 * natural, rel=0.2)
    assert aspect(100 * natural) < 2.2 * natural
    assert aspect(0.01 * natural) > 0.4 * natural


def test_seeds_decide_and_no_two_words_are_alike(font: HandwritingFont) -> None:
    first, again, other = (shape("word word", font, 4.0, seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert first.shape != other.shape or (first != other).any()
    left, right = np.split(first, [first.shape[1] // 2], axis=1)
    assert (left[:, : right.shape[1]] != right[:, : left.shape[1]]).any()


def test_what_is_crossed_out_is_no_glyph(font: HandwritingFont) -> None:
    several = [shape("#", font, 1.0, seed) for seed in range(4)]
    assert len({ink.tobytes() for ink in several}) == 4
    assert all(ink.shape[1] > 1.5 * font.x_height for ink in several)


def test_the_base_line_is_where_letters_stand(font: HandwritingFont) -> None:
    picture, base = write_line("nnnn", font, 3.0, np.random.default_rng(0))
    box = picture.getbbox()
    assert box is not None
    assert abs(box[3] - base) <= 4
