import numpy as np
import numpy.typing as npt
import pytest

from text_recognizer.datasets.drawn_pages.papers import (
    PAPERS,
    Sheet,
    Strength,
    printed,
    ruled,
    squared,
)

Image = npt.NDArray[np.uint8]

LIGHT, MEDIUM, DARK = Strength(0.15, 1.0), Strength(0.35, 1.6), Strength(0.65, 2.4)


@pytest.fixture
def page() -> Image:
    """A white page with black bars."""
    image = np.full((300, 400), 255, np.uint8)
    for top in range(40, 260, 50):
        image[top : top + 12, 40:360:2] = 20
    return image


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(7)


@pytest.mark.parametrize("paper", PAPERS)
def test_print_darkens_more_the_stronger_it_is(paper: str, page: Image) -> None:
    pages = [printed(page, paper, strength, np.random.default_rng(1)) for strength in (LIGHT, MEDIUM, DARK)]
    assert all(image.shape == page.shape and image.dtype == np.uint8 for image in pages)
    means = [float(image.mean()) for image in (page, *pages)]
    assert means == sorted(means, reverse=True)
    assert len(set(means)) == len(means)


@pytest.mark.parametrize("paper", PAPERS)
def test_print_never_covers_ink_nor_all_of_the_paper(paper: str, page: Image) -> None:
    image = printed(page, paper, DARK, np.random.default_rng(1))
    assert (image <= page).all()
    assert page[page < 128].size > 0
    assert (image[page < 128] <= page.min()).all()
    assert (image == page).mean() > 0.3
    assert image[page == 255].min() >= round(255 * (1 - DARK.share)) - 1


def test_rules_are_level_and_squares_are_not(rng: np.random.Generator) -> None:
    sheet = Sheet.of((300, 500), rng)
    behind_margin = ruled(sheet, 1.0)[:, 100:]
    assert behind_margin.max(axis=0).min() > 0.5  # each column is crossed by a rule
    assert behind_margin.max(axis=1).min() == 0  # not each row
    upright = squared(sheet, 1.0)
    assert upright.max(axis=1).min() > 0.5


def test_the_same_randomness_prints_the_same(page: Image) -> None:
    first, second = (printed(page, "dotted", DARK, np.random.default_rng(3)) for _ in range(2))
    np.testing.assert_array_equal(first, second)
