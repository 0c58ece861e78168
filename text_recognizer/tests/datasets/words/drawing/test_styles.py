import numpy as np
import pytest

from text_recognizer.datasets.words.drawing.fonts import WordFont
from text_recognizer.datasets.words.drawing.styles import draw_plain, draw_rich


def test_plain_words_are_dark_on_bright_noise(font: WordFont) -> None:
    for seed in range(30):
        image = draw_plain("harbour", font, 1.0, np.random.default_rng(seed))
        assert image.shape[0] == 32
        assert image.dtype == np.uint8
        assert np.median(image) > 180
        assert np.percentile(image, 2) < 130
        assert 2 < image.shape[1] / 32 < 6


@pytest.mark.slow
def test_rich_words_come_in_all_heights_and_polarities(font: WordFont) -> None:
    images = [
        draw_rich("harbour", font, 1.0, lambda _: ("near", font), np.random.default_rng(s))
        for s in range(200)
    ]
    heights = [image.shape[0] for image in images]
    assert min(heights) < 20
    assert max(heights) > 55
    assert all(13 <= height <= 64 for height in heights)
    medians = np.array([np.median(image) for image in images])
    assert np.mean(medians > 150) > 0.2
    assert np.mean(medians < 100) > 0.2


def test_stretch_decides_on_the_width(font: WordFont) -> None:
    narrow, wide = (draw_plain("harbour", font, s, np.random.default_rng(3)).shape[1] for s in (0.7, 1.4))
    assert wide > 1.6 * narrow
