import numpy as np

from text_recognizer.datasets.words.drawing.composition import compose
from text_recognizer.datasets.words.drawing.fonts import WordFont
from text_recognizer.datasets.words.drawing.projection import Pose, project
from text_recognizer.datasets.words.drawing.scene import paint


def painted(font: WordFont, count: int) -> tuple[np.ndarray, list[np.ndarray]]:
    ink = project(compose("Harbour", font), Pose(margins=(0.1, 0.1, 0.1, 0.1)), 40)
    return ink, [paint(ink, np.random.default_rng(seed)) for seed in range(count)]


def test_ink_is_darker_or_brighter_than_paper_about_as_often(font: WordFont) -> None:
    ink, images = painted(font, 300)
    darker = [image[ink == 255].mean() < image[ink == 0].mean() for image in images]
    assert 0.3 < np.mean(darker) < 0.75
    assert all(image.shape == ink.shape and image.dtype == np.float32 for image in images)


def test_nearly_all_words_stand_out(font: WordFont) -> None:
    ink, images = painted(font, 300)
    contrasts = [abs(image[ink == 255].mean() - image[ink == 0].mean()) for image in images]
    assert np.mean(np.array(contrasts) > 20) > 0.93
    assert np.mean(contrasts) > 70


def test_surfaces_vary(font: WordFont) -> None:
    ink, images = painted(font, 200)
    papers = np.array([image[ink == 0].mean() for image in images])
    uneven = np.array([image[ink == 0].std() for image in images])
    assert papers.std() > 50
    assert 0.2 < np.mean(uneven < 1) < 0.6, "some are even"
    assert np.mean(uneven > 8) > 0.2


def test_the_source_of_randomness_decides(font: WordFont) -> None:
    ink, images = painted(font, 3)
    np.testing.assert_array_equal(images[2], paint(ink, np.random.default_rng(2)))
