import numpy as np
import numpy.typing as npt
import pytest

from evaluation.robustness import light

Image = npt.NDArray[np.uint8]


@pytest.mark.parametrize("softness", [0.0, 0.4])
def test_a_shadow_takes_half_of_the_light_of_a_part(
    softness: float, page: Image, rng: np.random.Generator
) -> None:
    image = light.shadowed(page, softness, rng)
    paper = image[page == 255]
    assert paper.min() == pytest.approx(128, abs=1)
    assert paper.max() == 255
    between = ((paper > 135) & (paper < 248)).mean()
    assert between < 0.01 if softness == 0 else between > 0.1


def test_blur_noise_and_compression_keep_size_and_type(page: Image, rng: np.random.Generator) -> None:
    changed = [light.blurred(page, 2.0), light.noisy(page, 25.0, rng), light.compressed(page, 5)]
    for image in changed:
        assert image.shape == page.shape
        assert image.dtype == np.uint8
        assert 0 < np.abs(image.astype(int) - page).mean() < 30


def test_half_size(page: Image) -> None:
    assert light.reduced(page, 2).shape == (page.shape[0] // 2, page.shape[1] // 2)


def test_faint_ink_has_a_share_of_its_contrast(page: Image) -> None:
    image = light.faint(page, 0.12)
    assert image.max() == 255
    assert image.min() == round(255 - 0.12 * (255 - int(page.min())))


def test_one_line_of_two_is_inverted(page: Image, rng: np.random.Generator) -> None:
    image = light.with_inverted_line(page, rng)
    changed = (image != page).any(axis=1)
    assert (image[changed] == 255 - page[changed]).all()
    assert np.count_nonzero(np.diff(changed.astype(int))) == 2  # one band
    blank = np.full((50, 60), 255, np.uint8)
    np.testing.assert_array_equal(light.with_inverted_line(blank, rng), blank)
    np.testing.assert_array_equal(light.inverted(light.inverted(page)), page)


def test_one_line_is_white_on_grey(page: Image, rng: np.random.Generator) -> None:
    image = light.with_inverted_line(page, rng, ground=140)
    changed = (image != page).any(axis=1)
    assert image[changed].min() == 140
    assert (image[changed][page[changed] == 255] == 140).all()


def test_a_scan_edge_is_black_and_beside_the_page(page: Image) -> None:
    image = light.with_scan_edge(page, 0.03)
    edge = image.shape[0] - page.shape[0]
    assert edge == round(0.03 * max(page.shape))
    assert image[:edge].max() == image[:, :edge].max() == 0
    np.testing.assert_array_equal(image[edge:, edge:], page)


def test_what_shows_through_is_faint_and_stands_between_the_lines(page: Image) -> None:
    image = light.shown_through(page, 0.2)
    assert (image <= page).all()
    paper = image[page == 255]
    assert paper.min() == pytest.approx(255 * (1 - 0.2 * (1 - page.min() / 255)), abs=1)
    rows_between = (page == 255).all(axis=1)
    assert image[rows_between].min() < 230
