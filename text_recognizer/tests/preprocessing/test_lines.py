import numpy as np
import pytest

from text_recognizer.arrays import InkMap
from text_recognizer.images.ink import ink_map
from text_recognizer.preprocessing.lines import (
    LINE_HEIGHT,
    LINE_MARGIN,
    LINE_MAX_ASPECT,
    ink_to_line,
    ink_to_mapped_line,
    line_input,
)
from text_recognizer.tests.preprocessing.drawn_lines import strokes


def test_line_is_cut_to_its_ink_with_blank_margins() -> None:
    line = line_input(strokes())
    assert line.shape[0] == LINE_HEIGHT
    assert not line[:, :LINE_MARGIN].any()
    assert not line[:, -LINE_MARGIN:].any()
    assert line[:4].any()
    assert line[-4:].any()


@pytest.mark.parametrize("margin", [1, 10, 60])
def test_margins_of_the_box_do_not_matter(margin: int) -> None:
    image = strokes()
    padded = np.pad(image, margin, constant_values=215)
    np.testing.assert_allclose(line_input(padded), line_input(image), atol=0.05)


@pytest.mark.parametrize("width", [200, 952])
def test_fixed_width_is_kept(width: int) -> None:
    line = line_input(strokes(), height=28, width=width)
    assert line.shape == (28, width)
    assert line.any()
    assert not line[:, -7:].any()


@pytest.mark.parametrize("shape", [(1, 20_000), (3, 20_000), (20_000, 1)])
def test_strips_stay_bounded(shape: tuple[int, int]) -> None:
    line = ink_to_line(np.ones(shape, np.float32))
    assert line.shape[0] == LINE_HEIGHT
    assert line.shape[1] <= LINE_MAX_ASPECT * LINE_HEIGHT + 2 * LINE_MARGIN


def test_polarity_does_not_matter() -> None:
    np.testing.assert_allclose(line_input(255 - strokes()), line_input(strokes()), atol=0.02)


def test_training_and_serving_make_the_same_input_of_a_line() -> None:
    image = strokes()
    trained_on = np.round(line_input(image) * 255).astype(np.uint8) / np.float32(
        255
    )  # as a data set keeps it
    served = ink_to_line(ink_map(image))
    np.testing.assert_allclose(trained_on, served, atol=0.5 / 255 + 1e-6)


def test_a_line_that_is_reduced_is_averaged_and_one_that_is_enlarged_is_interpolated() -> None:
    """Two columns of ink, two of paper ...: halved, they are one each; doubled, edges become soft."""
    large = np.tile(np.array([1, 1, 0, 0], np.float32), (128, 100))
    halved = ink_to_line(large, height=64)[:, LINE_MARGIN:-LINE_MARGIN]
    np.testing.assert_array_equal(halved, np.tile(np.arange(1, 200) % 2, (64, 1)))
    doubled = ink_to_line(large[:32], height=64)[:, LINE_MARGIN:-LINE_MARGIN]
    assert set(np.unique(doubled)) == {0, 0.25, 0.75, 1}


def test_a_lone_dash_is_not_enlarged_to_the_height_of_letters() -> None:
    ink = np.zeros((100, 100), np.float32)
    ink[48:52, 30:70] = 1
    line = ink_to_line(ink)
    assert (line > 0.5).any(axis=1).sum() == pytest.approx(64 * 4 / 20, abs=2)


def test_columns_of_a_line_are_found_in_its_image() -> None:
    ink = np.zeros((100, 400), np.float32)
    ink[20:80, 50:60] = ink[20:80, 300:310] = 1
    line, columns = ink_to_mapped_line(ink)
    starts = np.flatnonzero(np.diff((line[32] > 0.5).astype(int)) == 1) + 1
    np.testing.assert_allclose(columns.apply(starts), [50, 300], atol=1)
    assert columns.apply([0, line.shape[1]]).tolist() == [50, 310], "margins belong to the ink's ends"


@pytest.mark.parametrize("lean", [0.4, -0.3])
def test_outer_strokes_of_letters_made_upright_fade_into_the_margins(lean: float) -> None:
    rows, columns = np.mgrid[0:32, 0:140]
    upright = columns + lean * rows - 20
    ink = ((upright % 10 < 2) & (upright >= 0) & (upright < 92)).astype(np.float32)
    line, to_ink = ink_to_mapped_line(ink, normalize=True)
    inked = np.flatnonzero(ink.any(axis=0))
    assert (to_ink.low, to_ink.high) == (inked[0], inked[-1] + 1)
    profile = line.sum(axis=0)
    assert max(profile[LINE_MARGIN], profile[-LINE_MARGIN - 1]) < 0.05 * profile.max()


def bar() -> InkMap:
    """Return a block of ink, much wider than high, on paper."""
    ink = np.zeros((120, 500), np.float32)
    ink[40:100, 50:350] = 1
    return ink


def test_a_speck_above_a_line_does_not_make_it_higher() -> None:
    specked = bar()
    specked[5, 200] = 1
    np.testing.assert_array_equal(ink_to_line(specked), ink_to_line(bar()))


@pytest.mark.parametrize(("rows", "strength"), [(slice(70, 71), 0.4), (slice(45, 95), 0.2)])
def test_noise_beside_a_line_does_not_make_it_longer(rows: slice, strength: float) -> None:
    noisy = bar()
    noisy[rows, 450] = strength
    line, columns = ink_to_mapped_line(noisy)
    assert (columns.low, columns.high) == (50, 350)
    np.testing.assert_array_equal(line, ink_to_line(bar()))
